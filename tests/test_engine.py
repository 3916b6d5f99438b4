"""Workers under limits: what hangs, grows or dies costs its own item and nothing else."""

import atexit
import ctypes
import gc
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from pipeline import engine, processes
from pipeline.engine import (
    LimitError,
    Limits,
    LostWorkerError,
    announce_scan,
    give_back_memory,
    off_the_clock,
    ready_worker,
    run_alone,
    run_over,
)

TIGHT = Limits(seconds=3.0, seconds_a_scan=3.0, mebibytes=300)
ROOMY = Limits(60.0, 0.0, 300)


def misbehave(deed):
    if deed == "hang":
        while True:
            pass
    if deed == "hang in a program":
        subprocess.run(["sleep", "60"], check=False)
    if deed == "grow":
        held = [b"x" * 2**20 for _ in range(1000)]
        return len(held)
    if deed == "grow in programs":
        large = [sys.executable, "-c", "x = b'x' * (200 * 2**20); import time; time.sleep(9)"]
        for program in [subprocess.Popen(large), subprocess.Popen(large)]:
            program.wait()
    if deed == "return what cannot travel":
        return lambda: None
    if deed == "crash":
        ctypes.string_at(0)
    if deed == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if deed == "unpicklable":
        raise type("Odd", (Exception,), {})("odd")
    if deed == "scan":
        announce_scan()
        time.sleep(3.5)
    if deed == "load a model":
        with off_the_clock():
            time.sleep(3.5)
    if deed == "wait for the processor":
        time.sleep(4.5)  # by the clock more than TIGHT allows, of the processor next to nothing
    if deed == "burn":
        end = time.process_time() + 60
        while time.process_time() < end:
            pass
    if deed == "hang on a scan":
        announce_scan()
        time.sleep(60)
    return os.getpid()


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    ("deed", "kind", "words"),
    [
        ("hang", LimitError, "longer than 3 s and was ended; raise limits.seconds in settings.toml"),
        ("hang in a program", LimitError, "limits.seconds"),
        ("grow", LimitError, "more than 300 MiB of memory and was ended; raise limits.mebibytes"),
        ("hang on a scan", LimitError, "3 s for each of 1 scanned pages"),
        ("crash", LostWorkerError, "SIGSEGV"),
        ("killed", LostWorkerError, "SIGKILL"),
        ("unpicklable", RuntimeError, "Odd: odd"),
        ("return what cannot travel", RuntimeError, "function"),
    ],
)
def test_a_bad_item_costs_itself_only(deed, kind, words, workers):
    found = list(run_over(misbehave, ["fine", deed, "fine", "fine"], workers, TIGHT if "hang" in deed else ROOMY))
    assert [item for item, _ in found] == ["fine", deed, "fine", "fine"]
    assert all(isinstance(outcome, int) for item, outcome in found if item == "fine")
    assert type(found[1][1]) is kind and words in str(found[1][1])


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere memory is looked at once a second")
def test_programs_of_a_worker_count():
    assert isinstance(next(run_over(misbehave, ["grow in programs"], 1, Limits(20, 0, 300)))[1], LimitError)


def test_memory_without_proc(monkeypatch):
    monkeypatch.setattr(processes, "HAS_PROC", False)
    assert processes.ask_ps(os.getpgid(0)) > 1
    assert isinstance(next(run_over(misbehave, ["grow in programs"], 1, Limits(20, 0, 300)))[1], LimitError)


def test_workers_are_used_again():
    found = [outcome for _, outcome in run_over(misbehave, ["fine"] * 20, 2, ROOMY)]
    assert len(set(found)) <= 2 and os.getpid() not in found


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the clock alone counts")
def test_a_busy_machine_is_no_fault_of_the_document():
    outcomes = dict(run_over(misbehave, ["wait for the processor", "burn"], 2, TIGHT))
    assert isinstance(outcomes["wait for the processor"], int)
    assert isinstance(outcomes["burn"], LimitError)


@pytest.mark.parametrize("deed", ["scan", "load a model"])
def test_scanned_pages_and_models_have_more_time(deed):
    assert isinstance(next(run_over(misbehave, [deed], 1, TIGHT))[1], int)


def test_outside_of_workers_nothing_is_announced():
    assert misbehave("load a model") == os.getpid()


def test_programs_end_with_their_worker():
    began = time.monotonic()
    list(run_over(sleep_marked, ["4217.5"], 1, TIGHT))
    assert time.monotonic() - began < 30
    assert "4217.5" not in subprocess.run(["ps", "-axo", "args"], capture_output=True, text=True, check=False).stdout


def write_at_exit(path):
    atexit.register(path.write_text, "left")
    return path


def test_what_libraries_want_done_at_exit_is_done(tmp_path):
    places = [tmp_path / str(number) for number in range(3)]
    assert [result for _, result in run_over(write_at_exit, places, 2)] == places
    assert all(place.read_text() == "left" for place in places)


def count_frozen(item):
    return gc.get_freeze_count()


def test_what_the_first_item_loads_is_not_looked_through_again():
    first, *later = [result for _, result in run_over(count_frozen, [0, 1, 2], 1, ROOMY)]
    assert first == 0 and all(count > 1000 for count in later)


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="only glibc gives memory back when asked")
def test_free_memory_goes_back_to_the_system():
    libc = ctypes.CDLL(None)
    libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
    blocks = [libc.malloc(2**16) for _ in range(1000)]
    for block in blocks:
        ctypes.memset(block, 1, 2**16)
    for block in blocks[:-1]:  # the last one keeps the end of the heap in use
        libc.free(block)
    before = processes.count_pages(os.getpid())
    give_back_memory()
    assert (before - processes.count_pages(os.getpid())) * os.sysconf("SC_PAGE_SIZE") > 2**25
    libc.free(blocks[-1])


