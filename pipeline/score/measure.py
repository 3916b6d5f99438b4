"""Every measurement of a pair of passages, in one place, so that a case and `match` measure alike."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from pipeline.score.contrast import contrast_cosines
from pipeline.score.direction import compare_passages
from pipeline.score.passages import Passage
from pipeline.score.rarity import Rarity
from pipeline.score.retrieve import Matrix, Scores
from pipeline.score.tokens import compare_words, weigh_words
from pipeline.score.wording import find_ordered_run, find_shared_items, find_shared_phrases, measure_order


class Measurement(NamedTuple):
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
    """The measurements that compare all sources (rows) with all targets (columns)."""

    cosine_span: Scores | None
    cosine_added: Scores | None
    bm25: Scores
    bm25_own: Matrix  # each target against itself
    contrast: Literal["", "all", "alone"] = ""  # with all texts at hand, of pairs that stand alone, or not at all
    source_words: Sequence[Matrix] = ()  # of each source, a unit vector a content word of its added text
    target_words: Sequence[Matrix] = ()


class _Near(NamedTuple):
    """What such comparisons say of one pair."""

    cosine_span: float | None
    cosine_added: float | None
    cosine_contrast: float | None
    bm25: float
    bm25_share: float


def measure_pairs(
    sources: Sequence[Passage],
    targets: Sequence[Passage],
    pairs: Sequence[tuple[int, int]],
    closeness: Closeness,
    rarity: Rarity,
) -> list[Measurement]:
    """Measure the named pairs (index of source, index of target), in the order given."""
    near = _list_near(pairs, closeness)
    similar = _compare_all_words(sources, targets, pairs, closeness, rarity) if closeness.source_words else None
    return [
        _measure_pair(sources[i], targets[j], near[place], rarity, similar[place] if similar else None)
        for place, (i, j) in enumerate(pairs)
    ]


def _compare_all_words(
    sources: Sequence[Passage],
    targets: Sequence[Passage],
    pairs: Sequence[tuple[int, int]],
    closeness: Closeness,
    rarity: Rarity,
) -> list[float]:
    ours, theirs = ([weigh_words(one.added_stems, rarity) for one in side] for side in (sources, targets))
    return [compare_words(closeness.source_words[i], closeness.target_words[j], ours[i], theirs[j]) for i, j in pairs]


def _list_near(pairs: Sequence[tuple[int, int]], closeness: Closeness) -> list[_Near]:
    none = [None] * len(pairs)
    span, added = (
        none if scores is None else scores.pick(pairs).tolist()
        for scores in (closeness.cosine_span, closeness.cosine_added)
    )
    contrast = none
    if closeness.cosine_span is not None and closeness.contrast:
        contrast = contrast_cosines(closeness.cosine_span, pairs, closeness.contrast == "alone").tolist()
    bm25 = closeness.bm25.pick(pairs).tolist()
    own = closeness.bm25_own.tolist()
    shares = [score / max(own[j], 1e-9) for score, (_, j) in zip(bm25, pairs, strict=True)]
    return list(map(_Near, span, added, contrast, bm25, shares))


def _measure_pair(
    source: Passage,
    target: Passage,
    near: _Near,
    rarity: Rarity,
    token_similarity: float | None,
) -> Measurement:
    """Most pairs of a case share no word at all: what only shared words can have is not looked for there."""
    in_clause, shared = source.added_stem_set & target.stems, source.added_stem_set & target.added_stem_set
    shared_added = _weigh(shared, rarity)
    run, run_stems = find_ordered_run(source, target) if shared else ("", ())
    direction = compare_passages(source, target)
    return Measurement(
        cosine_span=near.cosine_span,
        cosine_added=near.cosine_added,
        bm25_span=near.bm25,
        bm25_share=near.bm25_share,
        cosine_contrast=near.cosine_contrast,
        token_similarity=token_similarity,
        shared_idf=_weigh(in_clause, rarity),
        shared_idf_added=shared_added,
        shared_share=shared_added / _weigh(target.added_stem_set, rarity) if shared_added else 0.0,
        source_share=shared_added / _weigh(source.added_stem_set, rarity) if shared_added else 0.0,
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
    return float(sum(map(rarity.weigh, sorted(shared))))


def _weigh_phrases(shared: Iterable[str], source: Passage, target: Passage, rarity: Rarity) -> float:
    """The idf mass of shared stems, where a stem that ends a phrase of both weighs what it adds to the phrase."""
    weights = {stem: rarity.weigh(stem) for stem in shared}
    for phrase in source.added_phrases & target.added_phrases:
        weights[phrase[-1]] = min(weights[phrase[-1]], rarity.weigh_run(phrase)[-1])
    return float(sum(weights[stem] for stem in sorted(weights)))
