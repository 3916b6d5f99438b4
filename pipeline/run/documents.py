"""Ingest and extract: a part for each document, joined into numbered tables."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

from pipeline.engine import ready_worker
from pipeline.errors import CaseError, ClausetraceError, DocumentError
from pipeline.fetch.addresses import explain_by_hand
from pipeline.records import Clause, Finding, Masthead, Paragraph, PassageStems, Problem, Role
from pipeline.run.line import Line, hash_code, list_versions, load_language_once, make_key, make_limits
from pipeline.run.parts import Task, find_part, find_parts, join_parts, list_parts, list_stale, work_parts
from pipeline.run.spread import copy_here, join_address, put_document
from pipeline.tables import make_table, read_table, write_table
from pipeline.weights import find_model, hash_file

CLAUSE_ROLES: tuple[Role, ...] = ("target", "base", "sister")
_INGESTED: dict[str, type] = {  # the first ones are asked for soonest
    "1-problems": Problem,
    "1-mastheads": Masthead,
    "1-paragraphs": Paragraph,
    "1-passages": PassageStems,
}
_EXTRACTED: dict[str, type] = {"2-problems": Problem, "2-clauses": Clause, "2-findings": Finding}


def ingest(line: Line) -> None:
    """Read every document of the case into table 1-paragraphs."""
    _refuse_missing_target(line)
    tasks = list_ingest_tasks(line)
    _refuse_copies(line)
    work = partial(_ingest_one, line.settings.ingest.reader)
    work_parts(line, "ingest", _share_stale(line, tasks), work, _INGESTED, make_limits(line.settings))
    join_parts(line, tasks, _INGESTED)
    _refuse_lost_target(line, "1-problems")


def list_ingest_tasks(line: Line) -> list[Task]:
    """One task a document of the case."""
    code = make_key(hash_code("ingest"), line.settings.ingest.reader, *list_versions("pdfplumber", "pypdfium2", "lxml"))
    return [
        Task(source, file, make_key(code, source.id, source.role, _hash_document(file)), find_parts(line))
        for source in line.case.sources
        for file in [line.case.files[source.id]]
    ]


def _share_stale(line: Line, tasks: list[Task]) -> list[Task]:
    """The tasks, with the documents that are still to be read where all workers reach them."""
    if not line.shared:
        return tasks
    stale = list_stale(line, tasks, _INGESTED)
    return [replace(task, input=put_document(task.input, line.exchange)) if task in stale else task for task in tasks]


def _ingest_one(reader: str, task: Task) -> int:
    """Read one document into its parts; an unreadable one becomes a problem row. Returns the paragraphs written."""
    from pipeline.ingest import read_document
    from pipeline.ingest.heads import read_masthead
    from pipeline.ingest.passages import list_passages

    paragraphs: list[Paragraph] = []
    problems: list[Problem] = []
    try:
        with copy_here(task.input) as file:
            if not file.is_file():
                raise DocumentError(
                    f"{task.source.id}: {file.name} is not there; `clausetrace fetch` says how to get it."
                )
            paragraphs = read_document(file, task.source.id, reader)
    except ClausetraceError as error:
        problems = [Problem(task.source.id, task.source.role, "ingest", str(error))]
    heads = [read_masthead(paragraphs, task.source.id)] if paragraphs else []
    write_table(task.part("1-passages"), list_passages(paragraphs), PassageStems, task.key)
    write_table(task.part("1-mastheads"), heads, Masthead, task.key)
    write_table(task.part("1-paragraphs"), paragraphs, Paragraph, task.key)
    write_table(task.part("1-problems"), problems, Problem, task.key)  # last: until then the document counts as lost
    return len(paragraphs)


def extract(line: Line) -> None:
    """Cut clauses and findings out of the paragraphs, into the tables 2-clauses and 2-findings."""
    tasks = list_extract_tasks(line)
    work_parts(line, "extract", tasks, _choose_extraction(line), _EXTRACTED, make_limits(line.settings))
    join_parts(line, tasks, _EXTRACTED)
    _refuse_lost_target(line, "2-problems")


@contextmanager
def loading_language(line: Line) -> Iterator[None]:
    """Within, what `extract` needs to read reports is loaded while `ingest` reads one, which leaves cores idle.

    More reports at a time keep all cores busy, and workers load it when it is their turn.
    """
    stale = [] if line.cluster or line.workers == 1 else list_stale(line, list_ingest_tasks(line), _INGESTED)
    if len(stale) == 1 and stale[0].source.role not in (*CLAUSE_ROLES, "background"):
        with ready_worker(_choose_extraction(line), partial(_load_language, line.settings.extract.language_model)):
            yield
    else:
        yield


def _choose_extraction(line: Line) -> Callable[[Task], int]:
    themes = tuple((theme.id, theme.cues) for theme in line.case.themes)
    return partial(_extract_one, line.settings.extract.language_model, themes)


def _load_language(model: str) -> None:
    load_language_once(model)()
    make_table((), Finding)  # so are the libraries that write tables


def list_document_parts(line: Line) -> list[Path]:
    """The part files of the case's documents after `ingest` and `extract`: another case may take over those it shares.

    The names hold keys over content, role, settings and code, so a part that lies there under its name is right.
    """
    ingested = [task.part(name) for task in list_ingest_tasks(line) for name in _INGESTED]
    extracted = [task.part(name) for task in list_extract_tasks(line) for name in _EXTRACTED]
    return [part for part in ingested + extracted if isinstance(part, Path)]


def list_extract_tasks(line: Line) -> list[Task]:
    """One task a document that is more than background; its input is the document's part of 1-paragraphs."""
    told = repr(tuple((theme.id, theme.cues) for theme in line.case.themes))
    model = find_model(line.settings.extract.language_model).sha256
    code, there = make_key(hash_code("extract"), *list_versions("spacy"), model, told), list_parts(line)
    return [
        Task(task.source, join_address(task.folder, f"{name}.parquet"), make_key(code, name), task.folder)
        for task in list_ingest_tasks(line)
        if task.source.role != "background"
        for name in [find_part(task, "1-paragraphs", there)]
    ]


