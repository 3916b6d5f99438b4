"""The workbook for reviewers: one row a link, both quotes, cells for the verdict, and everything else locked."""

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from pipeline.case import Case
from pipeline.records import Evidence, Grade
from pipeline.report.joins import Index, index_results, name_clause
from pipeline.report.results import Results
from pipeline.report.sheets import CELL_LIMIT, fill_cell, make_styles, repack
from pipeline.report.texts import Texts, clean_text, load_texts
from pipeline.words import fold_quote

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

REVIEWED: tuple[Grade, ...] = ("confirmed", "strong", "moderate", "weak")  # grades whose links are worth a verdict
VERDICTS = ("agree", "disagree", "unsure")
RECORD_VERDICTS = ("confirm", "deny")
CASE_CELL, REVIEWER_CELL, DATE_CELL = "B2", "B3", "B4"  # of the first sheet
RECORD_ROWS = 40  # empty rows for records
_INPUTS = ("verdict", "reason", "reviewer", "date")
_HIDDEN = ("change", "source", "check")
_WIDTHS = {"clause_text": 50, "span_text": 40, "source_text": 50, "wording": 36, "reasons": 50, "reason": 40,
           "source_name": 24, "reviewer": 18, "date": 14, "verdict": 14, "person": 24, "role": 26,
           "organisation": 26, "basis": 36, "outside": 18}  # fmt: skip
_WIDTH = 9


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A row of the sheet of links, by the keys of the texts' section `workbook_links`; the last three are hidden."""

    number: int
    clause: str
    page: int | None
    clause_text: str
    span_text: str
    source_name: str
    source_date: str
    source_page: int | None
    source_text: str
    grade: str
    wording: str
    reasons: str
    verdict: str
    reason: str
    reviewer: str
    date: str
    change: str
    source: str
    check: str


def render_review_book(case: Case, results: Results) -> bytes:
    """The workbook for one case; the same results give the same bytes."""
    from openpyxl import Workbook

    texts = load_texts()
    book = Workbook()
    book.properties.creator = texts["page"]["maker"]
    _fill_start(book.active, case, texts)
    _fill_links(book, list_links(case, results, texts), texts)
    _fill_records(book, texts)
    packed = io.BytesIO()
    book.save(packed)
    return repack(packed.getvalue())


def list_links(case: Case, results: Results, texts: Texts) -> list[LinkRow]:
    """Each source's best link with each span, of grade `weak` or better, in the order of the clauses."""
    index = index_results(case, results)
    rows = [row for row in results.evidence if row.grade in REVIEWED and _is_complete(row, index)]
    rows.sort(key=lambda row: (index.clauses[index.changes[row.change].clause].order, row.change, row.source))
    return [_describe_link(number, row, index, texts) for number, row in enumerate(rows, start=1)]


def _is_complete(row: Evidence, index: Index) -> bool:
    change = index.changes.get(row.change)
    return change is not None and change.clause in index.clauses and row.finding in index.findings


def _describe_link(number: int, row: Evidence, index: Index, texts: Texts) -> LinkRow:
    change, finding = index.changes[row.change], index.findings[row.finding]
    clause, source = index.clauses[change.clause], index.sources.get(row.source)
    quotes = [_fit(text) for text in (clause.full_text, change.text, finding.text)]
    return LinkRow(
        number=number,
        clause=_fit(name_clause(clause)),
        page=clause.page,
        clause_text=quotes[0],
        span_text=quotes[1],
        source_name=_fit(f"{source.publisher or source.id}, {source.title or source.id}" if source else row.source),
        source_date=source.date if source and source.date else texts["dates"]["undated"],
        source_page=finding.page,
        source_text=quotes[2],
        grade=texts["grades"][row.grade],
        wording=_fit(row.wording),
        reasons=_fit("\n".join(test.reason for test in row.tests)),
        verdict="",
        reason="",
        reviewer="",
        date="",
        change=row.change,
        source=row.source,
        check=sum_up(row.change, row.source, *quotes),
    )


def _fit(text: str) -> str:
    return clean_text(text)[:CELL_LIMIT]


def sum_up(*texts: str) -> str:
    """A check sum over what a row's verdict is about, so that edited rows are noticed. No protection against intent."""
    return hashlib.sha256("\n".join(map(fold_quote, texts)).encode()).hexdigest()[:16]


