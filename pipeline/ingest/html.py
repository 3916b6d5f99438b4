"""HTML to paragraphs: the main text of a page with its headings, lists, tables, captions and linked notes."""

import codecs
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import DocumentError
from pipeline.ingest.html_main import choose_main, drop_clutter, find_title
from pipeline.ingest.html_notes import find_mark, find_notes, read_note_pieces
from pipeline.ingest.numbering import format_number
from pipeline.ingest.runs import Piece, compose_line, drop_start, find_typed_marks, plain_text
from pipeline.ingest.typed_labels import find_label, guess_level
from pipeline.records import Cell, Paragraph, ParagraphKind

if TYPE_CHECKING:
    from lxml.etree import _Element

_MOST_BYTES = 64 * 2**20
_HEAD_BYTES = 4096  # a charset must be declared within the first 1024 bytes (HTML standard); old pages are late
# only charsets that pages use: Python knows more codecs, and some of them are no text. UTF-16 always has its mark
_CHARSET = re.compile(
    rb"""(?:charset|encoding)\s*=\s*["']?\s*
    ((?:utf-?8|us-ascii|iso-?8859-\d{1,2}|latin-?1|windows-125\d|cp125\d|koi8-[ru]|gbk|gb2312|gb18030|big5
      |shift_jis|euc-(?:jp|kr))\b)""",
    re.IGNORECASE | re.VERBOSE,
)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_BLOCKS = frozenset((
    "address", "article", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt", "figure", "footer",
    "form", "header", "hgroup", "hr", "li", "main", "ol", "p", "pre", "section", "summary", "table", "tbody", "td",
    "th", "tr", "ul",
))  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_ITALIC, _BOLD = frozenset(("i", "em", "cite", "dfn", "var")), frozenset(("b", "strong"))
_LIST_FORMS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman", "1": "decimal"}
_CSS_FORMS = {
    "lower-alpha": "lowerLetter",
    "lower-latin": "lowerLetter",
    "upper-alpha": "upperLetter",
    "upper-latin": "upperLetter",
    "lower-roman": "lowerRoman",
    "upper-roman": "upperRoman",
    "decimal": "decimal",
    "none": "none",
    "disc": "bullet",
    "circle": "bullet",
    "square": "bullet",
}
_CSS_FORM = re.compile(r"list-style(?:-type)?\s*:\s*([a-z-]+)")
_LONGEST_BOLD_HEADING = 120
_FRAME_TEXT = 200  # characters; a one-column table with longer text is a frame around prose


@dataclass(frozen=True)
class Place:
    """Where in the page's structure the text being read stands."""

    kind: ParagraphKind = "body"
    level: int | None = None
    cell: Cell | None = None
    italic: bool = False
    bold: bool = False
    raised: bool = False
    lists: int = 0  # lettered or bulleted lists open around it


@dataclass
class Page:
    """The paragraphs read so far, and the one being read."""

    notes: "dict[_Element, str]"  # marks by the element that holds the note
    paragraphs: list[Paragraph] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    place: Place = Place()
    label: str | None = None  # of the list item that has begun
    tables: int = 0
    depth: int = 0  # level of the nearest heading
    read_notes: "set[_Element]" = field(default_factory=set)


def read_html(path: Path) -> list[Paragraph]:
    """Paragraphs of the main text of the page at `path`, in reading order; pages are None, ids are left empty.

    Left out: navigation, headers, footers, asides, forms, scripts, banners, hidden elements. Notes that are linked
    from the text become footnotes with the mark of the link. Nothing is fetched: no picture, style sheet or frame.
    Raises DocumentError when the file is too large, declares XML entities, or is no markup.
    """
    try:
        return _read_page(_parse_page(path, decode_html(path.read_bytes()[: _MOST_BYTES + 1])))
    except RecursionError as error:
        raise DocumentError(
            f"{path.name}: elements are nested too deeply to be a real page; save it as PDF."
        ) from error


