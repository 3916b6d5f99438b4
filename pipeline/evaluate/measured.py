"""What an evaluation found: one row a figure, the same for every part, so that one page can show them all."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure with its 95 % interval, over how many cases it was taken, and the figure that was to be reached."""

    part: str  # the room it speaks about: "align", "score", ...
    task: str  # on what: "State recommendations of one review"
    metric: str  # "recall@10", "expected calibration error"
    value: float
    number: int  # of queries, pairs, documents: what the figure is a mean over
    low: float | None = None  # bounds of the 95 % interval; None where none is defined
    high: float | None = None
    goal: str = ""  # ">= 0.95"; "" where the figure is only reported
    note: str = ""  # what a reader must know to place it
