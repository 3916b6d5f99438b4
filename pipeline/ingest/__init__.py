"""A file becomes paragraphs with page, box, printed label and kind, or a `DocumentError` that says why not."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

from pipeline.errors import DocumentError
from pipeline.ingest.language import check_language
from pipeline.ingest.sniff import identify_file
from pipeline.records import Paragraph


def read_document(path: Path, source: str, reader: str = "pdfium") -> list[Paragraph]:
    """Read one document into paragraphs in reading order.

    `path` is a PDF, DOCX, HTML, TXT or Markdown file, or a picture of pages; `source` is the document's id, which
    becomes part of every paragraph id; `reader` ("pdfium" or "pdfplumber") is that of PDFs. Raises DocumentError when
    the file is missing, damaged, encrypted, empty, of another type than its name says, holds no text, or is written in
    a language that is not supported.
    """
    read = _choose_reader(path, reader)
    try:
        paragraphs = number_paragraphs(read(path), source)
    except RecursionError as error:
        raise DocumentError(f"{path.name}: nested too deeply to be a real document; save it again as PDF.") from error
    if not any(paragraph.text.strip() for paragraph in paragraphs):
        raise DocumentError(f"{path.name}: no text found; if it is a scan, run OCR on it first and use the result.")
    check_language(paragraphs, path.name)
    return paragraphs


def number_paragraphs(paragraphs: Iterable[Paragraph], source: str) -> list[Paragraph]:
    """Give paragraphs their source, place and id; readers leave the three empty."""
    return [
        replace(paragraph, id=f"{source}¶{order}", source=source, order=order)
        for order, paragraph in enumerate(paragraphs)
    ]


def _choose_reader(path: Path, reader: str) -> Callable[[Path], list[Paragraph]]:
    """The reader for the file, after a look at its first bytes; one import a format, so that none pays for another."""
    kind = identify_file(path)
    if kind == "PDF":
        from pipeline.ingest.pdf import read_pdf

        return partial(read_pdf, reader=reader)
    if kind == "DOCX":
        from pipeline.ingest.word import read_docx

        return read_docx
    if kind == "HTML":
        from pipeline.ingest.html import read_html

        return read_html
    if kind == "picture":
        from pipeline.ingest.pictures import read_picture

        return read_picture
    if kind == "text":
        from pipeline.ingest.text import read_text

        return read_text
    from pipeline.ingest.legacy import read_legacy

    return read_legacy
