"""Damaged PDFs, seeded: the reader answers with paragraphs or with one sentence, never with a traceback."""

import random
import zlib

from pipeline.errors import DocumentError
from pipeline.ingest import ocr, read_document
from tests.ingest.pdf_files import draw_pdf, head, put, put_text, rule

ROUNDS = 120
SPLINTERS = (
    b"/Kids [1 0 R 1 0 R]",
    b"/Count 99999999",
    b"/MediaBox [0 0 0 0]",
    b"/MediaBox [9e9 0 -9e9 nan]",
    b"/Length -1",
    b"/Rotate 45",
    b"endobj",
    b"stream\n",
    b"<<" * 50,
    b"(" * 50,
    b"1 0 0 0 0 0 Tm 0 Tf BT",
    b"99999999999999999999",
)


def draw_page(canvas):
    head(canvas, "A/HRC/99/1", 2)
    y = put_text(canvas, 57, 100, "1.  Urges Norland to open all prisons to visitors, and to publish names.", 200)
    put(canvas, 57, y, "Nine prisons")
    put(canvas, 130, y - 4, "1", size=6)
    for x in (57, 200, 400):
        rule(canvas, x, 300, x, 340)
    for y in (300, 320, 340):
        rule(canvas, 57, y, 400, y)
    put(canvas, 60, 315, "Year")
    put(canvas, 210, 315, "Deaths")


def mutate(data: bytes, chance: random.Random) -> bytes:
    found = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(found))
        deed = chance.randrange(5)
        if deed == 0:
            found[at] = chance.randrange(256)
        elif deed == 1 and len(found) > 400:
            del found[at : at + chance.randint(1, 60)]
        elif deed == 2:
            found[at:at] = found[max(0, at - 120) : at]
        elif deed == 3:
            found[at:at] = chance.choice(SPLINTERS)
        elif len(found) > 400:
            del found[max(300, at) :]
    return bytes(found)


def is_answered(path) -> bool:
    try:
        read_document(path, "x")
    except DocumentError as error:
        return path.name in str(error) and "\n" not in str(error)
    return True


def test_damaged_files(tmp_path, monkeypatch):
    monkeypatch.setattr(ocr, "find_engine", lambda: lambda picture: [])
    whole = draw_pdf(tmp_path / "whole.pdf", [draw_page]).read_bytes()
    path = tmp_path / "bytes.pdf"
    chance = random.Random(11)
    for _ in range(ROUNDS):
        path.write_bytes(mutate(whole, chance))
        assert is_answered(path)


def test_damaged_pages_in_a_sound_container(tmp_path, monkeypatch):
    monkeypatch.setattr(ocr, "find_engine", lambda: lambda picture: [])
    path = tmp_path / "page.pdf"
    chance = random.Random(12)
    for _ in range(ROUNDS):
        path.write_bytes(wrap_page(mutate(CONTENT, chance)))
        assert is_answered(path)


CONTENT = (
    b"q 1 0 0 1 50 50 cm BT /F1 10 Tf 12 TL 1 0 0 1 10 700 Tm (1.  Urges Norland to open all prisons) Tj T* "
    b"[(to visi) -20 (tors, and) 300 (to publish.)] TJ /F1 6 Tf 4 Ts (1) Tj ET Q 0.5 w 50 400 m 500 400 l S "
    b"50 300 200 40 re S 50 300 200 1 re f BT /F1 9 Tf 60 90 Td (A/HRC/99/1) Tj ET "
) * 4


def wrap_page(content: bytes) -> bytes:
    """A sound file around the content of its one page; readers rebuild the missing table of objects."""
    packed = zlib.compress(content)
    return b"\n".join(
        (
            b"%PDF-1.4",
            b"1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj",
            b"2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj",
            b"3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            b" /Resources <</Font <</F1 5 0 R>>>>>> endobj",
            b"4 0 obj <</Filter /FlateDecode /Length %d>> stream" % len(packed),
            packed,
            b"endstream endobj",
            b"5 0 obj <</Type /Font /Subtype /Type1 /BaseFont /Times-Roman>> endobj",
            b"trailer <</Root 1 0 R>>",
            b"%%EOF",
        )
    )
