"""Places, institutions and dates that a finding names, as printed; one left out is better than a wrong one.

Places are spaCy's; institutions are capitalised names with a word like "Committee" and known initials; dates are read
by rule, because spaCy calls "three years" a date, too.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.extract.language import LONGEST_PARSED
from pipeline.extract.lexicons import load_words
from pipeline.records import Finding

if TYPE_CHECKING:
    from pipeline.extract.language import English

_PLACES = ("GPE", "LOC")
_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_YEAR = r"(?:1[89]|20)\d\d"
_DATE = re.compile(
    rf"\b(?:\d{{1,2}}\s{_MONTH}(?:\s{_YEAR})?|{_MONTH}\s\d{{1,2}},\s{_YEAR}|{_MONTH}\s{_YEAR}|{_YEAR})\b(?![/\w-])"
)
_DIGIT = re.compile(r"\d")
_BEFORE_YEAR = re.compile(
    r"\b(?:in|by|since|until|from|during|between|after|before|to|early|late|mid|of|year|and)[\s-]$", re.IGNORECASE
)
_CAPITAL = r"[A-Z][\w’'‑-]*"
_NAME = re.compile(rf"{_CAPITAL}(?:\s(?:(?:of|for|on|against|and|to|in)(?:\sthe)?\s)?{_CAPITAL})*")
_OPENERS = frozenset(("The", "This", "That", "In", "At", "On", "By", "Its", "Their", "A", "An", "And", "When", "While"))


def add_names(findings: Sequence[Finding], nlp: "English") -> list[Finding]:
    """The findings with places, institutions and dates."""
    places = _find_places([finding.text for finding in findings], nlp)
    return [
        replace(
            finding,
            places=tuple(place for place in named if not any(place in name for name in institutions)),
            institutions=institutions,
            dates=find_dates(finding.text),
        )
        for finding, named in zip(findings, places, strict=True)
        for institutions in [find_institutions(finding.text)]
    ]


def find_dates(text: str) -> tuple[str, ...]:
    """Days, months with a year, and years behind a word of time ("in 2019"), in order, each once."""
    if not _DIGIT.search(text):
        return ()
    matches = (match for match in _DATE.finditer(text) if _is_dated(text, match))
    return tuple(dict.fromkeys(match.group() for match in matches))


def _is_dated(text: str, match: re.Match[str]) -> bool:
    """A bare year needs a word of time before it: "in 2019", not "2019 detainees"."""
    return not match.group().isdigit() or _BEFORE_YEAR.search(text[: match.start()]) is not None


def find_institutions(text: str) -> tuple[str, ...]:
    """Capitalised names with a word that makes an institution ("Ministry of Locks"), and known initials ("OHCHR")."""
    found = []
    for match in _NAME.finditer(text):
        words = match.group().split()
        while words and words[0] in _OPENERS:
            words = words[1:]
        name = " ".join(words).removesuffix("’s").removesuffix("'s")
        parts = [name] if _is_institution(name) else words  # "Norland OHCHR" are two names side by side
        found += [part for part in parts if _is_institution(part)]
    return tuple(dict.fromkeys(found))


def _is_institution(name: str) -> bool:
    if name.lower() in load_words("institution_acronyms"):
        return name.upper().startswith(name[:2])  # "who" is no organisation
    words = name.lower().split()
    return len(words) > 1 and bool(load_words("institution_heads") & set(words))


def _find_places(texts: Sequence[str], nlp: "English") -> list[tuple[str, ...]]:
    entities = nlp.find_entities(text[:LONGEST_PARSED] for text in texts)
    return [_read_places(name for name, kind in found if kind in _PLACES) for found in entities]


def _read_places(found: Iterable[str]) -> tuple[str, ...]:
    """Names of places with a capital; capitals alone are initials of organisations more often than of countries."""
    names = [name.removeprefix("the ").removesuffix("’s") for name in found]
    return tuple(dict.fromkeys(name for name in names if name[:1].isupper() and not name.isupper() and len(name) > 3))
