"""Words with boxes and pages of PDFs, beside pdfplumber's words, on one core."""

from collections.abc import Iterator
from pathlib import Path

from bench.measured import Row, compare_times, time_in_turn
from pipeline.ingest.chars import PageInk, read_ink
from pipeline.ingest.lines import make_rows
from pipeline.ingest.pdf import read_pdf

_DEMO = Path(__file__).parents[1] / "data/cases/demo/documents"


def measure(small: bool = False) -> list[Row]:
    """Time of our words beside pdfplumber's `extract_words`, and of whole paragraphs with either reader."""
    return measure_files(list_files(small))


def list_files(small: bool) -> list[Path]:
    """The PDFs of the demo: generated resolutions and reports with notes, tables and columns."""
    files = sorted(_DEMO.rglob("*.pdf"))
    return files[:2] if small else files


def measure_files(files: list[Path]) -> list[Row]:
    """As `measure`, of any files that both can read."""
    ours, theirs = time_in_turn(lambda: count_words(files), lambda: count_their_words(files), rounds=3)
    fast, slow = time_in_turn(lambda: read_all(files, "pdfium"), lambda: read_all(files, "pdfplumber"), rounds=2)
    size = f"{len(theirs[1])} pages, {sum(ours[1])} words"
    return [
        compare_times("reading: words with boxes, beside pdfplumber extract_words", ours[0], theirs[0], 8.0, size),
        compare_times("reading: whole paragraphs, beside --reader pdfplumber", fast[0], slow[0], 1.0, size),
    ]


def count_words(files: list[Path]) -> list[int]:
    """Words on each page, all with their boxes."""
    return [sum(len(row.words) for row in make_rows(page.glyphs, page.number)) for page in read_pages(files)]


def read_pages(files: list[Path]) -> Iterator[PageInk]:
    return (page for file in files for page in read_ink(file))


def count_their_words(files: list[Path]) -> list[int]:
    """The same by pdfplumber, as its manual does it."""
    import pdfplumber

    counts: list[int] = []
    for file in files:
        with pdfplumber.open(file) as document:
            for page in document.pages:
                counts.append(len(page.extract_words()))
                page.close()
    return counts


def read_all(files: list[Path], reader: str) -> int:
    """Paragraphs of all files."""
    return sum(len(read_pdf(file, reader)) for file in files)
