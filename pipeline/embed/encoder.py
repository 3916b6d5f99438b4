"""The models that turn texts into unit vectors."""

import ctypes
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pipeline.embed.fused import Read, ReadTexts, is_fusible, open_fused
from pipeline.errors import ModelError
from pipeline.settings import EmbedSettings
from pipeline.weights import find_model
from pipeline.words import Token, content_stems, split_words

Vectors = NDArray[np.float32]
Side = Literal["query", "passage"]
Encoded = tuple[Vectors, list[Vectors]]  # n unit vectors, and for each text a unit vector a content word
_TOY_DIMENSIONS = 256
_DRIVERS = ("libcuda.so.1", "nvcuda.dll")  # of the makers of the processors that torch calls "cuda"


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
    get_ready: Callable[[], object] = lambda: None  # loads the model, which else the first text does
    put_away: Callable[[], None] = lambda: None  # frees the memory of the model, which the next text loads again


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
    load_once = cache(lambda: _load_reader(model.folder, settings.batch))
    prompts = {"query": model.query_prompt, "passage": model.passage_prompt}

    def read(texts: Sequence[str], side: Side, with_tokens: bool) -> list[Read]:
        return load_once()([prompts[side] + text for text in texts], with_tokens)

    def encode(texts: Sequence[str], side: Side) -> Vectors:
        return _stack([one.whole for one in read(texts, side, False)])

    def encode_words(texts: Sequence[str], side: Side) -> Encoded:
        found = read(texts, side, True)
        words = [_join_pieces(text, one, len(prompts[side])) for text, one in zip(texts, found, strict=True)]
        return _stack([one.whole for one in found]), words

    sha256 = "\n".join([model.sha256, model.query_prompt, model.passage_prompt]).rstrip("\n")
    return Encoder(settings.encoder, sha256, encode, encode_words, load_once, load_once.cache_clear)


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


def _stack(vectors: Sequence[Vectors]) -> Vectors:
    whole = np.array(vectors, dtype=np.float32) if vectors else np.zeros((0, 0), dtype=np.float32)
    if not np.isfinite(whole).all():
        raise ModelError("The model gave a vector that holds no numbers; get it again, or use --encoder none.")
    return scale_to_unit(whole)


def _load_reader(folder: Path, batch: int) -> ReadTexts:
    """What reads texts with the model of this folder: fused operators on processors, torch on a GPU and for the rest.

    Raises ModelError when what the model needs is not installed, and when the folder holds no whole model.
    """
    device = _choose_device()
    try:
        return (
            open_fused(folder) if device == "cpu" and is_fusible(folder) else _open_transformer(folder, device, batch)
        )
    except ModelError:
        raise
    except Exception as error:  # whatever four libraries make of damaged files
        why = " ".join(str(error).split())[:300] or type(error).__name__
        raise ModelError(f"{folder}: cannot be loaded ({why}); get the model again, or use --encoder none.") from error


def _open_transformer(folder: Path, device: str, batch: int) -> ReadTexts:
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging
    except ImportError as error:
        raise ModelError(
            f"{folder.name}: sentence-transformers is not installed; run `make setup`, or use --encoder none."
        ) from error
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # progress is told by the stages
    transformer = SentenceTransformer(str(folder), device=device, local_files_only=True)

    def read(texts: Sequence[str], with_tokens: bool) -> list[Read]:
        if not with_tokens:
            vectors = transformer.encode(list(texts), batch_size=batch, show_progress_bar=False)
            return [Read(np.asarray(row, dtype=np.float32), np.zeros((0, 0), np.float32), []) for row in vectors]
        found = transformer.encode(list(texts), batch_size=batch, show_progress_bar=False, output_value=None)
        pieces = transformer.tokenizer(
            list(texts), truncation=True, max_length=transformer.max_seq_length, return_offsets_mapping=True
        )["offset_mapping"]
        return [
            Read(row["sentence_embedding"].cpu().numpy(), row["token_embeddings"].cpu().numpy()[: len(places)], places)
            for row, places in zip(found, pieces, strict=True)
        ]

    return read


def _join_pieces(text: str, read: Read, prompt: int) -> Vectors:
    """A unit vector for each content word: the mean of the vectors of its pieces, which stand behind the prompt."""
    tokens: list[Token] = [token for token in split_words(text) if token.is_content]
    sums = np.zeros((len(tokens), read.tokens.shape[1]), dtype=np.float32)
    row = 0
    for vector, (start, end) in zip(read.tokens, read.places, strict=True):
        while row < len(tokens) and tokens[row].end <= start - prompt:
            row += 1
        if row < len(tokens) and start < end and end - prompt > tokens[row].start:
            sums[row] += vector
    return scale_to_unit(sums)


def _choose_device() -> str:
    """Gives "cuda" where torch sees such a device; torch takes seconds to load and is asked only where a driver is."""
    if not any(_has_library(name) for name in _DRIVERS):
        return "cpu"
    try:
        import torch
    except ImportError:
        return "cpu"
    return "cuda" if torch.cuda.is_available() else "cpu"


def _has_library(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
