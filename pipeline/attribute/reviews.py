"""What people say of a link, beside what the texts say: reviews lower a grade, and only a record confirms.

A review speaks of two quotes. Which link of a source is its best is decided without looking at reviews, so that a
verdict does not send the search to the next sentence; when either quote has changed the review is open again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.attribute.dossier import Dossier, name_organisation
from pipeline.attribute.review_file import READINGS, RECORDS
from pipeline.attribute.rivals import rank_grade
from pipeline.attribute.wording import join_names, say
from pipeline.records import Change, Evidence, Grade, Link, Outcome, Review, Test
from pipeline.words import fold_quote

_REASONS = 3  # that are quoted in a sentence


@dataclass(frozen=True)
class Hearing:
    """The reviews of one link whose quotes still stand, the last row of each person."""

    readings: tuple[Review, ...] = ()
    records: tuple[Review, ...] = ()  # of people outside the organisation that wrote the document
    self_reported: tuple[Review, ...] = ()

    def find_readers(self, verdict: str) -> tuple[Review, ...]:
        return tuple(review for review in self.readings if review.verdict == verdict)

    def find_records(self, verdict: str) -> tuple[Review, ...]:
        return tuple(review for review in self.records if review.verdict == verdict)


def keep_last(reviews: Iterable[Review]) -> tuple[Review, ...]:
    """The last row of each reader, and of each person who confirms or denies, of rows that are sorted by date."""
    return tuple({_name_voice(review): review for review in reviews}.values())


def _name_voice(review: Review) -> tuple[str, bool]:
    is_record = review.verdict in RECORDS
    return fold_name(review.person if is_record else review.reviewer), is_record


def fold_name(name: str) -> str:
    """A person's or organisation's name for comparing."""
    return " ".join(name.split()).casefold()


def stands_unchanged(review: Review, change: Change, finding: str, dossier: Dossier) -> bool:
    """Whether clause, span and the passage of the finding (its id) still read as they did when the review was made."""
    clause, said = dossier.clauses[change.clause], dossier.findings.get(finding)
    pairs = (
        (review.clause_text, clause.full_text),
        (review.span_text, change.text),
        (review.source_text, said.text if said else ""),
    )
    return all(fold_quote(then) == fold_quote(now) for then, now in pairs)


def hear_reviews(change: Change, source: str, finding: str, dossier: Dossier) -> Hearing:
    """What counts of the reviews of one link: quotes unchanged, the last row of each person."""
    rows = dossier.reviews.get((change.id, source), ())
    standing = keep_last(row for row in rows if stands_unchanged(row, change, finding, dossier))
    records = [row for row in standing if row.verdict in RECORDS]
    return Hearing(
        readings=tuple(row for row in standing if row.verdict in READINGS),
        records=tuple(row for row in records if is_outside(row, dossier)),
        self_reported=tuple(row for row in records if not is_outside(row, dossier)),
    )


def is_outside(review: Review, dossier: Dossier) -> bool:
    """Whether a record comes from outside the claimants and the publisher of the document, by its own word and by name.

    A person who works for one of them reports on their own work, whatever the column `outside` says.
    """
    own = {name_organisation(source) for source in dossier.find_voices("claimant")}
    own.add(name_organisation(dossier.sources[review.source]))
    return review.outside == "yes" and fold_name(review.organisation) not in {fold_name(name) for name in own}


def apply_reviews(
    tests: Sequence[Test], grade: Grade, change: Change, source: str, finding: str, dossier: Dossier
) -> tuple[tuple[Test, ...], Grade]:
    """The tests of a link with what people said of it, and the grade that is left.

    A record from outside decides in both directions, unless a date or an earlier text rules the link out. Readings only
    lower: most of them against it leave `weak`; where they are even, or nobody could tell, `unknown` caps at `moderate`
    as any unknown test does (METHOD.md, section 4).
    """
    hearing = hear_reviews(change, source, finding, dossier)
    if not (hearing.readings or hearing.records or hearing.self_reported):
        return tuple(tests), grade
    kept = [test for test in tests if test.name not in ("confirmation", "review")]
    confirmation = examine_confirmation(hearing, grade == "ruled_out", _find_refutation(tests))
    review = examine_readings(hearing)
    outcomes = {"confirmation": confirmation.outcome, "review": review.outcome if review else "pass"}
    return (*kept, confirmation, *([review] if review else ())), change_grade(grade, outcomes)


def change_grade(grade: Grade, outcomes: Mapping[str, Outcome]) -> Grade:
    """The grade after `confirmation` and `review`: raised by a confirmation alone, and never when ruled out."""
    if grade in ("ruled_out", "none"):
        return grade
    if outcomes["confirmation"] == "pass":
        return "confirmed"
    if "fail" in (outcomes["confirmation"], outcomes["review"]):
        return min(grade, "weak", key=rank_grade)
    return min(grade, "moderate", key=rank_grade) if outcomes["review"] == "unknown" else grade


def examine_readings(hearing: Hearing) -> Test | None:
    """Do most readers say that the two quotes make the same point? None without readers; the number is their share."""
    yes, no = hearing.find_readers("agree"), hearing.find_readers("disagree")
    if not hearing.readings:
        return None
    outcome: Outcome = "pass" if len(yes) > len(no) else "fail" if len(no) > len(yes) else "unknown"
    key = "unsure" if not yes and not no else outcome
    against = quote_reasons(no) if no else quote_reasons(hearing.find_readers("unsure"))
    names = {"yes": len(yes), "no": len(no), "readers": count_readers(len(hearing.readings)), "reasons": against}
    value = len(yes) / len(hearing.readings)
    return Test("review", outcome, value, say("review", key, **names))


def count_readers(number: int) -> str:
    """ "1 reviewer", "3 reviewers"."""
    return say("review", "one" if number == 1 else "many", count=number)


def quote_reasons(reviews: Sequence[Review]) -> str:
    """The reasons that readers gave, with their names, at the end of a sentence; "" where none gave any."""
    given = [f"{review.reviewer}: “{review.reason}”" for review in reviews if review.reason][:_REASONS]
    return say("review", "because", reasons="; ".join(given)) if given else ""


def examine_confirmation(hearing: Hearing, is_barred: bool, bar: str) -> Test:
    """Did a person outside the organisation say that the drafters used the document? The number counts the records.

    Never inferred. Records against each other, records on a link that a date or an earlier text rules out (`bar` is the
    reason), and what the organisation reports of itself stay `unknown`, and are shown.
    """
    yes, no, own = hearing.find_records("confirm"), hearing.find_records("deny"), hearing.self_reported
    names = {"yes": name_persons(yes), "no": name_persons(no), "own": name_persons(own), "bar": bar}
    count = float(len(yes) + len(no) + len(own))
    if is_barred and yes:
        return Test("confirmation", "unknown", count, say("confirmation", "contradicted", **names))
    if yes and no:
        return Test("confirmation", "unknown", count, say("confirmation", "disputed", **names))
    if yes or no:
        key: Outcome = "pass" if yes else "fail"
        return Test("confirmation", key, count, say("confirmation", key, **names))
    if own:
        return Test("confirmation", "unknown", count, say("confirmation", "self_reported", **names))
    return Test("confirmation", "unknown", None, say("confirmation", "unknown"))


def name_confirming(link: Link, dossier: Dossier) -> str:
    """The people outside the organisation who confirmed the link."""
    change = next(change for change in dossier.changes if change.id == link.change)
    return name_persons(hear_reviews(change, link.source, link.finding, dossier).find_records("confirm"))


def name_persons(records: Sequence[Review]) -> str:
    """Who said it, in which role, when, and how it is known."""
    named = []
    for record in records:
        role = ", ".join(part for part in (record.role, record.organisation) if part)
        named.append(f"{record.person} ({role}; {record.date}; {record.basis})")
    return join_names(named)


def _find_refutation(tests: Sequence[Test]) -> str:
    """Why the link is ruled out, as a sentence; "" when it is not."""
    return next((t.reason for t in tests if t.name in ("newness", "precedence") and t.outcome == "fail"), "")


def mark_reviews(evidence: Sequence[Evidence], dossier: Dossier) -> tuple[Review, ...]:
    """Every row of the file with what became of it, by span and source."""
    rows = {(row.change, row.source): row for row in evidence}
    marked: list[Review] = []
    for key in sorted(dossier.reviews):
        marked += _mark_group(dossier.reviews[key], rows.get(key), dossier)
    return tuple(marked)


def _mark_group(reviews: Sequence[Review], row: Evidence | None, dossier: Dossier) -> list[Review]:
    if row is None:
        return [replace(review, state="no_link") for review in reviews]
    change = next(change for change in dossier.changes if change.id == row.change)
    standing = [review for review in reviews if stands_unchanged(review, change, row.finding, dossier)]
    last = keep_last(standing)
    marked = []
    for review in reviews:
        if not any(review is other for other in standing):
            marked.append(replace(review, state="reopened"))
        elif not any(review is other for other in last):
            marked.append(replace(review, state="superseded"))
        elif review.verdict not in RECORDS:
            marked.append(replace(review, state="counted"))
        elif not is_outside(review, dossier):
            marked.append(replace(review, state="self_reported"))
        else:
            is_barred = row.grade == "ruled_out" and review.verdict == "confirm"
            marked.append(replace(review, state="in_conflict" if is_barred else "counted"))
    return marked
