"""Which pairs are worth measuring: the nearest by meaning and by words, seen from both sides."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
_LOW = 0xFFFFFFFF
_CELLS = 8_000_000  # of a block of cosines that is looked through for the largest


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


def find_candidates(matrices: Sequence[tuple[Matrix | None, int]], both_sides: bool) -> list[tuple[int, int]]:
    """Pairs (row, column) among the `top` largest of their row (and column) in any matrix (matrix, top), sorted.

    Ties go to the earlier row or column, so that the result does not hang on chance.
    """
    chosen = [np.zeros(0, dtype=np.int64)]
    width = 1
    for matrix, top in matrices:
        if matrix is None or not matrix.size:
            continue
        height, width = matrix.shape
        chosen.append((np.arange(height)[:, None] * width + _find_largest(matrix, top)).ravel())
        if both_sides:
            chosen.append((_find_largest(matrix.T, top) * width + np.arange(width)[:, None]).ravel())
    rows, columns = np.divmod(np.unique(np.concatenate(chosen)), width)
    return list(zip(rows.tolist(), columns.tolist(), strict=True))


def find_nearest(queries: Matrix, documents: Matrix, top: int) -> tuple[NDArray[np.int64], Matrix]:
    """For n unit vectors the places of the `top` nearest of m others, and their cosines; both n x top, best first.

    Exact, ties to the earlier document. The n x m cosines are never all in memory: each core multiplies a block of
    rows, looks it through and drops it, which is faster than multiplying on all cores and looking through on one.
    """
    from threadpoolctl import threadpool_limits

    top = min(top, len(documents))
    found = np.empty((len(queries), top), dtype=np.int64)
    cosines = np.empty((len(queries), top), dtype=np.float32)

    def fill(part: slice) -> None:
        near = queries[part] @ documents.T
        found[part] = _choose_largest(near, top)
        cosines[part] = np.take_along_axis(near, found[part], axis=1)

    cores = os.cpu_count() or 1
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(cores) as pool:
        list(pool.map(fill, _cut(len(queries), _count_rows(len(documents)))))
    return found, cosines


def _find_largest(matrix: Matrix, top: int) -> NDArray[np.int64]:
    """Column indices of the `top` largest values of each row, best first."""
    found = np.empty((matrix.shape[0], min(top, matrix.shape[1])), dtype=np.int64)
    for part in _cut(len(matrix), _count_rows(matrix.shape[1])):
        found[part] = _choose_largest(matrix[part], found.shape[1])
    return found


def _choose_largest(block: Matrix, top: int) -> NDArray[np.int64]:
    """As `_find_largest`. The columns are dealt into groups: the `top`-th largest of the groups' largest values is a
    bound that the `top` largest reach, and that few others do; only what reaches it is sorted.
    """
    rows, columns = block.shape
    size = columns // (4 * top) if top else 0
    if size < 2:
        return np.argsort(-block, axis=1, kind="stable")[:, :top]
    groups = columns // size
    peaks = block[:, : groups * size].reshape(rows, size, groups).max(axis=1)
    bounds = np.partition(peaks, groups - top, axis=1)[:, groups - top]
    flat = np.flatnonzero(block >= bounds[:, None])  # np.nonzero would take five times as long
    row, column = np.divmod(flat, columns)
    ends = np.cumsum(np.bincount(row, minlength=rows))
    starts = np.concatenate([[0], ends[:-1]])
    keys = np.full((rows, int((ends - starts).max())), np.iinfo(np.int64).max)
    keys[row, np.arange(len(row)) - starts[row]] = _make_sortable(block[row, column]) | column
    return np.asarray(np.sort(keys, axis=1)[:, :top] & _LOW)


def _make_sortable(values: Matrix) -> NDArray[np.int64]:
    """Whole numbers in the opposite order of the values, their lower half free: numpy sorts these fastest."""
    bits = (values + np.float32(0)).view(np.int32)  # -0 becomes 0
    ordered = np.where(bits < 0, bits ^ np.int32(0x7FFFFFFF), bits).astype(np.int64)
    return np.asarray(~ordered << 32)


def _count_rows(columns: int) -> int:
    return max(1, _CELLS // max(columns, 1))


def _cut(number: int, size: int) -> list[slice]:
    return [slice(start, start + size) for start in range(0, number, size)]
