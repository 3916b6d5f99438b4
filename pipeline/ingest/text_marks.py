"""Takes footnote marks out of running text: `[^1]`, and bare numbers that only their sequence gives away.

In plain text a mark is a number glued to a word ("Convention5"), to a year ("2014-20243") or set apart by a blank
("Countries 2 and"). One number is no evidence, their order is: of all places where a mark could stand the heaviest
chain in which the numbers do not fall is taken.
"""

import re
import tomllib
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from pipeline.records import Mark, Paragraph, Span

_BRACKETED = re.compile(r"\s?\[\^([^\]\s]{1,8})\]")
_GLUED = re.compile(r"(?<=[^\W\d_])(?P<a>\d{1,3})(?![\w/(-])|(?<=[)\]”\"’»;,.:?])(?P<b>\d{1,3})(?![\w/(%-]|,\d|\.\d)")
# Behind a word, a bracket or a year with a sign of its own a number is a mark wherever its note is known.
_APART = re.compile(
    r"(?<=[,;.:”\"])\s(?P<a>\d{1,3})(?=$|\s+[a-z“\"(]|[;,.])|(?<=\b[12]\d\d\d)\s(?P<b>\d{1,3})(?=$|\s+[a-z(])"
)
_SLASHED = re.compile(r"(?<![\w/])(?P<a>\d{1,2}/)(?=$|[\s,;.])")
_MISREAD = re.compile(r"(?<=\d)(?P<a>!)(?=\s[a-z])")
_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?P<a>\d{1,2})(?!\d)")
_SPACED = re.compile(r"\s(?P<a>\d{1,3})(?=$|[\s,;.:)”\"])(?!\.\d|,\d|\.\s+[A-Z])")
_CONTEXTS = Path(__file__).with_name("text_marks.toml")
_SURE = 9.0


@dataclass(frozen=True, slots=True)
class _Place:
    """A place where a mark could stand."""

    paragraph: int
    start: int  # of what is to be cut, a blank before it included
    end: int
    mark: str
    weight: float


def remove_marks(paragraphs: list[Paragraph], notes: Collection[str]) -> list[Paragraph]:
    """The paragraphs with the marks of `notes` (labels of the document's notes) moved from text into `marks`."""
    places = [
        place
        for at, paragraph in enumerate(paragraphs)
        if paragraph.kind in ("body", "list_item", "heading")
        for place in _find_places(at, paragraph.text, notes)
    ]
    cleaned = list(paragraphs)
    for place in reversed(_choose_chain(places)):
        cleaned[place.paragraph] = _cut(cleaned[place.paragraph], place)
    return cleaned


def _find_places(at: int, text: str, notes: Collection[str]) -> list[_Place]:
    places = [_Place(at, match.start(), match.end(), match.group(1), _SURE) for match in _BRACKETED.finditer(text)]
    numbers = {note for note in notes if note.isdigit()}
    for pattern, weight in (
        (_MISREAD, _SURE),
        (_SLASHED, _SURE),
        (_APART, _SURE),
        (_GLUED, 3.0),
        (_YEAR, 2.5),
        (_SPACED, 1.5),
    ):
        for match in pattern.finditer(text):
            group = next(name for name, value in match.groupdict().items() if value is not None)
            start, end, mark = match.start(group), match.end(group), match.group(group).rstrip("/")
            before = text[:start].rstrip()
            weighed = weight if mark in numbers or mark == "!" else _weigh_orphan(text, start, end)
            if weighed and not _is_counted(before, text[end:], weight):
                places.append(_Place(at, len(before), end, mark, weighed))
    return sorted(places, key=lambda place: (place.start, -place.weight))


def _is_counted(before: str, after: str, weight: float) -> bool:
    """Whether a number belongs to the words around it: "paragraph 7", "15 March", "No. 4"."""
    if re.search(r"\d\.$", before) or (after.strip() and re.search(r"(?<!\d\d\d)\d,$", before)):
        return True
    if re.search(r"\b(?:No|Nos|para|paras|vol|vols|art|chap|sect|Add|Corr|Rev|[A-Z])\.$", before):
        return True
    counted_before, counted_after = _load_contexts()
    is_bare = weight < 2 and counted_before.search(before)
    return bool(is_bare) or (weight not in (2.5, 3.0) and bool(counted_after.match(after)))


@cache
def _load_contexts() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What stands before, and what after, a number that counts or names something."""
    with _CONTEXTS.open("rb") as file:
        words = tomllib.load(file)
    before, after = ("|".join(words[side]) for side in ("before", "after"))
    return re.compile(rf"(?:\b(?:{before})\.?|\d|[–-])$"), re.compile(rf"\s+(?:(?:{after})\b|(?:or|to)\s\d)")


def _weigh_orphan(text: str, start: int, end: int) -> float:
    """Weight of a number without a note: only where nothing but a mark can stand ("March 1978,8 approved")."""
    before, after = text[:start].rstrip(), text[end:]
    if not after.strip():
        return _SURE if re.search(r"(?:[^\W_]|\))[,;]$|[a-z]\.$", before) else 0.0
    follows_year = re.search(r"\b(?:1[89]|20)\d\d[,;]$", before)
    follows_word = re.search(r"[a-z]{4,}[,;]$", before) and (text[start - 1] != " " or end - start > 1)
    follows_bracket = re.search(r"\(\d{4}\)[,;]$", before)
    return _SURE if (follows_year or follows_word or follows_bracket) and re.match(r"\s+[a-z]", after) else 0.0


def _choose_chain(places: list[_Place]) -> list[_Place]:
    """The heaviest chain of places in reading order whose numbers never fall; bracketed marks are all kept."""
    weight = [0.0] * len(places)
    before = [-1] * len(places)
    for at, place in enumerate(places):
        weight[at] = place.weight
        for earlier in range(at):
            if _may_follow(places[earlier], place) and weight[earlier] + place.weight > weight[at]:
                weight[at], before[at] = weight[earlier] + place.weight, earlier
    chain: list[_Place] = []
    at = max(range(len(places)), key=weight.__getitem__, default=-1)
    while at >= 0:
        chain.append(places[at])
        at = before[at]
    return chain[::-1]


def _may_follow(earlier: _Place, later: _Place) -> bool:
    if earlier.paragraph == later.paragraph and earlier.end > later.start:
        return False
    if not (earlier.mark.isdecimal() and later.mark.isdecimal()):
        return True
    gap = int(later.mark) - int(earlier.mark)
    return gap > 0 or (gap == 0 and min(earlier.weight, later.weight) >= 1.5) or later.weight == _SURE


def _cut(paragraph: Paragraph, place: _Place) -> Paragraph:
    removed = place.end - place.start
    text = paragraph.text[: place.start] + paragraph.text[place.end :]

    def move(offset: int) -> int:
        return offset if offset <= place.start else max(place.start, offset - removed)

    italics = tuple(Span(move(span.start), move(span.end)) for span in paragraph.italics)
    marks = (Mark(place.start, place.mark), *(replace(mark, at=move(mark.at)) for mark in paragraph.marks))
    return replace(paragraph, text=text, italics=italics, marks=marks)
