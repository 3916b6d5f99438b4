"""A text made ready for comparing: its words, the words that count, its lists."""

import re
from dataclasses import dataclass
from functools import cached_property

from pipeline.records import Frame
from pipeline.score.polarity import list_weighty
from pipeline.score.rarity import PHRASE_WORDS
from pipeline.score.terms import Term, read_terms
from pipeline.words import Token, Word, content_stems, list_denials, read_words, split_words, stem_set

_ITEM_BREAK = re.compile(r"\s*(?:[,;:()]|\band\b|\bor\b|\bas well as\b|\bincluding\b|\bsuch as\b)\s*", re.IGNORECASE)
_ITEM_WORDS = 5  # content words: longer pieces between commas are clauses, not list items
_LIST_ITEMS = 3
_CREDIT = re.compile(r"\s*\((?P<names>[^()]*)\)\s*[;.,]*\s*$")
_LINKING = {"of", "the", "and", "on", "behalf"}


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list: as printed, and its content stems in order."""

    text: str
    stems: tuple[str, ...]


@dataclass(frozen=True)
class Passage:
    """A text with the parts of it that count: all of it, or only what it adds to an earlier text."""

    id: str
    text: str
    added: tuple[str, ...]  # runs of words that count; (text,) when all do
    frames: tuple[Frame, ...] = ()
    context: str = ""  # what is embedded; the text when empty

    @property
    def shown(self) -> str:
        return self.context or self.text

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """The words of the whole text."""
        return read_words(self.text)

    @cached_property
    def stems(self) -> frozenset[str]:
        """Content stems of the whole text."""
        return frozenset(word.stem for word in self.words if word.is_content)

    @cached_property
    def added_words(self) -> tuple[tuple[Word, ...], ...]:
        """The added words, run by run."""
        return tuple(map(read_words, self.added))

    @cached_property
    def added_runs(self) -> tuple[tuple[Token, ...], ...]:
        """The same words and where they stand; offsets refer to the run."""
        return tuple(tuple(split_words(run)) for run in self.added)

    @cached_property
    def added_stems(self) -> tuple[str, ...]:
        """Content stems of the added words, in order, with repetitions."""
        return tuple(word.stem for run in self.added_words for word in run if word.is_content)

    @cached_property
    def added_stem_set(self) -> frozenset[str]:
        return frozenset(self.added_stems)

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """All words and signs, as they are compared with those of a passage that shares nearly all of them."""
        return read_terms(self.text)

    @cached_property
    def weighty(self) -> frozenset[str]:
        """Keys of the terms that carry weight."""
        return list_weighty(self.text)

    @cached_property
    def added_phrases(self) -> frozenset[tuple[str, ...]]:
        """Two and three content stems in a row in the added words; function words between them may differ."""
        runs = [[word.stem for word in run if word.is_content] for run in self.added_words]
        return frozenset(
            tuple(run[i : i + size]) for run in runs for size in PHRASE_WORDS for i in range(len(run) - size + 1)
        )

    @cached_property
    def denials(self) -> frozenset[tuple[str, str]]:
        """What the text denies, word by word."""
        return list_denials(self.words)

    @cached_property
    def act_stems(self) -> frozenset[str]:
        """Stems of all acts of the frames."""
        return frozenset(stem for frame in self.frames for stem in stem_set(frame.act))

    @cached_property
    def object_stems(self) -> frozenset[str]:
        """Stems of all objects of the frames."""
        return frozenset(stem for frame in self.frames for stem in stem_set(frame.object))

    @cached_property
    def lists(self) -> tuple[tuple[Item, ...], ...]:
        """Lists of at least three short items in the added words."""
        return tuple(found for run in self.added for found in _find_lists(run))


def drop_credit(text: str) -> str:
    """The text without the names in brackets that end it: "Ratify the protocol (Northland, East Isle);".

    They say who recommends, not what. Capital letters alone ("(CRPD)") are an abbreviation and stay.
    """
    found = _CREDIT.search(text)
    if found is None:
        return text
    words = [word for word in re.findall(r"[^\W\d_]+", found["names"]) if word not in _LINKING]
    named = bool(words) and all(word[0].isupper() and not word.isupper() for word in words)
    return text[: found.start()] if named and not any(sign.isdigit() for sign in found["names"]) else text


def _find_lists(text: str) -> list[tuple[Item, ...]]:
    """Runs of pieces between commas and conjunctions that are short enough to be items of one list."""
    lists: list[list[Item]] = [[]]
    for piece in _ITEM_BREAK.split(text):
        words = tuple(content_stems(piece))
        if 1 <= len(words) <= _ITEM_WORDS:
            lists[-1].append(Item(piece.strip(" .;"), words))
        elif words:
            lists.append([])
    return [tuple(items) for items in lists if len(items) >= _LIST_ITEMS]
