"""The functions of the PDFium library, called with as little between as Python allows.

pypdfium2 brings the library and its own bindings. Those let other threads run during each call and check each handle,
which takes longer than the call itself where it is made for every character; here handles are plain addresses.
"""

import ctypes
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.ingest.chars import LOST

Matrix = tuple[float, float, float, float, float, float]

TEXT, PATH, IMAGE, FORM = 1, 2, 3, 5  # kinds of what stands on a page
_HANDLE, _NUMBER, _PLACE = ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p  # a place is the address of a buffer
_FORMS: dict[str, tuple[Any, ...]] = {  # result, then what is asked
    "FPDFText_CountChars": (_NUMBER, _HANDLE),
    "FPDFText_GetText": (_NUMBER, _HANDLE, _NUMBER, _NUMBER, _PLACE),
    "FPDFText_GetUnicode": (ctypes.c_uint, _HANDLE, _NUMBER),
    "FPDFText_IsGenerated": (_NUMBER, _HANDLE, _NUMBER),
    "FPDFText_HasUnicodeMapError": (_NUMBER, _HANDLE, _NUMBER),
    "FPDFText_GetTextObject": (_HANDLE, _HANDLE, _NUMBER),
    "FPDFText_GetLooseCharBox": (_NUMBER, _HANDLE, _NUMBER, _PLACE),
    "FPDFText_GetCharBox": (_NUMBER, _HANDLE, _NUMBER, _PLACE, _PLACE, _PLACE, _PLACE),
    "FPDFText_GetCharOrigin": (None, _HANDLE, _NUMBER, _PLACE, _PLACE),
    "FPDFText_GetMatrix": (_NUMBER, _HANDLE, _NUMBER, _PLACE),
    "FPDFTextObj_GetFont": (_HANDLE, _HANDLE),
    "FPDFTextObj_GetFontSize": (_NUMBER, _HANDLE, _PLACE),
    "FPDFFont_GetBaseFontName": (ctypes.c_size_t, _HANDLE, _PLACE, ctypes.c_size_t),
    "FPDFFont_GetGlyphWidth": (_NUMBER, _HANDLE, ctypes.c_uint, ctypes.c_float, _PLACE),
    "FPDFFont_GetAscent": (_NUMBER, _HANDLE, ctypes.c_float, _PLACE),
    "FPDFFont_GetDescent": (_NUMBER, _HANDLE, ctypes.c_float, _PLACE),
    "FPDFPage_GetRotation": (_NUMBER, _HANDLE),
    "FPDFPage_GetMediaBox": (_NUMBER, _HANDLE, _PLACE, _PLACE, _PLACE, _PLACE),
    "FPDFPage_GetCropBox": (_NUMBER, _HANDLE, _PLACE, _PLACE, _PLACE, _PLACE),
    "FPDF_GetPageBoundingBox": (_NUMBER, _HANDLE, _PLACE),
    "FPDFPage_CountObjects": (_NUMBER, _HANDLE),
    "FPDFPage_GetObject": (_HANDLE, _HANDLE, _NUMBER),
    "FPDFFormObj_CountObjects": (_NUMBER, _HANDLE),
    "FPDFFormObj_GetObject": (_HANDLE, _HANDLE, ctypes.c_ulong),
    "FPDFPageObj_CreateTextObj": (_HANDLE, _HANDLE, _HANDLE, ctypes.c_float),
    "FPDFPageObj_Destroy": (None, _HANDLE),
    "FPDFPageObj_GetType": (_NUMBER, _HANDLE),
    "FPDFPageObj_GetMatrix": (_NUMBER, _HANDLE, _PLACE),
    "FPDFPageObj_Transform": (None, _HANDLE, *[ctypes.c_double] * 6),
    "FPDFPageObj_GetFillColor": (_NUMBER, _HANDLE, _PLACE, _PLACE, _PLACE, _PLACE),
    "FPDFPath_CountSegments": (_NUMBER, _HANDLE),
    "FPDFPath_GetPathSegment": (_HANDLE, _HANDLE, _NUMBER),
    "FPDFPath_GetDrawMode": (_NUMBER, _HANDLE, _PLACE, _PLACE),
    "FPDFPathSegment_GetType": (_NUMBER, _HANDLE),
    "FPDFPathSegment_GetClose": (_NUMBER, _HANDLE),
    "FPDFPathSegment_GetPoint": (None, _HANDLE, _PLACE, _PLACE),
}
_FLOATS = (ctypes.c_float * 8)()  # where single answers are put; PDFium is not for several threads anyway
_FLOAT = [ctypes.addressof(_FLOATS) + 4 * place for place in range(8)]
_FLOATS_AT = ctypes.byref(_FLOATS)
_DOUBLES = (ctypes.c_double * 4)()
_DOUBLE = [ctypes.addressof(_DOUBLES) + 8 * place for place in range(4)]
_WHOLES = (ctypes.c_uint * 4)()
_WHOLE = [ctypes.addressof(_WHOLES) + 4 * place for place in range(4)]
_BLOCK = 4096  # points that are asked for at once


