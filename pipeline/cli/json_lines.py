"""Texts with ids from files of JSON lines; a bad line is named."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from pipeline.errors import ClausetraceError


def read_texts(path: Path) -> list[tuple[str, str]]:
    """Ids and texts from a JSON lines file. Raises ClausetraceError that names the bad line."""
    texts = []
    for number, row in _read_rows(path):
        identifier, text = row.get("id"), row.get("text")
        if isinstance(identifier, bool) or not isinstance(identifier, str | int) or not isinstance(text, str):
            raise ClausetraceError(f"{path}, line {number}: needs an id and a string text; mend the line.")
        if any("\ud800" <= sign <= "\udfff" for sign in text + str(identifier)):
            raise ClausetraceError(f"{path}, line {number}: holds half a character (a lone surrogate); mend the line.")
        texts.append((str(identifier), text))
    return texts


def read_by_id(path: Path) -> dict[str, str]:
    texts = read_texts(path)
    by_id = dict(texts)
    if len(by_id) < len(texts):
        raise ClausetraceError(f"{path}: an id stands twice; give one earlier text an id.")
    return by_id


def _read_rows(path: Path) -> Iterator[tuple[int, Mapping[str, object]]]:
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ClausetraceError(
            f"{path}: cannot be read as UTF-8 text ({error}); check the path and the file."
        ) from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise ClausetraceError(f"{path}, line {number}: is no JSON ({error}); mend the line.") from error
            if not isinstance(row, dict):
                raise ClausetraceError(f"{path}, line {number}: is no JSON object; write one object a line.")
            yield number, row
