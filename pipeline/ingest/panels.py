"""Filled or framed panels on a page: sidebars and boxes, told from shaded tables, highlights and page backgrounds."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from pipeline.ingest.chars import PageInk, Panel
from pipeline.ingest.lines import Line, Word
from pipeline.ingest.tables import Grid, find_cells, find_drawn_grids, split_chunks

TOUCH = 3.0  # points: boxes with the same sides that are no further apart are one
FEWEST_WORDS = 8
FIGURES = 0.3  # share of rows without letters above which a box holds a chart
MOST = 0.6  # share of a page's words above which a box is the page's background or frame
CLEAR = 0.9  # ems between the words of a panel and those beside it; a highlight in a line has less


class Inside(NamedTuple):
    """The words of a row within a box and the rest of the row."""

    words: list[Word]
    beside: list[Word]


def find_panels(page: PageInk, rows: Sequence[Line]) -> list[Panel]:
    """The panels of a page from top to bottom; `rows` is its text without furniture. Of nested ones the outermost."""
    boxes = [*page.panels, *(Panel(*cell) for cell in find_cells(page.rules))]
    if not boxes:
        return []
    grids = find_drawn_grids(page.rules)
    found: list[Panel] = []
    for box in sorted(merge_stacked(boxes), key=lambda box: (-box.area, box)):
        if not any(other.holds(box.x0, box.top, box.x1, box.bottom) for other in found) and is_panel(box, rows, grids):
            found.append(box)
    return sorted(found, key=lambda box: (box.top, box.x0))


def merge_stacked(boxes: Iterable[Panel]) -> list[Panel]:
    """Boxes that stand on one another (a title bar over its text, shading drawn line by line) are one."""
    merged: list[Panel] = []
    for box in sorted(boxes, key=lambda box: (box.top, box.x0, -box.bottom)):
        for index, other in enumerate(merged):
            level = abs(box.x0 - other.x0) < TOUCH and abs(box.x1 - other.x1) < TOUCH
            if level and box.top - other.bottom < TOUCH:
                merged[index] = other._replace(bottom=max(box.bottom, other.bottom))
                break
        else:
            merged.append(box)
    return merged


def is_panel(box: Panel, rows: Sequence[Line], grids: Iterable[Grid]) -> bool:
    """Does the box hold a passage of its own: several lines, no part of a table, not the whole page?"""
    split = [split_row(row, box) for row in rows if box.top < middle(row) < box.bottom]
    lines = [part for part in split if part.words]
    count = sum(len(part.words) for part in lines)
    if len(lines) < 2 or count < FEWEST_WORDS or count > MOST * sum(len(row.words) for row in rows):
        return False
    if any(overlap(box, grid) > 0.5 * box.area for grid in grids):
        return False
    if is_chart(lines) and not any(part.beside for part in lines):
        return False
    apart = all(stand_apart(part) for part in lines)
    return apart and not is_stripe(box, lines, rows) and not crossed(box, rows)


def is_chart(lines: Iterable[Inside]) -> bool:
    """Do a good part of the rows hold figures only, as the axes of a chart? Alone on its rows it can stay."""
    figures = [not any(sign.isalpha() for word in part.words for sign in word.text) for part in lines]
    return sum(figures) > FIGURES * len(figures)


def middle(row: Line | Word) -> float:
    """The height of a row's small letters."""
    return row.baseline - 0.3 * row.size


def split_row(row: Line, box: Panel) -> Inside:
    within = [box.x0 - 1 <= (word.x0 + word.x1) / 2 <= box.x1 + 1 for word in row.words]
    return Inside(
        [word for word, kept in zip(row.words, within, strict=True) if kept],
        [word for word, kept in zip(row.words, within, strict=True) if not kept],
    )


def stand_apart(part: Inside) -> bool:
    """Is there white between the words of a panel and those beside it?"""
    first, last = min(word.x0 for word in part.words), max(word.x1 for word in part.words)
    return all(max(first - word.x1, word.x0 - last) > CLEAR * word.size for word in part.beside)


def overlap(box: Panel, grid: Grid) -> float:
    """The area that a box shares with a table, in square points."""
    x0, top, x1, bottom = grid.box
    return max(0.0, min(box.x1, x1) - max(box.x0, x0)) * max(0.0, min(box.bottom, bottom) - max(box.top, top))


def is_stripe(box: Panel, lines: Sequence[Inside], rows: Sequence[Line]) -> bool:
    """Is the box the shading of table rows: do columns of white run on from it into the row above or below?"""
    gaps = [gap for part in lines for gap in list_gaps(part.words)]
    if not gaps:
        return False
    near = [row for row in rows if box.top - 2 * row.size < middle(row) < box.top]
    near += [row for row in rows if box.bottom < middle(row) < box.bottom + 2 * row.size]
    outer = [gap for row in near for gap in list_gaps(split_row(row, box).words)]
    return any(abs(one - two) < TOUCH for one in gaps for two in outer)


def list_gaps(words: Sequence[Word]) -> list[float]:
    """Where words begin after a wide gap."""
    if not words:
        return []
    chunks = split_chunks(Line(0, list(words)))
    return [after[0].x0 for before, after in pairwise(chunks) if after[0].x0 - before[-1].x1 > 1.2 * after[0].size]


def crossed(box: Panel, rows: Iterable[Line]) -> bool:
    """Do printed words run over a side of the box?"""
    words = [word for row in rows if box.top < middle(row) < box.bottom for word in row.words]
    return any(word.x0 < side - 2 and word.x1 > side + 2 for word in words for side in (box.x0, box.x1))
