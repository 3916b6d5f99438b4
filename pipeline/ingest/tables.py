"""Tables drawn with rules: a full grid, or (as the UN sets them) horizontal lines over and under columns of white."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import pairwise

from pipeline.ingest.chars import PageInk, Rule
from pipeline.ingest.columns import Block
from pipeline.ingest.gutters import crosses
from pipeline.ingest.lines import Line, Word

Cell = tuple[float, float, float, float]  # a box: left, top, right, bottom

SNAP = 3.0  # points by which rules that belong together may be apart
CHUNK = 0.7  # ems: words of one cell stand closer
SLIT = 5.0  # points: narrowest white between columns that no rule parts


@dataclass(frozen=True)
class Slot:
    """A cell's place in its table and on the page."""

    row: int
    column: int
    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True)
class Grid:
    """A table's cells."""

    slots: tuple[Slot, ...]
    drawn: bool = True  # with vertical rules; else text may run over the columns

    @cached_property
    def box(self) -> Cell:
        return (
            min(slot.x0 for slot in self.slots),
            min(slot.top for slot in self.slots),
            max(slot.x1 for slot in self.slots),
            max(slot.bottom for slot in self.slots),
        )

    @cached_property
    def edges(self) -> tuple[float, ...]:
        return tuple(sorted({slot.x0 for slot in self.slots}))


@dataclass(frozen=True)
class Drawn:
    """A horizontal rule and where its pieces begin."""

    rule: Rule
    starts: list[float]


@dataclass(frozen=True)
class Band:
    """What stands between two rules, and the left edges of its columns."""

    above: Rule
    below: Rule
    starts: list[float]


def find_grids(page: PageInk, rows: Sequence[Line], body_size: float) -> list[Grid]:
    """Tables of a page from top to bottom; `rows` is the page's text without furniture."""
    grids = find_drawn_grids(page.rules)
    free = [rule for rule in page.rules if not any(covers(grid.box, rule.x0, rule.top) for grid in grids)]
    inside = [row for row in rows if not any(covers(grid.box, row.x0, row.baseline) for grid in grids)]
    return sorted(grids + find_lined_grids(free, inside, body_size), key=lambda grid: grid.box[1])


def covers(box: Cell, x: float, y: float) -> bool:
    return box[0] - 1 <= x <= box[2] + 1 and box[1] - 1 <= y <= box[3] + 1


def find_drawn_grids(rules: Sequence[Rule]) -> list[Grid]:
    """Grids with rules on all sides of their cells, at least two columns wide."""
    cells = find_cells(rules)
    if not cells:
        return []
    from pdfplumber.table import cells_to_tables

    grids = [make_grid(table) for table in cells_to_tables(list(cells))]
    return [grid for grid in grids if len(grid.edges) > 1]


def find_cells(rules: Sequence[Rule]) -> Sequence[Cell]:
    """Boxes with rules on all sides."""
    return join_rules(tuple(rules)) if sum(not rule.horizontal for rule in rules) > 1 else ()


@lru_cache(maxsize=2)  # a page's tables are asked for when panels are told from them, and when text is put into them
def join_rules(rules: tuple[Rule, ...]) -> Sequence[Cell]:
    """The same of at least two vertical rules. Method: pdfplumber's intersections."""
    from pdfplumber.table import edges_to_intersections, intersections_to_cells, merge_edges

    joined = merge_edges([make_edge(rule) for rule in rules], SNAP, SNAP, SNAP, SNAP)
    return tuple(tuple(cell) for cell in intersections_to_cells(edges_to_intersections(joined, SNAP, SNAP)))


def make_edge(rule: Rule) -> dict[str, object]:
    """A rule in pdfplumber's form."""
    return {
        "x0": rule.x0,
        "x1": rule.x1,
        "top": rule.top,
        "bottom": rule.bottom,
        "width": rule.x1 - rule.x0,
        "height": rule.bottom - rule.top,
        "orientation": "h" if rule.horizontal else "v",
        "object_type": "line",
    }


def make_grid(cells: Iterable[Cell]) -> Grid:
    """Number cells by the left and top edges that the table has."""
    cells = sorted(cells, key=lambda cell: (cell[1], cell[0]))
    lefts, tops = sorted({cell[0] for cell in cells}), sorted({cell[1] for cell in cells})
    return Grid(tuple(Slot(tops.index(cell[1]), lefts.index(cell[0]), *cell) for cell in cells))


