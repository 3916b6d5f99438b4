"""Vectors of tokens in their context, as a model of spaCy's architecture Tok2Vec gives them.

Up to rounding the same as the model's own `predict`. It is faster because each distinct word of a batch is looked up
once, and because nothing is kept that only training needs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from spacy.tokens import Doc

Vectors = NDArray[np.float32]  # tokens x width
_TINY = np.float32(1e-8)  # keeps the variance above zero, as in thinc's LayerNorm


@dataclass(frozen=True, slots=True)
class _Layer:
    """One convolution: the best of three linear maps of a token and its two neighbours, normalised."""

    weights: Vectors  # 3 x width -> 3 x width, the pieces to choose from side by side
    bias: Vectors
    scale: Vectors
    shift: Vectors


class TokenVectors:
    """A model of MultiHashEmbed and MaxoutWindowEncoder, with windows of one word to each side and three pieces."""

    def __init__(self, model: Any) -> None:
        embed, encode = model.layers
        extract, _, self._look_up, self._mix, _ = embed.layers
        self._columns = extract.attrs["columns"]
        nodes = list(encode.walk())
        maxouts = [node for node in nodes if node.name == "maxout"]
        norms = [node for node in nodes if node.name == "layernorm"]
        self._layers = [_read_layer(*pair) for pair in zip(maxouts, norms, strict=True)]
        self._gap = len(self._layers)  # rows between texts, so that none sees another

    def compute(self, docs: Sequence["Doc"]) -> list[Vectors]:
        """One matrix a text, a row a token."""
        words = self._embed(docs)
        ends = list(accumulate(len(doc) for doc in docs))
        spans = list(pairwise([0, *ends]))
        starts = [start + self._gap * (place + 1) for place, (start, _) in enumerate(spans)]
        x = np.zeros((len(words) + self._gap * (len(docs) + 1), words.shape[1]), np.float32)
        for at, (start, end) in zip(starts, spans, strict=True):
            x[at : at + end - start] = words[start:end]
        for layer in self._layers:
            x += _convolve(x, layer)
        return [x[at : at + end - start] for at, (start, end) in zip(starts, spans, strict=True)]

    def _embed(self, docs: Sequence["Doc"]) -> Vectors:
        """Vectors of the tokens without their context; worked out once for all that have the same features."""
        from thinc.api import Ragged

        features = np.concatenate([doc.to_array(self._columns) for doc in docs])
        places: dict[bytes, int] = {}
        rows = features.view(f"V{features.strides[0]}").ravel().tolist()
        index = [places.setdefault(row, len(places)) for row in rows]
        distinct: Any = np.frombuffer(b"".join(places), np.uint64).reshape(-1, features.shape[1])
        length: Any = np.array([len(distinct)])
        vectors: Vectors = self._mix.predict(self._look_up.predict(Ragged(distinct, length))).dataXd[index]
        return vectors


def _read_layer(maxout: Any, norm: Any) -> _Layer:
    weights, bias = maxout.get_param("W"), maxout.get_param("b")  # width x pieces x inputs, width x pieces
    by_piece = weights.transpose(1, 0, 2).reshape(-1, weights.shape[2])
    return _Layer(np.ascontiguousarray(by_piece.T), bias.T.ravel(), norm.get_param("G"), norm.get_param("b"))


def _convolve(x: Vectors, layer: _Layer) -> Vectors:
    width = x.shape[1]
    windows = np.zeros((len(x), 3 * width), np.float32)
    windows[1:, :width] = x[:-1]
    windows[:, width : 2 * width] = x
    windows[:-1, 2 * width :] = x[1:]
    pieces = windows @ layer.weights
    pieces += layer.bias
    best = np.maximum(pieces[:, :width], pieces[:, width : 2 * width])
    np.maximum(best, pieces[:, 2 * width :], out=best)
    best -= best.mean(axis=1, keepdims=True)
    variance = np.einsum("ij,ij->i", best, best) / np.float32(width) + _TINY
    best *= (variance ** np.float32(-0.5))[:, None]
    best *= layer.scale
    best += layer.shift
    return best
