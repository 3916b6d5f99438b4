"""Fit the model of `match_probability` on labelled pairs and write it as readable data.

An additive logistic model: each measurement has a piecewise linear curve whose slopes are fitted and never negative.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from pipeline.evaluate.labels import LabelledPairs
from pipeline.score.links import Embedder, compare_closely
from pipeline.score.measure import measure_pairs
from pipeline.score.probability import Curve, MatchModel
from pipeline.score.rarity import Rarity
from pipeline.score.retrieve import find_candidates

# Measurements and the knots between which their curves are straight: round values that part low, middling and high.
# Shares of the texts' idf mass, BM25 and the idf mass of phrases were tried as well and won nothing.
KNOTS: dict[str, tuple[float, ...]] = {
    "cosine_span": (0.3, 0.5, 0.7),
    "cosine_added": (0.3, 0.5, 0.7),
    "cosine_contrast": (-0.1, 0.0, 0.1, 0.2),
    "token_similarity": (0.4, 0.5, 0.6, 0.7),
    "shared_idf_added": (10.0, 25.0, 50.0),
    "ordered_idf": (10.0, 25.0, 50.0),
}
LEXICAL = ("shared_idf_added", "ordered_idf")
CONFLICT = 2.0  # log-odds, a stated prior: labelled pairs with swapped roles or a denial are too few to fit it
_TOP = 20  # pairs that retrieval would bring up: on these the probability has to be right (METHOD section 5)
_LEAST_SLOPE = 1e-6  # the steepest: what is flatter is rounded to nothing in the file
_PENALTY = 10.0  # ridge, on terms scaled to unit variance: against ten thousands of pairs, it only calms ties
FOLDS = 5
Table = NDArray[np.float64]


@dataclass(frozen=True)
class Fitted:
    """One fitted mode: the coefficients and what cross-validation says of them."""

    model: MatchModel
    pairs: int
    positives: int
    brier_skill: float  # 1 - Brier score over that of the base rate, folds by document or organisation
    calibration_error: float  # expected calibration error, ten bins of equal count


@dataclass(frozen=True)
class Sample:
    features: Table
    labels: NDArray[np.int64]
    weights: Table
    folds: NDArray[Any]
    sets: NDArray[np.int64]  # which data set a pair is of


def fit_match_model(sets: Sequence[LabelledPairs], rarity: Rarity, embedder: Embedder | None) -> Fitted:
    """Curves of the named measurements; every data set weighs the same.

    Slopes are fitted with an intercept a data set (how many of its pairs match says nothing of the measurements), then
    one intercept and one scale for all. Cross-validation does both in every fold; folds keep documents and
    organisations whole.
    """
    from sklearn.model_selection import GroupKFold

    names = [name for name in KNOTS if embedder is not None or name in LEXICAL]
    sample = stack([sample_pairs(labelled, rarity, embedder, names)[1] for labelled in sets])
    held_out = np.zeros(len(sample.labels))
    for train, test in GroupKFold(FOLDS).split(sample.features, sample.labels, sample.folds):
        held_out[test] = predict(fit_curves(select(sample, train), names), sample.features[test])
    return Fitted(
        fit_curves(sample, names),
        len(sample.labels),
        int(sample.labels.sum()),
        measure_brier_skill(held_out, sample),
        measure_calibration_error(held_out, sample),
    )


def fit_curves(sample: Sample, names: Sequence[str]) -> MatchModel:
    """The model fitted on all rows of a sample whose columns are `names`."""
    terms = np.hstack([_bend(column, KNOTS[name]) for name, column in zip(names, sample.features.T, strict=True)])
    scales = np.maximum(terms.std(axis=0), 1e-9)
    groups = np.eye(sample.sets.max() + 1)[sample.sets]
    weights = _fit_logistic(terms / scales, groups[:, groups.any(axis=0)], sample, _PENALTY)[1] / scales
    total = terms @ weights
    (intercept,), (scale,) = _fit_logistic(total[:, None], np.ones((len(total), 1)), sample, 0.0)
    curves, start = [], 0
    for name in names:
        part = weights[start : start + len(KNOTS[name]) + 1] * scale
        slopes = np.cumsum(part[::-1])[::-1]  # below a knot, every term that bends there or later still rises
        curves.append((name, Curve(KNOTS[name], tuple(map(float, slopes)))))
        start += len(part)
    return MatchModel(float(intercept), tuple(curves), CONFLICT)


def _bend(values: Table, knots: Sequence[float]) -> Table:
    """Terms that rise up to a knot and stay there, and the value itself; 0 at 0. With slopes that are not negative

    their sum is concave: the more alike two texts are already, the less it counts that they are still more so.
    """
    return np.stack([np.minimum(values, knot) - min(0.0, knot) for knot in (*knots, np.inf)], axis=1)


def _fit_logistic(terms: Table, groups: Table, sample: Sample, penalty: float) -> tuple[Table, Table]:
    """Intercepts of the groups, and slopes of the terms, none negative, that minimise the weighted logistic loss."""
    from scipy.optimize import minimize

    number, labels = groups.shape[1], sample.labels

    def measure_loss(values: Table) -> tuple[float, Table]:
        intercepts, slopes = values[:number], values[number:]
        odds = groups @ intercepts + terms @ slopes
        loss = (sample.weights * (np.logaddexp(0, odds) - labels * odds)).sum() + penalty / 2 * (slopes @ slopes)
        error = sample.weights * (1 / (1 + np.exp(-odds)) - labels)
        return float(loss), np.concatenate([groups.T @ error, terms.T @ error + penalty * slopes])

    bounds = [(None, None)] * number + [(0, None)] * terms.shape[1]
    start = np.zeros(len(bounds))
    found = minimize(measure_loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 1000})
    return found.x[:number], found.x[number:]


def predict(model: MatchModel, features: Table) -> Table:
    """Probabilities of the rows of a feature table whose columns are the model's measurements."""
    parts = [
        np.interp(column, *_draw(curve, column)) for (_, curve), column in zip(model.curves, features.T, strict=True)
    ]
    return np.asarray(1 / (1 + np.exp(-model.intercept - sum(parts))))


