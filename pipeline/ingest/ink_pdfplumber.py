"""Glyphs, rules and panels of a PDF through pdfplumber: the reference reader, slow and thorough."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import DocumentError
from pipeline.ingest.chars import (
    LEAST_PANEL,
    LIGATURES,
    LOST,
    SLANT,
    THIN,
    PageInk,
    Panel,
    Rule,
    damaged,
    is_trap,
    mark_struck,
    read_style,
    straight,
)
from pipeline.ingest.glyphs import Glyph, gather_glyphs

if TYPE_CHECKING:
    from pdfplumber.page import Page


def read_ink(path: Path) -> Iterator[PageInk]:
    """As `chars.read_ink`."""
    with open_pages(path) as pages:
        for number, page in enumerate(pages, start=1):
            yield read_page(page, number)
            page.close()


@contextmanager
def open_pages(path: Path) -> Iterator[Sequence["Page"]]:
    """The pages of a file while it is open. Raises DocumentError when it is encrypted, damaged or has no pages."""
    import pdfplumber
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
    from pdfplumber.utils.exceptions import PdfminerException

    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    try:
        if is_trap(path.read_bytes()):
            raise damaged(path)
        with pdfplumber.open(path) as document:
            if not document.pages:
                raise DocumentError(f"{path.name} has no pages: open it in a PDF viewer and save it again.")
            yield document.pages
    except (DocumentError, MemoryError):  # the latter is a limit reached, not damage
        raise
    except PdfminerException as error:
        cause = error.args[0] if error.args else error
        if isinstance(cause, MemoryError):
            raise cause from error
        if isinstance(cause, PDFPasswordIncorrect | PDFEncryptionError):
            raise DocumentError(f"{path.name} is encrypted: save a copy without a password and use that.") from error
        raise damaged(path) from error
    except OSError as error:
        raise DocumentError(
            f"{path} cannot be opened ({error.strerror}): check the path and its permissions."
        ) from error
    except Exception as error:  # a parser of hostile input fails in many ways; the user is told one thing
        raise damaged(path) from error


def read_page(page: "Page", number: int) -> PageInk:
    """Take glyphs, rules and large pictures from one page of pdfplumber."""
    width, height = float(page.width), float(page.height)
    pictures = sum(1 for image in page.images if image["width"] * image["height"] > 0.25 * width * height)
    panels = tuple(take_panels(page))
    rules = list(take_rules(page))
    glyphs = mark_struck(gather_glyphs(take_glyphs(page)), rules)
    return PageInk(number, width, height, glyphs, rules, pictures, panels)


def take_glyphs(page: "Page") -> Iterator[Glyph]:
    """Upright printed characters inside the page, without blanks, barcodes and second prints of fake bold."""
    styles: dict[str, tuple[bool, bool, bool]] = {}
    blank, seen = True, set()
    for char in page.chars:
        text = char["text"]
        if text.isspace() or not text:
            blank = True
            continue
        name = char["fontname"]
        if name not in styles:
            styles[name] = read_style(name)
        bold, italic, barcode = styles[name]
        step = 0.2 * (char["size"] or 1.0)  # no letter is narrower: a second print closer than that is fake bold
        place = (text, round(char["x0"] / step), round(char["top"]))
        if barcode or not char["upright"] or place in seen or not is_inside(page, char["x0"], char["top"]):
            continue
        seen.add(place)
        matrix = char["matrix"]
        yield Glyph(
            LOST if text.startswith("(cid:") else LIGATURES.get(text, text),
            char["x0"],
            char["top"],
            char["x1"],
            char["bottom"],
            char["bottom"] + char["y0"] - matrix[5],
            char["size"],
            bold,
            italic or matrix[2] > SLANT * abs(matrix[3] or 1.0),
            blank,
        )
        blank = False


def is_inside(page: "Page", x0: float, top: float) -> bool:
    """Word processors leave text outside the sheet; a reader never sees it."""
    return -1 <= x0 <= float(page.width) + 1 and -1 <= top <= float(page.height) + 1


def take_rules(page: "Page") -> Iterator[Rule]:
    """Drawn lines: strokes, thin filled boxes, and the four sides of stroked boxes."""
    for line in page.lines:
        yield from straight(line["x0"], line["top"], line["x1"], line["bottom"])
    for rect in page.rects:
        x0, top, x1, bottom = rect["x0"], rect["top"], rect["x1"], rect["bottom"]
        if min(x1 - x0, bottom - top) <= THIN:
            yield from straight(x0, top, x1, bottom)
        elif rect.get("stroke"):
            yield Rule(x0, top, x1, top)
            yield Rule(x0, bottom, x1, bottom)
            yield Rule(x0, top, x0, bottom)
            yield Rule(x1, top, x1, bottom)


def take_panels(page: "Page") -> Iterator[Panel]:
    """Rectangles, also with round corners, that are tinted or framed."""
    for shape in page.rects + [curve for curve in page.curves if is_rectangular(curve)]:
        box = Panel(shape["x0"], shape["top"], shape["x1"], shape["bottom"])
        large = box.x1 - box.x0 >= LEAST_PANEL[0] and box.bottom - box.top >= LEAST_PANEL[1]
        if large and (shape.get("stroke") or (shape.get("fill") and is_tinted(shape.get("non_stroking_color")))):
            yield box


def is_rectangular(curve: Mapping[str, Any]) -> bool:
    """Does a closed curve fill its box but for its corners? (shoelace formula)"""
    points = curve.get("pts") or []
    if len(points) < 4:
        return False
    doubled = sum(
        x * other_y - other_x * y for (x, y), (other_x, other_y) in zip(points, [*points[1:], points[0]], strict=True)
    )
    return bool(abs(doubled) / 2 >= 0.85 * (curve["x1"] - curve["x0"]) * (curve["bottom"] - curve["top"]))


def is_tinted(color: object) -> bool:
    """Is a fill any colour but white? Grey, RGB and CMYK are told by their number of parts; no colour set is black."""
    given = color if isinstance(color, list | tuple) else (color,)
    parts = [float(part) for part in given if isinstance(part, int | float)]
    if len(parts) < len(given):
        return True  # a pattern, or black by default
    return max(parts) > 0.01 if len(parts) == 4 else min(parts, default=0.0) < 0.99
