"""The codebook: every table and column, written out of records.py so that it cannot fall behind."""

import ast
import inspect
from pathlib import Path

from pipeline import records

_TABLES = {
    "Paragraph": "1-paragraphs",
    "Masthead": "1-mastheads",
    "PassageStems": "1-passages",
    "Problem": "1-problems, 2-problems, 5-problems, 6-problems",
    "Clause": "2-clauses",
    "Finding": "2-findings",
    "Change": "3-changes",
    "Similarity": "5-similarities",
    "Neighbourhood": "5-neighbours",
    "Link": "5-links",
    "Evidence": "6-evidence",
    "Attribution": "6-attributions",
    "AskFate": "6-asks",
    "Conflict": "6-conflicts",
    "PlaceboCheck": "6-placebo",
    "Review": "6-reviews",
    "Agreement": "6-agreement",
    "Calibration": "6-calibration",
}
_HEAD = """# Codebook

Written by `make codebook` from `pipeline/records.py`; do not edit by hand. Every table is a Parquet file under a case's
`work/` folder; columns are named as below. A type in brackets is a list; `or None` means that the value may be missing.
"""


def write_codebook(file: Path) -> None:
    """Write data/README.md."""
    file.write_text(format_codebook(), encoding="utf-8")


def format_codebook() -> str:
    """The codebook as Markdown: one section a noun, one row a field, with the comment that stands beside it."""
    source = inspect.getsource(records)
    lines = source.splitlines()
    nouns = [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]
    return _HEAD + "".join(_format_noun(noun, lines) for noun in nouns)


def _format_noun(noun: ast.ClassDef, lines: list[str]) -> str:
    table = f" (`{_TABLES[noun.name]}.parquet`)" if noun.name in _TABLES else ""
    fields = [node for node in noun.body if isinstance(node, ast.AnnAssign)]
    rows = [f"| `{_name(node)}` | {_type(node)} | {_comment(lines[node.lineno - 1])} |" for node in fields]
    about = " ".join((ast.get_docstring(noun) or "").split())
    return "\n".join(
        [f"\n## {noun.name}{table}", "", about, "", "| column | type | meaning |", "|---|---|---|", *rows, ""]
    )


def _name(node: ast.AnnAssign) -> str:
    return ast.unparse(node.target)


def _type(node: ast.AnnAssign) -> str:
    shown = ast.unparse(node.annotation)
    shown = shown.replace("tuple[", "[").replace(", ...]", "]").replace(" | None", " or None")
    return shown.replace("|", "or")


def _comment(line: str) -> str:
    return line.partition("  # ")[2].replace("|", "\\|")
