"""Glyphs become words and rows: blanks decided by geometry, raised footnote marks told from running text."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from pipeline.ingest.glyphs import Flags, Glyph, Glyphs, Numbers, Places

# Gaps in ems. Printed blanks measure 0.2 and more even in tight lines; gaps inside words 0.14 at most,
# whether the text layer has a blank there or not.
BLANK_IN_LAYER = 0.15
BLANK_WITHOUT_LAYER = 0.22
SPACED_OUT = 0.08  # letters whose usual gap is wider are set apart, and so are the words
SMALL = 0.85  # a raised mark is set in at most this share of the size of its host
MARK = re.compile(r"(\d{1,3}|\*{1,5}|[a-z]|[†‡§¶]+)([,;–-](\d{1,3}|\*{1,5}|[a-z]|[†‡§¶]+))*,?")
MOST_PAIRS = 1_000_000  # of glyphs that are compared at once: memory is bounded, whatever a page holds
UNITS = {"m", "km", "cm", "mm", "kg", "CO", "ft", "mi"}  # a raised digit after these is a power, not a note


Result = TypeVar("Result")


@dataclass(slots=True)
class Word:
    """Glyphs without a blank between them. `slants` and `text` have one sign a character."""

    text: str
    slants: str  # "i" where the character is italic, "." elsewhere
    x0: float
    top: float
    x1: float
    bottom: float
    baseline: float
    size: float
    bold: bool
    glued: bool  # no blank before it in its row
    raised: bool  # a footnote mark
    struck: bool = False  # a line is drawn through it
    lifted: bool = False  # an aside was taken out right above it


class once(Generic[Result]):  # noqa: N801  (used as `property` is)
    """A property that is computed when it is first asked for.

    `functools.cached_property` does the same, but takes a lock up to Python 3.11, which costs more than most of what is
    computed here.
    """

    def __init__(self, compute: "Callable[[Line], Result]") -> None:
        self.compute = compute
        self.name = compute.__name__
        self.__doc__ = compute.__doc__

    def __get__(self, line: "Line", kind: type) -> Result:
        value = line.__dict__[self.name] = self.compute(line)
        return value


@dataclass
class Line:
    """Words on one baseline that belong together, from left to right."""

    page: int
    words: list[Word]

    @once
    def plain(self) -> list[Word]:
        """The words without footnote marks, unless there is nothing else."""
        plain = [word for word in self.words if not word.raised]
        return plain if 0 < len(plain) < len(self.words) else self.words

    @once
    def plain_text(self) -> str:
        """The words without footnote marks, one blank between all."""
        return " ".join([word.text for word in self.plain])

    @once
    def x0(self) -> float:
        return self.words[0].x0

    @once
    def x1(self) -> float:
        return max([word.x1 for word in self.words])

    @once
    def top(self) -> float:
        return min([word.top for word in self.words])

    @once
    def bottom(self) -> float:
        return max([word.bottom for word in self.words])

    @once
    def baseline(self) -> float:
        """That of the middle word."""
        heights = sorted([word.baseline for word in self.plain])
        half = len(heights) // 2
        return heights[half] if len(heights) % 2 else (heights[half - 1] + heights[half]) / 2

    @once
    def size(self) -> float:
        """The size in which most characters of the line are set."""
        return pick_size([self.sizes if self.plain is self.words else count_letters(self.plain)])

    @once
    def sizes(self) -> dict[float, int]:
        """How many characters of the line are set in which size."""
        return count_letters(self.words)

    @once
    def text(self) -> str:
        """The line with its marks, one blank between words."""
        return "".join([word.text if word.glued else " " + word.text for word in self.words]).strip()

    @once
    def bold(self) -> bool:
        return share(self.plain, count_bold(self.plain)) > 0.8

    @once
    def italic(self) -> bool:
        return share(self.plain, sum([word.slants.count("i") for word in self.plain])) > 0.8


def count_bold(words: Sequence[Word]) -> int:
    """Letters of the words that are bold."""
    return sum([len(word.text) for word in words if word.bold])


def share(words: Sequence[Word], found: int) -> float:
    """Part of the words' letters that were found, 0..1."""
    return found / max(1, sum([len(word.text) for word in words])) if found else 0.0


