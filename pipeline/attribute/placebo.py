"""Is a document closer to the changed spans than documents that cannot have shaped them? METHOD.md, section 5."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pipeline.attribute.blocks import Floats, Ints

_TOLERANCE = 1e-4  # embeddings differ in the fifth decimal between machines; what is that near counts as equal
_BLOCK = 64  # placebos looked at together


@dataclass(frozen=True)
class Standing:
    """A document under test among the placebos, span by span. S spans, N placebos."""

    values: Floats  # S: M(s, d), the expected best log-odds at equal size
    level: float  # log-odds below it count as this much
    centre: Floats  # S: median over placebos and the document
    scale: Floats  # S
    crowd: Floats  # S * N, sorted: standardised values of the placebos
    strict_centre: Floats  # S: median over the placebos
    strict_scale: Floats  # S
    together: Floats  # N + 1 x S: the document and the placebos

    @cached_property
    def tops(self) -> Floats:
        """N, sorted: each placebo's strongest match on any span, standardised without itself."""
        return np.sort(_find_tops(self.together, self.level))

    def find_all_pooled(self) -> Floats:
        """p of the pooled test for the document's best on each span."""
        z = (np.maximum(self.values, self.level) - self.centre) / self.scale
        return (1 + _count_reaching_all(self.crowd, z)) / (1 + len(self.crowd))

    def find_pooled(self, span: int, short: float = 0.0) -> float:
        """p of the pooled test for a link whose log-odds lie `short` below those of the document's best."""
        z = (max(self.values[span] - short, self.level) - self.centre[span]) / self.scale[span]
        return (1 + _count_reaching(self.crowd, z)) / (1 + len(self.crowd))

    def find_strict(self, span: int, short: float = 0.0) -> float:
        """p of the strict test: how many placebos match any span at least as strongly."""
        z = (max(self.values[span] - short, self.level) - self.strict_centre[span]) / self.strict_scale[span]
        return (1 + _count_reaching(self.tops, z)) / (1 + len(self.tops))


def compare_with_placebos(placebos: Floats, document: Floats) -> Standing:
    """Standardise a document (S values) together with the placebos (N x S) for both tests.

    In the pooled test the document stands among the placebos, so that it gets no special treatment. In the strict test
    every document, placebo or not, is measured against all the others.
    """
    together = np.vstack([document, placebos])
    level = _find_level(together)
    centre, scale = _measure_spread(together, level)
    crowd = np.sort(((np.maximum(placebos, level) - centre) / scale).ravel())
    strict_centre, strict_scale = _measure_spread(placebos, level)
    return Standing(document, level, centre, scale, crowd, strict_centre, strict_scale, together)


def find_cutoff(p_values: Sequence[float], significance: float) -> float:
    """The largest p that the procedure of Benjamini and Hochberg (1995) rejects at this level; -1 when none."""
    ordered = np.sort(p_values)
    rejected = ordered[ordered * len(ordered) / np.arange(1, len(ordered) + 1) <= significance + 1e-12]
    return float(rejected[-1]) if len(rejected) else -1.0


def count_false_alarms(placebos: Floats, significance: float) -> int:
    """How many of the N placebos, each playing the claimant against the others, get any span past the pooled test.

    The placebo under test stands among the others when values are standardised, so one standardisation serves all.
    """
    number, spans = placebos.shape
    level = _find_level(placebos)
    centre, scale = _measure_spread(placebos, level)
    z = (np.maximum(placebos, level) - centre) / scale
    crowd = np.sort(z.ravel())
    alarms = 0
    for row in z:
        others = _count_reaching_all(crowd, row) - _count_reaching_all(np.sort(row), row)
        p_values = (1 + others) / (1 + spans * (number - 1))
        alarms += find_cutoff(p_values.tolist(), significance) >= 0
    return alarms


def bound_share(count: int, number: int) -> tuple[float, float]:
    """The exact 95 % interval (Clopper and Pearson 1934) of a share of `count` in `number`."""
    from scipy.special import betaincinv  # scipy.stats has the interval ready, and takes a second to load

    low = betaincinv(count, number - count + 1, 0.025) if count else 0.0
    high = betaincinv(count + 1, number - count, 0.975) if count < number else 1.0
    return float(low), float(high)


def _find_level(values: Floats) -> float:
    """What an unrelated document usually reaches: the median over documents and spans.

    Values below it say nothing and are levelled. Otherwise a span on a remote subject, with which most documents share
    no word at all, would make an outlier of every document that shares a single one.
    """
    return float(np.median(values))


