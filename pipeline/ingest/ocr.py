"""Optical character recognition: a page without a usable text layer becomes ink, as if it had been born digital.

Tesseract (on the PATH) is asked first, else RapidOCR, whose models lie inside its wheel. Both give words with boxes;
words become glyphs of equal width, so that rows, columns, notes and labels are found by the same code as elsewhere.
"""

import csv
import io
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.engine import announce_scan
from pipeline.errors import DocumentError
from pipeline.ingest.chars import PageInk, damaged, lies_between
from pipeline.ingest.glyphs import Glyph, Glyphs, gather_glyphs
from pipeline.records import Paragraph

if TYPE_CHECKING:
    from PIL.Image import Image

RESOLUTION = 300  # dots an inch: what both engines are trained for
MOST_PIXELS = 25_000_000  # of a picture of a page: A3 at 300 dpi has 17 million; larger sheets are drawn smaller
_SECONDS = 50  # Tesseract takes 3 for a full page; a document may take 60 a page
_LEAST_CONFIDENCE = 0.3  # below it "words" are specks and the edges of pictures
# shares of a font's size
_ALIKE = 0.82  # sizes that differ less are one: a heading in 14 points over 11 stays apart
_LEAST_GAP = 0.3  # between words: an engine says where they end, though an overhanging f may touch the next
_CAP, _LOW, _ASCENT, _DESCENT = 0.68, 0.46, 0.72, 0.22
_LINE_BOX, _BELOW = 0.81, 0.37  # RapidOCR's boxes are those of lines with a margin: font size a height, room below
_BULLETS = frozenset("eo0¢©®«*·■▪●")
_HANGING = frozenset("gjpqy,;()[]Q/@")
_RISING = frozenset("bdfhijklt0123456789()[]!?%&/ABCDEFGHIJKLMNOPQRSTUVWXYZ“”‘’\"'")


class Seen(NamedTuple):
    """A word on the picture of a page, in pixels."""

    text: str
    confidence: float  # 0..1
    x0: float
    x1: float
    baseline: float
    size: float  # of the font
    line: int  # words of one number stand in one line


Engine = Callable[["Image"], list[Seen]]


def find_engine() -> Engine | None:
    """Tesseract when it is installed, else RapidOCR when it is, else None."""
    if shutil.which("tesseract"):
        return see_with_tesseract
    if find_spec("rapidocr") and find_spec("onnxruntime"):
        return see_with_rapidocr
    return None


def see_with_tesseract(picture: "Image") -> list[Seen]:
    """Words that Tesseract reads, English, one thread: its default threads hinder one another (20 s a page, not 2)."""
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", dpi=(RESOLUTION, RESOLUTION), compress_level=1)
    command = ["tesseract", "stdin", "stdout", "-l", "eng", "--dpi", str(RESOLUTION), "tsv"]
    environment = os.environ | {"OMP_THREAD_LIMIT": "1"}
    done = subprocess.run(
        command, input=buffer.getvalue(), capture_output=True, timeout=_SECONDS, check=True, env=environment
    )
    rows = csv.DictReader(io.StringIO(done.stdout.decode("utf-8")), delimiter="\t", quoting=csv.QUOTE_NONE)
    return list(_read_tsv(rows))


def _read_tsv(rows: Iterable[dict[str, str]]) -> Iterator[Seen]:
    """Level 5 of Tesseract's TSV is words, level 4 their lines."""
    line = 0
    for row in rows:
        line += row["level"] == "4"
        if row["level"] == "5" and row["text"].strip():
            x0, top, width, height = (float(row[name]) for name in ("left", "top", "width", "height"))
            text = row["text"].strip()
            size = guess_size(text, height)
            baseline = top + height - (_DESCENT * size if hangs(text) else 0.0)
            yield Seen(text, float(row["conf"]) / 100, x0, x0 + width, baseline, size, line)


def guess_size(text: str, height: float) -> float:
    """Size of the font from the height of a word's letters, by whether they rise and hang."""
    rises = not _RISING.isdisjoint(text)
    return height / ((_CAP if rises else _LOW) + (_DESCENT if hangs(text) else 0.0))


def hangs(text: str) -> bool:
    return not _HANGING.isdisjoint(text)


def see_with_rapidocr(picture: "Image") -> list[Seen]:
    """Words that RapidOCR reads; it fetches nothing, the models are those of its wheel."""
    import numpy

    found = _load_rapidocr()(numpy.asarray(picture.convert("RGB"))[:, :, ::-1], return_word_box=True)
    words = []
    for line, parts in enumerate(found.word_results if found.txts else ()):
        for text, confidence, corners in parts:
            if text.strip() and corners is not None:
                across, down = [point[0] for point in corners], [point[1] for point in corners]
                size = _LINE_BOX * (max(down) - min(down))
                baseline = max(down) - _BELOW * size
                words.append(Seen(text.strip(), float(confidence), min(across), max(across), baseline, size, line))
    return words


