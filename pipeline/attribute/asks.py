"""What became of each thing that the claimant asked for: adopted, partly, or not, beside the nearest clause."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from pipeline.attribute.control import Control
from pipeline.attribute.dossier import Dossier
from pipeline.attribute.fingerprint import weigh_words
from pipeline.attribute.inherited import measure_similarity
from pipeline.attribute.judge import hear_people, judge_link
from pipeline.attribute.rivals import contradicts, gather_competitors, rank_grade
from pipeline.attribute.tests import name_origin
from pipeline.attribute.voices import hear_voice
from pipeline.attribute.wording import say
from pipeline.attribute.wording_index import WordIndex
from pipeline.records import AskFate, Change, Clause, Finding, Link, Similarity
from pipeline.words import content_stems

_ADOPTED = 0.6  # share of the ask's rare wording that the clauses must hold: the rest is the frame of the request
_PARTLY = 0.2  # below this a probable match in meaning is needed
_NEAR = 3  # links of an ask that are judged


def trace_asks(dossier: Dossier, control: Control, index: WordIndex) -> tuple[AskFate, ...]:
    """The fate of every ask and proposal of the claimant, in the order of its documents."""
    links: dict[str, list[Link]] = defaultdict(list)
    for group in dossier.links.values():
        for link in group:
            links[link.finding].append(link)
    near: dict[str, list[Similarity]] = defaultdict(list)
    for row in dossier.similarities:
        near[row.finding].append(row)
    changes = {change.id: change for change in dossier.spans}
    return tuple(
        _trace_ask(finding, links[finding.id], near[finding.id], changes, dossier, control, index)
        for finding in dossier.findings.values()
        if finding.kind != "finding"
        and dossier.sources[finding.source].role == "claimant"
        and hear_voice(finding, dossier) not in ("disputed", "asked")
    )


def _trace_ask(
    finding: Finding,
    links: Sequence[Link],
    near: Sequence[Similarity],
    changes: Mapping[str, Change],
    dossier: Dossier,
    control: Control,
    index: WordIndex,
) -> AskFate:
    """Adopted when links of moderate grade or better hold most of the ask's rare wording between them."""
    ranked = sorted(links, key=lambda link: (-round(link.log_odds, 4), link.id))[:_NEAR]
    taken = []
    alone = gather_competitors((), dossier)
    for link in ranked:
        verdict = judge_link(link, changes[link.change], alone, dossier, control, index)
        verdict = hear_people(verdict, changes[link.change], dossier)
        if rank_grade(verdict.grade) >= rank_grade("moderate"):
            taken.append(link)
    if not taken:
        return _explain_miss(finding, ranked, near, changes, dossier)
    clauses = [dossier.clauses[changes[link.change].clause] for link in taken]
    share = measure_uptake(finding, clauses, dossier)
    key = "adopted" if share >= _ADOPTED else "partly" if share >= _PARTLY else "paraphrase"
    reason = say("fate", key, clause=_name(clauses[0]), share=f"{100 * share:.0f}")
    return AskFate(finding.id, "adopted" if key == "adopted" else "partly", clauses[0].id, taken[0].change, reason)


def measure_uptake(finding: Finding, clauses: Sequence[Clause], dossier: Dossier) -> float:
    """Share of the ask's idf mass that the clauses hold; of the added words when it is a proposal."""
    asked = set(content_stems(finding.added or finding.text))
    held = {stem for clause in clauses for stem in content_stems(clause.full_text)}
    whole = weigh_words(asked, dossier.rarity)
    return weigh_words(asked & held, dossier.rarity) / whole if whole else 0.0


def _explain_miss(
    finding: Finding,
    links: Sequence[Link],
    near: Sequence[Similarity],
    changes: Mapping[str, Change],
    dossier: Dossier,
) -> AskFate:
    """Not adopted: name the clause that comes nearest, and why it does not count."""
    closest = min(near, key=lambda row: (-measure_similarity(row), row.clause), default=None)
    clause = dossier.clauses.get(closest.clause) if closest else None
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
    link = next((link for link in links if changes[link.change].clause == clause.id), None)
    key = "opposed" if link is not None and contradicts(link) else "far"
    change = link.change if link is not None else there[0].id if there else ""
    return AskFate(finding.id, "not_adopted", clause.id, change, say("fate", key, clause=_name(clause)))


def _name(clause: Clause) -> str:
    return clause.label or clause.id
