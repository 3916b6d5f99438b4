"""Cuts a report into the units that can be findings: sentences and list items, each with heading and chapeau.

A chapeau is what a list hangs on ("The Government should:"); an item is only understood together with it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from pipeline.extract.lexicons import load_words
from pipeline.extract.sentences import split_sentences
from pipeline.records import Paragraph, Quote, Span
from pipeline.words import list_words, read_words

FEWEST_WORDS = 5  # of a sentence
FEWEST_ITEM_WORDS = 3  # of a list item beside its chapeau
DOTTED_LEADER = re.compile(r"(\.\s?){4,}\s*\d+\s*$|\s{4,}\d+$")
ADDRESS = re.compile(r"https?://|www\.|\S@\S+\.\w")
ITEM_LABEL = re.compile(r"^\s*(?:and |or )?\(?(?:[a-z]|[ivx]{1,4}|\d{1,2})\)\s+")
ITEM_END = re.compile(r"[\s;,]*(?:[;,]\s*(?:and|or))?[\s;,]*$")
CHAPEAU_TAIL = 6  # words before the colon that show whether a chapeau is a sentence without its items
LONG_LIST = 25  # words from which on a sentence with an address is more than a pointer to it


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence or list item of a report: what may become one finding."""

    quotes: tuple[Quote, ...]  # chapeau first
    section: str
    is_item: bool
    in_recommendations: bool  # under a heading that announces recommendations
    order: int  # of its paragraph

    @property
    def item(self) -> str:
        return self.quotes[-1].text


@dataclass(slots=True)
class Outline:
    """Where in the document we are: headings above, and chapeaus that items still hang on."""

    headings: list[tuple[int, str]] = field(default_factory=list)
    chapeaus: list[tuple[int, Quote]] = field(default_factory=list)
    skipped_level: int | None = None

    @property
    def section(self) -> str:
        return self.headings[-1][1] if self.headings else ""

    @property
    def in_recommendations(self) -> bool:
        return any(announces_asks(heading) for _, heading in self.headings)

    def enter_heading(self, paragraph: Paragraph) -> None:
        level = paragraph.level if paragraph.level is not None else self._guess_level(paragraph.text)
        while self.headings and self.headings[-1][0] >= level:
            self.headings.pop()
        self.headings.append((level, paragraph.text))
        self.chapeaus.clear()
        if self.skipped_level is not None and level <= self.skipped_level:
            self.skipped_level = None
        if self.skipped_level is None and is_skipped_heading(paragraph.text):
            self.skipped_level = level

    def _guess_level(self, text: str) -> int:
        """Without levels "To the Government" stands below the heading before it, everything else beside it."""
        is_below = bool(self.headings) and opens_with_cue(text, "addressee_headings")
        if not is_below:
            return 1
        top = self.headings[-1]
        return top[0] if opens_with_cue(top[1], "addressee_headings") else top[0] + 1


def is_skipped_heading(heading: str) -> bool:
    """Whether a heading is, but for its number, one of the names of parts that hold no findings ("7. References")."""
    words = [word for word in list_words(heading) if not word.isdigit()]
    return " ".join(words) in load_words("skipped_headings")


@lru_cache(maxsize=256)  # each sentence asks for the headings above it again
def announces_asks(heading: str) -> bool:
    """Whether a heading announces recommendations; "(Recommendations 14 and 15)" only points to those of others."""
    return has_cue(re.sub(r"\([^)]*\d[^)]*\)?", " ", heading), "recommendation_headings")


def has_cue(text: str, lexicon: str) -> bool:
    """Whether the text holds one of the lexicon's phrases as whole words."""
    words = f" {' '.join(list_words(text))} "
    return any(cue in words for cue in _list_cues(lexicon))


def opens_with_cue(text: str, lexicon: str) -> bool:
    return f" {' '.join(list_words(text))} ".startswith(_list_cues(lexicon))


@cache
def _list_cues(lexicon: str) -> tuple[str, ...]:
    """The lexicon's phrases with a blank on each side."""
    return tuple(f" {cue} " for cue in load_words(lexicon))


def cut_units(paragraphs: Sequence[Paragraph]) -> Iterator[Unit]:
    """The units of one document in reading order; mastheads, notes, captions, contents, references are left out."""
    outline = Outline()
    for place, paragraph in enumerate(paragraphs):
        if paragraph.kind == "heading":
            outline.enter_heading(paragraph)
        elif paragraph.kind in ("body", "list_item", "table_cell") and outline.skipped_level is None:
            yield from _cut_paragraph(paragraph, _opens_list(paragraphs, place), outline)


def _opens_list(paragraphs: Sequence[Paragraph], place: int) -> bool:
    """Whether the paragraph at a place leads with a colon or dash to a list below it."""
    if not paragraphs[place].text.rstrip().endswith((":", "—")):
        return False
    following = next((p for p in paragraphs[place + 1 :] if p.kind in ("body", "list_item")), None)
    return following is not None and _rank(following) > _rank(paragraphs[place])


