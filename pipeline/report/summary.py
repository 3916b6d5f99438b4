"""The attribution table in a few short columns, for a terminal."""

from typing import NamedTuple

from pipeline.case import Case
from pipeline.report.joins import join_spans
from pipeline.report.results import Results
from pipeline.report.texts import clean_text, load_texts, shorten_text


class SummaryRow(NamedTuple):
    """A changed or new span in one line; plain text, so a terminal must not read markup in it."""

    clause: str
    what_is_new: str
    grade: str  # of the best source
    claimant_grade: str
    best_source: str
    wording: str


def summarise_table(case: Case, results: Results, width: int = 100) -> list[SummaryRow]:
    """One row for each changed or new span in the order of the clauses; texts cut at `width` characters."""
    grades = load_texts()["grades"]
    return [
        SummaryRow(
            clause=clean_text(row.label),
            what_is_new=shorten_text(" … ".join(row.change.added) or row.change.text, width),
            grade=grades[row.best_grade or "unjudged"],
            claimant_grade=grades[row.claimant_grade or "unjudged"],
            best_source=shorten_text(_name_best(row.best.publisher, row.best.date) if row.best else "", width),
            wording=shorten_text(row.wording, 2 * width),
        )
        for row in join_spans(case, results)
        if row.change.status != "inherited"
    ]


def _name_best(publisher: str, date: str) -> str:
    return ", ".join(part for part in (publisher, date) if part)
