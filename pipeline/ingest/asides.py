"""Asides: panels, pull quotes that body text flows around, and captions among columns.

They are lifted out before columns are looked for, and read as units behind what stands over them.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np

from pipeline.ingest.chars import PageInk, Panel, lies_between
from pipeline.ingest.columns import Block
from pipeline.ingest.drafts import CLOSERS, opens_upper
from pipeline.ingest.glyphs import Flags, Glyphs
from pipeline.ingest.gutters import crosses, find_gutter, first_from
from pipeline.ingest.kinds import CAPTION, CAPTION_WORDS
from pipeline.ingest.lines import Line, Word, make_rows, most_common_size
from pipeline.ingest.panels import find_panels, middle

LARGER = 1.18  # sizes of the body: pull quotes are set larger
FEWEST_WORDS = 4
REPEATED_WORDS = 8  # a passage of as many words that the body repeats is a quote of it; a heading is shorter
REPEATED = 0.5  # share of its three-word runs that the body has, too: line ends of the body hide some
SAME_EDGE = 4.0  # points by which a gutter may move from one band of the page to the next
WIDE_GAP = 1.5  # ems between parts of a row


Runs = set[tuple[str, str, str]]


@dataclass(frozen=True)
class Aside:
    """A passage beside the running text: where it stands and its rows."""

    box: Panel
    rows: list[Line]
    quoted: bool = False  # a pull quote or caption: one paragraph


def lift_asides(
    pages: Sequence[PageInk], body: Sequence[list[Line]], size: float
) -> tuple[list[list[Line]], list[list[Aside]]]:
    """The rows of each page without its asides, and these; `body` is the pages' rows without furniture.

    Rows of pages with asides are made anew: larger type beside small type hides rows, and panels have lines between
    those of the text around them.
    """
    repeated = cache(lambda: read_runs(row for rows in body for row in rows if row.size < LARGER * size))
    rest: list[list[Line]] = []
    found: list[list[Aside]] = []
    for page, rows in zip(pages, body, strict=True):
        panels = [box for box in find_panels(page, rows) if interrupts(box, rows) or stands_beside(box, rows)]
        large = any(word.size >= LARGER * size for row in rows for word in row.words)
        captions = find_captions(page, rows)
        if not panels and not captions and not large:
            rest.append(rows)
            found.append([])
            continue
        free, asides = lift_page(page, rows, panels, captions, size, repeated)
        rest.append(free)
        found.append(asides)
    return rest, found


def read_runs(rows: Iterable[Line]) -> Runs:
    """The three-word runs of the parts of rows."""
    runs: Runs = set()
    for row in rows:
        for part in split_parts(row):
            words = re.findall(r"\w+", part.text.lower())
            runs |= set(zip(words, words[1:], words[2:], strict=False))
    return runs


def split_parts(row: Line) -> list[Line]:
    """A row parted at wide gaps."""
    parts: list[list[Word]] = []
    for word in row.words:
        if parts and word.x0 - parts[-1][-1].x1 < WIDE_GAP * word.size:
            parts[-1].append(word)
        else:
            parts.append([word])
    return [Line(row.page, part) for part in parts] if len(parts) > 1 else [row]


def lift_page(
    page: PageInk,
    rows: list[Line],
    panels: Sequence[Panel],
    captions: Sequence[Panel],
    size: float,
    repeated: Callable[[], Runs],
) -> tuple[list[Line], list[Aside]]:
    """One page: its rows without asides, and the asides."""
    printed = np.zeros(len(page.glyphs), np.bool_)
    for row in rows:
        printed |= find_printed(row, page.glyphs)
    glyphs = page.glyphs.pick(printed)
    asides = []
    for box in [*panels, *captions]:
        inside = box.find(glyphs)
        if inside.any():
            asides.append(Aside(box, make_rows(glyphs.pick(inside), page.number), quoted=box in captions))
            glyphs = glyphs.pick(~inside)
    for quote in find_quotes(page, glyphs, size, repeated):
        glyphs = glyphs.pick((glyphs.size < LARGER * size) | ~quote.box.find(glyphs))
        asides.append(quote)
    if not asides:
        return rows, []
    free = make_rows(glyphs, page.number)
    for aside in asides:
        mark_lifted(free, aside.box)
    return free, asides


def find_printed(row: Line, glyphs: Glyphs) -> Flags:
    """The glyphs that belong to a row."""
    level: Flags = (row.top - 0.5 <= glyphs.top) & (glyphs.bottom <= row.bottom + 0.5)
    return level & lies_between(glyphs.x0, row.x0 - 0.5, row.x1)


def find_quotes(page: PageInk, glyphs: Glyphs, size: float, repeated: Callable[[], Runs]) -> list[Aside]:
    """Passages in larger type that the body flows around, or whose words it repeats."""
    larger = glyphs.size >= LARGER * size
    large = make_rows(glyphs.pick(larger), page.number)
    rest = cache(lambda: make_rows(glyphs.pick(~larger), page.number))
    quotes = []
    for lines in group_lines([part for row in large for part in split_parts(row)]):
        words = [word for line in lines for word in line.words]
        box = bound(lines)
        if len(words) >= FEWEST_WORDS and (
            flows_around(box, rest()) or (interrupts(box, rest()) and is_repeated(lines, repeated))
        ):
            quotes.append(Aside(box, lines, quoted=True))
    return quotes


def find_captions(page: PageInk, rows: Sequence[Line]) -> list[Panel]:
    """Boxes of captions in small or other type on pages set in columns."""
    text = "".join([f" {word.text}" for row in rows for word in row.words]).casefold()
    if not any(f" {word}" in text for word in CAPTION_WORDS):
        return []  # as on most pages
    parts = [part for row in rows for part in split_parts(row)]
    opening = [part for part in parts if CAPTION.match(part.text)]
    if not opening or find_gutter(rows, page.width, ()) is None:
        return []
    usual = most_common_size(rows)
    groups = (group_lines([part for part in parts if looks_like(first, part)]) for first in opening)
    found = [next(group for group in found if first in group) for first, found in zip(opening, groups, strict=True)]
    boxes = [bound(lines) for lines in found if abs(lines[0].size - usual) >= 0.5 or lines[0].italic or lines[0].bold]
    return [box for box in boxes if interrupts(box, rows)]


def looks_like(first: Line, line: Line) -> bool:
    """May the line go on with a caption that `first` opens?"""
    style = (first.bold, first.italic) == (line.bold, line.italic) or (first.bold and not line.bold)
    return line is first or (style and abs(first.size - line.size) < 0.3 and line.baseline > first.baseline)


def bound(lines: Iterable[Line]) -> Panel:
    """The box around some lines."""
    words = [word for line in lines for word in line.words]
    return Panel(
        min(word.x0 for word in words), min(word.top for word in words),
        max(word.x1 for word in words), max(word.bottom for word in words),
    )  # fmt: skip


def group_lines(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines of one size under one another, as passages."""
    groups: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.baseline, line.x0)):
        for group in groups:
            last = group[-1]
            near = 0 < line.baseline - last.baseline < 1.8 * line.size and abs(line.size - last.size) < 1
            if near and line.x0 < last.x1 and line.x1 > last.x0:
                group.append(line)
                break
        else:
            groups.append([line])
    return groups


