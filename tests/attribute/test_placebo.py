"""The p-values keep their promise, and documents are compared at equal size."""

from itertools import combinations
from math import comb

import numpy as np
import pytest

from pipeline.attribute.blocks import (
    NO_UNIT,
    Marks,
    choose_block_size,
    expect_weights,
    form_blocks,
    measure_units,
    sort_groups,
)
from pipeline.attribute.placebo import bound_share, compare_with_placebos, count_false_alarms, find_cutoff
from tests.attribute.builders import make_source


@pytest.mark.parametrize(("size", "drawn"), [(1, 1), (5, 1), (5, 3), (7, 6), (7, 7), (4, 9)])
def test_expected_best_agrees_with_brute_force(size, drawn):
    values = np.sort(np.random.default_rng(size).normal(size=size))[::-1]
    subsets = [max(subset) for subset in combinations(values, min(drawn, size))]
    assert expect_weights(size, drawn) @ values == pytest.approx(np.mean(subsets))


def test_expected_best_stays_exact_for_long_documents():
    assert expect_weights(5000, 30).sum() == pytest.approx(1.0)


def test_measure_units_gives_unlinked_findings_the_floor():
    marks = Marks(np.array([0, 0, 1]), np.array([0, 1, 1]))
    measured = measure_units(marks, np.array([2.0, -1.0, 5.0]), [2, 4], 2, 2)
    assert measured[0].tolist() == [2.0, -1.0]
    assert measured[1, 0] == -2.0
    assert measured[1, 1] == pytest.approx(0.5 * 5.0 + 0.5 * -2.0)


def test_links_of_no_unit_count_for_nothing():
    marks = Marks(np.array([0, NO_UNIT, 0, 1]), np.array([0, 0, 1, 1]))
    measured = measure_units(marks, np.array([2.0, -9.0, -1.0, 5.0]), [2, 4], 2, 2)
    without = Marks(np.array([0, 0, 1]), np.array([0, 1, 1]))
    assert np.array_equal(measured, measure_units(without, np.array([2.0, -1.0, 5.0]), [2, 4], 2, 2))
    none = measure_units(Marks(np.array([NO_UNIT]), np.array([1])), np.array([3.0]), [2], 2, 2)
    assert none.tolist() == [[0.0, 0.0]]


def test_length_is_no_advantage():
    """Documents of one kind, long and short, reach the same on average when compared at equal size."""
    rng = np.random.default_rng(1)
    long, short, drawn = 200, 20, 20
    gaps = []
    for _ in range(300):
        values = rng.normal(size=long + short)
        marks = Marks(np.array([0] * long + [1] * short), np.zeros(long + short, dtype=np.int64))
        measured = measure_units(marks, values, [long, short], drawn, 1)
        gaps.append(measured[0, 0] - measured[1, 0])
    assert abs(np.mean(gaps)) < 0.1


def test_short_placebos_of_one_kind_are_joined():
    papers = [make_source(f"p{n}", "placebo", kind="position_paper") for n in range(5)]
    other = [make_source("r", "placebo", kind="report")]
    sizes = {"p0": 10, "p1": 10, "p2": 25, "p3": 15, "p4": 2, "r": 5}
    assert form_blocks(papers + other, sizes, 20) == [("p0", "p1"), ("p2", "p3", "p4")]


def test_block_size_gives_way_until_there_are_blocks_enough():
    placebos = [make_source(f"p{n:02}", "placebo") for n in range(25)]
    sizes = {source.id: 20 for source in placebos}
    assert choose_block_size(placebos, sizes, 15, 19) == 15
    assert choose_block_size(placebos, sizes, 40, 19) == 20
    assert choose_block_size(placebos[:5], sizes, 40, 19) == 40


def draw_null(rng, documents, spans):
    """Documents of different closeness, spans of different spread: the pooling is only as good as it is in life."""
    return rng.normal(size=(documents, spans)) * rng.uniform(0.5, 2, spans) + rng.normal(size=spans)


@pytest.mark.parametrize("placebos", [19, 40])
def test_strict_test_keeps_its_level(placebos):
    rng = np.random.default_rng(placebos)
    runs, rejected = 400, 0
    for _ in range(runs):
        values = draw_null(rng, placebos + 1, 8)
        standing = compare_with_placebos(values[1:], values[0])
        rejected += min(standing.find_strict(span) for span in range(8)) <= 0.05
    assert rejected / runs <= 0.075


