"""Which names a redacted edition withholds: what people say in hand/names.csv, and what recognition finds."""

import csv
import re
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.case import Case
from pipeline.errors import ClausetraceError
from pipeline.run.line import Line, load_language_once

if TYPE_CHECKING:
    from pipeline.report import Results

COLUMNS = ("name", "action", "who", "date", "reason")
_ACTIONS = ("withhold", "keep")


def find_withheld(line: Line, results: "Results") -> tuple[str, ...]:
    """The names to be withheld, sorted: persons in the documents that results quote, reviewers and those they name,
    and the rows "withhold" of hand/names.csv; without its rows "keep", and without publishers and masked words.

    Raises ClausetraceError when hand/names.csv cannot be used.
    """
    from pipeline.extract import find_persons

    decided = read_names(line.case.folder / "hand" / "names.csv")
    quoted = {row.source for row in results.evidence} | {line.case.target.id}
    quoted |= {finding.source for finding in results.findings if finding.id in {ask.finding for ask in results.asks}}
    texts = [paragraph.text for paragraph in results.paragraphs if paragraph.source in quoted]
    told = [text for review in results.reviews for text in (review.reason, review.basis)]
    titles = [source.title for source in line.case.sources]
    nlp = load_language_once(line.settings.extract.language_model)()
    names = {*find_persons((*texts, *told, *titles), nlp), *decided["withhold"]}
    names |= {name for review in results.reviews for name in (review.reviewer, review.person) if name}
    public = _join_public(line.case)
    kept = {name for name in names - set(decided["withhold"]) if f" {name.casefold()} " in public}
    return tuple(sorted(names - kept - set(decided["keep"])))


def read_names(path: Path) -> dict[str, list[str]]:
    """The names of hand/names.csv by action, "withhold" or "keep"; none when there is no file.

    Raises ClausetraceError for other columns or actions, an empty name, or a file that is no CSV in UTF-8.
    """
    decided: dict[str, list[str]] = {action: [] for action in _ACTIONS}
    if not path.exists():
        return decided
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ClausetraceError(f"{path}: cannot be read as CSV in UTF-8 ({error}); save it in that format.") from error
    for number, row in enumerate(rows, start=2):
        name, action = (row.get("name") or "").strip(), (row.get("action") or "").strip()
        if not name or action not in decided:
            wanted = f"columns {', '.join(COLUMNS)}, with a name and the action {' or '.join(_ACTIONS)}"
            raise ClausetraceError(f"{path}, row {number}: needs the {wanted}; mend the row.")
        decided[action].append(name)
    return decided


def _join_public(case: Case) -> str:
    """Publishers and masked words: names of organisations and countries, which are no persons."""
    words = [source.publisher for source in case.sources] + list(case.mask)
    return " " + " | ".join(re.sub(r"\W+", " ", word).casefold() for word in words) + " "
