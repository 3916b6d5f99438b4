"""Where a paragraph, clause, finding or span of a finished case stands: on which page, in which box."""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.errors import ClausetraceError
from pipeline.records import Box, Change, Clause, Finding, Paragraph, Quote, find_boxes
from pipeline.run.line import Line


@dataclass(frozen=True, slots=True)
class Place:
    """A quote with the paragraph it was taken from, and the boxes of that paragraph that hold it."""

    quote: Quote
    paragraph: Paragraph
    boxes: tuple[Box, ...]


def find_places(line: Line, name: str) -> list[Place]:
    """The places of the paragraph, clause, finding or span with this id, in order.

    Raises ClausetraceError when the case has no such id, TableError when the stage that gives ids was not run.
    """
    paragraphs = {paragraph.id: paragraph for paragraph in line.read("1-paragraphs", Paragraph)}
    if name in paragraphs:
        whole = paragraphs[name]
        return [Place(Quote(whole.source, whole.page, whole.id, 0, len(whole.text), whole.text), whole, whole.boxes)]
    quotes = next((record.quotes for record in _list_records(line) if record.id == name), None)
    if quotes is None:
        raise ClausetraceError(f"{name}: the case has no paragraph, clause, finding or span of this id; see work/.")
    return [
        Place(quote, paragraphs[quote.paragraph], find_boxes(paragraphs[quote.paragraph], quote)) for quote in quotes
    ]


def _list_records(line: Line) -> Iterator[Clause | Finding | Change]:
    yield from line.read("2-clauses", Clause)
    yield from line.read("2-findings", Finding)
    if line.key("3-changes"):
        yield from line.read("3-changes", Change)
