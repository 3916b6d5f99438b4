"""Numbered recommendations of reports of the Universal Periodic Review and their like: "140.12 Ratify ... (State);"."""

import re
from collections.abc import Sequence

from pipeline.extract.drafts import Draft, Piece, trim_piece
from pipeline.records import Paragraph

_LABEL = re.compile(r"\d{1,3}\.\d{1,3}")
_PRINTED = re.compile(r"(\d{1,3}\.\d{1,3})\.?\s+(?=[A-Z“\"'‘])")
_PRINTED_NUMBER = re.compile(r"(\d{1,3})\.\s+(?=[A-Z“\"'‘])")
_FEWEST = 3  # a table of contents or a lone "2.1" is no list of recommendations
_FEWEST_PLAIN = 6  # numbers without a point are common, so more of them have to agree
_NAMED_STATE = re.compile(r"\([^()]*[A-Z][^()]*(?:\([^()]*\)[^()]*)*\)\s*[.;,]?(?:\s*and)?\s*$")
_BRACKETS = r"\([^()]*(?:\([^()]*\)[^()]*)*\)"
_STATES = re.compile(rf"(?:{_BRACKETS}[\s/,]*)+[.;,]?(?:\s*and)?\s*$")
_FARTHEST = 3  # paragraphs (notes, running heads) that may stand between the two halves of a recommendation


def read_recommendations(paragraphs: Sequence[Paragraph]) -> list[Draft]:
    """The numbered recommendations of a report, in order; none where too few of them name a State at their end.

    Reports before 2011 number them "1", "2" within a paragraph: there a run of numbers is read that begins with 1.
    """
    drafts = _read_pointed(paragraphs)
    if len(_find_named(paragraphs, drafts)) >= max(_FEWEST, len(drafts) / 2):
        return drafts
    return _read_plain(paragraphs)


def read_states(text: str) -> tuple[str, ...]:
    """The recommending States in the brackets that end a recommendation, as printed: ("Algeria", "Cabo Verde")."""
    match = _STATES.search(text)
    groups = re.findall(_BRACKETS, match.group()) if match else []
    names = [name.strip() for group in groups for name in re.split(r"[,;/](?![^()]*\))", group[1:-1])]
    return tuple(dict.fromkeys(name for name in names if name[:1].isupper()))


def _read_pointed(paragraphs: Sequence[Paragraph]) -> list[Draft]:
    drafts: list[Draft] = []
    heading = ""
    for at, paragraph in enumerate(paragraphs):
        label, start = _find_label(paragraph)
        piece = trim_piece(paragraphs, at, start)
        if paragraph.kind == "heading" and not (label and _NAMED_STATE.search(paragraph.text)):
            heading = paragraph.text
        elif piece and paragraph.kind in ("body", "list_item", "heading"):
            _add_piece(paragraphs, piece, label, heading, drafts)
    return drafts


def _add_piece(
    paragraphs: Sequence[Paragraph], piece: Piece, label: str | None, heading: str, drafts: list[Draft]
) -> None:
    if label:
        drafts.append(Draft("operative", label, [piece], heading=heading, is_recommendation=True))
    elif drafts and _continues(paragraphs, drafts[-1], piece):
        drafts[-1].pieces.append(piece)


def _read_plain(paragraphs: Sequence[Paragraph]) -> list[Draft]:
    """The runs 1, 2, 3, ... of which most paragraphs end in the name of a State."""
    found: list[Draft] = []
    run: list[Draft] = []
    heading = ""
    for at, paragraph in enumerate(paragraphs):
        number, start = _find_number(paragraph)
        piece = trim_piece(paragraphs, at, start)
        is_next = number is not None and bool(run) and number == int(run[-1].root) + 1
        if paragraph.kind == "heading" and not is_next:
            heading = paragraph.text
            continue
        is_item = paragraph.kind in ("body", "list_item") or is_next
        if piece is None or not is_item or (number is None and paragraph.label is not None):
            continue
        if number is not None and not is_next:
            found += _accept_run(paragraphs, run)
            run = []
        if number is None or is_next or number == 1:
            _add_piece(paragraphs, piece, str(number) if number else None, heading, run)
    return found + _accept_run(paragraphs, run)


def _accept_run(paragraphs: Sequence[Paragraph], run: list[Draft]) -> list[Draft]:
    return run if len(_find_named(paragraphs, run)) >= max(_FEWEST_PLAIN, len(run) * 0.7) else []


def _find_named(paragraphs: Sequence[Paragraph], drafts: list[Draft]) -> list[Draft]:
    return [draft for draft in drafts if _NAMED_STATE.search(_read_end(paragraphs, draft))]


def _find_label(paragraph: Paragraph) -> tuple[str | None, int]:
    if paragraph.label:
        label = paragraph.label.rstrip(".")
        return (label, 0) if _LABEL.fullmatch(label) else (None, 0)
    match = _PRINTED.match(paragraph.text)
    return (match.group(1), match.end()) if match else (None, 0)


def _find_number(paragraph: Paragraph) -> tuple[int | None, int]:
    if paragraph.label:
        label = paragraph.label.rstrip(".")
        return (int(label), 0) if label.isdecimal() else (None, 0)
    match = _PRINTED_NUMBER.match(paragraph.text)
    return (int(match.group(1)), match.end()) if match else (None, 0)


def _continues(paragraphs: Sequence[Paragraph], draft: Draft, piece: Piece) -> bool:
    """Whether a paragraph without label is the rest of the recommendation before it, cut off by a page."""
    is_near = piece.paragraph - draft.pieces[-1].paragraph <= _FARTHEST
    is_unlabelled = paragraphs[piece.paragraph].label is None
    return is_near and is_unlabelled and not re.search(r"[.;:]\s*(?:and)?$", _read_end(paragraphs, draft))


def _read_end(paragraphs: Sequence[Paragraph], draft: Draft) -> str:
    piece = draft.pieces[-1]
    return paragraphs[piece.paragraph].text[piece.start : piece.end]
