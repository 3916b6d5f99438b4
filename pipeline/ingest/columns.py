"""Reading order: a page is cut along white gutters and white bands, again and again, until one column is left."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from pipeline.ingest.gutters import ALIGNED, find_gutter, first_from, titled
from pipeline.ingest.labels import read_heading_label, starts_item
from pipeline.ingest.lines import Line, Word, most_common_size


@dataclass
class Block:
    """Lines of one column, top to bottom. `row` and `column` tell cells of a table set without rules."""

    lines: list[Line]
    table: int | None = None
    row: int = 0
    column: int = 0
    edges: tuple[float, ...] = field(default=())  # left edges of the table's columns
    right: float = 0.0  # right edge of the column of the page; 0 when not known
    aside: int | None = None  # number of the panel or pull quote on its page; None for running text
    quoted: bool = False  # a pull quote


def cut_rows(rows: list[Line], number_from: int, width: float, known: Sequence[float] = ()) -> list[Block]:
    """Blocks of a region in reading order; tables set without rules are numbered from `number_from`.

    `known` are left edges of columns that the document has on other pages: there, little evidence is enough.
    """
    blocks: list[Block] = []
    for block in cut_region(rows, width, known):
        if block.table is not None:
            block.table += number_from
        blocks.append(block)
    return blocks


def cut_region(rows: list[Line], width: float, known: Sequence[float]) -> list[Block]:
    """Cut at the strongest gutter, then go on above it, in its columns, and below it."""
    gutter = find_gutter(rows, width, known)
    if gutter is None:
        return list_blocks(rows, width) if rows else []
    band = rows[gutter.first : gutter.last]
    left = keep_words(band, lambda word: word.x0 < gutter.x - ALIGNED)
    right = keep_words(band, lambda word: word.x0 >= gutter.x - ALIGNED)
    above = cut_region(rows[: gutter.first], width, known)
    below = cut_region(rows[gutter.last :], width, known)
    if is_comparison(left, right):
        within = pair_rows(left, right, gutter.x)
    else:
        within = cut_region(left, width, known) + cut_region(right, width, known)
    return renumber([above, within, below])


def list_blocks(rows: list[Line], width: float) -> list[Block]:
    """One column: running text, and lists whose short entries hang in a narrow column of their own."""
    right = max(row.x1 for row in rows)
    found = find_hanging(rows, width)
    if found is None:
        return [Block(rows, right=right)]
    x, first, last = found
    band = rows[first:last]
    left = keep_words(band, lambda word: word.x0 < x - ALIGNED)
    cells: list[Block] = []
    for row, entry in enumerate(left):
        until = left[row + 1].baseline if row + 1 < len(left) else band[-1].baseline + 1
        text = [line for line in band if entry.baseline - ALIGNED < line.baseline < until - ALIGNED]
        edges = (min(line.x0 for line in left), x)
        cells.append(Block([entry], 0, row, 0, edges))
        cells.append(Block(keep_words(text, lambda word: word.x0 >= x - ALIGNED), 0, row, 1, edges))
    cells = [cell for cell in cells if cell.lines]
    parts = [list_blocks(part, width) if part else [] for part in (rows[:first], rows[last:])]
    return renumber([parts[0], cells, parts[1]])


def find_hanging(rows: Sequence[Line], width: float) -> tuple[float, int, int] | None:
    """Edge and rows of a list "entry | text": at least three entries, all text beside them on one left edge."""
    best: tuple[float, int, int] | None = None
    for x in {round(row.words[0].x0 * 2) / 2 for row in rows}:
        first = None
        for index in range(len(rows) + 1):
            row = rows[index] if index < len(rows) else None
            if row and hangs(row, x, width) and (first is not None or row.x0 < x - ALIGNED):
                first = index if first is None else first
                continue
            if first is not None:
                entries = sum(row.x0 < x - ALIGNED for row in rows[first:index])
                if entries >= 3 and (best is None or index - first > best[2] - best[1]):
                    best = (x, first, index)
            first = None
    return best


def hangs(row: Line, x: float, width: float) -> bool:
    """Does the row have text that starts at x, alone or after a short entry that is no paragraph's label?"""
    start = first_from(row, x - ALIGNED)
    if start is None or abs(start - x) > ALIGNED:
        return False
    entry = [word for word in row.words if word.x0 < x - ALIGNED]
    if not entry:
        return True
    label = starts_item(row) or read_heading_label(row)[0] is not None or entry[0].raised
    wide = x - max(word.x1 for word in entry) > 0.9 * row.size
    return wide and not label and len(entry) <= 4 and x - entry[0].x0 < 0.3 * width


def renumber(parts: Iterable[list[Block]]) -> list[Block]:
    """Tables of the parts get numbers of their own, in order."""
    blocks: list[Block] = []
    count = 0
    for part in parts:
        tables = [block.table for block in part if block.table is not None]
        for block in part:
            if block.table is not None:
                block.table += count
        blocks += part
        count += max(tables) + 1 if tables else 0
    return blocks


def keep_words(rows: Iterable[Line], wanted: Callable[[Word], bool]) -> list[Line]:
    """The rows with only the wanted words, empty rows left out."""
    kept = (Line(row.page, [word for word in row.words if wanted(word)]) for row in rows)
    return [row for row in kept if row.words]


def is_comparison(left: Sequence[Line], right: Sequence[Line]) -> bool:
    """Are two columns a table of versions (current | proposed) rather than columns of one text?

    They are when both begin with a short title on one baseline, or when they share much wording, as versions do.
    """
    if not left or not right:
        return False
    return titled(left, right) or share_wording(left, right) > 0.25 or both_open(left, right)


def both_open(left: Sequence[Line], right: Sequence[Line]) -> bool:
    """Both columns open on one baseline with the same words or the same printed label: "The" alone says nothing."""
    one, two = ([word.text for word in column[0].words[:2]] for column in (left, right))
    same = one == two or (one[0] == two[0] and not one[0].isalpha())
    return same and abs(left[0].baseline - right[0].baseline) <= 2


def share_wording(left: Sequence[Line], right: Sequence[Line]) -> float:
    """Share of the shorter column's three-word runs that the other has, too."""
    one, two = word_runs(left), word_runs(right)
    return len(one & two) / max(1, min(len(one), len(two)))


def word_runs(lines: Iterable[Line]) -> set[tuple[str, str, str]]:
    words = re.findall(r"\w+", " ".join(line.text for line in lines).lower())
    return set(zip(words, words[1:], words[2:], strict=False))


def pair_rows(left: list[Line], right: list[Line], x: float) -> list[Block]:
    """Cells of a two-column table: a new row where both sides pause."""
    lines = sorted([(line, 0) for line in left] + [(line, 1) for line in right], key=lambda item: item[0].top)
    size = most_common_size(left + right)
    edges = (min(line.x0 for line in left), x)
    blocks: list[Block] = []
    row, bottom = 0, None
    cells: dict[int, list[Line]] = {}
    for line, column in lines:
        if bottom is not None and line.top - bottom > 0.8 * size:
            blocks += make_cells(cells, row, edges)
            cells, row = {}, row + 1
        cells.setdefault(column, []).append(line)
        bottom = max(bottom or 0.0, line.bottom)
    return blocks + make_cells(cells, row, edges)


def make_cells(cells: dict[int, list[Line]], row: int, edges: tuple[float, ...]) -> list[Block]:
    """The cells of a row; text on the left alone is a heading or an address line between the tables."""
    if list(cells) == [0]:
        return [Block(cells[0])]
    return [Block(cells[column], 0, row, column, edges) for column in sorted(cells)]
