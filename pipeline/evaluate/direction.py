"""How well swapped roles, denials and contrary stances are told from paraphrases.

Pairs are made from sentences of our own (`data/gold/direction/`, see its README): the marks in a sentence say which
noun phrases can be exchanged, where a denial can stand and which word has a contrary one; paraphrases and further
conflicts are written by hand. Every sentence belongs to one half, by its number: rules were written looking at the odd
half only.
"""

import csv
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pipeline.evaluate.measured import Measured
from pipeline.extract import read_frames
from pipeline.score import Passage
from pipeline.score.direction import compare_passages

if TYPE_CHECKING:
    from pipeline.extract.language import English

SENTENCES = Path(__file__).parents[2] / "data" / "gold" / "direction" / "sentences.tsv"
Half = Literal["development", "held back"]
CONFLICTS = ("swap", "negation", "opposite", "stance")  # every other kind of row is a paraphrase

_SLOT = re.compile(r"\[([^\]]*)\]")  # a noun phrase that can be exchanged with another of the sentence
_DENIAL = re.compile(r"\{([^|}]*)\|([^}]*)\}")  # as it stands | denied
_CONTRARY = re.compile(r"<([^|>]*)\|([^>]*)>")  # as it stands | contrary


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sentences, whether they contradict each other, and how the second was made from the first."""

    sentence: int
    kind: str
    left: str
    right: str
    is_conflict: bool

    @property
    def half(self) -> Half:
        return "development" if self.sentence % 2 else "held back"


def load_pairs(path: Path = SENTENCES) -> list[Pair]:
    """All pairs of the file, in its order: made by rule from the marks of each sentence, then those written by hand."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    pairs = []
    for number, group in itertools.groupby(rows, key=lambda row: int(row["sentence"])):
        marked, *written = list(group)
        plain = write_plain(marked["text"])
        made = [("swap by rule", text) for text in exchange_phrases(marked["text"])]
        made += [("negation by rule", text) for text in _replace_each(marked["text"], _DENIAL)]
        made += [("opposite by rule", text) for text in _replace_each(marked["text"], _CONTRARY)]
        made += [(row["kind"], row["text"]) for row in written]
        pairs += [Pair(number, kind, plain, text, kind.split()[0] in CONFLICTS) for kind, text in made]
    return pairs


def cross_pairs(pairs: Sequence[Pair]) -> list[Pair]:
    """Every conflict beside every paraphrase of the same sentence: the harder question, asked of no one word order."""
    return [
        Pair(number, f"{conflict.kind} against {other.kind}", other.right, conflict.right, True)
        for number, group in itertools.groupby(pairs, key=lambda pair: pair.sentence)
        for members in [list(group)]
        for conflict in members
        for other in members
        if conflict.is_conflict and not other.is_conflict and other.kind != "length"
    ]


def write_plain(marked: str) -> str:
    """The sentence without its marks, as it stands."""
    text = _CONTRARY.sub(r"\1", _DENIAL.sub(r"\1", _SLOT.sub(r"\1", marked)))
    return " ".join(text.split())


def exchange_phrases(marked: str) -> Iterator[str]:
    """The sentence with each two of its marked noun phrases in each other's place."""
    slots = list(_SLOT.finditer(marked))
    for first, second in itertools.combinations(slots, 2):
        between = marked[first.end() : second.start()]
        yield _capitalise(
            write_plain(marked[: first.start()] + second[1] + between + first[1] + marked[second.end() :])
        )


def _replace_each(marked: str, mark: re.Pattern[str]) -> Iterator[str]:
    for match in mark.finditer(marked):
        yield _capitalise(write_plain(marked[: match.start()] + match[2] + marked[match.end() :]))


def _capitalise(text: str) -> str:
    return text[:1].upper() + text[1:]


def find_rejected(pairs: Iterable[Pair], nlp: "English") -> list[bool]:
    """For each pair whether its second sentence is refused as agreement with the first."""
    listed = list(pairs)
    texts = list(dict.fromkeys(text for pair in listed for text in (pair.left, pair.right)))
    passages = {
        text: Passage(text, text, (text,), frames) for text, frames in zip(texts, read_frames(texts, nlp), strict=True)
    }
    return [compare_passages(passages[pair.left], passages[pair.right]).is_conflict for pair in listed]


def measure_direction(nlp: "English", folder: Path | None = None) -> list[Measured]:
    """Shares of contradictions and of paraphrases rejected, over pairs of the half that no rule was written on.

    Pairs of our own sentences; with a folder of labelled documents also pairs made by rule from its sentences, and its
    pairs that people or negotiators made to say the same. Wilson intervals.
    """
    from pipeline.evaluate.direction_texts import load_equals, load_texts, make_pairs

    rows = _count_rejected("sentences of our own", [pair for pair in load_pairs() if pair.half == "held back"], nlp)
    if folder:
        pairs = [pair for pair in make_pairs(load_texts(folder), nlp) if pair.half == "held back"]
        rows += _count_rejected("sentences of UN documents, changed by rule", pairs, nlp)
        rows += _count_rejected("pairs that people made or linked", load_equals(folder), nlp)
    return rows


def _count_rejected(task: str, pairs: Sequence[Pair], nlp: "English") -> list[Measured]:
    from scipy.stats import binomtest

    rejected = find_rejected(pairs, nlp)
    rows = []
    for is_conflict, metric, goal in (
        (True, "contradictions rejected", ">= 0.95"),
        (False, "paraphrases rejected", "<= 0.03"),
    ):
        found = [said for pair, said in zip(pairs, rejected, strict=True) if pair.is_conflict == is_conflict]
        if found:
            interval = binomtest(sum(found), len(found)).proportion_ci(method="wilson")
            share, low, high = sum(found) / len(found), float(interval.low), float(interval.high)
            rows.append(Measured("score", f"direction: {task}", metric, share, len(found), low, high, goal))
    return rows
