"""What a record class is in a table: its Arrow schema, and the way of its rows there and back."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from types import UnionType
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    import pyarrow as pa


def make_schema(noun: Any) -> "pa.Schema":
    """The Arrow schema of a record class: Literal and str as text, tuples as lists, dataclasses as structs."""
    import pyarrow as pa

    return pa.schema([_make_field(name, hint) for name, hint in field_types(noun)])


@cache
def field_types(noun: Any) -> list[tuple[str, Any]]:
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
        return pa.struct([_make_field(name, inner) for name, inner in field_types(noun)])
    raise TypeError(f"records may not hold {hint!r}")


def list_text_columns(schema: "pa.Schema") -> list[str]:
    """The paths, in Parquet's terms, of the columns that hold text, within lists and structs as well."""
    return [path for field in schema for path in _list_text_paths(field.type, field.name)]


def _list_text_paths(kind: "pa.DataType", path: str) -> Iterator[str]:
    import pyarrow as pa

    if pa.types.is_struct(kind):
        for field in kind:
            yield from _list_text_paths(field.type, f"{path}.{field.name}")
    elif pa.types.is_list(kind):
        yield from _list_text_paths(kind.value_type, f"{path}.list.element")
    elif pa.types.is_string(kind):
        yield path


def list_plain(rows: Sequence[Any], name: str, hint: Any) -> list[Any]:
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
    names = [name for name, _ in field_types(noun)]
    nested = [(name, chosen) for name, kind in field_types(noun) if (chosen := _choose_plainer(kind)) is not None]

    def make_plain(record: Any) -> dict[str, Any]:
        row = {name: getattr(record, name) for name in names}
        for name, chosen in nested:
            row[name] = None if row[name] is None else chosen(row[name])
        return row

    return make_plain


@cache
def make_reviver(noun: Any) -> Callable[[dict[str, Any]], Any]:
    """A function from a plain row to the record; what each field needs is worked out once, not row by row."""
    nested = [(name, revive) for name, hint in field_types(noun) if (revive := _choose_reviver(hint))]

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
    return make_reviver(noun)
