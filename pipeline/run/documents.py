"""Ingest and extract: a part for each document, joined into numbered tables."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.engine import LostWorkerError
from pipeline.errors import CaseError, ClausetraceError, DocumentError, TableError
from pipeline.fetch.addresses import explain_by_hand
from pipeline.records import Clause, Finding, Masthead, Paragraph, Problem, Role, Source
from pipeline.run.line import Line, Stage, hash_code, list_versions, load_language_once, make_key, make_limits
from pipeline.run.spread import copy_here, join_address, put_document, remove, spread_over
from pipeline.tables import Address, read_key, read_table, write_table
from pipeline.weights import find_model, hash_file

_CLAUSE_ROLES: tuple[Role, ...] = ("target", "base", "sister")
_INGESTED: dict[str, type] = {"1-paragraphs": Paragraph, "1-mastheads": Masthead, "1-problems": Problem}
_EXTRACTED: dict[str, type] = {"2-clauses": Clause, "2-findings": Finding, "2-problems": Problem}


@dataclass(frozen=True)
class _Task:
    """One document's work: where its input lies, and the part files to write."""

    source: Source
    input: Address
    key: str
    parts: Address
    themes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    reader: str = ""  # of PDFs

    def part(self, name: str) -> Address:
        return join_address(self.parts, f"{name}-{self.key[:20]}.parquet")


def ingest(line: Line) -> None:
    """Read every document of the case into table 1-paragraphs."""
    _refuse_missing_target(line)
    tasks = _ingest_tasks(line)
    _refuse_copies(line)
    _run_parts(line, "ingest", tasks, _ingest_one, _INGESTED)
    _join_parts(line, tasks, _INGESTED)
    _refuse_lost_target(line, "1-problems")


def _ingest_tasks(line: Line) -> list[_Task]:
    reader = line.settings.ingest.reader
    code = make_key(hash_code("ingest"), reader, *list_versions("pdfplumber", "pypdfium2", "lxml"))
    parts = join_address(line.exchange, "parts")
    return [
        _Task(source, file, make_key(code, source.id, source.role, _hash_document(file)), parts, reader=reader)
        for source in line.case.sources
        for file in [line.case.files[source.id]]
    ]


def _ingest_one(task: _Task) -> int:
    """Read one document into its parts; an unreadable one becomes a problem row. Returns the paragraphs written."""
    from pipeline.ingest import read_document
    from pipeline.ingest.heads import read_masthead

    paragraphs: list[Paragraph] = []
    problems: list[Problem] = []
    try:
        with copy_here(task.input) as file:
            if not file.is_file():
                raise DocumentError(
                    f"{task.source.id}: {file.name} is not there; `clausetrace fetch` says how to get it."
                )
            paragraphs = read_document(file, task.source.id, task.reader)
    except ClausetraceError as error:
        problems = [Problem(task.source.id, task.source.role, "ingest", str(error))]
    heads = [read_masthead(paragraphs, task.source.id)] if paragraphs else []
    write_table(task.part("1-problems"), problems, Problem, task.key)
    write_table(task.part("1-mastheads"), heads, Masthead, task.key)
    return write_table(task.part("1-paragraphs"), paragraphs, Paragraph, task.key)


def extract(line: Line) -> None:
    """Cut clauses and findings out of the paragraphs, into the tables 2-clauses and 2-findings."""
    tasks = _extract_tasks(line)
    work = partial(_extract_one, line.settings.extract.language_model)
    _run_parts(line, "extract", tasks, work, _EXTRACTED)
    _join_parts(line, tasks, _EXTRACTED)
    _refuse_lost_target(line, "2-problems")


def list_parts(line: Line) -> list[Path]:
    """The part files of the case's documents after `ingest` and `extract`: another case may take over those it shares.

    The names hold keys over content, role, settings and code, so a part that lies there under its name is right.
    """
    ingested = [task.part(name) for task in _ingest_tasks(line) for name in _INGESTED]
    extracted = [task.part(name) for task in _extract_tasks(line) for name in _EXTRACTED]
    return [part for part in ingested + extracted if isinstance(part, Path)]


def _extract_tasks(line: Line) -> list[_Task]:
    themes = tuple((theme.id, theme.cues) for theme in line.case.themes)
    code = make_key(
        hash_code("extract"),
        *list_versions("spacy"),
        find_model(line.settings.extract.language_model).sha256,
        repr(themes),
    )
    return [
        _Task(task.source, part, make_key(code, read_key(part) or task.key), task.parts, themes)
        for task in _ingest_tasks(line)
        if task.source.role != "background"
        for part in [task.part("1-paragraphs")]
    ]


