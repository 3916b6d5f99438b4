"""The runs of a DOCX paragraph as pieces of text: insertions kept, deletions set apart, fields by their result,
footnote references as marks (ECMA-376 part 1, section 17.3)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.ingest.ooxml import W, get_value, is_on, is_on_attribute, local_name
from pipeline.ingest.styles import Style, StyleSheet, follow_chain
from pipeline.records import Deletion, Mark, Span

if TYPE_CHECKING:
    from lxml.etree import _Element

_CHANGES = {"ins": "ins", "moveTo": "ins", "del": "del", "moveFrom": "del"}
_WRAPPERS = frozenset((
    "hyperlink", "smartTag", "fldSimple", "customXml", "sdt", "sdtContent", "dir", "bdo",
    "oMathPara", "oMath", "ruby", "rubyBase",
))  # fmt: skip
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
_DROPPED = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_FIXED = {0x2011: "-"}
_NO_BLANK_BEFORE = ",.;:)]"
_TYPED_MARK = re.compile(r"\*{1,5}|[a-z](?:,\s?[a-z])*|[†‡§]|\d{1,3}(?:,\s?\d{1,3})*")
_STARS = re.compile(r"(?<=[^\W_]|[).,”\"])(\*{1,5})(?=[\s,.;:)]|$)")
_UNIT = re.compile(r"(?:\b[kcm]?m|\bCO|\b[A-Z]|\bha|\b10)$")  # m2, CO2, 10 to the power of 6: no footnotes


@dataclass(frozen=True)
class Piece:
    """A stretch of text in one format; or what is no part of the text: a footnote mark as printed, or a deletion."""

    text: str
    italic: bool = False
    bold: bool = False
    raised: bool = False
    mark: bool = False  # no part of the text: a footnote mark, or words that were deleted
    deleted: bool = False
    inserted: bool = False
    printed: bool = True  # of deleted words: struck through, and so still to be seen


@dataclass(frozen=True)
class Line:
    """A paragraph's text with single blanks, its italic and inserted stretches, and the marks and words taken out."""

    text: str
    italics: tuple[Span, ...]
    marks: tuple[Mark, ...]
    inserted: tuple[Span, ...] = ()
    deleted: tuple[Deletion, ...] = ()


def read_pieces(
    paragraph: "_Element", sheet: StyleSheet, chain: list[tuple[str, Style]], notes: dict[tuple[str, str], str]
) -> list[Piece]:
    """The visible pieces of a `w:p`; `chain` is its style, `notes` the marks by (kind of reference, note id)."""
    pieces: list[Piece] = []
    fields: list[bool] = []  # fields open here: is it the instruction (hidden) that we are in?
    custom = False
    for run, change in _iterate_runs(paragraph):
        style = _resolve_format(run, sheet, chain)
        if style.hidden:
            continue
        if change == "del" or style.struck:
            gone = "".join(_read_text(child, local_name(child)) for child in run if not any(fields))
            pieces += [Piece(gone, mark=True, deleted=True, printed=change != "del")] if gone else []
            continue
        for child in run:
            name = local_name(child)
            if name == "fldChar":
                _track_field(fields, get_value(child, "fldCharType"))
            elif name in ("footnoteReference", "endnoteReference"):
                custom = is_on_attribute(get_value(child, "customMarkFollows"))
                mark = notes.get((name, get_value(child, "id") or ""))
                if mark and not custom:
                    pieces.append(Piece(mark, mark=True))
            elif not any(fields) and (text := _read_text(child, name)):
                shape = (bool(style.italic), bool(style.bold), bool(style.raised))
                piece = Piece(text, *shape, inserted=change == "ins")
                pieces.append(Piece(text.strip(), mark=True) if custom and text.strip() else piece)
                custom = custom and not text.strip()
    return find_typed_marks(pieces)


