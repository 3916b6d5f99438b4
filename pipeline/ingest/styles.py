"""What a DOCX paragraph takes over from its style and the styles that one is based on."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pipeline.ingest.ooxml import W, get_number, get_value, is_on

if TYPE_CHECKING:
    from lxml.etree import _Element

StyleKind = Literal["masthead", "heading", "caption", "footnote", "contents"]
_LONGEST_CHAIN = 20  # a damaged file may have styles based on one another in a circle


@dataclass(frozen=True)
class Style:
    """One style as far as text needs it; None means that the style does not say."""

    name: str = ""
    parent: str | None = None
    outline: int | None = None  # 0 is the highest heading, 9 is body text
    num: str | None = None
    num_level: int | None = None
    bold: bool | None = None
    italic: bool | None = None
    raised: bool | None = None
    hidden: bool | None = None
    struck: bool | None = None


@dataclass(frozen=True)
class StyleSheet:
    """All styles by id, and the paragraph style of paragraphs that name none."""

    styles: dict[str, Style]
    default: str


def read_styles(root: "_Element | None") -> StyleSheet:
    """The style sheet of styles.xml; an empty one when the file has none."""
    if root is None:
        return StyleSheet({}, "")
    styles: dict[str, Style] = {}
    default = ""
    for node in root.iter(W + "style"):
        identity = get_value(node, "styleId") or ""
        styles[identity] = _read_style(node)
        if get_value(node, "type") == "paragraph" and get_value(node, "default") in ("1", "true"):
            default = identity
    return StyleSheet(styles, default)


def follow_chain(sheet: StyleSheet, identity: str | None) -> list[tuple[str, Style]]:
    """A style and those it is based on, nearest first."""
    chain: list[tuple[str, Style]] = []
    while identity in sheet.styles and len(chain) < _LONGEST_CHAIN:
        chain.append((identity, sheet.styles[identity]))
        identity = sheet.styles[identity].parent
    return chain


def find_kind(chain: list[tuple[str, Style]]) -> tuple[StyleKind, int | None] | None:
    """What the style's name or outline level makes of a paragraph, with the heading level; None is running text.

    Names of UN templates go before outline levels: they give one to titles, agenda items and table numbers alike.
    """
    known = _known_styles()
    for identity, style in chain:
        found = known.get(_plain(style.name)) or known.get(_plain(identity))
        if found is not None:
            return found
        if style.outline is not None:
            return ("heading", style.outline + 1) if style.outline < 9 else None
    return None


def _read_style(node: "_Element") -> Style:
    ppr, rpr = f"{W}pPr/{W}", f"{W}rPr/{W}"
    align = get_value(node.find(rpr + "vertAlign"))
    return Style(
        name=get_value(node.find(W + "name")) or "",
        parent=get_value(node.find(W + "basedOn")),
        outline=get_number(node.find(ppr + "outlineLvl")),
        num=get_value(node.find(f"{ppr}numPr/{W}numId")),
        num_level=get_number(node.find(f"{ppr}numPr/{W}ilvl")),
        bold=is_on(node.find(rpr + "b")),
        italic=is_on(node.find(rpr + "i")),
        raised=None if align is None else align == "superscript",
        hidden=is_on(node.find(rpr + "vanish")),
    )


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


@cache
def _known_styles() -> dict[str, tuple[StyleKind, int | None]]:
    table = tomllib.loads(Path(__file__).with_name("styles.toml").read_text(encoding="utf-8"))
    known: dict[str, tuple[StyleKind, int | None]] = {}
    known.update({_plain(name): ("heading", level) for name, level in table["heading"].items()})
    for kind in ("masthead", "caption", "footnote", "contents"):
        known.update({_plain(name): (kind, None) for name in table[kind]})
    return known
