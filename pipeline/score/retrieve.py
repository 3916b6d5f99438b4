"""Which pairs are worth measuring: the nearest by meaning and by words, seen from both sides."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
_NEIGHBOURS = 10
_USUAL_COSINE = 0.45  # of a text's nearest neighbours: stands in for those that a short list does not have


def score_bm25(queries: Sequence[Sequence[str]], documents: Sequence[Sequence[str]]) -> Matrix:
    """BM25 (Lucene's variant, bm25s) of every query against every document; len(queries) x len(documents)."""
    import bm25s

    scores = np.zeros((len(queries), len(documents)), dtype=np.float32)
    if not any(documents):
        return scores
    vocabulary = {stem: number for number, stem in enumerate(sorted({stem for words in documents for stem in words}))}
    ids = [[vocabulary[stem] for stem in words] for words in documents]
    index = bm25s.BM25(method="lucene")
    index.index((ids, vocabulary), show_progress=False)
    for row, words in enumerate(queries):
        known = [vocabulary[stem] for stem in dict.fromkeys(words) if stem in vocabulary]
        if known:
            scores[row] = index.get_scores_from_ids(known)
    return scores


def find_candidates(matrices: Sequence[Matrix | None], top: int, both_sides: bool) -> list[tuple[int, int]]:
    """Pairs (row, column) among the `top` largest of their row (and column) in any matrix, sorted.

    Ties go to the earlier row or column, so that the result does not hang on chance.
    """
    chosen: set[tuple[int, int]] = set()
    for matrix in matrices:
        if matrix is None or not matrix.size:
            continue
        for row, columns in enumerate(_find_largest(matrix, top)):
            chosen.update((row, int(column)) for column in columns)
        if both_sides:
            for column, rows in enumerate(_find_largest(matrix.T, top)):
                chosen.update((int(row), column) for row in rows)
    return sorted(chosen)


def contrast_cosines(cosines: Matrix, alone: bool = False) -> Matrix:
    """Each cosine less the mean cosine of both texts to their ten nearest others: texts close to everything stand back.

    Cross-domain similarity local scaling (Conneau et al., ICLR 2018), the pair itself left out of the neighbourhood.
    Where a list holds fewer others (or `alone`: pairs that have nothing to do with one another), a usual value
    stands in for each that is missing, so that short lists stay comparable.
    """
    if alone or not cosines.size:
        return (cosines - _USUAL_COSINE).astype(np.float32)
    return (cosines - (_mean_nearest(cosines) + _mean_nearest(cosines.T).T) / 2).astype(np.float32)


def _mean_nearest(cosines: Matrix) -> NDArray[np.float64]:
    """For each entry the mean of the largest other entries of its row."""
    number = min(_NEIGHBOURS, cosines.shape[1] - 1)
    largest = -np.sort(-cosines.astype(np.float64), axis=1)[:, : number + 1]
    total = largest.sum(axis=1, keepdims=True)
    others = total - np.maximum(cosines, largest[:, -1:])  # the entry itself, or else the least of the largest
    return np.asarray((others + (_NEIGHBOURS - number) * _USUAL_COSINE) / _NEIGHBOURS)


def _find_largest(matrix: Matrix, top: int) -> NDArray[np.int64]:
    """Column indices of the `top` largest values of each row, best first."""
    return np.argsort(-matrix, axis=1, kind="stable")[:, :top]
