"""Glyphs and rules of a PDF: what stands where on each page, before any reading.

Two readers give it: `ink_pdfium`, the fast one, and `ink_pdfplumber`, the reference. Everything above sees only
`PageInk`. All positions are PDF points from the top left corner of the page.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from pipeline.errors import DocumentError
from pipeline.ingest.glyphs import Flags, Glyphs, Numbers, Places

BOLD = re.compile(r"bold|black|heavy|semibold|demi(?!rom)", re.IGNORECASE)
ITALIC = re.compile(r"italic|oblique|kursiv", re.IGNORECASE)
BARCODE = re.compile(r"barcode|3of9|code ?(39|128)|c39|wp39|qr", re.IGNORECASE)
ALIAS = re.compile(rb"\b(\d+)\s+\d+\s+obj\s+(\d+)\s+\d+\s+R\b")  # an object that only names another
ALIASED = re.compile(rb"obj\s+\d+\s+\d+\s+R\b")  # its end, which is found ten times as fast
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

    def find(self, glyphs: Glyphs) -> Flags:
        """The glyphs whose middle lies within."""
        x, y = (glyphs.x0 + glyphs.x1) / 2, glyphs.baseline - 0.3 * glyphs.size
        return lies_between(x, self.x0 - 1, self.x1 + 1) & lies_between(y, self.top, self.bottom)


class PageInk(NamedTuple):
    """What is printed on one page."""

    number: int  # from 1
    width: float
    height: float
    glyphs: Glyphs
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
    if not ALIASED.search(content):
        return False
    aliases: dict[bytes, bytes] = dict(ALIAS.findall(content))
    while any(named not in aliases for named in aliases.values()):
        aliases = {alias: named for alias, named in aliases.items() if named in aliases}
    return bool(aliases)


def damaged(path: Path) -> DocumentError:
    """The sentence for a file that starts like a PDF and cannot be parsed."""
    return DocumentError(f"{path.name} is damaged or cut short and cannot be read as PDF: fetch the file again.")


def lies_between(numbers: Numbers, least: float, most: float) -> Flags:
    """Which of the numbers lie between two others, ends included."""
    return (least <= numbers) & (numbers <= most)


def mark_struck(glyphs: Glyphs, rules: Iterable[Rule]) -> Glyphs:
    """The glyphs, those that a line is drawn through marked as struck."""
    drawn = [rule for rule in rules if rule.horizontal and rule.x1 - rule.x0 >= THIN]
    if not drawn or not len(glyphs):
        return glyphs
    order = np.argsort(glyphs.baseline, kind="stable")
    heights, tops = glyphs.baseline[order], np.array([rule.top for rule in drawn])
    firsts = np.searchsorted(heights, tops, "left").tolist()
    lasts = np.searchsorted(heights, tops + STRIKE[1] * glyphs.size.max(), "right").tolist()
    struck = np.zeros(len(glyphs), np.bool_)
    for rule, first, last in zip(drawn, firsts, lasts, strict=True):
        if first < last:
            struck[find_struck(glyphs, order[first:last], rule)] = True
    return replace(glyphs, struck=struck) if struck.any() else glyphs


def find_struck(glyphs: Glyphs, near: Places, rule: Rule) -> Places:
    """Of the glyphs at some places those that a rule strikes through: it runs through the middle of their height and
    ends where they do."""
    x0, x1, size = glyphs.x0[near], glyphs.x1[near], glyphs.size[near]
    rise = glyphs.baseline[near] - rule.top
    within = lies_between((x0 + x1) / 2, rule.x0 - 0.5, rule.x1 + 0.5)
    hit = np.flatnonzero(within & (STRIKE[0] * size <= rise) & (rise <= STRIKE[1] * size))
    if not len(hit):
        return hit
    end = STRIKE_END * size[hit[0]]
    return near[hit] if x0[hit].min() - rule.x0 < end and rule.x1 - x1[hit].max() < end else hit[:0]


def read_style(fontname: str) -> tuple[bool, bool, bool]:
    """Whether a font is bold, italic, a barcode, by its name without its subset tag."""
    name = fontname.split("+", 1)[-1]
    return bool(BOLD.search(name)), bool(ITALIC.search(name)), bool(BARCODE.search(name))


def straight(x0: float, top: float, x1: float, bottom: float) -> Iterator[Rule]:
    """A rule through the middle of a thin box; nothing for slanted or tiny strokes."""
    if bottom - top <= THIN < x1 - x0:
        middle = (top + bottom) / 2
        yield Rule(x0, middle, x1, middle)
    elif x1 - x0 <= THIN < bottom - top:
        middle = (x0 + x1) / 2
        yield Rule(middle, top, middle, bottom)
