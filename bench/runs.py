"""A case run by the command in a process of its own, as a user would, with nothing known from earlier runs."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_LAUNCH = """
import os, sys, time
begun = time.perf_counter()
_, status, usage = os.wait4(os.posix_spawn(sys.executable, [sys.executable, *sys.argv[2:]], os.environ), 0)
with open(sys.argv[1], "w") as told:
    print(time.perf_counter() - begun, usage.ru_maxrss, file=told)
sys.exit(os.waitstatus_to_exitcode(status))
"""  # a small process between: the peak that the system counts begins with that of the process that starts another


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
    told = cache / "spent.txt"
    with (cache / "said.txt").open("w+", encoding="utf-8") as said:
        call = [sys.executable, "-c", _LAUNCH, str(told), *words]
        code = subprocess.run(call, stdout=said, stderr=said, env=environment, cwd=_ROOT, check=False).returncode
        if code:
            said.seek(0)
            raise RuntimeError(f"{' '.join(words)}: exit code {code}: {said.read()[-2000:]}")
    seconds, peak = map(float, told.read_text().split())
    return Spent(seconds, peak / (2**20 if sys.platform == "darwin" else 2**10))
