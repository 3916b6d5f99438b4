"""Cuts paragraphs into sentences by rule.

Formal reports are full of "Art. 4 (1)", "No. 12" and "JS1", on which a statistical splitter errs; a rule
with a list of abbreviations gives the same cut on every machine and exact offsets, without a parse.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from pipeline.extract.lexicons import load_words
from pipeline.records import Span

# A full stop, question or exclamation mark, closing quotes or brackets, then blank and a new beginning.
END = re.compile(r"[.!?]+[\"'”’»)\]]*(?=\s+[\"'“‘«(\[]*[A-Z0-9])")
INITIALS = re.compile(r"(\w\.)+\w")  # "e.g", "u.s" before the last stop
LAST_WORD = re.compile(r"(\S+)$")
LONGEST_WORD = 40  # characters before a full stop that can be an abbreviation


@lru_cache(maxsize=256)  # each finding asks for its paragraph's again
def split_sentences(text: str) -> tuple[Span, ...]:
    """The sentences of one paragraph as spans without surrounding blanks, in order."""
    spans = []
    start = 0
    for end in _find_ends(text):
        spans.append(_trim(text, start, end))
        start = end
    spans.append(_trim(text, start, len(text)))
    return tuple(span for span in spans if span.end > span.start)


def _find_ends(text: str) -> Iterator[int]:
    opened = counted = 0  # brackets, counted as we go: a damaged page can be one paragraph of a million sentences
    for match in END.finditer(text):
        end = match.end()
        opened += text.count("(", counted, end) - text.count(")", counted, end)
        counted = end
        before = text[max(0, match.start() - LONGEST_WORD) : match.start()]
        if match.group().startswith(".") and _is_abbreviation(before):
            continue
        if opened > 0 and ")" in text[end : end + 120]:
            continue
        yield end


def _is_abbreviation(before: str) -> bool:
    last = LAST_WORD.search(before)
    if last is None:
        return True
    word = last.group(1).lstrip("(\"'“‘[").lower()
    is_initial = len(word) == 1 and word.isalpha()
    return is_initial or word in load_words("abbreviations") or INITIALS.fullmatch(word) is not None


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
