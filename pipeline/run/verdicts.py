"""Attribute and report: what the measurements allow to be said, and the files that say it."""

import json
import re
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.case import Case
from pipeline.records import (
    Agreement,
    AskFate,
    Attribution,
    Calibration,
    Change,
    ClaimCheck,
    Clause,
    Conflict,
    Evidence,
    Finding,
    Link,
    Paragraph,
    PlaceboCheck,
    Problem,
    Review,
    Similarity,
)
from pipeline.run.line import Line, group_by_source, hash_code, is_fresh, make_key
from pipeline.run.scoring import load_rarity
from pipeline.tables import write_table
from pipeline.weights import hash_file

if TYPE_CHECKING:
    from pipeline.report import Results

_JUDGED = (
    "6-evidence", "6-attributions", "6-asks", "6-conflicts", "6-placebo", "6-reviews", "6-agreement", "6-calibration",
    "6-problems",
)  # fmt: skip
_PROBLEMS = ("1-problems", "2-problems", "5-problems", "6-problems")
_LETTER = re.compile(r"(?:\(?(?:[a-z]|[ivx]{1,5})[).]|\(\d{1,2}\))\s")  # a bare number begins a paragraph of its own
_OPEN = re.compile(r"(?:[;,]|\band)\s*$")  # an item after which another follows
_ITEM_WORDS = 15  # longer paragraphs without a letter are prose
_LIBRARIES = ("clausetrace", "numpy", "pandas", "pdfplumber", "scikit-learn", "scipy", "spacy")


def attribute(line: Line) -> None:
    """Test and grade the links, into the tables 6-*."""
    from pipeline.attribute import attribute_links, read_reviews

    case = line.case
    told = repr((case.sources, case.significance, case.tabled, case.adopted, case.themes))  # publishers speak, too
    code = (hash_code("attribute"), hash_code("run"))
    key = make_key(line.key("5-links"), *code, repr(line.settings.attribute), told, _hash_hand(line, "reviews.csv"))
    if is_fresh(line, "attribute", key, *_JUDGED):
        return
    rarity = load_rarity(line)
    clauses = group_by_source(line.read("2-clauses", Clause))[line.case.target.id]
    paragraphs = group_by_source(line.read("1-paragraphs", Paragraph))
    reviews, problems = read_reviews(line.case.folder)
    judged = attribute_links(
        case=line.case,
        clauses=clauses,
        findings=line.read("2-findings", Finding),
        changes=line.read("3-changes", Change),
        links=line.read("5-links", Link),
        similarities=line.read("5-similarities", Similarity),
        texts={source: list_passages(rows) for source, rows in paragraphs.items()},
        rarity=rarity.weigh,
        weigh_run=rarity.weigh_run,
        settings=line.settings.attribute,
        reviews=reviews,
    )
    write_table(line.table("6-evidence"), judged.evidence, Evidence, key)
    write_table(line.table("6-attributions"), judged.attributions, Attribution, key)
    write_table(line.table("6-asks"), judged.asks, AskFate, key)
    write_table(line.table("6-conflicts"), judged.conflicts, Conflict, key)
    write_table(line.table("6-placebo"), [judged.placebo], PlaceboCheck, key)
    write_table(line.table("6-reviews"), judged.reviews, Review, key)
    write_table(line.table("6-agreement"), judged.agreement, Agreement, key)
    write_table(line.table("6-calibration"), judged.calibration, Calibration, key)
    write_table(line.table("6-problems"), problems, Problem, key)
    line.tell("attribute", len(judged.evidence), len(judged.evidence))


def _hash_hand(line: Line, name: str) -> str:
    """What people decided is an input like any other: a new row makes what follows from it stale."""
    path = line.case.folder / "hand" / name
    return hash_file(path) if path.is_file() else ""


def list_passages(paragraphs: Sequence[Paragraph]) -> list[str]:
    """The paragraphs' texts, and each list once more as a whole with the paragraph above it.

    A list may be printed as bullets, letters or cells in one document and as a running sentence in another.
    """
    texts = [paragraph.text for paragraph in paragraphs]
    whole: list[str] = []
    for paragraph in paragraphs:
        if _goes_on(paragraph, whole):
            whole.append(paragraph.text)
            continue
        if len(whole) > 1:
            texts.append(" ".join(whole))
        whole = [paragraph.text]
    return texts + ([" ".join(whole)] if len(whole) > 1 else [])


