"""Align, embed, score: what can be measured between the target and everything else."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from pipeline.records import Change, Clause, Finding, Link, Paragraph, Similarity, Source
from pipeline.run.line import Line, group_by_source, hash_code, is_fresh, list_versions, load_language_once, make_key
from pipeline.run.vectors import encode_on_cluster
from pipeline.settings import Settings
from pipeline.weights import MODELS, hash_file

if TYPE_CHECKING:
    from pipeline.embed import Encoder
    from pipeline.score import MatchRow, Passage


def align(line: Line) -> None:
    """Trace what each target clause inherits, into table 3-changes."""
    from pipeline.align import EarlierText, trace_changes

    sources = line.case.sources_as("base", "sister")
    key = make_key(line.key("2-clauses"), hash_code("align"), repr(line.settings.align), *_list_dates(sources))
    if is_fresh(line, "align", key, "3-changes"):
        return
    by_source = group_by_source(line.read("2-clauses", Clause))
    earlier = [EarlierText(source, tuple(by_source.get(source.id, ()))) for source in sources]
    changes = trace_changes(by_source[line.case.target.id], earlier, line.settings.align)
    line.write("3-changes", changes, Change, key)
    line.tell("align", len(changes), len(changes))


def embed(line: Line) -> None:
    """Fill the vector store with everything that `score` will ask for."""
    encoder = _load_encoder(line)
    if encoder is None or line.key("5-links") == _score_key(line, encoder):
        line.tell("embed", 0, 0)
        return
    from pipeline.embed import VectorStore
    from pipeline.score import list_texts

    store = VectorStore(encoder, encode=partial(encode_on_cluster, line, encoder) if line.cluster else None)
    clauses = group_by_source(line.read("2-clauses", Clause))[line.case.target.id]
    wanted = list_texts(line.read("2-findings", Finding), clauses, line.read("3-changes", Change), encoder.name)
    total, done = sum(len(texts) for _, _, texts in wanted), 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        line.tell("embed", done, total)

    for side, worded, texts in wanted:
        if worded:
            store.embed_words(texts, side, advance)
        else:
            store.embed(texts, side, advance)


def score(line: Line) -> None:
    """Measure findings against clauses and changed spans, into the tables 5-similarities and 5-links."""
    encoder = _load_encoder(line)
    key = _score_key(line, encoder)
    if is_fresh(line, "score", key, "5-similarities", "5-links"):
        return
    from pipeline.embed import VectorStore
    from pipeline.score import score_links, score_similarities

    store = VectorStore(encoder) if encoder else None
    findings = line.read("2-findings", Finding)
    clauses = group_by_source(line.read("2-clauses", Clause))[line.case.target.id]
    changes = line.read("3-changes", Change)
    links = score_links(line.case, findings, clauses, changes, load_rarity(line), store, line.settings.score)
    similarities = score_similarities(findings, clauses, store, line.settings.score)
    line.write("5-similarities", similarities, Similarity, key)
    line.write("5-links", links, Link, key)
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
    models = [
        hash_file(MODELS / name) for name in ("match.toml", "background-frequencies.tsv", "background-phrases.npz")
    ]
    told = [line.case.tabled.isoformat(), repr(line.case.mask), *_list_dates(line.case.sources)]
    tools = [encoder.sha256 if encoder else "", *list_versions("bm25s", "rapidfuzz")]
    inputs = [line.key(name) for name in ("1-paragraphs", "2-clauses", "2-findings", "3-changes")]
    return make_key(*inputs, hash_code("score"), repr(line.settings.score), *told, *tools, *models)


def _list_dates(sources: Sequence[Source]) -> list[str]:
    """What the measurements take from the case file about a document: its role and date."""
    return [f"{source.id} {source.role} {source.date}" for source in sources]


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
        VectorStore(encoder) if encoder else None,
        top,
        in_pairs,
    )


def _make_passages(texts: Sequence[tuple[str, str]], earlier: Mapping[str, str], settings: Settings) -> "list[Passage]":
    from pipeline.align import find_added
    from pipeline.extract import read_frames
    from pipeline.score import Passage, drop_credit

    said = [drop_credit(text) for _, text in texts]
    frames = read_frames(said, load_language_once(settings.extract.language_model)())
    return [
        Passage(name, text, find_added(text, earlier[name]) if name in earlier else (text,), found)
        for (name, _), text, found in zip(texts, said, frames, strict=True)
    ]
