"""Cuts resolutions into preambular, operative and annex clauses, paragraph by paragraph.

A resolution begins where its organ stands alone on a line ("The General Assembly,") and ends at the meeting line or its
annexes. A number or letter counts as a label only where the numbering expects it; everything else continues a clause,
is an item that lost its letter, or is a heading.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pipeline.extract.drafts import Draft, Piece, trim_piece
from pipeline.extract.labels import Label, Level, Numbering, parse_label, place_item, read_label
from pipeline.extract.lexicons import load_words
from pipeline.extract.verbs import Opening, read_opening
from pipeline.records import Paragraph, Section

_READ_KINDS = ("body", "list_item", "heading", "masthead")
_CLOSING = re.compile(
    r"\[?(?:\d+(?:st|nd|rd|th) (?:plenary |private )?meeting\b"
    r"|(?:resolution )?adopted (?:unanimously|at the|by \d|by consensus|without|by a)"
    r"|recorded vote|in favour:|the (?:draft )?resolution was adopted)",
    re.IGNORECASE,
)
_ANNEX = re.compile(r"(?:Annex|ANNEX|Appendix|APPENDIX|Enclosure)\b(?! to )")
_QUOTE_MARK = re.compile(r"[“”\"„«]|[‘'](?=[A-Z])")
_CLOSED_QUOTE = re.compile(r"[”\"»]\s*[.,;:)]*(?:\s*and)?\s*$")
_ENDED = re.compile(r"[.;:,?!—][\"”’')\]\s]*(?:(?:and|or)(?:/or)?,?)?\s*$")
_FULL_STOP = re.compile(r"[.?!][\"”’')\]\s]*$")
_RUN_IN = re.compile(r"(?<![\w.,/-])(\d{1,3})\.\s+(?=[“\"(]?[A-Z])")
_ABBREVIATION = re.compile(r"\b(?:No|Nos|paras?|arts?|chaps?|sects?|vols?|pp?|Add|Corr|Rev)\.\s*$")
_TITLE = re.compile(r"(?:RESOLUTION|Resolution) \d+ \(\d{4}\)(?: of \d+ \w+ \d{4})?\s*$")
_DAMAGED = re.compile(r"\W{0,2}(\d{1,2}|[A-Z]|[lt!|])(?:[\]).,:;]+\s*|\s+)(?=[A-Z][a-z])")
_MISREAD = re.compile(r"\(\w\)\s+(?=[A-Z])")  # a letter in brackets that nothing made sense of: "(5)" for "(b)"
_HEADING_WORDS = 30  # more than a title of an annex seldom has
_LOST_NUMBERS = 3  # missing paragraph numbers that are still believed


@dataclass(slots=True)
class _Reading:
    """Where the reader of a document stands."""

    paragraphs: Sequence[Paragraph]
    drafts: list[Draft] = field(default_factory=list)
    section: Section | None = None  # None outside of a resolution
    heading: str = ""
    is_after_heading: bool = False
    preamble_count: int = 0
    numbering: Numbering = field(default_factory=Numbering)
    open_clauses: list[Draft | None] = field(default_factory=list)  # the last clause of each depth
    is_quoting: bool = False  # inside a text quoted over several paragraphs


def read_resolutions(paragraphs: Sequence[Paragraph]) -> list[Draft]:
    """The clauses of all resolutions of a document in order; none when no organ's line opens one."""
    reading = _Reading(paragraphs)
    _read_from(reading, 0)
    start = next((at for at, paragraph in enumerate(paragraphs) if _TITLE.match(paragraph.text)), None)
    if not reading.drafts and start is not None:
        # The line of the organ was lost; the title of a Security Council resolution cannot be mistaken.
        _open_section(reading, "preamble")
        _read_from(reading, start + 1)
    return reading.drafts


def _read_from(reading: _Reading, start: int) -> None:
    for at in range(start, len(reading.paragraphs)):
        paragraph = reading.paragraphs[at]
        if paragraph.kind in _READ_KINDS and paragraph.text.strip():
            _read_paragraph(reading, at)


