"""Damaged DOCX and HTML, seeded: a reader answers with paragraphs or with one sentence, never with a traceback."""

import random
import zipfile

from pipeline.errors import DocumentError
from pipeline.ingest import read_document
from tests.ingest.docx_files import lists, lvl, p, r, table, write_docx

ROUNDS = 400
BODY = (
    p("I.\tPrisons", bold=True)
    + p("Urges Norland:", num="1")
    + p("to open;", num="1", level=1)
    + f'<w:p>{r("Nine")}<w:r><w:footnoteReference w:id="1"/></w:r><w:ins w:id="2">{r(" freed")}</w:ins></w:p>'
    + table((p("Year"), p("Deaths")), (p("2020"), p("5")))
)
NUMBERING = lists(lvl(0, "decimal", "%1.") + lvl(1, "lowerLetter", "(%2)"))
NOTES = f'<w:footnote w:id="1">{p("Interview.")}</w:footnote>'
PAGE = (
    b"<!DOCTYPE html><html><head><meta charset=utf-8></head><body><nav>Menu</nav><main><h1>Prisons</h1>"
    b"<p>Nine <i>prisons</i><sup><a href='#n'>1</a></sup></p><ol type=a start=3><li value=5>x</li></ol>"
    b"<table><caption>T</caption><tr><td rowspan=2 colspan=2>A</td></tr></table><p id=n>1 Note</p></main></body></html>"
)
SPLINTERS = (
    b"<w:p>",
    b"</w:p>",
    b"<td rowspan=-1>",
    b'w:val="99999999999"',
    b"&#x110000;",
    b"<!--",
    b'="-5"',
    b"<ol start=x>",
)


def mutate(data: bytes, chance: random.Random) -> bytes:
    found = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(found))
        deed = chance.randrange(4)
        if deed == 0:
            found[at] = chance.randrange(256)
        elif deed == 1 and len(found) > 100:
            del found[at : at + chance.randint(1, 40)]
        elif deed == 2:
            found[at:at] = found[max(0, at - 90) : at]
        else:
            found[at:at] = chance.choice(SPLINTERS)
    return bytes(found)


def is_answered(path) -> bool:
    try:
        read_document(path, "x")
    except DocumentError as error:
        return path.name in str(error) and "\n" not in str(error)
    return True


def test_damaged_pages(tmp_path):
    path = tmp_path / "page.html"
    chance = random.Random(7)
    for _ in range(ROUNDS):
        path.write_bytes(mutate(PAGE, chance))
        assert is_answered(path)


def test_damaged_containers(tmp_path):
    whole = write_docx(tmp_path / "whole.docx", BODY, numbering=NUMBERING, footnotes=NOTES).read_bytes()
    path = tmp_path / "bytes.docx"
    chance = random.Random(8)
    for _ in range(ROUNDS):
        path.write_bytes(mutate(whole, chance))
        assert is_answered(path)


def test_damaged_parts_in_a_sound_container(tmp_path):
    whole = write_docx(tmp_path / "whole.docx", BODY, numbering=NUMBERING, footnotes=NOTES)
    path = tmp_path / "parts.docx"
    chance = random.Random(9)
    with zipfile.ZipFile(whole) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for _ in range(ROUNDS):
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in parts.items():
                archive.writestr(name, mutate(data, chance) if chance.random() < 0.3 else data)
        assert is_answered(path)
