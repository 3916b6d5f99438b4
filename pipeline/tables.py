"""The only reader and writer of record tables: Parquet files whose schema is derived from the dataclass.

A table carries a `key` in its metadata: the hash of everything it was made from (see `run`). Writing goes to a partial
name and is then renamed, so a table is either whole or not there. The same rows give the same bytes. A table lies in a
folder, or where an address of fsspec leads (s3://bucket/name), which is written in one piece.
"""

import os
import platform
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from types import UnionType
from typing import TYPE_CHECKING, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from pipeline.errors import TableError

if TYPE_CHECKING:
    import pyarrow as pa

Record = TypeVar("Record")
Address = Path | str  # a path, or an address of fsspec
_KEY = b"clausetrace.key"
_NOUN = b"clausetrace.noun"


def write_table(path: Address, rows: Iterable[Record], noun: type[Record], key: str) -> int:
    """Write the rows as one Parquet file with `key` in its metadata; returns their number. Parents are created."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = make_schema(noun).with_metadata({_KEY: key.encode(), _NOUN: noun.__name__.encode()})
    kept = list(rows)
    shape: Any = noun
    columns = [_list_plain(kept, name, hint) for name, hint in _field_types(shape)]
    table = pa.Table.from_arrays(
        [pa.array(column, type=field.type) for column, field in zip(columns, schema, strict=True)], schema=schema
    )
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    write_bytes(path, sink.getvalue())
    return int(table.num_rows)


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
    partial = path.with_name(f"{path.name}.{platform.node()}.{os.getpid()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(content)
        partial.replace(path)
    except OSError:
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
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with open_address(path) as file:
            table = pq.read_table(file)
    except FileNotFoundError as error:
        raise TableError(f"{path}: no such table; run the stage that writes it first.") from error
    except (OSError, pa.ArrowInvalid) as error:
        raise TableError(f"{path}: the table is damaged; delete it and run again.") from error
    if not table.schema.remove_metadata().equals(make_schema(noun)):
        raise TableError(f"{path}: the table was written by another version; delete it and run again.")
    shape: Any = noun
    revive = _make_reviver(shape)
    return [revive(row) for row in table.to_pylist()]


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


def make_schema(noun: Any) -> "pa.Schema":
    """The Arrow schema of a record class: Literal and str as text, tuples as lists, dataclasses as structs."""
    import pyarrow as pa

    return pa.schema([_make_field(name, hint) for name, hint in _field_types(noun)])


@cache
def _field_types(noun: Any) -> list[tuple[str, Any]]:
    hints = get_type_hints(noun)
    return [(field.name, hints[field.name]) for field in fields(noun)]


def _make_field(name: str, hint: Any) -> "pa.Field":
    import pyarrow as pa

    inner, optional = _strip_optional(hint)
    return pa.field(name, _make_type(inner), nullable=optional)


def _strip_optional(hint: Any) -> tuple[Any, bool]:
    if get_origin(hint) in (Union, UnionType):
        rest = [part for part in get_args(hint) if part is not type(None)]
        if all(get_origin(part) is Literal for part in rest):
            return str, len(rest) < len(get_args(hint))
        return rest[0], True
    return hint, False


def _make_type(hint: Any) -> "pa.DataType":
    import pyarrow as pa

    plain = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}
    if hint in plain:
        return plain[hint]
    if get_origin(hint) is Literal:
        return pa.string()
    if get_origin(hint) is tuple:
        return pa.list_(pa.field("item", _make_type(get_args(hint)[0]), nullable=False))
    if is_dataclass(hint):
        noun: Any = hint
        return pa.struct([_make_field(name, inner) for name, inner in _field_types(noun)])
    raise TypeError(f"records may not hold {hint!r}")


def _list_plain(rows: Sequence[Any], name: str, hint: Any) -> list[Any]:
    """A column as Arrow takes it: records as dictionaries, also within tuples."""
    plain = _choose_plainer(hint)
    values = [getattr(row, name) for row in rows]
    return values if plain is None else [None if value is None else plain(value) for value in values]


@cache
def _choose_plainer(hint: Any) -> Callable[[Any], Any] | None:
    """How a field's value becomes what Arrow takes; None when it is that already. Worked out once a field."""
    inner, _ = _strip_optional(hint)
    if get_origin(inner) is tuple:
        plain = _choose_plainer(get_args(inner)[0])
        return None if plain is None else lambda values: [plain(value) for value in values]
    if not is_dataclass(inner):
        return None
    noun: Any = inner
    names = [name for name, _ in _field_types(noun)]
    nested = [(name, chosen) for name, kind in _field_types(noun) if (chosen := _choose_plainer(kind)) is not None]

    def make_plain(record: Any) -> dict[str, Any]:
        row = {name: getattr(record, name) for name in names}
        for name, chosen in nested:
            row[name] = None if row[name] is None else chosen(row[name])
        return row

    return make_plain


@cache
def _make_reviver(noun: Any) -> Callable[[dict[str, Any]], Any]:
    """A function from a plain row to the record; what each field needs is worked out once, not row by row."""
    nested = [(name, revive) for name, hint in _field_types(noun) if (revive := _choose_reviver(hint))]

    def revive_row(row: dict[str, Any]) -> Any:
        for name, revive in nested:
            if row[name] is not None:
                row[name] = revive(row[name])
        return noun(**row)

    return revive_row


def _choose_reviver(hint: Any) -> Callable[[Any], Any] | None:
    """How a column's plain value becomes the field's value; None when it is that already."""
    inner, _ = _strip_optional(hint)
    if get_origin(inner) is tuple:
        revive_item = _choose_reviver(get_args(inner)[0])
        return tuple if revive_item is None else lambda values: tuple(map(revive_item, values))
    if not is_dataclass(inner):
        return None
    noun: Any = inner
    return _make_reviver(noun)