def flows_around(box: Panel, rows: Iterable[Line]) -> bool:
    """Does running text stand left and right of the passage, and does neither column reach past its middle?"""
    beside = [row for row in rows if box.top < middle(row) < box.bottom]
    both = [row for row in beside if row.x0 < box.x0 and row.words[-1].x1 > box.x1]
    gutter = (box.x0 + box.x1) / 2
    outside = [row for row in rows if not box.top < middle(row) < box.bottom]
    near = [row for row in outside if box.top - 60 < middle(row) < box.bottom + 60]
    parted = [row for row in near if not crosses(row, box.x0 + 2, box.x1 - 2) or splits_within(row, box)]
    return (
        len(both) >= 2 and len(both) > 0.6 * len(beside) and (len(parted) > 0.6 * len(near) or not near) and gutter > 0
    )


def splits_within(row: Line, box: Panel) -> bool:
    """Does a gutter between columns run through the passage's place in this row?"""
    parts = split_parts(row)
    return any(before.x1 < box.x1 and after.x0 > box.x0 for before, after in pairwise(parts))


def stands_beside(box: Panel, rows: Iterable[Line]) -> bool:
    """Does text stand beside the box? Without, a box between whole paragraphs is in its place already."""
    level = [word for row in rows if box.top < middle(row) < box.bottom for word in row.words]
    return any(word.x1 < box.x0 or word.x0 > box.x1 for word in level)


def interrupts(box: Panel, rows: Sequence[Line]) -> bool:
    """Is a sentence begun over the box in one of its columns, and one ended under it?"""
    over = list_nearest([row for row in reversed(rows) if middle(row) < box.top], box)
    under = list_nearest([row for row in rows if middle(row) > box.bottom], box)
    return not all(map(ends_sentence, over)) and not all(map(opens_upper, under))


