"""PDF: from printed glyphs to paragraphs in reading order.

The steps, one module each: glyphs and rules (`chars`), words and rows (`lines`), running heads (`furniture`), footnotes
(`notes`), drawn tables (`tables`), columns (`gutters`, `columns`), paragraphs (`labels`, `drafts`), what they are
(`kinds`, `masthead`), paragraphs over page breaks (`joins`), line ends (`healing`), records (`compose`).
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import inf
from pathlib import Path

from pipeline.errors import DocumentError
from pipeline.ingest.asides import Aside, find_bands, insert_aside, lift_asides, split_lifted
from pipeline.ingest.chars import PageInk, Panel, Rule, read_ink
from pipeline.ingest.columns import Block, cut_rows
from pipeline.ingest.compose import compose_paragraph, take_loose_marks
from pipeline.ingest.drafts import Draft, draft_block
from pipeline.ingest.furniture import find_furniture
from pipeline.ingest.garbage import is_garbled
from pipeline.ingest.gutters import find_known_edges
from pipeline.ingest.healing import read_vocabulary
from pipeline.ingest.joins import join_broken
from pipeline.ingest.kinds import set_kinds
from pipeline.ingest.lines import Line, count_bold, make_rows, most_common_size, share
from pipeline.ingest.masthead import draft_masthead, extend_masthead, find_masthead_end
from pipeline.ingest.notes import draft_notes, join_notes, mark_endnotes, split_notes
from pipeline.ingest.tables import fill_grid, find_grids
from pipeline.records import Paragraph

LEAST_TEXT = 20  # letters: a file with fewer on all its pages has no text layer


def read_pdf(path: Path, reader: str = "pdfium") -> list[Paragraph]:
    """Read a PDF into paragraphs in reading order, with `id`, `source` and `order` still empty.

    Boxes are in points from the top left corner of the page, pages count from 1. Running heads, page numbers and job
    numbers are left out. Raises DocumentError when the file is encrypted, damaged, without pages, or without text.
    """
    pages = list(read_ink(path, reader))
    blind = [page.number for page in pages if is_blind(page)]
    if sum(len(page.glyphs) for page in pages) < LEAST_TEXT:
        why = f"{path.name} is a scan without text: run OCR on it first and use the result."
        return read_blind(path, pages, [page.number for page in pages], why)
    if blind and any(is_garbled(page) for page in pages):
        why = f"{path.name} has a text layer that cannot be read: run OCR on it and use the result."
        return read_blind(path, pages, blind, why)
    if blind:
        numbers = ", ".join(map(str, blind))
        why = f"{path.name} has scanned pages without text ({numbers}): run OCR on it first and use the result."
        return read_blind(path, pages, blind, why)
    return read_pages(pages)


def is_blind(page: PageInk) -> bool:
    """Must the page be read from its picture: it is a scan without text, or its letters are garbage?"""
    if len(page.glyphs) < LEAST_TEXT:
        return page.images > 0
    return is_garbled(page)


def read_blind(path: Path, pages: Sequence[PageInk], blind: Sequence[int], why: str) -> list[Paragraph]:
    """All pages in order, those numbered `blind` read from their pictures. Raises DocumentError with `why` where no
    engine is installed, and when nothing is seen."""
    from pipeline.ingest.ocr import read_scans, set_confidence

    inked = read_scans(path, pages, blind, why)
    if not any(page.glyphs for page in inked):
        raise DocumentError(f"{path.name} shows no text on any page: check that it is the right file or scan it again.")
    return set_confidence(read_pages(inked), inked, blind)


def read_pages(pages: Sequence[PageInk]) -> list[Paragraph]:
    """Paragraphs of a document from the ink of its pages."""
    rows = [make_rows(page.glyphs, page.number) for page in pages]
    pages = [draw_typed_rules(page, lines) for page, lines in zip(pages, rows, strict=True)]
    rows = [[row for row in lines if not is_typed_rule(row)] for lines in rows]
    furniture = find_furniture(pages, rows)
    body = [
        [row for index, row in enumerate(lines) if index not in out] for lines, out in zip(rows, furniture, strict=True)
    ]
    words = [word for lines in body for row in lines for word in row.words]
    size = most_common_size(row for lines in body for row in lines)
    body, asides = lift_asides(pages, body, size)
    drafts = draft_pages(pages, body, asides, size)
    mark_endnotes(drafts)
    set_kinds(drafts, size, share(words, count_bold(words)) > 0.5)
    if any(draft.kind == "masthead" and draft.lines[0].page == 1 for draft in drafts):
        drafts = extend_masthead(drafts)
    drafts = join_notes(join_broken(drafts))
    vocabulary = read_vocabulary(line.text for draft in drafts for line in draft.lines)
    paragraphs = [compose_paragraph(draft, vocabulary) for draft in drafts]
    return take_loose_marks(
        paragraph for paragraph in paragraphs if paragraph.text.strip() or is_struck_cell(paragraph)
    )


def is_struck_cell(paragraph: Paragraph) -> bool:
    """A cell of which all words are struck says something: the passage beside it is to go."""
    return paragraph.cell is not None and bool(paragraph.deleted)


def is_typed_rule(row: Line) -> bool:
    """A line drawn with underscores, as over the footnotes of many UN documents."""
    return row.words[0].text[0] in "_-–—" and len(row.text) > 5 and not row.text.strip("_-–— ")


def draw_typed_rules(page: PageInk, rows: Sequence[Line]) -> PageInk:
    """The page with its typed lines among its rules."""
    typed = [Rule(row.x0, row.baseline, row.x1, row.baseline) for row in rows if is_typed_rule(row)]
    return page._replace(rules=page.rules + typed) if typed else page


def draft_pages(
    pages: Sequence[PageInk], body: Sequence[list[Line]], asides: Sequence[list[Aside]], size: float
) -> list[Draft]:
    """Drafts of all pages in order; places and tables are numbered through the document."""
    drafts: list[Draft] = []
    place = tables = 0
    known = find_known_edges(body, pages[0].width)
    for page, rows, lifted in zip(pages, body, asides, strict=True):
        fresh = draft_page(page, rows, lifted, size, place, tables, known)
        place += 1 + max((place for draft in fresh for place in draft.places), default=place) - place
        tables = 1 + max((draft.table for draft in fresh if draft.table is not None), default=tables - 1)
        drafts += fresh
    return drafts


def draft_page(
    page: PageInk,
    rows: list[Line],
    asides: Sequence[Aside],
    size: float,
    place: int,
    tables: int,
    known: Sequence[float],
) -> list[Draft]:
    """Masthead, text and tables of a page in reading order, asides among them as units, then its footnotes."""
    drafts: list[Draft] = []
    whole, page = page, hide_frames(page, asides)
    end = find_masthead_end(page, rows) if page.number == 1 else None
    if end is not None:
        drafts += draft_masthead([row for row in rows if row.baseline < end], place)
        rows = [row for row in rows if row.baseline >= end]
    text, notes = split_notes(page, rows, size)
    bands = find_bands(text, [aside.box for aside in asides], page.width, known)
    blocks = split_lifted(cut_bands(page, text, bands, tables, size, known))
    for number, aside in enumerate(asides):
        inner = cut_aside(whole, aside, number, tables + count_tables(blocks), size)
        blocks = insert_aside(blocks, aside.box, inner)
    for offset, block in enumerate(blocks, start=place + 1):
        drafts += draft_block(block, offset)
    last = max((place for draft in drafts for place in draft.places), default=place)
    return drafts + draft_notes(notes, last + 1)


def hide_frames(page: PageInk, asides: Sequence[Aside]) -> PageInk:
    """The page without the rules in and around its asides."""
    boxes = [aside.box for aside in asides]
    free = [rule for rule in page.rules if not any(box.holds(*rule) for box in boxes)]
    return page._replace(rules=free) if boxes else page


def cut_aside(page: PageInk, aside: Aside, number: int, tables: int, size: float) -> list[Block]:
    """The blocks of an aside: a panel is cut like a small page."""
    if aside.quoted:
        return [Block(aside.rows, right=aside.box.x1, aside=number, quoted=True)]
    inner = Panel(aside.box.x0 + 3, aside.box.top + 3, aside.box.x1 - 3, aside.box.bottom - 3)
    rules = [rule for rule in page.rules if inner.holds(*rule)]
    blocks = cut_page(page._replace(rules=rules), aside.rows, tables, size, ())
    for block in blocks:
        block.aside = number
    return blocks


def cut_bands(
    page: PageInk, rows: list[Line], heights: Sequence[float], tables: int, size: float, known: Sequence[float]
) -> list[Block]:
    """Blocks of a page that wide asides cut at some heights."""
    blocks: list[Block] = []
    for top, bottom in pairwise([-inf, *heights, inf]):
        band = [row for row in rows if top < row.baseline <= bottom]
        rules = [rule for rule in page.rules if top < rule.top <= bottom]
        blocks += cut_page(page._replace(rules=rules), band, tables + count_tables(blocks), size, known)
    return blocks


def cut_page(page: PageInk, rows: list[Line], tables: int, size: float, known: Sequence[float]) -> list[Block]:
    """Blocks of a page: drawn tables are lifted out, what stands between them is cut into columns."""
    blocks: list[Block] = []
    for grid in find_grids(page, rows, size):
        cells, rest = fill_grid(grid, rows, tables)
        if not cells:
            continue
        above = [row for row in rest if row.baseline < grid.box[1]]
        rows = [row for row in rest if row.baseline >= grid.box[1]]
        free = cut_rows(above, tables, page.width, known)
        for block in cells:
            block.table = tables + count_tables(free)
        blocks += free + cells
        tables += count_tables(free) + 1
    return blocks + cut_rows(rows, tables, page.width, known)


def count_tables(blocks: Iterable[Block]) -> int:
    return len({block.table for block in blocks if block.table is not None})
