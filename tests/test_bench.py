"""The parts that are measured for speed give the same results as what they are measured against."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bench import embedding
from bench.scoring import draw_vectors
from bench.texts import draw_texts
from pipeline.embed import VectorStore
from pipeline.embed.encoder import Side, Vectors, make_toy_encoder
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


@pytest.mark.weights
def test_vectors_rank_as_those_of_sentence_transformers() -> None:
    rows = {row.part: row for row in embedding.measure(small=True)}
    assert rows["embedding: share of the 10 nearest that differ"].ours == 0


def test_no_text_is_encoded_twice_across_cases_and_runs(tmp_path: Path) -> None:
    seen: list[str] = []
    toy = make_toy_encoder()

    def encode(texts: Sequence[str], side: Side) -> Vectors:
        seen.extend(texts)
        return toy.encode(texts, side)

    counted = replace(toy, encode=encode)
    texts = list(draw_texts(30))
    for wanted in ([*texts, *texts], texts, texts[:5]):  # a store of its own each: another run, another case
        VectorStore(counted, tmp_path / "vectors.sqlite").embed(wanted, "query")
    assert sorted(seen) == sorted(texts)
    VectorStore(replace(counted, sha256="other weights"), tmp_path / "vectors.sqlite").embed(texts, "query")
    assert sorted(seen) == sorted([*texts, *texts])
