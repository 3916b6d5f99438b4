"""Glyphs of a PDF through PDFium, several times faster than the reference reader.

PDFium answers one question about one character a call, so a single one is asked for each: where its box begins and
ends. Everything else (font, size, baseline, slant) is asked once a run, the characters that one operator prints. What
PDFium cannot tell goes to the reference reader: a file that it cannot open, a page with a font without line height.
"""

import ctypes
import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import cache, partial
from itertools import chain, pairwise, repeat
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pipeline.ingest import ink_pdfplumber
from pipeline.ingest.chars import LOST, SLANT, Glyph, PageInk, is_trap, mark_struck, read_style
from pipeline.ingest.ink_pdfium_shapes import take_drawing
from pipeline.ingest.pdfium import (
    bind,
    get_bounds,
    get_box,
    get_float,
    get_font_name,
    get_matrix,
    get_origin,
    get_sides,
    list_shapes,
    list_texts,
)  # fmt: skip

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_STRIDE = 16  # characters: runs are found by leaps of this length; most are longer than one word
_TOUCH = 0.3  # points by which runs overlap before one may be a second print of the other

_WORD = re.compile(r"\S+")
_HYPHENS = {0x02: "-", 0xFFFE: "-"}  # what PDFium makes of a hyphen at a line end
# Descents of the standard fonts in Adobe's metrics, which pdfminer takes for fonts of these names.
_STANDARD = re.compile(r"(Times|Helvetica|Courier)(-\w+)?|(TimesNewRoman|Arial|CourierNew)(,\w+)?")
_DESCENTS = {"T": -0.217, "H": -0.207, "A": -0.207, "C": -0.194}  # by the first letter of the name
_make_glyph: Callable[[tuple[object, ...]], Glyph] = partial(tuple.__new__, Glyph)


class UnsureError(Exception):
    """PDFium cannot tell something about a page that the reference reader can."""


class Face(NamedTuple):
    """A font, as far as a page needs it."""

    name: str
    bold: bool
    italic: bool
    barcode: bool
    descent: float  # below the baseline, in sizes; negative
    font: int
    widths: dict[str, float]  # of signs, in sizes
    lost: dict[int, str]  # signs of which the font does not say what letters they are, as a table for str.translate


class Run(NamedTuple):
    """How the characters of one text object are set."""

    top: float
    bottom: float
    baseline: float
    size: float
    face: Face
    italic: bool
    stretch: float  # points that an advance of one size takes
    shear: float  # points to the right for each point up


class Frame(NamedTuple):
    """Size of a page, and where its origin is: x + right, above - y."""

    width: float
    height: float
    right: float
    above: float


class _Buffers:
    """Memory for the answers of a page, used again for the next."""

    def __init__(self) -> None:
        self.room = 0

    def grow(self, count: int) -> None:
        if count >= self.room:
            self.room = 2 * count + 1024
            self.origins = (ctypes.c_double * (2 * self.room))()
            self.signs = (ctypes.c_ushort * self.room)()


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
        buffers = _Buffers()
        for number in range(1, len(document) + 1):
            try:
                yield read_page(document, number, buffers)
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


def read_page(document: "PdfDocument", number: int, buffers: _Buffers) -> PageInk:
    """Take glyphs, rules and large pictures from one page. Raises UnsureError."""
    from pypdfium2 import raw

    page = raw.FPDF_LoadPage(document, number - 1)
    handle = ctypes.cast(page, ctypes.c_void_p).value
    if not handle:
        raise UnsureError
    try:
        frame = turn_page(handle)
        text = raw.FPDFText_LoadPage(page)
        try:
            glyphs = take_glyphs(ctypes.cast(text, ctypes.c_void_p).value or 0, frame, buffers, list_texts(handle))
        finally:
            raw.FPDFText_ClosePage(text)
        drawing = take_drawing(handle, (1.0, 0.0, 0.0, -1.0, frame.right, frame.above))
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


