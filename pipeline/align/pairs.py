"""Which clauses of an earlier text a clause continues: one-to-one where it can be, then splits and mergers."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from rapidfuzz.distance import Indel
from rapidfuzz.process import cdist

from pipeline.align.tokens import Word, read_words
from pipeline.records import Clause

_SAME_PLACE = 0.02  # decides between equal texts ("Persons with disabilities;" under two chapeaux), nothing else
_CHAPEAU_WEIGHT = 0.1  # a sub-paragraph keeps its home unless its own words say otherwise
_PART = 0.7  # of the shorter clause's words in order in the longer one: a half of it, or one of its sources
_PART_LEAST = 5  # words of substance that such a part must share


def pair_clauses(later: Sequence[Clause], earlier: Sequence[Clause], least: float) -> dict[int, int]:
    """Pair clauses of a text with those of an earlier one: index in `later` -> index in `earlier`.

    Similarity (0..1, of the clauses' own words) is the mean of three: 2 x longest common subsequence over both lengths,
    of all words and of the words of substance, and the share of words in common, rare ones counting more. Pairs below
    `least` are not made; the assignment with the largest sum is taken (Hungarian method, scipy). What stands above
    paired sub-paragraphs is paired, too.
    """
    from scipy.optimize import linear_sum_assignment

    if not later or not earlier:
        return {}
    own = _measure_likeness(later, earlier)
    close = own >= least
    gain = np.where(close, own + _CHAPEAU_WEIGHT * _measure_chapeaux(later, earlier), 0.0)
    gain += _SAME_PLACE * (close & _mark_same_place(later, earlier))
    rows, columns = linear_sum_assignment(-gain)
    pairs = {int(i): int(j) for i, j in zip(rows, columns, strict=True) if close[i, j]}
    return pairs | _pair_above(later, earlier, pairs)


def _pair_above(later: Sequence[Clause], earlier: Sequence[Clause], pairs: Mapping[int, int]) -> dict[int, int]:
    """Clauses without a partner whose sub-paragraphs mostly continue those of an earlier clause without one."""
    homes, earlier_homes = _find_homes(later), _find_homes(earlier)
    votes = Counter((homes[i], earlier_homes[j]) for i, j in pairs.items() if i in homes and j in earlier_homes)
    sizes = Counter(homes.values())
    taken = set(pairs.values())
    return {i: j for (i, j), count in votes.items() if i not in pairs and j not in taken and 2 * count > sizes[i]}


def _find_homes(clauses: Sequence[Clause]) -> dict[int, int]:
    """By sub-paragraph, the place of the clause it stands under."""
    places = {clause.quotes[0]: place for place, clause in enumerate(clauses) if clause.quotes}
    above = {place: clause.chapeau[-1] for place, clause in enumerate(clauses) if clause.chapeau}
    return {place: places[quote] for place, quote in above.items() if quote in places}


def find_parts(
    later: Sequence[Clause], earlier: Sequence[Clause], pairs: Mapping[int, int]
) -> dict[int, tuple[int, ...]]:
    """Further earlier clauses of each clause, closest first: that it is a part of (split), or that it took in (merged).

    A clause without a partner may be the half of any earlier clause; an earlier clause without a partner may have gone
    into any clause.
    """
    if not later or not earlier:
        return {}
    shared = _count_shared(_list_substance(later), _list_substance(earlier))
    left = np.array([len(words) for words in _list_substance(later)])
    right = np.array([len(words) for words in _list_substance(earlier)])
    single = np.array([place not in pairs for place in range(len(later))])
    spare = np.array([place not in pairs.values() for place in range(len(earlier))])
    split = single[:, None] & (shared >= _PART * left[:, None])
    merged = spare[None, :] & (shared >= _PART * right[None, :])
    found: dict[int, list[int]] = defaultdict(list)
    for i, j in np.argwhere((split | merged) & (shared >= _PART_LEAST)):
        found[int(i)].append(int(j))
    return {i: tuple(sorted(js, key=lambda j: (-shared[i, j], j))) for i, js in found.items()}


def _measure_likeness(later: Sequence[Clause], earlier: Sequence[Clause]) -> np.ndarray:
    every = _compare_sequences(_list_keys(later), _list_keys(earlier))
    content = _compare_sequences(_list_substance(later), _list_substance(earlier))
    return np.array((every + content + _weigh_common(_list_substance(later), _list_substance(earlier))) / 3)


def _weigh_common(left: Sequence[tuple[str, ...]], right: Sequence[tuple[str, ...]]) -> np.ndarray:
    """Words in common over all words (Dice), each weighted by its inverse document frequency in both texts."""
    bags = [Counter(words) for words in (*left, *right)]
    frequency = Counter(word for bag in bags for word in bag)
    columns = {word: place for place, word in enumerate(frequency)}
    weights = np.array([math.log1p(len(bags) / count) for count in frequency.values()])
    present = np.zeros((len(bags), len(columns)))
    for row, bag in enumerate(bags):
        present[row, [columns[word] for word in bag]] = 1.0
    mass = present @ weights
    common = (present[: len(left)] * weights) @ present[len(left) :].T
    total = mass[: len(left), None] + mass[None, len(left) :]
    return np.array(2 * common / np.where(total > 0, total, 1.0))


def _list_keys(clauses: Sequence[Clause]) -> list[tuple[str, ...]]:
    return [tuple(word.key for word in read_words(clause.text)) for clause in clauses]


def _list_substance(clauses: Sequence[Clause]) -> list[tuple[str, ...]]:
    return [_keep_substance(read_words(clause.text)) for clause in clauses]


def _keep_substance(words: Sequence[Word]) -> tuple[str, ...]:
    """The words of substance, or all of a clause that has none ("Also")."""
    return tuple(word.key for word in words if word.is_substance) or tuple(word.key for word in words)


def _measure_chapeaux(later: Sequence[Clause], earlier: Sequence[Clause]) -> np.ndarray:
    def read(clause: Clause) -> tuple[str, ...]:
        return tuple(word.key for word in read_words(" ".join(quote.text for quote in clause.chapeau)))

    return _compare_sequences([read(clause) for clause in later], [read(clause) for clause in earlier])


def _mark_same_place(later: Sequence[Clause], earlier: Sequence[Clause]) -> np.ndarray:
    return np.array([[(a.section, a.label) == (b.section, b.label) for b in earlier] for a in later], dtype=bool)


def _compare_sequences(left: Sequence[tuple[str, ...]], right: Sequence[tuple[str, ...]]) -> np.ndarray:
    """Normalised Indel similarity of every pair of word sequences, len(left) x len(right)."""
    spelled = _spell_as_signs([*left, *right])
    likeness = cdist(spelled[: len(left)], spelled[len(left) :], scorer=Indel.normalized_similarity)
    return np.array(likeness, dtype=float)


def _count_shared(left: Sequence[tuple[str, ...]], right: Sequence[tuple[str, ...]]) -> np.ndarray:
    """Length of the longest common subsequence of every pair of word sequences."""
    spelled = _spell_as_signs([*left, *right])
    apart = np.asarray(cdist(spelled[: len(left)], spelled[len(left) :], scorer=Indel.distance), dtype=float)
    sizes = [np.array([len(words) for words in side], dtype=float) for side in (left, right)]
    return np.array((sizes[0][:, None] + sizes[1][None, :] - apart) / 2)


def _spell_as_signs(sequences: Sequence[tuple[str, ...]]) -> list[str]:
    """Each sequence as a string with one sign a word, so that rapidfuzz compares them all in one call."""
    signs: dict[str, str] = {}
    for words in sequences:
        for word in words:
            signs.setdefault(word, chr(0x100 + len(signs) + 0x800 * (len(signs) >= 0xD700)))
    return ["".join(signs[word] for word in words) for words in sequences]