def compose_line(pieces: Iterable[Piece]) -> Line:
    """Join pieces into one line: blanks of any kind and number become one, none at either end."""
    letters: list[str] = []
    italic: list[bool] = []
    inserted: list[bool] = []
    marks: list[Mark] = []
    deleted: list[Deletion] = []
    for piece in pieces:
        if piece.deleted:
            _delete(deleted, Deletion(len(letters), piece.text, printed=piece.printed))
            continue
        if piece.mark:
            marks.append(Mark(len(letters), piece.text))
            continue
        for letter in piece.text.translate(_DROPPED).translate(_FIXED):
            if letter.isspace() or not letter.isprintable():
                if letters and letters[-1] != " ":
                    letters.append(" ")
                    italic.append(piece.italic)
                    inserted.append(piece.inserted)
                elif deleted and deleted[-1].at == len(letters) and not deleted[-1].text.endswith(" "):
                    deleted[-1] = replace(deleted[-1], text=deleted[-1].text + " ")  # it parted them from what is kept
                continue
            if deleted and _has_both_blanks(deleted[-1], letters) and letter not in _NO_BLANK_BEFORE:
                letters.append(" ")
                italic.append(piece.italic)
                inserted.append(False)
                deleted[-1] = Deletion(len(letters), deleted[-1].text.lstrip(), printed=deleted[-1].printed)
            if letter in _NO_BLANK_BEFORE and letters[-1:] == [" "] and marks and marks[-1].at == len(letters):
                letters.pop()  # "the report <mark>, which": the blank belonged to the mark
                italic.pop()
                inserted.pop()
                marks[-1] = replace(marks[-1], at=len(letters))
            letters.append(letter)
            italic.append(piece.italic)
            inserted.append(piece.inserted)
    while letters and letters[-1] == " ":
        letters.pop()
        italic.pop()
        inserted.pop()
    text = "".join(letters)
    kept = tuple(Mark(min(mark.at, len(text)), mark.mark) for mark in marks)
    gone = tuple(_pull_back(deletion, len(text)) for deletion in deleted)
    return Line(text, _find_spans(text, italic), kept, _find_spans(text, inserted), gone)


def _has_both_blanks(deletion: Deletion, letters: list[str]) -> bool:
    """Do the deleted words that stand here hold the blanks on both sides of them? What is kept needs one of the two."""
    is_here = deletion.at == len(letters) and bool(letters) and letters[-1] != " "
    return is_here and deletion.text.startswith(" ") and deletion.text.endswith(" ")


def _pull_back(deletion: Deletion, end: int) -> Deletion:
    """A deletion that stood after the text's last blank stands at its end, with that blank."""
    return deletion if deletion.at <= end else replace(deletion, at=end, text=f" {deletion.text.lstrip()}")


def _delete(deleted: list[Deletion], fresh: Deletion) -> None:
    """Record a deletion; runs that stand together are one."""
    if deleted and (deleted[-1].at, deleted[-1].printed) == (fresh.at, fresh.printed):
        fresh = replace(fresh, text=deleted.pop().text + fresh.text)
    words = re.sub(r"\s+", " ", fresh.text.translate(_DROPPED))
    if words.strip():
        deleted.append(replace(fresh, text=words))


def drop_start(pieces: Iterable[Piece], count: int) -> list[Piece]:
    """The pieces without their first `count` characters of text; marks stay."""
    kept = []
    for piece in pieces:
        if piece.mark:
            kept.append(piece)
            continue
        cut = min(count, len(piece.text))
        count -= cut
        if piece.text[cut:]:
            kept.append(replace(piece, text=piece.text[cut:]))
    return kept


def split_leading_mark(pieces: list[Piece]) -> tuple[str | None, list[Piece]]:
    """The note mark that opens a note typed as a paragraph ("a", "**"), and the pieces after it."""
    text = [place for place, piece in enumerate(pieces) if not piece.deleted and (piece.mark or piece.text.strip())]
    if text and pieces[text[0]].mark:
        return pieces[text[0]].text, pieces[text[0] + 1 :]
    stars = re.match(r"\s*(\*{1,5})\s*(?=\w|[\"“‘(])", plain_text(pieces))
    return (stars[1], drop_start(pieces, stars.end())) if stars else (None, pieces)


def plain_text(pieces: Iterable[Piece]) -> str:
    """The text of pieces as it stands, tabs and all, without marks."""
    return "".join(piece.text for piece in pieces if not piece.mark)


