"""Planted truth beside what the pipeline found: which row is wrong, in words."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.case import Case, date_limits
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

    A row is not checked when it is about another target, names no words to look for, or while a document that it
    `needs` was not read: what is expected with all documents at hand cannot be expected without them. The head of
    data/cases/dprk-hrc-55-21/expected.toml explains the rows.
    """
    rows = tomllib.loads(expected.read_text(encoding="utf-8"))
    found = _Found(case, results)
    judged = []
    for row in [*rows.get("row", []), *rows.get("conflict", [])]:
        obstacle = found.find_obstacle(row)
        errors = [] if obstacle else list(found.check_expected(row))
        outcome = "not checked" if obstacle else "differs" if errors else "agrees"
        judged.append((row["id"], outcome, [obstacle] if obstacle else errors))
    return judged


class _Found:
    """The results of a case, by clause label and words."""

    def __init__(self, case: Case, results: Results) -> None:
        self.case = case
        self.read = {source.id for source in case.sources} - {problem.source for problem in results.problems}
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
            if label in ("", self.clauses[row.clause].label)
        ]
        yield from [row for row in rows if _holds(row[1].text, words)] or [
            row for row in rows if _holds(row[0].text, words)
        ]

    def find_obstacle(self, row: Mapping[str, Any]) -> str:
        """Why a row cannot be checked; "" when it can."""
        target = self.case.target.id
        if row.get("target", target) != target:
            return f"it is about {row['target']}, which is a case of its own"
        if not row.keys() & {"clause", "contains", "values"}:
            return "the clause has not been looked up yet; fill in its words"
        if "values" in row and "needs" not in row:
            return "the documents that give these figures are not named yet"
        lacking = [name for name in row.get("needs", []) if name not in self.read]
        return f"not read: {', '.join(lacking)}" if lacking else ""

    def check_expected(self, row: Mapping[str, Any]) -> Iterator[str]:
        if any(self._is_unsettled(name) for name in row.get("dated", [])):
            column = "grade" if "source" in row else "claimant_grade"
            row = {**row, column: row["undated_grade"]}
        if "values" in row:
            yield from self.check_conflict(row)
        else:
            yield from self.check_link(row) if "source" in row else self.check_span(row)

    def _is_unsettled(self, name: str) -> bool:
        """Does the document's date leave open whether it came before tabling?"""
        limits = date_limits(self.sources[name].date)
        return limits is None or limits[0] <= self.case.tabled <= limits[1] != limits[0]

    def check_span(self, row: Mapping[str, Any]) -> Iterator[str]:
        label, words = row.get("clause", ""), row.get("contains", "")
        spans = list(self.spans(label, words))
        label = label or repr(words)
        if not spans:
            yield f"{label}: no span with {words!r} was found"
        for _, _, attribution in spans[:1]:
            for column in ("status", "claimant_grade", "best_grade"):
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
        if not any(_agrees(row["grade"], grade) for grade in grades or ["none"]):
            wanted = row["grade"] if isinstance(row["grade"], str) else " or ".join(row["grade"])
            yield f"{row['clause']} <- {row['source']}: expected {wanted}, found {', '.join(grades) or 'no link'}"

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
    if not _agrees(expected, found):
        wanted = expected if isinstance(expected, str) else " or ".join(expected)
        yield f"{what}: expected {wanted}, found {found}"


def _agrees(expected: str | list[str], found: str) -> bool:
    """A list names all that may be found, as where a date is not known."""
    allowed = [expected] if isinstance(expected, str) else expected
    return found in allowed or ("none" in allowed and found in _NOTHING)


def _holds(text: str, words: str) -> bool:
    return normalise(words).lower() in normalise(text).lower()
