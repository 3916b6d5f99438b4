"""Which part of a web page is its text: clutter taken out, then the main block chosen."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_WORDS = re.compile(r"[a-z]+")
_SMALL = 0.3  # share of the page's text that clutter never reaches
_LEAST_MAIN = 0.25  # a <main> with less of the page's text than this is an empty frame
_DOMINANT = 0.6  # share of its parent's running text that makes a block the place to look further in
_MENU_TEXT = 25  # characters; menus, buttons and dates are shorter
_PROSE_TAGS = ("p", "li", "ul", "ol", "dl", "blockquote", "pre", "table", "tbody", "tr", "td")


def drop_clutter(body: "_Element") -> None:
    """Take navigation, banners, forms, hidden and interactive elements out of the tree, in place."""
    total = max(len(measure_text(body)), 1)
    for element in list(body.iterdescendants()):
        if element.getparent() is not None and _is_clutter(element, total):
            _remove(element)


def choose_main(body: "_Element") -> "_Element":
    """The element with the main text: <main>, the one big <article>, else the block that most running text is in."""
    total = max(len(measure_text(body)), 1)
    marked = [*body.iter("main"), *body.xpath(".//*[@role='main']")]
    for candidates in (marked, list(body.iter("article"))):
        best = max(candidates, key=lambda element: len(measure_text(element)), default=None)
        if best is not None and len(measure_text(best)) >= (_LEAST_MAIN if candidates is marked else 0.5) * total:
            return best
    return _find_densest(body)


def find_title(body: "_Element", main: "_Element") -> "_Element | None":
    """The page's first h1 where it stands outside the main text."""
    first = next(body.iter("h1"), None)
    return None if first is None or main in (first, *first.iterancestors()) else first


def measure_text(element: "_Element") -> str:
    """The element's text with single blanks."""
    return " ".join("".join(element.itertext()).split())


def _is_clutter(element: "_Element", total: int) -> bool:
    words = _load_clutter()
    tag = element.tag
    if not isinstance(tag, str) or tag in words["drop_tags"] or _is_hidden(element):
        return True
    named = set(_WORDS.findall(f"{element.get('class', '')} {element.get('id', '')}".lower()))
    suspect = tag in words["drop_if_small"] or element.get("role", "").lower() in words["roles"]
    if not (suspect or named & words["words"]):
        return False
    if tag in ("main", "article", "body", "h1") or next(element.iter("main", "article"), None) is not None:
        return False
    inside = next(element.iterancestors("main", "article"), None)
    if tag == "header" and inside is not None and next(element.iter("h1", "h2"), None) is not None:
        return False  # an article's own header holds its title
    return len(measure_text(element)) < _SMALL * total


def _is_hidden(element: "_Element") -> bool:
    hidden = "hidden" in element.attrib or element.get("aria-hidden") == "true"
    return hidden or _HIDDEN_STYLE.search(element.get("style", "")) is not None


def _remove(element: "_Element") -> None:
    """Take an element out and leave the text behind it where it was."""
    parent, previous = element.getparent(), element.getprevious()
    if element.tail:
        if previous is not None:
            previous.tail = (previous.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _find_densest(body: "_Element") -> "_Element":
    """Go down from the body as long as one child holds most of the running text."""
    weights = _weigh_prose(body)
    place = body
    while weights[place]:
        heaviest = max(place, key=lambda child: weights.get(child, 0), default=None)
        if heaviest is None or heaviest.tag in _PROSE_TAGS or weights[heaviest] < _DOMINANT * weights[place]:
            break
        place = heaviest
    return place


def _weigh_prose(body: "_Element") -> "dict[_Element, int]":
    """Characters of running text under each element: stretches that are long enough, and no links."""
    weights: dict[_Element, int] = {}
    for element in body.iter():
        stretches = [] if element.tag == "a" else [element.text, *(child.tail for child in element)]
        weights[element] = sum(len(text) for text in stretches if text and len(text.strip()) > _MENU_TEXT)
    for element in reversed(list(weights)):
        parent = element.getparent()
        if parent in weights:
            weights[parent] += weights[element]
    return weights


@cache
def _load_clutter() -> dict[str, frozenset[str]]:
    table = tomllib.loads(Path(__file__).with_name("html_clutter.toml").read_text(encoding="utf-8"))
    return {name: frozenset(entries) for name, entries in table.items()}
