"""Findings against the clauses of the target, and against its changed spans."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Literal, Protocol

import numpy as np

from pipeline.case import Case, date_limits
from pipeline.records import Change, Clause, Finding, Frame, Link, Similarity
from pipeline.score.measure import Closeness, Matrix, Measurement, measure_pairs
from pipeline.score.passages import Passage
from pipeline.score.probability import load_match_model
from pipeline.score.rarity import Rarity
from pipeline.score.retrieve import contrast_cosines, find_candidates, score_bm25
from pipeline.settings import ScoreSettings
from pipeline.words import content_stems

Side = Literal["query", "passage"]
BY_WORD = "token_similarity"  # the one measurement that needs a vector for every word
_ELLIPSIS = " … "  # between runs of added words


class Embedder(Protocol):
    """What gives vectors: the store of pipeline.embed."""

    @property
    def model(self) -> str:
        """The name of the encoder."""

    def embed(self, texts: Sequence[str], side: Side) -> Matrix:
        """A unit vector a text."""

    def embed_words(self, texts: Sequence[str], side: Side) -> Sequence[Matrix]:
        """For each text a unit vector a content word."""


_MEASURED = tuple(field.name for field in fields(Measurement))  # not asdict: it copies every phrase


def score_similarities(
    findings: Sequence[Finding], clauses: Sequence[Clause], embedder: Embedder | None, settings: ScoreSettings
) -> list[Similarity]:
    """How close each finding is to the clauses nearest to it, inherited clauses included; full texts with chapeau."""
    texts, full = [finding.text for finding in findings], [clause.full_text for clause in clauses]
    cosine = _multiply(embedder, texts, full) if embedder else None
    bm25 = score_bm25([content_stems(text) for text in texts], [content_stems(text) for text in full])
    pairs = find_candidates([cosine], settings.top_dense, False) + find_candidates([bm25], settings.top_lexical, False)
    rows, columns = np.array(sorted(set(pairs)), dtype=np.intp).reshape(-1, 2).T
    cosines = [None] * len(rows) if cosine is None else cosine[rows, columns].tolist()
    found = zip(rows.tolist(), columns.tolist(), cosines, bm25[rows, columns].tolist(), strict=True)
    return [Similarity(findings[i].id, clauses[j].id, close, lexical) for i, j, close, lexical in found]


def score_links(
    case: Case,
    findings: Sequence[Finding],
    clauses: Sequence[Clause],
    changes: Sequence[Change],
    rarity: Rarity,
    embedder: Embedder | None,
    settings: ScoreSettings,
) -> list[Link]:
    """Findings beside the changed spans near them by meaning or by words, with every measurement.

    A proposal counts with the words it adds only. `rarity` must already know the case's background and earlier texts.
    """
    by_id = {clause.id: clause for clause in clauses}
    open_changes = [change for change in changes if change.status != "inherited"]
    sources = [_make_source(finding) for finding in findings]
    targets = [make_span_passage(change, by_id[change.clause].frames) for change in open_changes]
    full = [by_id[change.clause].full_text for change in open_changes]
    model = load_match_model(embedder.model if embedder else None)
    closeness = compare_closely(sources, targets, embedder, by_word=model.uses(BY_WORD))
    whole = _multiply(embedder, [source.shown for source in sources], full) if embedder else None
    pairs = sorted(
        {
            *find_candidates([closeness.cosine_span, closeness.cosine_added], settings.top_dense, False),
            *find_candidates([closeness.bm25], settings.top_lexical, False),
        }
    )
    measured = measure_pairs(sources, targets, pairs, closeness, rarity, model)
    days = {source.id: count_days(source.date, case) for source in case.sources}
    links = []
    for (i, j), measurement in zip(pairs, measured, strict=True):
        finding, change = findings[i], open_changes[j]
        least, most = days[finding.source]
        links.append(
            Link(
                id=f"{finding.id} -> {change.id}",
                change=change.id,
                finding=finding.id,
                source=finding.source,
                cosine_clause=None if whole is None else float(whole[i, j]),
                days_before_tabling=least,
                days_before_tabling_most=most,
                **{name: getattr(measurement, name) for name in _MEASURED},
            )
        )
    return links


def list_texts(
    findings: Sequence[Finding], clauses: Sequence[Clause], changes: Sequence[Change], encoder: str
) -> list[tuple[Side, bool, list[str]]]:
    """All texts whose vectors of this encoder the two functions above ask for: side, whether word by word, texts."""
    sources = [_make_source(finding) for finding in findings]
    spans = [make_span_passage(change) for change in changes if change.status != "inherited"]
    passages = [clause.full_text for clause in clauses] + [span.shown for span in spans]
    by_word: list[tuple[Side, bool, list[str]]] = [
        ("query", True, [_ELLIPSIS.join(source.added) for source in sources]),
        ("passage", True, [_ELLIPSIS.join(span.added) for span in spans]),
    ]
    return [
        *(by_word if load_match_model(encoder).uses(BY_WORD) else []),
        ("query", False, [text for source in sources for text in (source.shown, _join_added(source))]),
        ("passage", False, passages + [_join_added(span) for span in spans]),
    ]


def make_span_passage(change: Change, frames: tuple[Frame, ...] = ()) -> Passage:
    """The changed span as a passage: its sentence is embedded, its added words count."""
    return Passage(change.id, change.context, change.added, frames)


def compare_closely(
    sources: Sequence[Passage],
    targets: Sequence[Passage],
    embedder: Embedder | None,
    in_pairs: bool = False,
    by_word: bool = True,
) -> Closeness:
    """Cosines and BM25 of all sources against all targets; `in_pairs` when only the i-th of both belong together.

    `by_word` adds the vectors of single words, for models that weigh them.
    """
    documents = [target.added_stems for target in targets]
    bm25 = score_bm25([source.added_stems for source in sources], documents)
    own = np.array([score[place] for place, score in enumerate(score_bm25(documents, documents))], dtype=np.float32)
    if embedder is None:
        return Closeness(None, None, bm25, own)
    ours, theirs = [_join_added(source) for source in sources], [_join_added(target) for target in targets]
    words: tuple[Sequence[Matrix], Sequence[Matrix]] = ((), ())
    if by_word:
        words = (
            embedder.embed_words([_ELLIPSIS.join(source.added) for source in sources], "query"),
            embedder.embed_words([_ELLIPSIS.join(target.added) for target in targets], "passage"),
        )
    added = _multiply(embedder, ours, theirs)
    span = _multiply(embedder, [source.shown for source in sources], [target.shown for target in targets])
    return Closeness(span, added, bm25, own, contrast_cosines(span, in_pairs), *words)


def count_days(text: str, case: Case) -> tuple[int | None, int | None]:
    """Days from the latest and from the earliest day that a date allows to tabling; negative when after it."""
    limits = date_limits(text)
    if limits is None:
        return None, None
    first, last = limits
    return (case.tabled - last).days, (case.tabled - first).days


def _make_source(finding: Finding) -> Passage:
    added = (finding.added,) if finding.kind == "proposal" and finding.added else (finding.text,)
    return Passage(finding.id, finding.text, added, finding.frames)


def _join_added(passage: Passage) -> str:
    return _ELLIPSIS.join(passage.added) or passage.text


def _multiply(embedder: Embedder, left: Sequence[str], right: Sequence[str]) -> Matrix:
    """Cosines of all left texts against all right texts."""
    if not left or not right:
        return np.zeros((len(left), len(right)), dtype=np.float32)
    return np.asarray(embedder.embed(left, "query") @ embedder.embed(right, "passage").T, dtype=np.float32)
