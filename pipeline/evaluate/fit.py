"""Fit the model of `match_probability` on labelled pairs and write it as readable data."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.evaluate.labels import LabelledPairs
from pipeline.score.links import Embed, compare_closely
from pipeline.score.measure import measure_pairs
from pipeline.score.probability import MatchModel
from pipeline.score.rarity import Rarity
from pipeline.score.retrieve import find_candidates

FEATURES = ("cosine_span", "cosine_added", "shared_idf_added", "ordered_idf")
_DENSE = FEATURES[:2]
_TOP = 20  # pairs that retrieval would bring up: on these the probability has to be right (METHOD section 5)
_STRENGTH = 1.0  # inverse of the ridge penalty, scikit-learn's default; features are scaled before
_FOLDS = 5
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
class _Sample:
    features: Table
    labels: NDArray[np.int64]
    weights: Table
    folds: NDArray[Any]


def fit_match_model(sets: Sequence[LabelledPairs], rarity: Rarity, embed: Embed | None) -> Fitted:
    """Ridge-penalised logistic regression over the named features; every data set weighs the same.

    No measurement may speak against a match by being larger: features with a negative coefficient are dropped, the
    worst first, and the rest is fitted again. Cross-validation does the same in every fold; folds keep documents and
    organisations whole.
    """
    from sklearn.model_selection import GroupKFold

    names = [name for name in FEATURES if embed is not None or name not in _DENSE]
    sample = _stack([_sample_pairs(labelled, rarity, embed, names) for labelled in sets])
    held_out = np.zeros(len(sample.labels))
    for train, test in GroupKFold(_FOLDS).split(sample.features, sample.labels, sample.folds):
        model = _fit_monotone(sample, train, names)
        held_out[test] = _predict(model, sample.features[test], names)
    model = _fit_monotone(sample, np.arange(len(sample.labels)), names)
    return Fitted(
        model,
        len(sample.labels),
        int(sample.labels.sum()),
        _brier_skill(held_out, sample),
        _calibration_error(held_out, sample),
    )


def _fit_monotone(sample: _Sample, rows: NDArray[np.int64], names: Sequence[str]) -> MatchModel:
    from sklearn.linear_model import LogisticRegression

    features = sample.features[rows]
    centres, scales = features.mean(axis=0), features.std(axis=0)
    scaled = (features - centres) / scales
    kept = list(range(len(names)))
    while True:
        regression = LogisticRegression(C=_STRENGTH, max_iter=2000)
        regression.fit(scaled[:, kept], sample.labels[rows], sample_weight=sample.weights[rows])
        coefficients = regression.coef_[0]
        if coefficients.min() >= 0:
            break
        kept.pop(int(coefficients.argmin()))
    slopes = regression.coef_[0] / scales[kept]
    intercept = float(regression.intercept_[0] - (slopes * centres[kept]).sum())
    return MatchModel(intercept, tuple((names[place], float(slope)) for place, slope in zip(kept, slopes, strict=True)))


def _predict(model: MatchModel, features: Table, names: Sequence[str]) -> Table:
    """Probabilities of the rows of a feature table whose columns are `names`."""
    slopes = dict(model.coefficients)
    total = model.intercept + features @ np.array([slopes.get(name, 0.0) for name in names])
    return np.asarray(1 / (1 + np.exp(-total)))


def write_models(dense: Fitted, lexical: Fitted, file: Path) -> None:
    """Write both modes as TOML, with the figures of their cross-validation in comments."""
    file.write_text(
        "# Logistic regression behind match_probability; written by `clausetrace evaluate fit`; see models/README.md\n"
        + _format_mode("dense", dense)
        + _format_mode("lexical", lexical),
        encoding="utf-8",
    )


def _format_mode(mode: str, fitted: Fitted) -> str:
    return (
        f"\n[{mode}]  # {fitted.pairs} pairs, {fitted.positives} matches; cross-validated:"
        f" Brier skill {fitted.brier_skill:.3f}, expected calibration error {fitted.calibration_error:.3f}\n"
        f"intercept = {fitted.model.intercept:.6f}\n[{mode}.coefficients]  # log-odds a unit of the measurement\n"
        + "".join(f"{name} = {coefficient:.6f}\n" for name, coefficient in fitted.model.coefficients)
    )


def _sample_pairs(labelled: LabelledPairs, rarity: Rarity, embed: Embed | None, names: Sequence[str]) -> _Sample:
    known = rarity.add_passages(labelled.earlier)
    closeness = compare_closely(labelled.sources, labelled.targets, embed)
    retrieved = [closeness.cosine_span, closeness.bm25]
    found = list(labelled.judged) or find_candidates(retrieved, _TOP, both_sides=False)
    pairs = [(i, j) for i, j in found if labelled.sources[i].added and labelled.targets[j].added]  # not mere deletions
    measured = measure_pairs(labelled.sources, labelled.targets, pairs, closeness, known, MatchModel(0.0, ()))
    features = np.array([[getattr(row, name) for name in names] for row in measured])
    labels = np.array([pair in labelled.matches for pair in pairs], dtype=np.int64)
    folds = np.array([f"{labelled.name} {labelled.folds[i]}" for i, _ in pairs])
    return _Sample(features, labels, np.full(len(pairs), 1.0 / len(pairs)), folds)


def _stack(samples: Sequence[_Sample]) -> _Sample:
    weights = np.concatenate([sample.weights for sample in samples])
    return _Sample(
        np.concatenate([sample.features for sample in samples]),
        np.concatenate([sample.labels for sample in samples]),
        weights * len(weights) / weights.sum(),
        np.concatenate([sample.folds for sample in samples]),
    )


def _brier_skill(predicted: Table, sample: _Sample) -> float:
    rate = np.average(sample.labels, weights=sample.weights)
    brier = np.average((predicted - sample.labels) ** 2, weights=sample.weights)
    return float(1 - brier / (rate * (1 - rate)))


def _calibration_error(predicted: Table, sample: _Sample, bins: int = 10) -> float:
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
