"""A whole case from PDFs to reports, cold, beside what a user would otherwise write."""

import tempfile
from pathlib import Path

from bench.documents import count_pages, write_case
from bench.measured import Row, compare_times
from bench.runs import run_case, run_python

_PLAIN = Path(__file__).with_name("plain.py")


def measure(small: bool = False) -> list[Row]:
    """Both read the same files in a process of their own, from start-up to the last file written; no vector is known.

    Both embed distinct texts only: plain.py one a paragraph, we one a sentence, of which every test of ours has need.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = write_case(folder / "case", *((6, 4) if small else (63, 16)))
        ours = run_case(folder / "case", folder / "out")
        theirs = run_python([str(_PLAIN), *map(str, files), "--out", str(folder / "pairs.csv")], folder / "plain")
        size = f"{len(files)} documents, {count_pages(files)} pages"
    return [compare_times("whole case, cold", ours.seconds, theirs.seconds, 2.0, size)]
