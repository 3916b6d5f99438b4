"""Rank passages of any origin against one another: what `clausetrace match` prints."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.errors import ClausetraceError
from pipeline.score.links import BY_WORD, Embedder, compare_closely
from pipeline.score.measure import Measurement, measure_pairs
from pipeline.score.passages import Passage
from pipeline.score.probability import load_match_model
from pipeline.score.rarity import Rarity
from pipeline.score.retrieve import find_candidates

_CANDIDATES = 30  # a side and measure, at least: what neither meaning nor words put here is not measured


@dataclass(frozen=True, slots=True)
class MatchRow:
    """One ranked pair."""

    source_id: str
    target_id: str
    measurement: Measurement


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
    closeness = compare_closely(sources, targets, embedder, in_pairs, model.uses(BY_WORD))
    if in_pairs:
        pairs = [(place, place) for place in range(len(sources))]
    else:
        matrices = [closeness.cosine_span, closeness.cosine_added, closeness.bm25]
        pairs = find_candidates(matrices, max(top, _CANDIDATES), True)
    measured = measure_pairs(sources, targets, pairs, closeness, rarity, model)
    rows = list(zip(pairs, measured, strict=True))
    if not in_pairs:
        rows = sorted(_keep_top(rows, top), key=lambda row: given[sources[row[0][0]].id])
    return [MatchRow(sources[i].id, targets[j].id, measurement) for (i, j), measurement in rows]


def _check_ids(sources: Sequence[Passage], targets: Sequence[Passage], in_pairs: bool) -> None:
    if in_pairs and len(sources) != len(targets):
        raise ClausetraceError(f"--pairs: {len(sources)} sources and {len(targets)} targets; give as many of both.")
    for side, passages in () if in_pairs else (("sources", sources), ("targets", targets)):
        double = next((name for name, count in Counter(row.id for row in passages).items() if count > 1), None)
        if double is not None:
            raise ClausetraceError(f"{side}: the id {double!r} stands twice; make ids unique, or score --pairs.")


def _keep_top(rows: list[tuple[tuple[int, int], Measurement]], top: int) -> list[tuple[tuple[int, int], Measurement]]:
    """Rows whose log-odds are among the `top` of their source or their target; ties by place."""
    ranked = sorted(rows, key=lambda row: (-row[1].log_odds, row[0]))
    kept, by_source, by_target = [], dict[int, int](), dict[int, int]()
    for (i, j), measurement in ranked:
        by_source[i] = by_source.get(i, 0) + 1
        by_target[j] = by_target.get(j, 0) + 1
        if by_source[i] <= top or by_target[j] <= top:
            kept.append(((i, j), measurement))
    return sorted(kept, key=lambda row: (row[0][0], -row[1].log_odds, row[0][1]))
