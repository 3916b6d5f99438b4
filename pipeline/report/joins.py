"""The tables of a run joined into rows that a reader understands: a span with its clause, its sources and quotes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from pipeline.case import Case
from pipeline.records import Attribution, Change, Clause, Finding, Grade, Link, Role, Source
from pipeline.report.results import Results

GRADES: tuple[Grade, ...] = get_args(Grade)  # the best first


@dataclass(frozen=True, slots=True)
class Index:
    """Look-ups by id over one run."""

    sources: dict[str, Source]
    clauses: dict[str, Clause]
    findings: dict[str, Finding]
    changes: dict[str, Change]
    links: dict[str, Link]
    attributions: dict[str, Attribution]  # by change


@dataclass(frozen=True, slots=True)
class Voice:
    """A source with the sentence quoted from it."""

    source: str
    role: Role | str
    publisher: str
    title: str
    date: str
    date_basis: str
    page: int | None
    quote: str
    grade: Grade | str
    finding: str = ""  # id


@dataclass(frozen=True, slots=True)
class SpanRow:
    """A span of the target with all that is said about it. Grade and wording are empty before it is judged."""

    change: Change
    clause: Clause
    themes: tuple[str, ...]
    best_grade: Grade | str
    claimant_grade: Grade | str
    wording: str
    best: Voice | None
    claimant: Voice | None
    attribution: Attribution | None

    @property
    def label(self) -> str:
        return name_clause(self.clause)

    @property
    def reasons(self) -> tuple[str, ...]:
        return self.attribution.reasons if self.attribution else ()


def index_results(case: Case, results: Results) -> Index:
    """Dictionaries by id over the tables of a run."""
    return Index(
        sources={source.id: source for source in case.sources},
        clauses={clause.id: clause for clause in results.clauses},
        findings={finding.id: finding for finding in results.findings},
        changes={change.id: change for change in results.changes},
        links={link.id: link for link in results.links},
        attributions={attribution.change: attribution for attribution in results.attributions},
    )


def join_spans(case: Case, results: Results) -> list[SpanRow]:
    """One row for each span of the target, in the order of its clauses and of the words in them."""
    index = index_results(case, results)
    rows = [
        _join_span(index, change, index.clauses[change.clause])
        for change in results.changes
        if change.clause in index.clauses
    ]
    return sorted(rows, key=lambda row: (row.clause.order, _place(row.change)))


def _place(change: Change) -> tuple[int, str]:
    return (change.quotes[0].start if change.quotes else 0, change.id)


def _join_span(index: Index, change: Change, clause: Clause) -> SpanRow:
    judged = index.attributions.get(change.id)
    if judged is None:
        return SpanRow(change, clause, clause.themes, "", "", "", None, None, None)
    return SpanRow(
        change=change,
        clause=clause,
        themes=judged.themes,
        best_grade=judged.best_grade,
        claimant_grade=judged.claimant_grade,
        wording=judged.wording,
        best=find_voice(index, judged.best_source, judged.best_finding, judged.best_grade),
        claimant=find_voice(index, judged.claimant_source, judged.claimant_finding, judged.claimant_grade),
        attribution=judged,
    )


def group_spans(rows: Sequence[SpanRow]) -> dict[str, list[SpanRow]]:
    """The spans of each clause, by its id."""
    spans: dict[str, list[SpanRow]] = {}
    for row in rows:
        spans.setdefault(row.clause.id, []).append(row)
    return spans


def find_voice(index: Index, source: str, finding: str, grade: Grade | str = "") -> Voice | None:
    """The source's name and date with the finding's quote; None when neither is named."""
    said = index.findings.get(finding)
    name = source or (said.source if said else "")
    if not name:
        return None
    known = index.sources.get(name)
    return Voice(
        source=name,
        role=known.role if known else "",
        publisher=known.publisher if known else "",
        title=known.title if known else "",
        date=known.date if known else "",
        date_basis=known.date_basis if known else "",
        page=said.page if said else None,
        quote=said.text if said else "",
        grade=grade,
        finding=said.id if said else "",
    )


def name_clause(clause: Clause | None, fallback: str = "") -> str:
    """The printed label of a clause, or its id where it has none."""
    if clause is None:
        return fallback
    return clause.label or clause.id


def name_themes(case: Case, themes: tuple[str, ...]) -> tuple[str, ...]:
    """The labels of theme ids, in the order of the case file; empty for "Other"."""
    return tuple(theme.label for theme in case.themes if theme.id in themes)


def find_lost(case: Case, results: Results) -> tuple[str, ...]:
    """Ids of documents that gave nothing at all: a problem was recorded and neither clause nor finding came of them."""
    used = {clause.source for clause in results.clauses} | results.heard
    complained = {problem.source for problem in results.problems if problem.stage in ("fetch", "ingest")}
    return tuple(source.id for source in case.sources if source.id in complained and source.id not in used)


def list_searched(case: Case, results: Results) -> tuple[Source, ...]:
    """The documents that were searched: all of the case but the target itself and those that were lost."""
    lost = set(find_lost(case, results))
    return tuple(source for source in case.sources if source.role != "target" and source.id not in lost)
