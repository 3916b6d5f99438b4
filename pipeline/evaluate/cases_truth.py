"""Precision and recall of grades on a case whose truth was written down before the code that grades."""

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.case import load_case
from pipeline.evaluate.cases_measure import bootstrap_share
from pipeline.evaluate.measured import Measured
from pipeline.records import Attribution, Change, Clause, Evidence, Grade
from pipeline.run import Line, run_case
from pipeline.settings import Settings, load_settings
from pipeline.words import normalise

Pair = tuple[str, str]  # expected grade, found grade

_GOOD = ("moderate", "strong", "confirmed")
_NOTHING = ("none", "weak", "ruled_out")


def measure_truth(case: Path, truth: Path, out: Path, settings: Settings | None = None) -> list[Measured]:
    """Run the case into `out` and hold its grades against the rows of `truth` (a truth.toml, its head explains them).

    Precision and recall are those of grades of moderate or better, over the claimant's grade and the best grade of each
    labelled span and over the labelled links; the confusion of grades stands in the notes.
    """
    line = Line(load_case(case, out=out), settings or load_settings())
    run_case(line, "attribute")
    rows = tomllib.loads(truth.read_text(encoding="utf-8"))
    measured = []
    for column, name in (("claimant_grade", "the claimant's grade of a span"), ("best_grade", "best grade of a span")):
        measured += _summarise(_pair_spans(line, rows.get("span", []), column), name)
    return measured + _summarise(_pair_links(line, rows.get("link", [])), "grade of a link")


def _pair_spans(line: Line, rows: Sequence[Mapping[str, Any]], column: str) -> list[Pair]:
    pairs = []
    for row in rows:
        if column in row:
            found = _find_span(line, row["clause"], row.get("contains", ""))
            pairs.append((row[column], getattr(found, column) if found else "none"))
    return pairs


def _find_span(line: Line, label: str, words: str) -> Attribution | None:
    """The attribution of the span that holds the words, or of the first one whose clause holds them."""
    clauses = {row.id: row for row in line.read("2-clauses", Clause)}
    changes = {row.id: row for row in line.read("3-changes", Change)}
    spans = [row for row in line.read("6-attributions", Attribution) if clauses[row.clause].label == label]
    held = [row for row in spans if _holds(changes[row.change].text, words)]
    return next(iter(held or [row for row in spans if _holds(clauses[row.clause].text, words)]), None)


def _pair_links(line: Line, rows: Sequence[Mapping[str, Any]]) -> list[Pair]:
    """Expected grades, each beside the same grade when the document has it on a span of the clause, else its best."""
    clauses = {row.id: row.label for row in line.read("2-clauses", Clause)}
    labels = {row.id: clauses[row.clause] for row in line.read("3-changes", Change)}
    pairs = []
    for row in rows:
        grades: list[Grade] = [
            evidence.grade
            for evidence in line.read("6-evidence", Evidence)
            if evidence.source == row["source"] and labels[evidence.change] == row["clause"]
        ]
        pairs.append((row["grade"], row["grade"] if row["grade"] in grades else max(grades, default="none")))
    return pairs


def _summarise(pairs: Sequence[Pair], name: str) -> list[Measured]:
    note = "; ".join(f"expected {a}, found {b}: {count}" for (a, b), count in sorted(Counter(pairs).items()))
    groups = (
        ("precision of moderate or better", [int(a in _GOOD) for a, b in pairs if b in _GOOD], ">= 0.95"),
        ("recall of moderate or better", [int(b in _GOOD) for a, b in pairs if a in _GOOD], ">= 0.85"),
        ("share with the expected grade", [int(_agree(a, b)) for a, b in pairs], ""),
    )
    rows = []
    for metric, hits, goal in groups:
        if hits:
            low, high = bootstrap_share([(hit, 1) for hit in hits])
            value = sum(hits) / len(hits)
            rows.append(Measured("attribute", f"demo: {name}", metric, value, len(hits), low, high, goal, note))
    return rows


def _agree(expected: str, found: str) -> bool:
    return expected == found or (expected == "none" and found in _NOTHING)


def _holds(text: str, words: str) -> bool:
    return normalise(words).lower() in normalise(text).lower()
