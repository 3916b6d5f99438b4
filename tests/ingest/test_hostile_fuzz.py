"""Documents made to hang, to swell or to call out: each is answered, and no parser opens a socket."""

import socket
import zlib
from pathlib import Path

import pytest

from pipeline.errors import DocumentError
from pipeline.extract import extract_clauses
from pipeline.ingest import ocr, read_document
from tests.conftest import REPOSITORY
from tests.ingest.docx_files import lists, p, write_docx

TEXT = b"BT /F1 10 Tf 57 700 Td (1.  Urges Norland to open all prisons to visitors and to publish names.) Tj ET "
FONT = b"<</Type /Font /Subtype /Type1 /BaseFont /Times-Roman>>"
FORM = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources <</XObject <</X %d 0 R>>>>"
PAGE = (
    b"<</Type /Page /Parent 2 0 R /MediaBox %s /Contents 4 0 R "
    + b"/Resources <</Font <</F1 5 0 R>> /XObject <</X 6 0 R>>>>>>"
)
HUGE_PICTURE = b"/Type /XObject /Subtype /Image /Width 65000 /Height 65000 /BitsPerComponent 8 /ColorSpace /DeviceRGB"


def pack(content, extra=b""):
    packed = zlib.compress(content)
    return b"<</Filter /FlateDecode /Length %d %s>> stream\n%s\nendstream" % (len(packed), extra, packed)


def make_pdf(content=TEXT, box=b"[0 0 595 842]", **changes):
    objects = {
        1: b"<</Type /Catalog /Pages 2 0 R>>",
        2: b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
        3: PAGE % box,
        4: pack(content),
        5: FONT,
    } | {int(name[1:]): body for name, body in changes.items()}
    body = b"".join(b"%d 0 obj %s endobj\n" % item for item in objects.items())
    return b"%PDF-1.4\n" + body + b"trailer <</Root 1 0 R>>\n%%EOF"


HOSTILE = {
    "pages that hold themselves": lambda: make_pdf(o2=b"<</Type /Pages /Kids [3 0 R 2 0 R] /Count 9>>"),
    "pages that are their own parent": lambda: make_pdf(o2=b"<</Type /Pages /Kids [3 0 R] /Count 1 /Parent 2 0 R>>"),
    "contents that are themselves": lambda: make_pdf(o4=b"4 0 R"),
    "contents that name one another": lambda: make_pdf(o4=b"7 0 R", o7=b"8 0 R", o8=b"7 0 R"),
    "a form that draws itself": lambda: make_pdf(TEXT + b"/X Do", o6=pack(TEXT + b"/X Do", FORM % 6)),
    "a length that is its own stream": lambda: make_pdf(o4=b"<</Length 4 0 R>> stream\n" + TEXT + b"\nendstream"),
    "a page as large as a country": lambda: make_pdf(box=b"[0 0 14400000 14400000]"),
    "a page without end": lambda: make_pdf(box=b"[0 0 1e400 1e400]"),
    "a picture of twelve gigabytes": lambda: make_pdf(b"q 595 0 0 842 0 0 cm /X Do Q", o6=pack(b"x", HUGE_PICTURE)),
    "brackets that never close": lambda: make_pdf(TEXT + b"[" * 20_000),
    "dictionaries that never close": lambda: make_pdf(o7=b"<<" * 20_000),
    "a predictor of two billion columns": lambda: make_pdf(
        o4=pack(TEXT, b"/DecodeParms <</Predictor 15 /Columns 2000000000 /Colors 32>>")
    ),
}


def answer(path: Path) -> str:
    try:
        extract_clauses(read_document(path, "x"))
    except DocumentError as error:
        assert path.name in str(error) and "\n" not in str(error)
        return str(error)
    return ""


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pdfs_are_answered(tmp_path, monkeypatch, name):
    monkeypatch.setattr(ocr, "find_engine", lambda: lambda picture: [])
    path = tmp_path / "hostile.pdf"
    path.write_bytes(HOSTILE[name]())
    answer(path)


LOOP = (
    '<w:style w:type="paragraph" w:styleId="A"><w:basedOn w:val="B"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="B"><w:basedOn w:val="A"/></w:style>'
)
FAR = (
    '<w:lvl w:ilvl="0"><w:start w:val="999999999"/><w:numFmt w:val="lowerRoman"/>'
    '<w:lvlText w:val="%1.%2.%9"/></w:lvl>'
)  # fmt: skip
SENTENCE = "Urges Norland to open all prisons to visitors and to publish the names of those who died."


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        (p(SENTENCE, style="A"), {"styles": LOOP}),
        (p(SENTENCE, num="1") * 3, {"numbering": lists(FAR)}),
        ("<w:tbl><w:tr><w:tc>" * 80 + p(SENTENCE) + "</w:tc></w:tr></w:tbl>" * 80, {}),
    ],
    ids=["styles in a loop", "a list that starts at a billion", "tables 80 deep"],
)
def test_hostile_docx_is_read(tmp_path, body, parts):
    assert answer(write_docx(tmp_path / "hostile.docx", body, **parts)) == ""


@pytest.mark.parametrize(
    "body",
    [
        "<table><tr><td colspan=1000000000 rowspan=1000000000>a<td>b</table>" * 9,
        "<table><tr><td>" * 80 + "a" + "</table>" * 80,
        "<div>" * 100_000,
        "<ol type=i start=999999999><li>a</ol>",
        "<p>" + "(" * 50_000,
    ],
)
def test_hostile_pages_are_answered(tmp_path, body):
    path = tmp_path / "hostile.html"
    path.write_text(f"<!DOCTYPE html><html><body><p>{SENTENCE}</p>{body}</body></html>", encoding="utf-8")
    answer(path)


@pytest.mark.parametrize(
    "name", ["figures-of-raised-digits.md", "numbers-of-5000-digits.txt", "numbers-of-5000-digits.html"]
)
@pytest.mark.weights
def test_odd_numbers_are_no_figures(name):
    from pipeline.evaluate.fuzz import _read_fully

    _read_fully(REPOSITORY / "tests/data" / name)


def test_no_parser_opens_a_socket(tmp_path, monkeypatch):
    calls = []
    monkeypatch.setattr(socket, "socket", lambda *arguments, **options: calls.append(arguments))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *arguments, **options: calls.append(arguments))
    address = "http://127.0.0.1:9/x"
    page = f'<link rel=stylesheet href="{address}"><img src="{address}"><iframe src="{address}"></iframe>'
    (tmp_path / "page.html").write_text(
        f'<!DOCTYPE html SYSTEM "{address}.dtd"><html><base href="{address}"><body>{page}<p>{SENTENCE}</p></html>',
        encoding="utf-8",
    )
    external = f'<w:p><w:hyperlink r:id="x">{p(SENTENCE)}</w:hyperlink></w:p>{p(SENTENCE)}'
    write_docx(tmp_path / "letter.docx", external, settings=f'<w:attachedTemplate r:id="{address}"/>')
    remote = b"<</Type /Catalog /Pages 2 0 R /OpenAction <</S /URI /URI (" + address.encode() + b")>>>>"
    far = b"<</Length 0 /F <</FS /URL /F (" + address.encode() + b")>>>> stream\n\nendstream"
    (tmp_path / "paper.pdf").write_bytes(make_pdf(o1=remote, o6=far))
    for path in sorted(tmp_path.iterdir()):
        assert answer(path) == ""
    assert calls == []
