"""pandas tables with stable columns, shared by CSV, XLSX and notebooks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING

from pipeline.case import Case
from pipeline.records import Evidence, Link, Review, Rival
from pipeline.report.joins import (
    Index,
    SpanRow,
    Voice,
    find_lost,
    find_voice,
    index_results,
    join_spans,
    name_clause,
    name_themes,
)
from pipeline.report.results import Results
from pipeline.report.reviews import ReviewsByLink, describe_review, group_reviews
from pipeline.report.texts import clean_text, load_texts

if TYPE_CHECKING:
    import pandas as pd

Value = str | int | float | bool | None
SEPARATOR = " | "  # between several values in one cell
# METHOD.md section 3, in its order; a test of another name gets its columns after these.
TESTS = (
    "newness", "precedence", "direction", "topic", "specificity", "placebo", "primacy", "fingerprint", "ask",
    "confirmation",
)  # fmt: skip
MEASUREMENTS = tuple(
    field.name for field in fields(Link) if field.name not in ("id", "change", "finding", "source")
)  # a measurement that is added to links gets its column by itself
ATTRIBUTION_COLUMNS = (
    "change", "clause", "page", "status", "new_text", "added", "removed", "themes", "best_grade", "claimant_grade",
    "wording", "best_source", "best_publisher", "best_date", "best_page", "best_quote", "claimant_source",
    "claimant_date", "claimant_page", "claimant_quote", "rivals", "reasons", "clause_text", "earlier_source",
    "earlier_text", "kept_share", "best_review", "claimant_review",
)  # fmt: skip
EVIDENCE_COLUMNS = (
    "evidence", "change", "clause", "status", "new_text", "source", "role", "publisher", "date", "date_basis",
    "finding", "page", "quote", "grade", "wording", "p_pooled", "p_strict", "review",
)  # fmt: skip
ASK_COLUMNS = ("finding", "outcome", "source", "date", "page", "ask", "clause", "clause_text", "change", "reason")
REVIEW_COLUMNS = (
    "change", "clause", "source", "grade", "verdict", "state", "reviewer", "date", "reason", "person", "role",
    "organisation", "outside", "basis", "clause_text", "span_text", "source_text",
)  # fmt: skip
PROBLEM_COLUMNS = ("source", "role", "stage", "message")
DOCUMENT_COLUMNS = (
    "source", "role", "kind", "publisher", "title", "date", "date_basis", "language", "url", "licence", "read",
)  # fmt: skip
_WHOLE_NUMBERS = ("page", "best_page", "claimant_page", "ordered_words", "days_before_tabling",
                  "days_before_tabling_most")  # fmt: skip


def make_attribution_frame(case: Case, results: Results) -> "pd.DataFrame":
    """One row for each span of the target, inherited ones included, with ATTRIBUTION_COLUMNS."""
    reviews = group_reviews(results)
    return make_frame([_describe_span(case, row, reviews) for row in join_spans(case, results)], ATTRIBUTION_COLUMNS)


def make_evidence_frame(case: Case, results: Results) -> "pd.DataFrame":
    """One row for each span and source: grade, p values, link measurements, each test's outcome, value and reason."""
    index = index_results(case, results)
    names = list(TESTS)
    names += sorted({test.name for row in results.evidence for test in row.tests} - set(TESTS))
    tests = [f"{name}_{part}" for name in names for part in ("outcome", "value", "reason")]
    reviews = group_reviews(results)
    rows = [
        _describe_evidence(index, row) | {"review": describe_reviews(reviews.get((row.change, row.source), ()))}
        for row in results.evidence
    ]
    return make_frame(rows, (*EVIDENCE_COLUMNS, *MEASUREMENTS, *tests))


def make_asks_frame(case: Case, results: Results) -> "pd.DataFrame":
    """One row for each ask or proposal of the claimant and what became of it, with ASK_COLUMNS."""
    index = index_results(case, results)
    rows: list[dict[str, Value]] = []
    for ask in results.asks:
        voice, clause = find_voice(index, "", ask.finding), index.clauses.get(ask.clause)
        rows.append({
            "finding": ask.finding, "outcome": ask.outcome, "source": voice.source if voice else "",
            "date": voice.date if voice else "", "page": voice.page if voice else None,
            "ask": voice.quote if voice else "", "clause": name_clause(clause, ask.clause),
            "clause_text": clause.text if clause else "", "change": ask.change, "reason": ask.reason,
        })  # fmt: skip
    return make_frame(rows, ASK_COLUMNS)


def make_reviews_frame(case: Case, results: Results) -> "pd.DataFrame":
    """One row for each row of hand/reviews.csv, with REVIEW_COLUMNS: what was said, and what became of it."""
    index = index_results(case, results)
    grades = {(row.change, row.source): row.grade for row in results.evidence}
    rows: list[dict[str, Value]] = []
    for review in results.reviews:
        change = index.changes.get(review.change)
        clause = index.clauses.get(change.clause) if change else None
        known: dict[str, Value] = {name: getattr(review, name) for name in REVIEW_COLUMNS if hasattr(review, name)}
        grade = grades.get((review.change, review.source), "")
        rows.append(known | {"clause": name_clause(clause, review.change), "grade": grade})
    return make_frame(rows, REVIEW_COLUMNS)


