"""The fast reader of PDFs finds the words that the reference reader finds, where that finds them."""

from collections import defaultdict
from itertools import zip_longest
from pathlib import Path

import pytest

from pipeline.ingest import ink_pdfium, ink_pdfplumber, read_document
from pipeline.ingest.chars import LOST, PageInk, read_ink
from pipeline.ingest.lines import Word, make_rows
from tests.conftest import CORPORA, DEMO
from tests.ingest.pdf_files import draw_pdf, put, put_text, rule
from tests.ingest.test_fuzz_pdf import draw_page

SAMPLE = 2  # pages of each real document, or three
SEED_FILE = Path(__file__).parents[1] / "data/seeds/every-construction.pdf"


def list_words(page: PageInk) -> list[Word]:
    return [word for row in make_rows(page.glyphs, page.number) for word in row.words]


def count_strays(page: PageInk, reference: PageInk) -> int:
    """Words of either page of which the other has none with the same letters and a box within a point."""
    free: dict[str, list[Word]] = defaultdict(list)
    for word in list_words(reference):
        free[word.text].append(word)
    strays = 0
    for word in list_words(page):
        near = [other for other in free[word.text] if is_near(word, other)]
        if near:
            free[word.text].remove(near[0])
        strays += not near
    return strays + sum(map(len, free.values()))


def is_near(word: Word, other: Word) -> bool:
    return all(abs(getattr(word, side) - getattr(other, side)) <= 1 for side in ("x0", "top", "x1", "bottom"))


def draw_oddities(canvas) -> None:
    put_text(canvas, 60, 100, "Calls upon Norland to open 12 prisons; officers’ findings — final.", 200)
    put(canvas, 300, 130, "struck out")
    rule(canvas, 300, 127, 345, 127)
    put(canvas, 300, 160, "word")
    put(canvas, 321, 157, "3", size=6)
    canvas.saveState()
    canvas.rotate(90)
    put(canvas, 200, -40, "turned")
    canvas.restoreState()
    put(canvas, 900, 300, "beside the sheet")


def draw_turned(canvas) -> None:
    canvas.setPageRotation(90)
    canvas.rotate(-90)
    put_text(canvas, -300, 100, "A page that is turned when it is shown.", 200)


@pytest.mark.parametrize("draw", [draw_page, draw_oddities, draw_turned])
def test_same_words_on_drawn_pages(tmp_path, draw):
    file = draw_pdf(tmp_path / "drawn.pdf", [draw])
    (page,), (reference,) = read_ink(file, "pdfium"), read_ink(file, "pdfplumber")
    assert list_words(page)
    assert count_strays(page, reference) == 0
    assert len(page.rules) == len(reference.rules)
    assert [glyph.text for glyph in page.glyphs if glyph.struck] == [
        glyph.text for glyph in reference.glyphs if glyph.struck
    ]


@pytest.mark.parametrize("file", [SEED_FILE, *sorted(DEMO.rglob("*.pdf"))], ids=lambda file: file.stem)
def test_same_words_in_the_demo(file):
    for page, reference in zip_longest(read_ink(file, "pdfium"), read_ink(file, "pdfplumber")):
        assert count_strays(page, reference) == 0, page.number
        assert (page.width, page.height) == pytest.approx((reference.width, reference.height), abs=0.1)
        assert (len(page.rules), len(page.panels)) == (len(reference.rules), len(reference.panels))


@pytest.mark.corpora
def test_same_words_in_real_documents():
    words = strays = 0
    for file in sorted(CORPORA.rglob("*.pdf")):
        content = ink_pdfium.read_content(file)
        document = ink_pdfium.open_document(content) if content else None
        if document is None:
            continue
        fonts = ink_pdfium.hold_fonts(document)
        with ink_pdfplumber.open_pages(file) as pages:
            for number in range(1, len(pages) + 1, max(1, len(pages) // SAMPLE)):
                try:
                    page = ink_pdfium.read_page(document, number, fonts)
                except ink_pdfium.UnsureError:
                    continue
                reference = ink_pdfplumber.read_page(pages[number - 1], number)
                if all(glyph.text != LOST for glyph in reference.glyphs):  # PDFium knows some that pdfminer does not
                    words += len(list_words(reference))
                    strays += count_strays(page, reference)
    assert words > 10_000
    assert strays <= words / 10_000


def test_a_page_that_pdfium_is_unsure_of_is_read_by_the_reference(tmp_path, monkeypatch):
    file = draw_pdf(tmp_path / "drawn.pdf", [draw_page, draw_page])
    take = ink_pdfium.take_glyphs
    calls = []

    def waver(*given):
        calls.append(given)
        if len(calls) == 1:
            raise ink_pdfium.UnsureError
        return take(*given)

    monkeypatch.setattr(ink_pdfium, "take_glyphs", waver)
    first, _ = read_ink(file, "pdfium")
    assert len(calls) == 2
    assert first == next(iter(read_ink(file, "pdfplumber")))


def test_both_readers_give_the_same_paragraphs():
    (file,) = DEMO.rglob("a_hrc_res_95_21.pdf")
    fast, slow = (read_document(file, "x", reader) for reader in ("pdfium", "pdfplumber"))
    assert [(row.text, row.kind, row.label, row.page) for row in fast] == [
        (row.text, row.kind, row.label, row.page) for row in slow
    ]
