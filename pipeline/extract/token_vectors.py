"""Vectors of tokens in their context, as a model of spaCy's architecture Tok2Vec gives them.

Up to rounding the same as the model's own `predict`. It is faster because each distinct word of a batch is looked up
once and goes into the first layer once, because few enough rows go through the others together to stay near the
processor, and because nothing is kept that only training needs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

if TYPE_CHECKING:
    from spacy.tokens import Doc

Vectors = NDArray[np.float32]  # tokens x width
Places = NDArray[np.intp]
_ROWS = 512  # tokens that go through the layers together: what is worked out fits into the cache of a core
_BLANK = 0  # the place of what stands between texts among the words: nothing
_TINY = np.float32(1e-8)  # keeps the variance above zero, as in thinc's LayerNorm


@dataclass(frozen=True, slots=True)
class _Layer:
    """One convolution: the best of three linear maps of a token and its two neighbours, normalised."""

    weights: Vectors  # 3 x width -> 3 x width, the pieces to choose from side by side
    bias: Vectors
    scale: Vectors
    shift: Vectors

    def convolve(self, x: Vectors, rows: Places) -> Vectors:
        """What the layer makes of the row behind each of these, which it sees with its neighbours."""
        width = x.shape[1]
        windows = as_strided(x, (len(x) - 2, 3 * width), x.strides, writeable=False)
        pieces = windows[rows] @ self.weights
        pieces += self.bias
        return self.choose(pieces)

    def weigh_words(self, words: Vectors) -> list[Vectors]:
        """What each word adds to the pieces as the left neighbour, as the token itself, and as the right neighbour."""
        left, middle, right = (words @ part for part in np.split(self.weights, 3))
        return [left, middle + self.bias, right]

    def choose(self, pieces: Vectors) -> Vectors:
        """The best of the pieces, normalised."""
        width = len(self.scale)
        best = np.maximum(pieces[:, :width], pieces[:, width : 2 * width])
        np.maximum(best, pieces[:, 2 * width :], out=best)
        best -= np.einsum("ij->i", best)[:, None] / np.float32(width)
        variance = np.einsum("ij,ij->i", best, best) / np.float32(width) + _TINY
        best *= (variance ** np.float32(-0.5))[:, None]
        best *= self.scale
        best += self.shift
        return best


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

    def compute(self, docs: Sequence["Doc"]) -> list[Vectors]:
        """One matrix a text, a row a token."""
        words, places = self._embed(docs)
        shares = self._layers[0].weigh_words(words)
        ends = list(accumulate(map(len, docs)))
        found: list[Vectors] = []
        texts: list[list[int]] = []
        first = 0
        for start, end in pairwise([0, *ends]):
            texts.append(places[start:end])
            if end - first >= _ROWS or end == ends[-1]:
                found += self._encode(texts, words, shares)
                texts, first = [], end
        return found

    def _encode(self, texts: Sequence[list[int]], words: Vectors, shares: Sequence[Vectors]) -> list[Vectors]:
        """The vectors of words in their context; texts give the places of their words in the tables of words.

        Between texts stand as many blanks as there are layers, so that none sees another. A layer is worked out for
        those blanks alone that layers after it see from a text.
        """
        depth = len(self._layers)
        at, far = [_BLANK] * (depth + 1), list(range(depth, 0, -1))  # words, and how far each is from a text
        for text in texts:
            at += text + [_BLANK] * depth
            far += [0] * len(text) + [min(step, depth + 1 - step) for step in range(1, depth + 1)]
        far[len(far) - depth :] = range(1, depth + 1)
        distance, token = np.array(far), np.array([*at, _BLANK])
        x = words[token]
        pieces = shares[1][token[1:-1]]
        pieces += shares[0][token[:-2]]
        pieces += shares[2][token[2:]]
        x[1:-1] += self._layers[0].choose(pieces)
        for after, layer in zip(range(depth - 2, -1, -1), self._layers[1:], strict=True):
            rows = np.flatnonzero(distance <= after)
            x[rows + 1] += layer.convolve(x, rows)
        starts = accumulate((len(text) + depth for text in texts), initial=depth + 1)
        return [x[start : start + len(text)] for start, text in zip(starts, texts, strict=False)]

    def _embed(self, docs: Sequence["Doc"]) -> tuple[Vectors, list[int]]:
        """Vectors of the distinct words without their context, a blank before them, and the place of each token there.

        Words are those that have the same features.
        """
        from thinc.api import Ragged

        features = np.concatenate([doc.to_array(self._columns) for doc in docs])
        rows = features.view(f"V{features.strides[0]}").ravel().tolist()
        places = {row: place for place, row in enumerate(dict.fromkeys(rows), start=_BLANK + 1)}
        distinct: Any = np.frombuffer(b"".join(places), np.uint64).reshape(-1, features.shape[1])
        length: Any = np.array([len(distinct)])
        vectors: Vectors = self._mix.predict(self._look_up.predict(Ragged(distinct, length))).dataXd
        blank = np.zeros((1, vectors.shape[1]), np.float32)
        return np.concatenate([blank, vectors]), [places[row] for row in rows]


def _read_layer(maxout: Any, norm: Any) -> _Layer:
    weights, bias = maxout.get_param("W"), maxout.get_param("b")  # width x pieces x inputs, width x pieces
    by_piece = weights.transpose(1, 0, 2).reshape(-1, weights.shape[2])
    return _Layer(np.ascontiguousarray(by_piece.T), bias.T.ravel(), norm.get_param("G"), norm.get_param("b"))
