"""The Outcome-Harvesting sheet: outcome, significance, contribution, others' contribution, substantiation.

Columns after Wilson-Grau, Outcome Harvesting (2018). Every changed or new span has a row, also those that the claimant
has no part in; significance is for a person to write, and substantiation stays open until one has.
"""

from typing import TYPE_CHECKING

from pipeline.case import Case
from pipeline.records import Review
from pipeline.report.frames import SEPARATOR, Value, make_frame
from pipeline.report.joins import SpanRow, join_spans
from pipeline.report.results import Results
from pipeline.report.texts import Texts, load_texts

if TYPE_CHECKING:
    import pandas as pd

HARVEST_COLUMNS = (
    "clause", "date", "outcome", "significance", "contribution", "contribution_of_others", "substantiation",
)  # fmt: skip


def make_harvest_frame(case: Case, results: Results) -> "pd.DataFrame":
    """One row for each changed or new span of the resolution, with HARVEST_COLUMNS."""
    wordings = {(row.change, row.source): row.wording for row in results.evidence}
    rows = [
        _describe_outcome(case, row, wordings, results)
        for row in join_spans(case, results)
        if row.change.status != "inherited"
    ]
    return make_frame(rows, HARVEST_COLUMNS)


def _describe_outcome(
    case: Case, row: SpanRow, wordings: dict[tuple[str, str], str], results: Results
) -> dict[str, Value]:
    texts = load_texts()
    own = wordings.get((row.change.id, row.claimant.source), "") if row.claimant else ""
    others = row.attribution.rivals if row.attribution else ()
    named = [(rival.source, wordings.get((row.change.id, rival.source), "")) for rival in others]
    if row.best and row.best.role not in ("claimant", "late"):
        named.insert(0, (row.best.source, wordings.get((row.change.id, row.best.source), "")))
    return {
        "clause": row.label,
        "date": case.adopted.isoformat() if case.adopted else case.tabled.isoformat(),
        "outcome": texts["harvest"][row.change.status].format(label=row.label, words=row.change.text),
        "significance": texts["harvest"]["open"],
        "contribution": own or texts["harvest"]["no_contribution"],
        "contribution_of_others": SEPARATOR.join(dict(named).values()) or texts["harvest"]["no_others"],
        "substantiation": _substantiate(row, results.reviews, texts),
    }


def _substantiate(row: SpanRow, reviews: tuple[Review, ...], texts: Texts) -> str:
    """What people outside have put on record on the claimant's link; open as long as nobody has."""
    if row.claimant is None:
        return texts["harvest"]["open"]
    say = texts["harvest"]["record"]
    records = [
        say.format(verdict=review.verdict, person=review.person, role=review.role, basis=review.basis)
        for review in reviews
        if (review.change, review.source, review.state) == (row.change.id, row.claimant.source, "counted")
        and review.verdict in ("confirm", "deny")
    ]
    return SEPARATOR.join(records) or texts["harvest"]["open"]
