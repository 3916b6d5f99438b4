"""Glyphs become words and rows: blanks decided by geometry, raised footnote marks told from running text."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from statistics import median

from pipeline.ingest.chars import Glyph

# Gaps in ems. Printed blanks measure 0.2 and more even in tight lines; gaps inside words 0.14 at most,
# whether the text layer has a blank there or not.
BLANK_IN_LAYER = 0.15
BLANK_WITHOUT_LAYER = 0.22
SMALL = 0.85  # a raised mark is set in at most this share of the size of its host
MARK = re.compile(r"(\d{1,3}|\*{1,5}|[a-z]|[†‡§¶]+)([,;–-](\d{1,3}|\*{1,5}|[a-z]|[†‡§¶]+))*,?")
UNITS = {"m", "km", "cm", "mm", "kg", "CO", "ft", "mi"}  # a raised digit after these is a power, not a note


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


@dataclass
class Line:
    """Words on one baseline that belong together, from left to right."""

    page: int
    words: list[Word]

    @cached_property
    def plain(self) -> list[Word]:
        """The words without footnote marks, unless there is nothing else."""
        return [word for word in self.words if not word.raised] or self.words

    @cached_property
    def x0(self) -> float:
        return self.words[0].x0

    @cached_property
    def x1(self) -> float:
        return max(word.x1 for word in self.words)

    @cached_property
    def top(self) -> float:
        return min(word.top for word in self.words)

    @cached_property
    def bottom(self) -> float:
        return max(word.bottom for word in self.words)

    @cached_property
    def baseline(self) -> float:
        return median(word.baseline for word in self.plain)

    @cached_property
    def size(self) -> float:
        """The size in which most characters of the line are set."""
        return most_common_size(self.plain)

    @cached_property
    def text(self) -> str:
        """The line with its marks, one blank between words."""
        return "".join(("" if word.glued else " ") + word.text for word in self.words).strip()

    @cached_property
    def bold(self) -> bool:
        return share(self.plain, lambda word: len(word.text) if word.bold else 0) > 0.8

    @cached_property
    def italic(self) -> bool:
        return share(self.plain, lambda word: word.slants.count("i")) > 0.8


def share(words: Sequence[Word], count: Callable[[Word], int]) -> float:
    """Part of the words' letters that `count` finds, 0..1."""
    return sum(map(count, words)) / max(1, sum(len(word.text) for word in words))


def most_common_size(words: Iterable[Word]) -> float:
    """Font size, to half a point, in which most characters are set; 0 without words."""
    sizes: Counter[float] = Counter()
    for word in words:
        sizes[round(word.size * 2) / 2] += len(word.text)
    return max(sizes, key=lambda size: (sizes[size], size), default=0.0)


def make_rows(glyphs: Iterable[Glyph], page: int) -> list[Line]:
    """All text of a page as rows from top to bottom; a row runs over all columns."""
    rows = [Line(page, make_words(row)) for row in attach_raised(group_by_baseline(glyphs))]
    return sorted((row for row in rows if row.words), key=lambda row: (row.baseline, row.x0))


