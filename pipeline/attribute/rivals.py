"""Who else said it, who said it first, and who said it just as well."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.attribute.blocks import Floats, Ints
from pipeline.attribute.dates import relate_dates, sort_key_of
from pipeline.attribute.dossier import VOICES, Dossier, name_organisation
from pipeline.records import Evidence, Grade, Link, Rival, Source

RANKS: tuple[Grade, ...] = ("none", "ruled_out", "weak", "moderate", "strong", "confirmed")


@dataclass(frozen=True)
class Competitors:
    """Links of one span that may compete with one another, in columns."""

    source: Ints  # place among the sources
    match_probability: Floats
    shared_idf_added: Floats


@dataclass(frozen=True)
class Competition:
    """The documents of other organisations that match a span as well as one link does."""

    before: tuple[Source, ...]  # earlier, or of the same day
    unclear: tuple[Source, ...]  # the dates do not tell
    best: Source | None = None  # of `before`, the one that matches best


def matches_as_well(link: Link, other: Link, share: float) -> bool:
    """Whether `other` reaches this share of the link's match probability and of its rare wording on the span."""
    return (
        other.match_probability >= share * link.match_probability
        and other.shared_idf_added >= share * link.shared_idf_added
    )


def gather_competitors(places: Ints, dossier: Dossier) -> Competitors:
    """Those of the links at these places that may compete. A link that says the opposite competes with none."""
    links = dossier.links
    kept = places[~links.contradicts[places] & ~dossier.barred[links.source[places]]]
    return Competitors(links.source[kept], links.match_probability[kept], links.shared_idf_added[kept])


def find_competition(link: Link, competitors: Competitors, dossier: Dossier) -> Competition:
    """The documents of other organisations that match the span as well as the link does (see `matches_as_well`)."""
    source, share = dossier.sources[link.source], dossier.settings.as_well
    own = dossier.organisations[dossier.source_places[link.source]]
    as_well = (
        (competitors.match_probability >= share * link.match_probability)
        & (competitors.shared_idf_added >= share * link.shared_idf_added)
        & (dossier.organisations[competitors.source] != own)
    )
    reached: dict[int, float] = {}  # by source, the highest match probability
    for place, probability in zip(
        competitors.source[as_well].tolist(), competitors.match_probability[as_well].tolist(), strict=True
    ):
        reached[place] = max(probability, reached.get(place, 0.0))
    found = {place: relate_dates(dossier.listed[place], source) for place in sorted(reached)}
    before = [place for place, relation in found.items() if relation in ("earlier", "same")]
    closest = min([(0.0, ""), *((-round(reached[place], 4), dossier.listed[place].id) for place in before)])
    return Competition(
        before=tuple(dossier.listed[place] for place in before),
        unclear=tuple(dossier.listed[place] for place, relation in found.items() if relation == "unclear"),
        best=dossier.sources.get(closest[1]),
    )


def add_holders(competition: Competition, holders: Iterable[str], link: Link, dossier: Dossier) -> Competition:
    """The competition with further documents, by id, that hold the shared wording although no link shows it.

    A table, a caption or a short item of a list may hold the words without being a finding.
    """
    source = dossier.sources[link.source]
    before, unclear = list(competition.before), list(competition.unclear)
    known = {rival.id for rival in (*before, *unclear)}
    for rival in (dossier.sources[name] for name in dict.fromkeys(holders) if name not in known):
        is_voice = rival.role in VOICES and name_organisation(rival) != name_organisation(source)
        if not is_voice or dossier.is_barred(rival):
            continue
        relation = relate_dates(rival, source)
        if relation != "later":
            (unclear if relation == "unclear" else before).append(rival)
    return Competition(
        tuple(sorted(before, key=sort_key_of)), tuple(sorted(unclear, key=sort_key_of)), competition.best
    )


def rank_grade(grade: Grade) -> int:
    """Place of a grade in the order of strength."""
    return RANKS.index(grade)


def choose_best(rows: Sequence[Evidence], links: dict[str, Link], dossier: Dossier) -> Evidence | None:
    """The row with the highest grade; among those that match as well as the closest of them, the earliest.

    `links` are the best links by id. None when no row is `weak` or better.
    """
    graded = [row for row in rows if rank_grade(row.grade) >= rank_grade("weak")]
    if not graded:
        return None
    top = max(rank_grade(row.grade) for row in graded)
    peers = sorted((row for row in graded if rank_grade(row.grade) == top), key=lambda row: row.id)
    closest = min(peers, key=lambda row: (-round(links[row.link].log_odds, 4), row.id))
    equal = [row for row in peers if matches_as_well(links[closest.link], links[row.link], dossier.settings.as_well)]
    return min(equal or [closest], key=lambda row: sort_key_of(dossier.sources[row.source]))


def list_rivals(rows: Sequence[Evidence], best: Evidence | None, dossier: Dossier) -> tuple[Rival, ...]:
    """Every other organisation's document that is linked with the span, by date; undated ones last."""
    if best is None:
        return ()
    leader = dossier.sources[best.source]
    others = [
        row
        for row in rows
        if rank_grade(row.grade) >= rank_grade("weak")
        and name_organisation(dossier.sources[row.source]) != name_organisation(leader)
    ]
    rivals = []
    for row in sorted(others, key=lambda row: sort_key_of(dossier.sources[row.source])):
        source = dossier.sources[row.source]
        relation = relate_dates(source, leader)
        earlier = None if relation == "unclear" else relation == "earlier"
        rivals.append(Rival(source.id, source.publisher, source.date, row.grade, earlier))
    return tuple(rivals)
