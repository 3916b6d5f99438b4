"""CSV and XLSX files of the report tables, safe to open: no cell from a document can become a formula.

The tables come from `frames`, where control characters were taken out.
"""

import io
import re
import zipfile
from copy import copy
from typing import TYPE_CHECKING

from pipeline.report.texts import Texts
from pipeline.words import neutralise_cell, starts_formula

if TYPE_CHECKING:
    import pandas as pd
    from openpyxl.styles.cell_style import StyleArray
    from openpyxl.worksheet.worksheet import Worksheet

CELL_LIMIT = 32_767  # characters, of the XLSX format
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)  # the format's earliest: reports carry no date of making
_CREATED = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")
_WIDTHS = (("text", 60), ("quote", 60), ("wording", 50), ("reason", 50), ("rivals", 40), ("message", 60), ("ask", 50),
           ("title", 50), ("added", 40), ("removed", 30), ("source", 28), ("publisher", 24), ("url", 30),
           ("themes", 24), ("phrases", 40))  # fmt: skip
_WIDTH = 13


def render_csv(frame: "pd.DataFrame") -> bytes:
    """The table as UTF-8 CSV; text that a spreadsheet would run as a formula gets an apostrophe before it."""
    safe = frame.map(lambda value: neutralise_cell(value) if isinstance(value, str) else value)
    return bytes(safe.to_csv(index=False, float_format="%.6g", lineterminator="\n").encode("utf-8"))


def render_xlsx(sheets: "dict[str, pd.DataFrame]", texts: Texts) -> bytes:
    """A workbook with one sheet a table: frozen header, filters, wrapped text. Every text stays text."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    book.properties.creator = texts["page"]["maker"]
    for name, frame in sheets.items():
        _fill_sheet(book.create_sheet(name), frame)
    packed = io.BytesIO()
    book.save(packed)
    return repack(packed.getvalue())


def _fill_sheet(sheet: "Worksheet", frame: "pd.DataFrame") -> None:
    from openpyxl.utils import get_column_letter

    styles = make_styles(sheet)
    for column, name in enumerate(frame.columns, start=1):
        head = sheet.cell(row=1, column=column, value=name.replace("_", " "))
        head._style = copy(styles["head"])
        sheet.column_dimensions[get_column_letter(column)].width = _choose_width(name)
        for row, value in enumerate(frame[name], start=2):
            fill_cell(sheet, row, column, value, styles)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(frame.columns))}{len(frame) + 1}"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"


def make_styles(sheet: "Worksheet") -> "dict[str, StyleArray]":
    """Three styles, made once: setting alignment cell by cell takes most of a large workbook's time."""
    from openpyxl.cell.cell import Cell
    from openpyxl.styles import Alignment, Font, PatternFill

    cells = {name: Cell(sheet, row=1, column=1) for name in ("head", "plain", "quoted")}
    for cell in cells.values():
        cell.alignment = Alignment(vertical="top", wrap_text=True)
    cells["head"].font, cells["head"].fill = Font(bold=True), PatternFill("solid", fgColor="E8EBEF")
    cells["quoted"].quotePrefix = True  # stays text when someone edits the cell
    return {name: cell._style for name, cell in cells.items()}


def fill_cell(sheet: "Worksheet", row: int, column: int, value: object, styles: "dict[str, StyleArray]") -> None:
    """Set the type by hand: openpyxl guesses formulas and error codes from the text. Empty cells are left out."""
    import pandas as pd

    if pd.isna(value) or value == "":  # type: ignore[call-overload]
        return
    cell = sheet.cell(row=row, column=column)
    cell._style = copy(styles["quoted" if isinstance(value, str) and starts_formula(value) else "plain"])
    if isinstance(value, str):
        cell.value = value[:CELL_LIMIT]
        cell.data_type = "s"
    else:
        cell.value = float(f"{value:.6g}") if isinstance(value, float) else value


def _choose_width(column: str) -> int:
    """Characters a column gets, by the first known part of its name."""
    return next((width for part, width in _WIDTHS if part in column), _WIDTH)


def repack(content: bytes) -> bytes:
    """The same workbook with fixed dates, so that equal tables give equal bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist()):
            part = old.read(name)
            if name == "docProps/core.xml":
                part = _CREATED.sub(rb"\g<1>1980-01-01T00:00:00Z", part)
            member = zipfile.ZipInfo(name, _ZIP_DATE)
            member.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(member, part)
    return packed.getvalue()