def take_glyphs(text: int, frame: Frame, buffers: _Buffers, objects: list[int]) -> list[Glyph]:
    """Upright printed characters inside the page, without blanks, barcodes and second prints of fake bold.

    `objects` are the text objects in the order in which the page prints them.
    """
    count = bind("FPDFText_CountChars")(text)
    if count <= 0:
        return []
    buffers.grow(count)
    starts = read_starts(text, count, frame.right, buffers)
    signs = read_signs(text, count, buffers)
    find_object, is_made_up = (partial(bind(name), text) for name in ("FPDFText_GetTextObject", "FPDFText_IsGenerated"))
    faces: dict[int, Face] = {}
    glyphs: list[Glyph] = []
    ends: list[tuple[int, float, float]] = []
    blank = True  # is there one in the text layer before the next letter? Those that PDFium makes up do not count
    runs = list(find_runs(find_object, count))
    after_lost = find_after_lost(objects, {handle for _, _, handle in runs})
    for first, end, handle in runs:
        printed = signs[first:end]
        blank = blank or handle in after_lost
        if not handle or printed.isspace():
            blank = blank or bool(handle)
            continue
        run = read_run(text, first, handle, read_face(handle, faces), frame)
        if run is not None:
            printed = measure_signs(text, first, printed, starts, run)
        done = first
        for word in _WORD.finditer(printed):
            start, stop = first + word.start(), first + word.end()
            blank = blank or (start > done and not is_made_up(done))
            done = stop
            if run is not None:
                fresh = set_word(text, start, word.group(), starts[start:stop], run, blank)
                glyphs += fresh
                ends.append((round(run.top), fresh[0].x0, fresh[-1].x1))
                blank = False
        blank = blank or (done < end and not is_made_up(done))
    if any(glyph.x0 < -1 or glyph.x0 > frame.width + 1 for glyph in glyphs):
        glyphs = [glyph for glyph in glyphs if -1 <= glyph.x0 <= frame.width + 1]
    return drop_second_prints(glyphs) if may_overlap(ends) else glyphs


def find_after_lost(objects: list[int], seen: set[int]) -> set[int]:
    """The text objects right after one of which PDFium gives no character: it holds a blank alone."""
    return {after for before, after in pairwise(objects) if before not in seen}


def read_starts(text: int, count: int, right: float, buffers: _Buffers) -> list[float]:
    """Where each character starts along the line."""
    start = ctypes.addressof(buffers.origins)
    across, down = range(start, start + 16 * count, 16), range(start + 8, start + 8 + 16 * count, 16)
    deque(map(bind("FPDFText_GetCharOrigin"), repeat(text), range(count), across, down), maxlen=0)
    starts: list[float] = buffers.origins[: 2 * count : 2]
    return [x + right for x in starts] if right else starts


def read_signs(text: int, count: int, buffers: _Buffers) -> str:
    """One sign for each character, also for those beyond the first plane; hyphens at line ends as printed."""
    written = bind("FPDFText_GetText")(text, 0, count, ctypes.addressof(buffers.signs)) - 1
    signs = bytes(memoryview(buffers.signs).cast("B")[: 2 * max(0, written)]).decode("utf-16-le", "replace")
    if written != count or len(signs) != count:  # some take two units, some (hyphens that PDFium takes out) none
        codes = map(bind("FPDFText_GetUnicode"), repeat(text), range(count))
        signs = "".join(chr(code) if code < 0x110000 else LOST for code in codes)
    return signs.translate(_HYPHENS)


def find_runs(find_object: Callable[[int], int | None], count: int) -> Iterator[tuple[int, int, int]]:
    """Begin, end and text object (0 for none) of characters printed together.

    Blanks that PDFium makes up within an object may count as its own.
    """
    first = place = 0
    here = find_object(0)
    while place < count - 1:
        ahead = min(place + (_STRIDE if here else 1), count - 1)
        if find_object(ahead) == here:
            place = ahead
            continue
        while ahead - place > 1:
            middle = (place + ahead) // 2
            if find_object(middle) == here:
                place = middle
            else:
                ahead = middle
        yield first, ahead, here or 0
        first = place = ahead
        here = find_object(ahead)
    yield first, count, here or 0


def read_face(handle: int, faces: dict[int, Face]) -> Face:
    """The font of a text object. Raises UnsureError when its line height is not known."""
    font = bind("FPDFTextObj_GetFont")(handle) or 0
    if font not in faces:
        ascent, descent = (get_float(name, font, 1.0) for name in ("FPDFFont_GetAscent", "FPDFFont_GetDescent"))
        if ascent is None or descent is None or ascent == descent:
            raise UnsureError
        name = get_font_name(font)
        descent = _DESCENTS[name[0]] if _STANDARD.fullmatch(name) else -abs(descent)
        faces[font] = Face(*read_style(name), descent, font, {}, {})
    return faces[font]


def read_run(text: int, first: int, handle: int, face: Face, frame: Frame) -> Run | None:
    """How a run is set; None for what a reader passes over: barcodes, turned text, text beside the sheet."""
    matrix = get_matrix("FPDFText_GetMatrix", text, first)
    a, b, c, d, _, _ = matrix
    if face.barcode or not (a * d > 0 and b * c <= 0):
        return None
    if b:
        raise UnsureError
    size = get_float("FPDFTextObj_GetFontSize", handle) or 0.0
    _, y = get_origin(text, first)
    baseline = round(frame.above - y, 3)
    low, high = sorted((baseline - d * size * face.descent, baseline - d * size * (face.descent + 1)), reverse=True)
    if not -1 <= high <= frame.height + 1:
        return None
    return Run(high, low, baseline, low - high, face, face.italic or c > SLANT * abs(d), a * size, c / d)


