"""How rare a word or a phrase is: inverse document frequency over UN and NGO passages, names of the case masked."""

import io
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from zipfile import BadZipFile
from zlib import crc32

import numpy as np

from pipeline.errors import ModelError
from pipeline.weights import MODELS
from pipeline.words import content_stems

_BACKGROUND = "background-frequencies.tsv"
_PHRASES = "background-phrases.npz"
PHRASE_WORDS = (2, 3)  # content words of a phrase; longer ones are chains of these


@dataclass(frozen=True)
class Rarity:
    """Document frequencies of stems and phrases over `passages` passages, and the stems that count for nothing."""

    passages: int
    frequencies: dict[str, int]
    masked: frozenset[str] = frozenset()
    phrases: Mapping[int, int] = field(default_factory=dict)  # by hash: two or three content stems in a row
    _weights: dict[str, float] = field(default_factory=dict, repr=False, compare=False)  # of stems asked for before

    def weigh(self, stem: str) -> float:
        """Inverse document frequency in nats, ln((N + 1) / (df + 1)) as in smoothed idf; 0 for masked stems."""
        known = self._weights.get(stem)
        if known is None:
            rare = math.log((self.passages + 1) / (self.frequencies.get(stem, 0) + 1))
            known = self._weights[stem] = 0.0 if stem in self.masked else rare
        return known

    def weigh_run(self, stems: Sequence[str]) -> tuple[float, ...]:
        """What each stem of a run adds to what stands before it, in nats: little when the phrase is a common one.

        ln of how much rarer the phrase is than the phrase without its last word, for two and three words, whichever
        is less, and never more than the stem weighs alone. A phrase that no passage holds has no say.
        """
        return tuple(self._weigh_next(stems[max(place - 2, 0) : place + 1]) for place in range(len(stems)))

    def _weigh_next(self, stems: Sequence[str]) -> float:
        weights = [self.weigh(stems[-1])]
        for size in range(2, len(stems) + 1):
            held = self._count_phrase(stems[-size:])
            if held:
                weights.append(math.log((max(self._count_phrase(stems[-size:-1]), held) + 1) / (held + 1)))
        return min(weights)

    def _count_phrase(self, stems: Sequence[str]) -> int:
        return self.frequencies.get(stems[0], 0) if len(stems) == 1 else self.phrases.get(hash_phrase(stems), 0)

    def add_passages(self, texts: Iterable[str], mask: Iterable[str] = ()) -> "Rarity":
        """These frequencies with those of further passages; `mask` names words that shall weigh nothing."""
        counts, phrases, number = count_frequencies(texts)
        counts.update(self.frequencies)
        phrases.update(self.phrases)
        masked = self.masked | {stem for phrase in mask for stem in content_stems(phrase)}
        return Rarity(self.passages + number, dict(counts), masked, dict(phrases))

    def to_bytes(self) -> bytes:
        """The frequencies as a file that `read_rarity` reads; the same frequencies give the same bytes."""
        sink = io.BytesIO()
        stems, hashes = sorted(self.frequencies), sorted(self.phrases)
        np.savez(
            sink,
            passages=np.array(self.passages),
            stems=np.array(stems, dtype=np.str_),
            frequencies=np.array([self.frequencies[stem] for stem in stems], dtype=np.int64),
            masked=np.array(sorted(self.masked), dtype=np.str_),
            hashes=np.array(hashes, dtype=np.int64),
            counts=np.array([self.phrases[phrase] for phrase in hashes], dtype=np.int64),
        )
        return sink.getvalue()


def read_rarity(file: Path) -> Rarity:
    """What `Rarity.to_bytes` has written. Raises ModelError when the file is damaged."""
    try:
        with np.load(file) as table:
            frequencies = dict(zip(table["stems"].tolist(), table["frequencies"].tolist(), strict=True))
            phrases = dict(zip(table["hashes"].tolist(), table["counts"].tolist(), strict=True))
            return Rarity(int(table["passages"]), frequencies, frozenset(table["masked"].tolist()), phrases)
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise ModelError(
            f"{file}: cannot be read as a table of frequencies ({error}); delete it and run again."
        ) from error


def count_frequencies(texts: Iterable[str]) -> tuple[Counter[str], Counter[int], int]:
    """In how many of the texts each content stem stands, and each phrase (by its hash), and the number of texts."""
    counts: Counter[str] = Counter()
    phrases: Counter[int] = Counter()
    number = 0
    for text in texts:
        stems = content_stems(text)
        counts.update(set(stems))
        phrases.update(
            {hash_phrase(stems[i : i + size]) for size in PHRASE_WORDS for i in range(len(stems) - size + 1)}
        )
        number += 1
    return counts, phrases, number


def hash_phrase(stems: Sequence[str]) -> int:
    """32 bits of a phrase: enough that one phrase in 10,000 meets another of the table by chance."""
    return crc32(" ".join(stems).encode())


@cache
def load_background(path: Path | None = None) -> Rarity:
    """The shipped tables (see models/README.md), or one in the same format: a line `passages N`, then `stem df`.

    The phrases are those of background-phrases.npz beside the table, where there is one. Raises ModelError when a
    table is missing or damaged.
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
    return Rarity(head[1], dict(rows), phrases=_load_phrases(file.with_name(_PHRASES)))


def _load_phrases(file: Path) -> dict[int, int]:
    """Document frequencies by hash: two arrays of one length, `hashes` (uint32, sorted) and `counts` (uint16)."""
    if not file.exists():
        return {}
    try:
        with np.load(file) as table:
            return dict(zip(table["hashes"].tolist(), table["counts"].tolist(), strict=True))
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise ModelError(f"{file}: cannot be read as a table of phrases ({error}); restore it.") from error


def save_phrases(counts: Mapping[int, int], file: Path) -> None:
    """Write the table that `load_background` reads beside the one of stems."""
    hashes = sorted(counts)
    frequencies = [min(counts[phrase], 65535) for phrase in hashes]
    np.savez_compressed(file, hashes=np.array(hashes, np.uint32), counts=np.array(frequencies, np.uint16))
