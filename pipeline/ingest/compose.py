"""A draft's lines become a record: text, boxes, italics, footnote marks."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from pipeline.ingest.drafts import Draft
from pipeline.ingest.healing import Vocabulary, join_lines
from pipeline.ingest.lines import Line, Word
from pipeline.records import Box, Cell, Deletion, Mark, Paragraph, Span

LOOSE_MARK = re.compile(r"(?<=[^\W\d_][.,;:)”’])(\d{1,3})(?=\s|$)")


@dataclass
class Writing:
    """Text as it grows, with what is known about its places."""

    text: str = ""
    slants: str = ""
    marks: list[Mark] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    deleted: list[Deletion] = field(default_factory=list)


def compose_paragraph(draft: Draft, vocabulary: Vocabulary) -> Paragraph:
    """The record of a draft; id, source and order are left to the dispatcher."""
    writing = Writing()
    standing: list[Line] = []  # lines of the box that is open
    start, place = 0, None
    for index, line in enumerate(draft.lines):
        words = line.words[draft.label_words :] if index == 0 else line.words
        opening = next((word.text for word in words if not word.raised and not word.struck), "")
        if writing.text and opening:
            append_break(writing, opening, vocabulary)
        if standing and (draft.places[index] != place or line.page != standing[-1].page):
            writing.boxes.append(bound_lines(standing, start))
            standing = []
        if not standing:
            start, place = len(writing.text), draft.places[index]
        standing.append(line)
        write_words(writing, words, draft.kind != "footnote")
    writing.boxes.append(bound_lines(standing, start))
    return Paragraph(
        id="",
        source="",
        order=0,
        page=draft.lines[0].page,
        kind=draft.kind,
        label=draft.label,
        text=writing.text,
        level=draft.level,
        boxes=tuple(writing.boxes),
        italics=find_italics(writing),
        marks=tuple(writing.marks),
        deleted=tuple(writing.deleted),
        cell=None if draft.table is None else Cell(draft.table, draft.row, draft.column),
    )


def append_break(writing: Writing, opening: str, vocabulary: Vocabulary) -> None:
    """Join the line that follows: a blank, nothing, or one hyphen less."""
    joined = join_lines(writing.text, opening, vocabulary)
    slant = writing.slants[-1:]
    writing.slants = writing.slants[: len(joined)] + slant * (len(joined) - len(writing.text))
    writing.text = joined


def write_words(writing: Writing, words: Sequence[Word], takes_marks: bool) -> None:
    """Append the words of a line; raised marks and struck words are recorded instead."""
    text, slants = writing.text, writing.slants
    fresh = True
    loose = False  # a mark or struck word has stood between: its blanks decide
    for word in words:
        if word.struck:
            writing.text = text
            delete_word(writing, word)
            loose = loose or not word.glued
            continue
        if word.raised and takes_marks:
            writing.marks.append(Mark(len(text.rstrip()), word.text.rstrip(",")))
            loose = loose or not word.glued
            continue
        blank = not fresh and (not word.glued or (loose and word.text[0].isalnum()))
        if blank and text and not text.endswith(" "):
            text += " "
            slants += "i" if slants[-1:] == "i" and word.slants[0] == "i" else "."
        text += word.text
        slants += word.slants
        fresh, loose = False, False
    writing.text, writing.slants = text, slants


def delete_word(writing: Writing, word: Word) -> None:
    """Record a struck word; those that stand together are one deletion."""
    at, text = len(writing.text.rstrip()), f"{'' if word.glued else ' '}{word.text}"
    last = writing.deleted[-1] if writing.deleted else None
    if last is not None and last.at == at:
        writing.deleted[-1] = replace(last, text=last.text + text)
    else:
        writing.deleted.append(Deletion(at, text))


def bound_lines(lines: Sequence[Line], start: int) -> Box:
    """The box around lines of one page, which holds a paragraph's text from an offset on."""
    return Box(
        lines[0].page,
        min([line.x0 for line in lines]),
        min([line.top for line in lines]),
        max([line.x1 for line in lines]),
        max([line.bottom for line in lines]),
        start,
    )


def find_italics(writing: Writing) -> tuple[Span, ...]:
    """Runs of italic letters, without blanks at their ends."""
    spans = []
    for run in re.finditer(r"i+", writing.slants[: len(writing.text)]):
        piece = writing.text[run.start() : run.end()]
        start = run.start() + len(piece) - len(piece.lstrip())
        end = start + len(piece.strip())
        if end > start:
            spans.append(Span(start, end))
    return tuple(spans)


def take_loose_marks(paragraphs: Iterable[Paragraph]) -> list[Paragraph]:
    """Take out note numbers that a typist forgot to raise ("possible.101 AI").

    A number glued to a full stop or comma is a mark when it continues the count of marks and
    a note of that number exists.
    """
    paragraphs = list(paragraphs)
    notes = {paragraph.label for paragraph in paragraphs if paragraph.kind == "footnote"}
    done: list[Paragraph] = []
    last = 0
    for paragraph in paragraphs:
        if paragraph.kind in ("body", "list_item"):
            taken, last = take_loose(paragraph, notes, last)
            done.append(taken)
        else:
            done.append(paragraph)
    return done


def take_loose(paragraph: Paragraph, notes: set[str | None], last: int) -> tuple[Paragraph, int]:
    """One paragraph without its unraised marks, and the highest mark so far."""
    while True:
        known = sorted((mark.at, int(mark.mark)) for mark in paragraph.marks if mark.mark.isdecimal())
        for found in LOOSE_MARK.finditer(paragraph.text):
            before = max([last, *(number for at, number in known if at <= found.start())])
            if int(found.group()) == before + 1 and found.group() in notes:
                paragraph = cut_mark(paragraph, found.start(), found.end())
                break
        else:
            return paragraph, max([last, *(number for _, number in known)])


def cut_mark(paragraph: Paragraph, start: int, end: int) -> Paragraph:
    """Remove text[start:end] as a mark and move everything behind it."""
    width = end - start

    def move(at: int) -> int:
        return at if at <= start else max(start, at - width)

    marks = [replace(mark, at=move(mark.at)) for mark in paragraph.marks] + [Mark(start, paragraph.text[start:end])]
    return replace(
        paragraph,
        text=paragraph.text[:start] + paragraph.text[end:],
        marks=tuple(sorted(marks, key=lambda mark: mark.at)),
        boxes=tuple(replace(box, start=move(box.start)) for box in paragraph.boxes),
        italics=tuple(Span(move(span.start), move(span.end)) for span in paragraph.italics),
        deleted=tuple(replace(deletion, at=move(deletion.at)) for deletion in paragraph.deleted),
    )
