"""Footnotes of plain text: `[^1]: ...` definitions, and blocks at the foot of a page that begin with their mark."""

import re

from pipeline.ingest.text_blocks import Block, join_lines

_DEFINITION = re.compile(r"\[\^([^\]\s]{1,8})\]:\s*(.*)")
_PRINTED = re.compile(r"(\d{1,3})/?\s+(?=[A-Z“\"‘$(]|\d{4} [A-Z])")
_MONTH = re.compile(
    r"\d{1,2}\s+(?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
)
_CITATION = re.compile(
    r"(?:Ibid|See|Official Records|Documents?\b|Resolutions?\b|United Nations, Treaty"
    r"|(?:One|Two|Three|Four) members?\b|\$?[A-Z]+(?:/[\w.]+)+)"
)
_FARTHEST = 4  # numbers that may be missing between two notes


def take_notes(blocks: list[Block]) -> tuple[list[Block], list[tuple[str, str]]]:
    """The blocks without notes, and the notes as (mark, text) in order.

    A printed note begins a block with its number, follows the note before it in number, and has its mark in the text
    above; a body paragraph has a full stop behind its number.
    """
    rest: list[Block] = []
    notes: list[tuple[str, str]] = []
    last: int | None = None
    for block in blocks:
        if match := _DEFINITION.match(block[0]):
            notes.append((match.group(1), join_lines([match.group(2), *block[1:]])))
        elif starts := _find_note_starts(block, last, rest):
            notes += _cut_notes(block, starts)
            last = starts[-1][1]
            if starts[0][0]:
                rest.append(block[: starts[0][0]])
        else:
            rest.append(block)
    return rest, notes


def _find_note_starts(block: Block, last: int | None, above: list[Block]) -> list[tuple[int, int]]:
    """Lines of a block that begin a note, as (line, number); behind other lines the first must be a citation."""
    starts: list[tuple[int, int]] = []
    for at, line in enumerate(block):
        match = _PRINTED.match(line)
        if match is None or _MONTH.match(line):
            continue
        number, is_citation = int(match.group(1)), bool(_CITATION.match(line, match.end()))
        before = starts[-1][1] if starts else last
        begins = at == 0 and (before is not None or number == 1 or _has_mark(number, above))
        if _follows(number, before) and (starts or begins or is_citation):
            starts.append((at, number))
    return starts


def _follows(number: int, before: int | None) -> bool:
    return before is None or before < number <= before + _FARTHEST


def _has_mark(number: int, above: list[Block]) -> bool:
    """Whether a number stands in the text above as a mark does: behind a word or a sign."""
    mark = re.compile(rf"(?:[^\W\d_]|[)”\"’,;.:]|\b[12]\d\d\d)\s?{number}(?![\w/(])")
    return any(mark.search(" ".join(block)) for block in above)


def _cut_notes(block: Block, starts: list[tuple[int, int]]) -> list[tuple[str, str]]:
    ends = [at for at, _ in starts[1:]] + [len(block)]
    notes = []
    for (at, number), end in zip(starts, ends, strict=True):
        text = join_lines(block[at:end])
        notes.append((str(number), text[len(str(number)) :].removeprefix("/").strip()))
    return notes
