"""One measured figure of the bench, and the clock that all parts share."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Row:
    """A figure beside what it is compared with. `goal` says what is wanted and `reached` whether it was."""

    part: str
    ours: float
    theirs: float | None  # None where the goal is absolute
    unit: str
    ratio: float  # how many times better than theirs; or `ours` itself
    goal: str
    reached: bool
    size: str  # what was measured on


def compare_times(part: str, ours: float, theirs: float, wanted: float, size: str) -> Row:
    """Seconds against seconds: reached when ours are at least `wanted` times fewer."""
    ratio = theirs / ours
    return Row(part, ours, theirs, "s", ratio, f"at least {wanted:g} times as fast", ratio >= wanted, size)


def hold_below(part: str, value: float, limit: float, unit: str, size: str) -> Row:
    """A value that must stay below a limit of its own."""
    return Row(part, value, None, unit, value, f"at most {limit:g} {unit}".strip(), value <= limit, size)


def tell_value(part: str, value: float, unit: str, size: str) -> Row:
    """A cost that has no goal of its own: others reckon with it."""
    return Row(part, value, None, unit, value, "none; to reckon with", True, size)


def time_call(function: Callable[[], Result]) -> tuple[float, Result]:
    """Seconds by the clock, and the result."""
    begun = time.perf_counter()
    result = function()
    return time.perf_counter() - begun, result


def time_in_turn(
    ours: Callable[[], Any], theirs: Callable[[], Any], rounds: int
) -> tuple[tuple[float, Any], tuple[float, Any]]:
    """The best of several rounds of both, one after the other: what else the machine does then hits both."""
    pairs = [(time_call(ours), time_call(theirs)) for _ in range(rounds)]
    return (
        min((pair[0] for pair in pairs), key=lambda timed: timed[0]),
        min((pair[1] for pair in pairs), key=lambda timed: timed[0]),
    )
