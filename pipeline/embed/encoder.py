"""The models that turn texts into unit vectors."""

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import ModelError
from pipeline.settings import EmbedSettings
from pipeline.weights import Model, find_model
from pipeline.words import Token, content_stems, split_words

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]
Side = Literal["query", "passage"]
Encoded = tuple[Vectors, list[Vectors]]  # n unit vectors, and for each text a unit vector a content word
_TOY_DIMENSIONS = 256
_BATCH_LENGTH = 4000  # characters, about 800 tokens


@dataclass(frozen=True)
class Encoder:
    """A named model; `encode` takes n texts and their side, and gives n unit vectors (float32).

    `encode_words` gives these and, in the same pass, the vectors of each text's content words in their context, in
    the order of `words.content_stems`; rows of zeros for words beyond the length that the model reads.
    """

    name: str
    sha256: str  # of the weights, with the prompts where there are any: what a vector depends on beside its text
    encode: Callable[[Sequence[str], Side], Vectors]
    encode_words: Callable[[Sequence[str], Side], Encoded]


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
    load_once = cache(lambda: _load_transformer(model, settings.batch))
    return Encoder(
        settings.encoder,
        "\n".join([model.sha256, model.query_prompt, model.passage_prompt]).rstrip("\n"),
        lambda texts, side: load_once()[0](texts, side),  # noqa: PLW0108  (loads at the first call)
        lambda texts, side: load_once()[1](texts, side),  # noqa: PLW0108
    )


def make_toy_encoder() -> Encoder:
    """An encoder for tests: hashed content stems, so that texts with the same words are close."""

    def encode(texts: Sequence[str], side: Side) -> Vectors:
        return encode_words(texts, side)[0]

    def encode_words(texts: Sequence[str], side: Side) -> Encoded:
        words = [_hash_words(content_stems(text)) for text in texts]
        sums = [rows.sum(axis=0) for rows in words]
        return scale_to_unit(np.array(sums, dtype=np.float32).reshape(len(texts), _TOY_DIMENSIONS)), words

    return Encoder("toy", "toy", encode, encode_words)


def _hash_words(stems: Sequence[str]) -> Vectors:
    vectors = np.zeros((len(stems), _TOY_DIMENSIONS), dtype=np.float32)
    for row, stem in enumerate(stems):
        digest = hashlib.sha256(stem.encode()).digest()
        vectors[row, digest[0]] = 1 if digest[1] % 2 else -1
    return vectors


def scale_to_unit(vectors: Vectors) -> Vectors:
    """Each row divided by its length; rows of zeros stay."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.where(lengths == 0, 1, lengths)).astype(np.float32)


def _load_transformer(
    model: Model, batch: int
) -> tuple[Callable[[Sequence[str], Side], Vectors], Callable[[Sequence[str], Side], Encoded]]:
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
        if transformer.device.type == "cpu":
            return scale_to_unit(_encode_on_cores(transformer, prompted, batch))
        vectors = transformer.encode(prompted, batch_size=batch, show_progress_bar=False)
        return scale_to_unit(np.asarray(vectors, dtype=np.float32))

    def encode_words(texts: Sequence[str], side: Side) -> Encoded:
        prompted = [prompts[side] + text for text in texts]
        found = transformer.encode(prompted, batch_size=batch, show_progress_bar=False, output_value=None)
        pieces = transformer.tokenizer(
            prompted, truncation=True, max_length=transformer.max_seq_length, return_offsets_mapping=True
        )["offset_mapping"]
        whole = np.array([row["sentence_embedding"].cpu().numpy() for row in found], dtype=np.float32)
        words = [
            _join_pieces(
                [token for token in split_words(text) if token.is_content],
                row["token_embeddings"].cpu().numpy()[: len(places)],
                [(start - len(prompts[side]), end - len(prompts[side])) for start, end in places],
            )
            for text, row, places in zip(texts, found, pieces, strict=True)
        ]
        return scale_to_unit(whole), words

    return encode, encode_words


def _encode_on_cores(transformer: "SentenceTransformer", texts: Sequence[str], batch: int) -> Vectors:
    """A batch a core, each core alone with its batch: none waits for the others after every multiplication.

    Texts of like length stand together, and so few in a batch that its layers stay in the core's cache.
    """
    import torch

    order = sorted(range(len(texts)), key=lambda place: -len(texts[place]))
    batches = list(_cut_batches(order, texts, batch))
    features = [transformer.preprocess([texts[place] for place in places]) for places in batches]  # not safe in threads

    def encode_batch(feature: Any) -> Vectors:
        with torch.inference_mode():
            found: Vectors = transformer(feature)["sentence_embedding"].float().numpy()
        return found

    with ThreadPoolExecutor(os.cpu_count(), initializer=lambda: torch.set_num_threads(1)) as pool:
        parts = list(pool.map(encode_batch, features))
    if not parts:
        return np.zeros((0, 0), dtype=np.float32)
    vectors: Vectors = np.empty((len(texts), parts[0].shape[1]), dtype=np.float32)
    vectors[order] = np.concatenate(parts)  # the batches hold the places in this order
    return vectors


def _cut_batches(order: Sequence[int], texts: Sequence[str], most: int) -> Iterator[list[int]]:
    """The places in `order` (longest first) in batches of at most `most` texts and _BATCH_LENGTH characters, padded."""
    cut: list[int] = []
    for place in order:
        if cut and (len(cut) == most or len(texts[cut[0]]) * (len(cut) + 1) > _BATCH_LENGTH):
            yield cut
            cut = []
        cut.append(place)
    if cut:
        yield cut


def _join_pieces(tokens: Sequence[Token], vectors: Vectors, places: Sequence[tuple[int, int]]) -> Vectors:
    """A unit vector a word: the mean of the vectors of its pieces, which stand at `places` in the same text."""
    sums = np.zeros((len(tokens), vectors.shape[1]), dtype=np.float32)
    row = 0
    for vector, (start, end) in zip(vectors, places, strict=True):
        while row < len(tokens) and tokens[row].end <= start:
            row += 1
        if row < len(tokens) and start < end and end > tokens[row].start:
            sums[row] += vector
    return scale_to_unit(sums)


def _choose_device() -> str:
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"