def find_lined_grids(rules: Sequence[Rule], rows: Sequence[Line], body_size: float) -> list[Grid]:
    """Tables between horizontal rules of one width, without vertical ones.

    Word processors draw such a rule cell by cell: where its pieces begin, columns begin. A rule in one piece leaves the
    columns to the white between them.
    """
    grids: list[Grid] = []
    for group in group_rules(rules):
        bands: list[Band] = []
        for above, below in pairwise(group):
            band = find_band(above, below, rows)
            if band is None:
                grids += close_bands(bands, rows, body_size)
                bands = []
            else:
                bands.append(band)
        grids += close_bands(bands, rows, body_size)
    return grids


def find_band(above: Drawn, below: Drawn, rows: Sequence[Line]) -> Band | None:
    """The columns between two rules, or None when the text between them is not set in columns."""
    within = [row for row in rows if above.rule.top < row.baseline <= below.rule.top + 1]
    if not any(len(split_chunks(row)) > 1 for row in within):
        return None
    starts = merge_starts(above.starts + below.starts)
    if len(starts) > 1:
        broken = sum(any(crosses(row, start - 1, start + 1) for start in starts[1:]) for row in within)
        return Band(above.rule, below.rule, starts) if broken <= 0.4 * len(within) else None
    slits = find_slits(clip(within, above.rule))
    return Band(above.rule, below.rule, [above.rule.x0, *slits]) if slits else None


def merge_starts(starts: Iterable[float]) -> list[float]:
    """Left edges, each named once."""
    merged: list[float] = []
    for start in sorted(starts):
        if not merged or start - merged[-1] > 2 * SNAP:
            merged.append(start)
    return merged


def group_rules(rules: Sequence[Rule]) -> list[list[Drawn]]:
    """Horizontal rules with the same two ends, highest first."""
    groups: list[list[Drawn]] = []
    for drawn in join_pieces(rule for rule in rules if rule.horizontal):
        for group in groups:
            first = group[0].rule
            if abs(first.x0 - drawn.rule.x0) < SNAP and abs(first.x1 - drawn.rule.x1) < SNAP:
                if drawn.rule.top - group[-1].rule.top > SNAP:
                    group.append(drawn)
                break
        else:
            groups.append([drawn])
    return [group for group in groups if len(group) > 1 and group[0].rule.x1 - group[0].rule.x0 > 120]


def join_pieces(rules: Iterable[Rule]) -> list[Drawn]:
    """One rule where several touch end to end at one height, and where its pieces began."""
    joined: list[Drawn] = []
    for rule in sorted(rules, key=lambda rule: (round(rule.top / 2), rule.x0)):
        last = joined[-1] if joined else None
        if last and abs(last.rule.top - rule.top) < 1.5 and rule.x0 - last.rule.x1 < 1.5 * SNAP:
            whole = Rule(last.rule.x0, last.rule.top, max(last.rule.x1, rule.x1), last.rule.bottom)
            joined[-1] = Drawn(whole, [*last.starts, rule.x0])
        else:
            joined.append(Drawn(rule, [rule.x0]))
    return sorted(joined, key=lambda drawn: drawn.rule.top)


def clip(rows: Iterable[Line], rule: Rule) -> list[Word]:
    """The words that stand under a rule."""
    return [word for row in rows for word in row.words if rule.x0 - 2 <= word.x0 <= rule.x1 + 2]


def find_slits(words: Sequence[Word]) -> list[float]:
    """Left edges of the columns after each white strip that no word enters."""
    slits: list[float] = []
    reach = None
    for word in sorted(words, key=lambda word: word.x0):
        if reach is not None and word.x0 - reach > SLIT:
            slits.append(word.x0)
        reach = max(reach or 0.0, word.x1)
    return slits


def split_chunks(row: Line) -> list[list[Word]]:
    """The words of a row, parted where the gap is wider than a blank."""
    chunks: list[list[Word]] = []
    for word in row.words:
        if chunks and word.x0 - chunks[-1][-1].x1 < CHUNK * word.size:
            chunks[-1].append(word)
        else:
            chunks.append([word])
    return chunks


