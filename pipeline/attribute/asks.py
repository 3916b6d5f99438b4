"""What became of each thing that the claimant asked for: adopted, partly, or not, beside the nearest clause."""

from collections.abc import Mapping, Sequence

import numpy as np

from pipeline.attribute.candidates import may_be_named
from pipeline.attribute.control import Control
from pipeline.attribute.dossier import Dossier
from pipeline.attribute.fingerprint import weigh_words
from pipeline.attribute.inherited import Nearest
from pipeline.attribute.judge import hear_people, judge_link
from pipeline.attribute.rivals import gather_competitors, rank_grade
from pipeline.attribute.tests import name_origin
from pipeline.attribute.voices import hear_voice
from pipeline.attribute.wording import say
from pipeline.attribute.wording_index import WordIndex
from pipeline.records import AskFate, Change, Clause, Finding
from pipeline.words import content_stems

_ADOPTED = 0.6  # share of the ask's rare wording that the clauses must hold: the rest is the frame of the request
_PARTLY = 0.2  # below this a probable match in meaning is needed
_NEAR = 3  # links of an ask that are judged


def trace_asks(
    nearest: Mapping[str, Nearest], dossier: Dossier, control: Control, index: WordIndex
) -> tuple[AskFate, ...]:
    """The fate of every ask and proposal of the claimant, in the order of its documents."""
    own = {source.id for source in dossier.find_voices("claimant")}
    told = zip(dossier.findings.kinds, dossier.findings.sources, strict=True)
    asks = dossier.findings.choose([kind != "finding" and source in own for kind, source in told])
    asks = [ask for ask in asks if hear_voice(ask, dossier) not in ("disputed", "asked")]
    ranked = _rank_links(asks, dossier)
    places = np.array([place for group in ranked.values() for place in group], dtype=np.int64)
    nameable = places[may_be_named(places, dossier, control)]
    links = dict(zip(nameable.tolist(), dossier.links.take(nameable), strict=True))
    alone = gather_competitors(nameable[:0], dossier)
    fates = []
    for ask in asks:
        taken = []
        for place in ranked[ask.id]:
            if place in links:
                change = dossier.spans[dossier.links.span[place]]
                verdict = judge_link(links[place], place, change, alone, dossier, control, index)
                verdict = hear_people(verdict, change, dossier)
                taken += [change] if rank_grade(verdict.grade) >= rank_grade("moderate") else []
        fates.append(_trace_ask(ask, taken, ranked[ask.id], nearest.get(ask.id), dossier))
    return tuple(fates)


def _rank_links(asks: Sequence[Finding], dossier: Dossier) -> dict[str, list[int]]:
    """The places of each ask's links with the highest log-odds, by the ask's id."""
    links = dossier.links
    wanted = {dossier.findings.places[ask.id]: ask.id for ask in asks}
    found: dict[str, list[int]] = {ask.id: [] for ask in asks}
    for place in np.flatnonzero(np.isin(links.finding, list(wanted))).tolist():
        found[wanted[int(links.finding[place])]].append(place)

    def key(place: int) -> tuple[float, str]:
        return -round(float(links.log_odds[place]), 4), dossier.spans[links.span[place]].id

    return {name: sorted(places, key=key)[:_NEAR] for name, places in found.items()}


def _trace_ask(
    finding: Finding, taken: Sequence[Change], ranked: Sequence[int], nearest: Nearest | None, dossier: Dossier
) -> AskFate:
    """Adopted when the spans that links of moderate grade or better lead to hold most of the ask's rare wording."""
    if not taken:
        return _explain_miss(finding, ranked, nearest, dossier)
    clauses = [dossier.clauses[change.clause] for change in taken]
    share = measure_uptake(finding, clauses, dossier)
    key = "adopted" if share >= _ADOPTED else "partly" if share >= _PARTLY else "paraphrase"
    reason = say("fate", key, clause=_name(clauses[0]), share=f"{100 * share:.0f}")
    return AskFate(finding.id, "adopted" if key == "adopted" else "partly", clauses[0].id, taken[0].id, reason)


def measure_uptake(finding: Finding, clauses: Sequence[Clause], dossier: Dossier) -> float:
    """Share of the ask's idf mass that the clauses hold; of the added words when it is a proposal."""
    asked = set(content_stems(finding.added or finding.text))
    held = {stem for clause in clauses for stem in content_stems(clause.full_text)}
    whole = weigh_words(asked, dossier.rarity)
    return weigh_words(asked & held, dossier.rarity) / whole if whole else 0.0


def _explain_miss(finding: Finding, ranked: Sequence[int], nearest: Nearest | None, dossier: Dossier) -> AskFate:
    """Not adopted: name the clause that comes nearest, and why it does not count."""
    clause = dossier.clauses.get(nearest.clause) if nearest else None
    if clause is None:
        return AskFate(finding.id, "not_adopted", "", "", say("fate", "none"))
    if dossier.is_barred(dossier.sources[finding.source]):
        return AskFate(finding.id, "not_adopted", clause.id, "", say("fate", "barred"))
    there = [change for change in dossier.changes if change.clause == clause.id]
    inherited = next((change for change in there if change.status == "inherited"), None)
    if inherited is not None:
        names = name_origin(inherited, dossier)
        reason = say("fate", "inherited", clause=_name(clause), earlier=names["earlier"])
        return AskFate(finding.id, "not_adopted", clause.id, "", reason)
    links = dossier.links
    linked = [(place, dossier.spans[links.span[place]]) for place in ranked]
    place, change = next(((at, span) for at, span in linked if span.clause == clause.id), (None, None))
    key = "opposed" if place is not None and links.contradicts[place] else "far"
    name = change.id if change is not None else there[0].id if there else ""
    return AskFate(finding.id, "not_adopted", clause.id, name, say("fate", key, clause=_name(clause)))


def _name(clause: Clause) -> str:
    return clause.label or clause.id
