"""What each DOCX paragraph is: masthead, heading, body, list item, note, caption or cell, by style and neighbours."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from pipeline.ingest.numbering import ListLabel
from pipeline.ingest.runs import Piece, compose_line, drop_start, plain_text, split_leading_mark
from pipeline.ingest.styles import StyleKind
from pipeline.ingest.typed_labels import find_label, find_multipart_number, guess_level
from pipeline.records import Cell, Paragraph, ParagraphKind

_LONGEST_HEADING = 250  # characters; templates are misused, and no heading of a UN report is longer
_LONGEST_BOLD_HEADING = 120
_CAPTION = re.compile(r"(?:Table|Figure|Fig\.|Box|Chart|Map|Graph|Diagram)\s+(?:\d|[IVX]+\b|[A-Z]\b)")
_BARE_CAPTION = re.compile(r"(?:Table|Figure|Fig\.|Box|Chart|Map|Graph|Diagram)\s+[\w.]+")
_BRACKETED = re.compile(r"\((?:[^()]|\([^()]*\))*\)")  # "(Thousands of United States dollars)" above a table
_ENDS_NO_HEADING = (".", ";", ",", ":")
_MASTHEAD_WITHIN = 40  # paragraphs from the start
_DISTRIBUTION = re.compile(r"Distr\.\s*:?")
_SYMBOL = re.compile(r"(?:A|S|E|ST|CCPR|CEDAW|CRC|CAT|CERD|CRPD|CED|DP|TD)/[\w./() -]{2,50}\*{0,3}")
_MASTHEAD_LINE = re.compile(
    r"""(?:
        (?:[\w-]+[ ]){1,3}(?:special[ ]|emergency[ ])?session
      | (?:Agenda[ ])?items?[ ]\d.*
      | (?:Human[ ]Rights|Security|Economic[ ]and[ ]Social)[ ]Council | General[ ]Assembly | United[ ]Nations
      | Original:.* | English[ ]only.*
      | \d{1,2}(?:[ ][A-Z][a-z]+)?(?:[–-]\d{1,2})?[ ][A-Z][a-z]+(?:[ ]\d{4})?(?:[–-]\d{1,2}[ ][A-Z][a-z]+)?(?:[ ]\d{4})?
    )\**""",
    re.VERBOSE,
)
_AGENDA_LINE = re.compile(r"(?:Agenda )?items?\s\d", re.IGNORECASE)
_LETTER_FORMS = ("lowerLetter", "upperLetter", "lowerRoman", "upperRoman", "bullet")


@dataclass(frozen=True)
class Draft:
    """A paragraph as found, before its neighbours decide what it is."""

    pieces: list[Piece]
    style: tuple[StyleKind, int | None] | None
    auto: ListLabel | None
    cell: Cell | None

    @property
    def raw(self) -> str:
        return plain_text(self.pieces)

    @property
    def text(self) -> str:
        return compose_line(self.pieces).text

    @property
    def is_bold(self) -> bool:
        seen = [piece.bold for piece in self.pieces if not piece.mark and any(map(str.isalnum, piece.text))]
        return bool(seen) and all(seen)

    @property
    def starts_bold(self) -> bool:
        return next((piece.bold for piece in self.pieces if piece.text.strip() and not piece.mark), False)


@dataclass(frozen=True)
class Label:
    """A label, automatic or typed, and the pieces of text after it."""

    text: str | None
    pieces: list[Piece]
    is_item: bool = False  # lettered or bulleted: a list item, no numbered paragraph
    level: int | None = None
    form: str = ""


def has_masthead(drafts: Iterable[Draft]) -> bool:
    """Whether these are the lines of a UN masthead: a document symbol and the mode of distribution."""
    texts = [draft.text for draft in drafts]
    return any(map(_DISTRIBUTION.match, texts)) and any(map(_SYMBOL.fullmatch, texts))


def classify_drafts(head: list[Draft], drafts: list[Draft]) -> list[Paragraph]:
    """The paragraphs of a document: `head` is a masthead from the first page's header (or empty), `drafts` the body."""
    drafts = [draft for draft in drafts if _is_kept(draft)]
    masthead = _find_masthead(drafts, found=bool(head))
    paragraphs = [_build(draft, "masthead") for draft in head if _is_kept(draft)]
    paragraphs += [_build(drafts[place], "masthead") for place in sorted(masthead)]
    paragraphs += _classify([draft for place, draft in enumerate(drafts) if place not in masthead])
    return paragraphs


