"""Reading order: a page is cut along white gutters and white bands, again and again, until one column is left."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from pipeline.ingest.labels import read_heading_label, starts_item
from pipeline.ingest.lines import Line, Word, most_common_size

GUTTER = 0.5  # ems: narrowest white strip between columns
ALIGNED = 2.0  # points by which the left edge of a column may wander
NARROWEST = 0.17  # share of the region's width: less is a margin with labels or page numbers, no column


@dataclass
class Block:
    """Lines of one column, top to bottom. `row` and `column` tell cells of a table set without rules."""

    lines: list[Line]
    table: int | None = None
    row: int = 0
    column: int = 0
    edges: tuple[float, ...] = field(default=())  # left edges of the table's columns
    right: float = 0.0  # right edge of the column of the page; 0 when not known


@dataclass(frozen=True)
class Gutter:
    """A white strip that ends at `x` and is free of words over rows[first:last]."""

    x: float
    first: int
    last: int
    weight: int = 0
    aligned: int = 0  # rows whose text right of it begins at x
    shared: int = 0  # rows with text on both sides


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
    above, below = list_blocks(rows[:first], width) if first else [], list_blocks(rows[last:], width) if rows[last:] else []
    return renumber([above, cells, below])


def find_hanging(rows: Sequence[Line], width: float) -> tuple[float, int, int] | None:
    """Edge and rows of a list "entry | text": at least three entries, all text beside them on one left edge."""
    best: tuple[float, int, int] | None = None
    for x in {round(row.words[0].x0 * 2) / 2 for row in rows}:
        first = None
        for index in range(len(rows) + 1):
            if index < len(rows) and hangs(rows[index], x, width) and (first is not None or rows[index].x0 < x - ALIGNED):
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


def find_known_edges(pages: Iterable[list[Line]], width: float) -> list[float]:
    """Edges of columns that several pages of a document share beyond doubt."""
    found = [gutter for rows in pages if (gutter := find_gutter(rows, width, ()))]
    edges = Counter(round(gutter.x) for gutter in found if gutter.shared >= 8)
    return [float(edge) for edge, count in sorted(edges.items()) if count >= 2]


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


def find_gutter(rows: Sequence[Line], width: float, known: Sequence[float]) -> Gutter | None:
    """The gutter that parts most rows, if there is any worth the name."""
    if len(rows) < 2:
        return None
    size = most_common_size(word for row in rows for word in row.words) or 10.0
    runs = [run for x in propose_edges(rows, size) for run in find_runs(rows, x, size)]
    good = [trimmed for run in runs if (trimmed := judge_run(rows, run, size, width, known))]
    good = [gutter for gutter in good if not any(ends_entries(other, gutter, width) for other in good)]
    return max(good, key=lambda gutter: (gutter.weight, -gutter.x), default=None)


def ends_entries(other: Gutter, gutter: Gutter, width: float) -> bool:
    """Is what lies between two gutters too narrow for a column? Then it belongs to the text right of it."""
    shared = min(other.last, gutter.last) - max(other.first, gutter.first)
    entries = other.aligned >= max(3, 0.3 * gutter.aligned)
    return entries and 0 < gutter.x - other.x < NARROWEST * width and shared >= 0.5 * (gutter.last - gutter.first)


def propose_edges(rows: Sequence[Line], size: float) -> list[float]:
    """Left edges at which words begin after a wide gap, each named once."""
    starts: list[float] = []
    for row in rows:
        starts.append(row.x0)
        starts += [word.x0 for before, word in pairwise(row.words) if word.x0 - before.x1 >= GUTTER * size]
    edges: list[float] = []
    for start in sorted(starts):
        if not edges or start - edges[-1] > ALIGNED:
            edges.append(start)
    return edges


def find_runs(rows: Sequence[Line], x: float, size: float) -> list[Gutter]:
    """Longest stretches of rows in which no word reaches into the strip left of x."""
    runs: list[Gutter] = []
    first = 0
    for index in range(len(rows) + 1):
        if index == len(rows) or crosses(rows[index], x - GUTTER * size, x - 0.5):
            if index - first >= 2:
                runs.append(Gutter(x, first, index))
            first = index + 1
    return runs


def crosses(row: Line, start: float, end: float) -> bool:
    return any(word.x0 < end and word.x1 > start for word in row.words)


def judge_run(rows: Sequence[Line], run: Gutter, size: float, width: float, known: Sequence[float]) -> Gutter | None:
    """Trim a run to where both sides have text, and weigh it; None when it is no gutter between columns."""
    run = trim_run(rows, run, size)
    band = rows[run.first : run.last]
    lefts = [row for row in band if row.x0 < run.x - ALIGNED]
    rights = [start for row in band if (start := first_from(row, run.x - ALIGNED)) is not None]
    both = [row for row in band if row.x0 < run.x - ALIGNED and first_from(row, run.x - ALIGNED) is not None]
    if not lefts or not rights:
        return None
    region = (min(row.x0 for row in rows), max(row.x1 for row in rows))
    if run.x - min(row.x0 for row in lefts) < NARROWEST * width or region[1] - run.x < NARROWEST * width:
        return None
    aligned = sum(abs(start - run.x) <= ALIGNED for start in rights)
    gaps = [gap_before(row, run.x - ALIGNED) for row in both]
    wide = sum(gap > 1.5 * size for gap in gaps)
    if aligned < (0.5 if len(both) >= 8 else 0.7) * len(rights) and wide < 0.6 * len(both):
        if len(both) < 8 or min(gaps) < size:
            return None
    sure = len(both) >= 4 or (both and wide == len(both) and min(len(lefts), len(rights)) >= 2) or wide_pair(gaps, size)
    headed = bool(gaps) and gaps[0] > 3 * size and titled([both[0]], [both[0]])
    expected = bool(gaps) and min(gaps) > 0.8 * size and aligned > 0.9 * len(rights)
    if not sure and not headed and not (expected and any(abs(run.x - x) <= ALIGNED for x in known)):
        return None
    return Gutter(run.x, run.first, run.last, 2 * aligned + len(lefts) + len(rights), aligned, len(both))


def wide_pair(gaps: Sequence[float], size: float) -> bool:
    """Two or more rows with a gap that no justified line has."""
    return len(gaps) >= 2 and min(gaps) > 3 * size


def first_from(row: Line, x: float) -> float | None:
    return next((word.x0 for word in row.words if word.x0 >= x), None)


def gap_before(row: Line, x: float) -> float:
    """White between the last word left of x and the first word from x on."""
    end = max(word.x1 for word in row.words if word.x0 < x)
    start = first_from(row, x)
    return (start or end) - end


def trim_run(rows: Sequence[Line], run: Gutter, size: float) -> Gutter:
    """Leave out one-sided rows at both ends unless they go on with the column without a break."""
    first, last = run.first, run.last
    sides = [side_of(rows[index], run.x) for index in range(first, last)]
    if "both" not in sides and not {"left", "right"} <= set(sides):
        return Gutter(run.x, first, first)
    while first < last and sides[first - run.first] == "left" and not beside(rows, first, run, size):
        first += 1
    while last > first and sides[last - 1 - run.first] == "left" and trails(rows, last - 1, run, size):
        last -= 1
    return Gutter(run.x, first, last)


def side_of(row: Line, x: float) -> str:
    left, right = row.x0 < x - ALIGNED, first_from(row, x - ALIGNED) is not None
    return "both" if left and right else "left" if left else "right"


def beside(rows: Sequence[Line], index: int, run: Gutter, size: float) -> bool:
    """Does the other column begin no lower than half a line under this row?"""
    row = rows[index]
    return any(
        side_of(other, run.x) != "left" and other.top < row.bottom + 0.2 * size for other in rows[index + 1 : index + 3]
    )


def trails(rows: Sequence[Line], index: int, run: Gutter, size: float) -> bool:
    """Is there a break of more than a blank line's height somewhere between the last shared row and this one?"""
    while index > run.first:
        gap = rows[index].top - rows[index - 1].bottom
        if gap > 0.9 * size:
            return True
        if side_of(rows[index - 1], run.x) != "left":
            return False
        index -= 1
    return False


def is_comparison(left: Sequence[Line], right: Sequence[Line]) -> bool:
    """Are two columns a table of versions (current | proposed) rather than columns of one text?

    They are when both begin with a short title on one baseline, or when they share much wording, as versions do.
    """
    if not left or not right:
        return False
    return titled(left, right) or share_wording(left, right) > 0.25 or both_open(left, right)


def titled(left: Sequence[Line], right: Sequence[Line]) -> bool:
    """A title alone on its row over each column: short, set off, in another style than what follows."""
    one, two = left[0], right[0]
    if abs(one.baseline - two.baseline) > 2 or len(one.words) > 8 or len(two.words) > 8:
        return False
    follow = [column[1] for column in (left, right) if len(column) > 1]
    return not follow or all(
        line.top - one.bottom > 0.5 * one.size or (line.bold, line.italic) != (one.bold, one.italic) for line in follow
    )


def both_open(left: Sequence[Line], right: Sequence[Line]) -> bool:
    """Both columns open on one baseline with the same words or the same printed label."""
    one, two = left[0], right[0]
    return abs(one.baseline - two.baseline) <= 2 and one.words[0].text == two.words[0].text


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
    size = most_common_size(word for line in left + right for word in line.words)
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
