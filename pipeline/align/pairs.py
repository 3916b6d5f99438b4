"""Which clause of an earlier text a clause continues: one-to-one, by shared words."""

from collections.abc import Sequence

import numpy as np
from rapidfuzz.distance import Indel

from pipeline.records import Clause
from pipeline.words import stems

_SAME_PLACE = 0.02  # decides between equal texts ("Persons with disabilities;" under two chapeaux), nothing else
_CHAPEAU_WEIGHT = 0.1  # a sub-paragraph keeps its home unless its own words say otherwise


def pair_clauses(later: Sequence[Clause], earlier: Sequence[Clause], least: float) -> dict[int, int]:
    """Pair clauses of a text with those of an earlier one: index in `later` -> index in `earlier`.

    Similarity is 2 x longest common subsequence of stems over both lengths (0..1) of the clauses' own words; pairs
    below `least` are not made. The assignment with the largest sum is taken (Hungarian method, scipy).
    """
    from scipy.optimize import linear_sum_assignment

    if not later or not earlier:
        return {}
    own = _similarities([stems(clause.text) for clause in later], [stems(clause.text) for clause in earlier])
    gain = np.where(own >= least, own, 0.0)
    gain += np.where(own >= least, _CHAPEAU_WEIGHT * _chapeau_similarities(later, earlier), 0.0)
    for i, clause in enumerate(later):
        for j, other in enumerate(earlier):
            if own[i, j] >= least and clause.label == other.label and clause.section == other.section:
                gain[i, j] += _SAME_PLACE
    rows, columns = linear_sum_assignment(-gain)
    return {int(i): int(j) for i, j in zip(rows, columns, strict=True) if own[i, j] >= least}


def _similarities(left: list[list[str]], right: list[list[str]]) -> np.ndarray:
    """Normalised Indel similarity of every pair of word sequences, len(left) x len(right)."""
    return np.array([[Indel.normalized_similarity(a, b) for b in right] for a in left], dtype=float)


def _chapeau_similarities(later: Sequence[Clause], earlier: Sequence[Clause]) -> np.ndarray:
    def chapeau(clause: Clause) -> tuple[str, ...]:
        return tuple(stems(" ".join(quote.text for quote in clause.chapeau)))

    left, right = [chapeau(clause) for clause in later], [chapeau(clause) for clause in earlier]
    known = {(a, b): Indel.normalized_similarity(a, b) for a in set(left) for b in set(right)}
    return np.array([[known[a, b] for b in right] for a in left], dtype=float)