def _extract_one(model: str, task: _Task) -> int:
    """Clauses of a resolution or findings of a report, by role, with themes. Returns the rows written."""
    from pipeline.extract import extract_document

    paragraphs = read_table(task.input, Paragraph)
    problems: list[Problem] = []
    clauses, findings = extract_document(
        paragraphs,
        task.source.role in _CLAUSE_ROLES,
        task.source.role == "target",
        task.themes,
        load_language_once(model),
    )
    if paragraphs and not clauses and not findings:
        wanted = "clauses" if task.source.role in _CLAUSE_ROLES else "findings"
        message = f"{task.source.id}: read, but no {wanted} were found; look at `clausetrace read` and check its role."
        problems = [Problem(task.source.id, task.source.role, "extract", message)]
    write_table(task.part("2-problems"), problems, Problem, task.key)
    write_table(task.part("2-clauses"), clauses, Clause, task.key)
    write_table(task.part("2-findings"), findings, Finding, task.key)
    return len(clauses) + len(findings)


def _refuse_missing_target(line: Line) -> None:
    """Say at once, and once for all documents, that the one is not there without which nothing can be explained."""
    case = line.case
    if case.files[case.target.id].is_file():
        return
    lost = Counter(source.role for source in case.sources if not case.files[source.id].is_file())
    others = ", ".join(f"{role} {count}" for role, count in lost.items() if role != "target") or "none"
    raise CaseError(
        f"{case.folder}: the target {case.target.id} is not there, and without it nothing can be explained (missing"
        f" besides: {others}). Run `clausetrace fetch {case.folder}` to get what can be had without you."
        f" {explain_by_hand(case.target, case.folder, case.files[case.target.id])}"
        " A case runs as soon as its target is there, and names the documents it had to do without."
    )


def _refuse_copies(line: Line) -> None:
    """No content may stand for two documents: it would count twice, or prove itself."""
    owners: dict[str, str] = {}
    for source in line.case.sources:
        digest = _hash_document(line.case.files[source.id])
        if digest in owners and not digest.startswith("missing"):
            raise CaseError(f"{owners[digest]} and {source.id} are the same file under two names; keep one of them.")
        owners[digest] = source.id


def _run_parts(
    line: Line, stage: Stage, tasks: Sequence[_Task], work: Callable[[_Task], int], nouns: Mapping[str, type]
) -> None:
    """Run the tasks whose parts are not all there. What a worker dies of becomes that document's problem row.

    A document over the limits, or one that killed its worker, is tried again by the next run: perhaps the machine was
    busy, or the limits have been raised since.
    """
    limits = make_limits(line.settings)
    stale = [task for task in tasks if any(read_key(task.part(name)) != task.key for name in nouns)]
    if stage == "ingest" and line.shared:
        stale = [replace(task, input=put_document(task.input, line.exchange)) for task in stale]
    for done, (task, outcome) in enumerate(spread_over(line, work, stale, limits), start=1):
        if isinstance(outcome, ClausetraceError):
            raise outcome
        if isinstance(outcome, LostWorkerError):
            _write_lost(task, f"{stage} {outcome}", stage, nouns, f"{task.key} lost")
        elif isinstance(outcome, Exception):
            why = f"{stage} failed on this document ({type(outcome).__name__}: {outcome}); report it with the file."
            _write_lost(task, why, stage, nouns, task.key)
        line.tell(stage, done, len(stale))
    if not stale:
        line.tell(stage, 0, 0)


def _write_lost(task: _Task, why: str, stage: Stage, nouns: Mapping[str, type], key: str) -> None:
    problem = Problem(task.source.id, task.source.role, stage, f"{task.source.id}: {why}")
    for part, noun in nouns.items():
        write_table(task.part(part), [problem] if noun is Problem else [], noun, key)


def _join_parts(line: Line, tasks: Sequence[_Task], nouns: Mapping[str, type]) -> None:
    """Join the parts into numbered tables, and drop parts of documents or versions that the case no longer has."""
    for name, noun in nouns.items():
        key = make_key(*(read_key(task.part(name)) or "" for task in tasks))
        if read_key(line.table(name)) != key:
            rows: list[Any] = []
            for task in tasks:
                rows += _read_part(task.part(name), noun)
            line.write(name, rows, noun, key)
        if line.shared:
            continue  # other cases may use them, too
        current = {task.part(name) for task in tasks}
        for part in line.table(f"parts/{name}").parent.glob(f"{name}-*.parquet"):
            if part not in current:
                part.unlink()


def _read_part(part: Address, noun: type) -> list[Any]:
    try:
        return read_table(part, noun)
    except TableError as error:
        remove(part)
        raise TableError(f"{part}: the file was damaged and has been removed; run the same command again.") from error


def _refuse_lost_target(line: Line, problems: str) -> None:
    """Without the target there is nothing to explain; every other lost document is only counted."""
    target = line.case.target.id
    for problem in line.read(problems, Problem):
        if problem.source == target:
            raise CaseError(f"the target cannot be read: {problem.message}")


def _hash_document(file: Path) -> str:
    """The content's hash, or a word that stands for its absence: a file that turns up later makes its row stale."""
    return hash_file(file) if file.is_file() else f"missing {file.name}"
