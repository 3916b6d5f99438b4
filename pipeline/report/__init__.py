"""The tables of a run become CSV, XLSX and one HTML page; every figure and quote in them comes from the tables."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.case import Case
from pipeline.engine import LostWorkerError, ready_worker, run_over
from pipeline.report.frames import (
    make_asks_frame,
    make_attribution_frame,
    make_documents_frame,
    make_evidence_frame,
    make_frame,
    make_problems_frame,
    make_reviews_frame,
)
from pipeline.report.redaction import redact_run, say_withheld
from pipeline.report.results import Results
from pipeline.report.returned_book import read_review_book
from pipeline.report.shared_words import find_common
from pipeline.report.summary import summarise_results

if TYPE_CHECKING:
    from pipeline.report.charts import Chart

__all__ = [
    "Results",
    "find_common",
    "make_asks_frame",
    "make_attribution_frame",
    "make_documents_frame",
    "make_evidence_frame",
    "make_problems_frame",
    "make_reviews_frame",
    "read_review_book",
    "ready_charts",
    "redact_run",
    "summarise_results",
    "write_reports",
    "write_review_book",
]


def write_reports(case: Case, results: Results, folder: Path) -> list[Path]:
    """Write tables (CSV, XLSX), the page, Word and PDF files, brief and annotations into `folder`; returns their paths.

    The same case and results give the same bytes. Raises ClausetraceError when a file cannot be written.
    """
    from pipeline.report.annotations import render_annotations
    from pipeline.report.brief import render_brief
    from pipeline.report.dictionary import make_dictionary_frame
    from pipeline.report.document import clean_line, compose_document
    from pipeline.report.files import write_file
    from pipeline.report.harvest import make_harvest_frame
    from pipeline.report.page import render_page
    from pipeline.report.pdf import render_pdf
    from pipeline.report.sheets import render_csv, render_xlsx
    from pipeline.report.texts import load_texts
    from pipeline.report.word import render_docx

    texts = load_texts()
    attribution, evidence = make_attribution_frame(case, results), make_evidence_frame(case, results)
    sheets = {
        "Attribution": attribution,
        "Evidence": evidence,
        "Asks": make_asks_frame(case, results),
        "Reviews": make_reviews_frame(case, results),
        "Outcomes": make_harvest_frame(case, results),
        "Problems": make_problems_frame(results),
        "Documents": make_documents_frame(case, results),
    }
    dictionary = make_dictionary_frame(sheets)
    if results.withheld is not None:
        sheets = {texts["redaction"]["sheet"]: make_frame([{"note": say_withheld(results, texts)}], ("note",))} | sheets
    with ThreadPoolExecutor(1) as pool:  # charts are drawn and pages set by other processes, beside this one
        drawing = pool.submit(_draw_charts, case, results)
        page, book = render_page(case, results), render_xlsx(sheets, texts)
        charts = drawing.result()
        blocks, title = compose_document(case, results, charts), clean_line(case.title)
        pdf = pool.submit(render_pdf, blocks, texts, title)
        docx = render_docx(blocks, texts, title)
    return [
        write_file(folder / "attribution.csv", render_csv(attribution)),
        write_file(folder / "evidence.csv", render_csv(evidence)),
        write_file(folder / "attribution.xlsx", book),
        write_file(folder / "report.html", page),
        write_file(folder / "report.docx", docx),
        write_file(folder / "report.pdf", pdf.result()),
        write_file(folder / "brief.md", render_brief(case, results)),
        write_file(folder / "evidence.jsonld", render_annotations(case, results)),
        write_file(folder / "data-dictionary.csv", render_csv(dictionary)),
        *(write_file(folder / f"chart-{chart.name}.svg", chart.svg) for chart in charts),
        *(write_file(folder / f"chart-{chart.name}.png", chart.png) for chart in charts),
    ]


@contextmanager
def ready_charts() -> Iterator[None]:
    """Within, what draws charts is loaded by another process, which then draws those of `write_reports`."""
    from pipeline.report.charts import load_matplotlib, make_charts

    with ready_worker(make_charts, load_matplotlib):
        yield


def _draw_charts(case: Case, results: Results) -> "tuple[Chart, ...]":
    from pipeline.report.charts import make_charts

    (outcome,) = [outcome for _, outcome in run_over(make_charts, [(case, replace(results, paragraphs=()))])]
    if isinstance(outcome, LostWorkerError):  # no process can be started here, or there is no memory for it
        return make_charts((case, results))
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def write_review_book(case: Case, results: Results, path: Path) -> Path:
    """Write the workbook that reviewers fill in. Raises ClausetraceError when the file cannot be written."""
    from pipeline.report.files import write_file
    from pipeline.report.review_book import render_review_book

    return write_file(path, render_review_book(case, results))