def _is_kept(draft: Draft) -> bool:
    """Ruling lines and rows of stars are no text; in tables a dash is a value, and a cell struck as a whole is seen."""
    if draft.cell is None:
        return any(map(str.isalnum, draft.text))
    return bool(draft.text) or any(deletion.printed for deletion in compose_line(draft.pieces).deleted)


# --- masthead ---


def _find_masthead(drafts: list[Draft], found: bool) -> set[int]:
    """Places of masthead paragraphs: by style, in the table with "Distr.", or lines of its form before the title."""
    first = drafts[:_MASTHEAD_WITHIN]
    places = {place for place, draft in enumerate(first) if draft.style is not None and draft.style[0] == "masthead"}
    tables = {draft.cell.table for draft in first if draft.cell and _DISTRIBUTION.match(draft.text)}
    places |= {place for place, draft in enumerate(drafts) if draft.cell and draft.cell.table in tables}
    if not (found or tables or has_masthead(first)):
        return places
    after_agenda = False
    for place, draft in enumerate(first):
        if place in places:
            continue
        line = draft.text
        title = after_agenda and draft.is_bold and draft.style is None
        if not (title or _MASTHEAD_LINE.fullmatch(line) or _SYMBOL.fullmatch(line) or _DISTRIBUTION.match(line)):
            break
        places.add(place)
        after_agenda = bool(_AGENDA_LINE.match(line))
    return places


# --- kinds ---


def _classify(drafts: list[Draft]) -> list[Paragraph]:
    """Each draft becomes one paragraph, judged by itself, the paragraph before it and the draft after it."""
    drafts = list(_join_cells(drafts))
    contents = 1 + max((draft.cell.table for draft in drafts if draft.cell), default=-1)
    paragraphs: list[Paragraph] = []
    depth = 0  # of the nearest styled heading: bold lines stand below it
    for place, draft in enumerate(drafts):
        following = drafts[place + 1] if place + 1 < len(drafts) else None
        previous = paragraphs[-1] if paragraphs else None
        style = draft.style[0] if draft.style else None
        if draft.cell is not None:
            paragraphs.append(_build_note(draft) or _build_cell(draft))
        elif style == "contents":
            paragraphs.append(replace(_build(draft, "table_cell"), cell=Cell(contents, place, 0)))
        elif (note := _build_note(draft)) is not None:
            paragraphs.append(note)
        elif _is_caption(draft, previous, following):
            paragraphs.append(_build(draft, "caption"))
        elif (level := _find_heading_level(draft, depth)) is not None:
            depth = level if style == "heading" else depth
            paragraphs.append(replace(_build_labelled(draft, _read_label(draft, heading=True), "heading"), level=level))
        else:
            paragraphs.append(_build_text(draft, previous))
    return paragraphs


def _build_text(draft: Draft, previous: Paragraph | None) -> Paragraph:
    label = _read_label(draft)
    if not label.is_item:
        return _build_labelled(draft, label, "body")
    open_item = previous if previous is not None and previous.kind == "list_item" else None
    open_level = (open_item.level or 1) if open_item else 0
    level = label.level or guess_level(label.text or "", label.form, open_item.label if open_item else None, open_level)
    return replace(_build_labelled(draft, label, "list_item"), level=level)


def _find_heading_level(draft: Draft, depth: int) -> int | None:
    """1 is the highest; None when it is no heading."""
    text = draft.text
    if draft.style is not None and draft.style[0] == "heading":
        sentence = text.endswith(".") and len(text) > _LONGEST_BOLD_HEADING
        return None if sentence or len(text) > _LONGEST_HEADING else draft.style[1]
    if not draft.is_bold or len(text) > _LONGEST_BOLD_HEADING or text.endswith(_ENDS_NO_HEADING):
        return None
    return None if _read_label(draft).is_item else depth + 1


