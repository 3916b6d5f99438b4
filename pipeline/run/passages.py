"""The passages of each document, in which wording is looked for."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from pipeline.records import Paragraph
from pipeline.run.line import Line

_LETTER = re.compile(r"(?:\(?(?:[a-z]|[ivx]{1,5})[).]|\(\d{1,2}\))\s")  # a bare number begins a paragraph of its own
_OPEN = re.compile(r"(?:[;,]|\band)\s*$")  # an item after which another follows
_ITEM_WORDS = 15  # longer paragraphs without a letter are prose


class Printed(NamedTuple):
    """What is needed of a paragraph to find the list that it belongs to."""

    kind: str
    label: str | None
    text: str


class Texts(Mapping[str, list[str]]):
    """The passages of every document that was read, by id; made from its paragraphs when they are asked for."""

    def __init__(self, line: Line) -> None:
        self._table = line.open("1-paragraphs", Paragraph).read_columns("source", "kind", "label", "text")
        self._spans: dict[str, tuple[int, int]] = {}  # of its paragraphs, which stand together
        for place, source in enumerate(self._table["source"].to_pylist()):
            self._spans[source] = self._spans.get(source, (place, 0))[0], place + 1

    def __getitem__(self, source: str) -> list[str]:
        first, end = self._spans[source]
        rows = self._table.slice(first, end - first)
        columns = (rows[name].to_pylist() for name in ("kind", "label", "text"))
        return list_passages([Printed(*row) for row in zip(*columns, strict=True)])

    def __iter__(self) -> Iterator[str]:
        return iter(self._spans)

    def __len__(self) -> int:
        return len(self._spans)

    def __contains__(self, source: object) -> bool:
        return source in self._spans


def list_passages(paragraphs: Sequence[Printed]) -> list[str]:
    """The paragraphs' texts, and each list once more as a whole with the paragraph above it.

    A list may be printed as bullets, letters or cells in one document and as a running sentence in another.
    """
    texts = [paragraph.text for paragraph in paragraphs]
    whole: list[str] = []
    for paragraph in paragraphs:
        if _goes_on(paragraph, whole):
            whole.append(paragraph.text)
            continue
        if len(whole) > 1:
            texts.append(" ".join(whole))
        whole = [paragraph.text]
    return texts + ([" ".join(whole)] if len(whole) > 1 else [])


def _goes_on(paragraph: Printed, whole: Sequence[str]) -> bool:
    """Whether a paragraph is an item of the list before it, by its kind, its letter, or the semicolon before it."""
    if paragraph.kind in ("list_item", "table_cell"):
        return True
    if paragraph.kind != "body" or not whole:
        return False
    is_lettered = bool(_LETTER.match(f"{paragraph.label or ''} {paragraph.text}".strip()))
    is_led = whole[0].rstrip().endswith(":") and (len(whole) == 1 or _OPEN.search(whole[-1]) is not None)
    return is_lettered or (is_led and paragraph.label is None and len(paragraph.text.split()) <= _ITEM_WORDS)
