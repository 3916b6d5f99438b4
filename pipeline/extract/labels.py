"""Printed labels ("2", "(g)", "(ii)") and their numbering: knowing what the next label must be makes reading safe."""

import re
from dataclasses import dataclass, field
from typing import Literal

from pipeline.extract.lexicons import load_table

Scheme = Literal["letter", "roman", "digit", "capital"]
_SCHEMES: tuple[Scheme, ...] = ("letter", "roman", "digit", "capital")
_NUMBER = re.compile(r"(\d{1,3})(?:\.|,(?=\s+[A-Z]))\s+(?=\S)")
_ITEM = re.compile(r"\(\s*([A-Za-z]{1,5}|\d{1,2}|[@|!])\s*[)}]\s*(?=\S)|([a-z]{1,2})\)\s*(?=\S)")
_PATH = re.compile(r"(\d{1,3})\.?((?:\s*\(\s*\w{1,5}\s*\))*)|((?:\(?\s*\w{1,5}\s*\)\s*)+)")
_ROMANS = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
_FARTHEST_GAP = 3  # labels lost in between that are still believed


@dataclass(frozen=True, slots=True)
class Label:
    """A label as printed: a paragraph number, items in brackets, or both ("2 (g)"); `end` is where the text goes on."""

    number: int | None
    items: tuple[str, ...]
    end: int


@dataclass(slots=True)
class Level:
    """One run of items under a clause. The scheme is None while no printed item has told which one it is."""

    scheme: Scheme | None = None
    index: int = 0  # of the last item, from 1
    printed: int = 0  # index of the last item whose label was printed

    def name(self, index: int) -> str | None:
        """The label of an item, or None where neither it nor a later one of its run was printed."""
        return write_index(index, self.scheme) if self.scheme and index <= self.printed else None


@dataclass(slots=True)
class Numbering:
    """Where a numbered text stands: the last paragraph number and the runs of items open below it."""

    number: int = 0
    levels: list[Level] = field(default_factory=list)


def read_label(text: str) -> Label | None:
    """The label at the start of a text, or None. Whether it is one in its place is for `place_item` to say."""
    if match := _NUMBER.match(text):
        number, at = int(match.group(1)), match.end()
        inner = _ITEM.match(text, at)
        if inner and (inner.group(1) or inner.group(2)) in ("a", "i"):
            return Label(number, (inner.group(1) or inner.group(2),), inner.end())
        return Label(number, (), at)
    if match := _ITEM.match(text):
        return Label(None, (match.group(1) or match.group(2),), match.end())
    return None


def parse_label(label: str | None) -> Label | None:
    """A label that a reader has already taken off the text: "2", "(g)", "g", "2 (g)", "(g) (ii)"."""
    match = _PATH.fullmatch(label.strip()) if label else None
    if match is None:
        return None
    items = tuple(re.findall(r"\w+", match.group(2) or match.group(3) or ""))
    return Label(int(match.group(1)) if match.group(1) else None, items, 0)


def read_index(value: str, scheme: Scheme) -> int:
    """The place of an item in its run, from 1 ("c" is 3, "iv" is 4, "bb" is 28); 0 when it is none of the scheme."""
    if scheme == "digit":
        return int(value) if value.isdecimal() else 0
    if scheme == "roman":
        return next((index for index in range(1, 40) if write_index(index, "roman") == value), 0)
    letters = set(value.lower())
    if not value.isalpha() or len(letters) != 1 or value.isupper() != (scheme == "capital"):
        return 0
    return 26 * (len(value) - 1) + ord(value[0].lower()) - ord("a") + 1


def write_index(index: int, scheme: Scheme) -> str:
    """The printed form of the item at a place: the inverse of `read_index`."""
    if scheme == "digit":
        return str(index)
    if scheme == "roman":
        return "x" * (index // 10) + _ROMANS[index % 10]
    letter = chr(ord("A" if scheme == "capital" else "a") + (index - 1) % 26)
    return letter * ((index - 1) // 26 + 1)


def place_item(value: str, levels: list[Level], after_colon: bool) -> list[Level] | None:
    """The runs that are open once the item is in its place, or None when no run can have it next.

    An item that begins a run goes below a clause that ends in a colon; else the deepest run whose next item it is;
    else it begins a run; else some items before it were lost, or character recognition misread it.
    """
    fresh = _open_level(value)
    if fresh and after_colon:
        return [*levels, fresh]
    return (
        _continue_run(value, levels, 1)
        or ([*levels, fresh] if fresh else None)
        or _continue_run(value, levels, _FARTHEST_GAP)
        or _continue_misread(value, levels)
    )


def _open_level(value: str) -> Level | None:
    scheme = next((scheme for scheme in _SCHEMES if read_index(value, scheme) == 1), None)
    return Level(scheme, 1, 1) if scheme else None


def _continue_run(value: str, levels: list[Level], farthest: int) -> list[Level] | None:
    for depth in range(len(levels) - 1, -1, -1):
        level = levels[depth]
        for scheme in (level.scheme,) if level.scheme else _SCHEMES:
            index = read_index(value, scheme)
            if 0 < index - level.index <= farthest:
                level.scheme, level.index, level.printed = scheme, index, index
                return levels[: depth + 1]
    return None


def _continue_misread(value: str, levels: list[Level]) -> list[Level] | None:
    """The run whose next item looks like the value to character recognition."""
    mistaken = load_table("label_misreadings")["letters"]
    for depth in range(len(levels) - 1, -1, -1):
        level = levels[depth]
        if level.scheme and value in mistaken.get(write_index(level.index + 1, level.scheme), ""):
            level.index = level.printed = level.index + 1
            return levels[: depth + 1]
    return None