def _is_caption(draft: Draft, previous: Paragraph | None, following: Draft | None) -> bool:
    """A caption by style, by its opening words in the format of a heading, or the line between one and its table."""
    text, styled = draft.text, draft.style is not None and draft.style[0] == "heading"
    if draft.style is not None and draft.style[0] == "caption":
        return True
    if _CAPTION.match(text) and (styled or draft.is_bold) and len(text) <= _LONGEST_HEADING:
        return True
    if previous is not None and previous.kind == "caption" and _BARE_CAPTION.fullmatch(previous.text):
        return styled or draft.is_bold
    before_table = following is not None and following.cell is not None
    return before_table and _BRACKETED.fullmatch(text) is not None


def _build_note(draft: Draft) -> Paragraph | None:
    """A note typed as a paragraph: below a table, or for the stars of a masthead."""
    if draft.style is not None and draft.style[0] == "heading":
        return None
    mark, pieces = split_leading_mark(draft.pieces)
    is_note = draft.style is not None and draft.style[0] == "footnote"
    if mark is None and not is_note:
        return None
    return replace(_build_labelled(draft, Label(mark, pieces), "footnote"), cell=None)


# --- cells ---


def _join_cells(drafts: Iterable[Draft]) -> Iterator[Draft]:
    """The paragraphs of a cell are one text, unless a new number, bullet or bold lead begins another."""
    open_cell: Draft | None = None
    for draft in drafts:
        if open_cell is not None and draft.cell == open_cell.cell and not _begins_anew(open_cell, draft):
            open_cell = replace(open_cell, pieces=[*open_cell.pieces, Piece(" "), *_print_auto(draft)])
            continue
        if open_cell is not None:
            yield open_cell
        open_cell = draft if draft.cell is not None else None
        if draft.cell is None:
            yield draft
    if open_cell is not None:
        yield open_cell


def _begins_anew(before: Draft, draft: Draft) -> bool:
    if draft.auto is not None and draft.auto.form == "bullet":
        return True
    if split_leading_mark(draft.pieces)[0] is not None:
        return True
    typed = find_label(draft.raw)
    if typed is not None and (typed.form == "bullet" or find_multipart_number(draft.raw) is not None):
        return True
    return draft.starts_bold and not before.starts_bold


def _print_auto(draft: Draft) -> list[Piece]:
    return [Piece(f"{draft.auto.text} "), *draft.pieces] if draft.auto and draft.auto.text else draft.pieces


def _build_cell(draft: Draft) -> Paragraph:
    typed = find_multipart_number(draft.raw)
    if draft.auto is not None and draft.auto.text:
        label = Label(draft.auto.text, draft.pieces)
    elif typed is not None:
        label = Label(typed.text, drop_start(draft.pieces, typed.end))
    else:
        label = Label(None, draft.pieces)
    return _build_labelled(draft, label, "table_cell")


# --- paragraphs ---


def _read_label(draft: Draft, heading: bool = False) -> Label:
    """The automatic label where there is one, else one typed at the start of the text."""
    if draft.auto is not None and draft.auto.text:
        auto = draft.auto
        return Label(auto.text, draft.pieces, auto.form in _LETTER_FORMS, max(auto.depth, 1))
    typed = find_label(draft.raw, heading)
    if typed is None:
        return Label(None, draft.pieces)
    return Label(typed.text, drop_start(draft.pieces, typed.end), typed.is_item, None, typed.form)


def _build(draft: Draft, kind: ParagraphKind) -> Paragraph:
    return replace(_build_labelled(draft, Label(None, draft.pieces), kind), cell=None)


def _build_labelled(draft: Draft, label: Label, kind: ParagraphKind) -> Paragraph:
    line = compose_line(label.pieces)
    return Paragraph(
        "", "", 0, None, kind, label.text, line.text, italics=line.italics, marks=line.marks, cell=draft.cell,
        inserted=line.inserted, deleted=line.deleted,
    )  # fmt: skip
