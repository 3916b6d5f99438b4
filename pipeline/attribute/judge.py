"""Each source's best link with each changed span: its tests, its grade, and what may be said of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.attribute.candidates import choose_candidates, may_be_named
from pipeline.attribute.control import Control
from pipeline.attribute.dates import relate_dates
from pipeline.attribute.dossier import Dossier, name_organisation
from pipeline.attribute.fingerprint import find_fingerprint, shares_rare_wording
from pipeline.attribute.grades import grade_link
from pipeline.attribute.reviews import apply_reviews, name_confirming
from pipeline.attribute.rivals import Competitors, add_holders, find_competition, gather_competitors, rank_grade
from pipeline.attribute.tests import (
    await_confirmation,
    examine_ask,
    examine_direction,
    examine_fingerprint,
    examine_newness,
    examine_placebo,
    examine_precedence,
    examine_primacy,
    examine_specificity,
    examine_topic,
)
from pipeline.attribute.wording import describe_corpus, name_source, name_sources, say
from pipeline.attribute.wording_index import WordIndex
from pipeline.records import Change, Evidence, Grade, Link, Source, Test


@dataclass(frozen=True)
class Verdict:
    """A link with its tests and the grade that they allow; `none` when it is not worth naming."""

    link: Link
    tests: tuple[Test, ...]
    grade: Grade
    short: float  # log-odds by which the link lies below the best one of its source and span

    def find_test(self, name: str) -> Test:
        return next(test for test in self.tests if test.name == name)


def judge_spans(dossier: Dossier, control: Control, index: WordIndex) -> dict[str, tuple[Verdict, ...]]:
    """Per changed span one verdict for each claimant, rival and late source that is linked with it, by source."""
    candidates = choose_candidates(dossier)
    nameable = candidates[may_be_named(candidates, dossier, control)]
    links = dict(zip(nameable.tolist(), dossier.links.take(nameable), strict=True))
    dossier.findings.load(link.finding for link in links.values())
    verdicts = {}
    for change in dossier.spans:
        here = candidates[dossier.links.span[candidates] == dossier.places[change.id]]
        rivals = gather_competitors(here, dossier)
        judged = [
            judge_link(links[place], place, change, rivals, dossier, control, index)
            for place in here.tolist()
            if place in links
        ]
        verdicts[change.id] = tuple(hear_people(best, change, dossier) for best in _choose_best(judged))
    return verdicts


def _choose_best(judged: Iterable[Verdict]) -> list[Verdict]:
    """The verdict with the highest grade of each source, by source; sources with nothing worth naming have none."""
    named: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in judged:
        if verdict.grade != "none":
            named[verdict.link.source].append(verdict)
    return [
        min(named[source], key=lambda verdict: (-rank_grade(verdict.grade), *_sort_key(verdict.link)))
        for source in sorted(named)
    ]


def hear_people(verdict: Verdict, change: Change, dossier: Dossier) -> Verdict:
    """The verdict with the reviews of its link applied."""
    link = verdict.link
    tests, grade = apply_reviews(verdict.tests, verdict.grade, change, link.source, link.finding, dossier)
    return Verdict(link, tests, grade, verdict.short)


def _sort_key(link: Link) -> tuple[float, str]:
    return -round(link.log_odds, 4), link.id


def judge_link(
    link: Link, place: int, change: Change, rivals: Competitors, dossier: Dossier, control: Control, index: WordIndex
) -> Verdict:
    """All tests of one link, which stands at `place` in the table; `rivals` are those of the span that may compete."""
    source, finding = dossier.sources[link.source], dossier.findings[link.finding]
    found = find_fingerprint(link, dossier, index)
    short = dossier.links.find_short(place)
    placebo, strict = examine_placebo(link, short, name_organisation(source), dossier, control)
    ask, asked = examine_ask(link, finding, found, dossier)
    competition = find_competition(link, rivals, dossier)
    if found.shared and not found.words:
        competition = add_holders(competition, found.holders, link, dossier)
    tests = (
        examine_newness(change, link, dossier, index),
        examine_precedence(source, dossier),
        examine_direction(link, change, dossier),
        examine_topic(link, dossier, control),
        examine_specificity(link, dossier),
        placebo,
        examine_primacy(link, competition, dossier),
        examine_fingerprint(link, found, dossier, control),
        ask,
        await_confirmation(),
    )
    outcomes = {test.name: test.outcome for test in tests}
    grade = grade_link(outcomes, strict, shares_rare_wording(link, found, dossier), asked)
    return Verdict(link, tests, grade if _is_worth_naming(link, outcomes, dossier, control) else "none", short)


def _is_worth_naming(link: Link, outcomes: Mapping[str, str], dossier: Dossier, control: Control) -> bool:
    """Whether the link says more than chance: nearer in meaning, or in rarer words, than placebo documents come.

    A likeness without one shared word of weight does not count: what is left then is often the name of the country.
    Where there are too few placebos to tell, the link must be specific.
    """
    if control.holds is None:
        return outcomes["specificity"] == "pass"
    rarer = control.is_beyond(control.rare_mass, link.change, link.shared_idf_added, dossier.case.significance)
    topical = outcomes["topic"] == "pass" and link.shared_idf_added > 0
    return topical or outcomes["fingerprint"] == "pass" or (rarer and outcomes["specificity"] == "pass")


def make_evidence(
    verdicts: Mapping[str, tuple[Verdict, ...]], dossier: Dossier, control: Control
) -> tuple[Evidence, ...]:
    """The verdicts as rows, in the order of the spans."""
    rows = []
    for change in dossier.spans:
        for verdict in verdicts[change.id]:
            source = dossier.sources[verdict.link.source]
            standing, column = control.standings.get(source.id), control.places[change.id]
            rows.append(
                Evidence(
                    id=name_evidence(change, source),
                    change=change.id,
                    source=source.id,
                    link=verdict.link.id,
                    finding=verdict.link.finding,
                    grade=verdict.grade,
                    wording=word_verdict(verdict, verdicts[change.id], dossier) + ".",
                    tests=verdict.tests,
                    p_pooled=float(control.organisation_p[name_organisation(source)][column]) if standing else None,
                    p_strict=standing.find_strict(column, verdict.short) if standing else None,
                )
            )
    return tuple(rows)


def name_evidence(change: Change, source: Source) -> str:
    """The id of the evidence row of a span and a source."""
    return f"{change.id} <- {source.id}"


def word_verdict(verdict: Verdict, others: Sequence[Verdict], dossier: Dossier) -> str:
    """What the grade permits to say, without a full stop."""
    name = name_source(dossier.sources[verdict.link.source])
    if verdict.grade == "strong":
        return say("grade", "strong", source=name, corpus=describe_corpus(dossier))
    if verdict.grade == "ruled_out":
        return say("grade", "ruled_out", source=name, reason=find_bar(verdict.tests))
    if verdict.grade == "confirmed":
        return say("grade", "confirmed", source=name, persons=name_confirming(verdict.link, dossier))
    wording = say("grade", verdict.grade, source=name)
    if verdict.grade == "moderate":
        return wording + _word_rivals(verdict, others, dossier)
    if verdict.find_test("direction").outcome == "fail":
        wording += say("grade", "opposed")
    if verdict.find_test("precedence").outcome == "unknown":
        wording += say("grade", "undated")
    return wording


def find_bar(tests: Sequence[Test]) -> str:
    """The reason for which a document is ruled out, as the second half of a sentence."""
    reason = next(test.reason for test in tests if test.name in ("newness", "precedence") and test.outcome == "fail")
    return (reason[0].lower() + reason[1:] if reason.startswith("The ") else reason).rstrip(".")


def _word_rivals(verdict: Verdict, others: Sequence[Verdict], dossier: Dossier) -> str:
    """Dated documents of others that made the point earlier, or on the same day, with a grade of moderate or better."""
    source = dossier.sources[verdict.link.source]
    relations: dict[str, list[Source]] = defaultdict(list)
    for other in others:
        rival = dossier.sources[other.link.source]
        is_other = name_organisation(rival) != name_organisation(source)
        if is_other and rank_grade(other.grade) >= rank_grade("moderate"):
            relations[relate_dates(rival, source)].append(rival)
    if relations["earlier"]:
        return say("grade", "earlier", rivals=name_sources(relations["earlier"]))
    return say("grade", "shared", rivals=name_sources(relations["same"])) if relations["same"] else ""
