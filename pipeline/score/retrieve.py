"""Which pairs are worth measuring: the nearest by meaning and by words, seen from both sides.

A matrix of n texts against m others is worked out a block of rows at a time, so that it is never all in memory.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import chain
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from pipeline.engine import count_cores

Matrix = NDArray[np.float32]
Places = NDArray[np.int64]
Result = TypeVar("Result")
_LOW = 0xFFFFFFFF
_CELLS = 8_000_000  # of a block
_AHEAD = 8  # blocks a core whose results may wait


@dataclass(frozen=True)
class Scores:
    """How near each of n texts is to each of m others: a matrix of which only blocks of rows are made."""

    shape: tuple[int, int]
    make_rows: Callable[[slice], Matrix] = field(repr=False)

    @cached_property
    def _whole(self) -> Matrix:
        """All of a matrix that is no larger than a block: one thread multiplies it about as fast as several would, and
        those of the library for matrices keep their cores busy for a while after each multiplication."""
        with _load_threads().limit(limits=1, user_api="blas"):
            return self.make_rows(slice(0, self.shape[0]))

    def over_blocks(self, function: Callable[[slice, Matrix], Result]) -> Iterator[Result]:
        """The function's results for each block of rows, in order.

        Each core multiplies a block, looks it through and drops it, which is faster than multiplying on all cores and
        looking through on one.
        """
        parts = _cut(self.shape[0], max(1, _CELLS // max(self.shape[1], 1)))
        if len(parts) < 2:
            yield from (function(part, self._whole) for part in parts)
            return
        cores = count_cores()
        with _load_threads().limit(limits=1, user_api="blas"), ThreadPoolExecutor(cores) as pool:
            for some in _cut(len(parts), _AHEAD * cores):
                yield from pool.map(lambda part: function(part, self.make_rows(part)), parts[some])

    def pick(self, pairs: Sequence[tuple[int, int]]) -> Matrix:
        """The scores of these pairs (row, column), in their order."""
        rows, columns = np.fromiter(chain.from_iterable(pairs), dtype=np.int64).reshape(-1, 2).T
        order = np.argsort(rows, kind="stable")
        ends = np.searchsorted(rows[order], np.arange(self.shape[0] + 1))
        picked = np.empty(len(rows), dtype=np.float32)

        def fill(part: slice, block: Matrix) -> None:
            places = order[ends[part.start] : ends[part.stop]]
            picked[places] = block[rows[places] - part.start, columns[places]]

        for _ in self.over_blocks(fill):
            pass
        return picked


@cache
def _load_threads() -> Any:
    """What sets the threads of libraries; it takes a while to find them."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def compare_vectors(left: Matrix, right: Matrix) -> Scores:
    """Cosines of unit vectors, n x d and m x d."""
    return Scores((len(left), len(right)), lambda part: np.asarray(left[part] @ right.T, dtype=np.float32))


@dataclass(frozen=True)
class WordIndex:
    """Documents, given by their stems, as BM25 scores queries against them (Lucene's variant, bm25s)."""

    documents: Sequence[Sequence[str]]

    def score(self, queries: Sequence[Sequence[str]]) -> Scores:
        """Every query, given by its stems, against every document."""

        def make_rows(part: slice) -> Matrix:
            scores = np.zeros((part.stop - part.start, len(self.documents)), dtype=np.float32)
            for row, words in zip(scores, queries[part], strict=True):
                known = [self._columns[stem] for stem in dict.fromkeys(words) if stem in self._columns]
                if known:
                    places, parts = zip(*known, strict=True)
                    np.add.at(row, np.concatenate(places), np.concatenate(parts))
            return scores

        return Scores((len(queries), len(self.documents)), make_rows)

    @cached_property
    def own(self) -> Matrix:
        """Each document against itself."""
        return self.score(self.documents).pick([(place, place) for place in range(len(self.documents))])

    @cached_property
    def _columns(self) -> dict[str, tuple[Places, Matrix]]:
        """For each stem the places of the documents that have it, and what it adds to their scores."""
        if not any(self.documents):
            return {}
        import bm25s

        stems = sorted({stem for words in self.documents for stem in words})
        vocabulary = {stem: number for number, stem in enumerate(stems)}
        numbers = [[vocabulary[stem] for stem in words] for words in self.documents]
        index = bm25s.BM25(method="lucene")
        index.index((numbers, vocabulary), show_progress=False)
        ends = index.scores["indptr"][1:-1]
        places = np.split(index.scores["indices"].astype(np.int64), ends)
        return dict(zip(stems, zip(places, np.split(index.scores["data"], ends), strict=True), strict=True))


