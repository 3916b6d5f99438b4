"""Images of pages with a passage boxed: the proof that a quote stands where the report says."""

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.records import Box, Paragraph, Quote, find_boxes

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfDocument

_SCALE = 1.6  # pixels a point: 115 dots an inch, legible on a screen at a tenth of the bytes of print quality
_AROUND = 60  # points of the page kept above and below the passage: some lines of its neighbours
_COLOURS = 16  # of the palette; pages are black on white
_INK = (200, 30, 30)
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
    quoted: Iterable[tuple[str, tuple[Quote, ...]]], paragraphs: Iterable[Paragraph], files: Mapping[str, Path]
) -> dict[str, tuple[Crop, ...]]:
    """For each (name, quotes) the strips of the pages on which the quotes stand, in order; () where none can be shown.

    Only PDF files have pages to show. Images stop at BUDGET bytes, so what matters most must come first.
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
            _crop_page(document, source, page, boxes)
            for (source, page), boxes in places.items()
            if (document := _open(source, files, opened)) is not None and page <= len(document)
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


def _crop_page(document: "PdfDocument", source: str, number: int, boxes: list[Box]) -> Crop:
    from PIL import ImageDraw

    image: Image = document[number - 1].render(scale=_SCALE).to_pil().convert("RGB")
    draw = ImageDraw.Draw(image)
    for box in boxes:
        frame = [(box.x0 - 3) * _SCALE, (box.top - 2) * _SCALE, (box.x1 + 3) * _SCALE, (box.bottom + 2) * _SCALE]
        draw.rectangle(frame, outline=_INK, width=2)
    top = max(0, int((min(box.top for box in boxes) - _AROUND) * _SCALE))
    bottom = min(image.height, int((max(box.bottom for box in boxes) + _AROUND) * _SCALE))
    strip = image.crop((0, top, image.width, max(bottom, top + 1))).quantize(_COLOURS, dither=0)
    packed = io.BytesIO()
    strip.save(packed, "PNG", optimize=True)
    return Crop(source, number, strip.width, strip.height, packed.getvalue())
