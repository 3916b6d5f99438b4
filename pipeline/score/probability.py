"""The calibrated model of `match_probability`: a logistic regression whose coefficients are readable data."""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from pipeline.errors import ModelError
from pipeline.weights import MODELS

_FILE = "match.toml"


@dataclass(frozen=True)
class MatchModel:
    """Intercept, and for each named feature: transform, centre, scale, coefficient (log-odds a scaled unit)."""

    intercept: float
    terms: tuple[tuple[str, str, float, float, float], ...]

    def weigh(self, features: Mapping[str, float | None]) -> float:
        """Log-odds that the pair is a match. Raises ModelError when a feature that the model needs is missing."""
        total = self.intercept
        for name, transform, centre, scale, coefficient in self.terms:
            value = features.get(name)
            if value is None:
                raise ModelError(f"{_FILE}: the feature {name} was not measured; use the model of this mode.")
            total += coefficient * (transform_feature(value, transform) - centre) / scale
        return total


def transform_feature(value: float, transform: str) -> float:
    """`log` takes ln(1 + value) of a mass or a count; `plain` leaves the value."""
    return math.log1p(max(value, 0.0)) if transform == "log" else value


@cache
def load_match_model(dense: bool) -> MatchModel:
    """The shipped model with sentence vectors, or the lexical one. Raises ModelError when models/match.toml is bad."""
    file = MODELS / _FILE
    try:
        entry = tomllib.loads(file.read_text(encoding="utf-8"))["dense" if dense else "lexical"]
        terms = tuple(
            (term["feature"], term["transform"], term["centre"], term["scale"], term["coefficient"])
            for term in entry["term"]
        )
        return MatchModel(entry["intercept"], terms)
    except (OSError, KeyError, tomllib.TOMLDecodeError) as error:
        raise ModelError(f"{file}: cannot be read as a match model ({error}); restore the file.") from error
