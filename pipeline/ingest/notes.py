"""Footnotes: the small print under a short rule, cut into notes with their marks."""

from collections.abc import Sequence

from pipeline.ingest.chars import PageInk
from pipeline.ingest.drafts import Draft
from pipeline.ingest.lines import MARK, Line, Word
from pipeline.ingest.tables import join_pieces

SMALLER = 0.7  # points by which small print is smaller than the body


def split_notes(page: PageInk, rows: Sequence[Line], body_size: float) -> tuple[list[Line], list[Line]]:
    """Rows of text and rows of footnotes of a page without its furniture."""
    top = find_note_top(page, rows, body_size)
    return [row for row in rows if row.top < top], [row for row in rows if row.top >= top]


def find_note_top(page: PageInk, rows: Sequence[Line], body_size: float) -> float:
    """Height at which the footnotes begin; below the page when there are none."""
    whole = [drawn.rule for drawn in join_pieces(rule for rule in page.rules if rule.horizontal)]
    for rule in reversed(whole):
        if not 36 < rule.x1 - rule.x0 < 0.45 * page.width or rule.top < 0.2 * page.height:
            continue
        below = [row for row in rows if row.baseline > rule.top]
        beside = [row for row in below if row.top < rule.top]
        if below and not beside and rule.x0 - 40 < min(row.x0 for row in below) and is_note_print(below, body_size):
            return min(row.top for row in below) - 0.1
    return find_unruled_top(page, rows, body_size)


def is_note_print(rows: Sequence[Line], body_size: float) -> bool:
    """Is all text small, or does it open with a mark?"""
    small = all(row.size <= body_size - SMALLER + 0.2 for row in rows)
    return small or (opens_note(rows[0]) and rows[0].size < body_size)


def find_unruled_top(page: PageInk, rows: Sequence[Line], body_size: float) -> float:
    """Small print at the foot of the page that opens with a raised mark, where no rule is drawn."""
    first = len(rows)
    while first and rows[first - 1].size <= body_size - SMALLER:
        first -= 1
    for row in rows[first:]:
        if opens_note(row) and row.top > 0.4 * page.height:
            return row.top - 0.1
    return page.height + 100


def opens_note(row: Line) -> bool:
    """Does the row begin with a raised mark, or with stars?"""
    first = row.words[0]
    return first.raised or (len(row.words) > 1 and set(first.text) <= set("*†‡"))


def draft_notes(rows: Sequence[Line], place: int) -> list[Draft]:
    """Cut small print into notes. Lines before the first mark go on with the last note of the page before."""
    drafts: list[Draft] = []
    right = max((row.x1 for row in rows), default=0.0)
    for row in rows:
        label = read_mark(row, rows)
        if label is None and drafts:
            drafts[-1].lines.append(row)
            drafts[-1].places.append(place)
            continue
        draft = Draft([row], [place], row.x0, right, "footnote", label, 0 if label is None else 1)
        draft.opens = label is None
        drafts.append(draft)
    return drafts


def read_mark(row: Line, rows: Sequence[Line]) -> str | None:
    """The mark that opens a note; plain figures count when they stand out to the left of the notes' text."""
    first = row.words[0]
    if len(row.words) < 2 or not MARK.fullmatch(first.text):
        return None
    if opens_note(row):
        return first.text
    hanging = first.text.isdigit() and row.words[1].x0 - first.x1 > 0.55 * first.size
    return first.text if hanging and row.x0 <= min(other.x0 for other in rows) + 12 else None


def join_notes(drafts: Sequence[Draft]) -> list[Draft]:
    """Put what a note has on the next page behind its beginning."""
    joined: list[Draft] = []
    last: Draft | None = None
    for draft in drafts:
        if draft.kind == "footnote" and draft.opens and draft.label is None and last is not None:
            last.lines += draft.lines
            last.places += draft.places
            continue
        joined.append(draft)
        last = draft if draft.kind == "footnote" else last
    return joined


def mark_endnotes(drafts: Sequence[Draft]) -> None:
    """Paragraphs that open with a raised mark are notes, wherever they stand, and so is their rest on the next page."""
    before: Draft | None = None
    for draft in drafts:
        first: Word = draft.lines[0].words[0]
        if draft.kind in ("body", "list_item") and first.raised and len(draft.lines[0].words) > 1:
            draft.kind, draft.label, draft.label_words, draft.level = "footnote", first.text.rstrip(","), 1, None
            draft.opens = False
        elif before is not None and draft.kind == "body" and goes_on_overleaf(before, draft):
            draft.kind, draft.label, draft.label_words = "footnote", None, 0
        before = draft


def goes_on_overleaf(note: Draft, draft: Draft) -> bool:
    """Is `draft`, at the top of a page, the rest of the note at the end of the page before?"""
    turned = draft.opens and note.lines[-1].page != draft.lines[0].page
    return note.kind == "footnote" and turned and abs(draft.size - note.size) < 0.3 and draft.text[0].islower()
