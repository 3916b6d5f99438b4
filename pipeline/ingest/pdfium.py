"""The functions of the PDFium library, called with as little between as Python allows.

pypdfium2 brings the library and its own bindings. Those let other threads run during each call and check each handle,
which takes longer than the call itself where it is made for every character; here handles are plain addresses.
"""

import ctypes
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

Matrix = tuple[float, float, float, float, float, float]

_TEXT, _FORM = 1, 5  # kinds of what stands on a page
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
    "FPDFText_GetCharOrigin": (_NUMBER, _HANDLE, _NUMBER, _PLACE, _PLACE),
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
    "FPDFPageObj_GetType": (_NUMBER, _HANDLE),
    "FPDFPageObj_GetMatrix": (_NUMBER, _HANDLE, _PLACE),
    "FPDFPageObj_Transform": (None, _HANDLE, *[ctypes.c_double] * 6),
    "FPDFPageObj_GetFillColor": (_NUMBER, _HANDLE, _PLACE, _PLACE, _PLACE, _PLACE),
    "FPDFPath_CountSegments": (_NUMBER, _HANDLE),
    "FPDFPath_GetPathSegment": (_HANDLE, _HANDLE, _NUMBER),
    "FPDFPath_GetDrawMode": (_NUMBER, _HANDLE, _PLACE, _PLACE),
    "FPDFPathSegment_GetType": (_NUMBER, _HANDLE),
    "FPDFPathSegment_GetClose": (_NUMBER, _HANDLE),
    "FPDFPathSegment_GetPoint": (_NUMBER, _HANDLE, _PLACE, _PLACE),
}
_FLOATS = (ctypes.c_float * 8)()  # where single answers are put; PDFium is not for several threads anyway
_FLOAT = [ctypes.addressof(_FLOATS) + 4 * place for place in range(8)]
_DOUBLES = (ctypes.c_double * 4)()
_DOUBLE = [ctypes.addressof(_DOUBLES) + 8 * place for place in range(4)]
_WHOLES = (ctypes.c_uint * 4)()
_WHOLE = [ctypes.addressof(_WHOLES) + 4 * place for place in range(4)]


@cache
def bind(name: str) -> Callable[..., Any]:
    """A function of the library by its name; handles and buffers are given as addresses."""
    from pypdfium2 import raw

    address = ctypes.cast(getattr(raw, name), ctypes.c_void_p).value or 0
    return ctypes.PYFUNCTYPE(*_FORMS[name])(address)


def get_float(name: str, *asked: int | float) -> float | None:
    """The single number that a function puts into a buffer; None when it knows none."""
    return _FLOATS[0] if bind(name)(*asked, _FLOAT[0]) else None


def get_matrix(name: str, *asked: int) -> Matrix:
    """The six numbers of a transformation: x' = ax + cy + e, y' = bx + dy + f. None at all is no change."""
    if not bind(name)(*asked, _FLOAT[0]):
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


def get_origin(text: int, place: int) -> tuple[float, float]:
    """Where a character starts on its baseline."""
    bind("FPDFText_GetCharOrigin")(text, place, *_DOUBLE[:2])
    return (_DOUBLES[0], _DOUBLES[1])


def get_sides(text: int, place: int) -> tuple[float, float]:
    """Where the line box of a character ends, widened to hold its ink, and where its ink ends."""
    bind("FPDFText_GetLooseCharBox")(text, place, _FLOAT[0])
    bind("FPDFText_GetCharBox")(text, place, *_DOUBLE)
    return (_FLOATS[2], _DOUBLES[1])


def get_point(segment: int) -> tuple[float, float]:
    """Where a piece of a path ends."""
    bind("FPDFPathSegment_GetPoint")(segment, *_FLOAT[:2])
    return (_FLOATS[0], _FLOATS[1])


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


def list_texts(page: int) -> list[int]:
    """The text objects of a page, those in forms too, in the order in which it prints them."""
    texts: list[int] = []
    todo = [list_shapes(page)]
    while todo:
        kind, shape = next(todo[-1], (0, 0))
        if not kind:
            todo.pop()
        elif kind == _TEXT:
            texts.append(shape)
        elif kind == _FORM:
            todo.append(list_parts(shape))
    return texts
