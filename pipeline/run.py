"""A case through the stages: what is stale is decided here, by content, and only that is done again.

Every table carries a key: the hash of its inputs' keys, of the settings and model files it depends on, and of the code
of its room. `ingest` and `extract` keep a part for each document, so one more document costs one document. A stage
that was stopped leaves whole tables or none, and a rerun goes on from there.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from pipeline.case import Case
from pipeline.engine import run_over
from pipeline.errors import CaseError, ClausetraceError
from pipeline.records import (
    AskFate,
    Attribution,
    Change,
    Clause,
    Conflict,
    Evidence,
    Finding,
    Link,
    Paragraph,
    PlaceboCheck,
    Problem,
    Role,
    Similarity,
    Source,
)
from pipeline.settings import Settings
from pipeline.tables import read_key, read_table, write_table
from pipeline.weights import MODELS, find_model, hash_file

if TYPE_CHECKING:
    from pipeline.embed import Encoder
    from pipeline.report import Results
    from pipeline.score import MatchRow, Passage

Stage = Literal["ingest", "extract", "align", "embed", "score", "attribute", "report"]
STAGES: tuple[Stage, ...] = ("ingest", "extract", "align", "embed", "score", "attribute", "report")
Tell = Callable[[str, int, int], None]  # stage, done, total; done == total when it is finished

_HERE = Path(__file__).parent
_CLAUSE_ROLES: tuple[Role, ...] = ("target", "base", "sister")
_FINDING_ROLES: tuple[Role, ...] = ("claimant", "rival", "placebo", "late")
_JUDGED = ("6-evidence", "6-attributions", "6-asks", "6-conflicts", "6-placebo")
_LIBRARIES = ("numpy", "pandas", "pdfplumber", "python-docx", "scikit-learn", "scipy", "spacy")
Record = TypeVar("Record")


@dataclass(frozen=True)
class Line:
    """One case on its way through the stages."""

    case: Case
    settings: Settings
    workers: int | None = None
    tell: Tell = lambda stage, done, total: None
    _rows: dict[tuple[str, str], list[Any]] = field(default_factory=dict, repr=False)

    def table(self, name: str) -> Path:
        """The path of a numbered table."""
        return self.case.out / "work" / f"{name}.parquet"

    def key(self, name: str) -> str:
        """The key that a numbered table was written with, "" when it is not there."""
        return read_key(self.table(name)) or ""

    def read(self, name: str, noun: type[Record]) -> list[Record]:
        """The rows of a numbered table; read once as long as its key stays the same."""
        key = (name, self.key(name))
        if key not in self._rows:
            self._rows[key] = read_table(self.table(name), noun)
        return self._rows[key]


def run_case(line: Line, until: Stage = "report") -> list[Path]:
    """Bring every stage up to `until` up to date; returns the report files when `until` is report.

    Raises CaseError when the target cannot be read, TableError when a table cannot be written. Documents that cannot
    be read become rows of the tables 1-problems and 2-problems.
    """
    for stage in STAGES[: STAGES.index(until) + 1]:
        _STEPS[stage](line)
    return list_reports(line) if until == "report" else []


# ---------------------------------------------------------------- ingest and extract: a part a document


@dataclass(frozen=True)
class _Task:
    """One document's work: where its input lies, and the part files to write."""

    source: Source
    input: Path
    key: str
    parts: Path
    themes: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def part(self, name: str) -> Path:
        return self.parts / f"{name}-{self.key[:20]}.parquet"


def ingest(line: Line) -> None:
    """Read every document of the case into table 1-paragraphs."""
    tasks = _ingest_tasks(line)
    _run_parts(line, "ingest", tasks, _ingest_one, "1-paragraphs")
    _join_parts(line, tasks, (("1-paragraphs", Paragraph), ("1-problems", Problem)))
    _refuse_lost_target(line, "1-problems")


def _ingest_tasks(line: Line) -> list[_Task]:
    code = hash_code("ingest")
    parts = line.case.out / "work" / "parts"
    return [
        _Task(source, file, make_key(code, source.id, source.role, _hash_document(file)), parts)
        for source in line.case.sources
        for file in [line.case.files[source.id]]
    ]


def _ingest_one(task: _Task) -> int:
    """Read one document into its parts; an unreadable one becomes a problem row. Returns the paragraphs written."""
    from pipeline.ingest import read_document

    paragraphs: list[Paragraph] = []
    problems: list[Problem] = []
    try:
        paragraphs = read_document(task.input, task.source.id)
    except ClausetraceError as error:
        problems = [Problem(task.source.id, task.source.role, "ingest", str(error))]
    write_table(task.part("1-problems"), problems, Problem, task.key)
    return write_table(task.part("1-paragraphs"), paragraphs, Paragraph, task.key)


