"""What a paragraph is: heading and its level, caption, table of contents; and the masthead of UN documents."""

import re
from collections.abc import Sequence

from pipeline.ingest.chars import PageInk
from pipeline.ingest.drafts import Draft
from pipeline.ingest.furniture import split_words
from pipeline.ingest.labels import read_heading_label
from pipeline.ingest.lines import Line

LARGER = 0.9  # points by which a heading is larger than the body
CAPTION = re.compile(
    r"(figure|fig\.|table|box|chart|map|graph|photo|photograph|source)\b\s*[\dIVX.:©(-]|©|photo(graph)?:", re.IGNORECASE
)
UNITS = re.compile(r"\([A-Z][^()]{3,60}\)")  # "(Thousands of United States dollars)" over a table
TABLE_NOTE = re.compile(r"(notes?|sources?|abbreviations?)\s?:", re.IGNORECASE)
LEADERS = re.compile(r"(\.\s?){5,}\s*(\d{1,3}|[ivxl]+)?\s*$|(…\s?){3,}")
OPENING = re.compile(r"(The|We) [A-Z][\w ]+,$")
FIRST_HEADINGS = re.compile(
    r"(contents|summary|introduction|background|abstract|foreword|acronyms|annex\b.*)$", re.IGNORECASE
)


def set_kinds(drafts: Sequence[Draft], body_size: float, body_bold: bool) -> None:
    """Tell headings, captions and tables of contents from running text."""
    for draft in drafts:
        if draft.kind not in ("body", "list_item"):
            continue
        if draft.text == "Page" or any(LEADERS.search(line.text) for line in draft.lines):
            draft.kind, draft.label, draft.label_words = "masthead", None, 0
        elif UNITS.fullmatch(draft.text) and draft.size < body_size:
            draft.kind = "caption"
        elif TABLE_NOTE.match(draft.text) and draft.size < body_size:
            draft.kind, draft.label, draft.label_words = "footnote", None, 0
        elif draft.label is None and CAPTION.match(draft.text) and len(draft.text) < 250 and draft.text[-1] not in ",;":
            draft.kind, draft.label, draft.label_words, draft.level = "caption", None, 0, None
        elif is_heading(draft, body_size, body_bold):
            draft.kind = "heading"
            draft.label, draft.label_words = read_heading_label(draft.lines[0])
    set_levels([draft for draft in drafts if draft.kind == "heading"])
    settle_items(drafts)


def is_heading(draft: Draft, body_size: float, body_bold: bool) -> bool:
    """A short paragraph set off by weight, size, slant or capitals, that is no sentence."""
    text = draft.text
    letters = [sign for sign in text if sign.isalpha()]
    if len(draft.lines) > 5 or len(text) > 300 or not letters or text[0] in '[(“"' or text.rstrip()[-1] in ".;,:”":
        return False
    if draft.kind == "list_item" and not draft.bold:
        return False
    if draft.size < body_size - 1.0 or (not text[0].isdigit() and letters[0].islower()):
        return False
    larger = draft.size >= body_size + LARGER
    capitals = len(letters) > 3 and all(sign.isupper() for sign in letters)
    slanted = draft.italic and len(draft.lines) <= 2 and draft.lines[0].x0 < draft.left + 100 and draft.label is None
    return larger or (draft.bold and not body_bold) or capitals or slanted


def set_levels(headings: Sequence[Draft]) -> None:
    """Levels by rank of style: size, then weight, then slant, then kind of label."""
    styles = sorted({heading_style(heading) for heading in headings})
    for heading in headings:
        heading.level = styles.index(heading_style(heading)) + 1


def heading_style(heading: Draft) -> tuple[float, bool, bool, int]:
    """Sort key of a heading's looks, the highest first."""
    label = heading.label or ""
    rank = 1 if re.fullmatch(r"[IVX]+", label) else 2 if re.fullmatch(r"[A-Z]", label) else 3
    return (-heading.size, not heading.bold, heading.italic, rank if label else 3)


def settle_items(drafts: Sequence[Draft]) -> None:
    """Is "(i)" the letter after "(h)" or the roman one, "(v)" the letter or the roman five? The item before tells."""
    previous = ""
    for draft in drafts:
        if draft.kind != "list_item" or not draft.label:
            previous = "" if draft.kind == "heading" or draft.label else previous
            continue
        label = draft.label.strip("(.)")
        if label == "i" and previous == "h":
            draft.level = 1
        elif label in ("v", "x", "l") and previous in ("iv", "ix", "xlix"):
            draft.level = 2
        previous = label


def find_masthead_end(page: PageInk, rows: Sequence[Line]) -> float | None:
    """Height of the lowest full-width rule of a UN masthead on the first page; None when there is no masthead."""
    upper = " ".join(row.text for row in rows if row.top < 0.2 * page.height)
    if not re.search(r"United Nations|Distr\.|^[AESC]\s?/", upper):
        return None
    wide = [
        rule.top for rule in page.rules if rule.horizontal and rule.top < 0.4 * page.height and is_wide(page, rule.top)
    ]
    return max(wide, default=None)


def is_wide(page: PageInk, top: float) -> bool:
    """Do the rules at this height together cross most of the page?"""
    return (
        sum(rule.x1 - rule.x0 for rule in page.rules if rule.horizontal and abs(rule.top - top) < 1.5)
        > 0.6 * page.width
    )


def draft_masthead(rows: Sequence[Line], place: int) -> list[Draft]:
    """The fields over the lowest rule: each part of a row between wide gaps is one."""
    drafts = []
    for row in rows:
        for words in split_words(row):
            line = Line(row.page, words)
            drafts.append(Draft([line], [place], line.x0, line.x1, "masthead"))
    return join_symbol(drafts)


def join_symbol(drafts: list[Draft]) -> list[Draft]:
    """The big first letter of a symbol stands on another baseline than the rest: "A" and "/RES/73/7"."""
    for draft in drafts:
        if draft.text.startswith("/"):
            start = draft.lines[0].x0
            letter = next(
                (other for other in drafts if other.text.isupper() and abs(other.lines[0].x1 - start) < 6), None
            )
            if letter is not None and letter is not draft:
                for word in draft.lines[0].words[:1]:
                    word.glued = True
                letter.lines = [Line(letter.lines[0].page, letter.lines[0].words + draft.lines[0].words)]
                draft.lines = []
    return [draft for draft in drafts if draft.lines]


def extend_masthead(drafts: Sequence[Draft]) -> None:
    """Session, agenda item and title belong to the masthead: all on page 1 before the first running text."""
    for draft in drafts:
        if draft.lines[0].page > 1:
            return
        if draft.kind == "masthead" or draft.kind in ("footnote", "running_head"):
            continue
        if begins_text(draft):
            return
        draft.kind, draft.label, draft.label_words, draft.level = "masthead", None, 0, None


def begins_text(draft: Draft) -> bool:
    """Is this the first heading or paragraph of the document proper?"""
    text = draft.text.strip()
    if OPENING.match(text) or FIRST_HEADINGS.match(text) or draft.kind in ("table_cell", "caption"):
        return True
    if draft.kind == "heading":
        return bool(re.fullmatch(r"[IVX]+|[A-Z]|\d", draft.label or ""))
    bracketed = text[0] == "[" and text[-1] == "]"
    return not bracketed and not draft.bold and (draft.label is not None or len(draft.lines) > 2 or len(text) > 160)