def most_common_size(rows: Iterable[Line]) -> float:
    """Font size, to half a point, in which most characters of rows are set; 0 without rows."""
    return pick_size(row.sizes for row in rows)


def pick_size(counts: Iterable[dict[float, int]]) -> float:
    """The size of most characters, of several counts of how many are set in which size."""
    sizes: dict[float, int] = {}
    for counted in counts:
        for size, count in counted.items():
            half = round(size * 2) / 2
            sizes[half] = sizes.get(half, 0) + count
    return max(sizes, key=lambda size: (sizes[size], size), default=0.0)


def count_letters(words: Iterable[Word]) -> dict[float, int]:
    """How many characters of some words are set in which size."""
    counts: dict[float, int] = {}
    for word in words:
        counts[word.size] = counts.get(word.size, 0) + len(word.text)
    return counts


def make_rows(glyphs: Glyphs, page: int) -> list[Line]:
    """All text of a page as rows from top to bottom; a row runs over all columns."""
    if not len(glyphs):
        return []
    glyphs = glyphs.pick(sort_places(glyphs.baseline, glyphs.x0))
    glyphs, starts = attach_raised(glyphs, group_by_baseline(glyphs))
    raised = find_raised(glyphs, starts)
    words, firsts = make_words(glyphs, starts, raised)
    rows = [Line(page, words[first:last]) for first, last in pairwise([*firsts, len(words)])]
    for row in rows if raised.any() else ():
        settle_marks(row.words)
    return sorted(rows, key=lambda row: (row.baseline, row.x0))


def group_by_baseline(glyphs: Glyphs) -> Places:
    """Where rows begin: glyphs whose baselines agree within a quarter of their size. Takes glyphs by baseline."""
    changes = np.flatnonzero((np.diff(glyphs.baseline) != 0) | (np.diff(glyphs.size) != 0)) + 1
    starts, height, size = [0], float(glyphs.baseline[0]), float(glyphs.size[0])
    levels = zip(changes.tolist(), glyphs.baseline[changes].tolist(), glyphs.size[changes].tolist(), strict=True)
    for place, other_height, other_size in levels:
        if other_height - height > 0.25 * min(other_size, size):
            starts.append(place)
            height, size = other_height, other_size
    return np.array(starts)


def attach_raised(glyphs: Glyphs, starts: Places) -> tuple[Glyphs, Places]:
    """Move small raised (or lowered) glyphs into the row that they stand beside.

    Gives the glyphs row by row, each row from left to right, and where rows begin.
    """
    ends = np.append(starts[1:], len(glyphs))
    rows = np.repeat(np.arange(len(starts)), ends - starts)
    homes = rows.copy()
    heights = glyphs.baseline[starts].tolist()
    sizes = np.maximum.reduceat(glyphs.size, starts).tolist()
    for index, least in enumerate(np.minimum.reduceat(glyphs.size, starts).tolist()):
        for other in (index + 1, index - 1, index + 2):
            if not 0 <= other < len(sizes) or least > SMALL * sizes[other]:
                continue
            if abs(heights[index] - heights[other]) <= 1.25 * sizes[other]:
                row = np.arange(starts[index], ends[index])
                small = row[(homes[row] == index) & (glyphs.size[row] <= SMALL * sizes[other])]
                homes[small[find_carried(glyphs, slice(starts[other], ends[other]), small)]] = other
    moved = homes != rows
    order = np.lexsort((moved, glyphs.x0, homes)) if moved.any() else sort_places(homes, glyphs.x0)
    return glyphs.pick(order), np.flatnonzero(np.diff(homes[order], prepend=-1))


