"""Attribute and report: what the measurements allow to be said, and the files that say it."""

import json
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.case import Case
from pipeline.engine import give_back_memory
from pipeline.records import (
    Agreement,
    AskFate,
    Attribution,
    Calibration,
    Change,
    ClaimCheck,
    Conflict,
    Evidence,
    Finding,
    Link,
    Paragraph,
    PassageStems,
    PlaceboCheck,
    Problem,
    Review,
    Similarity,
)
from pipeline.run.line import Line, hash_code, is_fresh, make_key
from pipeline.run.scoring import load_rarity, read_target
from pipeline.tables import Rows, write_table
from pipeline.weights import hash_file

if TYPE_CHECKING:
    from pipeline.report import Results

_JUDGED = (
    "6-evidence", "6-attributions", "6-asks", "6-conflicts", "6-placebo", "6-reviews", "6-agreement", "6-calibration",
    "6-problems",
)  # fmt: skip
_PROBLEMS = ("1-problems", "2-problems", "5-problems", "6-problems")
_BATCH = 1_024  # findings whose quotes are strings at a time
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
    reviews, problems = read_reviews(line.case.folder)
    judged = attribute_links(
        case=line.case,
        clauses=read_target(line),
        findings=line.open("2-findings", Finding),
        changes=line.read("3-changes", Change),
        links=line.open("5-links", Link),
        similarities=line.open("5-similarities", Similarity),
        passages=line.open("1-passages", PassageStems),
        rarity=rarity.weigh,
        weigh_run=rarity.weigh_run,
        settings=line.settings.attribute,
        reviews=reviews,
    )
    line.keep("5-links", judged.links)
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


def report(line: Line) -> None:
    """Write the reports from the tables, unless those that lie there were made from the same."""
    from pipeline.report import ready_charts, write_reports

    key = _make_report_key(line)
    stamp = line.stamp
    if _read_stamp(stamp).get("key") == key and _are_untouched(line, _read_stamp(stamp)):
        line.tell("report", 0, 0)
        return
    with ready_charts():
        shown = load_shown(line)
        give_back_memory()  # writing takes as much as reading did: it need not come on top
        files = write_reports(*shown, line.reports)
    partial_stamp = stamp.with_suffix(".partial")
    partial_stamp.write_text(
        json.dumps({"key": key, "files": {file.name: hash_file(file) for file in files}}), encoding="utf-8"
    )
    partial_stamp.replace(stamp)
    line.tell("report", len(files), len(files))


def _make_report_key(line: Line) -> str:
    code = (hash_code("report"), *((hash_code("extract"), hash_code("run")) if line.redact else ()))
    decided = _hash_hand(line, "names.csv") if line.redact else ""
    return make_key(line.key("6-evidence"), *code, decided, repr(line.case))


def load_shown(line: Line) -> "tuple[Case, Results]":
    """The case and its tables as reports show them: without the names of persons in a redacted edition.

    Gathered once as long as the reports need not be written again.
    """
    key = _make_report_key(line)
    if key not in line.shown:
        line.shown.clear()
        line.shown[key] = _gather_shown(line)
    shown: tuple[Case, Results] = line.shown[key]
    return shown


def _gather_shown(line: Line) -> "tuple[Case, Results]":
    results = load_results(line)
    if not line.redact:
        return line.case, results
    from pipeline.report import redact_run
    from pipeline.run.redaction import find_withheld

    return redact_run(line.case, results, find_withheld(line, results))


def load_results(line: Line) -> "Results":
    """What reports show of the tables of a finished case. Raises TableError when a stage has not run."""
    from pipeline.report import Results, find_common

    evidence, asks = line.read("6-evidence", Evidence), line.read("6-asks", AskFate)
    conflicts = line.read("6-conflicts", Conflict)
    judged = {row.finding for row in evidence} | {row.finding for row in asks}
    disputed = {name for row in conflicts for name in (row.finding, row.other_finding)}
    said = line.open("2-findings", Finding)
    findings = said.find("id", judged | disputed)
    quoted = {line.case.target.id} | {finding.source for finding in findings if finding.id in judged}
    return Results(
        paragraphs=tuple(line.open("1-paragraphs", Paragraph).find("source", quoted)),
        clauses=tuple(read_target(line)),
        findings=tuple(findings),
        changes=tuple(line.read("3-changes", Change)),
        links=tuple(line.find("5-links", Link, {row.link for row in evidence if row.link})),
        strengths=_list_strengths(line),
        heard=frozenset(said.read_columns("source")["source"].unique().to_pylist()),
        common=find_common(_list_said(said), line.case.mask),
        evidence=tuple(evidence),
        attributions=tuple(line.read("6-attributions", Attribution)),
        asks=tuple(asks),
        conflicts=tuple(conflicts),
        problems=tuple(problem for name in _PROBLEMS for problem in line.read(name, Problem)),
        placebo=next(iter(line.read("6-placebo", PlaceboCheck)), None),
        reviews=tuple(line.read("6-reviews", Review)),
        agreement=tuple(line.read("6-agreement", Agreement)),
        calibration=tuple(line.read("6-calibration", Calibration)),
        claims=tuple(line.read("6-claims", ClaimCheck)),
        encoder=line.settings.embed.encoder,
        versions=tuple((library, version(library)) for library in _LIBRARIES),
    )


def _list_said(findings: Rows[Finding]) -> Iterator[tuple[str, str]]:
    """Document and text of every quote of every finding."""
    for group in findings.read_groups("quotes"):
        for batch in group.to_batches(_BATCH):
            quotes = batch["quotes"].flatten()
            yield from zip(quotes.field("source").to_pylist(), quotes.field("text").to_pylist(), strict=True)


def _list_strengths(line: Line) -> tuple[tuple[str, str, float], ...]:
    """The highest log-odds of each placebo and each claimant with each span."""
    import pyarrow as pa
    import pyarrow.compute as pc

    names = pa.array([source.id for source in line.case.sources_as("placebo", "claimant")], pa.string())
    links = line.open("5-links", Link).read_columns("change", "source", "log_odds")
    chosen = links.filter(pc.is_in(links["source"], names))
    best = chosen.group_by(["change", "source"], use_threads=False).aggregate([("log_odds", "max")])
    columns = (best[name].to_pylist() for name in ("change", "source", "log_odds_max"))
    return tuple(zip(*columns, strict=True))


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
