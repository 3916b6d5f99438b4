"""How time and memory of a whole run grow with the number of documents."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bench.documents import write_case
from bench.measured import Row, hold_below
from bench.runs import Spent, run_case

_PAGES = 2


def measure(small: bool = False) -> list[Row]:
    """The slope of time over documents, both as logarithms; and of the peak memory. Without encoder: all else grows
    with pairs of texts, encoding only with texts.
    """
    counts = (5, 10, 20) if small else (10, 30, 100, 300, 1000)
    spent = [_run(papers) for papers in counts]
    told = ", ".join(
        f"{papers}: {one.seconds:.1f} s {one.mebibytes:.0f} MiB" for papers, one in zip(counts, spent, strict=True)
    )
    size = f"papers of {_PAGES} pages, encoder none; {told}"
    exponent = fit_exponent(counts, [one.seconds for one in spent])
    memory = fit_exponent(counts, [one.mebibytes for one in spent])
    return [
        hold_below("growth: exponent of time over documents", exponent, 1.05, "", size),
        hold_below("growth: exponent of peak memory over documents", memory, 0.05, "", size),
    ]


def _run(papers: int) -> Spent:
    with tempfile.TemporaryDirectory() as name:
        write_case(Path(name) / "case", papers, _PAGES)
        return run_case(Path(name) / "case", Path(name) / "out", "none")


def fit_exponent(sizes: Sequence[float], values: Sequence[float]) -> float:
    """The slope of the straight line through log(size), log(value): 1 is growth in proportion."""
    return float(np.polyfit(np.log(sizes), np.log(values), 1)[0])
