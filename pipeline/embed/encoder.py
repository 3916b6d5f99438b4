"""The models that turn texts into unit vectors."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import ModelError
from pipeline.settings import EmbedSettings
from pipeline.weights import Model, find_model
from pipeline.words import content_stems

Vectors = NDArray[np.float32]
Side = Literal["query", "passage"]
_TOY_DIMENSIONS = 256


@dataclass(frozen=True)
class Encoder:
    """A named model; `encode` takes n texts and their side, and gives n unit vectors (float32)."""

    name: str
    sha256: str  # of the weights, with the prompts where there are any: what a vector depends on beside its text
    encode: Callable[[Sequence[str], Side], Vectors]


@cache
def load_encoder(settings: EmbedSettings) -> Encoder | None:
    """The encoder that the settings name; None for "none" (lexical only); "toy" is deterministic and needs no weights.

    The weights are checked now, the model is loaded when the first text comes. Raises ModelError.
    """
    if settings.encoder == "none":
        return None
    if settings.encoder == "toy":
        return make_toy_encoder()
    found = find_model(settings.encoder)
    model = replace(
        found,
        query_prompt=settings.query_prompt or found.query_prompt,
        passage_prompt=settings.passage_prompt or found.passage_prompt,
    )
    loaded: list[Callable[[Sequence[str], Side], Vectors]] = []

    def encode(texts: Sequence[str], side: Side) -> Vectors:
        if not loaded:
            loaded.append(_load_transformer(model, settings.batch))
        return loaded[0](texts, side)

    identity = "\n".join([model.sha256, model.query_prompt, model.passage_prompt]).rstrip("\n")
    return Encoder(settings.encoder, identity, encode)


def make_toy_encoder() -> Encoder:
    """An encoder for tests: hashed content stems, so that texts with the same words are close."""

    def encode(texts: Sequence[str], side: Side) -> Vectors:
        vectors = np.zeros((len(texts), _TOY_DIMENSIONS), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in content_stems(text):
                digest = hashlib.sha256(word.encode()).digest()
                vectors[row, digest[0]] += 1 if digest[1] % 2 else -1
        return scale_to_unit(vectors)

    return Encoder("toy", "toy", encode)


def scale_to_unit(vectors: Vectors) -> Vectors:
    """Each row divided by its length; rows of zeros stay."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.where(lengths == 0, 1, lengths)).astype(np.float32)


def _load_transformer(model: Model, batch: int) -> Callable[[Sequence[str], Side], Vectors]:
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging
    except ImportError as error:
        raise ModelError(
            f"{model.name}: sentence-transformers is not installed; run `make setup`, or use --encoder none."
        ) from error
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # progress is told by the stages
    transformer = SentenceTransformer(str(model.folder), device=_choose_device(), local_files_only=True)
    prompts = {"query": model.query_prompt, "passage": model.passage_prompt}

    def encode(texts: Sequence[str], side: Side) -> Vectors:
        prompted = [prompts[side] + text for text in texts]
        vectors = transformer.encode(prompted, batch_size=batch, show_progress_bar=False)
        return scale_to_unit(np.asarray(vectors, dtype=np.float32))

    return encode


def _choose_device() -> str:
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"
