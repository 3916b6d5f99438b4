"""Rank passages of any origin against one another: what `clausetrace match` prints."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.errors import ClausetraceError
from pipeline.score.links import BY_WORD, Embedder, compare_closely
from pipeline.score.measure import Measurement, measure_pairs
from pipeline.score.passages import Passage
from pipeline.score.probability import list_features, load_match_model
from pipeline.score.rarity import Rarity
from pipeline.score.retrieve import find_candidates

_CANDIDATES = 30  # a side and measure, at least: what neither meaning nor words put here is not measured


@dataclass(frozen=True, slots=True)
class MatchRow:
    """One ranked pair."""

    source_id: str
    target_id: str
    measurement: Measurement
    log_odds: float
    match_probability: float


def match_passages(
    sources: Sequence[Passage],
    targets: Sequence[Passage],
    rarity: Rarity,
    embedder: Embedder | None,
    top: int = 20,
    in_pairs: bool = False,
) -> list[MatchRow]:
    """Measure sources against targets and keep each pair in the `top` of its source or of its target.

    Rows come by source in the order given, the most probable target first. `in_pairs` measures the i-th source
    with the i-th target only and keeps the order; ids may then repeat. Raises ClausetraceError when the numbers
    differ, or when a ranked id stands twice.
    """
    _check_ids(sources, targets, in_pairs)
    given = {source.id: place for place, source in enumerate(sources)}
    if not in_pairs:  # so that ties and sums of floats do not hang on the order of lines in a file
        sources, targets = sorted(sources, key=lambda row: row.id), sorted(targets, key=lambda row: row.id)
    model = load_match_model(embedder.model if embedder else None)
    closeness = compare_closely(sources, targets, embedder, "alone" if in_pairs else "all", model.uses(BY_WORD))
    if in_pairs:
        pairs = [(place, place) for place in range(len(sources))]
    else:
        widest = max(top, _CANDIDATES)
        matrices = [closeness.cosine_span, closeness.cosine_added, closeness.bm25]
        pairs = find_candidates([(matrix, widest) for matrix in matrices], True)
    measured = measure_pairs(sources, targets, pairs, closeness, rarity)
    odds, probabilities = model.weigh_all(list_features(measured, model))
    places = range(len(pairs)) if in_pairs else _rank(pairs, odds.tolist(), top, [given[row.id] for row in sources])
    return [
        MatchRow(sources[i].id, targets[j].id, measured[place], float(odds[place]), float(probabilities[place]))
        for place in places
        for i, j in [pairs[place]]
    ]


def _check_ids(sources: Sequence[Passage], targets: Sequence[Passage], in_pairs: bool) -> None:
    if in_pairs and len(sources) != len(targets):
        raise ClausetraceError(f"--pairs: {len(sources)} sources and {len(targets)} targets; give as many of both.")
    for side, passages in () if in_pairs else (("sources", sources), ("targets", targets)):
        double = next((name for name, count in Counter(row.id for row in passages).items() if count > 1), None)
        if double is not None:
            raise ClausetraceError(f"{side}: the id {double!r} stands twice; make ids unique, or score --pairs.")


def _rank(pairs: Sequence[tuple[int, int]], odds: Sequence[float], top: int, given: Sequence[int]) -> list[int]:
    """The places of pairs whose log-odds are among the `top` of their source or their target; ties by place.

    In the order of the sources as given, for each the most probable target first.
    """
    kept, by_source, by_target = [], Counter[int](), Counter[int]()
    for place in sorted(range(len(pairs)), key=lambda place: (-odds[place], pairs[place])):
        i, j = pairs[place]
        by_source[i] += 1
        by_target[j] += 1
        if by_source[i] <= top or by_target[j] <= top:
            kept.append(place)
    return sorted(kept, key=lambda place: (given[pairs[place][0]], -odds[place], pairs[place][1]))