def sort_places(first: NDArray[Any], then: Numbers) -> Places:
    """The order by one column, then by another; a text layer mostly has the latter in order."""
    order = np.argsort(first, kind="stable")
    level, falling = np.diff(first[order]) == 0, np.diff(then[order]) < 0
    return np.lexsort((then, first)) if (level & falling).any() else order


def find_carried(glyphs: Glyphs, row: slice, small: Places) -> Flags:
    """As `carries`: which of the small glyphs does any glyph of the row carry?"""
    carried = np.zeros(len(small), np.bool_)
    x0, x1, baseline, size = (
        column[row, np.newaxis] for column in (glyphs.x0, glyphs.x1, glyphs.baseline, glyphs.size)
    )
    step = MOST_PAIRS // len(size) + 1
    for first in range(0, len(small), step):
        part = small[first : first + step]
        with np.errstate(divide="ignore", invalid="ignore"):  # a font without height carries nothing
            rise = (baseline - glyphs.baseline[part]) / size
            apart = np.maximum(glyphs.x0[part] - x1, x0 - glyphs.x1[part]) / size
        moved = ((rise > 0.1) & (rise < 0.7)) | ((rise > -0.35) & (rise < -0.05))
        carried[first : first + step] = (moved & (apart < 1.5) & (glyphs.size[part] <= SMALL * size)).any(axis=0)
    return carried


def carries(host: Glyph, glyph: Glyph) -> bool:
    """Is `glyph` printed small, above or below the baseline, right beside `host`?"""
    if glyph.size > SMALL * host.size:
        return False
    rise = (host.baseline - glyph.baseline) / host.size
    apart = max(glyph.x0 - host.x1, host.x0 - glyph.x1) / host.size
    return (0.1 < rise < 0.7 or -0.35 < rise < -0.05) and apart < 1.5


def find_raised(glyphs: Glyphs, starts: Places) -> Flags:
    """Which glyphs of rows stand small and high beside a bigger one."""
    raised = np.zeros(len(glyphs), np.bool_)
    mixed = np.minimum.reduceat(glyphs.size, starts) <= SMALL * np.maximum.reduceat(glyphs.size, starts)
    ends = np.append(starts[1:], len(glyphs))
    for start, end in zip(starts[mixed].tolist(), ends[mixed].tolist(), strict=True):
        raised[start:end] = find_raised_in(list(glyphs.pick(slice(start, end))))
    return raised


def find_raised_in(row: Sequence[Glyph]) -> list[bool]:
    """The same in one row."""
    raised = [False] * len(row)
    most = 1.1 * SMALL * max(glyph.size for glyph in row)
    small = [index for index, glyph in enumerate(row) if glyph.size <= most]
    for index in [*small, *reversed(small)]:  # from both sides, so that a mark's own glyphs pass it on
        for other in (index - 1, index + 1):
            if 0 <= other < len(row) and not raised[index]:
                host, glyph = row[other], row[index]
                alike = (
                    raised[other]
                    and abs(host.baseline - glyph.baseline) < 0.1 * host.size
                    and glyph.size < 1.1 * host.size
                )
                near = max(glyph.x0 - host.x1, host.x0 - glyph.x1) < 0.5 * host.size
                raised[index] = (alike and near) or (carries(host, glyph) and glyph.baseline < host.baseline)
    return raised


def make_words(glyphs: Glyphs, starts: Places, raised: Flags) -> tuple[list[Word], list[int]]:
    """Cut rows into words at blanks and where a footnote mark begins or ends; and which words begin the rows."""
    inner = np.ones(len(glyphs), np.bool_)  # is there a glyph before it in its row?
    inner[starts] = False
    blank = inner & find_blanks(glyphs, inner, starts)
    changed = inner & ((raised != np.roll(raised, 1)) | (glyphs.struck != np.roll(glyphs.struck, 1)))
    begins = np.flatnonzero(~inner | blank | changed)
    texts, slants = spell_words(glyphs, begins)
    words = map(
        Word,
        texts,
        slants,
        glyphs.x0[begins].tolist(),
        np.minimum.reduceat(glyphs.top, begins).tolist(),
        np.maximum.reduceat(glyphs.x1, begins).tolist(),
        np.maximum.reduceat(glyphs.bottom, begins).tolist(),
        find_baselines(glyphs, begins),
        np.maximum.reduceat(glyphs.size, begins).tolist(),
        (2 * np.add.reduceat(glyphs.bold, begins, dtype=np.intp) > count_places(begins, len(glyphs))).tolist(),
        (inner & ~blank)[begins].tolist(),
        raised[begins].tolist(),
        glyphs.struck[begins].tolist(),
    )
    return list(words), np.searchsorted(begins, starts).tolist()


