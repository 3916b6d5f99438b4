"""Words of a passage as they are compared one by one: function words and commas kept, word families as one.

The lists stand in `lexicons/` beside this module: families ("detain", "detention"), words of no weight of their own,
contrary terms, and verbs that stand for a stance.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.words import is_content, normalise, stem

_LEXICONS = Path(__file__).with_name("lexicons")
_TERM = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[,;:.()]")
# Derivational endings, longest first: "investigation" and "investigate", "protection" and "protect" are one term.
_ENDINGS = (
    "isation", "ization", "ication", "ation", "ition", "ment", "tion", "sion", "ance", "ence", "ally", "able", "ible",
    "ise", "ize", "ive", "ion", "ity", "ate", "al", "er", "or", "ly", "is", "iz", "at", "y", "e",
)  # fmt: skip
_DENYING = frozenset(("un", "in", "im", "il", "ir", "non", "dis"))
_SHORTEST_ROOT = 4


@dataclass(frozen=True, slots=True)
class Term:
    """A word or sign of a passage."""

    word: str  # lower case
    key: str  # what is compared: the head of the word's family, or its root
    is_content: bool


@dataclass(frozen=True)
class TermPairs:
    """Pairs of keys, in either order."""

    pairs: frozenset[tuple[str, str]]

    def has(self, left: str, right: str) -> bool:
        return (left, right) in self.pairs or (right, left) in self.pairs


def are_contrary(left: str, right: str) -> bool:
    """Whether one key is listed as contrary to the other, or is the other with a denying prefix ("inadmissible")."""
    short, long = sorted((left, right), key=len)
    is_prefixed = long.endswith(short) and long.removesuffix(short) in _DENYING and len(short) >= _SHORTEST_ROOT
    return (is_prefixed and short not in load_words("not_denied")) or load_opposites().has(left, right)


def read_terms(text: str) -> tuple[Term, ...]:
    """Words and signs of a text in order; articles and possessives are left out, "can't" is "can" and "not"."""
    return tuple(term for printed in split_terms(text) for term in make_terms(printed))


def split_terms(text: str) -> list[str]:
    """The words and signs of a text as `make_terms` reads them."""
    return _TERM.findall(normalise(text).lower())


@cache
def make_terms(printed: str) -> tuple[Term, ...]:
    """The terms of one word or sign: mostly one."""
    word = printed.removesuffix("'s").removesuffix("'")
    if word.endswith("n't") or word == "cannot":
        return _make_term(word.removesuffix("n't").removesuffix("not")), _make_term("not")
    return () if word in load_words("skipped") else (_make_term(word),)


def _make_term(word: str) -> Term:
    weighs = word[:1].isalnum() and is_content(word) and word not in load_words("function_words")
    return Term(word, find_key(word), weighs)


@cache
def find_key(word: str) -> str:
    """The name of the word's family: listed, or what is left without plural, verb form and derivational ending."""
    if word in load_words("negators"):
        return word
    families = _load_families()
    light = stem(word)
    if word in families or light in families:
        return families.get(word) or families[light]
    root = light
    if not is_content(word) or not word.isalpha():
        return word
    for ending in _ENDINGS:
        if root.endswith(ending) and len(root) - len(ending) >= _SHORTEST_ROOT:
            return root.removesuffix(ending)
    return root


@cache
def load_words(name: str) -> frozenset[str]:
    """The entries of `lexicons/<name>.txt`, one a line; lines with # are remarks."""
    lines = (_LEXICONS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))


@cache
def load_keys(name: str) -> frozenset[str]:
    """The keys of the entries of `lexicons/<name>.txt`."""
    return frozenset(find_key(word) for word in load_words(name))


@cache
def _load_families() -> dict[str, str]:
    lines = (_LEXICONS / "families.txt").read_text(encoding="utf-8").splitlines()
    families = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    return {form: family[0] for family in families for word in family for form in (stem(word), word)}


@cache
def load_opposites() -> TermPairs:
    """Contrary terms of `lexicons/opposites.toml`, by key."""
    return _load_pairs("opposites")


@cache
def load_converses() -> TermPairs:
    """Acts of `lexicons/converses.toml` that say the same with their sides exchanged: "sell" and "buy"."""
    return _load_pairs("converses")


def _load_pairs(name: str) -> TermPairs:
    table = tomllib.loads((_LEXICONS / f"{name}.toml").read_text(encoding="utf-8"))
    return TermPairs(
        frozenset(
            (find_key(left), find_key(right))
            for pair in table["pair"]
            for left in pair["one"]
            for right in pair["other"]
        )
    )