def extract(line: Line) -> None:
    """Cut clauses and findings out of the paragraphs, into the tables 2-clauses and 2-findings."""
    tasks = _extract_tasks(line)
    _run_parts(line, "extract", tasks, partial(_extract_one, line.settings.extract.language_model), "2-findings")
    nouns = (("2-clauses", Clause), ("2-findings", Finding), ("2-problems", Problem))
    _join_parts(line, tasks, nouns)
    _refuse_lost_target(line, "2-problems")


def _extract_tasks(line: Line) -> list[_Task]:
    themes = tuple((theme.id, theme.cues) for theme in line.case.themes)
    code = make_key(hash_code("extract"), _hash_model(line.settings.extract.language_model), repr(themes))
    return [
        _Task(task.source, task.part("1-paragraphs"), make_key(code, task.key), task.parts, themes)
        for task in _ingest_tasks(line)
        if task.source.role != "background"
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


@cache
def load_language_once(model: str) -> Callable[[], Any]:
    """A function that gives the spaCy pipeline, checked and loaded at its first call in this process."""
    from pipeline.extract import load_language

    return cache(lambda: load_language(find_model(model).folder))


def _run_parts(line: Line, stage: Stage, tasks: Sequence[_Task], work: Callable[[_Task], int], last_part: str) -> None:
    """Run the tasks whose parts are not there yet. What a worker dies of becomes that document's problem row."""
    stale = [task for task in tasks if read_key(task.part(last_part)) != task.key]
    for done, (task, outcome) in enumerate(run_over(work, stale, line.workers), start=1):
        if isinstance(outcome, ClausetraceError):
            raise outcome
        if isinstance(outcome, Exception):
            _write_lost(stage, task, outcome)
        line.tell(stage, done, len(stale))
    if not stale:
        line.tell(stage, 0, 0)


def _write_lost(stage: Stage, task: _Task, error: Exception) -> None:
    name = type(error).__name__
    message = f"{task.source.id}: {stage} failed on this document ({name}: {error}); please report it with the file."
    problem = Problem(task.source.id, task.source.role, stage, message)
    number = STAGES.index(stage) + 1
    nouns: tuple[tuple[str, type], ...] = (("1-paragraphs", Paragraph),)
    if stage == "extract":
        nouns = (("2-clauses", Clause), ("2-findings", Finding))
    write_table(task.part(f"{number}-problems"), [problem], Problem, task.key)
    for part, noun in nouns:
        write_table(task.part(part), [], noun, task.key)


def _join_parts(line: Line, tasks: Sequence[_Task], nouns: Sequence[tuple[str, type]]) -> None:
    """Join the parts into numbered tables, and drop parts of documents or versions that the case no longer has."""
    key = make_key(*(task.key for task in tasks))
    for name, noun in nouns:
        if read_key(line.table(name)) != key:
            rows: list[Any] = []
            for task in tasks:
                rows += read_table(task.part(name), noun)
            write_table(line.table(name), rows, noun, key)
        current = {task.part(name) for task in tasks}
        for part in line.table(f"parts/{name}").parent.glob(f"{name}-*.parquet"):
            if part not in current:
                part.unlink()


def _refuse_lost_target(line: Line, problems: str) -> None:
    """Without the target there is nothing to explain; every other lost document is only counted."""
    target = line.case.target.id
    for problem in line.read(problems, Problem):
        if problem.source == target:
            raise CaseError(f"the target cannot be read: {problem.message}")


# ---------------------------------------------------------------- align, embed, score


def align(line: Line) -> None:
    """Trace what each target clause inherits, into table 3-changes."""
    from pipeline.align import EarlierText, trace_changes

    sources = line.case.sources_as("base", "sister")
    key = make_key(line.key("2-clauses"), hash_code("align"), repr(line.settings.align), repr(sources))
    if _is_fresh(line, "align", key, "3-changes"):
        return
    by_source = group_by_source(line.read("2-clauses", Clause))
    earlier = [EarlierText(source, tuple(by_source.get(source.id, ()))) for source in sources]
    changes = trace_changes(by_source[line.case.target.id], earlier, line.settings.align)
    write_table(line.table("3-changes"), changes, Change, key)
    line.tell("align", len(changes), len(changes))


def embed(line: Line) -> None:
    """Fill the vector store with everything that `score` will ask for."""
    encoder = _load_encoder(line)
    if encoder is None or line.key("5-links") == _score_key(line, encoder):
        line.tell("embed", 0, 0)
        return
    from pipeline.embed import VectorStore
    from pipeline.score import list_texts

    store = VectorStore(encoder)
    clauses = group_by_source(line.read("2-clauses", Clause))[line.case.target.id]
    queries, passages = list_texts(line.read("2-findings", Finding), clauses, line.read("3-changes", Change))
    total, done = len(queries) + len(passages), 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        line.tell("embed", done, total)

    store.embed(queries, "query", advance)
    store.embed(passages, "passage", advance)


def score(line: Line) -> None:
    """Measure findings against clauses and changed spans, into the tables 5-similarities and 5-links."""
    encoder = _load_encoder(line)
    key = _score_key(line, encoder)
    if _is_fresh(line, "score", key, "5-similarities", "5-links"):
        return
    from pipeline.embed import VectorStore
    from pipeline.score import score_links, score_similarities

    embed_texts = VectorStore(encoder).embed if encoder else None
    findings = line.read("2-findings", Finding)
    clauses = group_by_source(line.read("2-clauses", Clause))[line.case.target.id]
    changes = line.read("3-changes", Change)
    links = score_links(line.case, findings, clauses, changes, load_rarity(line), embed_texts, line.settings.score)
    similarities = score_similarities(findings, clauses, embed_texts, line.settings.score)
    write_table(line.table("5-similarities"), similarities, Similarity, key)
    write_table(line.table("5-links"), links, Link, key)
    line.tell("score", len(links), len(links))


def load_rarity(line: Line) -> Any:
    """Document frequencies over the shipped background and the case's background and earlier texts; names masked."""
    from pipeline.score import load_background

    known = {source.id for source in line.case.sources_as("background", "base", "sister")}
    texts = [paragraph.text for paragraph in line.read("1-paragraphs", Paragraph) if paragraph.source in known]
    return load_background().add_passages(texts, line.case.mask)


def _load_encoder(line: Line) -> "Encoder | None":
    from pipeline.embed import load_encoder

    return load_encoder(line.settings.embed)


def _score_key(line: Line, encoder: "Encoder | None") -> str:
    models = [hash_file(MODELS / name) for name in ("match.toml", "background-frequencies.tsv")]
    head = (
        line.case.tabled.isoformat(),
        repr(line.case.mask),
        repr(line.case.sources),
        encoder.sha256 if encoder else "",
    )
    inputs = [line.key(name) for name in ("1-paragraphs", "2-clauses", "2-findings", "3-changes")]
    return make_key(*inputs, hash_code("score"), repr(line.settings.score), *head, *models)


def match_texts(
    sources: Sequence[tuple[str, str]],
    targets: Sequence[tuple[str, str]],
    settings: Settings,
    base: Mapping[str, str],
    source_base: Mapping[str, str],
    background: Sequence[str] | None = None,
    top: int = 20,
    in_pairs: bool = False,
) -> "list[MatchRow]":
    """Measure (id, text) pairs against others; where an earlier text of the same id is given, only added words count.

    `background` texts give the document frequencies instead of the shipped table. Rows as in `score.match_passages`.
    """
    from pipeline.embed import VectorStore, load_encoder
    from pipeline.score import Rarity, load_background, match_passages

    encoder = load_encoder(settings.embed)
    known = Rarity(0, {}).add_passages(background) if background is not None else load_background()
    return match_passages(
        _make_passages(sources, source_base, settings),
        _make_passages(targets, base, settings),
        known.add_passages(sorted({*base.values(), *source_base.values()})),
        VectorStore(encoder).embed if encoder else None,
        top,
        in_pairs,
    )


def _make_passages(texts: Sequence[tuple[str, str]], earlier: Mapping[str, str], settings: Settings) -> "list[Passage]":
    from pipeline.align import find_added
    from pipeline.extract import read_frames
    from pipeline.score import Passage

    frames = read_frames([text for _, text in texts], load_language_once(settings.extract.language_model)())
    return [
        Passage(name, text, find_added(text, earlier[name]) if name in earlier else (text,), found)
        for (name, text), found in zip(texts, frames, strict=True)
    ]


# ---------------------------------------------------------------- attribute, report


def attribute(line: Line) -> None:
    """Test and grade the links, into the tables 6-*."""
    from pipeline.attribute import attribute_links

    key = make_key(
        line.key("5-links"), hash_code("attribute"), repr(line.settings.attribute), str(line.case.significance)
    )
    if _is_fresh(line, "attribute", key, *_JUDGED):
        return
    clauses = group_by_source(line.read("2-clauses", Clause))[line.case.target.id]
    paragraphs = group_by_source(line.read("1-paragraphs", Paragraph))
    judged = attribute_links(
        case=line.case,
        clauses=clauses,
        findings=line.read("2-findings", Finding),
        changes=line.read("3-changes", Change),
        links=line.read("5-links", Link),
        similarities=line.read("5-similarities", Similarity),
        texts={source: [paragraph.text for paragraph in rows] for source, rows in paragraphs.items()},
        rarity=load_rarity(line).weigh,
        settings=line.settings.attribute,
    )
    write_table(line.table("6-evidence"), judged.evidence, Evidence, key)
    write_table(line.table("6-attributions"), judged.attributions, Attribution, key)
    write_table(line.table("6-asks"), judged.asks, AskFate, key)
    write_table(line.table("6-conflicts"), judged.conflicts, Conflict, key)
    write_table(line.table("6-placebo"), [judged.placebo], PlaceboCheck, key)
    line.tell("attribute", len(judged.evidence), len(judged.evidence))


def report(line: Line) -> None:
    """Write the reports from the tables, unless those that lie there were made from the same."""
    from pipeline.report import write_reports

    key = make_key(line.key("6-evidence"), hash_code("report"), repr(line.case))
    stamp = line.case.out / "work" / "7-report.json"
    if _read_stamp(stamp).get("key") == key and all(path.is_file() for path in list_reports(line)):
        line.tell("report", 0, 0)
        return
    files = write_reports(line.case, load_results(line), line.case.out / "reports")
    partial_stamp = stamp.with_suffix(".partial")
    partial_stamp.write_text(json.dumps({"key": key, "files": [file.name for file in files]}), encoding="utf-8")
    partial_stamp.replace(stamp)
    line.tell("report", len(files), len(files))


def load_results(line: Line) -> "Results":
    """All tables of a finished case, for reports and notebooks. Raises TableError when a stage has not run."""
    from pipeline.report import Results

    target = line.case.target.id
    encoder = line.settings.embed.encoder
    return Results(
        clauses=tuple(clause for clause in line.read("2-clauses", Clause) if clause.source == target),
        findings=tuple(line.read("2-findings", Finding)),
        changes=tuple(line.read("3-changes", Change)),
        links=tuple(line.read("5-links", Link)),
        similarities=tuple(line.read("5-similarities", Similarity)),
        evidence=tuple(line.read("6-evidence", Evidence)),
        attributions=tuple(line.read("6-attributions", Attribution)),
        asks=tuple(line.read("6-asks", AskFate)),
        conflicts=tuple(line.read("6-conflicts", Conflict)),
        problems=tuple(line.read("1-problems", Problem) + line.read("2-problems", Problem)),
        placebo=next(iter(line.read("6-placebo", PlaceboCheck)), None),
        encoder=encoder,
        versions=tuple((library, version(library)) for library in _LIBRARIES),
    )


def list_reports(line: Line) -> list[Path]:
    """The report files that the last run of `report` wrote."""
    stamp = _read_stamp(line.case.out / "work" / "7-report.json")
    return [line.case.out / "reports" / name for name in stamp.get("files", [])]


def _read_stamp(path: Path) -> dict[str, Any]:
    try:
        stamp: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # none yet, or cut off: the reports are written again
        return {}
    return stamp


_STEPS: Mapping[Stage, Callable[[Line], object]] = {
    "ingest": ingest,
    "extract": extract,
    "align": align,
    "embed": embed,
    "score": score,
    "attribute": attribute,
    "report": report,
}


# ---------------------------------------------------------------- keys


def make_key(*parts: str) -> str:
    """One hash for everything that a table was made from."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@cache
def hash_code(room: str) -> str:
    """The hash of a room's code and data files and of the ground floor that every room stands on."""
    floor = [_HERE / name for name in ("records.py", "tables.py", "words.py", "stopwords.txt", "denials.txt")]
    files = [*floor, *sorted(file for file in (_HERE / room).rglob("*") if _is_code(file))]
    return make_key(*(f"{file.relative_to(_HERE)} {hash_file(file)}" for file in files))


def _is_code(file: Path) -> bool:
    return file.is_file() and "__pycache__" not in file.parts


def _hash_document(file: Path) -> str:
    """The content's hash, or a word that stands for its absence: a file that turns up later makes its row stale."""
    return hash_file(file) if file.is_file() else f"missing {file.name}"


def _hash_model(name: str) -> str:
    return find_model(name).sha256


def _is_fresh(line: Line, stage: Stage, key: str, *names: str) -> bool:
    fresh = all(read_key(line.table(name)) == key for name in names)
    if fresh:
        line.tell(stage, 0, 0)
    return fresh


def group_by_source(rows: Iterable[Any]) -> dict[str, list[Any]]:
    grouped: dict[str, list[Any]] = {}
    for row in rows:
        grouped.setdefault(row.source, []).append(row)
    return grouped
