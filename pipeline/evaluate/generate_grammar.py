"""The texts from which fictional cases are made: countries, subjects, points that can be asked for, and phrases."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

_FOLDER = Path(__file__).with_name("grammar")


@dataclass(frozen=True)
class Country:
    """An invented country."""

    name: str
    adjective: str
    towns: tuple[str, ...]


@dataclass(frozen=True)
class Subject:
    """What papers and clauses are about. The head of grammar/subjects.toml explains the fields."""

    id: str
    name: str
    items: tuple[str, ...]
    listed: tuple[str, ...]
    told: tuple[str, ...]
    facts: tuple[str, ...]


@dataclass(frozen=True)
class Concept:
    """One point that can be asked for, in several wordings; the head of grammar/concepts_1.toml explains them."""

    id: str
    subject: str
    asked: str
    close: str
    other: str
    fact: str


@dataclass(frozen=True)
class Grammar:
    """Everything that sentences are made from."""

    countries: tuple[Country, ...]
    subjects: Mapping[str, Subject]
    concepts: tuple[Concept, ...]
    phrases: Mapping[str, Sequence[str]]


@cache
def load_grammar() -> Grammar:
    """The grammar that ships beside this module."""
    subjects = [Subject(**_freeze(row)) for row in _read("subjects")["subject"]]
    rows = _read("concepts_1")["concept"] + _read("concepts_2")["concept"]
    return Grammar(
        countries=tuple(Country(**_freeze(row)) for row in _read("countries")["country"]),
        subjects={subject.id: subject for subject in subjects},
        concepts=tuple(Concept(id=f"{row['subject']}-{place}", **row) for place, row in enumerate(rows)),
        phrases=_read("phrases"),
    )


def draw_slots(rng: Random, country: Country, grammar: Grammar) -> dict[str, str]:
    """Values for the slots of one sentence, or of all wordings of one point."""
    number, year = str(rng.randint(3, 48)), str(rng.randint(2009, 2022))
    return {
        "country": country.name,
        "adjective": country.adjective,
        "town": rng.choice(country.towns),
        "n": number,
        "year": year,
        "session": rng.choice(("fifty-eighth", "sixty-first", "sixty-fourth")),
        "when": rng.choice(grammar.phrases["whens"]).format(n=number),
        "body": rng.choice(grammar.phrases["bodies"]),
    }


def fill_concept(concept: Concept, slots: Mapping[str, str]) -> Concept:
    """The point with one set of values in all its wordings."""
    return Concept(
        concept.id,
        concept.subject,
        *(text.format(**slots) for text in (concept.asked, concept.close, concept.other, concept.fact)),
    )


def draw(rng: Random, phrases: Sequence[str], slots: Mapping[str, str], **more: str) -> str:
    """One of the phrases, filled."""
    return rng.choice(phrases).format(**slots, **more)


def join_items(items: Sequence[str]) -> str:
    """A list in a sentence: "a, b and c"."""
    return f"{', '.join(items[:-1])} and {items[-1]}" if len(items) > 1 else "".join(items)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def _freeze(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
