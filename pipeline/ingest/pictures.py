"""Pictures of pages (PNG, JPEG, TIFF with any number of pages, WebP): read like scans in a PDF."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import DocumentError
from pipeline.ingest.chars import PageInk
from pipeline.ingest.glyphs import gather_glyphs
from pipeline.ingest.ocr import MOST_PIXELS, RESOLUTION, Engine, find_engine, make_glyphs, see, set_confidence
from pipeline.ingest.pdf import read_pages
from pipeline.records import Paragraph

if TYPE_CHECKING:
    from PIL.Image import Image

LARGEST = 200_000_000  # pixels of a picture before it is opened: a folded map, or a bomb
MOST_PAGES = 2000
SHEET = (595.3, 841.9)  # points: A4, what a picture without a credible resolution is taken for
CREDIBLE = (300.0, 1700.0)  # points: width of a sheet; screens and cameras write resolutions that mean nothing


def read_picture(path: Path, engine: Engine | None = None) -> list[Paragraph]:
    """Read a picture into paragraphs with confidence; boxes are in points by the resolution that the file states, or
    as if the sheet were A4. `engine` is the one installed when not given. Raises DocumentError when none is, when the
    file is damaged or too large, and when nothing is seen on it.
    """
    engine = engine or find_engine()
    if engine is None:
        raise DocumentError(f"{path.name} is a picture: run OCR on it first and use the result, or install Tesseract.")
    pages = [see_picture(path, picture, number, engine) for number, picture in enumerate(open_frames(path), start=1)]
    if not any(page.glyphs for page in pages):
        raise DocumentError(f"{path.name} shows no text: check that it is the right file or scan it again.")
    return set_confidence(read_pages(pages), pages, [page.number for page in pages])


def open_frames(path: Path) -> "Iterator[Image]":
    """The pages of a picture file, upright. Raises DocumentError for a damaged file and one too large to be a page."""
    from PIL import Image, ImageOps, ImageSequence

    try:
        with Image.open(path) as file:
            for number, frame in enumerate(ImageSequence.Iterator(file)):
                if frame.width * frame.height > LARGEST or number >= MOST_PAGES:
                    raise DocumentError(f"{path.name} is too large for a picture of pages: save its pages one by one.")
                resolution = frame.info.get("dpi")
                upright = ImageOps.exif_transpose(frame)
                upright.info["dpi"] = resolution
                yield upright
    except DocumentError:
        raise
    except Image.DecompressionBombError as error:
        raise DocumentError(f"{path.name} is too large for a picture of pages: save its pages one by one.") from error
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError) as error:
        raise DocumentError(
            f"{path.name} is damaged or cut short and cannot be read as a picture for OCR: scan it again."
        ) from error


def see_picture(path: Path, picture: "Image", number: int, engine: Engine) -> PageInk:
    """One picture as ink, in points."""
    points = measure_sheet(picture.size, picture.info.get("dpi"))
    scale = min(RESOLUTION / 72, (MOST_PIXELS / (points[0] * points[1])) ** 0.5)
    grey = flatten(picture)
    sheet = grey.resize((max(1, round(points[0] * scale)), max(1, round(points[1] * scale))))
    words = see(engine, sheet, f"{path.name}, page {number}")
    return PageInk(number, points[0], points[1], gather_glyphs(make_glyphs(words, scale)), [], 1)


def measure_sheet(size: tuple[int, int], resolution: object) -> tuple[float, float]:
    """Width and height in points of a picture of `size` pixels at `resolution` (dots an inch, across and down)."""
    if isinstance(resolution, tuple) and len(resolution) == 2 and all(float(dots) > 1 for dots in resolution):
        width, height = (72 * pixels / float(dots) for pixels, dots in zip(size, resolution, strict=True))
        if CREDIBLE[0] <= width <= CREDIBLE[1]:
            return width, height
    width = SHEET[0] if size[0] <= size[1] else SHEET[1]
    return width, width * size[1] / size[0]


def flatten(picture: "Image") -> "Image":
    """The picture in grey on white paper."""
    from PIL import Image

    if picture.mode.startswith("I"):  # 16 bits a pixel
        return picture.convert("I").point(lambda value: value / 256).convert("L")
    if "A" in picture.getbands() or "transparency" in picture.info:
        paper = Image.new("RGBA", picture.size, "white")
        paper.alpha_composite(picture.convert("RGBA"))
        return paper.convert("L")
    return picture.convert("L")
