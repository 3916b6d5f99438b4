"""Run a function over many inputs in worker processes, in order, each input under limits of time and memory.

A pool of the standard library cannot end one worker that hangs and keep the others, so the workers are our own: fresh
processes that take one item at a time over a pipe. The parent looks at them ten times a second.
"""

import atexit
import gc
import itertools
import os
import pickle
import signal
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, NoReturn, TypeVar

from pipeline.processes import HAS_PROC, PROC, measure_memory, measure_time

Item = TypeVar("Item")
Result = TypeVar("Result")

_LOOK = 0.1 if HAS_PROC else 1.0  # seconds between looks; without /proc each one starts `ps`
_START_UP = 120  # seconds for a fresh interpreter, and for a model to load: slow on a busy machine, no document's fault
_LEAVE = 2  # seconds
_ARENA_MAX = -8  # M_ARENA_MAX of malloc.h
_PATIENCE = 3  # a busy machine gives a document less than a core, and that is no fault of the document
_KEPT = threading.local()  # of each thread: the worker that it keeps
_READY: dict[bytes, "_Worker"] = {}  # workers that wait for the first item of a function, by that function
_WATCHER: ContextVar[Connection | None] = ContextVar("watcher", default=None)  # in a worker: the way to its parent


@dataclass(frozen=True)
class Limits:
    """What one item may take before its worker is ended."""

    seconds: float  # of the processor, without the worker's start; by the clock at most _PATIENCE times as many
    seconds_a_scan: float  # more for each page that goes through OCR
    mebibytes: int  # resident memory of the worker and of the programs it runs


class LostWorkerError(Exception):
    """A worker died over an item. The message is a sentence without its subject, the document."""


class LimitError(LostWorkerError):
    """A worker was ended because its item took more than the limits allow."""


@dataclass
class _Worker:
    """A process, the item it is at, and until when it may be."""

    process: BaseProcess
    link: Connection
    place: int = -1  # of its item
    deadline: float = 0.0
    left: float = 0.0  # seconds until the deadline when the clock was stopped
    scans: int = 0  # pages of the item that went through OCR
    begun: float = 0.0  # processor seconds that the worker had used before
    grace: float = 0.0  # seconds by the clock for which the deadline may still be put off


def run_over(
    function: Callable[[Item], Result], items: Sequence[Item], workers: int | None = None, limits: Limits | None = None
) -> Iterator[tuple[Item, Result | Exception]]:
    """Yield (item, result) in the order of `items`; an item whose function raised yields its exception instead.

    `function` and items must be picklable. With `limits` all work is done in worker processes, which are used again
    and again; without them, one item or one worker means this process, unless a worker stands ready (see
    `ready_worker`). An item over the limits yields LimitError.
    A worker that dies otherwise (killed, out of memory) costs its item one retry in a fresh process; if that dies, too,
    the item yields LostWorkerError.
    """
    count = min(workers or count_cores(), len(items))
    if limits is None and count <= 1 and not _is_ready(function):
        for item in items:
            yield item, _attempt(function, item)
        return
    early: dict[int, Any] = {}
    due = 0
    with closing(_supervise(function, items, count, limits)) as outcomes:
        for place, outcome in outcomes:
            early[place] = outcome
            while due in early:
                yield items[due], early.pop(due)
                due += 1


@contextmanager
def ready_worker(function: Callable[[Any], Any], prepare: Callable[[], object]) -> Iterator[None]:
    """Within, a worker stands ready for the first item of `function`, and does meanwhile what `prepare` says.

    So models and libraries are loaded beside other work. Both must be picklable; what `prepare` raises is forgotten,
    since the function will raise it again. Nothing is started where that would take the only core from this process.
    """
    if count_cores() == 1:
        yield
        return
    _READY[pickle.dumps(function)] = _start_worker(function, "spawn", prepare)
    try:
        yield
    finally:
        if unused := _take_ready(function):
            _end(unused)


