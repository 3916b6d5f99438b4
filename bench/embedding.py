"""Texts to vectors, beside SentenceTransformer.encode as it comes; and what the store of vectors spares."""

import tempfile
from pathlib import Path

import numpy as np

from bench.measured import Row, compare_times, hold_below, time_call, time_in_turn
from bench.texts import draw_texts
from pipeline.embed import VectorStore, load_encoder
from pipeline.settings import load_settings
from pipeline.weights import find_model

_MODEL = "all-MiniLM-L6-v2"
_TOP = 10


def measure(small: bool = False) -> list[Row]:
    """Cold on distinct texts, cold with every text three times, and warm."""
    from sentence_transformers import SentenceTransformer

    texts = draw_texts(100 if small else 1000)
    thrice = [*texts, *texts, *texts]
    encoder = load_encoder(load_settings().embed)
    assert encoder is not None
    plain = SentenceTransformer(str(find_model(_MODEL).folder), device="cpu", local_files_only=True)
    encoder.encode(texts[:10], "query")  # the model is loaded at the first call
    plain.encode(texts[:10])
    ours, theirs = time_in_turn(
        lambda: encoder.encode(texts, "query"), lambda: plain.encode(list(texts), show_progress_bar=False), rounds=3
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "vectors.sqlite"
        cold, _ = time_call(lambda: VectorStore(encoder, file).embed(thrice, "query"))
        warm, _ = time_call(lambda: VectorStore(encoder, file).embed(thrice, "query"))  # as another run finds it
    repeated, _ = time_call(lambda: plain.encode(thrice, show_progress_bar=False))
    size = f"{len(texts)} texts of {sum(map(len, texts)) // len(texts)} characters"
    return [
        compare_times("embedding: distinct texts", ours[0], theirs[0], 1.3, size),
        hold_below(
            f"embedding: share of the {_TOP} nearest that differ", compare_ranks(ours[1], theirs[1]), 0.005, "", size
        ),
        compare_times("embedding: every text three times", cold, repeated, 1.3, size),
        compare_times("embedding: warm beside cold", warm, cold, 10.0, size),
    ]


def compare_ranks(ours: np.ndarray, theirs: np.ndarray) -> float:
    """The share of the nearest neighbours, text by text, that only one of two encodings names."""
    named = [np.argsort(-(vectors @ vectors.T), axis=1)[:, 1 : _TOP + 1] for vectors in (ours, theirs)]
    same = sum(len(set(left) & set(right)) for left, right in zip(*(rows.tolist() for rows in named), strict=True))
    return 1 - same / named[0].size