class UnsureError(Exception):
    """PDFium cannot tell something about a page that the reference reader can."""


@cache
def bind(name: str) -> Callable[..., Any]:
    """A function of the library by its name; handles and buffers are given as addresses."""
    return ctypes.PYFUNCTYPE(*_FORMS[name])(_find(name))


def bind_text(name: str, text: int) -> Callable[..., Any]:
    """A function of the library about a text layer; places are given as numbers, buffers by `ctypes.byref`."""
    return partial(_bind_bare(name), ctypes.c_void_p.from_param(text))


@cache
def _bind_bare(name: str) -> Callable[..., Any]:
    """As `bind`, but what is given is not looked at, which halves the time of a call: handles are wrapped by hand."""
    return ctypes.PYFUNCTYPE(_FORMS[name][0])(_find(name))


def _find(name: str) -> int:
    """The address of a function."""
    from pypdfium2 import raw

    return ctypes.cast(getattr(raw, name), ctypes.c_void_p).value or 0


@cache
def _make_points(kind: str) -> tuple[NDArray[Any], list[Any], list[Any]]:
    """Room for points as rows of x and y, and where in it x and y of each go."""
    points = np.zeros((_BLOCK, 2), kind)
    places = range(points.ctypes.data, points.ctypes.data + points.nbytes, points.itemsize)
    across, down = (list(map(ctypes.c_void_p.from_param, places[side::2])) for side in (0, 1))
    return points, across, down


def _get_points(name: str, kind: str, *asked: Sequence[Any]) -> NDArray[np.float64]:
    """The points, as rows of x and y, that a function of the library tells for each row of what is asked."""
    ask, (room, across, down) = _bind_bare(name), _make_points(kind)
    count = len(asked[0])
    points = np.empty((count, 2))
    for first in range(0, count, _BLOCK):
        last = min(first + _BLOCK, count)
        deque(map(ask, *(column[first:last] for column in asked), across, down), maxlen=0)
        points[first:last] = room[: last - first]
    return points


def get_origins(text: int, count: int) -> NDArray[np.float64]:
    """Where each character starts on its baseline, as rows of x and y."""
    handles = [ctypes.c_void_p.from_param(text)] * count
    return _get_points("FPDFText_GetCharOrigin", "double", handles, range(count))


def get_text(text: int, count: int) -> str:
    """One sign for each character, also for those beyond the first plane."""
    units = np.empty(count + 1, np.uint16)
    written = bind("FPDFText_GetText")(text, 0, count, units.ctypes.data) - 1
    signs = units[: max(0, written)].tobytes().decode("utf-16-le", "replace")
    if written != count or len(signs) != count:  # some take two units, some (hyphens that PDFium takes out) none
        codes = map(bind_text("FPDFText_GetUnicode", text), range(count))
        signs = "".join(chr(code) if code < 0x110000 else LOST for code in codes)
    return signs


def get_float(name: str, *asked: int | float) -> float | None:
    """The single number that a function puts into a buffer; None when it knows none."""
    return _FLOATS[0] if bind(name)(*asked, _FLOAT[0]) else None


