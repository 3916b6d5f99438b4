"""A case run by the command in a process of its own, as a user would, with nothing known from earlier runs."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Spent:
    """What a process took, the programs it started included."""

    seconds: float  # by the clock
    mebibytes: float  # of its largest process, at its peak


def run_case(case: Path, out: Path, encoder: str | None = None) -> Spent:
    """`clausetrace run`: all stages, results into `out`, whose vectors are kept beside them."""
    words = ["-m", "pipeline", "run", str(case), "--out", str(out), "--quiet"]
    return run_python([*words, *(["--encoder", encoder] if encoder else [])], out / "vectors")


def run_python(words: list[str], cache: Path) -> Spent:
    """An interpreter with these arguments. Raises RuntimeError with its last words when it fails."""
    environment = os.environ | {"CLAUSETRACE_CACHE": str(cache), "PYTHONPATH": str(_ROOT)}
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "said.txt").open("w+", encoding="utf-8") as said:
        begun = time.perf_counter()
        process = subprocess.Popen([sys.executable, *words], stdout=said, stderr=said, env=environment, cwd=_ROOT)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise RuntimeError(f"{' '.join(words)}: exit code {process.returncode}: {said.read()[-2000:]}")
    return Spent(seconds, usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10))
