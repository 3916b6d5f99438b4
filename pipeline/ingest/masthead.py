"""The masthead of UN documents: symbol, distribution, date, session, agenda item, title."""

import re
from collections.abc import Sequence

from pipeline.ingest.chars import PageInk
from pipeline.ingest.drafts import Draft
from pipeline.ingest.furniture import split_words
from pipeline.ingest.lines import Line

OPENING = re.compile(r"(The|We) [A-Z][\w ]+,$")
FIRST_HEADINGS = re.compile(
    r"(contents|summary|introduction|background|abstract|foreword|acronyms|annex\b.*)$", re.IGNORECASE
)
WIDE = 260  # points: lines of the session block and of titles are shorter, those of running text are not


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


def extend_masthead(drafts: Sequence[Draft]) -> list[Draft]:
    """Session, agenda item and title belong to the masthead: all on page 1 before the first running text."""
    extended: list[Draft] = []
    for index, draft in enumerate(drafts):
        if draft.lines[0].page > 1 or (draft.kind != "footnote" and begins_text(draft)):
            return extended + list(drafts[index:])
        if draft.kind not in ("masthead", "footnote", "running_head"):
            draft.kind, draft.label, draft.label_words, draft.level = "masthead", None, 0, None
            extended += split_fields(draft)
        else:
            extended.append(draft)
    return extended


def split_fields(draft: Draft) -> list[Draft]:
    """Session, dates and agenda item stand on lines of their own; titles, in bold, may take several."""
    fields = [Draft([line], draft.places[:1], draft.left, draft.right, "masthead") for line in draft.lines]
    bracketed = draft.text.startswith("[")
    return [draft] if draft.bold or bracketed or len(fields) == 1 else join_bold(fields)


def join_bold(fields: list[Draft]) -> list[Draft]:
    """Bold lines that follow one another are one title."""
    joined: list[Draft] = []
    for field in fields:
        if joined and field.bold and joined[-1].bold:
            joined[-1].lines += field.lines
            joined[-1].places += field.places
        else:
            joined.append(field)
    return joined


def begins_text(draft: Draft) -> bool:
    """Is this the first heading or paragraph of the document proper?"""
    text = draft.text.strip()
    if draft.kind == "masthead":
        return False
    if OPENING.match(text) or FIRST_HEADINGS.match(text) or draft.kind in ("table_cell", "caption"):
        return True
    if draft.kind == "heading":
        return bool(re.fullmatch(r"[IVX]+|[A-Z]|\d", draft.label or ""))
    if draft.bold or (text[0] == "[" and text[-1] == "]"):
        return False
    wide = max(line.x1 - line.x0 for line in draft.lines) > WIDE
    long = len(draft.lines) > 2 or len(text) > 160 or (len(text) > 60 and text[-1] in ".,;:")
    return draft.label is not None or (long and wide)