def _measure_spread(values: Floats, level: float) -> tuple[Floats, Floats]:
    """Per span the levelled median over documents, and the larger of its own and the pooled median absolute deviation.

    Takes documents x spans, or several such tables at once.
    Deviations are taken before levelling, which would make them vanish.
    """
    centre = np.median(values, axis=-2, keepdims=True)
    deviations = np.abs(values - centre)
    pooled = np.median(deviations, axis=(-2, -1))[..., None]
    return np.maximum(centre[..., 0, :], level), np.maximum(np.maximum(np.median(deviations, axis=-2), pooled), 1e-6)


def _find_tops(values: Floats, level: float) -> Floats:
    """The strongest standardised match of each document but the first, measured against all the others.

    Without one document the median of a span is one of three numbers, so its deviations are sorted three times and not
    once for each document.
    """
    number, spans = len(values) - 1, values.shape[1]  # of the others
    if not number:
        return np.zeros(0)
    middle, columns = ((number - 1) // 2, number // 2), np.arange(spans)
    ordered = np.sort(values, axis=0)
    below, above = (ordered[place : place + 2] for place in middle)
    centres = np.stack([below[0] + above[0], below[0] + above[1], below[1] + above[1]]) / 2
    deviations = np.abs(values - centres[:, None])  # the three x documents x spans
    lined, ranks = np.sort(deviations, axis=1), _rank(deviations)
    case = sum((_rank(values[None])[0][1:] <= place).astype(np.int64) for place in middle)
    rank = np.take_along_axis(ranks[:, 1:], case[None], axis=0)[0]
    own = sum(lined[case, place + (rank <= place), columns] for place in middle) / 2
    scale = np.maximum(np.maximum(own, _pool_deviations(deviations, lined, case, rank)[:, None]), 1e-6)
    centre = np.take_along_axis(centres, case, axis=0)
    return np.asarray(((np.maximum(values[1:], level) - np.maximum(centre, level)) / scale).max(axis=1))


def _rank(values: Floats) -> Ints:
    return np.asarray(np.argsort(np.argsort(values, axis=1, kind="stable"), axis=1))


def _pool_deviations(deviations: Floats, lined: Floats, case: Ints, rank: Ints) -> Floats:
    """For each document the median deviation of all the others on all spans.

    `deviations` are those from each of three medians (3 x documents x spans), `lined` the same sorted; `case` says
    which of them holds without the document, and `rank` where its own deviation stands in them (documents x spans).
    Only what lies between the smallest and the largest number that the median can be is looked at one by one.
    """
    number, spans = case.shape
    halves, columns = np.array([(number * spans - 1) // 2, number * spans // 2]), np.arange(spans)
    least = np.sort(deviations.min(axis=0), axis=None)[halves[0]]
    most = np.sort(deviations.max(axis=0), axis=None)[halves[1] + spans]
    before = (lined < least).sum(axis=1)  # the three x spans
    width = int(((lined <= most).sum(axis=1) - before).max())
    padded = np.concatenate([lined, np.full((3, width, spans), np.inf)], axis=1)
    pooled = np.empty(number)
    for start in range(0, number, _BLOCK):
        cases, ranks = case[start : start + _BLOCK], rank[start : start + _BLOCK]
        firsts = before[cases, columns]
        inside = padded[cases[..., None], firsts[..., None] + np.arange(width), columns[:, None]]
        at = ranks - firsts  # of the document's own deviations, which do not count
        rows, of_spans = np.nonzero((at >= 0) & (at < width))
        inside[rows, of_spans, at[rows, of_spans]] = np.inf
        places = halves - (firsts.sum(axis=1) - (at < 0).sum(axis=1))[:, None]
        inside = np.sort(inside.reshape(len(cases), -1), axis=1)
        pooled[start : start + _BLOCK] = np.take_along_axis(inside, places, axis=1).sum(axis=1) / 2
    return pooled


def _count_reaching(ordered: Floats, z: float) -> int:
    return len(ordered) - int(np.searchsorted(ordered, z - _TOLERANCE, side="left"))


def _count_reaching_all(ordered: Floats, z: Floats) -> Floats:
    counts: Floats = len(ordered) - np.searchsorted(ordered, z - _TOLERANCE, side="left").astype(np.float64)
    return counts