def _read_paragraph(reading: _Reading, at: int) -> None:
    paragraph = reading.paragraphs[at]
    after_organ = _read_organ(paragraph.text)
    if after_organ is not None and paragraph.label is None:
        _open_section(reading, "preamble")
        reading.preamble_count = 0
        reading.heading = ""
        if rest := trim_piece(reading.paragraphs, at, after_organ):
            _read_unlabelled(reading, rest)
    elif reading.drafts and _is_annex_heading(reading, paragraph):
        _open_section(reading, "annex")
        reading.heading = paragraph.text
    elif reading.section is None:
        return
    elif paragraph.label is None and _CLOSING.match(paragraph.text):
        reading.section = None
    else:
        _read_pieces(reading, at)


def _read_organ(text: str) -> int | None:
    """Where the text goes on after "The General Assembly,", or None when it does not open a resolution."""
    organ = next((organ for organ in sorted(load_words("organs")) if text.lower().startswith(organ)), "")
    match = re.compile(r"[,;.]?(?:\s+|$)").match(text, len(organ)) if organ else None
    if match is None:
        return None
    rest = text[match.end() :]
    return match.end() if not rest.strip() or (rest[0].isupper() and read_opening(rest)) else None


def _is_annex_heading(reading: _Reading, paragraph: Paragraph) -> bool:
    if not _ANNEX.match(paragraph.text) or paragraph.label is not None or reading.section == "preamble":
        return False
    return paragraph.kind == "heading" or (_is_short(paragraph.text) and not _ENDED.search(paragraph.text))


def _open_section(reading: _Reading, section: Section) -> None:
    reading.section = section
    reading.numbering = Numbering()
    reading.open_clauses = []
    reading.is_quoting = False
    reading.is_after_heading = section == "annex"


def _read_pieces(reading: _Reading, at: int) -> None:
    """Reads a paragraph, cut where the next paragraph number stands inside it."""
    paragraph = reading.paragraphs[at]
    label = parse_label(paragraph.label)
    start = 0
    while True:
        cut = None if _is_quoted(reading, paragraph.text[start:]) else _find_run_in(reading, at, start, label)
        if piece := trim_piece(reading.paragraphs, at, start, cut):
            _read_piece(reading, piece, label)
        if cut is None:
            return
        start, label = cut, None


def _find_run_in(reading: _Reading, at: int, start: int, label: Label | None) -> int | None:
    """Where in a paragraph the next paragraph number of the text stands, behind a full sentence or a heading."""
    text = reading.paragraphs[at].text
    own = label or read_label(text[start:])
    number = own.number if own and own.number is not None else reading.numbering.number
    for match in _RUN_IN.finditer(text, start + 1):
        before = text[start : match.start()]
        if int(match.group(1)) != number + 1 or _ABBREVIATION.search(before):
            continue
        if re.search(r"[.;:][\"”’')\]]*\s*$", before) or (own is None and _could_be_heading(reading, before)):
            return match.start()
    return None


def _read_piece(reading: _Reading, piece: Piece, label: Label | None) -> None:
    text = _text(reading, piece)
    is_labelled = piece.start == 0 and reading.paragraphs[piece.paragraph].label is not None
    found = label or (None if is_labelled else read_label(text) or _read_damaged_number(reading, text))
    if _continues_quotation(reading, text, found):
        _continue_clause(reading, piece)
        return
    body = trim_piece(reading.paragraphs, piece.paragraph, piece.start + found.end, piece.end) if found else None
    if body is None or found is None or not _read_labelled(reading, body, found):
        _read_unlabelled(reading, piece)


def _read_damaged_number(reading: _Reading, text: str) -> Label | None:
    """A number without its full stop, or misread ("7 Calls upon", "Z. Demands"), before an operative verb."""
    match = _DAMAGED.match(text)
    if match is None or match.group(1) == "A" or reading.section == "annex":
        return None
    opening = read_opening(text[match.end() :])
    has_ended = bool(re.search(r"[.;:,]\W*$", _last_text(reading)))
    if opening is None or opening.mood != "operative" or not has_ended:
        return None
    return Label(reading.numbering.number + 1, (), match.end())


def _continues_quotation(reading: _Reading, text: str, label: Label | None) -> bool:
    """Whether a paragraph belongs to a text that the clause before it quotes; notes where that text ends."""
    if not reading.drafts or reading.is_after_heading:
        return False
    is_next = label is not None and label.number == reading.numbering.number + 1
    if not _is_quoted(reading, text) and (not reading.is_quoting or is_next):
        reading.is_quoting = False
        return False
    reading.is_quoting = not _CLOSED_QUOTE.search(text)
    return True


