"""Every measurement of a pair of passages, in one place, so that a case and `match` measure alike."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.score.direction import compare_passages
from pipeline.score.passages import Passage
from pipeline.score.rarity import Rarity
from pipeline.score.tokens import compare_words, weigh_words
from pipeline.score.wording import find_ordered_run, find_shared_items, find_shared_phrases, measure_order

Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Measurement:
    """What can be measured between a source passage and a target passage; the fields are explained in `Link`."""

    cosine_span: float | None
    cosine_added: float | None
    bm25_span: float
    bm25_share: float
    cosine_contrast: float | None
    token_similarity: float | None
    shared_idf: float
    shared_idf_added: float
    shared_share: float
    source_share: float
    phrase_idf: float
    order_share: float
    shared_phrases: tuple[str, ...]
    ordered_run: str
    ordered_words: int
    ordered_idf: float
    shared_items: tuple[str, ...]
    negation_conflict: bool
    role_swap: bool
    stance_conflict: bool
    same_frame: bool
    direction_doubt: bool


@dataclass(frozen=True, slots=True)
class Closeness:
    """The measurements that come from matrices: of all sources (rows) against all targets (columns)."""

    cosine_span: Matrix | None
    cosine_added: Matrix | None
    bm25: Matrix
    bm25_own: NDArray[np.float32]  # each target against itself
    contrast: Matrix | None = None
    source_words: Sequence[Matrix] = ()  # of each source, a unit vector a content word of its added text
    target_words: Sequence[Matrix] = ()


def measure_pairs(
    sources: Sequence[Passage],
    targets: Sequence[Passage],
    pairs: Sequence[tuple[int, int]],
    closeness: Closeness,
    rarity: Rarity,
) -> list[Measurement]:
    """Measure the named pairs (index of source, index of target), in the order given."""
    masses = (
        [_weigh(source.added_stem_set, rarity) for source in sources],
        [_weigh(target.added_stem_set, rarity) for target in targets],
    )
    words = (
        [weigh_words(source.added_stems, rarity) for source in sources],
        [weigh_words(target.added_stems, rarity) for target in targets],
    )
    return [
        _measure_pair(
            sources[i],
            targets[j],
            (i, j),
            closeness,
            rarity,
            (masses[0][i], masses[1][j]),
            compare_words(closeness.source_words[i], closeness.target_words[j], words[0][i], words[1][j])
            if closeness.source_words
            else None,
        )
        for i, j in pairs
    ]


def _measure_pair(
    source: Passage,
    target: Passage,
    at: tuple[int, int],
    closeness: Closeness,
    rarity: Rarity,
    masses: tuple[float, float],
    token_similarity: float | None,
) -> Measurement:
    """Most pairs of a case share no word at all: what only shared words can have is not looked for there."""
    in_clause, shared = source.added_stem_set & target.stems, source.added_stem_set & target.added_stem_set
    shared_added = _weigh(shared, rarity)
    run, run_stems = find_ordered_run(source, target) if shared else ("", ())
    direction = compare_passages(source, target)
    bm25 = float(closeness.bm25[at])
    return Measurement(
        cosine_span=_pick(closeness.cosine_span, at),
        cosine_added=_pick(closeness.cosine_added, at),
        bm25_span=bm25,
        bm25_share=bm25 / max(float(closeness.bm25_own[at[1]]), 1e-9),
        cosine_contrast=_pick(closeness.contrast, at),
        token_similarity=token_similarity,
        shared_idf=_weigh(in_clause, rarity),
        shared_idf_added=shared_added,
        shared_share=shared_added / masses[1] if masses[1] else 0.0,
        source_share=shared_added / masses[0] if masses[0] else 0.0,
        phrase_idf=_weigh_phrases(shared, source, target, rarity) if shared else 0.0,
        order_share=measure_order(source, target) if shared else 0.0,
        shared_phrases=find_shared_phrases(source, target) if shared else (),
        ordered_run=run,
        ordered_words=len(run_stems),
        ordered_idf=float(sum(rarity.weigh_run(run_stems))) if run_stems else 0.0,
        shared_items=find_shared_items(source, target) if shared else (),
        negation_conflict=direction.negation_conflict,
        role_swap=direction.role_swap,
        stance_conflict=direction.stance_conflict,
        same_frame=direction.same_frame,
        direction_doubt=direction.other_act or _deny_otherwise(source, target),
    )


def _deny_otherwise(source: Passage, target: Passage) -> bool:
    """Whether a denying word stands before a word of both texts in one of them only."""
    if not source.denials and not target.denials:
        return False
    return any(
        following in source.stems and following in target.stems for _, following in source.denials ^ target.denials
    )


def _weigh(shared: Iterable[str], rarity: Rarity) -> float:
    """The idf mass of stems; summed in a fixed order, so that the last digit does not hang on chance."""
    return float(sum(rarity.weigh(stem) for stem in sorted(shared)))


def _weigh_phrases(shared: Iterable[str], source: Passage, target: Passage, rarity: Rarity) -> float:
    """The idf mass of shared stems, where a stem that ends a phrase of both weighs what it adds to the phrase."""
    weights = {stem: rarity.weigh(stem) for stem in shared}
    for phrase in source.added_phrases & target.added_phrases:
        weights[phrase[-1]] = min(weights[phrase[-1]], rarity.weigh_run(phrase)[-1])
    return float(sum(weights[stem] for stem in sorted(weights)))


def _pick(matrix: Matrix | None, at: tuple[int, int]) -> float | None:
    return None if matrix is None else float(matrix[at])
