"""White gutters between columns: found in the rows of a region, told from the rivers of justified text."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pipeline.ingest.lines import MOST_PAIRS, Line, most_common_size

GUTTER = 0.5  # ems: narrowest white strip between columns
ALIGNED = 2.0  # points by which the left edge of a column may wander
NARROWEST = 0.17  # share of the page's width: less is a margin with labels or page numbers, no column


@dataclass(frozen=True)
class Gutter:
    """A white strip that ends at `x` and is free of words over rows[first:last]."""

    x: float
    first: int
    last: int
    weight: int = 0
    aligned: int = 0  # rows whose text right of it begins at x
    shared: int = 0  # rows with text on both sides


def find_known_edges(pages: Iterable[list[Line]], width: float) -> list[float]:
    """Edges of columns that several pages of a document share beyond doubt."""
    found = [gutter for rows in pages if (gutter := find_gutter(rows, width, ()))]
    edges = Counter(round(gutter.x) for gutter in found if gutter.shared >= 8)
    return [float(edge) for edge, count in sorted(edges.items()) if count >= 2]


def find_gutter(rows: Sequence[Line], width: float, known: Sequence[float]) -> Gutter | None:
    """The gutter that parts most rows, if there is any worth the name."""
    if len(rows) < 2:
        return None
    size = most_common_size(rows) or 10.0
    left, right = min(row.x0 for row in rows), max(row.x1 for row in rows)
    edges = [x for x in propose_edges(rows, size) if min(x - left, right - x) >= NARROWEST * width]
    runs = find_runs(rows, edges, size)
    good = [trimmed for run in runs if (trimmed := judge_run(rows, run, size, width, known))]
    entries = [gutter for gutter in good if gutter.aligned >= 3]
    good = [gutter for gutter in good if not any(ends_entries(other, gutter, width) for other in entries)]
    return max(good, key=lambda gutter: (gutter.weight, -gutter.x), default=None)


def ends_entries(other: Gutter, gutter: Gutter, width: float) -> bool:
    """Is what lies between two gutters too narrow for a column? Then it belongs to the text right of it."""
    if not 0 < gutter.x - other.x < NARROWEST * width or other.aligned < max(3, 0.3 * gutter.aligned):
        return False
    return min(other.last, gutter.last) - max(other.first, gutter.first) >= 0.5 * (gutter.last - gutter.first)


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


def find_runs(rows: Sequence[Line], edges: Sequence[float], size: float) -> list[Gutter]:
    """Longest stretches of rows in which no word reaches into the strip left of an edge, edge by edge."""
    words = [word for row in rows for word in row.words]
    x0, x1 = np.array([word.x0 for word in words]), np.array([word.x1 for word in words])
    counts = np.array([len(row.words) for row in rows])
    starts = np.cumsum(counts) - counts
    runs: list[Gutter] = []
    step = MOST_PAIRS // len(words) + 1
    for first in range(0, len(edges), step):
        part = edges[first : first + step]
        x = np.array(part)[:, np.newaxis]
        crossed = np.logical_or.reduceat((x0 < x - 0.5) & (x1 > x - GUTTER * size), starts, axis=1)
        turns = np.diff(crossed, prepend=True, append=True, axis=1)
        for index, change in zip(*(column.reshape(-1, 2).tolist() for column in np.nonzero(turns)), strict=True):
            if change[1] - change[0] >= 2:
                runs.append(Gutter(part[index[0]], *change))
    return runs


def crosses(row: Line, start: float, end: float) -> bool:
    return any(word.x0 < end and word.x1 > start for word in row.words)


def judge_run(rows: Sequence[Line], run: Gutter, size: float, width: float, known: Sequence[float]) -> Gutter | None:
    """Trim a run to where both sides have text, and weigh it; None when it is no gutter between columns."""
    run = trim_run(rows, run, size)
    band = rows[run.first : run.last]
    starts = [first_from(row, run.x - ALIGNED) for row in band]
    lefts = [row.x0 for row in band if row.x0 < run.x - ALIGNED]
    rights = [start for start in starts if start is not None]
    if not lefts or not rights or run.x - min(lefts) < NARROWEST * width:
        return None
    aligned = sum([abs(start - run.x) <= ALIGNED for start in rights])
    gaps = measure_gaps(band, starts, run.x - ALIGNED)
    wide = sum([gap > 1.5 * size for gap in gaps])
    ragged = aligned < (0.5 if len(gaps) >= 8 else 0.7) * len(rights) and wide < 0.6 * len(gaps)
    if ragged and (len(gaps) < 8 or min(gaps) < size):
        return None
    if not is_sure(band, gaps, size, min(len(lefts), len(rights))):
        expected = bool(gaps) and min(gaps) > 0.8 * size and aligned > 0.9 * len(rights)
        if not (expected and any(abs(run.x - x) <= ALIGNED for x in known)):
            return None
    return Gutter(run.x, run.first, run.last, 2 * aligned + len(lefts) + len(rights), aligned, len(gaps))


def is_sure(band: Sequence[Line], gaps: Sequence[float], size: float, fewest: int) -> bool:
    """Is there enough text on both sides, or so much white between few rows, that chance is out of the question?"""
    if len(gaps) >= 4 or (len(gaps) >= 2 and min(gaps) > 3 * size):
        return True
    if gaps and min(gaps) > 1.5 * size and fewest >= 2:
        return True
    return bool(gaps) and gaps[0] > 3 * size and titled(band[:1], band[:1])


def measure_gaps(band: Sequence[Line], starts: Sequence[float | None], x: float) -> list[float]:
    """White across x where both sides have text at one height: in one row, or in two rows that overlap.

    `starts` are where the text of each row begins right of x.
    """
    gaps: list[float] = []
    for index, (row, start) in enumerate(zip(band, starts, strict=True)):
        left = row.x0 < x
        if left and start is not None:
            gaps.append(start - max([word.x1 for word in row.words if word.x0 < x]))
        elif index + 1 < len(band):
            other = band[index + 1]
            apart = other.top < row.bottom - 0.2 * row.size and (other.x0 < x) != left
            if apart and (starts[index + 1] is None) != (start is None):
                gaps.append(max(row.x0, other.x0) - min(row.x1, other.x1))
    return gaps


def first_from(row: Line, x: float) -> float | None:
    for word in row.words:
        if word.x0 >= x:
            return word.x0
    return None


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
        if gap > 0.9 * size and not any(word.lifted for word in rows[index].words):
            return True
        if side_of(rows[index - 1], run.x) != "left":
            return False
        index -= 1
    return False


def titled(left: Sequence[Line], right: Sequence[Line]) -> bool:
    """A title alone on its row over each column: short, set off, in another style than what follows."""
    one, two = left[0], right[0]
    if abs(one.baseline - two.baseline) > 2 or len(one.words) > 8 or len(two.words) > 8:
        return False
    follow = [column[1] for column in (left, right) if len(column) > 1]
    return not follow or all(
        line.top - one.bottom > 0.5 * one.size or (line.bold, line.italic) != (one.bold, one.italic) for line in follow
    )
