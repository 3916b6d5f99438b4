"""The printed characters of a page, as columns: most of what is asked of them is asked of all at once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.intp]


class Glyph(NamedTuple):
    """One printed character."""

    text: str  # one sign; the letters of a ligature
    x0: float
    top: float
    x1: float
    bottom: float
    baseline: float
    size: float  # height of the font in points
    bold: bool
    italic: bool
    after_blank: bool  # the text layer has a blank before it
    confidence: float = 1.0  # of optical character recognition, 0..1
    struck: bool = False  # a line is drawn through its middle


@dataclass(frozen=True, slots=True, eq=False)
class Glyphs:  # noqa: PLW1641  (arrays have no hash)
    """Printed characters: what `Glyph` says of one, here as a column with a place for each."""

    text: NDArray[np.object_]
    x0: Numbers
    top: Numbers
    x1: Numbers
    bottom: Numbers
    baseline: Numbers
    size: Numbers
    bold: Flags
    italic: Flags
    after_blank: Flags
    confidence: Numbers
    struck: Flags

    @property
    def columns(self) -> tuple[NDArray[Any], ...]:
        """All columns in the order of the fields of `Glyph`."""
        return tuple(getattr(self, field) for field in Glyph._fields)

    def __len__(self) -> int:
        return len(self.text)

    def __iter__(self) -> Iterator[Glyph]:
        return map(Glyph, *(column.tolist() for column in self.columns))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Glyphs) and list(self) == list(other)

    def pick(self, which: Places | Flags | slice) -> "Glyphs":
        """Those at some places, in that order, or those that are flagged."""
        return Glyphs(*(column[which] for column in self.columns))


def gather_glyphs(glyphs: Iterable[Glyph]) -> Glyphs:
    """The columns of single glyphs."""
    rows = list(glyphs)
    types = (object, *[np.float64] * 6, *[np.bool_] * 3, np.float64, np.bool_)
    columns = zip(*rows, strict=True) if rows else ((),) * len(types)
    return Glyphs(*(np.array(column, dtype=kind) for column, kind in zip(columns, types, strict=True)))