def _goes_on(paragraph: Paragraph, whole: Sequence[str]) -> bool:
    """Whether a paragraph is an item of the list before it, by its kind, its letter, or the semicolon before it."""
    if paragraph.kind in ("list_item", "table_cell"):
        return True
    if paragraph.kind != "body" or not whole:
        return False
    is_lettered = bool(_LETTER.match(f"{paragraph.label or ''} {paragraph.text}".strip()))
    is_led = whole[0].rstrip().endswith(":") and (len(whole) == 1 or _OPEN.search(whole[-1]) is not None)
    return is_lettered or (is_led and paragraph.label is None and len(paragraph.text.split()) <= _ITEM_WORDS)


def report(line: Line) -> None:
    """Write the reports from the tables, unless those that lie there were made from the same."""
    from pipeline.report import write_reports

    code = (hash_code("report"), *((hash_code("extract"), hash_code("run")) if line.redact else ()))
    decided = _hash_hand(line, "names.csv") if line.redact else ""
    key = make_key(line.key("6-evidence"), *code, decided, repr(line.case))
    stamp = line.stamp
    if _read_stamp(stamp).get("key") == key and _are_untouched(line, _read_stamp(stamp)):
        line.tell("report", 0, 0)
        return
    files = write_reports(*load_shown(line), line.reports)
    partial_stamp = stamp.with_suffix(".partial")
    partial_stamp.write_text(
        json.dumps({"key": key, "files": {file.name: hash_file(file) for file in files}}), encoding="utf-8"
    )
    partial_stamp.replace(stamp)
    line.tell("report", len(files), len(files))


def load_shown(line: Line) -> "tuple[Case, Results]":
    """The case and its tables as reports show them: without the names of persons in a redacted edition."""
    results = load_results(line)
    if not line.redact:
        return line.case, results
    from pipeline.report import redact_run
    from pipeline.run.redaction import find_withheld

    return redact_run(line.case, results, find_withheld(line, results))


def load_results(line: Line) -> "Results":
    """All tables of a finished case, for reports and notebooks. Raises TableError when a stage has not run."""
    from pipeline.report import Results

    target = line.case.target.id
    encoder = line.settings.embed.encoder
    return Results(
        paragraphs=tuple(line.read("1-paragraphs", Paragraph)),
        clauses=tuple(clause for clause in line.read("2-clauses", Clause) if clause.source == target),
        findings=tuple(line.read("2-findings", Finding)),
        changes=tuple(line.read("3-changes", Change)),
        links=tuple(line.read("5-links", Link)),
        similarities=tuple(line.read("5-similarities", Similarity)),
        evidence=tuple(line.read("6-evidence", Evidence)),
        attributions=tuple(line.read("6-attributions", Attribution)),
        asks=tuple(line.read("6-asks", AskFate)),
        conflicts=tuple(line.read("6-conflicts", Conflict)),
        problems=tuple(problem for name in _PROBLEMS for problem in line.read(name, Problem)),
        placebo=next(iter(line.read("6-placebo", PlaceboCheck)), None),
        reviews=tuple(line.read("6-reviews", Review)),
        agreement=tuple(line.read("6-agreement", Agreement)),
        calibration=tuple(line.read("6-calibration", Calibration)),
        claims=tuple(line.read("6-claims", ClaimCheck)),
        encoder=encoder,
        versions=tuple((library, version(library)) for library in _LIBRARIES),
    )


def list_reports(line: Line) -> list[Path]:
    """The report files that the last run of `report` wrote."""
    stamp = _read_stamp(line.stamp)
    return [line.reports / name for name in stamp.get("files", {})]


def _are_untouched(line: Line, stamp: dict[str, Any]) -> bool:
    files = {line.reports / name: digest for name, digest in stamp.get("files", {}).items()}
    return all(path.is_file() and hash_file(path) == digest for path, digest in files.items())


def _read_stamp(path: Path) -> dict[str, Any]:
    try:
        stamp: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # none yet, or cut off: the reports are written again
        return {}
    return stamp
