"""In which language a document is written, and whether that language is read at all."""

import re
import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import DocumentError
from pipeline.records import Paragraph

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_LANGUAGES = Path(__file__).with_name("languages.toml")
_WORD = re.compile(r"[^\W\d_]+")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u4e00-\u9fff]")
_LEAST_WORDS = 20
_LEAST_LETTERS = 60  # for scripts that set no blanks between words
_MOST_LETTERS = 20_000  # enough for any decision; the model reads a megabyte a second
_SURE = 0.6  # of the model, 0..1: prose of 20 words reaches 0.9, lists of names and codes stay under 0.3


@dataclass(frozen=True)
class Languages:
    """The data file as it stands."""

    supported: tuple[str, ...]
    enough: float
    good_part: float
    frequent: dict[str, frozenset[str]]
    names: dict[str, str]


def check_language(paragraphs: Sequence[Paragraph], name: str) -> str:
    """The ISO 639-1 code of the language of a document's paragraphs; "" where it cannot be told.

    Short texts and tables of numbers cannot be told. `name` is the file's, for the message. Raises DocumentError when
    the language is told and is none of `supported` in languages.toml.
    """
    found = detect_language(paragraphs)
    languages = read_languages()
    if not found or found in languages.supported:
        return found
    wanted = " or ".join(languages.names.get(code, code) for code in languages.supported)
    raise DocumentError(
        f"{name}: the text is in {languages.names.get(found, found)}, which is not read yet; give its {wanted} version."
    )


def detect_language(paragraphs: Sequence[Paragraph]) -> str:
    """The code of a supported language that a good part of the text is in, else of the language that most of it is in;
    "" where too little of it is prose."""
    parts = [[word.lower() for word in _WORD.findall(paragraph.text)] for paragraph in paragraphs]
    if sum(map(len, parts)) < _LEAST_WORDS and _count_unspaced(parts) < _LEAST_LETTERS:
        return ""
    return _settle_by_words(parts) or _ask_model(" ".join(word for part in parts for word in part)[:_MOST_LETTERS])


def _count_unspaced(parts: Sequence[Sequence[str]]) -> int:
    """Letters of Chinese, Japanese, Thai, Lao, Khmer and Burmese, which set no blanks between words."""
    return sum(len(_UNSPACED.findall(word)) for part in parts for word in part)


def _settle_by_words(parts: Sequence[Sequence[str]]) -> str:
    """A supported language whose frequent words are many in a good part of the paragraphs: most documents need no
    model, which takes 0.7 s to load, and a paper in two languages is read."""
    languages = read_languages()
    for code in languages.supported:
        frequent = languages.frequent.get(code, frozenset())
        inside = sum(len(part) for part in parts if _count(part, frequent) > languages.enough * len(part))
        if inside > languages.good_part * sum(map(len, parts)):
            return code
    return ""


def _count(words: Sequence[str], frequent: Collection[str]) -> int:
    return sum(word in frequent for word in words)


def _ask_model(text: str) -> str:
    code, confidence = _load_model().classify(text)
    return code if confidence >= _SURE else ""


@cache
def _load_model() -> "LanguageIdentifier":
    """The model that comes with py3langid (Lui and Baldwin 2012, langid.py; 97 languages and more)."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


@cache
def read_languages() -> Languages:
    """The supported languages, their frequent words, and the names of all."""
    with _LANGUAGES.open("rb") as file:
        data = tomllib.load(file)
    frequent = {code: frozenset(words) for code, words in data["frequent"].items()}
    return Languages(tuple(data["supported"]), data["enough"], data["good_part"], frequent, data["names"])
