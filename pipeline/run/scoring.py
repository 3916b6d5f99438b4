"""Embed and score: every document's findings beside the target, a part of each table a document.

What a link measures hangs on its document and on the target alone, but for three columns: how near its texts are to
their nearest others in the whole case, and the log-odds and probability that follow. These are set when the parts are
joined.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.engine import count_cores
from pipeline.records import Change, Clause, Finding, Link, Neighbourhood, Paragraph, Problem, Similarity
from pipeline.run.documents import CLAUSE_ROLES, list_extract_tasks, list_ingest_tasks
from pipeline.run.line import Line, hash_code, list_versions, make_key
from pipeline.run.parts import Task, find_part, join_parts, list_parts, list_stale, work_parts
from pipeline.run.spread import copy_here, exists, join_address
from pipeline.settings import EmbedSettings, ScoreSettings
from pipeline.tables import Address, read_table, write_bytes, write_table
from pipeline.weights import MODELS, hash_file

if TYPE_CHECKING:
    import pyarrow as pa

    from pipeline.embed import Encoder, VectorStore
    from pipeline.score import Aim, Rarity
    from pipeline.score.contrast import Floats, Neighbours

_SCORED: dict[str, type] = {
    "5-similarities": Similarity,
    "5-neighbours": Neighbourhood,
    "5-links": Link,
    "5-problems": Problem,
}
_RANGE = ("clauses.parquet", "changes.parquet", "rarity.npz")  # files of what documents are measured against
_FEW = 8  # documents that are scored sooner in this process than workers start


@dataclass(frozen=True)
class _Range:
    """Where workers find what every document is measured against, and how they measure."""

    folder: Address
    embed: EmbedSettings
    sha256: str  # of the encoder's weights; "" without one
    score: ScoreSettings

    def place(self, name: str) -> Address:
        return join_address(self.folder, name)


@contextmanager
def loading_encoder(line: Line) -> Iterator[None]:
    """Within, the encoder is loaded beside the extraction of one document, which leaves a core idle."""
    stale = list_stale(line, list_extract_tasks(line), ("2-findings",))
    if line.cluster or line.workers == 1 or count_cores() == 1 or len(stale) != 1:
        yield
        return
    with ThreadPoolExecutor(1) as pool:
        pool.submit(_load_encoder, line)  # what it raises `embed` will raise again
        yield


def _load_encoder(line: Line) -> None:
    encoder = load_encoder(line)
    if encoder:
        encoder.get_ready()


def embed(line: Line) -> None:
    """Fill the vector store with everything that `score` will ask for.

    On a cluster the workers encode what they score: no vector travels.
    """
    encoder = load_encoder(line)
    stale = [] if encoder is None or line.cluster else list_stale(line, _list_tasks(line, encoder), _SCORED)
    if encoder is None or not stale:
        line.tell("embed", 0, 0)
        return
    from pipeline.embed import VectorStore

    wanted = _list_texts(line, encoder, stale)
    total, done = sum(map(len, wanted.values())), 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        line.tell("embed", done, total)

    store = VectorStore(encoder)
    for (side, worded), texts in wanted.items():
        store.fill(list(texts), side, worded, advance)
    encoder.put_away()


def _list_texts(line: Line, encoder: "Encoder", stale: Sequence[Task]) -> dict[tuple[Any, bool], dict[str, None]]:
    """Distinct texts of the target and of these documents, by side and by whether single words are embedded as well."""
    from pipeline.score import list_texts

    wanted: dict[tuple[Any, bool], dict[str, None]] = {}

    def add(findings: Sequence[Finding], clauses: Sequence[Clause], changes: Sequence[Change]) -> None:
        for side, worded, texts in list_texts(findings, clauses, changes, encoder.name):
            wanted.setdefault((side, worded), {}).update(dict.fromkeys(texts))

    add((), read_target(line), line.read("3-changes", Change))
    for task in stale:
        add(read_table(task.input, Finding), (), ())
    return wanted


def score(line: Line) -> None:
    """Measure findings against clauses and changed spans, into the tables 5-similarities and 5-links."""
    encoder = load_encoder(line)
    tasks = _list_tasks(line, encoder)
    few = len(list_stale(line, tasks, _SCORED)) < _FEW and not line.cluster
    work = partial(_score_one, _fill_range(line, encoder))
    work_parts(replace(line, workers=1) if few else line, "score", tasks, work, _SCORED)
    first = {table: noun for table, noun in _SCORED.items() if table != "5-links"}
    join_parts(line, tasks, first)
    join_parts(line, tasks, {"5-links": Link}, {"5-links": _make_finish(line, encoder)})


def _score_one(given: _Range, task: Task) -> int:
    """Similarities and links of one document. Returns the links written."""
    from pipeline.score import score_links, score_similarities

    findings, aim, store = read_table(task.input, Finding), _read_aim(given), _open_store(given)
    links, neighbours = score_links(findings, aim, store, given.score)
    write_table(task.part("5-neighbours"), neighbours, Neighbourhood, task.key)
    write_table(
        task.part("5-similarities"), score_similarities(findings, aim, store, given.score), Similarity, task.key
    )
    write_table(task.part("5-links"), links, Link, task.key)
    write_table(task.part("5-problems"), [], Problem, task.key)
    return len(links)


@cache
def _read_aim(given: _Range) -> "Aim":
    """What documents are measured against, read once by each process."""
    from pipeline.score import Aim, read_rarity

    with copy_here(given.place("rarity.npz")) as file:
        rarity = read_rarity(file)
    clauses, changes = given.place("clauses.parquet"), given.place("changes.parquet")
    return Aim(tuple(read_table(clauses, Clause)), tuple(read_table(changes, Change)), rarity)


@cache
def _open_store(given: _Range) -> "VectorStore | None":
    from pipeline.embed import VectorStore, load_encoder
    from pipeline.errors import ClausetraceError

    encoder = load_encoder(given.embed)
    if (encoder.sha256 if encoder else "") != given.sha256:
        raise ClausetraceError(
            f"--cluster: the model {given.embed.encoder} of a worker has other weights than ours; install the same."
        )
    return VectorStore(encoder) if encoder else None


def _fill_range(line: Line, encoder: "Encoder | None") -> _Range:
    """Put what documents are measured against to where workers read it, unless it is there."""
    key = _make_range_key(line)
    folder = join_address(join_address(line.exchange, "range"), key[:20])
    given = _Range(folder, line.settings.embed, encoder.sha256 if encoder else "", line.settings.score)
    if not all(exists(given.place(name)) for name in _RANGE):
        write_table(given.place("clauses.parquet"), read_target(line), Clause, key)
        write_table(given.place("changes.parquet"), line.read("3-changes", Change), Change, key)
        write_bytes(given.place("rarity.npz"), _count_words(line).to_bytes())
    if isinstance(folder, Path) and not line.shared:  # else other cases may use them, too
        for other in folder.parent.iterdir():
            if other != folder:
                rmtree(other, ignore_errors=True)
    return given


def _make_range_key(line: Line) -> str:
    """Of the target, its changes, and the texts from which the rarity of words is known; of no report."""
    there = list_parts(line)
    known = [task for task in list_ingest_tasks(line) if task.source.role in ("background", "base", "sister")]
    target = [task for task in list_extract_tasks(line) if task.source.role == "target"]
    names = [find_part(task, "2-clauses", there) for task in target]
    names += [find_part(task, "1-paragraphs", there) for task in known]
    models = [hash_file(MODELS / name) for name in ("background-frequencies.tsv", "background-phrases.npz")]
    return make_key(*names, line.key("3-changes"), repr(line.case.mask), hash_code("score"), *models)


def read_target(line: Line) -> list[Clause]:
    """The clauses of the target."""
    return [clause for clause in line.read("2-clauses", Clause) if clause.source == line.case.target.id]


def load_rarity(line: Line) -> "Rarity":
    """Document frequencies over the shipped background and the case's background and earlier texts; names masked."""
    from pipeline.score import read_rarity

    with copy_here(_fill_range(line, load_encoder(line)).place("rarity.npz")) as file:
        return read_rarity(file)


