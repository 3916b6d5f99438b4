"""report.docx: the document's blocks in Word's own styles, so that colleagues can edit it."""

import io
from collections.abc import Sequence
from copy import deepcopy
from typing import TYPE_CHECKING

from pipeline.report.document import Block, Grid, Heading, PageBreak, Picture, Run, Text
from pipeline.report.sheets import repack
from pipeline.report.texts import Texts, shorten_text

if TYPE_CHECKING:
    from docx.document import Document
    from docx.oxml.table import CT_Row
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph as WordParagraph

_STYLES = {
    "title": "Title",
    "subtitle": "Subtitle",
    "body": "Normal",
    "bullet": "List Bullet",
    "quote": "Quote",
    "notice": "Intense Quote",
}
_GREY, _INK = (0x59, 0x59, 0x59), (0x1F, 0x3A, 0x5F)  # both readable on white: contrast of at least 7 to 1
_TITLE = 255  # characters, of the format
_LINE = 16.5  # centimetres between the margins of an A4 page


def render_docx(blocks: tuple[Block, ...], texts: Texts, title: str) -> bytes:
    """The blocks as a Word file, the same bytes each time; kept words are grey, added ones bold and underlined."""
    from docx import Document
    from docx.shared import Cm

    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm((21 - _LINE) / 2)
    document.core_properties.author = texts["page"]["maker"]
    document.core_properties.title = shorten_text(title, _TITLE)
    document.core_properties.language = texts["page"]["language"]
    for block in blocks:
        _write_block(document, block)
    _number_pages(document)
    packed = io.BytesIO()
    document.save(packed)
    return repack(packed.getvalue())


def _write_block(document: "Document", block: Block) -> None:
    if isinstance(block, Heading):
        document.add_heading(block.text, block.level)
    elif isinstance(block, PageBreak):
        document.add_page_break()
    elif isinstance(block, Text):
        paragraph = document.add_paragraph(style=_STYLES[block.style])
        for run in block.runs:
            _write_run(paragraph, run)
    elif isinstance(block, Picture):
        _write_picture(document, block)
    else:
        _write_grid(document, block)


def _write_run(paragraph: "WordParagraph", run: Run) -> None:
    from docx.shared import RGBColor

    written = paragraph.add_run(run.text)
    written.bold = run.style in ("strong", "added") or None
    written.underline = run.style in ("added", "other") or None
    if run.style == "kept":
        written.font.color.rgb = RGBColor(*_GREY)
    if run.style == "added":
        written.font.color.rgb = RGBColor(*_INK)


def _write_grid(document: "Document", grid: Grid) -> None:
    """A real table: its header row repeats on every page, its caption is its description for screen readers."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm

    table = document.add_table(rows=min(2, 1 + len(grid.rows)), cols=len(grid.head), style="Table Grid")
    table.autofit = False
    description = OxmlElement("w:tblDescription")
    description.set(qn("w:val"), grid.caption)
    table._tbl.tblPr.append(description)
    repeated = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    widths = [Cm(share * _LINE) for share in grid.widths]
    for column, width in zip(table._tbl.tblGrid.gridCol_lst, widths, strict=True):
        column.w = width  # what LibreOffice goes by; Word goes by the cells
    for number, row in enumerate(table.rows):
        for cell, text, width in zip(row.cells, (grid.head, *grid.rows)[number], widths, strict=True):
            _fill_cell(cell, text, bold=number == 0)
            cell.width = width
    pattern = table.rows[-1]._tr
    for texts in grid.rows[1:]:
        table._tbl.append(_copy_row(pattern, texts))
    document.add_paragraph()


def _copy_row(row: "CT_Row", texts: Sequence[str]) -> "CT_Row":
    """A row like this one with other texts: a long table is made many times faster so than cell by cell."""
    copied = deepcopy(row)
    for cell, text in zip(copied.tc_lst, texts, strict=True):
        cell.p_lst[0].r_lst[0].text = text
    return copied


def _fill_cell(cell: "_Cell", text: str, bold: bool = False) -> None:
    from docx.shared import Pt

    run = cell.paragraphs[0].add_run(text)
    run.bold = bold or None
    run.font.size = Pt(9)


def _write_picture(document: "Document", picture: Picture) -> None:
    from docx.shared import Cm

    shape = document.add_picture(io.BytesIO(picture.png), width=Cm(_LINE))
    shape._inline.docPr.set("descr", picture.words)


def _number_pages(document: "Document") -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    footer = document.sections[0].footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    footer._p.append(field)
