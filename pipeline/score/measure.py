"""Every measurement of a pair of passages, in one place, so that a case and `match` measure alike."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.score.direction import compare_frames
from pipeline.score.passages import Passage
from pipeline.score.probability import MatchModel
from pipeline.score.rarity import Rarity
from pipeline.score.wording import find_ordered_run, find_shared_items, find_shared_phrases, measure_order
from pipeline.words import content_stems

Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Measurement:
    """What can be measured between a source passage and a target passage; the fields are explained in `Link`."""

    cosine_span: float | None
    cosine_added: float | None
    bm25_span: float
    bm25_share: float
    shared_idf: float
    shared_idf_added: float
    shared_share: float
    order_share: float
    shared_phrases: tuple[str, ...]
    ordered_run: str
    ordered_words: int
    shared_items: tuple[str, ...]
    negation_conflict: bool
    role_swap: bool
    stance_conflict: bool
    same_frame: bool
    log_odds: float
    match_probability: float


@dataclass(frozen=True, slots=True)
class Closeness:
    """The measurements that come from matrices: of all sources (rows) against all targets (columns)."""

    cosine_span: Matrix | None
    cosine_added: Matrix | None
    bm25: Matrix
    bm25_own: NDArray[np.float32]  # each target against itself


def measure_pairs(
    sources: Sequence[Passage],
    targets: Sequence[Passage],
    pairs: Sequence[tuple[int, int]],
    closeness: Closeness,
    rarity: Rarity,
    model: MatchModel,
) -> list[Measurement]:
    """Measure the named pairs (index of source, index of target), in the order given."""
    masses = [sum(rarity.weigh(stem) for stem in sorted(set(target.added_stems))) for target in targets]
    return [_measure_pair(sources[i], targets[j], (i, j), closeness, rarity, masses[j], model) for i, j in pairs]


def _measure_pair(
    source: Passage,
    target: Passage,
    at: tuple[int, int],
    closeness: Closeness,
    rarity: Rarity,
    mass: float,
    model: MatchModel,
) -> Measurement:
    said = set(source.added_stems)
    shared_added = sum(rarity.weigh(stem) for stem in sorted(said.intersection(target.added_stems)))
    phrases = tuple(
        phrase for run in target.added for text in source.added for phrase in find_shared_phrases(text, run)
    )
    run = find_ordered_run(source, target)
    direction = compare_frames(source.frames, target.frames)
    bm25 = float(closeness.bm25[at])
    features = {
        "cosine_span": _pick(closeness.cosine_span, at),
        "cosine_added": _pick(closeness.cosine_added, at),
        "bm25_share": bm25 / max(float(closeness.bm25_own[at[1]]), 1e-9),
        "shared_idf_added": shared_added,
        "shared_share": shared_added / mass if mass else 0.0,
        "order_share": measure_order(source, target),
        "ordered_words": float(len(content_stems(run))),
        "conflict": float(direction.negation_conflict or direction.role_swap or direction.stance_conflict),
    }
    log_odds = model.weigh(features)
    return Measurement(
        cosine_span=features["cosine_span"],
        cosine_added=features["cosine_added"],
        bm25_span=bm25,
        bm25_share=features["bm25_share"] or 0.0,
        shared_idf=sum(rarity.weigh(stem) for stem in sorted(said & target.stems)),
        shared_idf_added=shared_added,
        shared_share=features["shared_share"] or 0.0,
        order_share=features["order_share"] or 0.0,
        shared_phrases=tuple(sorted(dict.fromkeys(phrases), key=lambda phrase: (-len(phrase.split()), phrase))),
        ordered_run=run,
        ordered_words=len(content_stems(run)),
        shared_items=find_shared_items(source, target),
        negation_conflict=direction.negation_conflict,
        role_swap=direction.role_swap,
        stance_conflict=direction.stance_conflict,
        same_frame=direction.same_frame,
        log_odds=log_odds,
        match_probability=float(1 / (1 + np.exp(-log_odds))),
    )


def _pick(matrix: Matrix | None, at: tuple[int, int]) -> float | None:
    return None if matrix is None else float(matrix[at])
