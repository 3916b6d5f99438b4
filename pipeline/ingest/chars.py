"""Glyphs and rules of a PDF: what stands where on each page, before any reading.

Two readers give it: `ink_pdfium`, the fast one, and `ink_pdfplumber`, the reference. Everything above sees only
`PageInk`. All positions are PDF points from the top left corner of the page.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import DocumentError

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


def read_ink(path: Path, reader: str = "pdfium") -> Iterator[PageInk]:
    """Give the pages of a PDF in order, one at a time so that a long file needs little memory.

    `reader` is "pdfium" or "pdfplumber". Raises DocumentError when the file is encrypted, damaged or has no pages.
    """
    if reader == "pdfplumber":
        from pipeline.ingest import ink_pdfplumber

        return ink_pdfplumber.read_ink(path)
    from pipeline.ingest import ink_pdfium

    return ink_pdfium.read_ink(path)


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


def read_style(fontname: str) -> tuple[str, bool, bool, bool]:
    """Font name without its subset tag, whether it is bold, italic, a barcode."""
    name = fontname.split("+", 1)[-1]
    return name, bool(BOLD.search(name)), bool(ITALIC.search(name)), bool(BARCODE.search(name))


def straight(x0: float, top: float, x1: float, bottom: float) -> Iterator[Rule]:
    """A rule through the middle of a thin box; nothing for slanted or tiny strokes."""
    if bottom - top <= THIN < x1 - x0:
        middle = (top + bottom) / 2
        yield Rule(x0, middle, x1, middle)
    elif x1 - x0 <= THIN < bottom - top:
        middle = (x0 + x1) / 2
        yield Rule(middle, top, middle, bottom)
