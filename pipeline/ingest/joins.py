"""Paragraphs and table rows that a column or page break has cut are put together again."""

from collections.abc import Sequence

from pipeline.ingest.drafts import CLOSERS, INDENT, Draft, has_room, opens_upper
from pipeline.ingest.labels import read_label


def join_broken(drafts: Sequence[Draft]) -> list[Draft]:
    """Join paragraphs that a column or page break has cut; notes, captions and pictures between do not count."""
    joined: list[Draft] = []
    for draft in drafts:
        before = find_before(joined, draft) if draft.kind in ("body", "list_item") else None
        if before is None:
            joined.append(draft)
            continue
        if before.kind == "heading":  # a bold or slanted paragraph whose end was on the next page
            before.label, before.label_words, before.kind, before.level = read_label(before.lines[0])
        extend(before, draft)
    return join_rows(joined)


def find_before(drafts: Sequence[Draft], after: Draft) -> Draft | None:
    """The paragraph that `after` goes on with, over a column or page break or over a pull quote."""
    return find_open(drafts, after) if after.opens else find_interrupted(drafts, after)


def find_interrupted(drafts: Sequence[Draft], after: Draft) -> Draft | None:
    """The paragraph that a pull quote has cut in two: the quote, in another style, stands inside a sentence."""
    if opens_upper(after.lines[0]) or len(drafts) < 2:
        return None
    aside, before = drafts[-1], drafts[-2]
    styled = abs(aside.size - after.size) >= 1 or (aside.bold, aside.italic) != (after.bold, after.italic)
    running = before.kind in ("body", "list_item") and before.text.rstrip(CLOSERS)[-1:] not in ".;:!?"
    if aside.kind not in ("heading", "body", "caption") or not styled or not running or not goes_on(before, after):
        return None
    aside.kind, aside.label, aside.label_words, aside.level = "caption", None, 0, None
    return before


def find_open(drafts: Sequence[Draft], after: Draft) -> Draft | None:
    """The paragraph that `after` goes on with: the last one so far, or a cell at the foot of the page before."""
    for draft in reversed(drafts):
        if draft.kind in ("footnote", "caption", "running_head") or (draft.aside is None) != (after.aside is None):
            continue
        if draft.aside != after.aside and draft.lines[-1].page == after.lines[0].page:
            return None
        if draft.kind == "table_cell":
            cell = find_open_cell(drafts, after)
            return cell or find_open([other for other in drafts if other.kind != "table_cell"], after)
        first = after.lines[0]
        sentence = draft.kind != "heading" or not (opens_upper(first) or has_room(draft.lines[-1], first, draft.right))
        return draft if draft.closes and draft.kind != "masthead" and sentence and goes_on(draft, after) else None
    return None


def find_open_cell(drafts: Sequence[Draft], after: Draft) -> Draft | None:
    """The cut cell over `after`, when the page before ends in a table and the other cells are complete."""
    for cell in last_table(drafts):
        pages = after.lines[0].page - cell.lines[-1].page
        below = abs(min(line.x0 for line in cell.lines) - min(line.x0 for line in after.lines)) < 6
        if pages == 1 and below and after.label is None and not opens_upper(after.lines[0]):
            return cell
    return None


def extend(draft: Draft, more: Draft) -> None:
    """Put the lines of `more` behind those of `draft`."""
    draft.lines += more.lines
    draft.places += more.places
    draft.right, draft.closes = more.right, more.closes


def goes_on(before: Draft, after: Draft) -> bool:
    """Is `after` the rest of the paragraph that `before` began?"""
    if after.label is not None or abs(before.size - after.size) > 0.6 or is_bold_line(before, after):
        return False
    last, first = before.lines[-1], after.lines[0]
    end = before.text.rstrip(CLOSERS)[-1:]
    if not opens_upper(first):
        return end not in "!?" and (end != "." or not is_indented_first(after, before))
    if is_indented_first(after, before) or has_room(last, first, before.right) or end in ";:":
        return False
    if end in ".!?":
        return before.label is not None or is_indented_first(before, before)
    return end != "," or not first.words[0].slants.startswith("i")


def is_bold_line(before: Draft, after: Draft) -> bool:
    """Is `after` a single bold line behind upright text: a heading?"""
    return after.bold and len(after.lines) == 1 and not before.lines[-1].bold


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
