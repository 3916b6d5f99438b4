"""Documents made equally long before their best findings are compared: the best of 300 beats the best of 15 by luck."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.records import Source

Floats = NDArray[np.float64]
Ints = NDArray[np.integer[Any]]  # of 32 bits in long columns
Unit = tuple[str, ...]  # ids of the documents that are compared as one

NO_UNIT = -1
_KEPT_SHARE = 0.8  # of the placebo documents that should still count as blocks of their own
_PLENTY = 2  # times the blocks needed: more than that gain less than longer blocks do


@dataclass(frozen=True)
class Marks:
    """Links as columns, in the order of their spans."""

    unit: Ints  # its place; NO_UNIT for links of other documents
    span: Ints  # its place


def form_blocks(placebos: Sequence[Source], sizes: Mapping[str, int], wanted: int) -> list[Unit]:
    """Join placebo documents of one kind, in order of id, into blocks of at least `wanted` findings.

    `sizes` counts the findings of a document. What is left over at the end of a kind joins its last block; a kind that
    cannot fill one block is left out, since a short block would be too easy to beat.
    """
    blocks: list[Unit] = []
    for _, group in groupby(sorted(placebos, key=lambda source: (source.kind, source.id)), lambda source: source.kind):
        formed: list[list[str]] = [[]]
        for source in group:
            formed[-1].append(source.id)
            if sum(sizes.get(name, 0) for name in formed[-1]) >= wanted:
                formed.append([])
        rest = formed.pop()
        if formed:
            formed[-1] += rest
        blocks += [tuple(block) for block in formed]
    return blocks


def choose_block_size(placebos: Sequence[Source], sizes: Mapping[str, int], longest: int, needed: int) -> int:
    """The number n of findings to compare: that of the longest document under test, or as near to it as there are
    still blocks enough.

    Enough are four fifths of the placebo documents, but more than `needed` where there are more, and no more than twice
    that many: with `needed` blocks a single link stays just above the first step of Benjamini and Hochberg.
    """
    filled = [source for source in placebos if sizes.get(source.id, 0)]
    kept = max(ceil(_KEPT_SHARE * len(filled)), min(needed + 1, len(filled)))
    enough = max(needed, min(kept, _PLENTY * needed))
    for wanted in range(max(longest, 1), 0, -1):
        if len(form_blocks(filled, sizes, wanted)) >= enough:
            return wanted
    return max(longest, 1)


def expect_weights(size: int, drawn: int) -> Floats:
    """Weights of a document's findings, best first, in the expected best of `drawn` out of its `size` findings.

    The i-th best is the best of a random subset with probability C(size - i, drawn - 1) / C(size, drawn). A document
    with `drawn` findings or fewer is its own best.
    """
    weights = np.zeros(size)
    if size <= drawn:
        weights[:1] = 1.0
        return weights
    places = np.arange(1, size - drawn + 1)
    ratios = (size - places - drawn + 1) / (size - places)
    weights[: size - drawn + 1] = drawn / size * np.concatenate([[1.0], np.cumprod(ratios)])
    return weights


def measure_units(marks: Marks, values: Floats, sizes: Sequence[int], drawn: int, spans: int) -> Floats:
    """The expected best value of `drawn` findings of each unit for each span; len(sizes) x spans.

    `values` holds one number a link; findings without a link count as one less than the smallest number seen. One span
    after another, so that no more is in memory than its links.
    """
    counts = marks.unit != NO_UNIT
    floor = float(np.min(values, where=counts, initial=np.inf)) - 1.0 if counts.any() else 0.0
    tables = [expect_weights(size, drawn) for size in sizes]
    weights = np.concatenate([*tables, [0.0]])
    offsets = np.concatenate([[0], np.cumsum([len(table) for table in tables])]).astype(np.int64)
    lifted = np.zeros((len(sizes), spans))
    for span, (start, end) in enumerate(pairwise(np.searchsorted(marks.span, np.arange(spans + 1)))):
        here = start + np.flatnonzero(counts[start:end])
        order = here[sort_groups(marks.unit[here], np.argsort(-values[here], kind="stable"))]
        units = marks.unit[order]
        firsts = np.concatenate([[0], np.cumsum(np.bincount(units, minlength=len(sizes)))])
        ranks = np.arange(len(units)) - firsts[units]
        lift = weights[offsets[units] + ranks] * (values[order] - floor)
        lifted[:, span] = np.bincount(units, weights=lift, minlength=len(sizes))
    return np.asarray(floor + lifted, dtype=np.float64)


def sort_groups(group: Ints, order: Ints) -> Ints:
    """Places, given in an order, by group: numbers from 0, which take a few steps only where they fit into 16 bits."""
    narrow = group.astype(np.min_scalar_type(int(group.max(initial=0))))
    return np.asarray(order[np.argsort(narrow[order], kind="stable")])
