"""Glyphs of a page through PDFium: the characters of its text layer, as columns.

PDFium answers one question about one character a call, so a character is asked for its origin alone. Everything else
(font, size, baseline, slant) is asked once a run, the characters that one operator prints.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, pairwise, repeat
from math import nan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.ingest.chars import SLANT, lies_between
from pipeline.ingest.glyphs import Flags, Glyphs, Numbers, Places, gather_glyphs
from pipeline.ingest.ink_pdfium_fonts import Face, Fonts, measure_signs
from pipeline.ingest.pdfium import (
    Matrix,
    UnsureError,
    bind,
    bind_text,
    get_float,
    get_matrix_at,
    get_origins,
    get_sides,
    get_text,
)

_STRIDE = 16  # characters: runs are found by leaps of this length; most are longer than one word
_TOUCH = 0.3  # points by which runs overlap before one may be a second print of the other
_HYPHENS = ("\x02", "\ufffe")  # what PDFium makes of a hyphen at a line end
_WHITES = [code for code in range(0x3001) if chr(code).isspace()]


class Frame(NamedTuple):
    """Size of a page, and where its origin is: x + right, above - y."""

    width: float
    height: float
    right: float
    above: float


class Layer(NamedTuple):
    """The text layer of a page: its characters, and the runs in which they are printed."""

    handle: int
    signs: str  # one a character
    starts: Numbers  # where each begins along its line
    heights: Numbers  # of the baselines, from the top of the page
    firsts: Places  # of each run the first character
    objects: Places  # of each run the text object; 0 where PDFium has made up the characters
    homes: Places  # of each character the run


class Setting(NamedTuple):
    """How the characters of a run are set."""

    top: float = 0.0
    bottom: float = 0.0
    baseline: float = 0.0
    size: float = 0.0
    stretch: float = 0.0  # points that an advance of one size takes
    shear: float = 0.0  # points to the right for each point up
    bold: bool = False
    italic: bool = False
    shown: bool = False  # a reader does not pass over it


def take_glyphs(text: int, frame: Frame, fonts: Fonts, objects: Sequence[int]) -> Glyphs:
    """Upright printed characters inside the page, without blanks, barcodes and second prints of fake bold.

    `text` is the text layer, `objects` are the text objects in the order in which the page prints them. Raises
    UnsureError.
    """
    count = bind("FPDFText_CountChars")(text)
    if count <= 0:
        return gather_glyphs([])
    layer = read_layer(text, count, frame)
    letters, widths, settings = read_runs(layer, frame, fonts)
    top, bottom, baseline, size, stretch, shear, bold, italic, shown = settings.T[:, layer.homes]
    white = find_white(letters)
    signs, x0, x1 = list(letters), layer.starts.copy(), layer.starts + stretch * widths
    printed = ~white & (shown != 0)
    begins = find_first(printed, layer.homes)
    if not printed.any():
        return gather_glyphs([])
    join_ligatures(layer.handle, frame.right, begins, signs, x0, x1, printed)
    if shear.any():  # the feet of sheared letters move to one side, the heads to the other
        feet, heads = shear * (baseline - bottom), shear * (baseline - top)
        x0, x1 = x0 + np.minimum(feet, heads), x1 + np.maximum(feet, heads)
    places = np.flatnonzero(printed)
    after_blank = np.diff(np.cumsum(find_blanks(layer, white, objects))[places], prepend=-1) > 0
    glyphs = Glyphs(
        text=np.array(signs, np.object_)[places],
        x0=x0[places],
        top=top[places],
        x1=x1[places],
        bottom=bottom[places],
        baseline=baseline[places],
        size=size[places],
        bold=bold[places] != 0,
        italic=italic[places] != 0,
        after_blank=after_blank,
        confidence=np.ones(len(places)),
        struck=np.zeros(len(places), np.bool_),
    )
    doubled = may_overlap(glyphs, np.flatnonzero(begins[places]))
    inside = lies_between(glyphs.x0, -1, frame.width + 1)
    glyphs = glyphs if inside.all() else glyphs.pick(inside)
    return drop_second_prints(glyphs) if doubled else glyphs


def read_layer(text: int, count: int, frame: Frame) -> Layer:
    """The text layer with so many characters."""
    origins = get_origins(text, count)
    firsts, objects = zip(*find_runs(bind_text("FPDFText_GetTextObject", text), count), strict=True)
    return Layer(
        text,
        get_text(text, count).replace(_HYPHENS[0], "-").replace(_HYPHENS[1], "-"),
        origins[:, 0] + frame.right,
        frame.above - origins[:, 1],
        np.array(firsts),
        np.array(objects),
        np.repeat(np.arange(len(firsts)), np.diff(firsts, append=count)),
    )


def find_runs(find_object: Callable[[int], int | None], count: int) -> Iterator[tuple[int, int]]:
    """First character and text object (0 for none) of characters printed together.

    Blanks that PDFium makes up within an object may count as its own.
    """
    place = 0
    here = find_object(0)
    yield 0, here or 0
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
        place = ahead
        here = find_object(ahead)
        yield place, here or 0


def read_runs(layer: Layer, frame: Frame, fonts: Fonts) -> tuple[str, list[float], NDArray[np.float64]]:
    """The letters of all runs, how wide they are in sizes, and how the runs are set, as rows of `Setting`.

    `LOST` stands for a sign of which its font does not say what letter it is; a width is not a number where it is not
    known.
    """
    letters: list[str] = []
    widths: list[float] = []
    settings: list[Setting] = []
    ask = bind_text("FPDFText_GetMatrix", layer.handle)
    heights, firsts = layer.heights[layer.firsts].tolist(), layer.firsts.tolist()
    ends = [*firsts[1:], len(layer.signs)]
    for first, end, handle, height in zip(firsts, ends, layer.objects.tolist(), heights, strict=True):
        printed, setting = layer.signs[first:end], None
        if handle and not printed.isspace():
            face = fonts.read_face(handle)
            setting = read_setting(handle, get_matrix_at(ask, first), face, frame, height)
        if setting is None:
            widths += repeat(nan, end - first)
        else:
            if None in map(face.widths.get, printed):
                measure_signs(layer.handle, first, printed, layer.starts[first:end].tolist(), face, setting.stretch)
                printed = printed.translate(face.lost) if face.lost else printed
            widths += map(face.widths.get, printed, repeat(nan))
        letters.append(printed)
        settings.append(setting or Setting())
    table = np.fromiter(chain.from_iterable(settings), np.float64, len(settings) * len(Setting._fields))
    return "".join(letters), widths, table.reshape(len(settings), -1)


def read_setting(handle: int, matrix: Matrix, face: Face, frame: Frame, height: float) -> Setting | None:
    """How a run is set; None for what a reader passes over: barcodes, turned text, text beside the sheet."""
    a, b, c, d, _, _ = matrix
    if face.barcode or not (a * d > 0 and b * c <= 0):
        return None
    if b:
        raise UnsureError
    size = get_float("FPDFTextObj_GetFontSize", handle) or 0.0
    baseline = round(height, 3)
    one, two = baseline - d * size * face.descent, baseline - d * size * (face.descent + 1)
    top, bottom = min(one, two), max(one, two)
    if not -1 <= top <= frame.height + 1:
        return None
    italic = face.italic or c > SLANT * abs(d)
    return Setting(top, bottom, baseline, bottom - top, a * size, c / d, face.bold, italic, True)


def find_white(letters: str) -> Flags:
    """Which characters are blanks of any kind."""
    known = np.zeros(_WHITES[-1] + 2, np.bool_)
    known[_WHITES] = True
    codes = np.frombuffer(letters.encode("utf-32-le", "surrogatepass"), np.uint32)
    return known[np.minimum(codes, len(known) - 1)]


def find_first(flags: Flags, homes: Places) -> Flags:
    """The flagged characters with none to their left in the same run."""
    first: Flags = flags & (~np.roll(flags, 1) | (np.diff(homes, prepend=-1) != 0))
    return first


def join_ligatures(
    text: int, right: float, begins: Flags, signs: list[str], x0: Numbers, x1: Numbers, printed: Flags
) -> None:
    """Make one glyph of the letters of a ligature: PDFium gives them one by one, all in the same box.

    Changes words, of which `begins` are the first letters, where letters start alike or are not known how wide they
    are: there, PDFium is asked for each box.
    """
    strange = printed & (np.isnan(x1) | (~begins & (x0 == np.roll(x0, 1))))
    if not strange.any():
        return
    firsts = np.flatnonzero(begins)
    broken = np.logical_or.reduceat(strange, firsts)
    lengths = np.add.reduceat(printed, firsts, dtype=np.intp)
    for first, length in zip(firsts[broken].tolist(), lengths[broken].tolist(), strict=True):
        end = first + length
        ends = [get_sides(text, place)[1] + right for place in range(first, end)]
        pieces = join_pieces(signs[first:end], x0[first:end].tolist(), ends)
        stop = first + len(pieces[0])
        signs[first:stop], x0[first:stop], x1[first:stop] = pieces
        printed[stop:end] = False


def join_pieces(letters: list[str], x0s: list[float], x1s: list[float]) -> tuple[list[str], list[float], list[float]]:
    """The signs of a word and where they begin and end, letters in one box as one sign."""
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


def find_blanks(layer: Layer, white: Flags, objects: Sequence[int]) -> Flags:
    """Where the text layer has blanks of its own; those that PDFium makes up do not count.

    Of blanks that follow one another the first is told, and of an object of blanks alone, of which PDFium gives no
    character, the beginning of the next.
    """
    blanks = np.zeros(len(white), np.bool_)
    real, empty = layer.objects != 0, np.logical_and.reduceat(white, layer.firsts)
    blanks[layer.firsts[real & empty]] = True
    asked = np.flatnonzero(find_first(white, layer.homes) & (real & ~empty)[layer.homes])
    made_up = np.fromiter(map(bind_text("FPDFText_IsGenerated", layer.handle), asked.tolist()), np.intp, len(asked))
    blanks[asked[made_up == 0]] = True
    seen = set(layer.objects.tolist())
    after_lost = [after for before, after in pairwise(objects) if before not in seen]
    if after_lost:
        blanks[layer.firsts[np.isin(layer.objects, after_lost)]] = True
    return blanks


def may_overlap(glyphs: Glyphs, begins: Places) -> bool:
    """Does a word stand on another? Only then can there be second prints. `begins` are the words' first glyphs."""
    levels, lefts = np.rint(glyphs.top[begins]), glyphs.x0[begins]
    rights = glyphs.x1[np.append(begins[1:], len(glyphs)) - 1]
    order = np.lexsort((rights, lefts, levels))
    levels, lefts, rights = levels[order], lefts[order], rights[order]
    return bool(((levels[1:] == levels[:-1]) & (rights[:-1] - _TOUCH > lefts[1:])).any())


def drop_second_prints(glyphs: Glyphs) -> Glyphs:
    """The glyphs without those printed twice to look bold; the first print stays."""
    step = 0.2 * np.where(glyphs.size == 0, 1.0, glyphs.size)  # no letter is narrower: what is closer is fake bold
    columns, tops = np.rint(glyphs.x0 / step), np.rint(glyphs.top)
    order = np.lexsort((columns, tops))
    if ((np.diff(columns[order]) != 0) | (np.diff(tops[order]) != 0)).all():
        return glyphs
    first: dict[tuple[str, float, float], int] = {}
    for index, place in enumerate(zip(glyphs.text.tolist(), columns.tolist(), tops.tolist(), strict=True)):
        first.setdefault(place, index)
    kept = np.array(list(first.values()))
    after_blank = np.diff(np.cumsum(glyphs.after_blank)[kept], prepend=0) > 0
    return replace(glyphs.pick(kept), after_blank=after_blank)