def group_by_baseline(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """Glyphs whose baselines agree within a quarter of their size."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: (glyph.baseline, glyph.x0)):
        if rows and glyph.baseline - rows[-1][0].baseline <= 0.25 * min(glyph.size, rows[-1][0].size):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    return rows


def attach_raised(rows: list[list[Glyph]]) -> list[list[Glyph]]:
    """Move small raised (or lowered) glyphs into the row that they stand beside."""
    hosts = [list(row) for row in rows]
    sizes = [max(glyph.size for glyph in row) for row in rows]
    for index, row in enumerate(rows):
        least = min(glyph.size for glyph in row)
        near = [
            other
            for other in (index + 1, index - 1, index + 2)
            if 0 <= other < len(rows)
            and least <= SMALL * sizes[other]
            and abs(row[0].baseline - rows[other][0].baseline) <= 1.25 * sizes[other]
        ]
        for glyph in row if near else ():
            for other in near:
                if glyph.size <= SMALL * sizes[other] and any(carries(host, glyph) for host in rows[other]):
                    hosts[index].remove(glyph)
                    hosts[other].append(glyph)
                    break
    return [row for row in hosts if row]


def carries(host: Glyph, glyph: Glyph) -> bool:
    """Is `glyph` printed small, above or below the baseline, right beside `host`?"""
    if glyph.size > SMALL * host.size:
        return False
    rise = (host.baseline - glyph.baseline) / host.size
    apart = max(glyph.x0 - host.x1, host.x0 - glyph.x1) / host.size
    return (0.1 < rise < 0.7 or -0.35 < rise < -0.05) and apart < 1.5


def make_words(row: list[Glyph]) -> list[Word]:
    """Cut a row into words at blanks and where a footnote mark begins or ends."""
    row = sorted(row, key=lambda glyph: glyph.x0)
    raised = find_raised(row)
    spacing = find_letter_spacing(row)
    words: list[Word] = []
    start = 0
    for index in range(1, len(row) + 1):
        at_end = index == len(row)
        changed = not at_end and (raised[index], row[index].struck) != (raised[index - 1], row[index - 1].struck)
        if at_end or changed or is_blank(row[index - 1], row[index], spacing):
            glued = start > 0 and not is_blank(row[start - 1], row[start], spacing)
            words.append(make_word(row[start:index], glued, raised[start]))
            start = index
    return settle_marks(words)


def find_letter_spacing(row: list[Glyph]) -> float:
    """Usual gap in ems between letters of a word: near 0, more where letters are spaced out."""
    gaps = [
        (after.x0 - before.x1) / after.size for before, after in pairwise(row) if not after.after_blank and after.size
    ]
    return max(0.0, median(gaps)) if len(gaps) > 3 else 0.0


def is_blank(before: Glyph, after: Glyph, spacing: float) -> bool:
    """Is there a printed blank between two neighbours of a row?"""
    gap = after.x0 - before.x1
    need = BLANK_IN_LAYER if after.after_blank else BLANK_WITHOUT_LAYER
    return gap > (need + (spacing if spacing > 0.08 else 0.0)) * max(before.size, after.size)


def find_raised(row: list[Glyph]) -> list[bool]:
    """Which glyphs of a row stand small and high beside a bigger one."""
    raised = [False] * len(row)
    sizes = [glyph.size for glyph in row]
    if min(sizes) > SMALL * max(sizes):
        return raised
    order = [*range(len(row)), *reversed(range(len(row)))]  # from both sides, so that a mark's own glyphs pass it on
    for index in order:
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


def make_word(glyphs: list[Glyph], glued: bool, raised: bool) -> Word:
    """One word from its glyphs, left to right."""
    texts, x0s, tops, x1s, bottoms, baselines, sizes, _, bolds, italics, *_ = zip(*glyphs, strict=True)
    text = "".join(texts)
    slants = "." * len(text)
    if any(italics):
        slants = "".join(("i" if italic else ".") * len(sign) for sign, italic in zip(texts, italics, strict=True))
    return Word(
        text=text,
        slants=slants,
        x0=min(x0s),
        top=min(tops),
        x1=max(x1s),
        bottom=max(bottoms),
        baseline=median(baselines),
        size=max(sizes),
        bold=2 * sum(bolds) > len(glyphs),
        glued=glued,
        raised=raised,
        struck=glyphs[0].struck,
    )


def settle_marks(words: list[Word]) -> list[Word]:
    """Raised words that are no footnote marks ("19th", "km2") are text; marks hang on the word before them."""
    for before, word in pairwise(words):
        if word.raised and before.text in UNITS:
            word.raised = False
    for word in words:
        if word.raised and not MARK.fullmatch(word.text):
            word.raised = False
    return words
