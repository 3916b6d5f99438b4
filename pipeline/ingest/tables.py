"""Tables drawn with rules: a full grid, or (as the UN sets them) horizontal lines over and under columns of white."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.ingest.chars import PageInk, Rule
from pipeline.ingest.columns import Block
from pipeline.ingest.lines import Line, Word

SNAP = 3.0  # points by which rules that belong together may be apart
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

    @property
    def box(self) -> tuple[float, float, float, float]:
        return (
            min(slot.x0 for slot in self.slots),
            min(slot.top for slot in self.slots),
            max(slot.x1 for slot in self.slots),
            max(slot.bottom for slot in self.slots),
        )

    @property
    def edges(self) -> tuple[float, ...]:
        return tuple(sorted({slot.x0 for slot in self.slots}))


def find_grids(page: PageInk, rows: Sequence[Line]) -> list[Grid]:
    """Tables of a page from top to bottom; `rows` is the page's text without furniture."""
    grids = find_drawn_grids(page.rules)
    free = [rule for rule in page.rules if not any(covers(grid.box, rule.x0, rule.top) for grid in grids)]
    inside = [row for row in rows if not any(covers(grid.box, row.x0, row.baseline) for grid in grids)]
    return sorted(grids + find_lined_grids(free, inside), key=lambda grid: grid.box[1])


def covers(box: tuple[float, float, float, float], x: float, y: float) -> bool:
    return box[0] - 1 <= x <= box[2] + 1 and box[1] - 1 <= y <= box[3] + 1


def find_drawn_grids(rules: Iterable[Rule]) -> list[Grid]:
    """Grids with rules on all sides of their cells, at least two columns wide. Method: intersections, as pdfplumber's."""
    from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges

    edges = [make_edge(rule) for rule in rules]
    if sum(edge["orientation"] == "v" for edge in edges) < 2:
        return []
    joined = merge_edges(edges, SNAP, SNAP, SNAP, SNAP)
    cells = intersections_to_cells(edges_to_intersections(joined, SNAP, SNAP))
    grids = [make_grid(table) for table in cells_to_tables(cells)]
    return [grid for grid in grids if len(grid.edges) > 1]


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


def make_grid(cells: Iterable[tuple[float, float, float, float]]) -> Grid:
    """Number cells by the left and top edges that the table has."""
    cells = sorted(cells, key=lambda cell: (cell[1], cell[0]))
    lefts, tops = sorted({cell[0] for cell in cells}), sorted({cell[1] for cell in cells})
    return Grid(tuple(Slot(tops.index(cell[1]), lefts.index(cell[0]), *cell) for cell in cells))


def find_lined_grids(rules: Sequence[Rule], rows: Sequence[Line]) -> list[Grid]:
    """Tables between horizontal rules of one width whose columns are parted by white alone."""
    grids: list[Grid] = []
    for group in group_rules(rules):
        band: list[tuple[float, float]] = []
        for above, below in pairwise(group):
            within = [row for row in rows if above.top < row.baseline <= below.top]
            if within and find_slits(clip(within, above), 1):
                band.append((above.top, below.top))
                continue
            grids += make_lined(group[0], band, rows)
            band = []
        grids += make_lined(group[0], band, rows)
    return grids


def group_rules(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Horizontal rules with the same two ends, highest first; pieces of one line are joined before."""
    groups: list[list[Rule]] = []
    for rule in join_pieces(rule for rule in rules if rule.horizontal):
        for group in groups:
            if abs(group[0].x0 - rule.x0) < SNAP and abs(group[0].x1 - rule.x1) < SNAP:
                if rule.top - group[-1].top > SNAP:
                    group.append(rule)
                break
        else:
            groups.append([rule])
    return [group for group in groups if len(group) > 1 and group[0].x1 - group[0].x0 > 120]


def join_pieces(rules: Iterable[Rule]) -> list[Rule]:
    """One rule where several touch end to end at one height."""
    joined: list[Rule] = []
    for rule in sorted(rules, key=lambda rule: (round(rule.top), rule.x0)):
        last = joined[-1] if joined else None
        if last and abs(last.top - rule.top) < 1.5 and rule.x0 - last.x1 < SNAP:
            joined[-1] = Rule(last.x0, last.top, max(last.x1, rule.x1), last.bottom)
        else:
            joined.append(rule)
    return sorted(joined, key=lambda rule: rule.top)


def clip(rows: Iterable[Line], rule: Rule) -> list[Word]:
    """The words that stand under a rule."""
    return [word for row in rows for word in row.words if rule.x0 - 2 <= word.x0 <= rule.x1 + 2]


def find_slits(words: Sequence[Word], least: int) -> list[float]:
    """Left edges of the columns after each white strip that no word enters; empty when fewer than `least`."""
    slits: list[float] = []
    reach = None
    for word in sorted(words, key=lambda word: word.x0):
        if reach is not None and word.x0 - reach > SLIT:
            slits.append(word.x0)
        reach = max(reach or 0.0, word.x1)
    return slits if len(slits) >= least else []


def make_lined(rule: Rule, band: Sequence[tuple[float, float]], rows: Sequence[Line]) -> list[Grid]:
    """The grid of consecutive columned bands; its inner rows are parted by white, too."""
    if not band:
        return []
    top, bottom = band[0][0], band[-1][1]
    body = [row for row in rows if band[-1][0] < row.baseline <= bottom]
    lefts = [rule.x0, *find_slits(clip(body, rule), 1)]
    tops = [edge for start, end in band for edge in (start, *find_pauses(rows, start, end, rule))]
    rights, bottoms = [*lefts[1:], rule.x1], [*tops[1:], bottom]
    slots = [
        Slot(row, column, lefts[column] - 1, tops[row], rights[column] - 1, bottoms[row])
        for row in range(len(tops))
        for column in range(len(lefts))
    ]
    return [Grid(tuple(slots))] if len(lefts) > 1 and top < bottom else []


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
    for row in rows:
        outside: list[Word] = []
        homes: dict[Slot, list[Word]] = {}
        for word in row.words:
            slot = find_slot(grid, word)
            (outside if slot is None else homes.setdefault(slot, [])).append(word)
        for slot, words in homes.items():
            cells.setdefault(slot, []).append(Line(row.page, words))
        if outside:
            rest.append(Line(row.page, outside))
    order = sorted(cells, key=lambda slot: (slot.row, slot.column))
    return [Block(cells[slot], table, slot.row, slot.column, grid.edges) for slot in order], rest


def find_slot(grid: Grid, word: Word) -> Slot | None:
    """The cell that holds the middle of a word."""
    x, y = (word.x0 + word.x1) / 2, (word.top + word.bottom) / 2
    return next((slot for slot in grid.slots if slot.x0 - 1 <= x <= slot.x1 + 1 and slot.top <= y <= slot.bottom), None)
