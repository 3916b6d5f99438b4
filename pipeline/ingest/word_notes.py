"""Footnotes and endnotes of a DOCX: which mark is printed for which note, and the notes themselves."""

from typing import TYPE_CHECKING

from pipeline.ingest.numbering import format_number
from pipeline.ingest.ooxml import W, get_number, get_value, is_on_attribute, local_name
from pipeline.ingest.runs import Piece, compose_line, read_pieces, split_leading_mark
from pipeline.ingest.styles import StyleSheet, follow_chain
from pipeline.records import Paragraph

if TYPE_CHECKING:
    from lxml.etree import _Element

    from pipeline.ingest.ooxml import Package

_DEFAULT_FORMS = {"footnote": "decimal", "endnote": "lowerRoman"}  # Word's own


def number_notes(package: "Package") -> dict[tuple[str, str], str]:
    """Printed marks by (name of the reference element, note id), counted over the whole document.

    Numbering that restarts on each page cannot be known without laying the pages out, and runs on here.
    """
    marks: dict[tuple[str, str], str] = {}
    for kind in ("footnote", "endnote"):
        number, form = _find_start(package, kind), _find_form(package, kind)
        for reference in package.document.iter(f"{W}{kind}Reference"):
            key = (f"{kind}Reference", get_value(reference, "id") or "")
            custom = is_on_attribute(get_value(reference, "customMarkFollows"))
            deleted = next(reference.iterancestors(W + "del", W + "moveFrom"), None) is not None
            if custom or deleted or key in marks:
                continue
            marks[key] = format_number(number, form)
            number += 1
    return marks


def read_notes(
    root: "_Element | None", kind: str, sheet: StyleSheet, marks: dict[tuple[str, str], str]
) -> list[Paragraph]:
    """The notes that the text refers to, in the order of the file; each is one paragraph of kind footnote."""
    notes = []
    for note in () if root is None else root.iter(W + kind):
        if get_value(note, "type") in (None, "normal"):
            notes += _read_note(note, marks.get((f"{kind}Reference", get_value(note, "id") or "")), sheet)
    return notes


def _read_note(note: "_Element", mark: str | None, sheet: StyleSheet) -> list[Paragraph]:
    pieces: list[Piece] = []
    for paragraph in note.iter(W + "p"):
        style = get_value(paragraph.find(f"{W}pPr/{W}pStyle"))
        pieces += [*read_pieces(paragraph, sheet, follow_chain(sheet, style), {}), Piece(" ")]
    typed, pieces = split_leading_mark(pieces)
    line = compose_line(pieces)
    label = mark or typed
    if not line.text or label is None:  # a note whose reference was deleted is printed nowhere
        return []
    return [Paragraph("", "", 0, None, "footnote", label, line.text, italics=line.italics, marks=line.marks)]


def _settings_of(package: "Package", kind: str) -> "list[_Element]":
    """Note settings, those of sections before those of the document."""
    roots = [root for root in (package.document, package.settings) if root is not None]
    return [node for root in roots for node in root.iter(f"{W}{kind}Pr") if local_name(node.getparent()) != "p"]


def _find_form(package: "Package", kind: str) -> str:
    forms = (get_value(node.find(W + "numFmt")) for node in _settings_of(package, kind))
    return next((form for form in forms if form), _DEFAULT_FORMS[kind])


def _find_start(package: "Package", kind: str) -> int:
    starts = (get_number(node.find(W + "numStart")) for node in _settings_of(package, kind))
    return next((start for start in starts if start), 1)
