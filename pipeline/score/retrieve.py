"""Which pairs are worth measuring: the nearest by meaning and by words, seen from both sides."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
_NEIGHBOURS = 10
_BLOCK = 256  # rows
_LOW = 0xFFFFFFFF
_CELLS = 8_000_000  # of a block of cosines that is looked through for the largest
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
    rows, columns = _measure_neighbours(cosines), _measure_neighbours(cosines.T)
    contrast = np.empty_like(cosines)
    for part in _cut(len(cosines)):
        own = cosines[part]
        near = _leave_out(own, rows[0][part, None], rows[1][part, None]) + _leave_out(own, *columns)
        contrast[part] = own - near / 2
    return contrast


def _measure_neighbours(cosines: Matrix) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For each row the sum of its largest entries, one more than neighbours count, and the least of these.

    Neighbours that a short row lacks are added to the sum with the usual value.
    """
    number = min(_NEIGHBOURS, cosines.shape[1] - 1)
    sums, least = np.empty(len(cosines)), np.empty(len(cosines))
    for part in _cut(len(cosines)):
        largest = np.sort(np.partition(cosines[part], -number - 1, axis=1)[:, -number - 1 :].astype(np.float64), axis=1)
        sums[part], least[part] = largest.sum(axis=1), largest[:, 0]
    return sums + (_NEIGHBOURS - number) * _USUAL_COSINE, least


def _leave_out(own: Matrix, sums: NDArray[np.float64], least: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean over neighbours without the entry itself, or without the least of the largest when it is none."""
    return np.asarray((sums - np.maximum(own, least)) / _NEIGHBOURS)


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


def _cut(number: int, size: int = _BLOCK) -> list[slice]:
    """Rows in blocks: a few thousand texts on both sides must not ask for several copies of their whole matrix."""
    return [slice(start, start + size) for start in range(0, number, size)]
