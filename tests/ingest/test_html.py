"""HTML: main text, labels, tables and notes of invented pages."""

from pathlib import Path

import pytest

from pipeline.errors import DocumentError
from pipeline.ingest.html import decode_html, read_html
from pipeline.records import Cell, Mark, Span

DATA = Path(__file__).parent.parent / "data"
PROSE = "<p>The office visited nine prisons and spoke with many of the people who had been held there.</p>"
PROSE_TEXT = PROSE[3:-4]


def read(tmp_path, body):
    path = tmp_path / "page.html"
    path.write_text(f"<!DOCTYPE html><html><body>{body}</body></html>", encoding="utf-8")
    return read_html(path)


@pytest.mark.parametrize(
    "clutter",
    [
        "<nav><a href='/'>Home</a></nav>", "<header>Site name</header>", "<footer>Imprint</footer>",
        "<aside>Pull quote</aside>",
        "<script>var a = '<p>no</p>';</script>", "<style>p { color: red }</style>", "<noscript>Turn it on</noscript>",
        "<div id='cookie-banner'>We use cookies</div>", "<div class='social share'>Share this</div>",
        "<form><label>Search</label><input></form>", "<p style='display: none'>hidden</p>", "<p hidden>hidden</p>",
        "<div role='navigation'>Menu</div>", "<div aria-hidden='true'>×</div>", "<!-- a comment -->",
    ],
)  # fmt: skip
@pytest.mark.parametrize("frame", ["<main>{}</main>", "<div>{}</div>"])
def test_clutter_is_no_text(tmp_path, clutter, frame):
    found = read(tmp_path, frame.format(f"{PROSE}{clutter}{PROSE}"))
    assert [item.text for item in found] == [PROSE_TEXT, PROSE_TEXT]


@pytest.mark.parametrize(
    "body",
    [
        f"<div>Menu</div><main>{PROSE * 3}</main><div>Other news</div>",
        f"<div>Menu</div><article>{PROSE * 3}</article><article>Teaser</article>",
        f"<div><a href='/a'>A long link text to another page of the site</a></div><div><div>{PROSE * 3}</div></div>",
    ],
)
def test_the_main_block_is_chosen(tmp_path, body):
    assert {item.text for item in read(tmp_path, body)} == {PROSE_TEXT}


def test_the_title_outside_the_main_block_comes_first(tmp_path):
    found = read(tmp_path, f"<h1>Prisons</h1><main>{PROSE * 2}</main>")
    assert [(item.kind, item.level) for item in found] == [("heading", 1), ("body", None), ("body", None)]


@pytest.mark.parametrize(
    ("html", "labels"),
    [
        ("<ol><li>x</li><li>y</li></ol>", ["1", "2"]),
        ("<ol start=4 type=a><li>x</li><li value=7>y</li><li>z</li></ol>", ["d", "g", "h"]),
        ("<ol type=I><li>x</li><li>y</li></ol>", ["I", "II"]),
        ("<ol reversed><li>x</li><li>y</li></ol>", ["2", "1"]),
        ("<ol style='list-style-type: lower-roman'><li>x</li></ol>", ["i"]),
        ("<ul><li>x</li></ul>", ["•"]),
        ("<ul><li>(a) x</li><li>(b) y</li></ul>", ["(a)", "(b)"]),
        ("<ul style='list-style: none'><li>x</li></ul>", [None]),
        ("<p>2. Urges x</p><p>(a) y</p>", ["2", "(a)"]),
    ],
)
def test_labels_of_lists(tmp_path, html, labels):
    assert [item.label for item in read(tmp_path, html)] == labels


def test_numbered_paragraphs_are_body_and_letters_below_them_items(tmp_path):
    found = read(tmp_path, "<ol><li>Urges:<ol type=a><li>x;<ul><li>deep</li></ul></li></ol></li><li>Decides.</li></ol>")
    assert [(item.kind, item.label, item.level, item.text) for item in found] == [
        ("body", "1", None, "Urges:"), ("list_item", "a", 1, "x;"), ("list_item", "•", 2, "deep"),
        ("body", "2", None, "Decides."),
    ]  # fmt: skip


def test_tables_keep_their_grid_and_caption(tmp_path):
    rows = "<tr><th colspan=2>Wide</th><th>Right</th></tr>"
    rows += "<tr><td rowspan=2>A</td><td><p>B</p><p>b</p></td><td>C</td></tr><tr><td>D</td></tr>"
    found = read(tmp_path, f"<table><caption>Table 1</caption>{rows}</table>")
    assert [(item.kind, item.text, item.cell) for item in found] == [
        ("caption", "Table 1", None), ("table_cell", "Wide", Cell(0, 0, 0)), ("table_cell", "Right", Cell(0, 0, 2)),
        ("table_cell", "A", Cell(0, 1, 0)), ("table_cell", "B b", Cell(0, 1, 1)), ("table_cell", "C", Cell(0, 1, 2)),
        ("table_cell", "D", Cell(0, 2, 1)),
    ]  # fmt: skip


def test_layout_tables_are_no_tables(tmp_path):
    found = read(tmp_path, f"<table><tr><td>{PROSE * 3}</td></tr></table>")
    assert [(item.kind, item.cell) for item in found] == [("body", None)] * 3


def test_inline_text_is_joined_as_a_browser_shows_it(tmp_path):
    found = read(
        tmp_path,
        "<p>Nine\n  <em>prisons</em>&nbsp;&amp;\tcamps<br>seen.<br><br>Next.</p><figcaption>A cell</figcaption>",
    )
    assert [(item.kind, item.text, item.italics) for item in found] == [
        ("body", "Nine prisons & camps seen.", (Span(5, 12),)), ("body", "Next.", ()), ("caption", "A cell", ()),
    ]  # fmt: skip


def test_linked_notes_become_footnotes():
    found = read_html(DATA / "notes-linked-from-text.html")
    assert [(item.kind, item.label, item.text, item.marks) for item in found] == [
        ("heading", None, "Prisons of Norland", ()),
        ("body", None, "Nine prisons were seen, two were closed. See more.", (Mark(22, "1"), Mark(39, "2"))),
        ("body", None, "More text stands here, and is no note.", ()),
        ("footnote", "1", "Interview, 5 May.", ()),
        ("footnote", "2", "Letter of 6 June.", ()),
    ]


def test_a_page_wrapped_in_one_form_is_read():
    found = read_html(DATA / "page-wrapped-in-one-form.html")
    assert [item.text[:13] for item in found] == ["The committee", "It asks the g"]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("naïve".encode(), "naïve"),
        ("\ufeffnaïve".encode(), "naïve"),
        ("\ufeffnaïve".encode("utf-16-le"), "naïve"),
        ("“naïve”".encode("cp1252"), "“naïve”"),
        (b'<meta charset="koi8-r">' + "мир".encode("koi8-r"), '<meta charset="koi8-r">мир'),
        (b'<meta charset="unicode_escape">\\u0041', '<meta charset="unicode_escape">\\u0041'),
    ],
)
def test_encodings(data, text):
    assert decode_html(data) == text


def test_latin1_is_read_as_browsers_do():
    assert read_html(DATA / "declared-latin1-but-windows1252.html")[0].text == "“Curly” – quotes"


@pytest.mark.parametrize("text", ["", "<!DOCTYPE html [<!ENTITY a 'aaa'>]><p>&a;</p>"])
def test_what_is_no_page_is_refused(tmp_path, text):
    path = tmp_path / "page.html"
    path.write_text(text)
    with pytest.raises(DocumentError, match=r"page\.html"):
        read_html(path)