def _cut_paragraph(paragraph: Paragraph, opens_list: bool, outline: Outline) -> Iterator[Unit]:
    rank = _rank(paragraph)
    while outline.chapeaus and (outline.chapeaus[-1][0] >= rank or paragraph.kind != "list_item"):
        outline.chapeaus.pop()
    if paragraph.text.rstrip()[-1:].isdecimal() and DOTTED_LEADER.search(paragraph.text):
        return
    spans = split_sentences(paragraph.text)
    for place, span in enumerate(spans):
        chapeau = _choose_chapeau(outline, paragraph, len(spans)) if place == 0 else ()
        if opens_list and place == len(spans) - 1:
            outline.chapeaus.append((rank, make_quote(paragraph, span)))
            return
        for quotes in _split_items(paragraph, span):
            is_item = paragraph.kind == "list_item" or bool(chapeau) or len(quotes) > 1
            unit = Unit((*chapeau, *quotes), outline.section, is_item, outline.in_recommendations, paragraph.order)
            if is_worth_reading(unit, paragraph):
                yield unit


def _choose_chapeau(outline: Outline, paragraph: Paragraph, sentences: int) -> tuple[Quote, ...]:
    """The chapeaus above, unless the item is a passage of its own that a plain sentence only announces."""
    quotes = tuple(quote for _, quote in outline.chapeaus)
    if not quotes or opens_with_cue(paragraph.text, "order_verbs"):
        return quotes
    is_closed = paragraph.text.rstrip().endswith((".", "”", ")"))
    is_passage = is_closed and (sentences > 1 or opens_with_cue(paragraph.text, "sentence_openings"))
    chapeau_end = " ".join(quotes[-1].text.split()[-CHAPEAU_TAIL:])
    return () if is_passage and not has_cue(chapeau_end, "chapeau_cues") else quotes


def _rank(paragraph: Paragraph) -> int:
    """Depth of a paragraph in lists: 0 for running text."""
    if paragraph.kind != "list_item":
        return 0
    if paragraph.level is not None:
        return paragraph.level
    label = (paragraph.label or "").strip("().")
    return 1 if not label or label[0].isdigit() else 3 if len(label) > 1 else 2


def make_quote(paragraph: Paragraph, span: Span) -> Quote:
    """The span of a paragraph as a quote, on the page where the span begins."""
    pages = [box.page for box in paragraph.boxes if box.start <= span.start]
    page = pages[-1] if pages else paragraph.page
    return Quote(paragraph.source, page, paragraph.id, span.start, span.end, paragraph.text[span.start : span.end])


def _split_items(paragraph: Paragraph, span: Span) -> list[tuple[Quote, ...]]:
    """A sentence that is a list after a colon: one unit an item, each with the words before the colon."""
    sentence = paragraph.text[span.start : span.end]
    colon = sentence.find(": ")
    if colon < 0 or ";" not in sentence[colon:]:
        return [(make_quote(paragraph, _trim_item(paragraph, span)),)]
    chapeau = make_quote(paragraph, Span(span.start, span.start + colon + 1))
    items: list[tuple[Quote, ...]] = []
    start = span.start + colon + 1
    for end in [span.start + m.start() for m in re.finditer(";", sentence) if m.start() > colon] + [span.end]:
        item = _trim_item(paragraph, Span(start, end))
        if item.end > item.start:
            items.append((chapeau, make_quote(paragraph, item)))
        start = end + 1
    return items


def _trim_item(paragraph: Paragraph, span: Span) -> Span:
    """The span without inline label before it and without semicolon and "and" after it."""
    text = paragraph.text[span.start : span.end]
    label = ITEM_LABEL.match(text)
    start = span.start + (label.end() if label else len(text) - len(text.lstrip()))
    text = paragraph.text[start : span.end]
    lead = re.match(r"(?:and|or)\s+(?=[a-z(])", text)
    return Span(start + (lead.end() if lead and span.start else 0), start + _find_end(text))


def _find_end(text: str) -> int:
    """Where an item ends without what `ITEM_END` takes off, which most have not: their last sign tells."""
    may_go_on = text.endswith((";", ",", "and", "or")) or text[-1:].isspace()
    ending = ITEM_END.search(text) if may_go_on else None
    return ending.start() if ending else len(text)


def is_worth_reading(unit: Unit, paragraph: Paragraph) -> bool:
    """Leaves out fragments, addresses and what an organisation prints about itself in every paper."""
    text = " ".join(quote.text for quote in unit.quotes)
    is_short = len(unit.quotes) > 1 or (unit.in_recommendations and unit.is_item)
    fewest = FEWEST_ITEM_WORDS if is_short else FEWEST_WORDS
    words = len(read_words(unit.item))
    if words < fewest or sum(map(str.isalpha, unit.item)) < len(unit.item) / 2:
        return False
    if paragraph.kind == "table_cell" and not unit.item.rstrip().endswith((".", "!", "?")):
        return False
    if ADDRESS.search(text) and words < LONG_LIST:
        return False
    return not has_cue(text, "boilerplate")
