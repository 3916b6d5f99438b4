"""Every column of every report table can be looked up."""

import csv
import io

import pytest
from openpyxl import load_workbook

from pipeline.report import write_reports
from pipeline.report.dictionary import explain_column
from tests.report.invented import make_case, make_results


def test_every_column_has_a_type_and_a_meaning(tmp_path):
    write_reports(make_case(), make_results(), tmp_path)
    rows = list(csv.DictReader(io.StringIO((tmp_path / "data-dictionary.csv").read_text("utf-8"))))
    known = {(row["table"], row["column"]) for row in rows}
    assert all(row["type"] and row["meaning"] for row in rows)
    for name, file in (("Attribution", "attribution.csv"), ("Evidence", "evidence.csv")):
        with (tmp_path / file).open(encoding="utf-8") as table:
            assert {(name, column) for column in next(csv.reader(table))} <= known
    book = load_workbook(tmp_path / "attribution.xlsx")
    shown = {(sheet.title, cell.value.replace(" ", "_")) for sheet in book for cell in sheet[1]}
    assert shown == known


def test_a_column_without_a_meaning_is_an_error():
    with pytest.raises(KeyError):
        explain_column("Evidence", "nobody_knows")


def test_tests_are_named_in_their_columns():
    assert "precedence" in explain_column("Evidence", "precedence_outcome")
    assert explain_column("Asks", "outcome") != explain_column("Outcomes", "outcome")