def _draw(curve: Curve, column: Table) -> tuple[list[float], list[float]]:
    """The bends of a curve and its ends over these values, and its height there."""
    places = sorted({float(column.min()), *curve.knots, float(column.max())})
    return places, [curve.weigh(place) for place in places]


def select(sample: Sample, rows: NDArray[np.int64]) -> Sample:
    """Some rows of a sample."""
    return Sample(*(getattr(sample, field.name)[rows] for field in fields(sample)))


def write_models(modes: Mapping[str, Fitted], file: Path) -> None:
    """Write the modes as TOML, with the figures of their cross-validation in comments.

    Measurements that a fit gives no weight are left out, so that a run need not take them.
    Modes that the file has already and that are not fitted now (an encoder that is not installed) stay as they are.
    """
    kept = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    old = {name: entry for name, entry in kept.items() if name not in {*modes, "conflict"}}
    file.write_text(
        "# The additive logistic model behind match_probability; written by `clausetrace evaluate fit`; see"
        " models/README.md.\n# A curve adds log-odds: a slope (log-odds a unit of the measurement) below, between and"
        " above its knots.\n\n[conflict]  # of direction: a stated prior, not fitted\n"
        f"log_odds = {CONFLICT}\n"
        + "".join(_format_fitted(name, fitted) for name, fitted in modes.items())
        + "".join(_format_entry(name, entry) for name, entry in old.items()),
        encoding="utf-8",
    )


def _format_fitted(name: str, fitted: Fitted) -> str:
    told = (
        f"{fitted.pairs} pairs, {fitted.positives} matches; cross-validated: Brier skill {fitted.brier_skill:.3f},"
        f" expected calibration error {fitted.calibration_error:.3f}"
    )
    curves = {
        key: {"knots": curve.knots, "slopes": curve.slopes}
        for key, curve in fitted.model.curves
        if max(curve.slopes) > _LEAST_SLOPE
    }
    return _format_entry(name, {"fitted_on": told, "intercept": fitted.model.intercept, "curves": curves})


def _format_entry(name: str, entry: Mapping[str, Any]) -> str:
    lines = [
        f"{key} = {{ knots = {list(curve['knots'])}, slopes = [{slopes}] }}"
        for key, curve in entry["curves"].items()
        for slopes in [", ".join(f"{slope:.6f}" for slope in curve["slopes"])]
    ]
    head = f'\n[{name}]\nfitted_on = "{entry["fitted_on"]}"\nintercept = {entry["intercept"]:.6f}\n'
    return head + f"[{name}.curves]\n" + "\n".join(lines) + "\n"


def sample_pairs(
    labelled: LabelledPairs,
    rarity: Rarity,
    embedder: Embedder | None,
    names: Sequence[str],
    both_sides: bool = False,
) -> tuple[list[tuple[int, int]], Sample]:
    """The pairs with labels that retrieval brings up, as places of source and target, and their measurements."""
    known = rarity.add_passages(labelled.earlier)
    contrast: Literal["all", "alone"] = "alone" if labelled.judged else "all"
    closeness = compare_closely(labelled.sources, labelled.targets, embedder, contrast)
    retrieved = [(closeness.cosine_span, _TOP), (closeness.bm25, _TOP)]
    found = list(labelled.judged) or find_candidates(retrieved, both_sides)
    pairs = [(i, j) for i, j in found if labelled.sources[i].added and labelled.targets[j].added]  # not mere deletions
    measured = measure_pairs(labelled.sources, labelled.targets, pairs, closeness, known)
    features = np.array([[getattr(row, name) for name in names] for row in measured], dtype=np.float64)
    labels = np.array([pair in labelled.matches for pair in pairs], dtype=np.int64)
    folds = np.array([f"{labelled.name} {labelled.folds[i]}" for i, _ in pairs])
    even, none = np.full(len(pairs), 1.0 / len(pairs)), np.zeros(len(pairs), dtype=np.int64)
    return pairs, Sample(features, labels, even, folds, none)


def stack(samples: Sequence[Sample]) -> Sample:
    """The samples of several data sets as one, in which every set weighs the same."""
    weights = np.concatenate([sample.weights for sample in samples])
    return Sample(
        np.concatenate([sample.features for sample in samples]),
        np.concatenate([sample.labels for sample in samples]),
        weights * len(weights) / weights.sum(),
        np.concatenate([sample.folds for sample in samples]),
        np.concatenate([np.full(len(sample.labels), place) for place, sample in enumerate(samples)]),
    )


def measure_brier_skill(predicted: Table, sample: Sample) -> float:
    """1 - the Brier score over that of the constant base rate."""
    rate = np.average(sample.labels, weights=sample.weights)
    brier = np.average((predicted - sample.labels) ** 2, weights=sample.weights)
    return float(1 - brier / (rate * (1 - rate)))


def measure_calibration_error(predicted: Table, sample: Sample, bins: int = 10) -> float:
    """Expected calibration error over bins of equal count."""
    parts = np.array_split(np.argsort(predicted, kind="stable"), bins)
    total = sample.weights.sum()
    gaps = [
        sample.weights[part].sum()
        / total
        * abs(
            np.average(predicted[part], weights=sample.weights[part])
            - np.average(sample.labels[part], weights=sample.weights[part])
        )
        for part in parts
    ]
    return float(sum(gaps))