def _extract_one(model: str, themes: tuple[tuple[str, tuple[str, ...]], ...], task: Task) -> int:
    """Clauses of a resolution or findings of a report, by role, with themes. Returns the rows written."""
    from pipeline.extract import extract_document

    paragraphs = read_table(task.input, Paragraph)
    problems: list[Problem] = []
    clauses, findings = extract_document(
        paragraphs,
        task.source.role in CLAUSE_ROLES,
        task.source.role == "target",
        themes,
        load_language_once(model),
    )
    if paragraphs and not clauses and not findings:
        wanted = "clauses" if task.source.role in CLAUSE_ROLES else "findings"
        message = f"{task.source.id}: read, but no {wanted} were found; look at `clausetrace read` and check its role."
        problems = [Problem(task.source.id, task.source.role, "extract", message)]
    write_table(task.part("2-clauses"), clauses, Clause, task.key)
    write_table(task.part("2-findings"), findings, Finding, task.key)
    write_table(task.part("2-problems"), problems, Problem, task.key)
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


def _refuse_lost_target(line: Line, problems: str) -> None:
    """Without the target there is nothing to explain; every other lost document is only counted."""
    target = line.case.target.id
    for problem in line.read(problems, Problem):
        if problem.source == target:
            raise CaseError(f"the target cannot be read: {problem.message}")


def _hash_document(file: Path) -> str:
    """The content's hash, or a word that stands for its absence: a file that turns up later makes its row stale."""
    if not file.is_file():
        return f"missing {file.name}"
    state = file.stat()
    return _hash_version(file, state.st_mtime_ns, state.st_size)


@cache
def _hash_version(file: Path, changed: int, size: int) -> str:
    """Each version of a file is hashed once in a run, however many stages ask."""
    return hash_file(file)
