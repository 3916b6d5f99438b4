"""Quote cards: a changed span beside the passages of the sources, with what may be said of it and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.case import Case
from pipeline.records import Evidence, Test
from pipeline.report.history import Moment, group_links, order_moments, rank_grade
from pipeline.report.joins import Index, SpanRow, Voice, find_voice, group_spans, index_results
from pipeline.report.pieces import Piece, mark_clause
from pipeline.report.results import Results
from pipeline.report.reviews import ReviewsByLink, describe_review, group_reviews
from pipeline.report.sentences import state_wording
from pipeline.report.shared_words import find_shared, mark_shared
from pipeline.report.texts import Texts

_VOICES = 4  # shown with their passage; further ones are in the list of who said it when
_MOMENTS = 16  # in that list; evidence.csv has them all


@dataclass(frozen=True, slots=True)
class CardVoice:
    """A source on a card: its passage with the words it shares, what may be said of it, and its tests."""

    voice: Voice
    pieces: tuple[Piece, ...]
    sentence: str  # that may be published of this link; "" for the best source, of which the card's speaks
    tests: tuple[Test, ...]
    reviews: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A changed or new span with its sources."""

    anchor: str
    clause_anchor: str
    row: SpanRow
    chapeau: str
    pieces: tuple[Piece, ...]
    sentence: str
    voices: tuple[CardVoice, ...]
    reasons: tuple[str, ...]  # for the grade, beyond those that the tests of the voices give
    moments: tuple[Moment, ...]
    hidden: int  # documents left out of `moments`
    themes: tuple[str, ...]  # what the filters look for: anchors of themes,
    links: tuple[str, ...]  # and "publisher|grade" with the publisher's number


def view_cards(
    case: Case,
    results: Results,
    rows: Sequence[SpanRow],
    anchors: Mapping[str, str],
    places: Mapping[str, str],
    texts: Texts,
) -> list[Card]:
    """A card for each changed or new span; `anchors` of the cards by span, `places` of the clauses by clause."""
    index, spans, reviews = index_results(case, results), group_spans(rows), group_reviews(results)
    links = group_links(results.evidence, anchors)
    numbers = number_publishers(case)
    themes = {theme.id: f"theme-{number}" for number, theme in enumerate(case.themes, start=1)}
    cards = []
    for row in rows:
        if row.change.status == "inherited":
            continue
        voices = _view_voices(case, index, row, links.get(row.change.id, []), results.common, reviews, texts)
        others = [other.change for other in spans[row.clause.id] if other.change.id != row.change.id]
        quotes = " ".join(voice.voice.quote for voice in voices[:1])
        moments = order_moments(case, links.get(row.change.id, []))
        shown = _keep_best(moments)
        cards.append(
            Card(
                anchor=anchors[row.change.id],
                clause_anchor=places[row.clause.id],
                row=row,
                chapeau=" ".join(quote.text for quote in row.clause.chapeau),
                pieces=mark_shared(
                    mark_clause(row.clause, row.change, others),
                    find_shared(_list_added(row), quotes, results.common),
                    {"added": True},
                ),
                sentence=state_wording(row, row.wording, texts),
                voices=voices,
                reasons=_list_further(row, voices),
                moments=shown,
                hidden=len(moments) - len(shown),
                themes=tuple(themes[name] for name in row.themes if name in themes) or ("theme-other",),
                links=_list_links(row, links.get(row.change.id, []), index, numbers),
            )
        )
    return cards


def number_publishers(case: Case) -> dict[str, int]:
    """The publishers of claimant, rival and late documents, numbered; those of the claimant come first."""
    ordered = [source for role in ("claimant", "rival", "late") for source in case.sources if source.role == role]
    names = dict.fromkeys(source.publisher or source.id for source in ordered)
    return {name: number for number, name in enumerate(names, start=1)}


def _view_voices(
    case: Case,
    index: Index,
    row: SpanRow,
    links: Sequence[tuple[Evidence, str]],
    common: frozenset[str],
    reviews: ReviewsByLink,
    texts: Texts,
) -> tuple[CardVoice, ...]:
    """The best source, the claimant's, then further ones that are not ruled out, the best grade first."""
    known = {evidence.source: evidence for evidence, _ in links}
    order = sorted(known.values(), key=lambda evidence: (rank_grade(evidence.grade), evidence.source))
    named = {voice.source: voice for voice in (row.best, row.claimant) if voice}
    for evidence in order:
        if evidence.grade not in ("ruled_out", "none") and evidence.source not in named:
            voice = find_voice(index, evidence.source, evidence.finding, evidence.grade)
            named |= {voice.source: voice} if voice else {}
    voices = []
    for voice in list(named.values())[:_VOICES]:
        tested = known.get(voice.source)
        shared = find_shared(_list_added(row), voice.quote, common)
        is_best = row.best is not None and voice.source == row.best.source
        voices.append(
            CardVoice(
                voice=voice,
                pieces=mark_shared((Piece(voice.quote, "kept"),), shared, {"kept": True}) if voice.quote else (),
                sentence=state_wording(row, tested.wording, texts) if tested and not is_best else "",
                tests=tested.tests if tested else (),
                reviews=tuple(map(describe_review, reviews.get((row.change.id, voice.source), ()))),
            )
        )
    return tuple(voices)


def _list_further(row: SpanRow, voices: Sequence[CardVoice]) -> tuple[str, ...]:
    told = {test.reason for shown in voices for test in shown.tests}
    return tuple(reason for reason in row.reasons if reason not in told)


def _list_added(row: SpanRow) -> Sequence[str]:
    return row.change.added or (row.change.text,)


def _keep_best(moments: Sequence[Moment]) -> tuple[Moment, ...]:
    """The moments in order; of many documents those with the best grades."""
    ranked = sorted((moment for moment in moments if moment.source), key=lambda moment: rank_grade(moment.grade))
    kept = {id(moment) for moment in ranked[:_MOMENTS]}
    return tuple(moment for moment in moments if not moment.source or id(moment) in kept)


def _list_links(
    row: SpanRow, links: Sequence[tuple[Evidence, str]], index: Index, numbers: Mapping[str, int]
) -> tuple[str, ...]:
    found = [
        f"{numbers.get(source.publisher or source.id, 0)}|{evidence.grade}"
        for evidence, _ in links
        if (source := index.sources.get(evidence.source))
    ]
    return tuple(dict.fromkeys([*found, *([f"0|{row.best_grade}"] if row.best_grade == "none" or not found else [])]))
