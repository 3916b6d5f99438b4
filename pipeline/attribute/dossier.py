"""Everything that is known about a case, in a fixed order, with look-ups by id."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pipeline.attribute.blocks import Ints
from pipeline.attribute.columns import FindingTable, Flags, LinkTable, open_links
from pipeline.attribute.dates import is_after
from pipeline.case import Case
from pipeline.records import Change, Clause, Finding, Link, PassageStems, Review, Similarity, Source
from pipeline.settings import AttributeSettings
from pipeline.tables import Rows, hold_rows

VOICES = ("claimant", "rival", "late")  # roles that get evidence rows; the other roles only say what is common


@dataclass(frozen=True)
class Dossier:
    """The tables of a case as `attribute` needs them. Sequences are sorted, so that input order leaves no trace."""

    case: Case
    settings: AttributeSettings
    rarity: Callable[[str], float]  # inverse document frequency of a stem in nats, 0 when masked
    sources: Mapping[str, Source]
    weigh_run: Callable[[Sequence[str]], Sequence[float]]  # what each stem of a run adds to those before it, in nats
    clauses: Mapping[str, Clause]
    findings: FindingTable
    changes: tuple[Change, ...]  # in the order of the clauses and of the words in them
    link_rows: Rows[Link]
    similarities: Rows[Similarity]
    passages: Rows[PassageStems]  # of every document that was read
    reviews: Mapping[tuple[str, str], tuple[Review, ...]]  # by change and source, by date

    @cached_property
    def spans(self) -> tuple[Change, ...]:
        """Changed and new spans: the only ones that can be explained."""
        return tuple(change for change in self.changes if change.status != "inherited")

    @cached_property
    def links(self) -> LinkTable:
        """The links of spans with findings of the case's sources."""
        return open_links(self.link_rows, self.places, self.source_places, self.findings)

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The place of each span among `spans`, by id."""
        return _number(change.id for change in self.spans)

    @cached_property
    def listed(self) -> tuple[Source, ...]:
        """The sources by place."""
        return tuple(self.sources.values())

    @cached_property
    def source_places(self) -> Mapping[str, int]:
        """The place of each source among `sources`, by id."""
        return _number(self.sources)

    @cached_property
    def organisations(self) -> Ints:
        """A number for the organisation of each source."""
        numbers = _number(dict.fromkeys(map(name_organisation, self.listed)))
        return np.array([numbers[name_organisation(source)] for source in self.listed], dtype=np.int64)

    @cached_property
    def barred(self) -> Flags:
        """Whether each source is ruled out as published after tabling."""
        return np.array([self.is_barred(source) for source in self.listed], dtype=bool)

    @cached_property
    def voices(self) -> Flags:
        """Whether each source, in the order of `sources`, gets evidence rows."""
        return np.array([source.role in VOICES for source in self.listed], dtype=bool)

    @cached_property
    def read(self) -> frozenset[str]:
        """The documents that have passages."""
        return frozenset(self.passages.read_columns("source")["source"].unique().to_pylist())

    @cached_property
    def earlier_texts(self) -> tuple[Source, ...]:
        """Base and sister texts that were read, by date."""
        known = [source for source in self.sources.values() if source.role in ("base", "sister")]
        return tuple(source for source in sorted(known, key=lambda source: (source.date, source.id)))

    def find_voices(self, *roles: str) -> tuple[Source, ...]:
        """The sources of the named roles, by id."""
        return tuple(source for source in self.sources.values() if source.role in roles)

    def is_barred(self, source: Source) -> bool:
        """Whether the source's date, or its role, rules it out as published after tabling."""
        return source.role == "late" or is_after(source, self.case.tabled)


def open_dossier(
    case: Case,
    clauses: Sequence[Clause],
    findings: Iterable[Finding] | Rows[Finding],
    changes: Sequence[Change],
    links: Iterable[Link] | Rows[Link],
    similarities: Iterable[Similarity] | Rows[Similarity],
    passages: Iterable[PassageStems] | Rows[PassageStems],
    rarity: Callable[[str], float],
    settings: AttributeSettings,
    reviews: Sequence[Review] = (),
    weigh_run: Callable[[Sequence[str]], Sequence[float]] | None = None,
) -> Dossier:
    """Sort and index the tables. Rows that point to a clause or source that is not there are left out.

    Without `weigh_run` each stem of a run weighs what it weighs alone.
    """
    by_clause = {clause.id: clause for clause in clauses}
    sources = {source.id: source for source in sorted(case.sources, key=lambda source: source.id)}
    kept = [change for change in changes if change.clause in by_clause]
    ordered = tuple(sorted(kept, key=lambda change: _place_change(change, by_clause[change.clause])))
    return Dossier(
        case=case,
        settings=settings,
        rarity=rarity,
        weigh_run=weigh_run or (lambda stems: [rarity(stem) for stem in stems]),
        sources=sources,
        clauses=by_clause,
        findings=FindingTable(hold_rows(findings, Finding)),
        changes=ordered,
        link_rows=hold_rows(links, Link),
        similarities=hold_rows(similarities, Similarity),
        passages=hold_rows(passages, PassageStems),
        reviews=_group_reviews(reviews),
    )


def _number(names: Iterable[str]) -> dict[str, int]:
    return {name: place for place, name in enumerate(names)}


def name_organisation(source: Source) -> str:
    """Who speaks: the publisher, or the document itself where no publisher is known."""
    return source.publisher.strip().casefold() or source.id


def _place_change(change: Change, clause: Clause) -> tuple[int, str, int, str]:
    return clause.order, clause.id, change.quotes[0].start if change.quotes else 0, change.id


def _group_reviews(reviews: Iterable[Review]) -> dict[tuple[str, str], tuple[Review, ...]]:
    """Each group by date, rows of one day in the order of the file."""
    groups: dict[tuple[str, str], list[Review]] = defaultdict(list)
    for review in sorted(reviews, key=lambda review: review.date):
        groups[review.change, review.source].append(review)
    return {key: tuple(groups[key]) for key in sorted(groups)}
