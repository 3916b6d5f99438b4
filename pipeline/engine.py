"""Run a function over many inputs on this machine's cores, in order, without one failure stopping the others."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def run_over(
    function: Callable[[Item], Result], items: Sequence[Item], workers: int | None = None
) -> Iterator[tuple[Item, Result | Exception]]:
    """Yield (item, result) in the order of `items`; an item whose function raised yields its exception instead.

    `function` and items must be picklable. With one item or one worker everything runs in this process. A worker that
    dies (killed, out of memory) costs its item one retry alone in a fresh process, and then yields the error.
    """
    count = min(workers or os.cpu_count() or 1, len(items))
    if count <= 1:
        for item in items:
            yield item, _attempt(function, item)
        return
    with _start_pool(count) as pool:
        futures = [pool.submit(function, item) for item in items]
        for item, future in zip(items, futures, strict=True):
            try:
                yield item, future.result()
            except BrokenProcessPool:
                yield item, _retry_alone(function, item)
            except Exception as error:
                yield item, error


def _attempt(function: Callable[[Item], Result], item: Item) -> Result | Exception:
    try:
        return function(item)
    except Exception as error:
        return error


def _retry_alone(function: Callable[[Item], Result], item: Item) -> Result | Exception:
    with _start_pool(1) as pool:
        try:
            return pool.submit(function, item).result()
        except Exception as error:
            return error


def _start_pool(count: int) -> ProcessPoolExecutor:
    """Fresh interpreters: a forked copy of a process with torch threads can hang."""
    return ProcessPoolExecutor(count, mp_context=get_context("spawn"))
