"""Notes of a web page: a link with a mark in the text, and the element it leads to."""

import re
from typing import TYPE_CHECKING

from pipeline.ingest.runs import Piece

if TYPE_CHECKING:
    from lxml.etree import _Element

_MARK = re.compile(r"\[?\(?(\d{1,3}|[a-z]|[ivx]{1,5}|\*{1,5}|[†‡§])\)?\]?")
_BRACKETED_MARK = re.compile(r"\[(?:\d{1,3}|[a-z]|\*{1,3})\]")
_BLOCK = ("li", "p", "div", "td", "dd", "aside", "section")
_LONGEST_NOTE = 4000  # characters; a link to something longer leads to a section, not to a note
_BACK_SIGNS = "↩↑^⏎\ufe0e "


def find_notes(body: "_Element", main: "_Element") -> "dict[_Element, str]":
    """Marks by note element, in the order in which the main text refers to them."""
    targets: dict[str, _Element] = {}
    for element in body.iter():
        for name in ("id", "name"):
            if element.get(name):
                targets.setdefault(element.get(name), element)
    notes: dict[_Element, str] = {}
    for link in main.iter("a"):
        mark = _read_mark(link)
        note = _find_note(link, targets) if mark else None
        if mark and note is not None and note not in notes:
            notes[note] = mark
    return notes


def find_mark(element: "_Element", notes: "dict[_Element, str]") -> str | None:
    """The mark that an element is, where it is a link to a note or the raised wrapping of one."""
    if element.tag == "sup" and len(element) == 1 and not (element.text or "").strip():
        inner = element[0]
        return find_mark(inner, notes) if not (inner.tail or "").strip() else None
    if element.tag != "a" or not notes:
        return None
    mark = _read_mark(element)
    return mark if mark in notes.values() else None


def read_note_pieces(note: "_Element", mark: str) -> list[Piece]:
    """The text of a note without its own mark and without the link that leads back."""
    pieces = list(_read_pieces(note, italic=False))
    for place, piece in enumerate(pieces):
        if piece.text.strip():
            text = re.sub(
                rf"^\s*(?:\[{re.escape(mark)}\]|\({re.escape(mark)}\)|{re.escape(mark)}[.)]?(?=\s|$))", "", piece.text
            )
            pieces[place] = Piece(text, piece.italic)
            break
    return pieces


def _read_pieces(element: "_Element", italic: bool) -> list[Piece]:
    pieces = [Piece(element.text, italic)] if element.text else []
    for child in element:
        if not _leads_back(child):
            pieces += _read_pieces(child, italic or child.tag in ("i", "em", "cite"))
            if child.tag in (*_BLOCK, "br"):
                pieces.append(Piece(" "))
        if child.tail:
            pieces.append(Piece(child.tail, italic))
    return pieces


def _leads_back(element: "_Element") -> bool:
    if element.tag != "a" or "#" not in element.get("href", ""):
        return False
    text = "".join(element.itertext()).strip(_BACK_SIGNS)
    return not text or _MARK.fullmatch(text) is not None or text.lower() in ("back", "return", "back to text")


def _read_mark(link: "_Element") -> str | None:
    """The mark of a note link: raised, in square brackets, or declared as a note reference."""
    if not link.get("href", "").startswith("#"):
        return None
    text = "".join(link.itertext()).strip()
    found = _MARK.fullmatch(text)
    declared = "noteref" in link.get("role", "") or "noteref" in link.get("epub:type", "")
    raised = next(link.iterancestors("sup"), None) is not None or link.find("sup") is not None
    return found[1] if found and (raised or declared or _BRACKETED_MARK.fullmatch(text)) else None


def _find_note(link: "_Element", targets: "dict[str, _Element]") -> "_Element | None":
    """The block that a link leads to; none when it holds the link itself or is too long for a note."""
    target = targets.get(link.get("href", "")[1:])
    while target is not None and target.tag not in _BLOCK:
        target = target.getparent()
    if target is None or target in link.iterancestors() or len("".join(target.itertext())) > _LONGEST_NOTE:
        return None
    return target
