"""Numbered recommendations of reports of the Universal Periodic Review and their like: "140.12 Ratify ... (State);"."""

import re
from collections.abc import Sequence

from pipeline.extract.drafts import Draft, Piece, trim_piece
from pipeline.records import Paragraph

_LABEL = re.compile(r"\d{1,3}\.\d{1,3}")
_PRINTED = re.compile(r"(\d{1,3}\.\d{1,3})\.?\s+(?=[A-Z“\"'‘])")
_FEWEST = 3  # a table of contents or a lone "2.1" is no list of recommendations
_NAMED_STATE = re.compile(r"\([^()]*[A-Z][^()]*(?:\([^()]*\)[^()]*)*\)\s*[.;,]?(?:\s*and)?\s*$")


def read_recommendations(paragraphs: Sequence[Paragraph]) -> list[Draft]:
    """The numbered recommendations of a report, in order; none where too few paragraphs name a State at their end."""
    drafts: list[Draft] = []
    heading = ""
    for at, paragraph in enumerate(paragraphs):
        if paragraph.kind == "heading":
            heading = paragraph.text
        elif paragraph.kind in ("body", "list_item"):
            _read_paragraph(paragraphs, at, heading, drafts)
    named = [draft for draft in drafts if _NAMED_STATE.search(_read_end(paragraphs, draft))]
    return drafts if len(named) >= max(_FEWEST, len(drafts) / 2) else []


def _read_paragraph(paragraphs: Sequence[Paragraph], at: int, heading: str, drafts: list[Draft]) -> None:
    label, start = _find_label(paragraphs[at])
    piece = trim_piece(paragraphs, at, start)
    if piece is None:
        return
    if label:
        drafts.append(Draft("operative", label, [piece], heading=heading, is_recommendation=True))
    elif drafts and _continues(paragraphs, drafts[-1], piece):
        drafts[-1].pieces.append(piece)


def _find_label(paragraph: Paragraph) -> tuple[str | None, int]:
    if paragraph.label:
        label = paragraph.label.rstrip(".")
        return (label, 0) if _LABEL.fullmatch(label) else (None, 0)
    match = _PRINTED.match(paragraph.text)
    return (match.group(1), match.end()) if match else (None, 0)


def _continues(paragraphs: Sequence[Paragraph], draft: Draft, piece: Piece) -> bool:
    """Whether a paragraph without label is the rest of the recommendation before it, cut off by a page."""
    is_next = paragraphs[piece.paragraph].label is None and piece.paragraph - draft.pieces[-1].paragraph <= 3
    return is_next and not re.search(r"[.;:]\s*(?:and)?$", _read_end(paragraphs, draft))


def _read_end(paragraphs: Sequence[Paragraph], draft: Draft) -> str:
    piece = draft.pieces[-1]
    return paragraphs[piece.paragraph].text[piece.start : piece.end]
