"""The parts that are measured for speed give the same results as what they are measured against."""

import numpy as np
import pytest

from bench.scoring import draw_vectors
from pipeline.score.retrieve import find_nearest


@pytest.mark.parametrize("digits", [None, 1])  # rounded to one digit, nearly all cosines are tied
def test_search_is_exact_and_ties_go_to_the_earlier(digits: int | None) -> None:
    findings, spans = draw_vectors(300, 1000)
    if digits is not None:
        findings, spans = findings.round(digits), spans.round(digits)
    found, cosines = find_nearest(findings, spans, 50)
    every = findings @ spans.T
    wanted = np.argsort(-every, axis=1, kind="stable")[:, :50]
    if digits is not None:
        assert (found == wanted).all()
    assert np.allclose(cosines, np.take_along_axis(every, wanted, axis=1), atol=1e-6)
    assert (found == wanted).mean() > 0.999  # neighbours closer than rounding may change places


@pytest.mark.parametrize("spans", [1, 49, 50, 51, 450])
def test_search_in_a_short_list_gives_what_there_is(spans: int) -> None:
    findings, passages = draw_vectors(5, spans)
    found, _ = find_nearest(findings, passages, 50)
    assert found.shape == (5, min(50, spans))
    assert all(len(set(row)) == len(row) for row in found.tolist())
