"""What a clause is made of while a document is still being read."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.extract.labels import Level
from pipeline.records import Paragraph, Section


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one paragraph (its place in the document, from 0) without label and outer blanks."""

    paragraph: int
    start: int
    end: int


@dataclass(slots=True)
class Draft:
    """A clause to be: its place in the numbering, and the pieces of text it has so far."""

    section: Section
    root: str  # "PP3", "2", "140.12"; "" where no number is printed
    pieces: list[Piece]
    items: tuple[tuple[Level, int], ...] = ()  # below the root: the run and the place in it
    parent: "Draft | None" = None
    heading: str = ""
    is_recommendation: bool = False

    @property
    def label(self) -> str | None:
        """The printed label with those of the clauses above, or None where it has none or lost it."""
        if not self.items:
            return self.root or None
        names = [level.name(index) for level, index in self.items]
        if names[-1] is None:
            return None
        return self.root + "".join(f"({name})" for name in names if name)


def trim_piece(paragraphs: Sequence[Paragraph], at: int, start: int, end: int | None = None) -> Piece | None:
    """A piece without the blanks around it, or None when nothing is left."""
    text = paragraphs[at].text
    end = len(text) if end is None else end
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Piece(at, start, end) if end > start else None


def trace_ancestors(draft: Draft) -> list[Draft]:
    """The clauses above, outermost first."""
    ancestors: list[Draft] = []
    while draft.parent is not None:
        draft = draft.parent
        ancestors.insert(0, draft)
    return ancestors