def close_bands(bands: Sequence[Band], rows: Sequence[Line], body_size: float) -> list[Grid]:
    """The grid of bands that follow one another; a head alone goes on down the page as far as its small print."""
    if not bands:
        return []
    start, end = bands[0].above, bands[-1].below
    bottoms = [(band.above.top, band.below.top) for band in bands]
    if len(bands) == 1 and (reach := find_reach(bands[0], rows, body_size)):
        bottoms.append((end.top, reach))
    tops = [edge for top, bottom in bottoms for edge in (top, *find_pauses(rows, top, bottom, start))]
    lefts = max((band.starts for band in bands), key=len)
    rights, ends = [*lefts[1:], start.x1 + 1], [*tops[1:], bottoms[-1][1]]
    slots = [
        Slot(row, column, lefts[column] - 1, tops[row], rights[column] - 1, ends[row])
        for row in range(len(tops))
        for column in range(len(lefts))
    ]
    return [Grid(tuple(slots), drawn=False)]


def find_reach(head: Band, rows: Sequence[Line], body_size: float) -> float | None:
    """How far down a table goes whose lower rule is missing, as at a page break; None when its head is all."""
    below = [row for row in rows if row.baseline > head.below.top]
    reach = head.below.top
    for row in below:
        if row.size > body_size - 0.7 or row.top - reach > 4 * row.size or row.x0 < head.above.x0 - SNAP:
            break
        reach = row.bottom
    taken = [row for row in below if row.bottom <= reach]
    fitting = sum(len(split_chunks(row)) > 1 for row in taken)
    return reach + 1 if fitting >= min(3, len(taken)) and fitting else None


def find_pauses(rows: Sequence[Line], start: float, end: float, rule: Rule) -> list[float]:
    """Heights between rows of a table that stand further apart than lines of one cell do."""
    lines = [row for row in rows if start < row.baseline <= end and rule.x0 - 2 <= row.x0 <= rule.x1 + 2]
    steps = [after.baseline - before.baseline for before, after in pairwise(lines)]
    if not steps:
        return []
    usual = min(step for step in steps if step > 2) if max(steps) > 2 else 0
    listed = all(step < 1.25 * usual for step in steps) and is_list(lines)
    return [
        (before.bottom + after.top) / 2
        for (before, after), step in zip(pairwise(lines), steps, strict=True)
        if step >= 1.25 * usual or (listed and step > 2)
    ]


def is_list(lines: Sequence[Line]) -> bool:
    """Do most lines end in a figure, as rows of numbers do?"""
    return sum(line.words[-1].text.strip("().,-–%")[:1].isdigit() for line in lines) > 0.6 * len(lines)


def fill_grid(grid: Grid, rows: Sequence[Line], table: int) -> tuple[list[Block], list[Line]]:
    """The table's cells with their lines, row by row, and the rows that are left of the page."""
    cells: dict[Slot, list[Line]] = {}
    rest: list[Line] = []
    find_level = cache(lambda y: [slot for slot in grid.slots if slot.top <= y <= slot.bottom])
    for row in rows:
        outside: list[Word] = []
        homes: dict[Slot, list[Word]] = {}
        for words in [[word] for word in row.words] if grid.drawn else split_chunks(row):
            slot = find_slot(find_level((words[0].top + words[0].bottom) / 2), words, grid.drawn)
            if slot is None:
                outside += words
            else:
                homes.setdefault(slot, []).extend(words)
        for slot, words in homes.items():
            cells.setdefault(slot, []).append(Line(row.page, words))
        if outside:
            rest.append(Line(row.page, outside))
    order = sorted(cells, key=lambda slot: (slot.row, slot.column))
    return [Block(cells[slot], table, slot.row, slot.column, grid.edges) for slot in order], rest


def find_slot(level: Sequence[Slot], words: Sequence[Word], drawn: bool) -> Slot | None:
    """Of the cells at one height that which holds the middle of some words; what runs over several columns of a table
    that is not drawn belongs to the first of them."""
    x0, x1 = words[0].x0, words[-1].x1
    x = (x0 + x1) / 2
    if not drawn and sum(x0 + 2 < slot.x0 < x1 - 2 for slot in level) > 1:
        x = x0 + 2
    return next((slot for slot in level if slot.x0 - 1 <= x <= slot.x1 + 1), None)
