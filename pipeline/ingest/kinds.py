"""What a paragraph is: heading and its level, caption, list item, table of contents."""

import re
from collections.abc import Sequence

from pipeline.ingest.drafts import Draft
from pipeline.ingest.labels import read_heading_label

LARGER = 0.9  # points by which a heading is larger than the body
CAPTION = re.compile(
    r"(figure|fig\.|table|box|chart|map|graph|photo|photograph|source)\b\s*[\dIVX.:©(-]|©|photo(graph)?:", re.IGNORECASE
)
CAPTION_WORDS = ("fig", "table", "box", "chart", "map", "graph", "photo", "source", "©")  # of which it holds one
UNITS = re.compile(r"\([A-Z][^()]{3,60}\)")  # "(Thousands of United States dollars)" over a table
TABLE_NOTE = re.compile(r"(notes?|sources?|abbreviations?)\s?:", re.IGNORECASE)
CONTENTS_HEAD = re.compile(r"(Paragraphs?|Chapter)?\s*Pages?")
LEADERS = re.compile(r"(\.\s?){5,}\s*(\d{1,3}|[ivxl]+)?\s*$|(…\s?){3,}")


def set_kinds(drafts: Sequence[Draft], body_size: float, body_bold: bool) -> None:
    """Tell headings, captions and tables of contents from running text."""
    for draft in drafts:
        if draft.kind not in ("body", "list_item"):
            continue
        text = draft.text
        if CONTENTS_HEAD.fullmatch(text) or any(has_leaders(line.text) for line in draft.lines):
            draft.kind, draft.label, draft.label_words = "masthead", None, 0
        elif UNITS.fullmatch(text) and draft.size < body_size:
            draft.kind = "caption"
        elif TABLE_NOTE.match(text) and draft.size < body_size:
            draft.kind, draft.label, draft.label_words = "footnote", None, 0
        elif draft.label is None and CAPTION.match(text) and len(text) < 250 and text[-1] not in ",;":
            draft.kind, draft.label, draft.label_words, draft.level = "caption", None, 0, None
        elif is_heading(draft, body_size, body_bold):
            draft.kind = "heading"
            draft.label, draft.label_words = read_heading_label(draft.lines[0])
    set_levels([draft for draft in drafts if draft.kind == "heading"])
    settle_items(drafts)


def has_leaders(text: str) -> bool:
    """Do dots lead to a page number?"""
    return (text.count(".") >= 5 or "…" in text) and LEADERS.search(text) is not None


def is_heading(draft: Draft, body_size: float, body_bold: bool) -> bool:
    """A short paragraph set off by weight, size, slant or capitals, that is no sentence."""
    text = draft.text
    if len(draft.lines) > 5 or len(text) > 300:
        return False
    letters = [sign for sign in text if sign.isalpha()]
    if not letters or text[0] in '[(“"' or text.rstrip()[-1] in ".;,:”":
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
