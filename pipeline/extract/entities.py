"""Names of entities, as spaCy's recogniser finds them, in all texts of a batch at once.

The recogniser walks a text word by word: outside a name the next word is left out, stands alone or begins one; within a
name it goes on or ends it. Outside, the choice hangs on no choice before it, so it is made for all words together; then
the names that begin somewhere grow side by side. spaCy takes the same steps text by text, and asks for each of 74 moves
at each word whether it is allowed, with Python's lock taken anew every time: that costs more than the arithmetic.
"""

from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pipeline.extract.token_vectors import TokenVectors, Vectors

if TYPE_CHECKING:
    from spacy.tokens import Doc

Places = NDArray[np.intp]  # of tokens in the batch, or numbers of moves
Marks = NDArray[np.bool_]  # one a token
Entity = tuple[int, int, str]  # first token, token after the last, label


class EntityFinder:
    """spaCy's component `ner`, for texts in which nothing is marked yet."""

    def __init__(self, ner: Any) -> None:
        words, _, linear = ner.model.get_ref("tok2vec").layers
        lower, upper = ner.model.get_ref("lower"), ner.model.get_ref("upper")
        self._vectors = TokenVectors(words)
        self._linear = linear.get_param("W").T, linear.get_param("b")
        weights = lower.get_param("W")  # features x hidden x pieces x inputs
        self._features = len(weights)  # the word at hand, the first of its name, the one before it in the name
        self._lower = np.ascontiguousarray(weights.reshape(-1, weights.shape[-1]).T)
        self._missing = lower.get_param("pad").reshape(self._features, -1)  # for a feature that there is not
        self._bias = lower.get_param("b").ravel()
        self._upper = upper.get_param("W").T, upper.get_param("b")
        names = [ner.moves.get_class_name(number) for number in range(ner.moves.n_moves)]  # "B-ORG", ..., "O"
        numbers = {name: number for number, name in enumerate(names)}
        self._labels = [name.partition("-")[2] for name in names]
        kinds = np.array([name[0] if name != "U-" else "" for name in names])  # "U-" is for words marked before
        self._begins, self._alone, self._outside = (kinds == kind for kind in "BUO")  # moves
        self._within = np.array([numbers.get(f"I-{label}", -1) for label in self._labels])
        self._last = np.array([numbers.get(f"L-{label}", -1) for label in self._labels])

    def find(self, docs: Sequence["Doc"]) -> list[list[Entity]]:
        """The entities of each text, in order."""
        found: list[list[Entity]] = [[] for _ in docs]
        ends = np.array(list(accumulate(map(len, docs))))
        if not len(ends) or not ends[-1]:
            return found
        parts = self._weigh(docs)
        is_last, is_blank = np.zeros((2, len(parts)), bool)
        is_last[ends[ends > 0] - 1] = True
        is_blank |= np.concatenate([doc.to_array("IS_SPACE") for doc in docs]).astype(bool)
        moves = self._choose_outside(parts, is_last, is_blank)
        starts = np.flatnonzero(~self._outside[moves])
        stops = self._grow(parts, is_last, starts, moves[starts])
        texts = np.searchsorted(ends, starts, side="right")
        free = 0  # what begins before is within the entity before
        for start, stop, move, text in np.stack((starts, stops, moves[starts], texts), axis=1).tolist():
            if start >= free:
                begin = int(ends[text]) - len(docs[text])
                found[text].append((start - begin, stop - begin, self._labels[move]))
                free = stop
        return found

    def _weigh(self, docs: Sequence["Doc"]) -> Vectors:
        """What each token adds to the state of the recogniser as each of the features: tokens x features x state."""
        vectors = np.concatenate(self._vectors.compute(docs))
        weights, bias = self._linear
        parts: Vectors = ((vectors @ weights + bias) @ self._lower).reshape(len(vectors), self._features, -1)
        return parts

    def _choose_outside(self, parts: Vectors, is_last: Marks, is_blank: Marks) -> Places:
        """The best move at each token, were it outside a name: none begins with a blank, none of several at the end."""
        scores = self._score(parts[:, 0] + self._missing[1] + self._missing[2])
        scores[:, ~(self._begins | self._alone | self._outside)] = -np.inf
        scores[np.ix_(is_last | is_blank, self._begins)] = -np.inf
        scores[np.ix_(is_blank, self._alone)] = -np.inf
        best: Places = scores.argmax(axis=1)
        return best

    def _grow(self, parts: Vectors, is_last: Marks, starts: Places, moves: Places) -> Places:
        """The token after the last of the name that begins at each start with its move."""
        stops = starts + 1
        growing = np.flatnonzero(self._begins[moves])
        while len(growing):
            at, first, move, rows = stops[growing], starts[growing], moves[growing], np.arange(len(growing))
            scores = self._score(parts[at, 0] + parts[first, 1] + parts[at - 1, 2])
            goes_on = (scores[rows, self._within[move]] >= scores[rows, self._last[move]]) & ~is_last[at]
            stops[growing] += 1
            growing = growing[goes_on]
        return stops

    def _score(self, state: Vectors) -> Vectors:
        """The scores of all moves in each state."""
        hidden = (state + self._bias).reshape(len(state), -1, 2)
        weights, bias = self._upper
        scores: Vectors = np.maximum(hidden[:, :, 0], hidden[:, :, 1]) @ weights + bias
        return scores
