"""The calibrated model of `match_probability`: what each measurement adds to the log-odds is readable data."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from math import inf

from pipeline.errors import ModelError
from pipeline.weights import MODELS

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

    def weigh(self, features: Mapping[str, float | None]) -> float:
        """Log-odds that the pair is a match. Raises ModelError when a feature that the model needs is missing."""
        return self.intercept + sum(self.weigh_each(features).values())

    def uses(self, name: str) -> bool:
        """Whether this measurement has a curve: what has none need not be measured."""
        return any(name == known for known, _ in self.curves)

    def weigh_each(self, features: Mapping[str, float | None]) -> dict[str, float]:
        """What each measurement adds to the log-odds, in the order of the model; the conflict of direction last."""
        parts = {}
        for name, curve in self.curves:
            value = features.get(name)
            if value is None:
                raise ModelError(f"{_FILE}: {name} was not measured; use the model of this mode.")
            parts[name] = curve.weigh(value)
        if any(features.get(name) for name in CONFLICTS):
            parts["direction conflict"] = -self.conflict
        return parts


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