def run_alone(function: Callable[[Item], Result], item: Item, find_limits: Callable[[], Limits]) -> Result:
    """The function's result for one item, worked out under limits; raises what the function raises,
    LimitError or LostWorkerError.

    For commands that must start fast: the worker is a copy of this process as long as that has one thread (a copy of
    more can hang), else a fresh interpreter, and it is at work while `find_limits` reads the settings.
    """
    worker = _start_worker(function, "fork" if _has_one_thread() else "spawn")
    try:
        _give(worker, 0, item)
        outcome = _await(worker, find_limits())
    finally:
        _end(worker)
    if isinstance(outcome, Exception):
        raise outcome
    result: Result = outcome
    return result


def run_kept(function: Callable[[Item], Result], item: Item, limits: Limits | None) -> Result | Exception:
    """The outcome of one item as `run_over` would yield it, from a worker that this thread keeps for the items to come.

    So what the function loads (models) is loaded once, as long as the items come with the same function.
    """
    name = pickle.dumps(function)
    for _ in range(2):
        kept: tuple[bytes, _Worker] | None = getattr(_KEPT, "worker", None)
        if kept is None or kept[0] != name:
            _end_kept()
            kept = _KEPT.worker = name, _start_worker(function, "spawn")
        _give(kept[1], 0, item)
        outcome = _await(kept[1], limits)
        if isinstance(outcome, LostWorkerError) or _is_bloated(kept[1], limits):
            _end_kept()
        if type(outcome) is not LostWorkerError:
            break
    return outcome  # type: ignore[no-any-return]


def count_cores() -> int:
    """The cores that this process may use: one in a worker, for there is one a core."""
    if _WATCHER.get():
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def share_memory() -> None:
    """Let all threads to come get memory from one place, where the allocator (glibc) can.

    Else each gets a place of its own, in which what has become free lies idle.
    """
    _ask_allocator("mallopt", _ARENA_MAX, 1)


def give_back_memory() -> None:
    """Give what has become free in this process back to the system, where its allocator (glibc) can.

    Else what one stage needed would still be counted while the next one works.
    """
    _ask_allocator("malloc_trim", 0)


def _ask_allocator(function: str, *numbers: int) -> None:
    if sys.platform == "linux":
        import ctypes

        with suppress(AttributeError, OSError):  # another allocator
            getattr(ctypes.CDLL(None), function)(*numbers)


def announce_scan() -> None:
    """Say that another page goes through OCR, for which the limits grant extra time. Does nothing outside a worker."""
    watcher = _WATCHER.get()
    if watcher is not None:
        watcher.send(("scan", None))


@contextmanager
def off_the_clock() -> Iterator[None]:
    """What is done within is not counted as an item's time: loading of models, which a busy machine makes slow."""
    watcher = _WATCHER.get()
    if watcher is None:
        yield
        return
    watcher.send(("paused", None))
    try:
        yield
    finally:
        watcher.send(("resumed", None))


# --- the parent's side ---


def _await(worker: _Worker, limits: Limits | None) -> Any:
    """The outcome of the item that the worker was given."""
    _cap_memory(worker, limits)
    while (found := _look_at(worker, limits)) is None:
        wait([worker.link], _LOOK if limits else None)
    return found[0]


def _end_kept() -> None:
    kept = getattr(_KEPT, "worker", None)
    _KEPT.worker = None
    if kept is not None:
        _end(kept[1])


def _supervise(
    function: Callable[[Any], Any], items: Sequence[Any], count: int, limits: Limits | None
) -> Generator[tuple[int, Any], None, None]:
    """Yield (place of the item, outcome) as they come."""
    todo = deque(range(len(items)))
    retried: set[int] = set()
    crew: list[_Worker] = []
    try:
        while todo or crew:
            while todo and len(crew) < count:
                crew.append(_take_ready(function) or _start_worker(function, "spawn"))
                _give(crew[-1], todo[0], items[todo.popleft()])
                _cap_memory(crew[-1], limits)
            wait([worker.link for worker in crew], _LOOK if limits else None)
            for worker in list(crew):
                found = _look_at(worker, limits)
                if found is None:
                    continue
                place, outcome = worker.place, found[0]
                if todo and not isinstance(outcome, LostWorkerError) and not _is_bloated(worker, limits):
                    _give(worker, todo[0], items[todo.popleft()])
                else:
                    crew.remove(worker)
                    if not isinstance(outcome, LostWorkerError):
                        _dismiss(worker)
                    _end(worker)
                if type(outcome) is LostWorkerError and place not in retried:
                    retried.add(place)
                    todo.appendleft(place)
                else:
                    yield place, outcome
    finally:
        for worker in crew:
            _end(worker)


