"""Two workers of a cluster beside one, and what pages and pairs cost: the figures of docs/scale.md."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.documents import count_pages, write_case
from bench.measured import Row, compare_times, tell_value, time_call
from bench.scoring import draw_vectors
from pipeline.case import load_case
from pipeline.run import Line, run_case
from pipeline.run.line import Stage
from pipeline.score.retrieve import compare_vectors, find_largest
from pipeline.settings import load_settings

_STAGES: tuple[Stage, ...] = ("ingest", "extract", "score")  # what is spread; workers encode what they score
_ROOT = Path(__file__).parents[1]
_QUIET = {  # as docs/scale.md starts scheduler and workers
    "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False",
    "DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL": "500ms",
}


def measure(small: bool = False) -> list[Row]:
    """The same case up to `score`, vectors included, by one worker and by two; each finds an empty store of vectors."""
    papers, pages = (4, 2) if small else (240, 5)
    with tempfile.TemporaryDirectory() as name:
        case = Path(name) / "case"
        files = write_case(case, papers, pages)
        number = count_pages(files)
        alone, both = (time_stages(case, Path(name) / f"out-{workers}", workers) for workers in (1, 2))
        size = f"{len(files)} documents, {number} pages"
        rows = [compare_times("cluster: two workers beside one", sum(both.values()), sum(alone.values()), 1.7, size)]
        rows += [
            tell_value(f"cost: {stage}, one core, for 1,000 pages", 1000 * seconds / number, "s", size)
            for stage, seconds in alone.items()
        ]
        rows += [
            tell_value(f"cost: {kind} of 1,000 pages", 1000 * _weigh(folder) / number, "MiB", size)
            for kind, folder in (
                ("documents", case / "documents"),
                ("parts of tables", Path(name) / "out-1/work/parts"),
                ("vectors", Path(name) / "out-1/cache"),
            )
        ]
    return [*rows, _cost_pairs(small)]


def _cost_pairs(small: bool) -> Row:
    findings, spans = draw_vectors(*((2_000, 1_000) if small else (50_000, 10_000)))
    seconds, _ = time_call(lambda: find_largest(compare_vectors(findings, spans), 50))
    cores, pairs = os.cpu_count() or 1, len(findings) * len(spans)
    size = f"{len(findings)} x {len(spans)}, top 50"
    return tell_value("cost: exact search, one core, for a million pairs", seconds * cores / pairs * 1e6, "s", size)


def time_stages(case: Path, out: Path, workers: int) -> dict[str, float]:
    """Seconds by the clock of each stage on a cluster of so many workers, their start and their models' included."""
    spent: dict[str, float] = {}
    with start_cluster(workers, out) as address:
        line = Line(load_case(case, out=out), load_settings(), cluster=address)
        for stage in _STAGES:
            begun = time.perf_counter()
            run_case(line, stage)
            spent[stage] = time.perf_counter() - begun
    return spent


@contextmanager
def start_cluster(workers: int, out: Path) -> Iterator[str]:
    """The address of a scheduler with so many workers of one thread each; their vectors are kept under `out`."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    environment = os.environ | {"CLAUSETRACE_CACHE": str(out / "cache"), "PYTHONPATH": str(_ROOT)} | _QUIET
    calls = [["scheduler", "--port", str(port), "--no-dashboard"]]
    calls += [["worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"]] * workers
    out.mkdir(parents=True)
    with (out / "log").open("a") as log:
        running = [
            subprocess.Popen([sys.executable, "-m", "dask", *call], stdout=log, stderr=log, env=environment)
            for call in calls
        ]
        try:
            _wait_for_workers(address, workers)
            yield address
        finally:
            for process in reversed(running):
                process.terminate()
                process.wait()


def _wait_for_workers(address: str, workers: int) -> None:
    from distributed import Client

    with Client(address, set_as_default=False) as client:  # type: ignore[no-untyped-call]
        client.wait_for_workers(workers, timeout=60)


def _weigh(folder: Path) -> float:
    """MiB of all files in a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 2**20
