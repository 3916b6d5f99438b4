"""How well `match` ranks, and how well its probabilities hold, on labelled pairs that a fold's model has not seen.

Three data sets (see `labels`): NGO asks and State recommendations, proposed and adopted amendments, bill alignments.
Folds are those of `fit`: themes, organisations and documents stay whole.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.embed import VectorStore, load_encoder
from pipeline.evaluate.fit import (
    FOLDS,
    KNOTS,
    LEXICAL,
    Sample,
    Table,
    fit_curves,
    measure_brier_skill,
    measure_calibration_error,
    predict,
    sample_pairs,
    select,
    stack,
)
from pipeline.evaluate.labels import LabelledPairs, load_all_pairs
from pipeline.evaluate.measured import Measured
from pipeline.score import load_background
from pipeline.settings import Settings

_DRAWS = 2000
_CUT = 10  # of recall and nDCG
_NOWHERE = 10**9  # rank of a match that retrieval did not bring up
_GOALS = {"recall@10": ">= 0.78", "MRR": ">= 0.75", "nDCG@10": ">= 0.70"}
_NOTE = "cross-validated: folds keep themes, organisations and documents whole; intervals by bootstrap over queries"
Hits = list[tuple[int, int]]  # of one query: the 0-based rank of each match, and its grade
Figure = Callable[[Hits], float]


def measure_ranking(folder: Path, settings: Settings) -> list[Measured]:
    """Recall, MRR and nDCG of asks, MRR of amendments, AUC of alignments, Brier skill and calibration error.

    Beside each stands the plain best of its measurements, cosine or BM25. Raises ClausetraceError when a data set is
    missing in `folder`.
    """
    encoder = load_encoder(settings.embed)
    embedder = VectorStore(encoder) if encoder else None
    sets, rarity = load_all_pairs(folder), load_background()
    names = [name for name in KNOTS if embedder or name in LEXICAL]
    shown = [*names, "bm25_span"]
    fitted = stack([sample_pairs(labelled, rarity, embedder, names)[1] for labelled in sets])
    asked = [sample_pairs(labelled, rarity, embedder, shown, both_sides=True) for labelled in sets]
    held_out = [np.zeros(len(pairs)) for pairs, _ in asked]
    own = np.zeros(len(fitted.labels))
    for train, test in _split(fitted):
        model = fit_curves(select(fitted, train), names)
        own[test] = predict(model, fitted.features[test])
        kept = set(fitted.folds[test])
        for scores, (_, sample) in zip(held_out, asked, strict=True):
            rows = np.array([fold in kept for fold in sample.folds])
            if rows.any():
                scores[rows] = predict(model, sample.features[rows, : len(names)])
    mode = encoder.name if encoder else "words alone"
    return [
        *_rank_asks(sets[0], *asked[0], held_out[0], shown, mode),
        *_rank_amendments(sets[1], *asked[1], held_out[1], shown, mode),
        _separate(asked[2][1], held_out[2], mode),
        _row("calibration", "Brier skill", mode, measure_brier_skill(own, fitted), len(own), "> 0.4"),
        _row(
            "calibration",
            "expected calibration error",
            mode,
            measure_calibration_error(own, fitted),
            len(own),
            "< 0.05",
        ),
    ]


def _split(sample: Sample) -> Iterable[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    from sklearn.model_selection import GroupKFold

    yield from GroupKFold(FOLDS).split(sample.features, sample.labels, sample.folds)


def _rank_asks(
    labelled: LabelledPairs,
    pairs: Sequence[tuple[int, int]],
    sample: Sample,
    scores: Table,
    names: list[str],
    mode: str,
) -> list[Measured]:
    """Each ask with a link is a query; recommendations that are not candidates rank last."""
    queries = sorted({i for i, _ in labelled.matches})
    figures: dict[str, Figure] = {"recall@10": _recall, "MRR": _reciprocal, "nDCG@10": _gain}
    task = f"State recommendations of one review, {mode}"
    hits = [_find_hits(i, labelled, pairs, scores) for i in queries]
    plain = {
        name: [_find_hits(i, labelled, pairs, sample.features[:, names.index(name)]) for i in queries]
        for name in names
        if name in ("cosine_span", "bm25_span")
    }
    return [
        _average(
            task,
            metric,
            [figure(found) for found in hits],
            _GOALS[metric],
            {name: [figure(found) for found in listed] for name, listed in plain.items()},
        )
        for metric, figure in figures.items()
    ]


def _find_hits(query: int, labelled: LabelledPairs, pairs: Sequence[tuple[int, int]], scores: Table) -> Hits:
    ranked = sorted((-scores[place], j) for place, (i, j) in enumerate(pairs) if i == query)
    ranks = {j: rank for rank, (_, j) in enumerate(ranked)}
    return [(ranks.get(j, _NOWHERE), labelled.grades.get((i, j), 1)) for i, j in labelled.matches if i == query]


def _rank_amendments(
    labelled: LabelledPairs,
    pairs: Sequence[tuple[int, int]],
    sample: Sample,
    scores: Table,
    names: list[str],
    mode: str,
) -> list[Measured]:
    """Each amendment with a verified proposal is a query; proposals of identical text count as one."""
    texts = [source.shown for source in labelled.sources]
    wanted: dict[int, set[str]] = {}
    for i, j in labelled.matches:
        if labelled.targets[j].added:  # what only deletes has no words to be found by
            wanted.setdefault(j, set()).add(texts[i])
    by_target: dict[int, list[int]] = {}
    for place, (_, j) in enumerate(pairs):
        if j in wanted:
            by_target.setdefault(j, []).append(place)
    plain = {"bm25_span": sample.features[:, names.index("bm25_span")]}
    if "cosine_added" in names:
        plain["cosine_added"] = sample.features[:, names.index("cosine_added")]

    def find_ranks(values: Table) -> list[float]:
        ranks = []
        for j in sorted(wanted):
            best: dict[str, float] = {}
            for place in by_target.get(j, ()):
                text = texts[pairs[place][0]]
                best[text] = max(values[place], best.get(text, -np.inf))
            ordered = sorted(best, key=lambda text: (-best[text], text))
            first = next((rank for rank, text in enumerate(ordered) if text in wanted[j]), None)
            ranks.append(0.0 if first is None else 1 / (first + 1))
        return ranks

    found = {name: find_ranks(values) for name, values in plain.items()}
    return [
        _average(
            f"amendments that add words, against all proposals, {mode}", "MRR", find_ranks(scores), ">= 0.88", found
        )
    ]


def _separate(sample: Sample, scores: Table, mode: str) -> Measured:
    """How well substantive alignments are told from boilerplate."""
    from sklearn.metrics import roc_auc_score

    draws, rng = [], np.random.default_rng(1)
    for _ in range(_DRAWS):
        rows = rng.integers(0, len(scores), len(scores))
        if 0 < sample.labels[rows].sum() < len(rows):
            draws.append(roc_auc_score(sample.labels[rows], scores[rows]))
    low, high = np.quantile(draws, (0.025, 0.975))
    value = float(roc_auc_score(sample.labels, scores))
    task = f"bill alignments, substance against boilerplate, {mode}"
    return Measured("score", task, "AUC", value, len(scores), float(low), float(high), ">= 0.98", _NOTE)


def _recall(hits: Hits) -> float:
    return sum(rank < _CUT for rank, _ in hits) / len(hits)


def _reciprocal(hits: Hits) -> float:
    return 1 / (min(rank for rank, _ in hits) + 1)


def _gain(hits: Hits) -> float:
    """nDCG with the gain 2**grade - 1 (Burges et al., ICML 2005)."""
    best = sorted((grade for _, grade in hits), reverse=True)[:_CUT]
    reached = sum((2**grade - 1) / np.log2(rank + 2) for rank, grade in hits if rank < _CUT)
    return float(reached / sum((2**grade - 1) / np.log2(place + 2) for place, grade in enumerate(best)))


def _average(task: str, metric: str, values: Sequence[float], goal: str, plain: dict[str, list[float]]) -> Measured:
    """The mean over queries, and in the note the gain over the best plain measurement with its paired interval."""
    rng = np.random.default_rng(1)
    draws = rng.integers(0, len(values), (_DRAWS, len(values)))
    low, high = np.quantile(np.array(values)[draws].mean(axis=1), (0.025, 0.975))
    name, best = max(plain.items(), key=lambda item: (np.mean(item[1]), item[0]))
    gains = np.array(values) - np.array(best)
    gain_low, gain_high = np.quantile(gains[draws].mean(axis=1), (0.025, 0.975))
    note = f"{_NOTE}; {name} alone {np.mean(best):.3f}, gain {gains.mean():+.3f} ({gain_low:+.3f} to {gain_high:+.3f})"
    return Measured("score", task, metric, float(np.mean(values)), len(values), float(low), float(high), goal, note)


def _row(task: str, metric: str, mode: str, value: float, number: int, goal: str) -> Measured:
    return Measured("score", f"{task} of match_probability, {mode}", metric, value, number, goal=goal, note=_NOTE)
