"""Images of pages: the frame lies round the words, and what cannot be shown is left out."""

import io

import numpy as np
import pytest
from PIL import Image
from pypdfium2 import PdfDocument
from reportlab.pdfgen.canvas import Canvas

from pipeline.ingest import read_document
from pipeline.records import Quote
from pipeline.report import crops

LINES = ("The wardens closed the lower cells in spring.", "Nobody told the families where the inmates went.")


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "page.pdf"
    canvas = Canvas(str(path), pagesize=(595, 842))
    for height, line in zip((700, 300), LINES, strict=True):
        canvas.drawString(72, height, line)
    canvas.save()
    return path


def crop_second_line(path):
    paragraphs = read_document(path, "paper")
    paragraph = next(row for row in paragraphs if LINES[1] in row.text)
    start = paragraph.text.index(LINES[1])
    quote = Quote("paper", 1, paragraph.id, start, start + len(LINES[1]), LINES[1])
    return crops.crop_quotes([("q", (quote,))], paragraphs, {"paper": path})["q"]


def test_the_frame_lies_round_the_words(page):
    (crop,) = crop_second_line(page)
    image = Image.open(io.BytesIO(crop.png)).convert("RGB")
    assert (image.width, image.height) == (crop.width, crop.height)
    pixels = image.load()
    assert pixels is not None
    places = [(x, y) for x in range(image.width) for y in range(image.height)]
    red = [place for place in places if pixels[place][0] > 150 and max(pixels[place][1:]) < 90]
    black = [place for place in places if max(pixels[place]) < 90]
    left, right = min(x for x, _ in red), max(x for x, _ in red)
    top, bottom = min(y for _, y in red), max(y for _, y in red)
    inside = [place for place in black if left < place[0] < right and top < place[1] < bottom]
    assert len(inside) > 0.95 * len(black)  # the other line is too far away to be on the strip
    assert image.height < 842  # a strip, not the page


def test_the_strip_is_a_part_of_the_page_as_it_is_drawn_whole(page):
    (crop,) = crop_second_line(page)
    strip = np.array(Image.open(io.BytesIO(crop.png)).convert("L")) < 60  # letters; the frame is lighter
    (first,) = PdfDocument(page)
    whole = np.array(first.render(scale=crops._SCALE).to_pil().convert("L")) < 60
    box = next(row for row in read_document(page, "paper") if LINES[1] in row.text).boxes[-1]
    top = int((box.top - crops._AROUND) * crops._SCALE)
    assert strip.any() and (strip == whole[top : top + len(strip)]).mean() > 0.999


def test_what_is_no_pdf_or_gone_has_no_image(page, tmp_path):
    paragraphs = read_document(page, "paper")
    quote = Quote("paper", 1, paragraphs[0].id, 0, 5, paragraphs[0].text[:5])
    for file in (tmp_path / "gone.pdf", tmp_path / "page.txt"):
        assert crops.crop_quotes([("q", (quote,))], paragraphs, {"paper": file})["q"] == ()


def test_images_stop_at_the_budget(page, monkeypatch):
    paragraphs = read_document(page, "paper")
    quotes = [(str(place), (Quote("paper", 1, paragraphs[0].id, 0, 5, "The w"),)) for place in range(5)]
    monkeypatch.setattr(crops, "BUDGET", 1)
    assert list(crops.crop_quotes(quotes, paragraphs, {"paper": page})) == ["0"]
