"""The passages of a document, in which wording is looked for."""

import re
from collections.abc import Sequence

from pipeline.records import Paragraph, PassageStems
from pipeline.words import content_stems

_LETTER = re.compile(r"(?:\(?(?:[a-z]|[ivx]{1,5})[).]|\(\d{1,2}\))\s")  # a bare number begins a paragraph of its own
_OPEN = re.compile(r"(?:[;,]|\band)\s*$")  # an item after which another follows
_ITEM_WORDS = 15  # longer paragraphs without a letter are prose


def list_passages(paragraphs: Sequence[Paragraph]) -> list[PassageStems]:
    """Each paragraph of one document, and each list once more as a whole with the paragraph above it.

    A list may be printed as bullets, letters or cells in one document and as a running sentence in another.
    """
    passages = [PassageStems(paragraph.source, tuple(content_stems(paragraph.text))) for paragraph in paragraphs]
    lists, first = list[PassageStems](), 0
    for place in range(1, len(paragraphs) + 1):
        if place < len(paragraphs) and _goes_on(paragraphs, first, place):
            continue
        if place - first > 1:
            stems = [stem for passage in passages[first:place] for stem in passage.stems]
            lists.append(PassageStems(paragraphs[first].source, tuple(stems)))
        first = place
    return passages + lists


def _goes_on(paragraphs: Sequence[Paragraph], first: int, place: int) -> bool:
    """Whether a paragraph is an item of what began at `first`, by its kind, its letter, or the semicolon before it."""
    paragraph = paragraphs[place]
    if paragraph.kind in ("list_item", "table_cell"):
        return True
    if paragraph.kind != "body":
        return False
    is_lettered = bool(_LETTER.match(f"{paragraph.label or ''} {paragraph.text}".strip()))
    is_open = place - first == 1 or _OPEN.search(paragraphs[place - 1].text) is not None
    is_led = is_open and paragraphs[first].text.rstrip().endswith(":")
    return is_lettered or (is_led and paragraph.label is None and len(paragraph.text.split()) <= _ITEM_WORDS)