def list_nearest(rows: Iterable[Line], box: Panel) -> list[Line]:
    """The first part of `rows` in each column that a box covers; rows come from the box outwards."""
    seen: list[Line] = []
    nearest: list[Line] = []
    for part in (part for row in rows for part in split_parts(row)):
        if part.x0 < box.x1 and part.x1 > box.x0:
            if not any(part.x0 < other.x1 and part.x1 > other.x0 for other in seen):
                nearest.append(part)
            seen.append(part)
    return nearest


def is_repeated(lines: Sequence[Line], repeated: Callable[[], Runs]) -> bool:
    """Are the passage's words those of the body?"""
    words = re.findall(r"\w+", " ".join(line.text for line in lines).lower())
    runs = set(zip(words, words[1:], words[2:], strict=False))
    return len(words) >= REPEATED_WORDS and len(runs & repeated()) >= REPEATED * len(runs)


def mark_lifted(rows: Iterable[Line], box: Panel) -> None:
    """Note on the first line under a lifted box, in each column, that the white above it means nothing."""
    for part in list_nearest([row for row in rows if middle(row) > box.bottom], box):
        for word in part.words:
            word.lifted = True


def split_lifted(blocks: Iterable[Block]) -> list[Block]:
    """Blocks cut where an aside stood within them: the sentence over it is joined like one over a page break."""
    cut: list[Block] = []
    for block in blocks:
        parts: list[list[Line]] = [[]]
        for line in sorted(block.lines, key=lambda line: (line.baseline, line.x0)):
            if parts[-1] and any(word.lifted for word in line.words) and block.table is None:
                parts.append([])
            parts[-1].append(line)
        cut += [block] if len(parts) == 1 else [Block(part, right=block.right) for part in parts]
    return cut


def insert_aside(blocks: list[Block], box: Panel, inner: list[Block]) -> list[Block]:
    """The blocks with those of an aside: behind the last one over it, else before the first one under it, else last."""
    over = [place for place, block in enumerate(blocks) if touches(block, box) and bottom_of(block) < box.top + 2]
    under = [place for place, block in enumerate(blocks) if touches(block, box) and top_of(block) > box.bottom - 2]
    at = over[-1] + 1 if over else under[0] if under else len(blocks)
    return blocks[:at] + inner + blocks[at:]


def touches(block: Block, box: Panel) -> bool:
    """Do a block and a box share a stretch of the page's width?"""
    free = block.aside is None
    return free and min(line.x0 for line in block.lines) < box.x1 and max(line.x1 for line in block.lines) > box.x0


def top_of(block: Block) -> float:
    return min(middle(line) for line in block.lines)


def bottom_of(block: Block) -> float:
    return max(middle(line) for line in block.lines)


def find_bands(rows: Sequence[Line], boxes: Iterable[Panel], width: float, known: Sequence[float]) -> list[float]:
    """Heights at which the page is cut: boxes over two columns that end the columns above them.

    A set of columns that ends over a box ends with a sentence; else text runs on under the box within its column.
    """
    return sorted(box.top for box in boxes if parts_columns(rows, box, width, known))


def parts_columns(rows: Sequence[Line], box: Panel, width: float, known: Sequence[float]) -> bool:
    """Does a box end a set of columns, so that all of them are read before what stands under it?"""
    over = [row for row in rows if middle(row) <= box.top]
    under = [row for row in rows if middle(row) >= box.bottom]
    gutter = find_gutter(over, width, known)
    if len(over) + len(under) < len(rows) or gutter is None or not under or gutter.last < len(over):
        return False
    if not box.x0 < gutter.x - 12 < gutter.x + 12 < box.x1:
        return False
    other = find_gutter(under, width, known)
    if other is None or other.first > 0 or abs(other.x - gutter.x) > SAME_EDGE:
        return True
    left, right = split_columns(over[gutter.first :], gutter.x)
    lower_left, _ = split_columns(under[: other.last], other.x)
    closed = ends_sentence(right[-1]) and opens_upper(lower_left[0])
    return closed and not (ends_sentence(left[-1]) and not opens_upper(right[0]))


def split_columns(rows: Iterable[Line], x: float) -> tuple[list[Line], list[Line]]:
    """The parts of rows left and right of an edge."""
    left, right = [], []
    for row in rows:
        start = first_from(row, x - 2)
        left.append(Line(row.page, [word for word in row.words if start is None or word.x0 < start]))
        right.append(Line(row.page, [word for word in row.words if start is not None and word.x0 >= start]))
    return [row for row in left if row.words], [row for row in right if row.words]


def ends_sentence(line: Line) -> bool:
    return line.text.rstrip(CLOSERS)[-1:] in ".!?:"
