"""The items of a stage on a Dask cluster: the same functions under the same limits, in processes of other machines.

Through the scheduler go an item (addresses and small parameters) and its outcome (a count, or an exception). What is
large is read and written by the workers themselves, where the addresses say.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from pipeline.engine import Limits, LostWorkerError, run_kept
from pipeline.errors import ClausetraceError
from pipeline.run.line import hash_code, list_versions, make_key

if TYPE_CHECKING:
    from distributed import Client, Future

Item = TypeVar("Item")
Result = TypeVar("Result")

_WAIT = 60  # seconds for the scheduler, and for a first worker
_AHEAD = 4  # items a thread that are with the scheduler at a time: none waits, and a million are not held there
_ROOMS = ("ingest", "extract", "embed", "score", "run")


def run_on_cluster(
    function: Callable[[Item], Result], items: Sequence[Item], scheduler: str, limits: Limits | None = None
) -> Iterator[tuple[Item, Result | Exception]]:
    """Yield (item, outcome) as `engine.run_over` does, but in the order in which the outcomes come.

    An item whose cluster worker dies is run again on another; one that outlived none of four yields LostWorkerError.
    Raises ClausetraceError when the scheduler or all workers are away, or when a worker has other code than we.
    """
    if not items:
        return
    from distributed import as_completed

    with _connect(scheduler) as client:
        ahead = _AHEAD * max(1, sum(client.nthreads().values()))
        given: dict[str, Item] = {}
        rest = iter(items)

        def submit(item: Item) -> "Future[Any]":
            future: Future[Any] = client.submit(_serve, hash_all(), function, item, limits, pure=False)
            given[str(future.key)] = item
            return future

        running = as_completed([submit(item) for item in islice(rest, ahead)], loop=client.loop)  # type: ignore[no-untyped-call]
        for future in running:
            item = given.pop(str(future.key))
            yield item, _take(future)
            for following in islice(rest, 1):
                running.add(submit(following))  # type: ignore[no-untyped-call]


def _connect(scheduler: str) -> "Client":
    try:
        from distributed import Client
    except ImportError as error:
        raise ClausetraceError(
            "--cluster: Dask is not installed; run `pip install clausetrace[cluster]` here and on the workers."
        ) from error
    try:
        client = Client(scheduler, timeout=_WAIT, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise ClausetraceError(
            f"--cluster {scheduler}: no scheduler answers there ({error}); start `dask scheduler` or mend the address."
        ) from error
    try:
        client.wait_for_workers(1, timeout=_WAIT)
    except TimeoutError as error:
        client.close()  # type: ignore[no-untyped-call]
        raise ClausetraceError(
            f"--cluster {scheduler}: the scheduler has no workers; start `dask worker {scheduler} --nthreads 1`."
        ) from error
    return client


def _take(future: "Future[Any]") -> Any:
    """An item's outcome; what the cluster itself raises is either the death of the item's workers or our end."""
    from distributed import KilledWorker

    try:
        return future.result()
    except KilledWorker:
        return LostWorkerError("ended four workers of the cluster; look at their logs, or report it with the file.")


@cache
def hash_all() -> str:
    """One hash for the code and the libraries that the parts of a stage depend on."""
    libraries = list_versions(
        "pdfplumber", "pypdfium2", "lxml", "spacy", "pyarrow", "bm25s", "rapidfuzz", "onnxruntime"
    )
    return make_key(*map(hash_code, _ROOMS), *libraries)


def _serve(code: str, function: Callable[[Any], Any], item: Any, limits: Limits | None) -> Any:
    """On a worker: the outcome of one item, from a process of its own that an item may end without ending us."""
    import multiprocessing
    import platform

    if hash_all() != code:
        raise ClausetraceError(
            f"--cluster: the worker on {platform.node()} has another version of clausetrace or of its libraries;"
            " install the same on all machines."
        )
    multiprocessing.current_process().daemon = False  # Dask starts its workers as processes that may have no children
    return run_kept(function, item, limits)
