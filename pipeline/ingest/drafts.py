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

    @property
    def text(self) -> str:
        """Rough text for decisions; the final text is composed later."""
        return " ".join(" ".join(word.text for word in line.plain) for line in self.lines)

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
        return [cell]
    pitches = find_pitches(lines)
    drafts = [Draft(part, [place] * len(part), left, right) for part in split_lines(lines, pitches, right)]
    drafts[0].opens, drafts[-1].closes = True, True
    for draft in drafts:
        draft.label, draft.label_words, draft.kind, draft.level = read_label(draft.lines[0])
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
    if step > 1.22 * usual + 0.8 or abs(line.size - last.size) >= 1.0 or step < 0:
        return True
    ended, short = is_ended(last), has_room(last, line, right)
    if starts_item(line) and (short or (ended and stands_out(part, line))):
        return True
    if line.words[0].raised and line.size < 10 and (short or ended):
        return True
    if (last.bold, last.italic) != (line.bold, line.italic) and short and len(line.words) > 1:
        return True
    if is_indented(part, line):
        return True
    return short and ended and not (last.bold and line.bold) and opens_upper(line)


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
    """Does the line stand in, or out, from the paragraph's other lines, after a finished sentence or item?"""
    last = part[-1]
    shift = (line.x0 - last.x0) / (line.size or 1)
    finished = last.text.rstrip(CLOSERS)[-1:] in ".;:!?"
    return len(part) > 1 and finished and abs(shift) > INDENT


def is_ended(line: Line) -> bool:
    """Does the line close a sentence or an item?"""
    text = " ".join(word.text for word in line.plain).rstrip(CLOSERS)
    return text[-1:] in ".;:!?," or bool(re.search(r"[.;,:] (and|or)$", text))


def has_room(last: Line, line: Line, right: float) -> bool:
    """Would the first word of `line` have fitted into `last`? Then the break was meant."""
    first = line.words[0]
    return last.x1 + 0.3 * last.size + (first.x1 - first.x0) < right - 0.8 * last.size


def opens_upper(line: Line) -> bool:
    first = next((sign for sign in line.text if sign.isalnum()), "")
    return not first.islower()


def join_broken(drafts: Sequence[Draft], body_size: float) -> list[Draft]:
    """Join paragraphs that a column or page break has cut; notes, captions and pictures between do not count."""
    joined: list[Draft] = []
    for draft in drafts:
        open_draft = find_open(joined) if draft.opens and draft.kind in ("body", "list_item") else None
        if open_draft is not None and goes_on(open_draft, draft):
            extend(open_draft, draft)
        else:
            joined.append(draft)
    return join_rows(joined)


def find_open(drafts: Sequence[Draft]) -> Draft | None:
    """The last paragraph of running text, when it is the last of its column."""
    for draft in reversed(drafts):
        if draft.kind in ("body", "list_item"):
            return draft if draft.closes else None
        if draft.kind not in ("footnote", "caption", "running_head", "table_cell"):
            return None
    return None


def extend(draft: Draft, more: Draft) -> None:
    """Put the lines of `more` behind those of `draft`."""
    draft.lines += more.lines
    draft.places += more.places
    draft.right, draft.closes = more.right, more.closes


def goes_on(before: Draft, after: Draft) -> bool:
    """Is `after` the rest of the paragraph that `before` began?"""
    if after.label is not None or abs(before.size - after.size) > 0.6:
        return False
    if before.bold != after.bold and after.bold and len(after.lines) == 1 and not before.lines[-1].bold:
        return False
    last, first = before.lines[-1], after.lines[0]
    text = before.text.rstrip(CLOSERS)
    if not opens_upper(first):
        return text[-1:] not in "!?" and (text[-1:] != "." or not is_indented_first(after, before))
    if is_indented_first(after, before) or has_room(last, first, before.right):
        return False
    if text[-1:] in ".!?":
        return before.label is not None or is_indented_first(before, before)
    if text[-1:] == ",":
        return not first.words[0].slants.startswith("i")
    return text[-1:] not in ";:"


def is_indented_first(draft: Draft, before: Draft) -> bool:
    """Does the first line of a paragraph stand in?"""
    first = draft.lines[0]
    follow = draft.lines[1].x0 if len(draft.lines) > 1 else draft.left
    level = len(before.lines) > 1 and abs(first.x0 - before.lines[-1].x0) < 3 and draft is not before
    return first.x0 - follow > INDENT * first.size and not level


def join_rows(drafts: Sequence[Draft]) -> list[Draft]:
    """Join the last row of a table with the first row of its continuation on the next page, cell by cell."""
    joined: list[Draft] = []
    tables: dict[int, int] = {}
    for table, rows in group_tables(drafts):
        if table is None:
            joined += [draft for row in rows for draft in row]
            continue
        previous = last_table(joined)
        if previous and continues_table(previous, rows):
            merge_rows(previous, rows, joined)
        else:
            joined += [draft for row in rows for draft in row]
    for draft in joined:
        if draft.table is not None:
            draft.table = tables.setdefault(draft.table, len(tables))
    return joined


def group_tables(drafts: Sequence[Draft]) -> list[tuple[int | None, list[list[Draft]]]]:
    """Neighbouring drafts of one table, as rows; other drafts one by one."""
    groups: list[tuple[int | None, list[list[Draft]]]] = []
    for draft in drafts:
        if draft.table is None or not groups or groups[-1][0] != draft.table:
            groups.append((draft.table, [[draft]]))
        elif groups[-1][1][-1][0].row == draft.row:
            groups[-1][1][-1].append(draft)
        else:
            groups[-1][1].append([draft])
    return groups


def last_table(drafts: Sequence[Draft]) -> list[Draft]:
    """The cells of the last row, when nothing but notes stands after it."""
    cells: list[Draft] = []
    for draft in reversed(drafts):
        if draft.kind in ("footnote", "running_head"):
            continue
        if draft.table is None or (cells and (draft.table, draft.row) != (cells[0].table, cells[0].row)):
            break
        cells.insert(0, draft)
    return cells


def continues_table(cells: Sequence[Draft], rows: Sequence[Sequence[Draft]]) -> bool:
    """Does a table at the top of a page have the columns of the one at the foot of the page before?"""
    first, last = rows[0][0], cells[0]
    pages = first.lines[0].page - max(cell.lines[-1].page for cell in cells)
    return (
        pages == 1
        and len(first.edges) == len(last.edges)
        and all(abs(one - two) < 6 for one, two in zip(first.edges, last.edges, strict=True))
    )


def merge_rows(cells: Sequence[Draft], rows: list[list[Draft]], joined: list[Draft]) -> None:
    """Append a continued table: its first row goes into the open cells where a cell was cut, the rest follows."""
    if any(is_cut(cell, other) for cell in cells for other in rows[0] if cell.column == other.column):
        for other in rows[0]:
            home = next((cell for cell in cells if cell.column == other.column), None)
            if home is not None:
                extend(home, other)
            else:
                other.table, other.row = cells[0].table, cells[0].row
                joined.append(other)
        rows = rows[1:]
    for offset, row in enumerate(rows, start=cells[0].row + 1):
        for draft in row:
            draft.table, draft.row = cells[0].table, offset
            joined.append(draft)


def is_cut(cell: Draft, other: Draft) -> bool:
    """Does a cell stop inside a sentence that `other` goes on with?"""
    text = cell.text.rstrip(CLOSERS)
    return not opens_upper(other.lines[0]) or text[-1:] not in ".;:!?"
