"""How rare a word is: inverse document frequency over UN and NGO passages, names of the case masked."""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.errors import ModelError
from pipeline.weights import MODELS
from pipeline.words import content_stems

_BACKGROUND = "background-frequencies.tsv"


@dataclass(frozen=True)
class Rarity:
    """Document frequencies of stems over `passages` passages, and the stems that count for nothing."""

    passages: int
    frequencies: dict[str, int]
    masked: frozenset[str] = frozenset()

    def weigh(self, stem: str) -> float:
        """Inverse document frequency in nats, ln((N + 1) / (df + 1)) as in smoothed idf; 0 for masked stems."""
        if stem in self.masked:
            return 0.0
        return math.log((self.passages + 1) / (self.frequencies.get(stem, 0) + 1))

    def add_passages(self, texts: Iterable[str], mask: Iterable[str] = ()) -> "Rarity":
        """These frequencies with those of further passages; `mask` names words that shall weigh nothing."""
        counts, number = count_frequencies(texts)
        counts.update(self.frequencies)
        masked = self.masked | {stem for phrase in mask for stem in content_stems(phrase)}
        return Rarity(self.passages + number, dict(counts), masked)


def count_frequencies(texts: Iterable[str]) -> tuple[Counter[str], int]:
    """In how many of the texts each content stem stands, and the number of texts."""
    counts: Counter[str] = Counter()
    number = 0
    for text in texts:
        counts.update(set(content_stems(text)))
        number += 1
    return counts, number


@cache
def load_background(path: Path | None = None) -> Rarity:
    """The shipped table (see models/README.md), or one in the same format: a line `passages N`, then `stem df`.

    Raises ModelError when the table is missing or damaged.
    """
    file = path or MODELS / _BACKGROUND
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
        pairs = [line.split("\t") for line in lines if line and not line.startswith("#")]
        head, *rows = [(name, int(count)) for name, count in pairs]
    except (OSError, ValueError) as error:
        raise ModelError(
            f"{file}: cannot be read as a frequency table ({error}); restore it or name another."
        ) from error
    return Rarity(head[1], dict(rows))
