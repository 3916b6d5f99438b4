"""documents.lock.toml: which file was fetched from where and when, so that another day gives the same documents."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from pipeline.errors import ClausetraceError

_HEAD = """# Written by `clausetrace fetch`: the documents of this case as they were when they were fetched.
# To accept another version of a document, delete its entry and its file, and fetch again.
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One document as it was fetched."""

    path: str  # relative to the case folder
    sha256: str
    size: int  # bytes
    kind: str  # PDF, DOCX, HTML, ... by its first bytes
    address: str  # asked for; "" for a file that a person saved
    final_address: str  # after redirects
    etag: str
    last_modified: str
    retrieved: str  # day, as 2024-04-04
    by_hand: bool = False


def read_lock(path: Path) -> dict[str, Entry]:
    """The entries by source id; {} without a file. Raises ClausetraceError when the file is damaged."""
    if not path.is_file():
        return {}
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8")).get("document", {})
        return TypeAdapter(dict[str, Entry]).validate_python(rows)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
        raise ClausetraceError(f"{path}: the lock is damaged ({str(error).splitlines()[0]}); delete it.") from error


def write_lock(path: Path, lock: Mapping[str, Entry]) -> None:
    """Write the entries, sorted by id, to a partial name first."""
    blocks = [_HEAD]
    for name, entry in sorted(lock.items()):
        fields = "".join(f"{key} = {write_value(value)}\n" for key, value in asdict(entry).items())
        blocks.append(f"[document.{write_value(name)}]\n{fields}")
    partial = path.with_name(path.name + ".partial")
    partial.write_text("\n".join(blocks), encoding="utf-8")
    partial.replace(path)


def write_value(value: str | int | bool) -> str:
    """A TOML value: strings of JSON without the sign DEL, numbers and truth values are TOML as well."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
