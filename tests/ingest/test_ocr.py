"""Scans: pages drawn from known text, read by every engine that is installed."""

import shutil
import subprocess
from difflib import SequenceMatcher
from importlib.util import find_spec

import pytest
from reportlab.lib.utils import ImageReader

from pipeline.errors import DocumentError
from pipeline.ingest import ocr, read_document
from pipeline.ingest.ocr import Seen, make_glyphs, restore_bullet
from tests.ingest.pdf_files import BOLD, draw_pdf, put, put_text, rule

FIRST = (
    "Urges the Government of Norland to open all prisons to visitors of the families, and to publish the names of "
    "those who have died in them since the census of 2019."
)
SECOND = "Requests the Secretary-General to provide 14 observers, of whom at least 6 shall be women, by 3 March 2031."
LEFT = "The left column speaks of prisons only, and it goes on for several lines so that nobody may miss its end here."
RIGHT = "The right column speaks of harbours only, and its sentences must not be woven into those of the other one."
ENGINES = {
    **({"rapidocr": ocr.see_with_rapidocr} if find_spec("rapidocr") and find_spec("onnxruntime") else {}),
    **({"tesseract": ocr.see_with_tesseract} if shutil.which("tesseract") else {}),
}


def draw_page(canvas):
    put(canvas, 72, 90, "Norland and its prisons", BOLD, 14)
    y = put_text(canvas, 72, 130, "1.  " + FIRST, 450, size=11)
    y = put_text(canvas, 72, y + 10, "2.  " + SECOND, 450, size=11)
    put_text(canvas, 72, y + 30, LEFT, 200, size=11)
    put_text(canvas, 320, y + 30, RIGHT, 200, size=11)


def scan(tmp_path, *, pages=(draw_page,), resolution=300):
    """A PDF whose pages are pictures of `pages`; None stands for a page with a text layer of its own."""
    import pypdfium2

    born = draw_pdf(tmp_path / "born.pdf", [page or draw_page for page in pages])
    document = pypdfium2.PdfDocument(born)
    pictures = [page.render(scale=resolution / 72, grayscale=True).to_pil() for page in document]
    document.close()

    def paste(picture):
        return lambda canvas: canvas.drawImage(ImageReader(flip(picture)), 0, 0, 595.28, 841.89)

    def flip(picture):  # the canvas counts from the top, and so stands on its head
        return picture.transpose(1)

    drawn = [paste(picture) if page else draw_page for page, picture in zip(pages, pictures, strict=True)]
    return draw_pdf(tmp_path / "scan.pdf", drawn)


@pytest.fixture(params=sorted(ENGINES) or ["none"])
def engine(request, monkeypatch):
    if request.param == "none":
        pytest.skip("no engine is installed; make test installs one")
    monkeypatch.setattr(ocr, "find_engine", lambda: ENGINES[request.param])


def test_a_scan_is_read_in_order_with_confidence_and_boxes(tmp_path, engine):
    found = read_document(scan(tmp_path), "x")
    text = [" ".join(filter(None, (item.label, item.text))) for item in found]
    wanted = ["Norland and its prisons", "1 " + FIRST, "2 " + SECOND, LEFT, RIGHT]
    assert SequenceMatcher(None, " ".join(wanted), " ".join(text), autojunk=False).ratio() > 0.98
    assert [item.label for item in found if item.label] == ["1", "2"]
    assert all(0.5 < item.confidence <= 1 for item in found)
    first = next(item for item in found if item.label == "1")
    assert first.bbox == pytest.approx((72, 121, 515, 146), abs=6)


def test_pages_with_and_without_text_come_in_order(tmp_path, engine):
    found = read_document(scan(tmp_path, pages=(None, draw_page, None)), "x")
    assert sorted({item.page for item in found}) == [1, 2, 3]
    assert [item.page for item in found] == sorted(item.page for item in found)
    assert {item.page for item in found if item.confidence is not None} == {2}


def test_without_an_engine_a_scan_is_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(ocr, "find_engine", lambda: None)
    with pytest.raises(DocumentError, match=r"scan\.pdf is a scan without text"):
        read_document(scan(tmp_path), "x")
    with pytest.raises(DocumentError, match=r"scanned pages without text \(2\)"):
        read_document(scan(tmp_path, pages=(None, draw_page)), "x")


def test_an_empty_page_is_a_sentence_with_an_engine_too(tmp_path, engine):
    path = draw_pdf(tmp_path / "empty.pdf", [lambda canvas: None])
    with pytest.raises(DocumentError, match=r"empty\.pdf shows no text"):
        read_document(path, "x")


def test_an_engine_that_fails_is_a_sentence(tmp_path, monkeypatch):
    def fail(picture):
        raise subprocess.TimeoutExpired("tesseract", 50)

    monkeypatch.setattr(ocr, "find_engine", lambda: fail)
    with pytest.raises(DocumentError, match=r"scan\.pdf, page 1: OCR failed"):
        read_document(scan(tmp_path), "x")


def test_a_drawing_without_text_on_a_page_needs_no_engine(tmp_path, monkeypatch):
    monkeypatch.setattr(ocr, "find_engine", lambda: None)
    path = draw_pdf(tmp_path / "a.pdf", [draw_page, lambda canvas: rule(canvas, 50, 50, 500, 50)])
    assert read_document(path, "x")


def test_touching_words_stay_apart():
    words = [Seen("of", 0.9, 100, 130, 130, 46, 1), Seen("the", 0.8, 131, 170, 132, 44, 1)]
    glyphs = list(make_glyphs(words, 300 / 72))
    assert glyphs[2].x0 - glyphs[1].x1 > 0.22 * glyphs[2].size
    assert len({glyph.baseline for glyph in glyphs}) == 1


def test_specks_are_left_out():
    assert list(make_glyphs([Seen("~", 0.1, 0, 5, 5, 5, 1)], 1.0)) == []


@pytest.mark.parametrize(
    ("seen", "meant"),
    [
        (["e", "Open", "all"], ["•", "Open", "all"]),
        (["e", "open"], ["e", "open"]),
        (["A", "Man"], ["A", "Man"]),
        (["o"], ["o"]),
    ],
)
def test_bullets(seen, meant):
    assert restore_bullet(seen) == meant
