"""Which pairs are worth measuring: the nearest by meaning and by words, seen from both sides."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]


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


def _find_largest(matrix: Matrix, top: int) -> NDArray[np.int64]:
    """Column indices of the `top` largest values of each row, best first."""
    return np.argsort(-matrix, axis=1, kind="stable")[:, :top]