def _count_words(line: Line) -> "Rarity":
    import pyarrow as pa
    import pyarrow.compute as pc

    from pipeline.score import load_background

    known = [source.id for source in line.case.sources_as("background", "base", "sister")]
    rows = line.open("1-paragraphs", Paragraph).read_columns("source", "text")
    texts = rows.filter(pc.is_in(rows["source"], pa.array(known, pa.string())))["text"].to_pylist()
    return load_background().add_passages(texts, line.case.mask)


def load_encoder(line: Line) -> "Encoder | None":
    """The encoder of the case; None in lexical-only mode."""
    from pipeline.embed import load_encoder as load

    return load(line.settings.embed)


def _list_tasks(line: Line, encoder: "Encoder | None") -> list[Task]:
    """One task a document with findings; its input is the document's part of 2-findings."""
    tools = [encoder.sha256 if encoder else "", *list_versions("bm25s", "rapidfuzz"), hash_file(MODELS / "match.toml")]
    code, there = make_key(_make_range_key(line), repr(line.settings.score), *tools), list_parts(line)
    return [
        Task(task.source, join_address(task.folder, f"{name}.parquet"), make_key(code, name), task.folder)
        for task in list_extract_tasks(line)
        if task.source.role not in CLAUSE_ROLES
        for name in [find_part(task, "2-findings", there)]
    ]


