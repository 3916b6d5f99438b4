"""Where the items of a stage are worked on, this machine or a cluster, and how files get to and from there."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from pipeline.engine import Limits, run_over
from pipeline.run.line import Line
from pipeline.tables import Address, open_address, write_bytes
from pipeline.weights import hash_file

Item = TypeVar("Item")
Result = TypeVar("Result")


def spread_over(
    line: Line, function: Callable[[Item], Result], items: Sequence[Item], limits: Limits | None = None
) -> Iterator[tuple[Item, Result | Exception]]:
    """Yield (item, result or exception): of `engine.run_over`, or of the cluster when the line has one."""
    if not line.cluster:
        return run_over(function, items, line.workers, limits)
    from pipeline.run.cluster import run_on_cluster

    return run_on_cluster(function, items, line.cluster, limits)


def join_address(folder: Address, name: str) -> Address:
    """The address of `name` in a folder."""
    return folder / name if isinstance(folder, Path) else f"{folder.rstrip('/')}/{name}"


def put_document(file: Address, exchange: Address) -> Address:
    """Copy a document to where all workers reach it, under its hash and name; one that is there or lacks is left."""
    if not isinstance(file, Path) or not file.is_file():
        return file
    there = join_address(exchange, f"documents/{hash_file(file)}/{file.name}")
    if not exists(there):
        write_bytes(there, file.read_bytes())
    return there


@contextmanager
def copy_here(address: Address) -> Iterator[Path]:
    """A path to read from, with the file's own name; what lies at an address is copied for the time being."""
    if isinstance(address, Path):
        yield address
        return
    with tempfile.TemporaryDirectory() as folder, open_address(address) as there:
        path = Path(folder) / address.rpartition("/")[2]
        with path.open("wb") as here:
            shutil.copyfileobj(there, here)
        yield path


def list_names(folder: Address) -> list[str]:
    """The names of what lies in a folder; none where there is no such folder."""
    if isinstance(folder, Path):
        return [file.name for file in os.scandir(folder)] if folder.is_dir() else []
    system, place = _find_system(folder)
    found = system.ls(place, detail=False) if system.exists(place) else []
    return [str(name).rpartition("/")[2] for name in found]


def remove(address: Address) -> None:
    """Delete a file if it is there."""
    if isinstance(address, Path):
        address.unlink(missing_ok=True)
    elif exists(address):
        system, place = _find_system(address)
        system.rm_file(place)


def exists(address: Address) -> bool:
    """Whether something lies there."""
    if isinstance(address, Path):
        return address.exists()
    system, place = _find_system(address)
    return bool(system.exists(place))


def _find_system(address: str) -> Any:
    """The file system of an address and the place in it; others write there, so nothing it lists is remembered."""
    import fsspec  # type: ignore[import-untyped]

    return fsspec.url_to_fs(address, use_listings_cache=False)
