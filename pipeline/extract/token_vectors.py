"""Vectors of tokens in their context, as a model of spaCy's architecture Tok2Vec gives them.

Up to rounding the same as the model's own `predict`. It is faster because each distinct word is looked up once, because
few enough rows go through the layers together to stay near the processor, and because nothing is kept that only
training needs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, count, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from spacy.tokens import Doc

Vectors = NDArray[np.float32]  # tokens x width
_ROWS = 768  # tokens that go through the layers together: what is worked out fits into the cache of a core
_MOST_KNOWN = 50_000  # words whose vectors are kept for the batches to come: 20 MiB
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
        width = len(self._layers[0].scale)
        self._gap: Vectors = np.zeros((len(self._layers), width), np.float32)  # so that no text sees another
        self._places: dict[bytes, int] = {}  # of words by their features
        self._known = self._gap[:0]  # their vectors

    def compute(self, docs: Sequence["Doc"]) -> list[Vectors]:
        """One matrix a text, a row a token."""
        words = self._embed(docs)
        ends = list(accumulate(map(len, docs)))
        found: list[Vectors] = []
        texts: list[Vectors] = []
        first = 0
        for start, end in pairwise([0, *ends]):
            texts.append(words[start:end])
            if end - first >= _ROWS or end == ends[-1]:
                found += self._encode(texts)
                texts, first = [], end
        return found

    def _encode(self, texts: Sequence[Vectors]) -> list[Vectors]:
        """The vectors of words in their context from those without."""
        x = np.concatenate([self._gap, *(part for text in texts for part in (text, self._gap))])
        for layer in self._layers:
            x += _convolve(x, layer)
        starts = accumulate((len(text) + len(self._gap) for text in texts), initial=len(self._gap))
        return [x[at : at + len(text)] for at, text in zip(starts, texts, strict=False)]

    def _embed(self, docs: Sequence["Doc"]) -> Vectors:
        """Vectors of the tokens without their context; worked out once for all that have the same features."""
        features = np.concatenate([doc.to_array(self._columns) for doc in docs])
        rows = features.view(f"V{features.strides[0]}").ravel().tolist()
        if len(self._places) > _MOST_KNOWN:
            self._places, self._known = {}, self._known[:0]
        new = [row for row in dict.fromkeys(rows) if row not in self._places]
        if new:
            self._places.update(zip(new, count(len(self._places)), strict=False))
            self._known = np.concatenate([self._known, self._look_up_words(new)])
        return self._known[[self._places[row] for row in rows]]

    def _look_up_words(self, words: Sequence[bytes]) -> Vectors:
        """The vectors of words given by their features."""
        from thinc.api import Ragged

        features: Any = np.frombuffer(b"".join(words), np.uint64).reshape(len(words), -1)
        length: Any = np.array([len(words)])
        vectors: Vectors = self._mix.predict(self._look_up.predict(Ragged(features, length))).dataXd
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
