"""Cases on a real Dask cluster: a scheduler and two workers, each a process of its own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time

import pytest

from pipeline.case import load_case
from pipeline.engine import Limits, LostWorkerError
from pipeline.errors import ClausetraceError
from pipeline.run import Line, load_results, run_case
from pipeline.run.cluster import run_on_cluster
from pipeline.settings import load_settings
from tests.conftest import REPOSITORY
from tests.small_case import BASE_ENTRY, CLAIMANT_ENTRY, TARGET_ENTRY, entry, write_case

pytest.importorskip("distributed")
LIMITS = Limits(60.0, 0.0, 1500)


def find_port():
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


def start(*words, log):
    command = [sys.executable, "-m", "dask", *words]
    path = f"{REPOSITORY}:{os.environ.get('PYTHONPATH', '')}"
    settings = {**os.environ, "PYTHONPATH": path, "DASK_DISTRIBUTED__ADMIN__LOW_LEVEL_LOG_LENGTH": "0"}
    return subprocess.Popen(command, stdout=log, stderr=log, env=settings, cwd=log.name.rpartition("/")[0])


def start_worker(scheduler, log):
    """A worker without its nanny: one that dies stays dead."""
    return start("worker", scheduler, "--nthreads", "1", "--no-nanny", "--no-dashboard", log=log)


def end(process):
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory):
    """The address of a scheduler with two workers."""
    address = f"tcp://127.0.0.1:{find_port()}"
    with (tmp_path_factory.mktemp("dask") / "log").open("w") as log:
        processes = [start("scheduler", "--port", address.rpartition(":")[2], "--no-dashboard", log=log)]
        processes += [start_worker(address, log) for _ in range(2)]
        yield address
        for process in reversed(processes):
            end(process)


def open_line(folder, **options):
    return Line(load_case(folder), load_settings(encoder="toy"), workers=1, **options)


def hash_tables(folder):
    return {path.name: path.read_bytes() for path in sorted((folder / "work").glob("*.parquet"))}