def _is_quoted(reading: _Reading, text: str) -> bool:
    opens = bool(_QUOTE_MARK.match(text))
    return opens and (
        reading.is_quoting or re.search(r"(?::|[-—]|\breads?,)$", _last_text(reading).rstrip()) is not None
    )


def _read_labelled(reading: _Reading, piece: Piece, label: Label) -> bool:
    """Adds a numbered or lettered clause; False when the label cannot stand here, so that it is text."""
    if label.number is not None and not (label.items and label.number == reading.numbering.number):
        if not _expects_number(reading, label.number):
            return False
        _add_numbered(reading, piece, _mend_number(reading, piece, label))
        return True
    if not reading.open_clauses or not label.items:
        return False
    levels = place_item(label.items[-1], reading.numbering.levels, _last_text(reading).rstrip().endswith(":"))
    if levels is None:
        return False
    _add_item(reading, piece, levels)
    return True


def _expects_number(reading: _Reading, number: int) -> bool:
    last = reading.numbering.number
    if number == 1:
        return reading.section == "preamble" or last == 0 or reading.is_after_heading
    return last < number <= last + 1 + _LOST_NUMBERS


def _mend_number(reading: _Reading, piece: Piece, label: Label) -> Label:
    """A number that leaves a gap is misread when one of the gap follows it: the "8." of "4. 8. 6. 7." is a 5."""
    due, after = reading.numbering.number + 1, reading.paragraphs[piece.paragraph + 1 :]
    if label.number is None or label.number == due:
        return label
    numbers = (found.number for found in (parse_label(each.label) or read_label(each.text) for each in after) if found)
    following = next((number for number in numbers if number is not None), 0)
    return replace(label, number=due) if due < following < label.number else label


def _add_numbered(reading: _Reading, piece: Piece, label: Label) -> None:
    """A paragraph with a number; "1. (a) ..." is item (a) of a paragraph that has no text of its own."""
    if reading.section == "preamble":
        reading.section = "operative"
    number = label.number or 0
    reading.numbering = Numbering(number)
    reading.open_clauses = []
    if label.items and (levels := place_item(label.items[0], [], True)):
        reading.open_clauses = [None]
        _add_item(reading, piece, levels)
        return
    _add_draft(reading, Draft(reading.section or "operative", str(number), [piece]), 0)


def _add_item(reading: _Reading, piece: Piece, levels: list[Level]) -> None:
    """An item of the innermost of the open runs, below the clause that is open one depth higher."""
    reading.numbering.levels = levels
    depth = min(len(levels), len(reading.open_clauses))
    parent = reading.open_clauses[depth - 1]
    root = parent.root if parent else str(reading.numbering.number)
    section = parent.section if parent else reading.section or "operative"
    items = tuple((level, level.index) for level in levels)
    _add_draft(reading, Draft(section, root, [piece], items, parent), depth)


def _add_draft(reading: _Reading, draft: Draft, depth: int) -> None:
    draft.heading = reading.heading
    reading.drafts.append(draft)
    reading.open_clauses = [*reading.open_clauses[:depth], draft]
    reading.is_after_heading = False


def _read_unlabelled(reading: _Reading, piece: Piece) -> None:
    """A paragraph without a label: rest of a clause, heading, preambular or unnumbered clause, item without letter."""
    text = _text(reading, piece)
    opening = read_opening(text) if text[0].isupper() else None
    if _is_cut_off(reading, text, opening):
        _continue_clause(reading, piece)
    elif _is_heading(reading, piece, opening):
        reading.heading = text
        reading.is_after_heading = True
    elif _opens_preamble(reading, text, opening):
        _add_preambular(reading, piece)
    elif not _closes_list(reading, opening) and (depth := _find_open_list(reading)) is not None:
        _add_unlettered(reading, piece, depth)
    elif _opens_operative(reading, opening):
        reading.section = "operative" if reading.section == "preamble" else reading.section
        reading.numbering.levels = []
        _add_draft(reading, Draft(reading.section or "operative", "", [piece]), 0)
    elif reading.drafts and reading.open_clauses:
        _continue_clause(reading, piece)


