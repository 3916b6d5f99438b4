"""The workbooks that come back from reviewers, read strictly: what was not asked for is refused in one sentence."""

import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import ClausetraceError
from pipeline.report.review_book import CASE_CELL, DATE_CELL, RECORD_VERDICTS, REVIEWER_CELL, VERDICTS, sum_up
from pipeline.report.texts import load_texts
from pipeline.words import fold_quote

if TYPE_CHECKING:
    from openpyxl import Workbook

Cells = Mapping[str, str]  # a row, by the keys of the texts' sections
_LARGEST = 200_000_000  # bytes unpacked
_UNREADABLE = (OSError, KeyError, ValueError, TypeError, AttributeError, IndexError, SyntaxError, EOFError, zlib.error,
               struct.error, zipfile.BadZipFile, NotImplementedError, RuntimeError)  # what openpyxl raises  # fmt: skip


def read_review_book(path: Path, case: str) -> list[tuple[str, dict[str, str]]]:
    """Where each verdict of a filled workbook stands ("A.xlsx, sheet Links, row 4"), and its row of hand/reviews.csv.

    `case` is the id of the case that the workbook must be of. Cells are as typed, not checked beyond what a workbook
    can get wrong. Raises ClausetraceError for a file that `review export` did not write, of another case, or with rows
    that were changed where nothing was to be changed.
    """
    book = _open_book(path)
    texts = load_texts()
    names = [texts["workbook"][key] for key in ("start", "links", "records")]
    if [name for name in names if name not in book.sheetnames]:
        raise ClausetraceError(f"{path}: is no workbook of `clausetrace review export`; export one and fill in a copy.")
    start = book[names[0]]
    found = _read_cell(start[CASE_CELL].value)
    if fold_quote(found) != fold_quote(case):
        raise ClausetraceError(f"{path}: belongs to the case {found!r}, not to {case!r}; import it into that case.")
    given = {"reviewer": _read_cell(start[REVIEWER_CELL].value), "date": _read_cell(start[DATE_CELL].value)}
    links = dict(_read_rows(book, path, "links"))
    rows = [_read_verdict(place, row, given) for place, row in links.items() if _is_filled(place, row)]
    by_number = {row["number"]: row for row in links.values()}
    for place, row in _read_rows(book, path, "records"):
        if any(row.values()):
            rows.append(_read_record(place, row, by_number, given))
    return rows


def _open_book(path: Path) -> "Workbook":
    from openpyxl import load_workbook

    complaint = f"{path}: cannot be read as an XLSX workbook; check the path, or save it again in that format."
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(member.file_size for member in packed.infolist())
        if size > _LARGEST:
            raise ClausetraceError(f"{path}: unpacks to {size // 1_000_000} MB, which no review workbook does.")
        return load_workbook(path, keep_links=False)
    except _UNREADABLE as error:
        raise ClausetraceError(complaint) from error


def _read_rows(book: "Workbook", path: Path, name: str) -> Iterator[tuple[str, Cells]]:
    """The rows of a sheet with where they stand, by the keys of its columns."""
    texts = load_texts()
    heads, sheet = texts[f"workbook_{name}"], book[texts["workbook"][name]]
    place = f"{path}, sheet {sheet.title}"
    found = [_read_cell(cell.value) for cell in sheet[1]][: len(heads)]
    if found != list(heads.values()):
        raise ClausetraceError(f"{place}: its columns are not those of the export; export again and fill in a copy.")
    for number, cells in enumerate(sheet.iter_rows(min_row=2, max_col=len(heads), values_only=True), start=2):
        yield f"{place}, row {number}", dict(zip(heads, map(_read_cell, cells), strict=True))


def _read_cell(value: object) -> str:
    """What was typed: days as 2024-05-31, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def _is_filled(place: str, row: Cells) -> bool:
    if row["verdict"] and not row["change"]:
        raise ClausetraceError(f"{place}: has a verdict but no link; take it out, or export again.")
    if row["reason"] and not row["verdict"]:
        raise ClausetraceError(f"{place}: has a reason but no verdict; choose one or empty the row.")
    return bool(row["verdict"])


def _read_verdict(place: str, row: Cells, given: Cells) -> tuple[str, dict[str, str]]:
    verdict = row["verdict"].lower()
    if verdict not in VERDICTS:
        raise ClausetraceError(f"{place}: the verdict is {row['verdict']!r}; choose one of {', '.join(VERDICTS)}.")
    if sum_up(*_cite(row).values()) != row["check"]:
        raise ClausetraceError(f"{place}: its texts or ids were changed; export again and copy your verdicts over.")
    typed = {"reviewer": row["reviewer"] or given["reviewer"], "date": row["date"] or given["date"]}
    return place, _cite(row) | typed | {"verdict": verdict, "reason": row["reason"]}


def _read_record(place: str, row: Cells, links: Mapping[str, Cells], given: Cells) -> tuple[str, dict[str, str]]:
    verdict = row["verdict"].lower()
    if verdict not in RECORD_VERDICTS:
        raise ClausetraceError(f"{place}: says {row['verdict']!r}; choose one of {', '.join(RECORD_VERDICTS)}.")
    link = links.get(row["number"])
    if link is None or not row["number"]:
        raise ClausetraceError(f"{place}: no link has the number {row['number']!r}; take one of the sheet of links.")
    if sum_up(*_cite(link).values()) != link["check"]:
        raise ClausetraceError(f"{place}: texts or ids of link {row['number']} were changed; export again.")
    typed = {name: row[name] for name in ("person", "role", "organisation", "basis", "reason", "date")}
    who = {"reviewer": row["reviewer"] or given["reviewer"], "outside": row["outside"].lower()}
    return place, _cite(link) | typed | who | {"verdict": verdict}


def _cite(row: Cells) -> dict[str, str]:
    """What a verdict is about, in the order of the check sum."""
    return {name: row[name] for name in ("change", "source", "clause_text", "span_text", "source_text")}