def count_places(starts: Places, end: int) -> Places:
    """How many places there are from each start to the next, and from the last to the end."""
    return np.diff(starts, append=end)


def find_blanks(glyphs: Glyphs, inner: Flags, starts: Places) -> Flags:
    """Before which glyphs is there a printed blank? `inner` are those that have a neighbour on their left."""
    gaps = glyphs.x0 - np.roll(glyphs.x1, 1)
    need = np.where(glyphs.after_blank, BLANK_IN_LAYER, BLANK_WITHOUT_LAYER)
    within = inner & ~glyphs.after_blank & (glyphs.size != 0)
    need += measure_spacing(gaps, glyphs.size, within, starts)
    blanks: Flags = gaps > need * np.maximum(glyphs.size, np.roll(glyphs.size, 1))
    return blanks


def measure_spacing(gaps: Numbers, sizes: Numbers, within: Flags, starts: Places) -> Numbers:
    """Usual gap in ems between letters of words where they are set apart, for each glyph of such rows; elsewhere 0.

    `gaps` are those before glyphs in points; those flagged `within` have no blank there.
    """
    spacing = np.zeros(len(gaps))
    counts = np.add.reduceat(within, starts, dtype=np.intp)
    wide = np.add.reduceat(within & (gaps > 0.9 * SPACED_OUT * sizes), starts, dtype=np.intp)
    for index in np.flatnonzero((counts > 3) & (2 * wide >= counts)).tolist():
        row = slice(starts[index], starts[index + 1] if index + 1 < len(starts) else None)
        usual = float(np.median((gaps[row] / sizes[row])[within[row]]))
        spacing[row] = usual if usual > SPACED_OUT else 0.0
    return spacing


def spell_words(glyphs: Glyphs, begins: Places) -> tuple[list[str], list[str]]:
    """The letters of words and, a sign for each, whether they are italic; `begins` are the words' first glyphs."""
    signs = glyphs.text.tolist()
    text = "".join(signs)
    slanted, ends = glyphs.italic, [*begins.tolist(), len(signs)]
    if len(text) > len(signs):  # ligatures are several letters
        lengths = np.fromiter(map(len, signs), np.intp, len(signs))
        slanted, ends = np.repeat(slanted, lengths), [*(np.cumsum(lengths) - lengths)[begins].tolist(), len(text)]
    slants = np.where(slanted, b"i", b".").tobytes().decode()
    places = list(pairwise(ends))
    return [text[first:last] for first, last in places], [slants[first:last] for first, last in places]


def find_baselines(glyphs: Glyphs, begins: Places) -> list[float]:
    """The baselines of words, for each that of its middle glyph."""
    least, most = (each.reduceat(glyphs.baseline, begins) for each in (np.minimum, np.maximum))
    baselines: list[float] = least.tolist()
    for index in np.flatnonzero(least != most).tolist():
        last = begins[index + 1] if index + 1 < len(begins) else None
        baselines[index] = median(glyphs.baseline[begins[index] : last].tolist())
    return baselines


def settle_marks(words: list[Word]) -> list[Word]:
    """Raised words that are no footnote marks ("19th", "km2") are text; marks hang on the word before them."""
    for before, word in pairwise(words):
        if word.raised and before.text in UNITS:
            word.raised = False
    for word in words:
        if word.raised and not MARK.fullmatch(word.text):
            word.raised = False
    return words
