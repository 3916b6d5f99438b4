"""Late interaction: how well every word of one text is met by a word of the other, in meaning and context.

After ColBERT (Khattab and Zaharia, SIGIR 2020), with the word vectors of the sentence encoder itself and idf weights.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.score.rarity import Rarity

Matrix = NDArray[np.float32]


def weigh_words(stems: Sequence[str], rarity: Rarity) -> NDArray[np.float32]:
    """Inverse document frequency of each content word, masked words 0."""
    return np.array([rarity.weigh(stem) for stem in stems], dtype=np.float32)


def compare_words(ours: Matrix, theirs: Matrix, our_weights: Matrix, their_weights: Matrix) -> float:
    """Mean over the words of both texts of the largest cosine to a word of the other, weighted; 0..1.

    `ours` and `theirs` hold a unit vector a word. Each text counts for a half, however long it is; 0 when a text has
    no word of weight.
    """
    ours, our_weights = _keep_weighty(ours, our_weights)
    theirs, their_weights = _keep_weighty(theirs, their_weights)
    if not len(ours) or not len(theirs):
        return 0.0
    cosines = ours @ theirs.T
    met = np.average(cosines.max(axis=1), weights=our_weights)
    meets = np.average(cosines.max(axis=0), weights=their_weights)
    return float(met + meets) / 2


def _keep_weighty(vectors: Matrix, weights: Matrix) -> tuple[Matrix, Matrix]:
    """Words that weigh something and that the encoder has read."""
    kept = (weights > 0) & vectors.any(axis=1)
    return vectors[kept], weights[kept]
