"""The calibrated model of `match_probability`: a logistic regression whose coefficients are readable data."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from pipeline.errors import ModelError
from pipeline.weights import MODELS

_FILE = "match.toml"


@dataclass(frozen=True)
class MatchModel:
    """Intercept, and for each named measurement its coefficient: log-odds a unit (a cosine of 1, or one nat)."""

    intercept: float
    coefficients: tuple[tuple[str, float], ...]

    def weigh(self, features: Mapping[str, float | None]) -> float:
        """Log-odds that the pair is a match. Raises ModelError when a feature that the model needs is missing."""
        total = self.intercept
        for name, coefficient in self.coefficients:
            value = features.get(name)
            if value is None:
                raise ModelError(f"{_FILE}: {name} was not measured; use the model of this mode.")
            total += coefficient * value
        return total


@cache
def load_match_model(dense: bool) -> MatchModel:
    """The shipped model with sentence vectors, or the lexical one. Raises ModelError when models/match.toml is bad."""
    file = MODELS / _FILE
    try:
        entry = tomllib.loads(file.read_text(encoding="utf-8"))["dense" if dense else "lexical"]
        return MatchModel(entry["intercept"], tuple(entry["coefficients"].items()))
    except (OSError, KeyError, AttributeError, tomllib.TOMLDecodeError) as error:
        raise ModelError(f"{file}: cannot be read as a match model ({error}); restore the file.") from error
