"""What all stages share: the case on its way, the tables it has, and the keys that say what is stale."""

import hashlib
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal, TypeVar

from pipeline.case import Case
from pipeline.engine import Limits, off_the_clock
from pipeline.settings import Settings
from pipeline.tables import Address, Rows, open_later, read_key, read_table, write_table
from pipeline.weights import find_model, hash_file

Stage = Literal["ingest", "extract", "align", "embed", "score", "attribute", "report"]
Tell = Callable[[str, int, int], None]  # stage, done, total; done == total when it is finished

_PACKAGE = Path(__file__).parents[1]
Record = TypeVar("Record")


@dataclass(frozen=True)
class Line:
    """One case on its way through the stages."""

    case: Case
    settings: Settings
    workers: int | None = None
    tell: Tell = lambda stage, done, total: None
    redact: bool = False  # whether reports withhold the names of persons; they lie in a folder of their own then
    cluster: str = ""  # the address of a Dask scheduler; "" for this machine alone
    shared: str = ""  # the folder, or address of fsspec, that workers of the cluster reach; "" when all reach work/
    shown: dict[str, Any] = field(default_factory=dict, repr=False)  # by the reports' key: what they show
    _rows: dict[tuple[str, str], list[Any]] = field(default_factory=dict, repr=False)
    _kept: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict, repr=False)
    _coming: dict[str, tuple[str, Future[None]]] = field(default_factory=dict, repr=False)  # keys, and when written

    @property
    def reports(self) -> Path:
        """The folder of the reports."""
        return self.case.out / ("redacted" if self.redact else "reports")

    @property
    def stamp(self) -> Path:
        """The file that says what the reports were made from."""
        return self.case.out / "work" / ("7-redacted.json" if self.redact else "7-report.json")

    @property
    def exchange(self) -> Address:
        """Where the parts of tables lie, and what a cluster needs besides."""
        shared = self.shared or self.case.out / "work"
        return shared if "://" in str(shared) else Path(shared)

    def table(self, name: str) -> Path:
        """The path of a numbered table; waits for one that is being written, and raises what that raised."""
        if name in self._coming:
            self._coming[name][1].result()
        return self._place(name)

    def _place(self, name: str) -> Path:
        return self.case.out / "work" / f"{name}.parquet"

    def write_beside(self, name: str, key: str, write: Callable[[Path], None]) -> None:
        """Let a numbered table be written while this process goes on; whoever asks for its rows waits for it."""
        path, thread = self.table(name), ThreadPoolExecutor(1)
        self._coming[name] = key, thread.submit(write, path)
        thread.shutdown(wait=False)

    def settle(self) -> None:
        """Wait until all tables are written, or have failed to be; raises what the first of these raised."""
        failed = [future.exception() for _, future in self._coming.values()]
        self._coming.clear()
        for error in failed:
            if error is not None:
                raise error

    def key(self, name: str) -> str:
        """The key that a numbered table was, or is being, written with; "" when it is not there."""
        if name in self._coming:
            return self._coming[name][0]
        return read_key(self.table(name)) or ""

    def open(self, name: str, noun: type[Record]) -> Rows[Record]:
        """The rows of a numbered table, read as they are asked for."""
        return open_later(partial(self.table, name), noun, self._place(name))

    def read(self, name: str, noun: type[Record]) -> list[Record]:
        """The rows of a numbered table; read once as long as its key stays the same."""
        key = (name, self.key(name))
        if key not in self._rows:
            self._rows[key] = read_table(self.table(name), noun)
        return self._rows[key]

    def keep(self, name: str, rows: Iterable[Any]) -> None:
        """Remember rows of a numbered table, by their id, for those who will look for them."""
        self._kept[name, self.key(name)] = {row.id: row for row in rows}

    def find(self, name: str, noun: type[Any], ids: Collection[str]) -> list[Any]:
        """The rows with these ids, in their order; the table is read where not all of them have been kept."""
        kept = self._kept.get((name, self.key(name)), {})
        if not kept.keys() >= set(ids):
            kept = {row.id: row for row in self.open(name, noun).find("id", ids)}
        return [kept[row] for row in sorted(ids) if row in kept]

    def write(self, name: str, rows: list[Record], noun: type[Record], key: str) -> None:
        """Write a numbered table; the stages after this one need not read it again."""
        write_table(self.table(name), rows, noun, key)
        self._rows[name, key] = rows


def is_fresh(line: Line, stage: Stage, key: str, *names: str) -> bool:
    """Whether the tables were all written with this key; says that the stage has nothing to do when they were."""
    fresh = all(line.key(name) == key for name in names)
    if fresh:
        line.tell(stage, 0, 0)
    return fresh


def make_limits(settings: Settings) -> Limits:
    """What a document may take while it is worked on."""
    given = settings.limits
    return Limits(given.seconds, given.seconds_a_scan, given.mebibytes)


def make_key(*parts: str) -> str:
    """One hash for everything that a table was made from."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


_FLOOR = (
    "records.py",
    "schema.py",
    "tables.py",
    "case.py",
    "words.py",
    "stopwords.txt",
    "denials.txt",
    "spelling.toml",
)


@cache
def hash_code(room: str) -> str:
    """The hash of a room's code and data files and of the ground floor that every room stands on."""
    floor = [_PACKAGE / name for name in _FLOOR]
    files = [*floor, *sorted(file for file in (_PACKAGE / room).rglob("*") if _is_code(file))]
    return make_key(*(f"{file.relative_to(_PACKAGE)} {hash_file(file)}" for file in files))


def list_versions(*libraries: str) -> list[str]:
    """Name and version of libraries whose work a table holds: another version may read otherwise."""
    return [f"{library} {version(library)}" for library in libraries]


def _is_code(file: Path) -> bool:
    return file.is_file() and "__pycache__" not in file.parts


@cache
def load_language_once(model: str) -> Callable[[], Any]:
    """A function that gives the spaCy pipeline, checked and loaded at its first call in this process."""
    from pipeline.extract import load_language

    @cache
    def load() -> Any:
        with off_the_clock():
            return load_language(find_model(model).folder)

    return load


def group_by_source(rows: Iterable[Any]) -> dict[str, list[Any]]:
    """Rows of a table that has a column `source`, by document."""
    grouped: dict[str, list[Any]] = {}
    for row in rows:
        grouped.setdefault(row.source, []).append(row)
    return grouped
