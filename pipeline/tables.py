"""The only reader and writer of record tables: Parquet files whose schema is derived from the dataclass.

A table carries a `key` in its metadata: the hash of everything it was made from (see `run`). Writing goes to a partial
name and is then renamed, so a table is either whole or not there. The same rows give the same bytes. A table lies in a
folder, or where an address of fsspec leads (s3://bucket/name), which is written in one piece. Large tables are joined
from parts and read column by column or a group of rows at a time, so that memory does not grow with them.
"""

import io
import json
import os
import platform
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pipeline.errors import TableError
from pipeline.schema import field_types, list_plain, list_text_columns, make_reviver, make_schema

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # Arrow's own allocator keeps what has become free

Record = TypeVar("Record")
Address = Path | str  # a path, or an address of fsspec
_KEY = b"clausetrace.key"
_NOUN = b"clausetrace.noun"
_PARTS = b"clausetrace.parts"  # of a joined table: name and number of rows of each part, in order
_GROUP = 32_768  # rows that are written, and read again, together
_BATCH = 1_024  # rows that are records at a time while a table is gone through
_READ = 8_192  # rows that are read at a time where records are not wanted


def write_table(path: Address, rows: Iterable[Record], noun: type[Record], key: str) -> int:
    """Write the rows as one Parquet file with `key` in its metadata; returns their number. Parents are created."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = make_table(list(rows), noun, key)
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, row_group_size=_GROUP, **_choose_format(table.schema))
    write_bytes(path, sink.getvalue())
    return int(table.num_rows)


def _choose_format(schema: "pa.Schema") -> dict[str, Any]:
    """How Parquet packs columns: texts by dictionary, but for what is distinct in every row, as numbers nearly are."""
    repeated = [name for name in list_text_columns(schema) if name != "id"]
    return {"compression": "zstd", "write_page_checksum": True, "use_dictionary": repeated}


def make_table(rows: Sequence[Record], noun: type[Record], key: str = "") -> "pa.Table":
    """The records as an Arrow table."""
    import pyarrow as pa

    schema = _mark_schema(noun, key)
    shape: Any = noun
    columns = [list_plain(rows, name, hint) for name, hint in field_types(shape)]
    arrays = [pa.array(column, type=field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _mark_schema(noun: type, key: str) -> "pa.Schema":
    return make_schema(noun).with_metadata({_KEY: key.encode(), _NOUN: noun.__name__.encode()})


def write_bytes(path: Address, content: Any) -> None:
    """Write a file (bytes, or a buffer) as a whole or not at all; parents are created. Raises TableError."""
    try:
        if isinstance(path, Path):
            _replace_file(path, content)
        else:
            import fsspec  # type: ignore[import-untyped]

            system, place = fsspec.url_to_fs(path)
            system.pipe_file(place, bytes(content))
    except OSError as error:
        raise TableError(
            f"{path}: cannot be written ({error.strerror or error}); free space or mend rights."
        ) from error


def _replace_file(path: Path, content: Any) -> None:
    with _replacing(path) as partial:
        partial.write_bytes(content)


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """A name beside `path` to write to; it takes the place of `path` when nothing was raised."""
    partial = path.with_name(f"{path.name}.{platform.node()}.{os.getpid()}.partial")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield partial
        partial.replace(path)
    except BaseException:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise


@contextmanager
def open_address(path: Address) -> Iterator[Any]:
    """What pyarrow and others read from: the path itself, or the open file at an address."""
    if isinstance(path, Path):
        yield path
        return
    import fsspec

    with fsspec.open(path, "rb", use_listings_cache=False) as stream:  # others write there, too
        yield stream


def read_table(path: Address, noun: type[Record]) -> list[Record]:
    """Read the rows back as records. Raises TableError when the file is missing, damaged or of another noun."""
    return list(open_table(path, noun))


class Rows(Generic[Record]):
    """The rows of a table where they lie: a column, or single records, are read when they are asked for.

    Raises TableError when the file turns out to be damaged.
    """

    def __init__(self, open_file: "Callable[..., pq.ParquetFile]", noun: type[Record], path: Address = "") -> None:
        self._open_file = open_file
        self._opened: pq.ParquetFile | None = None
        self._path = path
        shape: Any = noun
        self._revive = make_reviver(shape)

    @property
    def _file(self) -> "pq.ParquetFile":
        if self._opened is None:  # no cached_property: until Python 3.12 those of all objects wait for one another
            self._opened = self._open_file()
        return self._opened

    def __len__(self) -> int:
        return int(self._file.metadata.num_rows)

    def __iter__(self) -> Iterator[Record]:
        with _explaining_damage(self._path):
            for batch in self._file.iter_batches(_BATCH):
                yield from map(self._revive, batch.to_pylist())

    def read_columns(self, *names: str) -> "pa.Table":
        """The named columns as Arrow holds them."""
        with _explaining_damage(self._path):
            return self._file.read(columns=list(names), use_threads=False)

    def read_coded(self, *names: str) -> "Iterator[pa.Table]":
        """As `read_groups`, but texts by dictionary, as they lie in the file: that of a group may hold one twice."""
        with _explaining_damage(self._path):
            file = self._open_file(read_dictionary=list(names))
            for group in range(file.num_row_groups):
                yield file.read_row_group(group, columns=list(names), use_threads=False)

    def read_groups(self, *names: str) -> "Iterator[pa.Table]":
        """The named columns as Arrow holds them, a group of rows at a time."""
        with _explaining_damage(self._path):
            for group in range(self._file.num_row_groups):
                yield self._file.read_row_group(group, columns=list(names), use_threads=False)

    def read_batches(self, *names: str) -> "Iterator[pa.RecordBatch]":
        """The named columns as Arrow holds them, some thousand rows at a time."""
        with _explaining_damage(self._path):
            yield from self._file.iter_batches(_READ, columns=list(names), use_threads=False)

    def read_slices(self, first: int, last: int) -> "Iterator[pa.Table]":
        """The rows from `first` up to and without `last`, as Arrow holds them, a group of rows at a time."""
        with _explaining_damage(self._path):
            for group, start, end in self._list_groups():
                if start < last and first < end:
                    table = self._read_group(group)
                    yield table.slice(max(first - start, 0), min(last, end) - max(first, start))

    def find(self, name: str, values: Iterable[str]) -> list[Record]:
        """The records whose column `name` holds one of the values, in the order of the table."""
        import pyarrow as pa
        import pyarrow.compute as pc

        column = self.read_columns(name).column(0)
        wanted = pa.array(sorted(values), pa.string())
        return self.take(pc.indices_nonzero(pc.is_in(column, wanted)).to_pylist())

    def take(self, places: Iterable[int]) -> list[Record]:
        """The records at these places of the table, in the order given."""
        wanted = list(places)
        found = dict(self.sift(wanted))
        return [found[place] for place in wanted]

    def sift(self, places: Iterable[int]) -> Iterator[tuple[int, Record]]:
        """The records at these places with their place, in the order of the table, made a group at a time."""
        import numpy as np

        wanted = np.unique(np.fromiter(places, dtype=np.int64))
        with _explaining_damage(self._path):
            for group, start, end in self._list_groups():
                first, last = np.searchsorted(wanted, (start, end))
                inside = wanted[first:last]
                if len(inside):
                    rows = self._file.read_row_group(group, use_threads=True).take(inside - start).to_pylist()
                    yield from zip(inside.tolist(), map(self._revive, rows), strict=True)

    def close(self) -> None:
        self._file.close()

    def _read_group(self, group: int) -> "pa.Table":
        return self._file.read_row_group(group, use_threads=False)

    def _list_groups(self) -> Iterator[tuple[int, int, int]]:
        """Number, first row and end of each group of rows."""
        start = 0
        for group in range(self._file.num_row_groups):
            end = start + self._file.metadata.row_group(group).num_rows
            yield group, start, end
            start = end


def open_table(path: Address, noun: type[Record]) -> Rows[Record]:
    """The rows of a table; those at an address are copied into memory. Raises TableError as `read_table` does."""
    file = _open_file(path, noun)
    return Rows(lambda **coded: _open_file(path, noun, **coded) if coded else file, noun, path)


def open_later(find_path: Callable[[], Path], noun: type[Record], path: Path) -> Rows[Record]:
    """The rows of a table whose file is opened when they are first asked for, as soon as `find_path` returns."""
    return Rows(lambda **coded: _open_file(find_path(), noun, **coded), noun, path)


def _open_file(path: Address, noun: type, **coded: Any) -> "pq.ParquetFile":
    import pyarrow.parquet as pq

    with _explaining_damage(path), open_address(path) as given:
        source = given if isinstance(given, Path) else io.BytesIO(given.read())
        file = pq.ParquetFile(source, page_checksum_verification=True, **coded)
        if not coded and not file.schema_arrow.remove_metadata().equals(make_schema(noun)):
            raise TableError(f"{path}: the table was written by another version; delete it and run again.")
        return file


class DamageError(TableError):
    """A table is there and cannot be read."""

    def __init__(self, path: Address) -> None:
        super().__init__(f"{path}: the table is damaged; delete it and run again.")
        self.path = path


@contextmanager
def _explaining_damage(path: Address) -> Iterator[None]:
    import pyarrow as pa

    try:
        yield
    except FileNotFoundError as error:
        raise TableError(f"{path}: no such table; run the stage that writes it first.") from error
    except (OSError, pa.ArrowInvalid) as error:
        raise DamageError(path) from error


def hold_rows(rows: "Iterable[Record] | Rows[Record]", noun: type[Record]) -> Rows[Record]:
    """Records in memory as if they were read from a table."""
    import pyarrow.parquet as pq

    if isinstance(rows, Rows):
        return rows
    sink = io.BytesIO()
    pq.write_table(make_table(list(rows), noun), sink)
    return Rows(lambda **coded: pq.ParquetFile(sink, **coded), noun)


def join_tables(
    path: Path,
    parts: Mapping[str, Address],
    noun: type[Record],
    key: str,
    finish: "Callable[[pa.Table], pa.Table]" = lambda table: table,
) -> int:
    """Write the rows of the parts (by name, in order) as one table; returns their number.

    What the table at `path` already holds under a part's name is taken from there: names must stand for contents.
    `finish` is given the rows group by group and may set columns anew. Raises TableError, naming the damaged part.
    """
    import pyarrow.parquet as pq

    schema, counts = _mark_schema(noun, key), dict[str, int]()
    try:
        with (
            _replacing(path) as partial,
            pq.ParquetWriter(partial, schema, **_choose_format(schema)) as writer,
        ):
            for table in _read_ahead(_regroup(_list_joined(path, parts, noun, counts))):
                writer.write_table(finish(table).cast(schema), row_group_size=_GROUP)
            writer.add_key_value_metadata({_PARTS.decode(): json.dumps(list(counts.items()))})
    except OSError as error:
        raise TableError(
            f"{path}: cannot be written ({error.strerror or error}); free space or mend rights."
        ) from error
    return sum(counts.values())


def _read_ahead(tables: "Iterator[pa.Table]") -> "Iterator[pa.Table]":
    """The same tables, each read while the one before it is written."""
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, tables, None)
        while (table := coming.result()) is not None:
            coming = pool.submit(next, tables, None)
            yield table


def _list_joined(
    path: Path, parts: Mapping[str, Address], noun: type[Record], counts: dict[str, int]
) -> "Iterator[pa.Table]":
    """The rows of the parts in order; `counts` is filled with the number of rows of each."""
    known, places = _open_joined(path, noun)
    start = end = 0  # rows of the known table that are due
    for name, part in parts.items():
        if known is not None and name in places:
            first, last = places[name]
            if first != end:
                yield from known.read_slices(start, end)
                start = first
            end, counts[name] = last, last - first
            continue
        if known is not None and start < end:
            yield from known.read_slices(start, end)
            start = end = 0
        rows = open_table(part, noun)
        counts[name] = len(rows)
        yield from rows.read_slices(0, len(rows))
    if known is not None:
        if start < end:
            yield from known.read_slices(start, end)
        known.close()


def _open_joined(path: Path, noun: type[Record]) -> tuple[Rows[Record] | None, dict[str, tuple[int, int]]]:
    """A table joined before, with the first row and the end of each of its parts; None where there is no such table."""
    import pyarrow.parquet as pq

    try:
        rows = open_table(path, noun)
        told = json.loads((pq.read_metadata(path).metadata or {}).get(_PARTS, b"[]"))
    except (TableError, OSError, ValueError):
        return None, {}
    places, start = {}, 0
    for name, count in told:
        places[name] = start, start + count
        start += count
    return (rows, places) if start == len(rows) else (None, {})


def _regroup(tables: "Iterable[pa.Table]") -> "Iterator[pa.Table]":
    """The same rows in tables of _GROUP rows, so that bytes do not hang on where they came from."""
    import pyarrow as pa

    held: list[pa.Table] = []
    number = 0
    for table in tables:
        held.append(table.replace_schema_metadata(None))
        number += table.num_rows
        while number >= _GROUP:
            joined = pa.concat_tables(held)
            yield joined.slice(0, _GROUP).combine_chunks()
            held, number = [joined.slice(_GROUP)], number - _GROUP
    if number:
        yield pa.concat_tables(held).combine_chunks()


def read_key(path: Address) -> str | None:
    """The key a table was written with, or None when there is no readable table."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with open_address(path) as file:
            metadata = pq.read_schema(file).metadata or {}
    except (OSError, pa.ArrowInvalid):
        return None
    return metadata.get(_KEY, b"").decode() or None