def _is_ready(function: Callable[[Any], Any]) -> bool:
    return bool(_READY) and pickle.dumps(function) in _READY


def _take_ready(function: Callable[[Any], Any]) -> _Worker | None:
    return _READY.pop(pickle.dumps(function), None) if _READY else None


def _start_worker(function: Callable[[Any], Any], method: str, prepare: Callable[[], object] | None = None) -> _Worker:
    context: Any = get_context(method)
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(function, theirs, prepare), daemon=True)
    process.start()
    theirs.close()  # so that the pipe ends when the worker does
    return _Worker(process, ours)


def _has_one_thread() -> bool:
    """Whether the system can copy this process and nothing but the caller runs in it; threads of libraries count."""
    if sys.platform == "win32" or threading.active_count() > 1:
        return False
    tasks = PROC / "self/task"
    return not tasks.exists() or len(list(tasks.iterdir())) == 1


def _give(worker: _Worker, place: int, item: Any) -> None:
    worker.place, worker.scans = place, 0
    worker.deadline = time.monotonic() + _START_UP
    with suppress(OSError):  # a worker that died meanwhile: the next look finds it
        worker.link.send(item)


def _look_at(worker: _Worker, limits: Limits | None) -> tuple[Any] | None:
    """The outcome of a worker's item in a tuple, or None while it is at work."""
    try:
        while worker.link.poll():
            word, value = worker.link.recv()
            if word == "done":
                return (_explain_memory(limits) if limits and isinstance(value, MemoryError) else value,)
            if word == "begun" and limits:
                worker.deadline = time.monotonic() + limits.seconds
                worker.begun, worker.grace = measure_time(worker.process.pid or 0), limits.seconds * (_PATIENCE - 1)
            elif word == "scan" and limits:
                worker.scans += 1
                worker.deadline += limits.seconds_a_scan
                worker.grace += limits.seconds_a_scan * (_PATIENCE - 1)
            elif word == "paused":
                worker.left = worker.deadline - time.monotonic()
                worker.deadline = time.monotonic() + _START_UP
            elif word == "resumed":
                worker.deadline = time.monotonic() + worker.left
    except (EOFError, OSError):
        return (_explain_death(worker),)
    if limits and time.monotonic() > worker.deadline and not _put_off(worker, limits):
        return (_explain_time(limits, worker.scans),)
    if limits and measure_memory(worker.process.pid or 0) > limits.mebibytes:
        return (_explain_memory(limits),)
    return None


def _put_off(worker: _Worker, limits: Limits) -> bool:
    """Whether the deadline is put off, because the machine has not given the item its seconds yet."""
    spent = measure_time(worker.process.pid or 0) - worker.begun
    lacking = min(limits.seconds + worker.scans * limits.seconds_a_scan - spent, worker.grace)
    if not HAS_PROC or lacking < _LOOK:
        return False
    worker.deadline = time.monotonic() + lacking
    worker.grace -= lacking
    return True


def _explain_time(limits: Limits, scans: int) -> LimitError:
    extra = f" and {limits.seconds_a_scan:g} s for each of {scans} scanned pages" if scans else ""
    setting = "limits.seconds or limits.seconds_a_scan" if scans else "limits.seconds"
    return LimitError(
        f"took longer than {limits.seconds:g} s{extra} and was ended; "
        f"raise {setting} in settings.toml or split the file."
    )


def _explain_memory(limits: Limits) -> LimitError:
    return LimitError(
        f"needed more than {limits.mebibytes} MiB of memory and was ended; "
        "raise limits.mebibytes in settings.toml or split the file."
    )