def make_problems_frame(results: Results) -> "pd.DataFrame":
    """One row for each document, or part of one, that could not be used, with PROBLEM_COLUMNS."""
    rows = [{name: getattr(problem, name) for name in PROBLEM_COLUMNS} for problem in results.problems]
    return make_frame(rows, PROBLEM_COLUMNS)


def make_documents_frame(case: Case, results: Results) -> "pd.DataFrame":
    """One row for each document of the case, with DOCUMENT_COLUMNS; `read` is false for a document that was lost."""
    lost = find_lost(case, results)
    rows: list[dict[str, Value]] = [
        {name: getattr(source, name) for name in DOCUMENT_COLUMNS[1:-1]}
        | {"source": source.id, "read": source.id not in lost}
        for source in case.sources
    ]
    return make_frame(rows, DOCUMENT_COLUMNS)


def make_frame(rows: Sequence[Mapping[str, Value]], columns: Iterable[str]) -> "pd.DataFrame":
    """Columns stay when there are no rows; whole numbers with gaps stay whole; texts are cleaned."""
    import pandas as pd

    cleaned = [
        {name: clean_text(value) if isinstance(value, str) else value for name, value in row.items()} for row in rows
    ]
    frame = pd.DataFrame(cleaned, columns=list(columns))
    whole = [name for name in _WHOLE_NUMBERS if name in frame.columns]
    return frame.astype(dict.fromkeys(whole, "Int64"))


def _describe_span(case: Case, row: SpanRow, reviews: ReviewsByLink) -> dict[str, Value]:
    change, best, claimant = row.change, row.best, row.claimant
    rivals = row.attribution.rivals if row.attribution else ()
    return {
        "change": change.id, "clause": row.label, "page": row.clause.page, "status": change.status,
        "new_text": "" if change.status == "inherited" else change.text,
        "added": SEPARATOR.join(change.added), "removed": SEPARATOR.join(change.removed),
        "themes": SEPARATOR.join(name_themes(case, row.themes)) or load_texts()["themes"]["other"],
        "best_grade": row.best_grade, "claimant_grade": row.claimant_grade, "wording": row.wording,
        "best_source": best.source if best else "", "best_publisher": best.publisher if best else "",
        "best_date": best.date if best else "", "best_page": best.page if best else None,
        "best_quote": best.quote if best else "",
        "claimant_source": claimant.source if claimant else "", "claimant_date": claimant.date if claimant else "",
        "claimant_page": claimant.page if claimant else None, "claimant_quote": claimant.quote if claimant else "",
        "rivals": SEPARATOR.join(map(describe_rival, rivals)), "reasons": SEPARATOR.join(row.reasons),
        "clause_text": row.clause.full_text, "earlier_source": change.earlier_source or "",
        "earlier_text": change.earlier_text, "kept_share": change.kept_share,
        "best_review": describe_reviews(reviews.get((change.id, best.source), ())) if best else "",
        "claimant_review": describe_reviews(reviews.get((change.id, claimant.source), ())) if claimant else "",
    }  # fmt: skip


def describe_reviews(reviews: Iterable[Review]) -> str:
    """What people said of a link in one line."""
    return SEPARATOR.join(map(describe_review, reviews))


def describe_rival(rival: Rival) -> str:
    """A rival in one line: who, when, before or after the best source, and the grade of the rival's own link."""
    texts = load_texts()
    order = texts["rivals"][{True: "earlier", False: "later", None: "unknown"}[rival.earlier]]
    date = rival.date or texts["dates"]["undated"]
    return f"{rival.publisher or rival.source}, {rival.source}, {date} ({order}; {texts['grades'][rival.grade]})"


def _describe_evidence(index: Index, row: Evidence) -> dict[str, Value]:
    change = index.changes.get(row.change)
    clause = index.clauses.get(change.clause) if change else None
    described: dict[str, Value] = {
        "evidence": row.id, "change": row.change, "clause": name_clause(clause, row.change),
        "status": change.status if change else "", "new_text": change.text if change else "",
        "finding": row.finding, "grade": row.grade, "wording": row.wording,
        "p_pooled": row.p_pooled, "p_strict": row.p_strict,
    }  # fmt: skip
    described |= _describe_voice(find_voice(index, row.source, row.finding))
    described |= _describe_link(index.links.get(row.link))
    for test in row.tests:
        described |= {
            f"{test.name}_outcome": test.outcome, f"{test.name}_value": test.value, f"{test.name}_reason": test.reason
        }  # fmt: skip
    return described


def _describe_voice(voice: Voice | None) -> dict[str, Value]:
    names = ("source", "role", "publisher", "date", "date_basis", "page", "quote")
    return {name: getattr(voice, name) for name in names} if voice else {}


def _describe_link(link: Link | None) -> dict[str, Value]:
    if link is None:
        return {}
    values = {name: getattr(link, name) for name in MEASUREMENTS}
    return {name: SEPARATOR.join(value) if isinstance(value, tuple) else value for name, value in values.items()}
