"""What people said of links, arranged for the reports."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.records import Clause, Review
from pipeline.report.joins import Index, name_clause
from pipeline.report.results import Results
from pipeline.report.texts import load_texts

ReviewsByLink = Mapping[tuple[str, str], Sequence[Review]]  # by span and source
_RECORDS = ("confirm", "deny")


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A row of the section of reviews."""

    label: str  # of the clause
    anchor: str  # "" where the clause is no longer there
    source: str
    who: str
    review: Review


def group_reviews(results: Results) -> ReviewsByLink:
    """The reviews of each link, in the order of the table."""
    groups: dict[tuple[str, str], list[Review]] = defaultdict(list)
    for review in results.reviews:
        groups[review.change, review.source].append(review)
    return groups


def name_voices(review: Review) -> str:
    """Who spoke, and when: the reviewer, or the person with role and organisation."""
    if review.verdict not in _RECORDS:
        return f"{review.reviewer}, {review.date}"
    return ", ".join(part for part in (review.person, review.role, review.organisation, review.date) if part)


def describe_review(review: Review) -> str:
    """Who said what of a link, and whether it counts."""
    words = load_texts()["reviews"]
    state = words[review.state] if review.state else ""
    return words["one"].format(who=name_voices(review), verdict=words[review.verdict], state=state)


def view_reviews(
    results: Results, index: Index, places: Mapping[str, str], most: int
) -> dict[str, tuple[ReviewView, ...]]:
    """The rows of the three tables: readings, records from outside, and what an organisation reports of itself.

    In the order of the clauses. Of more than `most` rows the last of those that only agree are left out.
    """
    tables: dict[str, list[ReviewView]] = {"readings": [], "records": [], "self_reports": []}
    telling = sorted(results.reviews, key=lambda review: review.verdict == "agree" and review.state == "counted")
    for review in sorted(telling[:most], key=lambda review: _place_review(review, index)):
        clause = _find_clause(review, index)
        view = ReviewView(
            label=name_clause(clause, review.change),
            anchor=places.get(clause.id, "") if clause else "",
            source=review.source,
            who=name_voices(review),
            review=review,
        )
        is_record = review.verdict in _RECORDS
        own = review.state == "self_reported" or review.outside == "no"
        tables["readings" if not is_record else "self_reports" if own else "records"].append(view)
    return {name: tuple(rows) for name, rows in tables.items()}


def _find_clause(review: Review, index: Index) -> Clause | None:
    change = index.changes.get(review.change)
    return index.clauses.get(change.clause) if change else None


def _place_review(review: Review, index: Index) -> tuple[bool, int, str, str]:
    """In the order of the clauses, those of links that are gone at the end."""
    clause = _find_clause(review, index)
    return clause is None, clause.order if clause else 0, review.change, review.source
