"""Finds the sentences of a public statement that claim influence, novelty or content, and the clauses they cite."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

Influence = Literal["caused", "taken", "echoes", "agrees", ""]
LEVELS: tuple[Influence, ...] = ("caused", "taken", "echoes", "agrees")  # the boldest first

_FILE = Path(__file__).with_name("claim_cues.toml")
_LETTERS = r"(?:\s?\([a-z]{1,4}\))"
_NUMBER = rf"\d{{1,3}}(?!\d){_LETTERS}*"
_CITED = re.compile(
    rf"\b(?:(?:operative |preambular )?para(?:graph)?s?\.?|ops?|clauses?)\s*{_NUMBER}"
    rf"(?:\s*(?:,|and|or|&|, and)\s*(?:{_NUMBER}|{_LETTERS}+))*|\b\d{{1,3}}{_LETTERS}+|\bpp\s?\d{{1,2}}\b",
    re.IGNORECASE,
)
_LABEL = re.compile(rf"(pp)?\s?(\d{{1,3}}(?!\d))?((?:{_LETTERS})*)", re.IGNORECASE)
_SYMBOL = re.compile(r"\b[AS]/(?:[A-Z]+/)*[\w/.]*\d|\b\d{1,3}/\d{1,3}\b")  # A/HRC/RES/55/21, "resolution 55/21"


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence that claims something of the resolution."""

    place: str  # where it stands: a paragraph of a file, or the id of a claim of the case
    text: str
    influence: Influence
    novel: bool  # something is new or said for the first time
    primary: bool  # nobody said it before the claimant
    cited: tuple[str, ...]  # labels of paragraphs it names: "2(g)"


def read_statements(sentences: Iterable[tuple[str, str]], names: Sequence[str]) -> list[Statement]:
    """The sentences (place, text) that claim something; `names` are those by which the claimant goes.

    A sentence claims influence when it speaks of the resolution or of the claimant with a cue of influence, novelty
    when it speaks of the resolution with a cue of novelty, content when it says what the resolution does or cites
    a paragraph.
    Denials ("did not lead to") claim nothing.
    """
    read = (read_statement(place, text, names) for place, text in sentences)
    return [statement for statement in read if statement is not None]


def read_statement(place: str, text: str, names: Sequence[str], cited: Sequence[str] = ()) -> Statement | None:
    """One sentence; None when it claims nothing. `cited` labels are added to those that it names itself."""
    labels = tuple(dict.fromkeys([*cited, *list_cited(text)]))
    about_text = bool(labels) or _SYMBOL.search(text) is not None or _matches("about", "resolution", text)
    about_us = _matches("about", "ours", text) or any(_find_words([name], text) for name in names)
    influence = _find_influence(text) if about_text or about_us else ""
    novel = about_text and _claims_novelty(text)
    primary = about_us and _matches("primacy", "ours", text)
    says = about_text and _says_something(text)
    if not (influence or novel or primary or says or labels) or (not influence and _denies_influence(text)):
        return None
    return Statement(place, text, influence, novel, primary, labels)


def list_cited(text: str) -> tuple[str, ...]:
    """Labels of paragraphs that a text names, as the tables write them: "paragraphs 1 (e) and 2(g)" -> 1(e), 2(g)."""
    labels = []
    for match in _CITED.finditer(text):
        number = ""
        for preamble, figure, letters in _LABEL.findall(match.group()):
            number = figure or number  # "2 (l) and (m)": the number goes on
            if figure or letters:
                labels.append("PP" + figure if preamble else number + re.sub(r"\s", "", letters).lower())
    return tuple(dict.fromkeys(labels))


def strip_cues(text: str) -> str:
    """The sentence without what it says about itself (influence, novelty, the resolution's name): what it speaks of."""
    cues = _load_cues()
    words = [*(cue for group in cues["influence"].values() for cue in group), *cues["novelty"]["new"]]
    words += [*cues["about"]["resolution"], *cues["about"]["ours"]]
    kept = _CITED.sub(" ", _SYMBOL.sub(" ", text))
    kept = re.sub(_alternatives(words), " ", kept, flags=re.IGNORECASE)
    return re.sub(r"\s+", " ", kept).strip()


def _find_influence(text: str) -> Influence:
    for level in LEVELS:
        if any(not _is_denied(text, start) for start in _find_words(_load_cues()["influence"][level], text)):
            return level
    return ""


def _denies_influence(text: str) -> bool:
    return any(_matches("influence", level, text) for level in LEVELS)


def _claims_novelty(text: str) -> bool:
    kept = re.sub(_alternatives(_load_cues()["novelty"]["not_new"]), " ", text, flags=re.IGNORECASE)
    return any(not _is_denied(kept, start) for start in _find_words(_load_cues()["novelty"]["new"], kept))


def _says_something(text: str) -> bool:
    verbs = "|".join(re.escape(verb) for verb in _load_cues()["content"]["says"])
    return re.search(rf"\b(?:{verbs})(?:e?s|e?d|ing)?\b", text, re.IGNORECASE) is not None


def _is_denied(text: str, start: int) -> bool:
    """Whether one of the five words before the cue denies it."""
    before = " ".join(text[:start].split()[-5:])
    return bool(_find_words(_load_cues()["about"]["denied"], before))


def _matches(section: str, key: str, text: str) -> bool:
    return bool(_find_words(_load_cues()[section][key], text))


def _find_words(cues: Sequence[str], text: str) -> list[int]:
    return [match.start() for match in re.finditer(_alternatives(cues), text, re.IGNORECASE)]


def _alternatives(cues: Sequence[str]) -> str:
    longest_first = sorted(cues, key=lambda cue: (-len(cue), cue))
    return r"(?<!\w)(?:" + "|".join(re.escape(cue).replace(r"\ ", r"\s+") for cue in longest_first) + r")(?!\w)"


@cache
def _load_cues() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))
