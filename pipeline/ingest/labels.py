"""Printed labels at the start of a line: "2.", "(g)", "(ii)", "140.12", bullets."""

import re

from pipeline.ingest.lines import Line
from pipeline.records import ParagraphKind

NUMBER = re.compile(r"(\d{1,3}(?:\.\d{1,3}){0,3})\.?\)?")
LETTER = re.compile(r"\(?([a-z]{1,2}|[A-Z])(\s?(bis|ter|quater))?[.)]")
ROMAN = re.compile(r"\(?([ivxl]{1,6})[.)]")
BRACKETED = re.compile(r"\(\d{1,3}[a-z]?\)")
BULLET = re.compile("[\ufffd•·▪●◦‣■□○►➢✓§\ue000-\uf8ff]|[–—-]")
HEADING_LABEL = re.compile(r"([IVXL]{1,6}|[A-Z]|\d{1,2}(\.\d{1,2}){0,3})\.?")
TAB = 0.55  # ems: a wider gap than a blank shows that a number without a dot is a label

Label = tuple[str | None, int, ParagraphKind, int | None]  # label, words it takes, kind and level it implies
NONE: Label = (None, 0, "body", None)


def read_label(line: Line) -> Label:
    """The printed label that opens a line, if one does, without the dot that closes it."""
    if len(line.words) < 2 or line.words[0].raised:
        return NONE
    first, second = line.words[0], line.words[1]
    text, words = first.text, 1
    if text.startswith("(") and ")" not in text and second.text.endswith(")") and len(text + second.text) <= 6:
        text, words = text + second.text, 2  # "( a)"
    if (second.glued and words == 1) or len(line.words) == words:
        return NONE
    kind, level = match_label(text, second.x0 - first.x1 > TAB * first.size)
    if kind is None:
        return NONE
    return "•" if text == "\ufffd" else text.removesuffix("."), words, kind, level


def match_label(text: str, wide: bool) -> tuple[ParagraphKind | None, int | None]:
    """Kind and level that a label implies; `wide`: more than a blank follows, as labels without bracket need."""
    if BRACKETED.fullmatch(text) or (NUMBER.fullmatch(text) and (text[-1] in ".)" or (wide and "." in text))):
        return "body", None
    if ROMAN.fullmatch(text) and text.strip("(.)") not in ("v", "x", "l") and (text[-1] == ")" or wide):
        return "list_item", 2
    lettered = LETTER.fullmatch(text) and (text[-1] == ")" or (wide and text[0].islower()))
    bulleted = BULLET.fullmatch(text) and (wide or text not in "–—-")
    return ("list_item", 1) if lettered or bulleted else (None, None)


def starts_item(line: Line) -> bool:
    """Does the line open with a printed label?"""
    return read_label(line)[0] is not None


def read_heading_label(line: Line) -> tuple[str | None, int]:
    """The label of a heading ("I", "A", "3.2") and how many words it takes."""
    if len(line.words) < 2:
        return None, 0
    first = line.words[0]
    dotted = first.text.endswith(".") or "." in first.text
    wide = line.words[1].x0 - first.x1 > TAB * first.size
    if HEADING_LABEL.fullmatch(first.text) and (dotted or wide):
        return first.text.rstrip("."), 1
    return None, 0
