"""Pictures of pages are read like scans; text layers that say nothing are noticed."""

from difflib import SequenceMatcher
from pathlib import Path

import pytest
from PIL import Image

from pipeline.errors import DocumentError
from pipeline.ingest import ocr, pictures, read_document
from pipeline.ingest.garbage import is_nonsense
from pipeline.ingest.ocr import find_engine
from pipeline.ingest.pictures import measure_sheet
from tests.ingest.pdf_files import draw_pdf, put_text

TEXT = (
    "Urges the Government of Norland to open all prisons to visitors of the families, and to publish the names of "
    "those who have died in them since the census of 2019, as 14 towns of the river have asked for many times."
)
needs_engine = pytest.mark.skipif(find_engine() is None, reason="no engine is installed; make test installs one")


def draw_pictures(tmp_path: Path, count: int, resolution: int) -> list[Image.Image]:
    import pypdfium2

    pages = [lambda canvas, y=90 + 40 * number: put_text(canvas, 72, y, TEXT, 450, size=11) for number in range(count)]
    document = pypdfium2.PdfDocument(draw_pdf(tmp_path / "born.pdf", pages))
    drawn = [page.render(scale=resolution / 72, grayscale=True).to_pil() for page in document]
    document.close()
    return drawn


@needs_engine
@pytest.mark.parametrize(("name", "resolution"), [("a.png", 300), ("a.jpg", 150), ("a.webp", 200), ("a.tiff", 300)])
def test_a_picture_is_read_with_boxes_in_points(tmp_path: Path, name: str, resolution: int) -> None:
    (picture,) = draw_pictures(tmp_path, 1, resolution)
    picture.save(tmp_path / name, dpi=(resolution, resolution))
    (found,) = read_document(tmp_path / name, "x")
    assert SequenceMatcher(None, found.text, TEXT, autojunk=False).ratio() > 0.97
    assert found.confidence is not None and found.confidence > 0.5
    assert found.bbox == pytest.approx((72, 82, 516, 118), abs=8)


@needs_engine
def test_every_page_of_a_tiff_is_read(tmp_path: Path) -> None:
    first, *rest = draw_pictures(tmp_path, 3, 150)
    first.save(tmp_path / "a.tif", save_all=True, append_images=rest, dpi=(150, 150))
    assert [item.page for item in read_document(tmp_path / "a.tif", "x")] == [1, 2, 3]


@pytest.mark.parametrize(
    ("size", "resolution", "sheet"),
    [
        ((1240, 1754), (150, 150), (595.2, 841.9)),
        ((1240, 1754), None, (595.3, 842.1)),
        ((4000, 5000), (72, 72), (595.3, 744.1)),  # a camera's 72 means nothing
        ((1754, 1240), (0, 0), (841.9, 595.2)),
    ],
)
def test_the_sheet_of_a_picture(size, resolution, sheet) -> None:
    assert measure_sheet(size, resolution) == pytest.approx(sheet, abs=0.1)


def test_without_an_engine_a_picture_is_a_sentence(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(pictures, "find_engine", lambda: None)
    Image.new("L", (600, 800), 255).save(tmp_path / "a.png")
    with pytest.raises(DocumentError, match=r"a\.png is a picture: run OCR"):
        read_document(tmp_path / "a.png", "x")


@pytest.mark.parametrize("error", [RuntimeError("no kernel"), KeyError("text"), OSError("gone")])
def test_an_engine_that_fails_on_a_picture_is_a_sentence(tmp_path: Path, monkeypatch, error: Exception) -> None:
    def fail(picture):
        raise error

    monkeypatch.setattr(pictures, "find_engine", lambda: fail)
    Image.new("L", (600, 800), 255).save(tmp_path / "a.png")
    with pytest.raises(DocumentError, match=r"a\.png, page 1: OCR failed"):
        read_document(tmp_path / "a.png", "x")


def shift(text: str, by: int) -> str:
    """The text as a font shows it whose map is off by some places."""
    return "".join(sign if sign == " " else chr(33 + (ord(sign) - 33 + by) % 94) for sign in text)


@pytest.mark.parametrize("by", [3, 29, 40, 65])
def test_a_wrong_map_of_letters_is_nonsense(by: int) -> None:
    assert is_nonsense(shift(TEXT, by).split() * 4)


@pytest.mark.parametrize(
    "text",
    [
        TEXT * 2,
        TEXT.upper() * 2,
        "Le Gouvernement de Norlande doit ouvrir toutes les prisons aux familles et publier les noms des morts " * 4,
        "Das Schrifttum spricht von Strafvollzugsanstalten, Rechtsschutz und Durchschnittswerten; " * 8,
        "A/HRC/RES/55/21 A/HRC/WG.6/48/SVN/3 OHCHR, UNICEF, CEDAW, the Committee and UN-Women in Norland said " * 6,
        "(12.3%) 14.5* $1,200 €300 <0.05 12/13/2020 Norland .......... 12 _________ (n=14) [2] 10:30 " * 8,
        "Norland: 14 %, Westland: 15 %, www.example.org/reports, mail@example.org, and/or iPhone McDonald " * 6,
    ],
)
def test_text_is_none(text: str) -> None:
    assert not is_nonsense(text.split())


@pytest.mark.parametrize("spoil", [lambda text: shift(text, 29), lambda text: "\x01\x02\x03 " * 60])
def test_a_page_with_a_garbled_text_layer_is_read_from_its_picture(tmp_path: Path, monkeypatch, spoil) -> None:
    asked = []

    def see(picture):
        asked.append(picture.size)
        return [ocr.Seen(word, 0.9, 300 + 90 * place, 370 + 90 * place, 400, 46, 1) for place, word in enumerate(WORDS)]

    monkeypatch.setattr(ocr, "find_engine", lambda: see)
    page = draw_pdf(tmp_path / "a.pdf", [lambda canvas: put_text(canvas, 72, 90, spoil(f"{TEXT} " * 4), 450)])
    assert [item.text for item in read_document(page, "x")] == [" ".join(WORDS)]
    assert len(asked) == 1


WORDS = ["The", "wardens", "answer", "every", "letter"]
