"""Everything that is known about a case, in a fixed order, with look-ups by id."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.attribute.dates import is_after
from pipeline.case import Case
from pipeline.records import Change, Clause, Finding, Link, Review, Similarity, Source
from pipeline.settings import AttributeSettings

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
    findings: Mapping[str, Finding]
    changes: tuple[Change, ...]  # in the order of the clauses and of the words in them
    links: Mapping[tuple[str, str], tuple[Link, ...]]  # by change and source, highest log-odds first
    similarities: tuple[Similarity, ...]
    texts: Mapping[str, tuple[str, ...]]
    reviews: Mapping[tuple[str, str], tuple[Review, ...]]  # by change and source, by date

    @property
    def spans(self) -> tuple[Change, ...]:
        """Changed and new spans: the only ones that can be explained."""
        return tuple(change for change in self.changes if change.status != "inherited")

    @property
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
    findings: Sequence[Finding],
    changes: Sequence[Change],
    links: Sequence[Link],
    similarities: Sequence[Similarity],
    texts: Mapping[str, Sequence[str]],
    rarity: Callable[[str], float],
    settings: AttributeSettings,
    reviews: Sequence[Review] = (),
    weigh_run: Callable[[Sequence[str]], Sequence[float]] | None = None,
) -> Dossier:
    """Sort and index the tables. Rows that point to a clause or source that is not there are left out.

    Without `weigh_run` each stem of a run weighs what it weighs alone.
    """
    by_clause = {clause.id: clause for clause in clauses}
    known = {finding.id: finding for finding in sorted(findings, key=lambda row: (row.source, row.order, row.id))}
    sources = {source.id: source for source in sorted(case.sources, key=lambda source: source.id)}
    kept = [change for change in changes if change.clause in by_clause]
    return Dossier(
        case=case,
        settings=settings,
        rarity=rarity,
        weigh_run=weigh_run or (lambda stems: [rarity(stem) for stem in stems]),
        sources=sources,
        clauses=by_clause,
        findings=known,
        changes=tuple(sorted(kept, key=lambda change: _place_change(change, by_clause[change.clause]))),
        links=_group_links(link for link in links if link.finding in known and link.source in sources),
        similarities=tuple(sorted(similarities, key=lambda row: (row.finding, row.clause))),
        texts={name: tuple(texts[name]) for name in sorted(texts) if name in sources},
        reviews=_group_reviews(reviews),
    )


def name_organisation(source: Source) -> str:
    """Who speaks: the publisher, or the document itself where no publisher is known."""
    return source.publisher.strip().casefold() or source.id


def _place_change(change: Change, clause: Clause) -> tuple[int, str, int, str]:
    return clause.order, clause.id, change.quotes[0].start if change.quotes else 0, change.id


def _group_links(links: Iterable[Link]) -> dict[tuple[str, str], tuple[Link, ...]]:
    groups: dict[tuple[str, str], list[Link]] = defaultdict(list)
    for link in links:
        groups[link.change, link.source].append(link)
    return {key: tuple(sorted(groups[key], key=lambda link: (-link.log_odds, link.id))) for key in sorted(groups)}


def _group_reviews(reviews: Iterable[Review]) -> dict[tuple[str, str], tuple[Review, ...]]:
    """Each group by date, rows of one day in the order of the file."""
    groups: dict[tuple[str, str], list[Review]] = defaultdict(list)
    for review in sorted(reviews, key=lambda review: review.date):
        groups[review.change, review.source].append(review)
    return {key: tuple(groups[key]) for key in sorted(groups)}