def find_candidates(matrices: Sequence[tuple[Scores | None, int]], both_sides: bool) -> list[tuple[int, int]]:
    """Pairs (row, column) among the `top` largest of their row (and column) in any of (scores, top), sorted.

    Ties go to the earlier row or column, so that the result does not hang on chance.
    """
    chosen = [np.zeros(0, dtype=np.int64)]
    width = 1
    for scores, top in matrices:
        if scores is None or not all(scores.shape):
            continue
        height, width = scores.shape
        chosen.append((np.arange(height)[:, None] * width + find_largest(scores, top)[0]).ravel())
        if both_sides:
            chosen.append((find_largest_of_columns(scores, top)[0] * width + np.arange(width)[:, None]).ravel())
    rows, columns = np.divmod(np.unique(np.concatenate(chosen)), width)
    return list(zip(rows.tolist(), columns.tolist(), strict=True))


def find_largest(scores: Scores, top: int) -> tuple[Places, Matrix]:
    """The columns of the `top` largest of each row, and their values; best first, ties to the earlier column.

    Exact: with `compare_vectors` the nearest neighbours of n texts among m others.
    """
    shape = scores.shape[0], min(top, scores.shape[1])
    places, values = np.empty(shape, dtype=np.int64), np.empty(shape, dtype=np.float32)

    def fill(part: slice, block: Matrix) -> None:
        places[part], values[part] = _take_largest(block, top)

    for _ in scores.over_blocks(fill):
        pass
    return places, values


def find_largest_of_columns(scores: Scores, top: int) -> tuple[Places, Matrix]:
    """The rows of the `top` largest of each column, and their values; best first."""
    places, values = np.empty((scores.shape[1], 0), dtype=np.int64), np.empty((scores.shape[1], 0), dtype=np.float32)

    def choose(part: slice, block: Matrix) -> tuple[Places, Matrix]:
        found, reached = _take_largest(block.T, top)
        return found + part.start, reached

    for found, reached in scores.over_blocks(choose):  # what an earlier block reached comes first, and wins a tie
        places, values = np.concatenate([places, found], axis=1), np.concatenate([values, reached], axis=1)
        chosen, values = _take_largest(values, top)
        places = np.take_along_axis(places, chosen, axis=1)
    return places, values


def _take_largest(block: Matrix, top: int) -> tuple[Places, Matrix]:
    places = _choose_largest(block, top)
    return places, np.take_along_axis(block, places, axis=1)


def _choose_largest(block: Matrix, top: int) -> NDArray[np.int64]:
    """The columns of the `top` largest of each row, best first.

    The columns are dealt into groups: the `top`-th largest of the groups' largest values is a bound that the `top`
    largest reach, and that few others do; only what reaches it is sorted.
    """
    rows, columns = block.shape
    if not block.size:
        return np.zeros((rows, 0), dtype=np.int64)
    if not top or columns < 8 * top:
        return np.argsort(-block, axis=1, kind="stable")[:, :top]
    size = max(2, columns // (12 * top))  # more of a group is slower to look through, and the bound lower
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


def _cut(number: int, size: int) -> list[slice]:
    return [slice(start, min(start + size, number)) for start in range(0, number, size)]
