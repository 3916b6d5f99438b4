"""One document added to a case that was run: the rerun beside the full run."""

import tempfile
from pathlib import Path

from bench.documents import write_case
from bench.measured import Row, hold_below
from bench.runs import run_case

_PAGES = 2


def measure(small: bool = False) -> list[Row]:
    """With the default encoder, whose vectors the full run has left; documents of two pages."""
    papers = 20 if small else 500
    with tempfile.TemporaryDirectory() as name:
        case, out = Path(name) / "case", Path(name) / "out"
        write_case(case, papers, _PAGES)
        full = run_case(case, out)
        write_case(case, papers + 1, _PAGES)
        again = run_case(case, out)
    size = f"{papers} papers of {_PAGES} pages in {full.seconds:.0f} s, one more in {again.seconds:.1f} s"
    return [hold_below("one document added: share of the full run", again.seconds / full.seconds, 0.03, "", size)]
