"""Cosines less what both texts reach with their nearest others: texts that are close to everything stand back.

Cross-domain similarity local scaling (Conneau et al., ICLR 2018), the pair itself left out of the neighbourhood. Where
a list holds fewer others, a usual value stands in for each that is missing, so that short lists stay comparable.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
Floats = NDArray[np.float64]
Neighbours = tuple[Floats, Floats]  # of each text: the sum of its largest cosines, and the least of these
_NEIGHBOURS = 10
_BLOCK = 256  # rows: a few thousand texts on both sides must not ask for several copies of their whole matrix
_USUAL_COSINE = 0.45  # of a text's nearest neighbours: stands in for those that a short list does not have


def contrast_cosines(cosines: Matrix, alone: bool = False) -> Matrix:
    """The contrast of every cosine of a matrix; with `alone`, of pairs that have nothing to do with one another."""
    if alone or not cosines.size:
        return (cosines - _USUAL_COSINE).astype(np.float32)
    rows, columns = (sum_neighbours(list_largest(matrix)) for matrix in (cosines, cosines.T))
    contrast = np.empty_like(cosines)
    for start in range(0, len(cosines), _BLOCK):
        part = slice(start, start + _BLOCK)
        contrast[part] = contrast_pairs(cosines[part], (rows[0][part, None], rows[1][part, None]), columns)
    return contrast


def contrast_pairs(cosines: Matrix, ours: Neighbours, theirs: Neighbours) -> Matrix:
    """Cosines less the mean of what both texts of each pair reach with their ten nearest others."""
    near = _leave_out(cosines, *ours) + _leave_out(cosines, *theirs)
    return np.asarray(cosines - near / 2, dtype=np.float32)


def list_largest(cosines: Matrix) -> Floats:
    """The largest entries of each row, rising: one more than neighbours count, or all there are."""
    number = min(_NEIGHBOURS + 1, cosines.shape[1])
    largest = np.empty((len(cosines), number))
    for start in range(0, len(cosines), _BLOCK):
        part = cosines[start : start + _BLOCK]
        largest[start : start + _BLOCK] = np.sort(np.partition(part, -number, axis=1)[:, -number:], axis=1)
    return largest


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