def _iterate_runs(element: "_Element", change: str = "") -> "Iterator[tuple[_Element, str]]":
    """The runs in order, each with "ins" or "del" when a tracked change holds it."""
    for child in element:
        name = local_name(child)
        if name == "r":
            yield child, change
            ruby = child.find(W + "ruby")
            if ruby is not None:
                yield from _iterate_runs(ruby, change)
        elif name in _CHANGES:
            yield from _iterate_runs(child, _CHANGES[name] if change != "del" else change)
        elif name in _WRAPPERS:
            yield from _iterate_runs(child, change)


def _read_text(child: "_Element", name: str) -> str:
    if name in ("t", "delText"):
        return child.text or ""
    if name == "sym":
        return _read_symbol(get_value(child, "char"))
    return _SIGNS.get(name, "")


def _read_symbol(code: str | None) -> str:
    """A glyph of a symbol font: its place in the private area says nothing of its look, so it counts as a bullet."""
    if code is None or not re.fullmatch(r"[0-9A-Fa-f]{1,6}", code):
        return ""
    value = int(code, 16)
    return "•" if value < 0x20 or 0xD800 <= value <= 0xF8FF or value > 0x10FFFF else chr(value)


def _track_field(fields: list[bool], event: str | None) -> None:
    if event == "begin":
        fields.append(True)
    elif event == "separate" and fields:
        fields[-1] = False
    elif event == "end" and fields:
        fields.pop()


def _resolve_format(run: "_Element", sheet: StyleSheet, chain: list[tuple[str, Style]]) -> Style:
    """What holds for a run: its own format, else its character style's, else the paragraph style's."""
    own = run.find(W + "rPr")
    if own is None:
        return _first_said([style for _, style in chain])
    align = get_value(own.find(W + "vertAlign"))
    direct = Style(
        bold=is_on(own.find(W + "b")),
        italic=is_on(own.find(W + "i")),
        raised=None if align is None else align == "superscript",
        hidden=is_on(own.find(W + "vanish")),
        struck=is_on(own.find(W + "strike")) or is_on(own.find(W + "dstrike")),
    )
    character = follow_chain(sheet, get_value(own.find(W + "rStyle")))
    return _first_said([direct, *(style for _, style in character), *(style for _, style in chain)])


def _first_said(styles: list[Style]) -> Style:
    return Style(
        bold=next((style.bold for style in styles if style.bold is not None), None),
        italic=next((style.italic for style in styles if style.italic is not None), None),
        raised=next((style.raised for style in styles if style.raised is not None), None),
        hidden=next((style.hidden for style in styles if style.hidden is not None), None),
        struck=next((style.struck for style in styles if style.struck is not None), None),
    )


def find_typed_marks(pieces: list[Piece]) -> list[Piece]:
    """Raised letters and numbers typed by hand, and stars behind a word, are marks, too; "1st" and "km2" are not."""
    found: list[Piece] = []
    for piece in _join_alike(pieces):
        text = piece.text.strip()
        before = plain_text(found)[-4:]
        unit = text[:1].isdigit() and _UNIT.search(before)
        if piece.raised and not piece.mark and _TYPED_MARK.fullmatch(text) and not unit:
            found.append(Piece(text, mark=True))
            if piece.text[-1].isspace():
                found.append(replace(piece, text=piece.text[-1], raised=False))
        else:
            found += [piece] if piece.mark else _cut_stars(piece)
    return found


def _cut_stars(piece: Piece) -> list[Piece]:
    parts = _STARS.split(piece.text)
    return [Piece(part, mark=True) if place % 2 else replace(piece, text=part) for place, part in enumerate(parts)]


def _join_alike(pieces: list[Piece]) -> list[Piece]:
    """Word cuts runs anywhere; neighbours in one format become one piece."""
    joined: list[Piece] = []
    for piece in pieces:
        if joined and not piece.mark and replace(joined[-1], text="") == replace(piece, text=""):
            joined[-1] = replace(piece, text=joined[-1].text + piece.text)
        else:
            joined.append(piece)
    return joined


def _find_spans(text: str, flags: list[bool]) -> tuple[Span, ...]:
    """Runs of set flags, without blanks at their ends."""
    spans = []
    for run in re.finditer("1+", "".join("1" if flag else "0" for flag in flags)):
        start, end = run.span()
        inner = text[start:end]
        start, end = end - len(inner.lstrip()), start + len(inner.rstrip())
        if start < end:
            spans.append(Span(start, end))
    return tuple(spans)
