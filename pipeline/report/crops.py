"""Images of pages with a passage boxed: the proof that a quote stands where the report says."""

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.records import Box, Paragraph, Quote, find_boxes

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfDocument, PdfPage

_SCALE = 1.6  # pixels a point: 115 dots an inch, legible on a screen at a tenth of the bytes of print quality
_AROUND = 60  # points of the page kept above and below the passage: some lines of its neighbours
_MARGIN = 40  # pixels drawn above and below the strip: what lies across its edge is not drawn when it seems outside
_COLOURS = 16  # of the palette; pages are black on white
_INK = (200, 30, 30)
_BAR = (0, 0, 0)
BUDGET = 10_000_000  # bytes of all images of a report: with their base64 form and the page itself below 15 MB


@dataclass(frozen=True, slots=True)
class Crop:
    """A strip of a page as PNG, with the passage boxed."""

    source: str
    page: int  # from 1
    width: int  # pixels
    height: int
    png: bytes


def crop_quotes(
    quoted: Iterable[tuple[str, tuple[Quote, ...]]],
    paragraphs: Iterable[Paragraph],
    files: Mapping[str, Path],
    withheld: tuple[str, ...] | None = None,
) -> dict[str, tuple[Crop, ...]]:
    """For each (name, quotes) the strips of the pages on which the quotes stand, in order; () where none can be shown.

    Only PDF files have pages to show. Names of `withheld` are painted over; pages without a text layer, on which
    nobody can say where a name stands, are then not shown. Images stop at BUDGET bytes: what matters most comes first.
    """
    known = {paragraph.id: paragraph for paragraph in paragraphs}
    opened: dict[str, PdfDocument | None] = {}
    crops: dict[str, tuple[Crop, ...]] = {}
    spent = 0
    for name, quotes in quoted:
        if name in crops or spent > BUDGET:
            continue
        places = _place_quotes(quotes, known)
        found = [
            crop
            for (source, page), boxes in places.items()
            if (document := _open(source, files, opened)) is not None and page <= len(document)
            if (crop := _crop_page(document, source, page, boxes, withheld)) is not None
        ]
        crops[name] = tuple(found)
        spent += sum(len(crop.png) for crop in found)
    return crops


def _place_quotes(quotes: tuple[Quote, ...], known: Mapping[str, Paragraph]) -> dict[tuple[str, int], list[Box]]:
    """The boxes of the quotes by document and page, in reading order."""
    places: dict[tuple[str, int], list[Box]] = {}
    for quote in quotes:
        for box in find_boxes(known[quote.paragraph], quote) if quote.paragraph in known else ():
            places.setdefault((quote.source, box.page), []).append(box)
    return places


def _open(source: str, files: Mapping[str, Path], opened: "dict[str, PdfDocument | None]") -> "PdfDocument | None":
    from pypdfium2 import PdfDocument, PdfiumError

    if source not in opened:
        opened[source] = None
        if source in files and files[source].suffix.lower() == ".pdf":
            try:
                opened[source] = PdfDocument(files[source])
            except (PdfiumError, OSError):  # moved or damaged since it was read: the report then shows no image
                return None
    return opened[source]


def _crop_page(
    document: "PdfDocument", source: str, number: int, boxes: list[Box], withheld: tuple[str, ...] | None
) -> Crop | None:
    from PIL import ImageDraw
    from PIL.Image import Dither, Quantize

    page = document[number - 1]
    places = _place_names(page, withheld) if withheld is not None else ()
    if places is None:
        return None
    height = ceil(page.get_height() * _SCALE)
    top = min(max(0, int((min(box.top for box in boxes) - _AROUND) * _SCALE)), height - 1)
    bottom = max(top + 1, min(height, int((max(box.bottom for box in boxes) + _AROUND) * _SCALE)))
    first, last = max(0, top - _MARGIN), min(height, bottom + _MARGIN)  # the rows that are drawn
    bitmap = page.render(scale=_SCALE, crop=(0, _cut_rows(height - last), 0, _cut_rows(first)))
    image: Image = bitmap.to_pil().convert("RGB")
    draw, on_image = ImageDraw.Draw(image), bitmap.get_posconv(page)
    for left, low, right, high in places:
        corners = (on_image.to_bitmap(left, low), on_image.to_bitmap(right, high))
        (x0, x1), (y0, y1) = (sorted(ends) for ends in zip(*corners, strict=True))
        draw.rectangle((x0 - 1, y0 - 1, x1 + 1, y1 + 1), fill=_BAR)
    for box in boxes:
        upper, lower = (box.top - 2) * _SCALE - first, (box.bottom + 2) * _SCALE - first
        draw.rectangle(((box.x0 - 3) * _SCALE, upper, (box.x1 + 3) * _SCALE, lower), outline=_INK, width=2)
    strip = image.crop((0, top - first, image.width, bottom - first))
    strip = strip.quantize(_COLOURS, Quantize.FASTOCTREE, dither=Dither.NONE)  # sooner than by median cut
    packed = io.BytesIO()
    strip.save(packed, "PNG")
    return Crop(source, number, strip.width, strip.height, packed.getvalue())


def _cut_rows(rows: int) -> float:
    """What pdfium is told to cut off, in points, so that it leaves out so many rows; it rounds up."""
    return max(0.0, rows - 0.5) / _SCALE


def _place_names(page: "PdfPage", names: tuple[str, ...]) -> list[tuple[float, float, float, float]] | None:
    """Where the letters of the names stand (left, bottom, right, top in points); None on a page without text.

    Names are looked for letter by letter, so that line ends, hyphens and spacing within them do not matter.
    """
    from pypdfium2.raw import FPDFText_GetUnicode

    text = page.get_textpage()
    signs = [chr(FPDFText_GetUnicode(text, place)) for place in range(text.count_chars())]
    letters = [place for place, sign in enumerate(signs) if sign.isalpha()]
    if not letters:
        return None
    printed = "".join(signs[place] for place in letters)
    places = []
    for name in names:
        sought = "".join(filter(str.isalpha, name))
        at = printed.find(sought) if sought else -1
        while at >= 0:
            first, last = letters[at], letters[at + len(sought) - 1]
            if not any(sign.isalpha() for sign in (*signs[max(first - 1, 0) : first], *signs[last + 1 : last + 2])):
                places += [text.get_charbox(place, loose=True) for place in range(first, last + 1)]
            at = printed.find(sought, at + 1)
    return places