def _is_cut_off(reading: _Reading, text: str, opening: Opening | None) -> bool:
    """Whether the text is the rest of the clause before it."""
    if not reading.open_clauses or reading.is_after_heading:
        return False
    if text[0].islower() or text[0] in ",;:)":
        return True
    is_opening = opening is not None and opening.mood != "declaration" and not reading.numbering.number
    return not _ENDED.search(_last_text(reading)) and not is_opening


def _is_heading(reading: _Reading, piece: Piece, opening: Opening | None) -> bool:
    text = _text(reading, piece)
    if reading.paragraphs[piece.paragraph].kind == "heading":
        return opening is None or not _ENDED.search(text)
    is_verb = opening is not None and opening.mood != "declaration" and not reading.is_after_heading
    return not is_verb and _could_be_heading(reading, text)


def _could_be_heading(reading: _Reading, text: str) -> bool:
    """Short, with no sign at its end, after a clause that has come to its end."""
    has_ended = not reading.open_clauses or bool(_ENDED.search(_last_text(reading))) or reading.is_after_heading
    return has_ended and _is_short(text) and not _ENDED.search(text) and not text[:1].islower()


def _is_short(text: str) -> bool:
    return len(text.split()) <= _HEADING_WORDS


def _opens_preamble(reading: _Reading, text: str, opening: Opening | None) -> bool:
    """A preambular opening; in the preamble also any paragraph that ends like one; "We, ..." before a declaration."""
    if reading.section == "annex" or reading.numbering.number:
        return False
    if opening is not None and opening.mood == "preamble":
        return reading.section == "preamble" or text.rstrip().endswith(",")
    if text.startswith("We, "):
        return True
    is_unknown = opening is None or opening.mood == "declaration"
    ends_like_one = bool(re.search(r",[”\"]?\s*(?:and,?)?\s*\d*$", text))
    return reading.section == "preamble" and is_unknown and ends_like_one and _find_open_list(reading) is None


def _add_preambular(reading: _Reading, piece: Piece) -> None:
    reading.preamble_count += 1
    reading.numbering.levels = []
    _add_draft(reading, Draft("preamble", f"PP{reading.preamble_count}", [piece]), 0)


def _find_open_list(reading: _Reading) -> int | None:
    """The depth of an item that lost its letter: below a colon, or after an item that does not close its list."""
    if not reading.open_clauses or reading.is_after_heading:
        return None
    depth = len(reading.open_clauses)
    text = _last_text(reading).rstrip()
    if text.endswith(":"):
        return depth
    if depth == 1 or _FULL_STOP.search(text):
        return None
    levels = reading.numbering.levels
    # After a printed (ii) the list around it goes on more often than its own.
    return depth - 2 if depth > 2 and levels[-1].scheme is not None and levels[-2].scheme is None else depth - 1


def _closes_list(reading: _Reading, opening: Opening | None) -> bool:
    """Where paragraphs bear no numbers: an operative verb behind items that open with none."""
    if opening is None or opening.mood != "operative" or reading.numbering.number or reading.section == "annex":
        return False
    last = _last_text(reading)
    return len(reading.open_clauses) > 1 and not last.rstrip().endswith(":") and read_opening(last) is None


def _add_unlettered(reading: _Reading, piece: Piece, depth: int) -> None:
    depth = max(depth, 1)
    levels = [*reading.numbering.levels[:depth]]
    if len(levels) < depth:
        levels.append(Level())
    levels[-1].index += 1
    misread = _MISREAD.match(_text(reading, piece))
    _add_item(reading, replace(piece, start=piece.start + misread.end()) if misread else piece, levels)


def _opens_operative(reading: _Reading, opening: Opening | None) -> bool:
    """An unnumbered clause: an operative verb, or any paragraph of an annex that numbers nothing."""
    if reading.section == "annex":
        return reading.numbering.number == 0
    return (opening is not None and opening.mood == "operative") or not reading.open_clauses


def _continue_clause(reading: _Reading, piece: Piece) -> None:
    if not reading.drafts:
        return
    draft = reading.drafts[-1]
    last = draft.pieces[-1]
    is_same = last.paragraph == piece.paragraph
    draft.pieces[-1:] = [replace(last, end=piece.end)] if is_same else [last, piece]


def _text(reading: _Reading, piece: Piece) -> str:
    return reading.paragraphs[piece.paragraph].text[piece.start : piece.end]


def _last_text(reading: _Reading) -> str:
    return _text(reading, reading.drafts[-1].pieces[-1]) if reading.drafts else ""
