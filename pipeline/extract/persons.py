"""Names of persons in texts, for reports that must not carry them."""

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from pipeline.extract.lexicons import join_words, load_words

if TYPE_CHECKING:
    from pipeline.extract.language import English

_PARSED = 100_000  # characters a text; a longer one is no sentence
_SHORTEST = 3  # letters of a name
_PARTICLE = 3  # letters at most of the small words within names: "van", "bin"
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_POSSESSIVE = re.compile(r"[’']s?$")


def find_persons(texts: Iterable[str], nlp: "English") -> tuple[str, ...]:
    """The names of persons that stand in the texts, each once, sorted; titles ("Ms.", "Professor") are cut off.

    From named-entity recognition (the small English pipeline), and from what follows a title. Both overlook names, most
    of all in lists and in languages that the pipeline was not trained on.
    """
    texts = list(texts)
    distinct = list(dict.fromkeys(text[:_PARSED] for text in texts if any(letter.isupper() for letter in text)))
    titled = {_strip_titles(name) for text in distinct for name in _find_titled(text)}
    labels: dict[str, Counter[bool]] = defaultdict(Counter)  # how often a name is that of a person, and of another
    for found_entities in nlp.find_entities(distinct):
        for name, kind in found_entities:
            labels[_strip_titles(name)][kind == "PERSON"] += 1
    found = titled | {name for name, counts in labels.items() if counts[True] > counts[False]}
    common = {word for text in texts for word in _WORD.findall(text) if word.islower()}
    months = {month.capitalize() for month in load_words("months")}
    names = {name for name in found - months if _is_name(name, common)}
    other = {name for name, counts in labels.items() if counts[False] > counts[True] + 1}
    bodies = load_words("institution_heads") | load_words("organs") | common
    parts = {part for name in names for part in _list_parts(name, bodies)} - other
    return tuple(sorted(names | parts))


def _list_parts(name: str, common: Container[str]) -> list[str]:
    """The words of a full name that may stand alone for the person: not short, and never in small letters elsewhere."""
    parts = re.split(r"[ -]", name)
    return [part for part in parts if len(parts) > 1 and len(part) > _SHORTEST and part.lower() not in common]


def _find_titled(text: str) -> Iterator[str]:
    return (match["name"] for match in _match_titled().finditer(text))


@cache
def _match_titled() -> re.Pattern[str]:
    name = r"(?:[a-z]{2,3} ){0,2}[A-Z][^\W\d_]+(?:[ -][A-Z][^\W\d_]*\.?){0,3}"
    return re.compile(rf"\b(?i:{join_words('person_titles')})\.?\s+(?P<name>{name})")


def _strip_titles(text: str) -> str:
    words = [_POSSESSIVE.sub("", word) for word in _WORD.findall(text)]
    before = load_words("person_titles") | load_words("determiners")
    while words and words[0].lower() in before:
        words.pop(0)
    return " ".join(words)


def _is_name(name: str, common: Container[str]) -> bool:
    """Capitals, but for particles; not all in capitals; and one word at least that the texts never have in small."""
    words = name.split()
    small = [word for word in words if not word[0].isupper()]
    has_name = len(small) < len(words) and sum(map(len, words)) >= _SHORTEST
    is_rare = any(word.lower() not in common for word in words)
    return has_name and is_rare and all(len(word) <= _PARTICLE for word in small) and not name.isupper()
