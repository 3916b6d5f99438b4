"""The data dictionary of the report tables: every column with its type and meaning, kept in dictionary.toml."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.report.frames import TESTS, Value, make_frame

if TYPE_CHECKING:
    import pandas as pd

DICTIONARY_COLUMNS = ("table", "column", "type", "meaning")
_FILE = Path(__file__).with_name("dictionary.toml")
_TYPES = {"object": "text", "str": "text", "string": "text", "bool": "true or false", "Int64": "whole number",
          "int64": "whole number", "float64": "number"}  # fmt: skip


def make_dictionary_frame(tables: "Mapping[str, pd.DataFrame]") -> "pd.DataFrame":
    """One row for each column of each table by its name, with DICTIONARY_COLUMNS.

    Raises KeyError for a column without a meaning: a table must not gain one that nobody can look up.
    """
    rows: list[dict[str, Value]] = [
        {"table": table, "column": column, "type": _TYPES.get(kind, "text"), "meaning": explain_column(table, column)}
        for table, frame in tables.items()
        for column, kind in ((str(name), str(dtype)) for name, dtype in frame.dtypes.items())
    ]
    return make_frame(rows, DICTIONARY_COLUMNS)


def explain_column(table: str, column: str) -> str:
    """The meaning of a column of a table ("Evidence", "Asks", ...). Raises KeyError when there is none."""
    meanings = _load_meanings()
    name, _, part = column.rpartition("_")
    if name and part in meanings["tests"] and (name in TESTS or column not in meanings["all"]):
        return meanings["tests"][part].format(name=name)
    return meanings.get(table, {}).get(column) or meanings["all"][column]


@cache
def _load_meanings() -> dict[str, dict[str, str]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))
