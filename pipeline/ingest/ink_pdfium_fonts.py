"""Fonts of a PDF through PDFium: their names and styles, and how wide they print each letter."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.ingest.chars import LOST, read_style
from pipeline.ingest.pdfium import UnsureError, bind, get_float, get_font_name, get_sides

_MOST_FONTS = 500  # that are held at a time

# Descents of the standard fonts in Adobe's metrics, which pdfminer takes for fonts of these names.
_STANDARD = re.compile(r"(Times|Helvetica|Courier)(-\w+)?|(TimesNewRoman|Arial|CourierNew)(,\w+)?")
_DESCENTS = {"T": -0.217, "H": -0.207, "A": -0.207, "C": -0.194}  # by the first letter of the name


class Face(NamedTuple):
    """A font, as far as reading needs it."""

    bold: bool
    italic: bool
    barcode: bool
    descent: float  # below the baseline, in sizes; negative
    font: int
    widths: dict[str, float]  # of signs, in sizes
    lost: dict[int, str]  # signs of which the font does not say what letters they are, as a table for str.translate


class Fonts:
    """The fonts of an open document, each looked at once.

    A text object of our own holds each of them: else PDFium may drop a font that no open page needs, and give its
    address to another.
    """

    def __init__(self, document: int) -> None:
        self._document = document
        self._find_font = bind("FPDFTextObj_GetFont")
        self._faces: dict[int, Face] = {}
        self._holders: list[int] = []

    def read_face(self, text_object: int) -> Face:
        """The font of a text object. Raises UnsureError when its line height is not known."""
        font = self._find_font(text_object) or 0
        face = self._faces.get(font)
        if face is None:
            face = read_face(font)
            self._holders.append(bind("FPDFPageObj_CreateTextObj")(self._document, font, 1.0) or 0)
            self._faces[font] = face
        return face

    def limit(self) -> None:
        """Let all go when they have become too many; while a page is read, it holds its fonts itself."""
        if len(self._holders) > _MOST_FONTS:
            self.release()

    def release(self) -> None:
        """Let all fonts go, as has to be done before the document is closed."""
        self._faces.clear()
        while self._holders:
            bind("FPDFPageObj_Destroy")(self._holders.pop())


def read_face(font: int) -> Face:
    """What is to be known about a font. Raises UnsureError when its line height is not."""
    ascent, descent = (get_float(name, font, 1.0) for name in ("FPDFFont_GetAscent", "FPDFFont_GetDescent"))
    if ascent is None or descent is None or ascent == descent:
        raise UnsureError
    name = get_font_name(font)
    descent = _DESCENTS[name[0]] if _STANDARD.fullmatch(name) else -abs(descent)
    return Face(*read_style(name), descent, font, {}, {})


def measure_signs(text: int, first: int, letters: str, starts: Sequence[float], face: Face, stretch: float) -> None:
    """Learn the widths of signs that a font shows for the first time, from a run that begins at `first`.

    `starts` are where its letters begin, `stretch` is what an advance of one size takes in points.
    """
    for sign in set(letters).difference(face.widths):
        if bind("FPDFText_HasUnicodeMapError")(text, first + letters.index(sign)) > 0:
            face.lost[ord(sign)] = LOST
            continue
        places = (place for place, letter in enumerate(letters) if letter == sign)
        place = next((place for place in places if stands_alone(letters, starts, place)), None)
        if place is not None:
            face.widths[sign] = measure_sign(text, first + place, sign, face, stretch)


def stands_alone(letters: str, starts: Sequence[float], place: int) -> bool:
    """Does a letter begin where none of its neighbours does, unlike those of a ligature?"""
    beside = [other for other in (place - 1, place + 1) if 0 <= other < len(letters) and not letters[other].isspace()]
    return all(starts[other] != starts[place] for other in beside)


def measure_sign(text: int, place: int, sign: str, face: Face, stretch: float) -> float:
    """The advance of a sign in sizes.

    PDFium widens the box of a letter to hold all its ink (of an f, say), and finds a width by the letter, not by its
    code. The latter is right unless the box is narrower, or wider without ink at its end.
    """
    width = get_float("FPDFFont_GetGlyphWidth", face.font, ord(sign), 1.0) or 0.0
    start, end, ink = get_sides(text, place)
    wide = (end - start) / (stretch or 1.0)
    off = abs(wide - width) > 0.01
    return wide if off and (wide < width or abs(end - ink) > 0.05) else width
