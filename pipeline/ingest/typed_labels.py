"""Labels typed by hand at the start of a text that has no positions, only tabs: "2.<tab>", "(a) ", "140.12 ", "• "."""

import re
from dataclasses import dataclass
from typing import Literal

LabelForm = Literal["number", "letter", "roman", "bullet", "upper"]

_ROMAN = re.compile(r"[ivxl]+")
_BULLET = re.compile(r"\s*([•▪●◦■□‣⁃\uf0b7\uf0a7])\s*|\s*([-–—*o])(?:\t\s*|\s{2,})|\s*([-–—])\s+(?=\S)")
_NUMBER = re.compile(
    r"""\s*(?:
        (?P<tabbed>\d{1,3}(?:\.\d{1,3}){0,3}[a-z]?)\.?[ ]*\t\s*    # "13.1<tab>": a tab leaves no doubt
      | (?P<dotted>\d{1,3})\.\s+(?!\w+\s\d{4}\b)(?=[^\W\d]|["'“‘«(\[])  # "2. The Committee", not "2. Mai 2012"
      | (?P<multi>\d{1,3}(?:\.\d{1,3}){1,3})\.?\s+(?=["“‘(]?[A-Z])  # "140.12 Ratify", not "5.1 per cent"
    )""",
    re.VERBOSE,
)
_LETTER = re.compile(
    r"\s*(?P<label>\((?:[a-z]{1,2}|[ivxl]{1,6}|[A-Z]|\d{1,3})\)|(?:[a-z]|[ivx]{1,5}|\d{1,2})\))(?:\s+|$)"
)
_UPPER = re.compile(r"\s*(?P<label>[IVXL]{1,6}|[A-Z])\.?[ ]*\t\s*")
_UPPER_HEADING = re.compile(r"\s*(?P<label>[IVXL]{1,6}|[A-Z]|\d{1,2}(?:\.\d{1,2})*)\.\s+(?=\S)")


@dataclass(frozen=True)
class TypedLabel:
    """A label found at the start of a text: as printed without trailing dot, and where the text proper begins."""

    text: str
    form: LabelForm
    end: int

    @property
    def is_item(self) -> bool:
        """Lettered or bulleted: a list item, no numbered paragraph."""
        return self.form == "bullet" or (self.form in ("letter", "roman") and ")" in self.text)


def find_label(text: str, heading: bool = False) -> TypedLabel | None:
    """The label typed before `text` (tabs still in it), or None. Headings may have "A. " before a blank, too."""
    return _find_number(text) or _find_letter(text) or _find_upper(text, heading) or _find_bullet(text)


def find_multipart_number(text: str) -> TypedLabel | None:
    """Only numbers such as "140.12": in a table cell "2." may be part of a text that is quoted there."""
    found = _find_number(text)
    if found is None or "." not in found.text or not re.search(r"[^\W\d]", text[found.end :]):
        return None
    return found


def guess_level(label: str, form: str, previous: str | None, open_level: int) -> int:
    """Depth of a list item from 1: "(i)" after "(h)" is a letter, elsewhere a roman number below the letters.

    `previous` is the label of the item just before and `open_level` its depth; 0 when no item stands before.
    """
    if form == "roman":
        before, own = (previous or "").strip("()") if open_level == 1 else "", label.strip("()")
        follows = len(before) == len(own) == 1 and ord(own) == ord(before) + 1 and before != "i"
        return 1 if follows or not open_level else 2
    return open_level if form == "bullet" and open_level else 1


def _find_number(text: str) -> TypedLabel | None:
    found = _NUMBER.match(text)
    if found is None:
        return None
    return TypedLabel(found["tabbed"] or found["dotted"] or found["multi"], "number", found.end())


def _find_letter(text: str) -> TypedLabel | None:
    found = _LETTER.match(text)
    if found is None:
        return None
    bare = found["label"].strip("()")
    form: LabelForm = "number" if bare.isdigit() else "roman" if _ROMAN.fullmatch(bare) else "letter"
    return TypedLabel(found["label"], form, found.end())


def _find_upper(text: str, heading: bool) -> TypedLabel | None:
    found = _UPPER.match(text) or (_UPPER_HEADING.match(text) if heading else None)
    return TypedLabel(found["label"], "upper", found.end()) if found else None


def _find_bullet(text: str) -> TypedLabel | None:
    found = _BULLET.match(text)
    if found is None or not text[found.end() :].strip():
        return None
    sign = found[1] or found[2] or found[3]
    return TypedLabel("•" if "\ue000" <= sign <= "\uf8ff" or sign == "o" else sign, "bullet", found.end())
