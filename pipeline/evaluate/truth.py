"""Planted truth beside what the pipeline found: which row is wrong, in words."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.case import Case
from pipeline.records import Attribution, Change, Clause, Evidence
from pipeline.report import Results
from pipeline.words import normalise

_NOTHING = ("none", "weak", "ruled_out")  # what "none" in the truth allows: no link above weak


def compare_truth(case: Case, results: Results, truth: Path) -> list[str]:
    """One sentence for each row of the case's truth.toml that the results contradict; [] when all hold.

    The file's head explains the rows (span, link, ask, conflict).
    """
    rows = tomllib.loads(truth.read_text(encoding="utf-8"))
    found = _Found(case, results)
    return [
        *(error for row in rows.get("span", []) for error in found.check_span(row)),
        *(error for row in rows.get("link", []) for error in found.check_link(row)),
        *(error for row in rows.get("ask", []) for error in found.check_ask(row)),
        *(error for row in rows.get("conflict", []) for error in found.check_conflict(row)),
    ]


def compare_expected(case: Case, results: Results, expected: Path) -> list[tuple[str, str, list[str]]]:
    """For each row of the case's expected.toml its id, "agrees", "differs" or "not checked", and sentences: why.

    A row is not checked when it is about another target, or while a document that it `needs` was not read: what is
    expected with all documents at hand cannot be expected without them.
    """
    found = _Found(case, results)
    read = {clause.source for clause in results.clauses} | {finding.source for finding in results.findings}
    judged = []
    for row in tomllib.loads(expected.read_text(encoding="utf-8"))["row"]:
        lacking = [name for name in row.get("needs", []) if name not in read]
        if row.get("target", case.target.id) != case.target.id:
            judged.append((row["id"], "not checked", [f"it is about {row['target']}, which is a case of its own"]))
        elif lacking:
            judged.append((row["id"], "not checked", [f"not read: {', '.join(lacking)}"]))
        else:
            errors = list(found.check_span(row))
            judged.append((row["id"], "differs" if errors else "agrees", errors))
    return judged


class _Found:
    """The results of a case, by clause label and words."""

    def __init__(self, case: Case, results: Results) -> None:
        self.publishers = {source.publisher for source in case.sources_as("claimant")}
        self.sources = {source.id: source for source in case.sources}
        self.clauses = {clause.id: clause for clause in results.clauses}
        self.findings = {finding.id: finding for finding in results.findings}
        self.changes = {change.id: change for change in results.changes}
        self.results = results

    def spans(self, label: str, words: str) -> Iterator[tuple[Clause, Change, Attribution]]:
        """Attributed spans of a clause; where one of them holds the words, only that one."""
        rows = [
            (self.clauses[row.clause], self.changes[row.change], row)
            for row in self.results.attributions
            if self.clauses[row.clause].label == label
        ]
        yield from [row for row in rows if _holds(row[1].text, words)] or [
            row for row in rows if _holds(row[0].text, words)
        ]

    def check_span(self, row: Mapping[str, Any]) -> Iterator[str]:
        label, words = row["clause"], row.get("contains", "")
        spans = list(self.spans(label, words))
        if not spans:
            yield f"{label}: no span with {words!r} was found"
        for _, _, attribution in spans[:1]:
            yield from _differ(f"{label}: status", row["status"], attribution.status)
            for column in ("claimant_grade", "best_grade"):
                if column in row:
                    yield from _differ(f"{label}: {column}", row[column], getattr(attribution, column))
            if "best_source" in row:
                yield from _differ(f"{label}: best_source", row["best_source"], attribution.best_source)

    def check_link(self, row: Mapping[str, Any]) -> Iterator[str]:
        grades = [
            evidence.grade
            for evidence in self.results.evidence
            if evidence.source == row["source"] and self._label(evidence) == row["clause"]
        ]
        if row["grade"] not in grades:
            yield f"{row['clause']} <- {row['source']}: expected {row['grade']}, found {', '.join(grades) or 'no link'}"

    def check_ask(self, row: Mapping[str, Any]) -> Iterator[str]:
        fates = [fate for fate in self.results.asks if _holds(self.findings[fate.finding].text, row["contains"])]
        if not fates:
            yield f"ask {row['contains']!r}: not found among the claimant's asks"
        for fate in fates[:1]:
            yield from _differ(f"ask {row['contains']!r}: outcome", row["outcome"], fate.outcome)
            if "clause" in row:
                label = self.clauses[fate.clause].label if fate.clause else ""
                yield from _differ(f"ask {row['contains']!r}: clause", row["clause"], label or "")

    def check_conflict(self, row: Mapping[str, Any]) -> Iterator[str]:
        wanted = {float(value) for value in row["values"]}
        if not any({conflict.value, conflict.other_value} == wanted for conflict in self.results.conflicts):
            yield f"conflict of {row['unit']}: {sorted(wanted)} was not noticed"

    def _label(self, evidence: Evidence) -> str | None:
        return self.clauses[self.changes[evidence.change].clause].label


def _differ(what: str, expected: str | list[str], found: str) -> Iterator[str]:
    """A list names all that may be found, as where a date is not known."""
    allowed = [expected] if isinstance(expected, str) else expected
    if not (found in allowed or ("none" in allowed and found in _NOTHING)):
        yield f"{what}: expected {' or '.join(allowed)}, found {found}"


def _holds(text: str, words: str) -> bool:
    return normalise(words).lower() in normalise(text).lower()