def _fill_start(sheet: "Worksheet", case: Case, texts: Texts) -> None:
    from openpyxl.styles import Alignment, Font

    words = texts["workbook"]
    sheet.title = words["start"]
    styles = make_styles(sheet)
    head = [(words["kind"], ""), (words["case"], _fit(case.id)), (words["reviewer"], None), (words["date"], None)]
    for row, pair in enumerate(head, start=1):
        for column, value in enumerate(pair, start=1):
            if value is None:
                _open_cell(sheet, row, column)
            else:
                fill_cell(sheet, row, column, value, styles)
        sheet.cell(row=row, column=1).font = Font(bold=True)
    keys = ("lead", "question", *VERDICTS, "lowers", "confirm", "locked")
    for row, key in enumerate(keys, start=len(head) + 2):
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=3)
        fill_cell(sheet, row, 1, words[key], styles)
        sheet.cell(row=row, column=1).alignment = Alignment(vertical="top", wrap_text=True)
        sheet.row_dimensions[row].height = 16 * (1 + len(words[key]) // 95)
    for letter, width in zip("ABC", (22, 40, 40), strict=True):
        sheet.column_dimensions[letter].width = width
    _lock(sheet)


def _fill_links(book: "Workbook", rows: Sequence[LinkRow], texts: Texts) -> None:
    sheet = book.create_sheet(texts["workbook"]["links"])
    places = _fill_head(sheet, texts["workbook_links"])
    styles = make_styles(sheet)
    for place, link in enumerate(rows, start=2):
        for name, value in asdict(link).items():
            if name in _INPUTS:
                _open_cell(sheet, place, places[name])
            else:
                fill_cell(sheet, place, places[name], _fit(value) if isinstance(value, str) else value, styles)
    last = len(rows) + 1
    _offer(sheet, places["verdict"], VERDICTS, last)
    for name in _HIDDEN:
        sheet.column_dimensions[_letter(places[name])].hidden = True
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = f"A1:{_letter(len(places))}{last}"
    _lock(sheet)


def _fill_records(book: "Workbook", texts: Texts) -> None:
    sheet = book.create_sheet(texts["workbook"]["records"])
    places = _fill_head(sheet, texts["workbook_records"])
    for row in range(2, RECORD_ROWS + 2):
        for column in places.values():
            _open_cell(sheet, row, column)
    _offer(sheet, places["verdict"], RECORD_VERDICTS, RECORD_ROWS + 1)
    _offer(sheet, places["outside"], ("yes", "no"), RECORD_ROWS + 1)
    sheet.freeze_panes = "A2"
    _lock(sheet)


def _fill_head(sheet: "Worksheet", names: Mapping[str, str]) -> dict[str, int]:
    """The heading row; returns the column of each key."""
    styles = make_styles(sheet)
    places = {key: column for column, key in enumerate(names, start=1)}
    for key, column in places.items():
        fill_cell(sheet, 1, column, names[key], styles)
        sheet.cell(row=1, column=column)._style = styles["head"]
        sheet.column_dimensions[_letter(column)].width = _WIDTHS.get(key, _WIDTH)
    return places


def _open_cell(sheet: "Worksheet", row: int, column: int) -> None:
    """An empty cell that may be filled in: text, so that nothing typed into it is run or becomes a number."""
    from openpyxl.styles import Alignment, PatternFill, Protection

    cell = sheet.cell(row=row, column=column)
    cell.fill, cell.number_format = PatternFill("solid", fgColor="FFF7D6"), "@"
    cell.alignment, cell.protection = Alignment(vertical="top", wrap_text=True), Protection(locked=False)


def _offer(sheet: "Worksheet", column: int, values: Sequence[str], last: int) -> None:
    """A drop-down list in a column; other words are refused by the spreadsheet program."""
    from openpyxl.worksheet.datavalidation import DataValidation

    if last < 2:
        return
    choice = DataValidation(type="list", formula1=f'"{",".join(values)}"', allow_blank=True, showErrorMessage=True)
    sheet.add_data_validation(choice)
    choice.add(f"{_letter(column)}2:{_letter(column)}{last}")


def _lock(sheet: "Worksheet") -> None:
    """Only opened cells can be changed; filtering and widening columns stay possible. There is no password."""
    sheet.protection.sheet = True
    sheet.protection.autoFilter = sheet.protection.formatColumns = sheet.protection.formatRows = False
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _letter(column: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(column))
