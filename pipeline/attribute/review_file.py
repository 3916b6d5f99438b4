"""hand/reviews.csv: what people said of links. Rows are added at its end; nothing that stands in it is ever changed."""

import csv
import io
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import cast, get_args

from pipeline.errors import ClausetraceError
from pipeline.records import Problem, Review, ReviewVerdict
from pipeline.words import neutralise_cell, restore_cell

NAME = "hand/reviews.csv"  # in the case folder
COLUMNS = tuple(field.name for field in fields(Review) if field.name != "state")
READINGS = ("agree", "disagree", "unsure")
RECORDS = ("confirm", "deny")
_NEEDED = ("change", "source", "reviewer", "date", "verdict", "clause_text", "span_text", "source_text")
_NEEDED_IN_RECORDS = ("person", "role", "outside", "basis")
_LARGEST_CELL = 10_000_000  # characters; the csv module's own limit is below a long annex


def read_reviews(folder: Path) -> tuple[list[Review], list[Problem]]:
    """The rows of a case folder's hand/reviews.csv in order, and a problem for each row that cannot be used.

    A file that is not there holds no reviews. A file that cannot be read, or has other columns, is one problem.
    """
    path = folder / NAME
    if not path.exists():
        return [], []
    reviews: list[Review] = []
    problems: list[Problem] = []
    head: list[str] = []
    line = 0
    try:
        for line, cells in _parse(path.read_bytes()):
            if not head:
                head = cells
                _check_head(head)
            elif any(cell.strip() for cell in cells):
                try:
                    reviews.append(_read_row(head, cells))
                except ValueError as error:
                    problems.append(_complain(f"{NAME}, line {line}: {error}"))
    except (OSError, UnicodeDecodeError) as error:
        problems.append(_complain(f"{NAME}: cannot be read as CSV in UTF-8 ({error}); save it in that format."))
    except csv.Error as error:
        sentence = f"{NAME}: nothing after line {line} can be read ({error}); mend the quotation marks there."
        problems.append(_complain(sentence))
    except ValueError as error:
        problems.append(_complain(f"{NAME}, line 1: {error}"))
    return reviews, problems


def _check_head(head: Sequence[str]) -> None:
    if len(head) == 1 and ";" in head[0]:
        raise ValueError("its columns are separated by semicolons; save it as CSV with commas.")
    if missing := [name for name in COLUMNS if name not in head]:
        raise ValueError(f"has no column {', '.join(missing)}; put back the head of the file.")


def _read_row(head: Sequence[str], cells: Sequence[str]) -> Review:
    if len(cells) != len(head):
        raise ValueError(f"has {len(cells)} cells and the head {len(head)}; put texts with commas in quotation marks.")
    return make_review(dict(zip(head, map(restore_cell, cells), strict=True)))


def make_review(cells: Mapping[str, str]) -> Review:
    """A review from the cells of its row, by column. Raises ValueError: what is wrong and what to do, as one clause."""
    known = {name: cells.get(name, "") for name in COLUMNS}
    row = {name: value if name.endswith("_text") else " ".join(value.split()) for name, value in known.items()}
    row["verdict"], row["outside"] = row["verdict"].lower(), row["outside"].lower()
    verdicts = get_args(ReviewVerdict)
    if row["verdict"] not in verdicts:
        raise ValueError(f"the verdict is {row['verdict']!r}; write one of {', '.join(verdicts)}.")
    is_record = row["verdict"] in RECORDS
    for name in (*_NEEDED, *(_NEEDED_IN_RECORDS if is_record else ())):
        if not row[name].strip():
            raise ValueError(f"the column {name} is empty, which `{row['verdict']}` needs; fill it in.")
    _check_day(row["date"])
    if is_record and row["outside"] not in ("yes", "no"):
        raise ValueError(f"the column outside is {row['outside']!r}; write yes or no.")
    return Review(**{**row, "verdict": cast(ReviewVerdict, row["verdict"])})  # type: ignore[arg-type]


def append_reviews(folder: Path, reviews: Sequence[Review]) -> Path:
    """Add rows at the end of hand/reviews.csv, which is made when it is not there; returns the file.

    What stands in the file stays as it is, byte by byte. Raises ClausetraceError when its head is another one or the
    disk does not allow it.
    """
    path = folder / NAME
    if not reviews:
        return path
    try:
        old = path.read_bytes() if path.exists() else b""
        head = next(_parse(old), (1, list(COLUMNS)))[1]
        _check_head(head)
    except (OSError, csv.Error, ValueError) as error:  # UnicodeDecodeError is a ValueError
        raise ClausetraceError(f"{path}: cannot be added to ({error}); mend the file and import again.") from error
    added = io.StringIO()
    writer = csv.writer(added, lineterminator="\n")
    if not old:
        writer.writerow(head)
    for review in reviews:
        writer.writerow([neutralise_cell(getattr(review, name)) if name in COLUMNS else "" for name in head])
    gap = b"\n" if old and not old.endswith((b"\n", b"\r")) else b""
    _replace(path, old + gap + added.getvalue().encode("utf-8"))
    return path


def _parse(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line of the file on which each begins."""
    csv.field_size_limit(_LARGEST_CELL)
    reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
    line = 1
    for row in reader:
        yield line, row
        line = reader.line_num + 1


def _check_day(text: str) -> None:
    try:
        sound = date.fromisoformat(text).isoformat() == text
    except ValueError:
        sound = False
    if not sound:
        raise ValueError(f"the date is {text!r}; write the day as 2024-05-31.")


def _complain(sentence: str) -> Problem:
    return Problem(source=NAME, role="", stage="attribute", message=sentence)


def _replace(path: Path, content: bytes) -> None:
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(content)
        partial.replace(path)
    except OSError as error:
        with suppress(OSError):  # the complaint below is the one to hear
            partial.unlink()
        raise ClausetraceError(f"{path}: cannot be written ({error.strerror}); free space or mend rights.") from error
