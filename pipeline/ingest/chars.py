"""Glyphs and rules of a PDF: what stands where on each page, before any reading.

Everything above this module sees only `PageInk`, so that a faster backend can replace pdfplumber without a change.
All positions are PDF points from the top left corner of the page.
"""

import logging
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.errors import DocumentError

if TYPE_CHECKING:
    from pdfplumber.page import Page

BOLD = re.compile(r"bold|black|heavy|semibold|demi(?!rom)", re.IGNORECASE)
ITALIC = re.compile(r"italic|oblique|kursiv", re.IGNORECASE)
BARCODE = re.compile(r"barcode|3of9|code ?(39|128)|c39|wp39|qr", re.IGNORECASE)
ALIAS = re.compile(rb"\b(\d+)\s+\d+\s+obj\s+(\d+)\s+\d+\s+R\b")  # an object that only names another
WIDE_ROWS = re.compile(rb"/Columns\s+\d{7}")
LOST = "\ufffd"  # a glyph of which the font does not say what letter it is; mostly a bullet
LIGATURES = {
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\ufb05": "st",
    "\ufb06": "st",
}
SLANT = 0.15  # a sheared text matrix is a slanted upright font; real italics shear by 0.2 and more
LEAST_PANEL = (36.0, 18.0)  # points: width and height under which a rectangle holds no passage
STRIKE = (0.12, 0.42)  # sizes above the baseline: where a line through small letters runs; an underline is lower
STRIKE_END = 0.6  # sizes by which it may stick out at either end; the rules of tables go on
THIN = 2.5  # points: a filled rectangle no thicker than this is a drawn line


class Glyph(NamedTuple):
    """One printed character."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    baseline: float
    size: float  # height of the font in points
    font: str
    bold: bool
    italic: bool
    after_blank: bool  # the text layer has a blank before it
    confidence: float = 1.0  # of optical character recognition, 0..1
    struck: bool = False  # a line is drawn through its middle


class Rule(NamedTuple):
    """A drawn horizontal (top == bottom) or vertical (x0 == x1) line."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def horizontal(self) -> bool:
        return self.x1 - self.x0 >= self.bottom - self.top


