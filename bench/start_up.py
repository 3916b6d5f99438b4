"""How long a user waits before a command does anything."""

import subprocess
import sys
from pathlib import Path

from bench.measured import Row, hold_below, time_call

_DOCUMENT = Path(__file__).parents[1] / "data/cases/demo/documents/a_hrc_res_95_21.pdf"
_READ = f"""
import time
begun = time.perf_counter()
from pathlib import Path
from pipeline.ingest import read_document
read_document(Path({str(_DOCUMENT)!r}), "document")
print(time.perf_counter() - begun)
"""


def measure(small: bool = False) -> list[Row]:
    """The help page, and the clauses of a resolution of a few pages, less the time that its reading takes."""
    rounds = 1 if small else 5
    shown = min(time_call(lambda: _run("-m", "pipeline", "--help"))[0] for _ in range(rounds))
    listed = min(time_call(lambda: _run("-m", "pipeline", "clauses", str(_DOCUMENT)))[0] for _ in range(rounds))
    reading = min(float(_run("-c", _READ)) for _ in range(rounds))
    return [
        hold_below("start-up: clausetrace --help", shown, 0.3, "s", f"best of {rounds}"),
        hold_below("start-up: clausetrace clauses FILE, less reading", listed - reading, 0.5, "s", f"best of {rounds}"),
    ]


def _run(*words: str) -> str:
    return subprocess.run([sys.executable, *words], capture_output=True, text=True, check=True).stdout