PREPARED = []


def prepare():
    PREPARED.append(os.getpid())


def fail_to_prepare():
    raise RuntimeError("no model")


def tell_prepared(item):
    return os.getpid(), PREPARED


def tell_process(item):
    return os.getpid()


def work_over(function, items=(1,), limits=None):
    return [result for _, result in run_over(function, list(items), 1, limits)]


@pytest.mark.parametrize("limits", [None, ROOMY])
def test_a_ready_worker_takes_the_first_items_of_its_function_prepared(monkeypatch, limits):
    monkeypatch.setattr(engine, "count_cores", lambda: 2)
    with ready_worker(tell_prepared, prepare):
        assert work_over(tell_process) == [os.getpid()]  # another function's item is not for it
        found = work_over(tell_prepared, (1, 2), limits)
        assert found[0] == found[1] and found[0][1] == [found[0][0]] != [os.getpid()]
        assert work_over(tell_prepared) == [(os.getpid(), [])]  # it has left with its items
    assert not engine._READY


def test_a_ready_worker_that_nobody_needs_is_ended(monkeypatch):
    monkeypatch.setattr(engine, "count_cores", lambda: 2)
    with ready_worker(tell_prepared, prepare):
        (worker,) = engine._READY.values()
        pid = worker.process.pid
        assert processes.count_pages(pid)
    assert not engine._READY and not processes.count_pages(pid)


def test_what_fails_in_preparing_is_left_to_the_function(monkeypatch):
    monkeypatch.setattr(engine, "count_cores", lambda: 2)
    with ready_worker(tell_process, fail_to_prepare):
        assert work_over(tell_process) != [os.getpid()]


def test_the_only_core_is_not_shared_with_a_ready_worker(monkeypatch):
    monkeypatch.setattr(engine, "count_cores", lambda: 1)
    with ready_worker(tell_process, prepare):
        assert work_over(tell_process) == [os.getpid()]


_HEAPS = """
import ctypes, sys, threading
from pipeline.engine import share_memory
libc = ctypes.CDLL(None)
libc.malloc.restype = libc.fopen.restype = ctypes.c_void_p
if sys.argv[2] == "shared":
    share_memory()
everybody = threading.Barrier(3)
def take():
    everybody.wait()
    libc.malloc(10_000)
    everybody.wait()
threads = [threading.Thread(target=take) for _ in range(3)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
told = libc.fopen(sys.argv[1].encode(), b"w")
libc.malloc_info(0, ctypes.c_void_p(told))
libc.fclose(ctypes.c_void_p(told))
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_info"), reason="only glibc tells of its heaps")
def test_threads_share_one_heap(tmp_path):
    heaps = {}
    for way in ("shared", "apart"):
        subprocess.run([sys.executable, "-c", _HEAPS, str(tmp_path / way), way], check=True)
        heaps[way] = (tmp_path / way).read_text().count("<heap nr=")
    assert heaps["shared"] == 1 < heaps["apart"]


def sleep_marked(seconds):
    subprocess.run(["sleep", seconds], check=False)


def test_leaving_early_ends_the_workers():
    outcomes = run_over(misbehave, ["fine", "hang"], 2, ROOMY)
    next(outcomes)
    began = time.monotonic()
    outcomes.close()
    assert time.monotonic() - began < 20


@pytest.mark.parametrize(
    ("deed", "kind"), [("hang", LimitError), ("killed", LostWorkerError), ("unpicklable", RuntimeError)]
)
def test_one_item_alone(deed, kind):
    limits = Limits(1.0, 0, 4096)  # a copy of the test process may be large
    with pytest.raises(kind):
        run_alone(misbehave, deed, lambda: limits)
    assert run_alone(misbehave, "fine", lambda: limits) != os.getpid()


def test_one_item_alone_beside_other_threads():
    """A copy of a process with threads may hang for want of them, so the item goes to a fresh interpreter."""
    over = threading.Event()
    other = threading.Thread(target=over.wait)
    other.start()
    try:
        assert not engine._has_one_thread()
        assert run_alone(misbehave, "fine", lambda: ROOMY) != os.getpid()
    finally:
        over.set()
        other.join()


def test_a_worker_ends_with_its_killed_parent():
    script = (
        "import sys; sys.path.insert(0, 'tests'); from test_engine import misbehave, Limits, run_over\n"
        "if __name__ == '__main__': list(run_over(misbehave, ['hang in a program'], 1, Limits(60, 0, 300)))"
    )
    process = subprocess.Popen([sys.executable, "-c", script], start_new_session=True)
    assert wait_until(lambda: any(is_sleeping(pid) for pid in processes.list_tree(process.pid)), 40)
    children = list(processes.list_tree(process.pid))[1:]
    process.kill()
    process.wait()
    assert wait_until(lambda: not any(map(processes.count_pages, children)), 10)


def is_sleeping(pid):
    command = processes.PROC / str(pid) / "cmdline"
    return command.exists() and command.read_bytes().startswith(b"sleep\0")


def wait_until(is_so, seconds):
    deadline = time.monotonic() + seconds
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.05)
    return is_so()