def _explain_death(worker: _Worker) -> LostWorkerError:
    worker.process.join(5)
    code = worker.process.exitcode or 0
    how = signal.Signals(-code).name if code < 0 and -code in set(signal.Signals) else f"exit code {code}"
    return LostWorkerError(
        f"ended its worker process ({how}), as damaged files and a machine out of memory can; "
        "fetch the file again, or report it with the file."
    )


def _is_bloated(worker: _Worker, limits: Limits | None) -> bool:
    """Memory that an item leaves behind must not count against the next: from half the limit on, start afresh."""
    return limits is not None and measure_memory(worker.process.pid or 0) > limits.mebibytes / 2


def _cap_memory(worker: _Worker, limits: Limits | None) -> None:
    """On Linux the worker cannot get more private memory either, however fast it asks: it then sees a MemoryError.

    RLIMIT_DATA counts what is written to; RLIMIT_AS would count address space, of which libraries reserve far more.
    """
    if limits is not None and sys.platform == "linux":
        import resource

        with suppress(OSError, ValueError):  # a lower limit of the system stays
            _, hard = resource.prlimit(worker.process.pid or 0, resource.RLIMIT_DATA)
            resource.prlimit(worker.process.pid or 0, resource.RLIMIT_DATA, (limits.mebibytes * 2**20, hard))


def _dismiss(worker: _Worker) -> None:
    """Let a worker that is at nothing leave by itself, and put away what its libraries hold of the system."""
    worker.link.close()
    worker.process.join(_LEAVE)


def _end(worker: _Worker) -> None:
    """End a worker and the programs it has started."""
    worker.link.close()
    if sys.platform != "win32":
        with suppress(ProcessLookupError, PermissionError):  # before it has made its group, or when all are gone
            os.killpg(worker.process.pid or 0, signal.SIGKILL)
    worker.process.kill()
    worker.process.join()
    worker.process.close()


# --- the worker's side ---


def _serve(function: Callable[[Any], Any], link: Connection, prepare: Callable[[], object] | None) -> None:
    """Work on items until the parent hangs up."""
    if sys.platform != "win32":
        os.setpgid(0, 0)  # Ctrl-C is for the parent, which ends us; and we are ended with the programs that we start
    threading.Thread(target=_follow_parent, daemon=True).start()
    _WATCHER.set(link)
    if prepare is not None:
        with suppress(Exception):
            prepare()
    for number in itertools.count():
        try:
            item = link.recv()
        except EOFError:
            _leave()
        if number == 1:
            _settle()
        link.send(("begun", None))
        outcome = _attempt(function, item)
        try:
            link.send(("done", _make_portable(outcome)))
        except Exception as error:  # a result that cannot travel
            link.send(("done", RuntimeError(f"{type(outcome).__name__}: {error}")))


def _settle() -> None:
    """What the first item has loaded, models above all, stays: it is not looked through for garbage again and again."""
    gc.collect()
    gc.freeze()


def _leave() -> NoReturn:
    """End this worker as its libraries want it, but without taking models apart object by object."""
    for thread in threading.enumerate():
        if not thread.daemon and thread is not threading.current_thread():
            thread.join()
    atexit._run_exitfuncs()
    for stream in filter(None, (sys.stdout, sys.stderr)):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(0)


def _follow_parent() -> None:
    """A worker whose parent was killed ends, whatever it is at."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        if sys.platform != "win32":
            os.killpg(0, signal.SIGKILL)
        os._exit(1)


def _attempt(function: Callable[[Item], Result], item: Item) -> Result | Exception:
    try:
        return function(item)
    except Exception as error:
        return error


def _make_portable(outcome: Any) -> Any:
    """An exception that survives the way to the parent, with the place where it was raised as a note."""
    if not isinstance(outcome, Exception):
        return outcome
    outcome.add_note("".join(traceback.format_exception(outcome)))
    try:
        pickle.loads(pickle.dumps(outcome))
    except Exception:
        return RuntimeError(f"{type(outcome).__name__}: {outcome}")
    return outcome
