"""Reads the word lists beside this module: known cases are data, rules are code."""

import re
import tomllib
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "lexicons"


@cache
def load_words(name: str) -> frozenset[str]:
    """The entries of `lexicons/NAME.txt`: one a line, lower case; lines that begin with # are comments."""
    lines = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip().lower() for line in lines if line.strip() and not line.startswith("#"))


@cache
def join_words(*names: str) -> str:
    """The entries of the lists as alternatives of a regular expression, longest first."""
    entries = {entry for name in names for entry in load_words(name)}
    return "|".join(re.escape(entry) for entry in sorted(entries, key=lambda entry: (-len(entry), entry)))


@cache
def load_table(name: str) -> dict[str, dict[str, str]]:
    """The tables of `lexicons/NAME.toml`: per table name a mapping of strings."""
    with (FOLDER / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def load_levels(name: str) -> tuple[frozenset[str], dict[str, dict[str, int]]]:
    """`lexicons/NAME.toml` with numbered lists: the words of `raising`, and per table the level of each phrase."""
    with (FOLDER / f"{name}.toml").open("rb") as file:
        tables = tomllib.load(file)
    raising = frozenset(tables.pop("raising"))
    return raising, {
        table: {phrase: int(level) for level, phrases in levels.items() for phrase in phrases}
        for table, levels in tables.items()
    }
