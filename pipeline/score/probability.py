"""The calibrated model of `match_probability`: what each measurement adds to the log-odds is readable data."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from math import inf

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import ModelError
from pipeline.weights import MODELS

Floats = NDArray[np.float64]
_FILE = "match.toml"
CONFLICTS = ("negation_conflict", "role_swap", "stance_conflict")


@dataclass(frozen=True)
class Curve:
    """Log-odds that a measurement adds, piecewise linear through 0 at 0: a slope below, between and above the knots."""

    knots: tuple[float, ...]
    slopes: tuple[float, ...]  # one more than knots; none is negative, so more likeness never speaks against a match

    def weigh(self, value: float) -> float:
        """The log-odds that this value adds."""
        return sum(slope * (min(max(value, low), high) - zero) for slope, low, high, zero in self._pieces)

    def weigh_all(self, values: Floats) -> Floats:
        """The log-odds that each of these values adds."""
        parts = [slope * (np.clip(values, low, high) - zero) for slope, low, high, zero in self._pieces]
        return np.asarray(sum(parts))

    @cached_property
    def _pieces(self) -> tuple[tuple[float, float, float, float], ...]:
        """Slope, ends, and where 0 lies between the ends, of each piece."""
        ends = pairwise((-inf, *self.knots, inf))
        return tuple(
            (slope, low, high, min(max(0.0, low), high)) for slope, (low, high) in zip(self.slopes, ends, strict=True)
        )


@dataclass(frozen=True)
class MatchModel:
    """Intercept, a curve for each named measurement, and what a conflict of direction takes away."""

    intercept: float
    curves: tuple[tuple[str, Curve], ...]
    conflict: float = 0.0  # log-odds, taken once when any of CONFLICTS holds

    def weigh_all(self, features: Mapping[str, Floats]) -> tuple[Floats, Floats]:
        """Log-odds and probability that each pair is a match; `features` holds a column a measurement, NaN for None.

        Raises ModelError when a measurement that the model needs is missing.
        """
        odds: Floats = np.zeros(len(features[CONFLICTS[0]]))
        for name, curve in self.curves:
            if np.isnan(features[name]).any():
                raise _miss(name)
            odds = odds + curve.weigh_all(features[name])
        clash = np.any([features[name] for name in CONFLICTS], axis=0)
        odds = self.intercept + (odds - np.where(clash, self.conflict, 0.0))
        return odds, 1 / (1 + np.exp(-odds))

    def uses(self, name: str) -> bool:
        """Whether this measurement has a curve: what has none need not be measured."""
        return any(name == known for known, _ in self.curves)

    def weigh_each(self, features: Mapping[str, float | None]) -> dict[str, float]:
        """What each measurement adds to the log-odds, in the order of the model; the conflict of direction last."""
        parts = {}
        for name, curve in self.curves:
            value = features.get(name)
            if value is None:
                raise _miss(name)
            parts[name] = curve.weigh(value)
        if any(features.get(name) for name in CONFLICTS):
            parts["direction conflict"] = -self.conflict
        return parts


def list_features(rows: Sequence[object], model: MatchModel) -> dict[str, Floats]:
    """The columns that a model weighs, of rows that have these measurements as attributes."""
    names = [*(name for name, _ in model.curves), *CONFLICTS]
    return {name: np.array([getattr(row, name) for row in rows], dtype=np.float64) for name in names}


def _miss(name: str) -> ModelError:
    return ModelError(f"{_FILE}: {name} was not measured; use the model of this mode.")


@cache
def load_match_model(encoder: str | None) -> MatchModel:
    """The shipped model fitted with this encoder, the `dense` one for others, or `lexical` for None.

    Raises ModelError when models/match.toml is bad.
    """
    file = MODELS / _FILE
    try:
        modes = tomllib.loads(file.read_text(encoding="utf-8"))
        entry = modes["lexical"] if encoder is None else modes.get(encoder, modes["dense"])
        curves = tuple((name, _read_curve(curve)) for name, curve in entry["curves"].items())
        return MatchModel(float(entry["intercept"]), curves, float(modes["conflict"]["log_odds"]))
    except (OSError, KeyError, AttributeError, TypeError, ValueError) as error:
        raise ModelError(f"{file}: cannot be read as a match model ({error}); restore the file.") from error


def _read_curve(entry: Mapping[str, list[float]]) -> Curve:
    curve = Curve(tuple(map(float, entry["knots"])), tuple(map(float, entry["slopes"])))
    if len(curve.slopes) != len(curve.knots) + 1 or list(curve.knots) != sorted(curve.knots):
        raise ValueError("a curve needs rising knots and one slope more than knots")
    return curve