def decode_html(data: bytes) -> str:
    """The text of a page: by its byte order mark, its declared charset, as UTF-8, else as Windows-1252."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    declared = _CHARSET.search(data[:_HEAD_BYTES])
    names = [declared[1].decode("ascii")] if declared else []
    for name in [*names, "utf-8"]:
        try:
            # the HTML standard reads these labels as Windows-1252, which has the curly quotes that pages use
            return data.decode("cp1252" if name.lower() in ("iso-8859-1", "us-ascii", "latin1", "latin-1") else name)
        except (LookupError, UnicodeError):
            continue
    return data.decode("cp1252", errors="replace")


def _parse_page(path: Path, text: str) -> "_Element":
    from lxml import etree

    if "<!ENTITY" in text:
        raise DocumentError(f"{path.name}: the page declares XML entities; it was not opened. Save it as PDF instead.")
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    clean = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", " ", text)
    try:
        root = etree.fromstring(clean.encode("utf-8", errors="replace"), parser)
    except etree.XMLSyntaxError:
        root = None
    if any("depth" in entry.message for entry in parser.error_log):  # the rest of the page would be lost without a word
        raise DocumentError(f"{path.name}: elements are nested too deeply to be read in full; save the page as PDF.")
    body = None if root is None else root.find("body")
    if body is None:
        raise DocumentError(f"{path.name}: no HTML body found; fetch the page again or save it as PDF.")
    return body


def _read_page(body: "_Element") -> list[Paragraph]:
    drop_clutter(body)
    main = choose_main(body)
    page = Page(find_notes(body, main))
    title = find_title(body, main)
    if title is not None:
        _read_block(title, page)
    _read_block(main, page)
    _flush(page)
    for element in page.notes:
        if element not in page.read_notes:  # notes that stand outside the main block
            _read_note(element, page)
    return page.paragraphs


# --- walking the tree ---


def _read_children(element: "_Element", page: Page) -> None:
    _add_text(page, element.text)
    for child in element:
        _read_element(child, page)
        _add_text(page, child.tail)


def _read_element(element: "_Element", page: Page) -> None:
    tag = element.tag if isinstance(element.tag, str) else ""
    mark = find_mark(element, page.notes)
    if element in page.notes:
        _read_note(element, page)
    elif mark is not None:
        page.pieces.append(Piece(mark, mark=True))
    elif tag == "br":
        _break_line(page)
    elif tag in _BLOCKS or tag in _HEADINGS or tag in ("caption", "figcaption"):
        _read_block(element, page)
    else:
        place = page.place
        page.place = replace(
            place,
            italic=place.italic or tag in _ITALIC,
            bold=place.bold or tag in _BOLD,
            raised=place.raised or tag == "sup",
        )
        _read_children(element, page)
        page.place = place


def _read_block(element: "_Element", page: Page) -> None:
    tag = element.tag
    if tag in _HEADINGS:
        with _within(page, replace(page.place, kind="heading", level=_HEADINGS[tag], bold=True)):
            _read_children(element, page)
    elif tag in ("caption", "figcaption"):
        with _within(page, replace(page.place, kind="caption", cell=None)):
            _read_children(element, page)
    elif tag in ("ol", "ul"):
        with _within(page, page.place):
            _read_list(element, page, _find_form(element))
    elif tag == "table" and not _is_layout(element):
        with _within(page, page.place):
            _read_table(element, page)
    elif page.place.cell is not None and tag not in ("li", "tr", "td", "th", "tbody"):
        page.pieces.append(Piece("\n"))  # the paragraphs of a cell are one text
        _read_children(element, page)
        page.pieces.append(Piece("\n"))
    else:
        with _within(page, page.place):
            _read_children(element, page)


@contextmanager
def _within(page: Page, place: Place) -> Iterator[None]:
    """A block: what came before is closed, then everything inside stands at `place`, and is closed at the end."""
    _flush(page)
    outer, page.place = page.place, place
    yield
    _flush(page)
    page.place = outer


def _add_text(page: Page, text: str | None) -> None:
    if text:
        place = page.place
        page.pieces.append(Piece(text, place.italic, place.bold, place.raised))


def _break_line(page: Page) -> None:
    """One line break is a blank; two in a row part paragraphs, as on old pages."""
    if plain_text(page.pieces[-3:]).rstrip(" \n\r\t").endswith("\v"):
        _flush(page)
    else:
        page.pieces.append(Piece("\v"))


# --- lists ---


def _read_list(element: "_Element", page: Page, form: str) -> None:
    numbered = form == "decimal" and not page.place.lists  # paragraphs of the text; below another list they are items
    page.place = replace(page.place, lists=page.place.lists + (not numbered))
    items = [child for child in element if child.tag == "li"]
    step = -1 if "reversed" in element.attrib else 1
    number = _to_number(element.get("start"), len(items) if step < 0 else 1)
    for child in element:
        if child.tag != "li":
            _read_element(child, page)
            continue
        number = _to_number(child.get("value"), number)
        label = "•" if form == "bullet" else format_number(number, form)
        if child in page.notes:
            _read_note(child, page)
        else:
            _read_item(child, page, label, numbered)
        number += step


def _read_item(item: "_Element", page: Page, label: str, numbered: bool) -> None:
    kind: ParagraphKind = "body" if numbered else "list_item"
    kind = "table_cell" if page.place.cell is not None else kind
    with _within(page, replace(page.place, kind=kind, level=page.place.lists if kind == "list_item" else None)):
        page.label = label or None
        _read_children(item, page)
    page.label = None


def _find_form(element: "_Element") -> str:
    css = _CSS_FORM.search(element.get("style", ""))
    if css is not None and css[1] in _CSS_FORMS:
        return _CSS_FORMS[css[1]]
    return "bullet" if element.tag == "ul" else _LIST_FORMS.get(element.get("type", "1"), "decimal")


def _to_number(value: str | None, otherwise: int) -> int:
    return int(value) if value is not None and re.fullmatch(r"-?[0-9]{1,6}", value.strip()) else otherwise


# --- tables ---


def _is_layout(table: "_Element") -> bool:
    """A table that only arranges the page: it holds another, says so, or is a frame of one column around prose."""
    if table.get("role") in ("presentation", "none") or table.find(".//table") is not None:
        return True
    widest = max((sum(cell.tag in ("td", "th") for cell in row) for row in table.iter("tr")), default=0)
    return widest <= 1 and len(" ".join(table.itertext())) > _FRAME_TEXT


def _read_table(table: "_Element", page: Page) -> None:
    index, page.tables = page.tables, page.tables + 1
    for caption in table.iter("caption"):
        _read_block(caption, page)
    free_from: dict[int, int] = {}  # by column: the first row that no cell from above reaches into
    for row_index, row in enumerate(table.iter("tr")):
        column = 0
        for cell in row.iter("td", "th"):
            while free_from.get(column, 0) > row_index:
                column += 1
            below = row_index + _read_span(cell, "rowspan")
            free_from |= dict.fromkeys(range(column, column + _read_span(cell, "colspan")), below)
            with _within(page, replace(page.place, kind="table_cell", level=None, cell=Cell(index, row_index, column))):
                _read_children(cell, page)


def _read_span(cell: "_Element", name: str) -> int:
    return min(max(_to_number(cell.get(name), 1), 1), 100)


# --- paragraphs ---


def _read_note(element: "_Element", page: Page) -> None:
    _flush(page)
    page.read_notes.add(element)
    mark = page.notes[element]
    line = compose_line(read_note_pieces(element, mark))
    if line.text:
        page.paragraphs.append(Paragraph("", "", 0, None, "footnote", mark, line.text, italics=line.italics))


def _flush(page: Page) -> None:
    """Close the paragraph being read, if it has any text."""
    pieces, page.pieces = (
        find_typed_marks([replace(piece, text=piece.text.replace("\v", "\n")) for piece in page.pieces]),
        [],
    )
    line = compose_line(pieces)
    if not any(map(str.isalnum, line.text)) and page.place.cell is None:
        return
    if not line.text:
        return
    paragraph = _build_paragraph(pieces, page)
    page.label = None
    page.depth = (
        paragraph.level or page.depth if paragraph.kind == "heading" and page.place.kind == "heading" else page.depth
    )
    page.paragraphs.append(paragraph)


def _build_paragraph(pieces: list[Piece], page: Page) -> Paragraph:
    place, label = page.place, page.label
    kind, level = place.kind, place.level
    typed = None
    if kind in ("body", "list_item", "heading") and label in (None, "•"):
        typed = find_label(plain_text(pieces), heading=kind == "heading")
    if typed is not None and not (label == "•" and typed.form == "bullet"):
        label, pieces = typed.text, drop_start(pieces, typed.end)
    if kind == "body" and typed is not None and typed.is_item:
        previous = page.paragraphs[-1] if page.paragraphs else None
        item = previous if previous is not None and previous.kind == "list_item" else None
        kind = "list_item"
        level = guess_level(typed.text, typed.form, item.label if item else None, (item.level or 1) if item else 0)
    elif kind == "body" and _is_bold_heading(pieces):
        kind, level = "heading", min(page.depth + 1, 6)
    line = compose_line(pieces)
    return Paragraph("", "", 0, None, kind, label, line.text, level, (), line.italics, line.marks, place.cell)


def _is_bold_heading(pieces: list[Piece]) -> bool:
    text = compose_line(pieces).text
    worded = [piece.bold for piece in pieces if not piece.mark and any(map(str.isalnum, piece.text))]
    return (
        all(worded) and bool(worded) and len(text) <= _LONGEST_BOLD_HEADING and not text.endswith((".", ";", ",", ":"))
    )
