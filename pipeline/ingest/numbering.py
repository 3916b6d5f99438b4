"""Automatic numbers of DOCX lists: Word stores only which list and level a paragraph has, never "2 (g)" itself.

Follows ECMA-376 part 1, section 17.9: abstract lists, instances with overrides, restarts, style-linked levels.
"""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipeline.ingest.ooxml import W, get_number, get_value, is_on

if TYPE_CHECKING:
    from lxml.etree import _Element

_LEVELS = 9
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_BULLETS = {"o": "•", "§": "•", "": "•", "·": "•"}  # letters of symbol fonts that print as bullets


@dataclass(frozen=True)
class Level:
    """One level of a list."""

    form: str = "decimal"  # w:numFmt
    pattern: str = ""  # w:lvlText: "%1.", "(%2)"
    start: int = 1
    restart: int | None = None  # w:lvlRestart: 0 never; n after level n (from 1); None after any higher level
    legal: bool = False  # w:isLgl: all numbers decimal
    style: str | None = None  # paragraph style linked to this level


@dataclass(frozen=True)
class Instance:
    """A list in use (w:num): its abstract list, its levels after overrides, and the starts it sets anew."""

    abstract: str
    levels: tuple[Level, ...]
    starts: dict[int, int]


@dataclass
class Counters:
    """Where every list stands; one for a document, in reading order."""

    values: dict[str, list[int | None]] = field(default_factory=dict)  # by abstract list: instances share it
    used: set[str] = field(default_factory=set)  # instances whose new starts have been taken


@dataclass(frozen=True)
class ListLabel:
    """What Word would print before a paragraph."""

    text: str  # without trailing dot: "2", "(g)", "1.2", "•"; "" when the level prints nothing
    form: str  # of the level: "decimal", "lowerLetter", "bullet", ...
    depth: int  # how many lettered or bulleted levels there are down to this one; 0 for plain numbers


def read_lists(numbering: "_Element | None") -> dict[str, Instance]:
    """The lists of numbering.xml by numId."""
    if numbering is None:
        return {}
    abstracts = {get_value(node, "abstractNumId") or "": node for node in numbering.iter(W + "abstractNum")}
    lists = {}
    for num in numbering.iter(W + "num"):
        identity, abstract = get_value(num, "numId"), get_value(num.find(W + "abstractNumId"))
        if identity is not None and abstract in abstracts:
            lists[identity] = _read_instance(num, abstract, _follow_style_link(abstracts[abstract], abstracts))
    return lists


def advance(lists: dict[str, Instance], counters: Counters, num: str, level: int) -> ListLabel | None:
    """Count one more paragraph of list `num` at `level` (from 0); None when there is no such list or level."""
    instance = lists.get(num)
    if instance is None or not 0 <= level < len(instance.levels):
        return None
    values = counters.values.setdefault(instance.abstract, [None] * _LEVELS)
    if num not in counters.used:
        counters.used.add(num)
        for changed in instance.starts:
            values[changed] = None
    here = values[level]
    values[level] = _start(instance, level) if here is None else here + 1
    for deeper in range(level + 1, len(instance.levels)):
        restart = instance.levels[deeper].restart
        if restart is None or level < restart:
            values[deeper] = None
    return ListLabel(_print_label(instance, level, values), instance.levels[level].form, _depth(instance, level))


def find_linked_level(lists: dict[str, Instance], num: str, style: str) -> int | None:
    """The level of list `num` that is linked to paragraph style `style`."""
    levels = lists[num].levels if num in lists else ()
    return next((index for index, level in enumerate(levels) if level.style == style), None)


def format_number(value: int, form: str) -> str:
    """A number in one of Word's formats; decimal for the formats that English documents do not use."""
    if form in ("lowerLetter", "upperLetter"):
        letters = chr(ord("a") + (value - 1) % 26) * min((value - 1) // 26 + 1, 9) if value > 0 else ""
        return letters.upper() if form == "upperLetter" else letters
    if form in ("lowerRoman", "upperRoman"):
        roman = _to_roman(value)
        return roman.upper() if form == "upperRoman" else roman
    if form == "decimalZero":
        return f"{value:02d}"
    if form == "ordinal":
        return f"{value}{_ordinal_suffix(value)}"
    return "" if form == "none" else str(value)


def _to_roman(value: int) -> str:
    if not 0 < value < 5000:
        return str(value)
    roman = ""
    for size, letters in _ROMAN:
        count, value = divmod(value, size)
        roman += letters * count
    return roman


def _ordinal_suffix(value: int) -> str:
    if value % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")


def _follow_style_link(abstract: "_Element", abstracts: "dict[str, _Element]") -> "_Element":
    """A list that only points to a list style (w:numStyleLink) takes the levels of the list that defines it."""
    wanted = get_value(abstract.find(W + "numStyleLink"))
    if wanted is None:
        return abstract
    found = (other for other in abstracts.values() if get_value(other.find(W + "styleLink")) == wanted)
    return next(found, abstract)


def _read_instance(num: "_Element", abstract: str, definition: "_Element") -> Instance:
    levels = [Level() for _ in range(_LEVELS)]
    for node in definition.findall(W + "lvl"):
        _set_level(levels, get_number(node, "ilvl"), _read_level(node))
    starts: dict[int, int] = {}
    for override in num.findall(W + "lvlOverride"):
        index = get_number(override, "ilvl")
        changed = override.find(W + "lvl")
        if changed is not None:
            _set_level(levels, index, _read_level(changed))
        start = get_number(override.find(W + "startOverride"))
        if start is not None and index is not None and 0 <= index < _LEVELS:
            starts[index] = start
    return Instance(abstract, tuple(levels), starts)


def _set_level(levels: list[Level], index: int | None, level: Level) -> None:
    if index is not None and 0 <= index < _LEVELS:
        levels[index] = level


def _read_level(node: "_Element") -> Level:
    level = Level(
        form=get_value(node.find(W + "numFmt")) or "decimal",
        pattern=get_value(node.find(W + "lvlText")) or "",
        restart=get_number(node.find(W + "lvlRestart")),
        legal=bool(is_on(node.find(W + "isLgl"))),
        style=get_value(node.find(W + "pStyle")),
    )
    start = get_number(node.find(W + "start"))
    return level if start is None else replace(level, start=start)


def _start(instance: Instance, level: int) -> int:
    return instance.starts.get(level, instance.levels[level].start)


def _depth(instance: Instance, level: int) -> int:
    return sum(instance.levels[index].form not in ("decimal", "decimalZero", "none") for index in range(level + 1))


def _print_label(instance: Instance, level: int, values: list[int | None]) -> str:
    own = instance.levels[level]
    if own.form == "bullet":
        sign = own.pattern.strip()
        private = len(sign) == 1 and 0xE000 <= ord(sign) <= 0xF8FF  # a glyph of a symbol font
        return "•" if private else _BULLETS.get(sign, sign)
    text = own.pattern
    for index in range(level + 1):
        value = values[index]
        number = _start(instance, index) if value is None else value
        form = "decimal" if own.legal else instance.levels[index].form
        text = text.replace(f"%{index + 1}", format_number(number, form))
    return " ".join(text.split()).rstrip(".")
