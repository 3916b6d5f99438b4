"""Each source's best link with each changed span: its tests, its grade, and what may be said of it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.attribute.control import Control
from pipeline.attribute.dates import relate_dates
from pipeline.attribute.dossier import VOICES, Dossier, name_organisation
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
    shares_wording,
)
from pipeline.attribute.wording import describe_corpus, name_source, name_sources, say
from pipeline.attribute.wording_index import WordIndex
from pipeline.records import Change, Evidence, Grade, Link, Source, Test

_CANDIDATES = 3  # links of a source with a span that are tested beside those with shared wording


@dataclass(frozen=True)
class Verdict:
    """A link with its tests and the grade that they allow; `none` when it is not worth naming."""

    link: Link
    tests: tuple[Test, ...]
    grade: Grade

    def find_test(self, name: str) -> Test:
        return next(test for test in self.tests if test.name == name)


def judge_spans(dossier: Dossier, control: Control, index: WordIndex) -> dict[str, tuple[Verdict, ...]]:
    """Per changed span one verdict for each claimant, rival and late source that is linked with it, by source."""
    return {change.id: _judge_span(change, dossier, control, index) for change in dossier.spans}


def _judge_span(change: Change, dossier: Dossier, control: Control, index: WordIndex) -> tuple[Verdict, ...]:
    candidates = {
        source.id: choose_candidates(dossier.links.get((change.id, source.id), ()), dossier)
        for source in dossier.find_voices(*VOICES)
    }
    rivals = gather_competitors((link for links in candidates.values() for link in links), dossier)
    verdicts = []
    for links in candidates.values():
        judged = [judge_link(link, change, rivals, dossier, control, index) for link in links]
        named = [verdict for verdict in judged if verdict.grade != "none"]
        if named:
            best = min(named, key=lambda verdict: (-rank_grade(verdict.grade), *_sort_key(verdict.link)))
            verdicts.append(hear_people(best, change, dossier))
    return tuple(verdicts)


def hear_people(verdict: Verdict, change: Change, dossier: Dossier) -> Verdict:
    """The verdict with the reviews of its link applied."""
    link = verdict.link
    tests, grade = apply_reviews(verdict.tests, verdict.grade, change, link.source, link.finding, dossier)
    return Verdict(link, tests, grade)


def choose_candidates(links: Sequence[Link], dossier: Dossier) -> tuple[Link, ...]:
    """The links of one source with one span that may be its best: highest log-odds, and the most shared wording."""
    worded = [link for link in links if shares_wording(link, dossier)]
    worded.sort(key=lambda link: (-link.ordered_words - len(link.shared_items), *_sort_key(link)))
    asks = [link for link in links if dossier.findings[link.finding].kind != "finding"]
    chosen = {link.id: link for link in (*links[:_CANDIDATES], *worded[:_CANDIDATES], *asks[:1])}
    return tuple(chosen.values())


def _sort_key(link: Link) -> tuple[float, str]:
    return -round(link.log_odds, 4), link.id


def judge_link(
    link: Link, change: Change, rivals: Competitors, dossier: Dossier, control: Control, index: WordIndex
) -> Verdict:
    """All tests of one link; `rivals` are the links of the span that may compete with it."""
    source, finding = dossier.sources[link.source], dossier.findings[link.finding]
    found = find_fingerprint(link, dossier, index)
    best = dossier.links[change.id, source.id][0].log_odds
    placebo, strict = examine_placebo(link, best, name_organisation(source), dossier, control)
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
    return Verdict(link, tests, grade if _is_worth_naming(link, outcomes, dossier, control) else "none")


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
            best = dossier.links[change.id, source.id][0].log_odds
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
                    p_strict=standing.find_strict(column, best - verdict.link.log_odds) if standing else None,
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
