"""Lines of a column become paragraphs: where one ends, and where it goes on in the next column or page."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from pipeline.ingest.columns import Block
from pipeline.ingest.labels import read_label, starts_item
from pipeline.ingest.lines import Line
from pipeline.records import ParagraphKind

INDENT = 0.8  # ems: a first line further right than this is indented
CLOSERS = " ”’\"'»)]*"


@dataclass
class Draft:
    """A paragraph in the making: its lines, and what has been found out about it."""

    lines: list[Line]
    places: list[int]  # for each line the number of the block that it stands in
    left: float  # usual left edge of the block in which it begins
    right: float  # right edge of the block in which it ends
    kind: ParagraphKind = "body"
    label: str | None = None
    label_words: int = 0  # words of the first line that are the label
    level: int | None = None
    opens: bool = False  # first of its block
    closes: bool = False  # last of its block
    table: int | None = None
    row: int = 0
    column: int = 0
    edges: tuple[float, ...] = field(default=())
    aside: int | None = None  # number of the panel or pull quote that it stands in, on its page

    @property
    def text(self) -> str:
        """Rough text for decisions; the final text is composed later."""
        return " ".join([line.plain_text for line in self.lines])

    @property
    def size(self) -> float:
        return Counter(line.size for line in self.lines).most_common(1)[0][0]

    @property
    def bold(self) -> bool:
        return all(line.bold for line in self.lines)

    @property
    def italic(self) -> bool:
        return all(line.italic for line in self.lines)


def draft_block(block: Block, place: int) -> list[Draft]:
    """The paragraphs of a block; a table cell is one paragraph."""
    lines = sorted(block.lines, key=lambda line: (line.baseline, line.x0))
    left, right = find_left(lines), max([block.right, *(line.x1 for line in lines)])
    if block.table is not None:
        cell = Draft(lines, [place] * len(lines), left, right, "table_cell")
        cell.table, cell.row, cell.column, cell.edges = block.table, block.row, block.column, block.edges
        cell.aside = block.aside
        return [cell]
    if block.quoted:
        return [Draft(lines, [place] * len(lines), left, right, "caption", aside=block.aside)]
    pitches = find_pitches(lines)
    drafts = [Draft(part, [place] * len(part), left, right) for part in split_lines(lines, pitches, right)]
    drafts[0].opens, drafts[-1].closes = True, True
    for draft in drafts:
        draft.label, draft.label_words, draft.kind, draft.level = read_label(draft.lines[0])
        draft.aside = block.aside
    return drafts


def find_left(lines: Sequence[Line]) -> float:
    """The left edge that most lines share; where none does, the leftmost."""
    edges = Counter(round(line.x0) for line in lines)
    return min(edges, key=lambda edge: (-edges[edge], edge))


def find_pitches(lines: Sequence[Line]) -> dict[float, float]:
    """For each size the usual distance of baselines within a paragraph: the smallest common one."""
    steps: dict[float, Counter[float]] = {}
    for before, after in pairwise(lines):
        step = after.baseline - before.baseline
        if before.size == after.size and 0.8 * after.size < step < 2.6 * after.size:
            steps.setdefault(after.size, Counter())[round(step * 2) / 2] += 1
    return {size: pick_pitch(counts) for size, counts in steps.items()}


def pick_pitch(counts: Counter[float]) -> float:
    """The smallest step that at least a fifth of all steps have."""
    total = sum(counts.values())
    near = {step: sum(counts[other] for other in (step - 0.5, step, step + 0.5)) for step in counts}
    return min(step for step in counts if near[step] >= 0.2 * total) if total else 0.0


def split_lines(lines: Sequence[Line], pitches: dict[float, float], right: float) -> list[list[Line]]:
    """Cut the lines of a column where a paragraph begins."""
    parts: list[list[Line]] = [[lines[0]]]
    for line in lines[1:]:
        if begins_paragraph(parts[-1], line, pitches, right):
            parts.append([line])
        else:
            parts[-1].append(line)
    return parts


def begins_paragraph(part: list[Line], line: Line, pitches: dict[float, float], right: float) -> bool:
    """Does `line` open a new paragraph after the lines of `part`?"""
    last = part[-1]
    step = line.baseline - last.baseline
    usual = min(pitches.get(line.size, 1.3 * line.size), 1.8 * line.size)
    if abs(line.size - last.size) >= 1.0 or step < 0:
        return True
    ended, short = is_ended(last), has_room(last, line, right)
    running = not ended and not short and not opens_upper(line)
    if step > (1.5 if running else 1.22) * usual + 0.8 or is_indented(part, line):
        return True
    if starts_item(line):
        return short or (ended and stands_out(part, line))
    if line.words[0].raised and line.size < 10:
        return short or ended
    restyled = (last.bold, last.italic) != (line.bold, line.italic) and len(line.words) > 1
    return short and (restyled or (ended and not (last.bold and line.bold) and opens_upper(line)))


def stands_out(part: list[Line], line: Line) -> bool:
    """Is a label at the start of a line set off, by place, gap or series? Else it may stand in a running sentence."""
    label, words, _, _ = read_label(line)
    gap = line.words[words].x0 - line.words[words - 1].x1
    first = read_label(part[0])[0]
    series = first is not None and label is not None and label_shape(first) == label_shape(label)
    return abs(line.x0 - part[-1].x0) > 0.4 * line.size or gap > 0.9 * line.size or series


def label_shape(label: str) -> str:
    """The form of a label: "9.9" for "140.12", "(a)" for "(g)"."""
    return re.sub(r"[a-z]+", "a", re.sub(r"\d+", "9", label))


def is_indented(part: list[Line], line: Line) -> bool:
    """Does the line stand in, or out, from the paragraph's other lines, after a finished sentence, item or clause?

    A preambular paragraph ends in a comma, and the next one opens in italics.
    """
    last = part[-1]
    shift = (line.x0 - last.x0) / (line.size or 1)
    end = last.text.rstrip(CLOSERS)[-1:]
    clause = end == "," and shift > INDENT and line.words[0].slants.startswith("i") and opens_upper(line)
    return len(part) > 1 and (clause or (end in ".;:!?" and abs(shift) > INDENT))


def is_ended(line: Line) -> bool:
    """Does the line close a sentence or an item?"""
    text = line.plain_text.rstrip(CLOSERS)
    return text[-1:] in ".;:!?," or bool(re.search(r"[.;,:] (and|or)$", text))


def has_room(last: Line, line: Line, right: float) -> bool:
    """Would the first word of `line` have fitted into `last`? Then the break was meant."""
    first = line.words[0]
    return last.x1 + 0.3 * last.size + (first.x1 - first.x0) < right - 0.8 * last.size


def opens_upper(line: Line) -> bool:
    first = next((sign for sign in line.text if sign.isalnum()), "")
    return not first.islower()