@dataclass(frozen=True)
class _Neighbours:
    """What findings and spans reach with their nearest others, the spans over all documents."""

    places: dict[str, int]  # of findings and spans in the columns below, by id
    sums: "Floats"
    least: "Floats"

    def pick(self, names: "pa.ChunkedArray") -> "Neighbours":
        """Those of the texts with these ids."""
        coded = names.combine_chunks().dictionary_encode()
        places = np.array([self.places[name] for name in coded.dictionary.to_pylist()], dtype=np.int64)
        chosen = places[coded.indices.to_numpy()]
        return self.sums[chosen], self.least[chosen]


def _make_finish(line: Line, encoder: "Encoder | None") -> "tuple[str, Callable[[pa.Table], pa.Table]]":
    """The columns of links that hang on the whole case: what they are made from, and the function that sets them."""
    from pipeline.score import count_days

    days = {source.id: count_days(source.date, line.case) for source in line.case.sources}
    load_once = cache(lambda: _load_neighbours(line) if encoder else None)
    name = encoder.name if encoder else None
    return make_key(line.key("5-neighbours"), repr(days)), lambda rows: _set_columns(rows, load_once(), name, days)


def _load_neighbours(line: Line) -> _Neighbours:
    import pyarrow as pa
    import pyarrow.compute as pc

    from pipeline.score.contrast import merge_largest, sum_neighbours

    rows = line.open("5-neighbours", Neighbourhood).read_columns("text", "cosines")
    texts, lists = (rows[name].combine_chunks() for name in ("text", "cosines"))
    starts, values = lists.offsets.to_numpy(), lists.values.to_numpy()
    spans: dict[str, list[list[float]]] = {change.id: [] for change in line.read("3-changes", Change)}
    of_spans = pc.is_in(texts, pa.array([*spans], pa.string()))
    for place in pc.indices_nonzero(of_spans).to_pylist():
        spans[texts[place].as_py()].append(values[starts[place] : starts[place + 1]].tolist())
    merged = {name: found for name, found in zip(spans, map(merge_largest, spans.values()), strict=True) if found}
    findings = pc.indices_nonzero(pc.invert(of_spans)).to_numpy()
    names = [*texts.take(findings).to_pylist(), *merged]
    sums, least = np.zeros(len(names)), np.zeros(len(names))
    lengths, firsts = np.diff(starts)[findings], starts[findings]
    for length in np.unique(lengths).tolist():  # of how many cosines the findings of a target have
        here = np.flatnonzero(lengths == length)
        sums[here], least[here] = sum_neighbours(values[firsts[here][:, None] + np.arange(length)])
    for place, found in enumerate(merged.values(), start=len(findings)):
        (sums[place],), (least[place],) = sum_neighbours(np.array([found]))
    return _Neighbours({name: place for place, name in enumerate(names)}, sums, least)


def _set_columns(
    rows: "pa.Table", near: _Neighbours | None, encoder: str | None, days: Mapping[str, tuple[int | None, int | None]]
) -> "pa.Table":
    """The rows of links with the columns that hang on the whole case, and on the dates of its file."""
    import pyarrow as pa

    from pipeline.score import weigh_links

    features = {
        field.name: rows[field.name].to_numpy().astype(np.float64)
        for field in rows.schema
        if pa.types.is_floating(field.type) or pa.types.is_boolean(field.type)
    }
    picked = (near.pick(rows["finding"]), near.pick(rows["change"])) if near and rows.num_rows else None
    columns: dict[str, pa.Array] = {
        name: pa.array(values, from_pandas=True) for name, values in weigh_links(features, picked, encoder).items()
    }
    coded = rows["source"].combine_chunks().dictionary_encode()
    for side, name in enumerate(("days_before_tabling", "days_before_tabling_most")):
        known = pa.array([days[source][side] for source in coded.dictionary.to_pylist()], pa.int64())
        columns[name] = known.take(coded.indices)
    for name, values in columns.items():
        rows = rows.set_column(rows.schema.get_field_index(name), rows.schema.field(name), values)
    return rows