@cache
def _load_rapidocr() -> Any:
    from rapidocr import RapidOCR

    # lines are looked for on a smaller picture (1.4 s a page instead of 7.7, same lines) and read on the full one
    find_lines = {"Det.limit_type": "max", "Det.limit_side_len": 1600, "Global.max_side_len": 3600}
    return RapidOCR(params={"Global.log_level": "critical", "Global.use_cls": False, **find_lines})


def read_scans(path: Path, pages: Sequence[PageInk], blind: Sequence[int], why: str) -> list[PageInk]:
    """The pages of a PDF, those numbered `blind` (from 1) with the ink that an engine sees on them.

    Raises DocumentError with `why` when no engine is installed, and when the engine fails.
    """
    engine = find_engine()
    if engine is None:
        raise DocumentError(why)
    return [see_page(path, page, engine) if page.number in blind else page for page in pages]


def see(engine: Engine, picture: "Image", place: str) -> list[Seen]:
    """The words that an engine sees. Raises DocumentError that names the place when it fails, however it does."""
    try:
        return engine(picture)
    except MemoryError:  # a limit reached, not a failure
        raise
    except Exception as error:  # two foreign programs: the user is told one thing
        raise DocumentError(f"{place}: OCR failed on this scan; run OCR on it by other means.") from error


def see_page(path: Path, page: PageInk, engine: Engine) -> PageInk:
    """One page with the glyphs that the engine sees; its drawn rules stay."""
    announce_scan()
    picture, scale = draw_page(path, page.number)
    seen = see(engine, picture, f"{path.name}, page {page.number}")
    return page._replace(glyphs=gather_glyphs(make_glyphs(seen, scale)))


def draw_page(path: Path, number: int) -> "tuple[Image, float]":
    """The picture of a page (from 1) in grey, and its pixels a point. Raises DocumentError when it cannot be drawn."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise damaged(path) from error
    try:
        page = document[number - 1]
        width, height = page.get_size()
        scale = min(RESOLUTION / 72, (MOST_PIXELS / max(1.0, width * height)) ** 0.5)
        return page.render(scale=scale, grayscale=True).to_pil(), scale
    except (pypdfium2.PdfiumError, ValueError) as error:  # ValueError: a page without width or height
        raise damaged(path) from error
    finally:
        document.close()


def make_glyphs(words: Iterable[Seen], scale: float) -> Iterator[Glyph]:
    """Glyphs in points of the words seen: letters share a word's width; size and baseline are those of its line."""
    lines: dict[int, list[Seen]] = {}
    for word in words:
        if word.confidence >= _LEAST_CONFIDENCE:
            lines.setdefault(word.line, []).append(word)
    sizes = settle_sizes([median(word.size for word in line) / scale for line in lines.values()])
    for line, size in zip(lines.values(), sizes, strict=True):
        yield from _spell_line(line, size, scale)


def settle_sizes(sizes: Sequence[float]) -> list[float]:
    """The sizes of a page's lines; those near the usual one are it, since an engine measures each line anew."""
    usual = median(sizes) if sizes else 0.0
    return [usual if _ALIKE <= size / usual <= 1 / _ALIKE else size for size in sizes]


def _spell_line(line: Sequence[Seen], size: float, scale: float) -> Iterator[Glyph]:
    """One line's glyphs. A skewed scan tilts lines: all words are set on the baseline of the line's middle."""
    baseline = median(word.baseline for word in line) / scale
    ends = [min(word.x1, after.x0 - _LEAST_GAP * size * scale) for word, after in pairwise(line)] + [line[-1].x1]
    for word, text, end in zip(line, restore_bullet([word.text for word in line]), ends, strict=True):
        step = max(end - word.x0, 1.0) / scale / len(text)
        for place, sign in enumerate(text):
            x0 = word.x0 / scale + place * step
            yield Glyph(
                sign, x0, baseline - _ASCENT * size, x0 + step, baseline + _DESCENT * size, baseline, size,
                False, False, place == 0, word.confidence,
            )  # fmt: skip


def restore_bullet(texts: list[str]) -> list[str]:
    """The words of a line; a lone sign that engines see in a bullet is one again where a capital follows."""
    if len(texts) > 1 and texts[0] in _BULLETS and texts[1][0].isupper():
        return ["•", *texts[1:]]
    return texts


def set_confidence(paragraphs: Iterable[Paragraph], pages: Sequence[PageInk], blind: Sequence[int]) -> list[Paragraph]:
    """Give paragraphs that begin on pages read by an engine the mean confidence of the letters in their boxes."""
    seen = {page.number: page.glyphs for page in pages if page.number in blind}
    return [
        replace(paragraph, confidence=_measure(paragraph, seen)) if paragraph.page in seen else paragraph
        for paragraph in paragraphs
    ]


def _measure(paragraph: Paragraph, seen: dict[int, Glyphs]) -> float:
    """Mean confidence of a paragraph's letters, to three digits."""
    found: list[float] = []
    for box in paragraph.boxes:
        if box.page in seen:
            glyphs = seen[box.page]
            within = lies_between(glyphs.x0, box.x0 - 1, box.x1 + 1)
            within &= lies_between(glyphs.baseline, box.top - 1, box.bottom + 1)
            found += glyphs.confidence[within].tolist()
    return round(sum(found) / len(found), 3) if found else 0.0
