"""Findings against the clauses of the target, and against its changed spans."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Protocol

import numpy as np

from pipeline.case import Case, date_limits
from pipeline.records import Change, Clause, Finding, Frame, Link, Neighbourhood, Similarity
from pipeline.score.contrast import Floats, Neighbours, contrast_pairs, list_largest
from pipeline.score.measure import Closeness, measure_pairs
from pipeline.score.passages import Passage
from pipeline.score.probability import load_match_model
from pipeline.score.rarity import Rarity
from pipeline.score.retrieve import Matrix, Scores, WordIndex, compare_vectors, find_candidates
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


@dataclass(frozen=True)
class Aim:
    """What the findings of every document are measured against: clauses of the target, changed spans, rarity of words.

    `rarity` must already know the case's background and earlier texts.
    """

    clauses: tuple[Clause, ...]
    changes: tuple[Change, ...]
    rarity: Rarity

    @cached_property
    def open_changes(self) -> tuple[Change, ...]:
        """The spans that can be explained."""
        return tuple(change for change in self.changes if change.status != "inherited")

    @cached_property
    def spans(self) -> tuple[Passage, ...]:
        """The same as passages."""
        frames = {clause.id: clause.frames for clause in self.clauses}
        return tuple(make_span_passage(change, frames[change.clause]) for change in self.open_changes)

    @cached_property
    def full_texts(self) -> dict[str, str]:
        """Each clause's text with its chapeau, by id."""
        return {clause.id: clause.full_text for clause in self.clauses}

    @cached_property
    def text_index(self) -> WordIndex:
        """The words of these texts."""
        return WordIndex([content_stems(text) for text in self.full_texts.values()])

    @cached_property
    def span_index(self) -> WordIndex:
        """The added words of the spans."""
        return _index_added(self.spans)


def score_similarities(
    findings: Sequence[Finding], aim: Aim, embedder: Embedder | None, settings: ScoreSettings
) -> list[Similarity]:
    """How close each finding is to the clauses nearest to it, inherited clauses included; full texts with chapeau."""
    texts, full, names = [finding.text for finding in findings], list(aim.full_texts.values()), list(aim.full_texts)
    cosine = _compare(embedder, texts, full) if embedder else None
    bm25 = aim.text_index.score([content_stems(text) for text in texts])
    pairs = find_candidates([(cosine, settings.top_dense), (bm25, settings.top_lexical)], False)
    cosines = [None] * len(pairs) if cosine is None else cosine.pick(pairs).tolist()
    columns = [findings[i].id for i, _ in pairs], [names[j] for _, j in pairs], cosines, bm25.pick(pairs).tolist()
    return list(map(Similarity, *columns))


def score_links(
    findings: Sequence[Finding], aim: Aim, embedder: Embedder | None, settings: ScoreSettings
) -> tuple[list[Link], list[Neighbourhood]]:
    """Findings of a document beside the changed spans near them by meaning or by words, with every measurement.

    A proposal counts with the words it adds only. What hangs on the other documents of the case as well is still to be
    set (`weigh_links`, and the days before tabling); the neighbourhoods of findings and spans are what that needs.
    """
    sources = [_make_source(finding) for finding in findings]
    full = [aim.full_texts[change.clause] for change in aim.open_changes]
    by_word = load_match_model(embedder.model if embedder else None).uses(BY_WORD)
    closeness = compare_closely(sources, aim.spans, embedder, "", by_word, aim.span_index)
    whole = _compare(embedder, [source.shown for source in sources], full) if embedder else None
    matrices = [(matrix, settings.top_dense) for matrix in (closeness.cosine_span, closeness.cosine_added)]
    pairs = find_candidates([*matrices, (closeness.bm25, settings.top_lexical)], False)
    in_clause = [None] * len(pairs) if whole is None else whole.pick(pairs).tolist()
    measurements = measure_pairs(sources, aim.spans, pairs, closeness, aim.rarity)
    links = []
    for (i, j), cosine, measured in zip(pairs, in_clause, measurements, strict=True):
        finding, change = findings[i], aim.open_changes[j]
        links.append(
            Link(
                id=f"{finding.id} -> {change.id}",
                change=change.id,
                finding=finding.id,
                source=finding.source,
                cosine_clause=cosine,
                days_before_tabling=None,
                days_before_tabling_most=None,
                log_odds=0.0,
                match_probability=0.0,
                **measured._asdict(),
            )
        )
    return links, _list_neighbourhoods(findings, aim, closeness.cosine_span)


def _list_neighbourhoods(findings: Sequence[Finding], aim: Aim, cosines: Scores | None) -> list[Neighbourhood]:
    if cosines is None or not all(cosines.shape):
        return []
    names = [*(finding.id for finding in findings), *(change.id for change in aim.open_changes)]
    largest = [row for side in list_largest(cosines) for row in side.tolist()]
    return [Neighbourhood(name, tuple(row)) for name, row in zip(names, largest, strict=True)]


def weigh_links(
    features: Mapping[str, Floats], neighbours: tuple[Neighbours, Neighbours] | None, encoder: str | None
) -> dict[str, Floats]:
    """The columns `cosine_contrast`, `log_odds` and `match_probability` of links of a case.

    `features` holds a column a measurement, NaN for None; `neighbours` those of each link's finding and of its span
    over all documents (`contrast.sum_neighbours`), None in lexical-only mode.
    """
    model = load_match_model(encoder)
    known = dict(features)
    if neighbours is not None:
        cosines = known["cosine_span"].astype(np.float32)
        known["cosine_contrast"] = contrast_pairs(cosines, *neighbours).astype(np.float64)
    odds, probabilities = model.weigh_all(known)
    return {
        "cosine_contrast": known["cosine_contrast"],
        "log_odds": odds,
        "match_probability": probabilities,
    }


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
    contrast: Literal["", "all", "alone"],
    by_word: bool = True,
    index: WordIndex | None = None,
) -> Closeness:
    """Cosines and BM25 of all sources against all targets.

    `contrast` takes off what both texts of a pair reach with their nearest others: "all" where all texts are at hand,
    "alone" where pairs have nothing to do with one another. `by_word` adds the vectors of single words, for models
    that weigh them. `index` holds the added words of the targets where they have been indexed before.
    """
    index = index or _index_added(targets)
    bm25 = index.score([source.added_stems for source in sources])
    if embedder is None:
        return Closeness(None, None, bm25, index.own)
    ours, theirs = [_join_added(source) for source in sources], [_join_added(target) for target in targets]
    words: tuple[Sequence[Matrix], Sequence[Matrix]] = ((), ())
    if by_word:
        words = (
            embedder.embed_words([_ELLIPSIS.join(source.added) for source in sources], "query"),
            embedder.embed_words([_ELLIPSIS.join(target.added) for target in targets], "passage"),
        )
    added = _compare(embedder, ours, theirs)
    span = _compare(embedder, [source.shown for source in sources], [target.shown for target in targets])
    return Closeness(span, added, bm25, index.own, contrast, *words)


def _index_added(targets: Sequence[Passage]) -> WordIndex:
    return WordIndex([target.added_stems for target in targets])


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


def _compare(embedder: Embedder, left: Sequence[str], right: Sequence[str]) -> Scores:
    """Cosines of all left texts against all right texts."""
    if not left or not right:
        return compare_vectors(np.zeros((len(left), 1), np.float32), np.zeros((len(right), 1), np.float32))
    return compare_vectors(embedder.embed(left, "query"), embedder.embed(right, "passage"))
