"""CSV and XLSX: stable columns, and no cell that a spreadsheet program would run."""

import csv
import io
import re

import pytest
from openpyxl import load_workbook

from pipeline.report import Results, make_attribution_frame, make_evidence_frame
from pipeline.report.frames import ATTRIBUTION_COLUMNS, TESTS
from pipeline.report.sheets import render_csv, render_xlsx
from pipeline.report.texts import load_texts
from pipeline.words import neutralise_cell, restore_cell
from tests.report.invented import HOSTILE, STRONG, make_case, make_hostile, make_results


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(1)", "'@SUM(1)"),
        ("  =1", "'  =1"),
        ("\t1", "'\t1"),
        ("＝1", "'＝1"),
        ("'=1", "''=1"),
        ("'s", "'s"),
        ("2(g)", "2(g)"),
        ("a = b", "a = b"),
        ("", ""),
    ],
)
def test_text_that_starts_a_formula_gets_an_apostrophe(text, cell):
    assert neutralise_cell(text) == cell
    assert restore_cell(cell) == text


def test_csv_has_no_cell_that_starts_a_formula():
    case, results = make_hostile()
    for frame in (make_attribution_frame(case, results), make_evidence_frame(case, results)):
        rows = list(csv.reader(io.StringIO(render_csv(frame).decode("utf-8"), newline="")))
        assert len({len(row) for row in rows}) == 1
        starts = [cell for row in rows for cell in row if cell.strip()[:1] in tuple("=+@-")]
        assert [
            cell for cell in starts if not re.fullmatch(r"-\d+(\.\d+)?", cell)
        ] == []  # negative numbers stay numbers


def test_workbook_holds_text_and_numbers_only():
    case, results = make_hostile()
    frame = make_attribution_frame(case, results)
    book = load_workbook(io.BytesIO(render_xlsx({"Attribution": frame}, load_texts())))
    cells = [cell for row in book["Attribution"].iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n", "b"}
    formula = next(cell for cell in cells if str(cell.value).startswith("=HYPERLINK"))
    assert formula.value == HOSTILE[1]
    assert formula.quotePrefix


def test_sheets_have_frozen_head_filter_and_wrapped_text():
    frame = make_attribution_frame(make_case(), make_results())
    sheet = load_workbook(io.BytesIO(render_xlsx({"Attribution": frame}, load_texts())))["Attribution"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:AB5"
    assert sheet["A2"].alignment.wrap_text
    assert sheet.column_dimensions["E"].width > sheet.column_dimensions["C"].width


def test_columns_stay_when_there_are_no_rows():
    empty, full = (make_evidence_frame(make_case(), results) for results in (Results(), make_results()))
    assert list(empty.columns) == list(full.columns)
    assert all(f"{name}_reason" in empty.columns for name in TESTS)
    assert tuple(make_attribution_frame(make_case(), Results()).columns) == ATTRIBUTION_COLUMNS


def test_attribution_row_of_a_traced_span():
    row = make_attribution_frame(make_case(), make_results()).set_index("change").loc["s2"]
    expected = {
        "clause": "2(g)", "page": 2, "status": "changed", "new_text": "dry cellars and tide barracks,",
        "themes": "Cells & cellars", "best_grade": "strong", "claimant_grade": "strong", "wording": STRONG,
        "best_source": "lantern-1", "best_publisher": "Lantern Watch", "best_date": "2031-01-15", "best_page": 5,
        "rivals": "Office of the Warden, office-3, 2029-06 (earlier; weak)"
        " | Harbour Union, scan-8, undated (order not known; no source found)",
        "reasons": "Four rare words in order. | No earlier document has them.",
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected


def test_evidence_row_has_each_test_in_columns_of_its_own():
    row = make_evidence_frame(make_case(), make_results()).set_index("evidence").loc["e2"]
    assert row["precedence_outcome"] == "fail"
    assert row["precedence_value"] == -40.0
    assert row["precedence_reason"] == "lantern-late is dated 40 days after tabling."
    assert row["days_before_tabling"] == 66
    assert row["shared_phrases"] == "dry cellars | tide barracks"