def test_pooled_test_with_benjamini_hochberg_keeps_its_level_under_the_null():
    rng = np.random.default_rng(7)
    runs, rejected = 400, 0
    for _ in range(runs):
        values = draw_null(rng, 31, 10)
        standing = compare_with_placebos(values[1:], values[0])
        rejected += find_cutoff([standing.find_pooled(span) for span in range(10)], 0.05) >= 0
    assert rejected / runs <= 0.08


@pytest.mark.parametrize("seed", range(24))
def test_each_placebo_is_measured_against_all_the_others_and_the_document(seed):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(rng.integers(2, 90), rng.integers(1, 7)))
    if seed % 3 == 0:
        values = values.round()  # ties, in the medians as well
    standing = compare_with_placebos(values[1:], values[0])
    tops = []
    for place in range(1, len(values)):
        others = np.delete(values, place, axis=0)
        centre = np.median(others, axis=0)
        apart = np.abs(others - centre)
        scale = np.maximum(np.maximum(np.median(apart, axis=0), np.median(apart)), 1e-6)
        z = (np.maximum(values[place], standing.level) - np.maximum(centre, standing.level)) / scale
        tops.append(z.max())
    assert np.allclose(standing.tops, sorted(tops), rtol=1e-12, atol=0)


@pytest.mark.parametrize("groups", [3, 70_000])
def test_groups_keep_the_order_within(groups):
    rng = np.random.default_rng(groups)
    group, order = rng.integers(0, groups, 500), rng.permutation(500)
    wanted = sorted(order.tolist(), key=lambda place: group[place])
    assert sort_groups(group, order).tolist() == wanted


def test_a_document_that_stands_out_is_found_by_both_tests():
    values = np.random.default_rng(3).normal(size=(31, 10))
    values[0, 4] = 12.0
    standing = compare_with_placebos(values[1:], values[0])
    assert standing.find_pooled(4) == pytest.approx(1 / 301)
    assert standing.find_strict(4) == pytest.approx(1 / 31)
    assert find_cutoff([standing.find_pooled(span) for span in range(10)], 0.05) == pytest.approx(1 / 301)


def test_a_lesser_link_of_the_same_document_gets_its_own_p():
    values = np.random.default_rng(3).normal(size=(31, 10))
    values[0, 4] = 12.0
    standing = compare_with_placebos(values[1:], values[0])
    assert standing.find_pooled(4, short=12.0) > 0.1
    assert standing.find_strict(4, short=12.0) > 0.1


def test_one_shared_word_on_a_remote_subject_is_no_outlier():
    """All documents share nothing with span 0; one that shares a word reaches what is usual elsewhere."""
    values = np.random.default_rng(5).normal(scale=0.3, size=(31, 10))
    values[:, 0] -= 6.0
    values[3, 0] = 0.0
    standing = compare_with_placebos(values[1:], values[0])
    assert standing.tops.max() < 10


def test_self_check_counts_placebos_that_pass_as_the_claimant():
    values = np.stack([np.roll(np.linspace(-1, 1, 30), 3 * span) for span in range(10)], axis=1)
    assert count_false_alarms(values, 0.05) == 0
    values[2, 5] = 30.0
    assert count_false_alarms(values, 0.05) == 1


@pytest.mark.parametrize("count", [1, 3, 20])
def test_share_has_the_exact_interval(count):
    """By definition: at either end, a result as extreme as this one has a chance of 2.5 %."""
    low, high = bound_share(count, 43)
    assert sum(comb(43, k) * low**k * (1 - low) ** (43 - k) for k in range(count, 44)) == pytest.approx(0.025)
    assert sum(comb(43, k) * high**k * (1 - high) ** (43 - k) for k in range(count + 1)) == pytest.approx(0.025)


def test_no_false_alarm_still_leaves_room_for_some():
    assert bound_share(0, 43) == pytest.approx((0.0, 1 - 0.025 ** (1 / 43)))


@pytest.mark.parametrize(
    ("p_values", "cutoff"), [([], -1.0), ([0.5, 0.9], -1.0), ([0.01, 0.9], 0.01), ([0.01, 0.04, 0.04], 0.04)]
)
def test_benjamini_hochberg(p_values, cutoff):
    assert find_cutoff(p_values, 0.05) == cutoff
