"""Takes footnote marks out of running text: `[^1]`, and bare numbers that only their sequence gives away.

In plain text a mark is a number glued to a word ("Convention5"), to a year ("2014-20243") or set apart by a blank
("Countries 2 and"). One number is no evidence, their order is: of all places where a mark could stand the heaviest
chain in which the numbers do not fall is taken.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from pipeline.records import Mark, Paragraph, Span

_BRACKETED = re.compile(r"\s?\[\^([^\]\s]{1,8})\]")
_GLUED = re.compile(r"(?<=[^\W\d_])(?P<a>\d{1,3})(?![\w/(-])|(?<=[)\]”\"’»;,.:?])(?P<b>\d{1,3})(?![\w/(%-]|,\d|\.\d)")
# Behind a word, a bracket or a year with a sign of its own a number is a mark wherever its note is known.
_APART = re.compile(
    r"(?<=[,;.:”\"])\s(?P<a>\d{1,3})(?=$|\s+[a-z“\"(]|[;,.])|(?<=\b[12]\d\d\d)\s(?P<b>\d{1,3})(?=$|\s+[a-z(])"
)
_MISREAD = re.compile(r"(?<=\d)(?P<a>!)(?=\s[a-z])")
_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?P<a>\d{1,2})(?!\d)")
_SPACED = re.compile(r"\s(?P<a>\d{1,3})(?=$|[\s,;.:)”\"])(?!\.\d|,\d|\.\s+[A-Z])")
# Words that a number of their own follows, and words that only a following number makes complete.
_COUNTED_BEFORE = re.compile(
    r"(?:\b(?:and|or|to|of|on|in|by|from|at|for|than|with|the|is|are|was|were|nearly|about|over|under|between|until|since|"
    r"about|some|only|all|its|their|article|articles|paragraph|paragraphs|para|paras|section|sections|resolution|resolutions|"
    r"chapter|annex|item|items|part|rule|rules|No|Nos|vol|vols|principle|goal|goals|target|action|phase|level|page|"
    r"recommendation|January|February|March|April|May|June|July|August|September|October|November|December|"
    r"exceeding|within|every|least|most|year|years|age|aged|Goal|Goals|Article|Articles|Chapter|Annex|Rule|Part|Protocol|"
    r"Supplement|Security Council resolution)\.?|\d|[–-])$"
)
_COUNTED_AFTER = re.compile(
    r"\s+(?:per cent|million|billion|thousand|hundred|days?|weeks?|months?|years?|hours?|times|States|countries|members?|"
    r"January|February|March|April|May|June|July|August|September|October|November|December|others?|or|to|sovereign|cent)\b"
)
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
    for pattern, weight in ((_MISREAD, _SURE), (_APART, _SURE), (_GLUED, 3.0), (_YEAR, 2.5), (_SPACED, 1.5)):
        for match in pattern.finditer(text):
            group = next(name for name, value in match.groupdict().items() if value is not None)
            start, end, mark = match.start(group), match.end(group), match.group(group)
            before = text[:start].rstrip()
            weighed = weight if mark in numbers or mark == "!" else _weigh_orphan(text, start, end)
            if weighed and not _is_counted(before, text[end:], weight):
                places.append(_Place(at, len(before), end, mark, weighed))
    return sorted(places, key=lambda place: (place.start, -place.weight))


def _is_counted(before: str, after: str, weight: float) -> bool:
    """Whether a number belongs to the words around it: "paragraph 7", "15 March", "No. 4"."""
    if re.search(r"\d\.$|(?<!\d\d\d)\d,$", before):
        return True
    if re.search(r"\b(?:No|Nos|para|paras|vol|vols|art|chap|sect|Add|Corr|Rev|[A-Z])\.$", before):
        return True
    is_bare = weight < 2 and _COUNTED_BEFORE.search(before)
    return bool(is_bare) or (weight not in (2.5, 3.0) and bool(_COUNTED_AFTER.match(after)))


def _weigh_orphan(text: str, start: int, end: int) -> float:
    """Weight of a number without a note: only where nothing but a mark can stand ("March 1978,8 approved")."""
    before, after = text[:start], text[end:]
    after_year = re.search(r"\b(?:1[89]|20)\d\d[,;]$", before) and end - start <= 2
    after_word = re.search(r"[a-z]{4,}[,;]$", before)
    if not after.strip() and re.search(r"(?:[a-z]|\b[12]\d\d\d|[a-z]\))[,;.]\s?$", before):
        return 1.0
    return 1.0 if (after_year or after_word) and re.match(r"\s+[a-z]|$", after) else 0.0


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
    if not (earlier.mark.isdigit() and later.mark.isdigit()):
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
