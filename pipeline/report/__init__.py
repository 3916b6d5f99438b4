"""The tables of a run become CSV, XLSX and one HTML page; every figure and quote in them comes from the tables."""

from pathlib import Path

from pipeline.case import Case
from pipeline.report.frames import (
    make_asks_frame,
    make_attribution_frame,
    make_documents_frame,
    make_evidence_frame,
    make_problems_frame,
)
from pipeline.report.results import Results
from pipeline.report.summary import summarise_results

__all__ = [
    "Results",
    "make_asks_frame",
    "make_attribution_frame",
    "make_documents_frame",
    "make_evidence_frame",
    "make_problems_frame",
    "summarise_results",
    "write_reports",
]


def write_reports(case: Case, results: Results, folder: Path) -> list[Path]:
    """Write attribution.csv, evidence.csv, attribution.xlsx and report.html into `folder`; returns their paths.

    The same case and results give the same bytes. Raises ClausetraceError when a file cannot be written.
    """
    from pipeline.report.files import write_file
    from pipeline.report.page import render_page
    from pipeline.report.sheets import render_csv, render_xlsx
    from pipeline.report.texts import load_texts

    attribution, evidence = make_attribution_frame(case, results), make_evidence_frame(case, results)
    sheets = {
        "Attribution": attribution,
        "Evidence": evidence,
        "Asks": make_asks_frame(case, results),
        "Problems": make_problems_frame(results),
        "Documents": make_documents_frame(case, results),
    }
    return [
        write_file(folder / "attribution.csv", render_csv(attribution)),
        write_file(folder / "evidence.csv", render_csv(evidence)),
        write_file(folder / "attribution.xlsx", render_xlsx(sheets, load_texts())),
        write_file(folder / "report.html", render_page(case, results)),
    ]
