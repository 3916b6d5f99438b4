"""A clause cut into words that are added by a changed span, added by another span, or kept from earlier texts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from pipeline.records import Change, Clause, Quote

Mark = Literal["kept", "added", "other"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a clause's text in one marking; "other" was added by a span that has its own row."""

    text: str
    mark: Mark
    is_shared: bool = False  # a rare word that the source beside it has, too


def mark_clause(clause: Clause, change: Change | None, others: Sequence[Change] = ()) -> tuple[Piece, ...]:
    """The clause's text in marked pieces: what `change` adds, what `others` add, and what was kept.

    The pieces' texts joined are `clause.text`. Where the span's place is not in the clause, the span alone is given.
    """
    places: list[tuple[Mark, Quote]] = [("other", quote) for other in others for quote in find_added(other)]
    own = list(find_added(change)) if change else []
    places += [("added", quote) for quote in own]
    marked: list[tuple[str, Mark]] = []
    for number, quote in enumerate(clause.quotes):
        if number:
            marked.append((" ", "kept"))
        marked += zip(quote.text, _mark_letters(quote, places), strict=True)
    pieces = tuple(
        Piece("".join(letter for letter, _ in run), mark) for mark, run in groupby(marked, key=lambda pair: pair[1])
    )
    if own and change and not any(piece.mark == "added" for piece in pieces):
        return (Piece(change.text, "added"),)
    return pieces


def find_added(change: Change) -> Iterator[Quote]:
    """The places of the words a span adds; its whole quotes where the added runs cannot be found in them."""
    if change.status == "inherited":
        return
    runs = list(change.added)
    found: list[Quote] = []
    for quote in change.quotes:
        at = 0
        while runs and (start := quote.text.find(runs[0], at)) >= 0:
            run = runs.pop(0)
            at = start + len(run)
            found.append(Quote(quote.source, quote.page, quote.paragraph, quote.start + start, quote.start + at, run))
    yield from change.quotes if runs or not found else found


def _mark_letters(quote: Quote, places: Sequence[tuple[Mark, Quote]]) -> list[Mark]:
    """One mark for each letter of the quote; later places win over earlier ones."""
    marks: list[Mark] = ["kept"] * len(quote.text)
    for mark, place in places:
        if place.paragraph == quote.paragraph:
            start, end = max(place.start, quote.start) - quote.start, min(place.end, quote.end) - quote.start
            if start < end:
                marks[start:end] = [mark] * (end - start)
    return marks
