"""DOCX to paragraphs: body in reading order, numbers as Word would print them, notes tied to their marks."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import DocumentError
from pipeline.ingest.numbering import Counters, Instance, ListLabel, advance, find_linked_level, read_lists
from pipeline.ingest.ooxml import W, get_number, get_value, local_name, open_package
from pipeline.ingest.runs import Piece, read_pieces
from pipeline.ingest.styles import Style, StyleSheet, find_kind, follow_chain, read_styles
from pipeline.ingest.word_kinds import Draft, classify_drafts, has_masthead
from pipeline.ingest.word_notes import number_notes, read_notes
from pipeline.records import Cell, Paragraph

if TYPE_CHECKING:
    from lxml.etree import _Element

    from pipeline.ingest.ooxml import Package

_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BOX_TEXT = 200  # characters; a one-column table with longer text is a frame around prose


@dataclass(frozen=True)
class Story:
    """What reading a paragraph needs to know of its document."""

    sheet: StyleSheet
    lists: dict[str, Instance]
    notes: dict[tuple[str, str], str]  # marks by (name of the reference element, note id)
    counters: Counters = field(default_factory=Counters)
    tables: Iterator[int] = field(default_factory=count)


def read_docx(path: Path) -> list[Paragraph]:
    """Paragraphs of the DOCX at `path` in reading order, notes last; pages are None, ids are left empty.

    Labels are what Word prints for automatic numbers, or what was typed by hand. Deleted text (tracked changes),
    hidden text, running heads and page numbers are left out; a UN masthead kept in the first page's header is not.
    Raises DocumentError when the file is damaged, locked, or built to exhaust the reader.
    """
    package = open_package(path)
    body = package.document.find(W + "body")
    if body is None:
        raise DocumentError(f"{path.name}: the DOCX has no text body; save it again from a word processor.")
    story = Story(read_styles(package.styles), read_lists(package.numbering), number_notes(package))
    drafts = list(_read_blocks(body, story, None))  # before the header, which would take the first table numbers
    paragraphs = classify_drafts(_read_first_header(package, story), drafts)
    for kind, root in (("footnote", package.footnotes), ("endnote", package.endnotes)):
        paragraphs += read_notes(root, kind, story.sheet, story.notes)
    return paragraphs


def _read_first_header(package: "Package", story: Story) -> list[Draft]:
    """The first page's header where it holds a UN masthead; running heads are no text."""
    for section in package.document.iter(W + "sectPr"):
        for reference in section.findall(W + "headerReference"):
            header = package.headers.get(next((v for k, v in reference.attrib.items() if k.endswith("}id")), ""))
            drafts = list(_read_blocks(header, story, None)) if header is not None else []
            if has_masthead(drafts):
                return drafts
    return []


def _read_blocks(parent: "_Element", story: Story, cell: Cell | None) -> Iterator[Draft]:
    """Paragraphs and tables under `parent` in order; a paragraph whose end was deleted runs on into the next."""
    carried: list[Piece] = []
    for block in parent:
        name = local_name(block)
        if name == "p":
            draft = _read_paragraph(block, story, cell)
            draft = replace(draft, pieces=carried + draft.pieces)
            carried = draft.pieces if _is_end_deleted(block) else []
            if not carried:
                yield draft
            yield from _read_text_boxes(block, story, cell)
        elif name == "tbl":
            yield from _read_table(block, story, cell)
        elif name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"):
            yield from _read_blocks(block, story, cell)
    if carried:
        yield Draft(carried, None, None, cell)


def _read_paragraph(paragraph: "_Element", story: Story, cell: Cell | None) -> Draft:
    properties = paragraph.find(W + "pPr")
    style = None if properties is None else get_value(properties.find(W + "pStyle"))
    chain = follow_chain(story.sheet, style or story.sheet.default)
    kind = find_kind(chain)
    outline = None if properties is None else get_number(properties.find(W + "outlineLvl"))
    if kind is None and outline is not None and outline < 9:
        kind = ("heading", outline + 1)
    label = None if _is_end_deleted(paragraph) else _count(properties, chain, story)
    return Draft(read_pieces(paragraph, story.sheet, chain, story.notes), kind, label, cell)


def _is_end_deleted(paragraph: "_Element") -> bool:
    mark = paragraph.find(f"{W}pPr/{W}rPr")
    return mark is not None and (mark.find(W + "del") is not None or mark.find(W + "moveFrom") is not None)


def _count(properties: "_Element | None", chain: list[tuple[str, Style]], story: Story) -> ListLabel | None:
    """The automatic label of a paragraph: its own list, else that of its style or of a style that one is based on.

    A level linked to a style belongs to the style whatever level number the style itself names.
    """
    own = None if properties is None else properties.find(W + "numPr")
    num = None if own is None else get_value(own.find(W + "numId"))
    level = None if own is None else get_number(own.find(W + "ilvl"))
    if num is None:
        num = next((style.num for _, style in chain if style.num is not None), None)
    if num in (None, "0"):  # list 0 switches off what the style would bring
        return None
    if level is None:
        linked = (find_linked_level(story.lists, num, identity) for identity, _ in chain)
        level = next((found for found in linked if found is not None), None)
    if level is None:
        level = next((style.num_level for _, style in chain if style.num_level is not None), 0)
    return advance(story.lists, story.counters, num, level)


def _read_text_boxes(paragraph: "_Element", story: Story, cell: Cell | None) -> Iterator[Draft]:
    """Text boxes anchored in the paragraph; Word stores each twice, the second time for old programs."""
    for box in paragraph.iter(W + "txbxContent"):
        nearest = next(box.iterancestors(_FALLBACK, W + "p"), None)
        if nearest is paragraph:
            yield from _read_blocks(box, story, cell)


def _read_table(table: "_Element", story: Story, outer: Cell | None) -> Iterator[Draft]:
    """The cells row by row; a table of one column with running text is a frame, and its text is read as such."""
    rows = [row for row in _find_parts(table, "tr") if row.find(f"{W}trPr/{W}del") is None]
    cells = [list(_place_cells(row)) for row in rows]
    if all(len(row) <= 1 for row in cells) and _is_frame(table):
        for row in cells:
            for _, cell in row:
                yield from _read_blocks(cell, story, outer)
        return
    index = next(story.tables)
    for row_index, row in enumerate(cells):
        for column, cell in row:
            yield from _read_blocks(cell, story, Cell(index, row_index, column))


def _is_frame(table: "_Element") -> bool:
    return any(
        sum(len(text.text or "") for text in paragraph.iter(W + "t")) > _BOX_TEXT for paragraph in table.iter(W + "p")
    )


def _place_cells(row: "_Element") -> "Iterator[tuple[int, _Element]]":
    """(grid column, cell) of a row; cells that continue a merged one from above are passed over."""
    column = get_number(row.find(f"{W}trPr/{W}gridBefore")) or 0
    for cell in _find_parts(row, "tc"):
        merge = cell.find(f"{W}tcPr/{W}vMerge")
        if merge is None or get_value(merge) == "restart":
            yield column, cell
        column += max(get_number(cell.find(f"{W}tcPr/{W}gridSpan")) or 1, 1)


def _find_parts(parent: "_Element", wanted: str) -> "Iterator[_Element]":
    """Rows of a table or cells of a row, also inside content controls and tracked insertions."""
    for child in parent:
        name = local_name(child)
        if name == wanted:
            yield child
        elif name in ("sdt", "sdtContent", "customXml", "ins"):
            yield from _find_parts(child, wanted)