class Panel(NamedTuple):
    """A filled or framed rectangle."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def area(self) -> float:
        return (self.x1 - self.x0) * (self.bottom - self.top)

    def holds(self, x0: float, top: float, x1: float, bottom: float) -> bool:
        """Does it hold this rectangle, give or take two points?"""
        return self.x0 - 2 <= x0 and self.top - 2 <= top and x1 <= self.x1 + 2 and bottom <= self.bottom + 2

    def has(self, glyph: Glyph) -> bool:
        """Does the middle of the glyph lie within?"""
        y = glyph.baseline - 0.3 * glyph.size
        return self.x0 - 1 <= (glyph.x0 + glyph.x1) / 2 <= self.x1 + 1 and self.top <= y <= self.bottom


class PageInk(NamedTuple):
    """What is printed on one page."""

    number: int  # from 1
    width: float
    height: float
    glyphs: list[Glyph]
    rules: list[Rule]
    images: int  # pictures that cover a good part of the page
    panels: tuple[Panel, ...] = ()  # filled or framed rectangles that may hold text


def read_ink(path: Path) -> Iterator[PageInk]:
    """Give the pages of a PDF in order, one at a time so that a long file needs little memory.

    Raises DocumentError when the file is encrypted, damaged or has no pages.
    """
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
            for number, page in enumerate(document.pages, start=1):
                yield read_page(page, number)
                page.close()
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


def is_trap(content: bytes) -> bool:
    """Do objects of a PDF name one another in a circle, or rows hold millions of samples? pdfminer would not end."""
    if WIDE_ROWS.search(content):
        return True
    aliases: dict[bytes, bytes] = dict(ALIAS.findall(content))
    while any(named not in aliases for named in aliases.values()):
        aliases = {alias: named for alias, named in aliases.items() if named in aliases}
    return bool(aliases)


def damaged(path: Path) -> DocumentError:
    """The sentence for a file that starts like a PDF and cannot be parsed."""
    return DocumentError(f"{path.name} is damaged or cut short and cannot be read as PDF: fetch the file again.")


def read_page(page: "Page", number: int) -> PageInk:
    """Take glyphs, rules and large pictures from one page of pdfplumber."""
    width, height = float(page.width), float(page.height)
    pictures = sum(1 for image in page.images if image["width"] * image["height"] > 0.25 * width * height)
    panels = tuple(take_panels(page))
    rules = list(take_rules(page))
    return PageInk(number, width, height, mark_struck(list(take_glyphs(page)), rules), rules, pictures, panels)


def take_glyphs(page: "Page") -> Iterator[Glyph]:
    """Upright printed characters inside the page, without blanks, barcodes and second prints of fake bold."""
    styles: dict[str, tuple[str, bool, bool, bool]] = {}
    blank, seen = True, set()
    for char in page.chars:
        text = char["text"]
        if text.isspace() or not text:
            blank = True
            continue
        name = char["fontname"]
        if name not in styles:
            styles[name] = read_style(name)
        font, bold, italic, barcode = styles[name]
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
            font,
            bold,
            italic or matrix[2] > SLANT * abs(matrix[3] or 1.0),
            blank,
        )
        blank = False


def mark_struck(glyphs: list[Glyph], rules: Iterable[Rule]) -> list[Glyph]:
    """The glyphs, those that a line is drawn through marked as struck."""
    struck: set[int] = set()
    order = sorted(range(len(glyphs)), key=lambda place: glyphs[place].baseline)
    heights = [glyphs[place].baseline for place in order]
    tallest = max((glyph.size for glyph in glyphs), default=0.0)
    for rule in rules:
        if not rule.horizontal or rule.x1 - rule.x0 < THIN:
            continue
        first = bisect_left(heights, rule.top)
        last = bisect_right(heights, rule.top + STRIKE[1] * tallest)
        hit = [place for place in order[first:last] if is_struck(glyphs[place], rule)]
        if hit:
            size = glyphs[hit[0]].size
            start, end = min(glyphs[place].x0 for place in hit), max(glyphs[place].x1 for place in hit)
            if start - rule.x0 < STRIKE_END * size and rule.x1 - end < STRIKE_END * size:
                struck.update(hit)
    return [glyph._replace(struck=True) if place in struck else glyph for place, glyph in enumerate(glyphs)]


def is_struck(glyph: Glyph, rule: Rule) -> bool:
    """Does the line run through the middle of the glyph's height?"""
    within = rule.x0 - 0.5 <= (glyph.x0 + glyph.x1) / 2 <= rule.x1 + 0.5
    return within and STRIKE[0] * glyph.size <= glyph.baseline - rule.top <= STRIKE[1] * glyph.size


def is_inside(page: "Page", x0: float, top: float) -> bool:
    """Word processors leave text outside the sheet; a reader never sees it."""
    return -1 <= x0 <= float(page.width) + 1 and -1 <= top <= float(page.height) + 1


def read_style(fontname: str) -> tuple[str, bool, bool, bool]:
    """Font name without its subset tag, whether it is bold, italic, a barcode."""
    name = fontname.split("+", 1)[-1]
    return name, bool(BOLD.search(name)), bool(ITALIC.search(name)), bool(BARCODE.search(name))


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


def straight(x0: float, top: float, x1: float, bottom: float) -> Iterator[Rule]:
    """A rule through the middle of a thin box; nothing for slanted or tiny strokes."""
    if bottom - top <= THIN < x1 - x0:
        middle = (top + bottom) / 2
        yield Rule(x0, middle, x1, middle)
    elif x1 - x0 <= THIN < bottom - top:
        middle = (x0 + x1) / 2
        yield Rule(middle, top, middle, bottom)


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