def measure_signs(text: int, first: int, printed: str, starts: list[float], run: Run) -> str:
    """Learn the widths of signs that the font shows for the first time.

    Gives the run with `LOST` for each sign of which the font does not say what letter it is.
    """
    face = run.face
    for sign in set(printed).difference(face.widths):
        place = first + printed.index(sign)
        if bind("FPDFText_HasUnicodeMapError")(text, place) > 0:
            face.lost[ord(sign)] = LOST
        elif starts[place] not in (starts[place - 1], starts[min(place + 1, len(starts) - 1)]):  # not in a ligature
            face.widths[sign] = measure_sign(text, place, sign, run)
    return printed.translate(face.lost) if face.lost else printed


def measure_sign(text: int, place: int, sign: str, run: Run) -> float:
    """The advance of a sign in sizes.

    PDFium widens the box of a letter to hold all its ink (of an f, say), and finds a width by the letter, not by its
    code. The latter is right unless the box is narrower, or wider without ink at its end.
    """
    width = get_float("FPDFFont_GetGlyphWidth", run.face.font, ord(sign), 1.0) or 0.0
    end, ink = get_sides(text, place)
    wide = (end - get_origin(text, place)[0]) / (run.stretch or 1.0)
    off = abs(wide - width) > 0.01
    return wide if off and (wide < width or abs(end - ink) > 0.05) else width


def set_word(text: int, first: int, letters: str, starts: list[float], run: Run, blank: bool) -> list[Glyph]:
    """The glyphs of letters without a blank between them."""
    signs: Sequence[str] = letters
    widths = run.face.widths
    if len(set(starts)) == len(starts) and all(map(widths.__contains__, letters)):
        ends = [start + run.stretch * widths[sign] for start, sign in zip(starts, letters, strict=True)]
    else:  # letters of a ligature start at one place
        shift = starts[0] - get_origin(text, first)[0]
        ends = [get_sides(text, place)[0] + shift for place in range(first, first + len(letters))]
        signs, starts, ends = join_pieces(letters, starts, ends)
    if run.shear:
        starts, ends = lean(starts, ends, run)
    rest = map(repeat, (run.bottom, run.baseline, run.size, run.face.name, run.face.bold, run.italic))
    blanks = chain((blank,), repeat(False))
    return list(map(_make_glyph, zip(signs, starts, repeat(run.top), ends, *rest, blanks, repeat(1.0), repeat(False))))


def join_pieces(letters: str, x0s: list[float], x1s: list[float]) -> tuple[list[str], list[float], list[float]]:
    """A ligature is one glyph: PDFium gives its letters one by one, all in the same box."""
    signs: list[str] = []
    lefts: list[float] = []
    rights: list[float] = []
    for letter, x0, x1 in zip(letters, x0s, x1s, strict=True):
        if lefts and x0 == lefts[-1] and x1 == rights[-1] and x1 > x0:
            signs[-1] += letter
        else:
            signs.append(letter)
            lefts.append(x0)
            rights.append(x1)
    return signs, lefts, rights


def lean(x0s: list[float], x1s: list[float], run: Run) -> tuple[list[float], list[float]]:
    """The sides of the boxes around sheared letters: the feet move to one side, the heads to the other."""
    feet, heads = (run.shear * (run.baseline - y) for y in (run.bottom, run.top))
    return [x + min(feet, heads) for x in x0s], [x + max(feet, heads) for x in x1s]


def may_overlap(ends: list[tuple[int, float, float]]) -> bool:
    """Does a word (rounded top, x0, x1) stand on another? Only then can there be second prints."""
    return any(row == other and x1 - _TOUCH > other_x0 for (row, _, x1), (other, other_x0, _) in pairwise(sorted(ends)))


def drop_second_prints(glyphs: list[Glyph]) -> list[Glyph]:
    """The glyphs without those printed twice to look bold; the first print stays."""
    seen: set[tuple[str, int, int]] = set()
    kept: list[Glyph] = []
    blank = False
    for glyph in glyphs:
        step = 0.2 * (glyph.size or 1.0)  # no letter is narrower: a second print closer than that is fake bold
        place = (glyph.text, round(glyph.x0 / step), round(glyph.top))
        blank = blank or glyph.after_blank
        if place not in seen:
            seen.add(place)
            kept.append(glyph._replace(after_blank=blank))
            blank = False
    return kept
