"""Tables in parts, one a document: which are there, which are worked out anew, and how they become numbered tables.

A part's name holds the key of all that it was made from, and it is written as a whole or not at all: one that lies
there under its name is right. So one more document costs one document.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from pipeline.engine import Limits, LostWorkerError, give_back_memory
from pipeline.errors import ClausetraceError, TableError
from pipeline.records import Problem, Source
from pipeline.run.line import Line, Stage, make_key
from pipeline.run.spread import join_address, list_names, remove, spread_over
from pipeline.tables import Address, DamageError, join_tables, write_table

if TYPE_CHECKING:
    import pyarrow as pa

_LOST = "-lost"  # in the name of a part whose document was over the limits, or took its worker along


@dataclass(frozen=True)
class Task:
    """One document's work in a stage: where its input lies, and the parts to write."""

    source: Source
    input: Address
    key: str
    folder: Address  # of parts

    def name(self, table: str) -> str:
        """The name of the document's part of a table."""
        return f"{table}-{self.key[:20]}"

    def part(self, table: str) -> Address:
        """Where that part lies."""
        return join_address(self.folder, f"{self.name(table)}.parquet")


def find_parts(line: Line) -> Address:
    """The folder of all parts."""
    return join_address(line.exchange, "parts")


def list_parts(line: Line) -> frozenset[str]:
    """The names of the parts that are there."""
    return frozenset(name.removesuffix(".parquet") for name in list_names(find_parts(line)))


def find_part(task: Task, table: str, there: frozenset[str]) -> str:
    """The name of the document's part: the one that says that the document was lost, where only that is there."""
    name = task.name(table)
    return f"{name}{_LOST}" if name not in there and f"{name}{_LOST}" in there else name


def work_parts(
    line: Line,
    stage: Stage,
    tasks: Sequence[Task],
    work: Callable[[Task], int],
    nouns: Mapping[str, type],
    limits: Limits | None = None,
) -> None:
    """Run the tasks whose parts are not all there. What a worker dies of becomes that document's problem row.

    `nouns` names the tables that `work` writes parts of, a table of problems among them. A document over the limits,
    one that killed its worker, and one for which memory or disk was wanting, is tried again by the next run: perhaps
    the machine was busy, or the limits have been raised since.
    """
    stale = list_stale(line, tasks, nouns)
    for done, (task, outcome) in enumerate(spread_over(line, work, stale, limits), start=1):
        if isinstance(outcome, ClausetraceError):
            raise outcome
        if isinstance(outcome, LostWorkerError):
            _write_lost(task, f"{stage} {outcome}", stage, nouns, _LOST)
        elif isinstance(outcome, Exception):
            why = f"{stage} failed on this document ({type(outcome).__name__}: {outcome}); report it with the file."
            _write_lost(task, why, stage, nouns, _LOST if isinstance(outcome, MemoryError | OSError) else "")
        line.tell(stage, done, len(stale))
    if not stale:
        line.tell(stage, 0, 0)


def list_stale(line: Line, tasks: Sequence[Task], nouns: Iterable[str]) -> list[Task]:
    """The tasks some of whose parts are not there."""
    there = list_parts(line)
    return [task for task in tasks if any(task.name(table) not in there for table in nouns)]


def _write_lost(task: Task, why: str, stage: Stage, nouns: Mapping[str, type], mark: str) -> None:
    problem = Problem(task.source.id, task.source.role, stage, f"{task.source.id}: {why}")
    for table, noun in nouns.items():
        part = join_address(task.folder, f"{task.name(table)}{mark}.parquet")
        write_table(part, [problem] if noun is Problem else [], noun, task.key)


def join_parts(
    line: Line,
    tasks: Sequence[Task],
    nouns: Mapping[str, type],
    finish: "Mapping[str, tuple[str, Callable[[pa.Table], pa.Table]]]" = MappingProxyType({}),
) -> None:
    """Let the parts be joined into numbered tables, and drop parts of documents or versions that are no longer wanted.

    `finish` names, by table, what its rows need beyond their parts: a key of that, and the function that sets it.
    """
    there = list_parts(line)
    for table, noun in nouns.items():
        names = [find_part(task, table, there) for task in tasks]
        told, set_columns = finish.get(table, ("", lambda rows: rows))
        key = make_key(*names, told)
        if line.key(table) != key:
            parts = {
                name: join_address(task.folder, f"{name}.parquet") for name, task in zip(names, tasks, strict=True)
            }
            line.write_beside(table, key, partial(_join, parts, noun, key, set_columns))
        if not line.shared:  # other cases may use them, too
            for name in there - set(names):
                if name.startswith(f"{table}-"):
                    remove(join_address(find_parts(line), f"{name}.parquet"))


def _join(
    parts: Mapping[str, Address], noun: type, key: str, finish: "Callable[[pa.Table], pa.Table]", table: Path
) -> None:
    try:
        join_tables(table, parts, noun, key, finish)
        give_back_memory()
    except DamageError as error:
        remove(error.path)
        raise TableError(
            f"{error.path}: the file was damaged and has been removed; run the same command again."
        ) from error
