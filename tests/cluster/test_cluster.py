"""Cases on a real Dask cluster: a scheduler and two workers, each a process of its own."""

import os
import shutil
import socket
import subprocess
import sys

import pytest

from pipeline.case import load_case
from pipeline.engine import Limits, LostWorkerError
from pipeline.errors import ClausetraceError
from pipeline.records import Problem
from pipeline.run import Line, cluster, run_case
from pipeline.run.cluster import run_on_cluster
from pipeline.settings import load_settings
from tests.cluster.deeds import do_deed
from tests.conftest import REPOSITORY
from tests.small_case import BASE_ENTRY, CLAIMANT, CLAIMANT_ENTRY, TARGET_ENTRY, entry, write_case

pytest.importorskip("distributed")
LIMITS = Limits(60.0, 0.0, 1500)
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}


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
def storage():
    """An object storage in this process, with one bucket; its address is in the environment."""
    server_module, s3fs = pytest.importorskip("moto.server"), pytest.importorskip("s3fs")
    server = server_module.ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**KEYS, "AWS_ENDPOINT_URL": f"http://{host}:{port}"}.items():
            patch.setenv(name, value)
        s3fs.S3FileSystem().mkdir("shared")
        yield "s3://shared/exchange"
    server.stop()


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    with (tmp_path_factory.mktemp("dask") / "log").open("w") as file:
        yield file


@pytest.fixture(scope="module")
def scheduler(storage, log):
    """The address of a scheduler with two workers."""
    address = f"tcp://127.0.0.1:{find_port()}"
    processes = [start("scheduler", "--port", address.rpartition(":")[2], "--no-dashboard", log=log)]
    processes += [start_worker(address, log) for _ in range(2)]
    yield address
    for process in reversed(processes):
        end(process)


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    """A case, run on this machine; one of its documents is empty, and one ends its reader."""
    folder = tmp_path_factory.mktemp("local")
    names = [f"paper-{number}" for number in range(6)]
    entries = [entry(name, "rival", "report", "2023-01-01") for name in [*names, "empty", "endless"]]
    write_case(folder, TARGET_ENTRY, BASE_ENTRY, CLAIMANT_ENTRY, *entries)
    for number, name in enumerate(names):
        (folder / f"documents/{name}.md").write_text(f"{CLAIMANT}\nWe also counted {number + 30} closed schools.\n")
    (folder / "documents/empty.md").write_bytes(b"")
    (folder / "documents/endless.md").write_text(
        "\n\n".join(f"- Item {n} of the list is here." for n in range(900_000))
    )
    settings = folder / "settings.toml"
    settings.write_text("[limits]\nseconds = 5\n")
    run_anew(folder)
    return folder


def run_anew(folder, **options):
    """Run up to `score` with an empty store of vectors, so that nothing is taken over."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLAUSETRACE_CACHE", str(folder / "cache"))
        line = Line(load_case(folder), load_settings(folder / "settings.toml", "toy"), workers=1, **options)
        run_case(line, "score")
    return line


def copy_case(local, folder):
    return shutil.copytree(local, folder, ignore=shutil.ignore_patterns("work", "cache"))


def read_tables(folder):
    return {path.name: path.read_bytes() for path in sorted((folder / "work").glob("*.parquet"))}


@pytest.mark.weights
def test_a_worker_killed_on_the_way_loses_nothing_and_changes_nothing(scheduler, local, log, tmp_path):
    doomed = start_worker(scheduler, log)
    try:
        wait_for_workers(scheduler, 3)
        killed = []

        def kill(stage, done, total):
            if stage == "ingest" and not killed:
                killed.append(done < total)
                doomed.kill()

        line = run_anew(copy_case(local, tmp_path / "case"), cluster=scheduler, tell=kill)
    finally:
        end(doomed)
    assert killed == [True]
    assert read_tables(line.case.folder) == read_tables(local)
    problems = [(problem.source, "longer than 5 s" in problem.message) for problem in line.read("1-problems", Problem)]
    assert problems == [("empty", False), ("endless", True)]


@pytest.mark.weights
def test_object_storage_carries_what_the_workers_share(scheduler, storage, local, tmp_path):
    import s3fs

    line = run_anew(copy_case(local, tmp_path / "case"), cluster=scheduler, shared=storage)
    assert read_tables(line.case.folder) == read_tables(local)
    assert not (line.case.out / "work/parts").exists()
    assert len(s3fs.S3FileSystem(use_listings_cache=False).ls("shared/exchange/parts")) == 11 * 7 + 9 * 4


def test_bad_items_cost_themselves_and_each_worker_keeps_one_process(scheduler):
    deeds = ["fine"] * 8 + ["die", "fail"]
    found = list(run_on_cluster(do_deed, deeds, scheduler, LIMITS))
    assert sorted(deed for deed, _ in found) == sorted(deeds)
    outcomes = {deed: outcome for deed, outcome in found if deed != "fine"}
    assert type(outcomes["die"]) is LostWorkerError and "SIGKILL" in str(outcomes["die"])
    assert type(outcomes["fail"]) is ValueError
    again = list(run_on_cluster(do_deed, ["fine"] * 20, scheduler, LIMITS))
    assert len({outcome for _, outcome in again}) <= 2


def test_a_worker_with_other_code_is_refused(scheduler, monkeypatch):
    monkeypatch.setattr(cluster, "hash_all", lambda: "another version")
    with pytest.raises(ClausetraceError, match="another version of clausetrace"):
        list(run_on_cluster(do_deed, ["fine"], scheduler, LIMITS))


def test_a_scheduler_that_is_away_is_said_in_one_sentence(monkeypatch):
    monkeypatch.setattr(cluster, "_WAIT", 1)
    with pytest.raises(ClausetraceError, match="no scheduler answers there"):
        list(run_on_cluster(do_deed, ["fine"], f"tcp://127.0.0.1:{find_port()}", LIMITS))


def wait_for_workers(scheduler, count):
    from distributed import Client

    with Client(scheduler, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=60)
