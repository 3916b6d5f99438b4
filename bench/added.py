"""One document added to a case that was run: the rerun beside the full run."""

import tempfile
from pathlib import Path

from bench.documents import write_case
from bench.measured import Row, hold_below
from bench.runs import run_case

_PAGES = (8, 2)  # about 3,800 words, as a joint submission to a review may have (up to 5,630); and a short paper


def measure(small: bool = False) -> list[Row]:
    """With the default encoder, whose vectors the full run has left."""
    return [_measure(20 if small else 500, pages) for pages in _PAGES]


def _measure(papers: int, pages: int) -> Row:
    with tempfile.TemporaryDirectory() as name:
        case, out = Path(name) / "case", Path(name) / "out"
        write_case(case, papers, pages)
        full = run_case(case, out)
        write_case(case, papers + 1, pages)
        again = run_case(case, out)
    size = f"{papers} papers of {pages} pages in {full.seconds:.0f} s, one more in {again.seconds:.1f} s"
    return hold_below(
        f"one document added, of {pages} pages: share of the full run", again.seconds / full.seconds, 0.03, "", size
    )