def get_matrix(name: str, *asked: int) -> Matrix:
    """The six numbers of a transformation: x' = ax + cy + e, y' = bx + dy + f. None at all is no change."""
    return _read_matrix(bind(name)(*asked, _FLOAT[0]))


def get_matrix_at(ask: Callable[..., Any], place: int) -> Matrix:
    """The same for a character; `ask` is "FPDFText_GetMatrix", bound to its text layer."""
    return _read_matrix(ask(place, _FLOATS_AT))


def _read_matrix(answered: int) -> Matrix:
    if not answered:
        return (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    a, b, c, d, e, f = _FLOATS[:6]
    return (a, b, c, d, e, f)


def get_box(name: str, page: int) -> tuple[float, float, float, float] | None:
    """A box of the page as left, bottom, right, top; None when the page itself names none."""
    if not bind(name)(page, *_FLOAT[:4]):
        return None
    x0, y0, x1, y1 = _FLOATS[:4]
    return (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def get_bounds(page: int) -> tuple[float, float, float, float]:
    """What a viewer shows of the page: left, bottom, right, top."""
    bind("FPDF_GetPageBoundingBox")(page, _FLOAT[0])
    left, top, right, bottom = _FLOATS[:4]
    return (left, bottom, right, top)


def get_sides(text: int, place: int) -> tuple[float, float, float]:
    """Where a character starts on its baseline, where its line box ends, widened to hold its ink, and its ink."""
    bind("FPDFText_GetCharOrigin")(text, place, *_DOUBLE[:2])
    start = _DOUBLES[0]
    bind("FPDFText_GetLooseCharBox")(text, place, _FLOAT[0])
    bind("FPDFText_GetCharBox")(text, place, *_DOUBLE)
    return (start, _FLOATS[2], _DOUBLES[1])


def get_segments(path: int) -> tuple[list[int], list[bool], NDArray[np.float64]]:
    """Of the pieces of a path the kinds, whether they close it, and where they end, as rows of x and y."""
    count = bind("FPDFPath_CountSegments")(path)
    handles = map(_bind_bare("FPDFPath_GetPathSegment"), repeat(ctypes.c_void_p.from_param(path)), range(count))
    pieces = list(map(ctypes.c_void_p.from_param, handles))
    kinds = list(map(_bind_bare("FPDFPathSegment_GetType"), pieces))
    closing = [closed > 0 for closed in map(_bind_bare("FPDFPathSegment_GetClose"), pieces)]
    return kinds, closing, _get_points("FPDFPathSegment_GetPoint", "single", pieces)


def get_draw_mode(path: int) -> tuple[bool, bool]:
    """Is a path filled, is it stroked?"""
    bind("FPDFPath_GetDrawMode")(path, *_WHOLE[:2])
    return (_WHOLES[0] != 0, _WHOLES[1] != 0)


def get_fill(shape: int) -> tuple[int, int, int] | None:
    """Red, green and blue of a fill, 0..255; None for a pattern."""
    if not bind("FPDFPageObj_GetFillColor")(shape, *_WHOLE):
        return None
    return (_WHOLES[0], _WHOLES[1], _WHOLES[2])


def get_font_name(font: int) -> str:
    """The name of a font as the document gives it, with its subset tag."""
    name = ctypes.create_string_buffer(256)
    length = bind("FPDFFont_GetBaseFontName")(font, ctypes.addressof(name), 256)
    return name.value.decode("utf-8", "replace") if length <= 256 else ""


def list_shapes(page: int) -> Iterator[tuple[int, int]]:
    """Kind and handle of everything that stands on a page itself: text, paths, pictures, forms."""
    get, kind = bind("FPDFPage_GetObject"), bind("FPDFPageObj_GetType")
    for place in range(bind("FPDFPage_CountObjects")(page)):
        shape = get(page, place)
        yield kind(shape), shape


def list_parts(form: int) -> Iterator[tuple[int, int]]:
    """Kind and handle of everything in a form."""
    get, kind = bind("FPDFFormObj_GetObject"), bind("FPDFPageObj_GetType")
    for place in range(bind("FPDFFormObj_CountObjects")(form)):
        shape = get(form, place)
        yield kind(shape), shape
