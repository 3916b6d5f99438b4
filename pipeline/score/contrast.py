"""Cosines less what both texts reach with their nearest others: texts that are close to everything stand back.

Cross-domain similarity local scaling (Conneau et al., ICLR 2018), the pair itself left out of the neighbourhood. Where
a list holds fewer others, a usual value stands in for each that is missing, so that short lists stay comparable.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.score.retrieve import Matrix, Scores, find_largest, find_largest_of_columns

Floats = NDArray[np.float64]
Neighbours = tuple[Floats, Floats]  # of each text: the sum of its largest cosines, and the least of these
_NEIGHBOURS = 10
_USUAL_COSINE = 0.45  # of a text's nearest neighbours: stands in for those that a short list does not have


def contrast_cosines(scores: Scores, pairs: Sequence[tuple[int, int]], alone: bool = False) -> Matrix:
    """The contrast of the cosines of these pairs; with `alone`, of pairs that have nothing to do with one another."""
    cosines = scores.pick(pairs)
    if alone or not pairs:
        return cosines - np.float32(_USUAL_COSINE)
    (rows, columns), (ours, theirs) = np.array(pairs, dtype=np.int64).reshape(-1, 2).T, list_largest(scores)
    return contrast_pairs(cosines, sum_neighbours(ours[rows]), sum_neighbours(theirs[columns]))


def contrast_pairs(cosines: Matrix, ours: Neighbours, theirs: Neighbours) -> Matrix:
    """Cosines less the mean of what both texts of each pair reach with their ten nearest others."""
    near = _leave_out(cosines, *ours) + _leave_out(cosines, *theirs)
    return np.asarray(cosines - near / 2, dtype=np.float32)


def list_largest(scores: Scores) -> tuple[Floats, Floats]:
    """The largest entries of each row and of each column, rising: one more than neighbours count, or all there are."""
    rows, columns = (
        find(scores, _NEIGHBOURS + 1)[1][:, ::-1].astype(np.float64) for find in (find_largest, find_largest_of_columns)
    )
    return rows, columns


def merge_largest(lists: Iterable[Sequence[float]]) -> list[float]:
    """The largest of several lists of one text, rising, as if they had been found in one row."""
    return sorted(value for values in lists for value in values)[-_NEIGHBOURS - 1 :]


def sum_neighbours(largest: Floats) -> Neighbours:
    """For each row of largest entries their sum and their least; neighbours that are missing count as usual ones."""
    missing = _NEIGHBOURS + 1 - largest.shape[1]
    return largest.sum(axis=1) + missing * _USUAL_COSINE, largest[:, 0]


def _leave_out(own: Matrix, sums: Floats, least: Floats) -> Floats:
    """The mean over neighbours without the entry itself, or without the least of the largest when it is none."""
    return np.asarray((sums - np.maximum(own, least)) / _NEIGHBOURS)
