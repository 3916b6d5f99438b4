"""Pages of a PDF through PDFium, many times faster than the reference reader.

What PDFium cannot tell goes to the reference reader: a file that it cannot open, a page with a font without line
height.
"""

import ctypes
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.ingest import ink_pdfplumber
from pipeline.ingest.chars import PageInk, is_trap, mark_struck
from pipeline.ingest.ink_pdfium_fonts import Fonts
from pipeline.ingest.ink_pdfium_glyphs import Frame, take_glyphs
from pipeline.ingest.ink_pdfium_shapes import take_drawing
from pipeline.ingest.pdfium import UnsureError, bind, get_bounds, get_box, list_shapes

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument


def read_ink(path: Path) -> Iterator[PageInk]:
    """As `chars.read_ink`."""
    content = read_content(path)
    document = open_document(content) if content is not None else None
    if document is None:  # the reference reader knows more damaged files, and says why one cannot be read
        yield from ink_pdfplumber.read_ink(path)
        return
    with ExitStack() as stack:
        stack.callback(document.close)
        pages = cache(lambda: stack.enter_context(ink_pdfplumber.open_pages(path)))
        fonts = hold_fonts(document)
        stack.callback(fonts.release)
        for number in range(1, len(document) + 1):
            try:
                yield read_page(document, number, fonts)
            except UnsureError:
                page = pages()[number - 1]
                yield ink_pdfplumber.read_page(page, number)
                page.close()


def read_content(path: Path) -> bytes | None:
    """The bytes of a file; None where they cannot be had or are no document."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    return None if is_trap(content) else content


def open_document(content: bytes) -> "PdfDocument | None":
    """The document with its pages; None when PDFium cannot open it."""
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        document = PdfDocument(content)
    except PdfiumError:
        return None
    if len(document):
        return document
    document.close()
    return None


def hold_fonts(document: "PdfDocument") -> Fonts:
    """The fonts of a document; they are to be released before it is closed."""
    return Fonts(ctypes.cast(document.raw, ctypes.c_void_p).value or 0)


def read_page(document: "PdfDocument", number: int, fonts: Fonts) -> PageInk:
    """Take glyphs, rules and large pictures from one page. Raises UnsureError."""
    from pypdfium2 import raw

    page = raw.FPDF_LoadPage(document, number - 1)
    handle = ctypes.cast(page, ctypes.c_void_p).value
    if not handle:
        raise UnsureError
    try:
        frame = turn_page(handle)
        drawing = take_drawing(handle, (1.0, 0.0, 0.0, -1.0, frame.right, frame.above))
        fonts.limit()
        text = raw.FPDFText_LoadPage(page)
        try:
            glyphs = take_glyphs(ctypes.cast(text, ctypes.c_void_p).value or 0, frame, fonts, drawing.texts)
        finally:
            raw.FPDFText_ClosePage(text)
    finally:
        raw.FPDF_ClosePage(page)
    pictures = sum(1 for area in drawing.images if area > 0.25 * frame.width * frame.height)
    struck = mark_struck(glyphs, drawing.rules)
    return PageInk(number, frame.width, frame.height, struck, drawing.rules, pictures, tuple(drawing.panels))


def turn_page(page: int) -> Frame:
    """Turn what stands on a page as a viewer would, so that upright text runs along the x axis.

    The frame is that of pdfplumber: the media box, its corner taken into account only once.
    """
    box = get_box("FPDFPage_GetMediaBox", page)
    if box is None:  # named for all pages at once: the same as the shown box, unless a page is cropped
        if get_box("FPDFPage_GetCropBox", page):
            raise UnsureError
        box = get_bounds(page)
    x0, y0, x1, y1 = box
    turns = bind("FPDFPage_GetRotation")(page)
    if turns == 0:
        return Frame(x1 - x0, y1 - y0, 0.0, y1 - y0)
    matrix = [(-0.0, -1.0, 1.0, 0.0, -y0, x1), (-1.0, 0.0, 0.0, -1.0, x1, y1), (0.0, 1.0, -1.0, 0.0, y1, -x0)][
        turns - 1
    ]
    for _, shape in list_shapes(page):
        bind("FPDFPageObj_Transform")(shape, *matrix)
    if turns == 2:
        return Frame(x1 - x0, y1 - y0, x0, 2 * (y1 - y0) - y1)
    return Frame(y1 - y0, x1 - x0, y0, 2 * (x1 - x0) - x1)
