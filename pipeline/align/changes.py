"""Which words of a clause are new against every earlier text, and where the others come from."""

import re
from calendar import month_name
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from rapidfuzz.distance import LCSseq

from pipeline.align.pairs import pair_clauses
from pipeline.records import Change, Clause, Quote, Source, SpanStatus, cut_quotes
from pipeline.settings import AlignSettings
from pipeline.words import Token, split_words

_MONTHS = frozenset(name.lower() for name in month_name[1:])
_SHINGLE = 3  # words: long enough to leave chance behind, short enough to find a split clause
_MOVED_SHARE = 0.9  # of an added run that stands, in order, in one earlier clause: it was moved, not written
_MOVED_LEAST = 4  # words: shorter runs recur by chance
_CARRIED = 3  # words in a row that an older text than the nearest must share to count as its words
_SEGMENT = re.compile(r"(?<=[;:.])\s+")


@dataclass(frozen=True, slots=True)
class EarlierText:
    """A base or sister text and its clauses."""

    source: Source
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class _Ancestor:
    """An earlier clause that a target clause continues, and which of the target's words it holds."""

    source: Source
    clause: Clause
    words: tuple[Token, ...]
    kept: frozenset[int]  # positions of the target's words
    blocks: tuple[tuple[int, int, int], ...]  # runs of kept words: start here, start there, length


def trace_changes(clauses: Sequence[Clause], earlier: Sequence[EarlierText], settings: AlignSettings) -> list[Change]:
    """One row per added span of each target clause, or one row for a clause that is inherited as a whole.

    A word counts as added when no earlier text holds it at this place of the clause, nor (as part of a moved run)
    anywhere else. Without earlier texts every clause is new.
    """
    pairs = [(text, pair_clauses(clauses, text.clauses, settings.same_clause)) for text in earlier]
    shingles = _index_shingles(earlier)
    families = [family for text in earlier for family in _join_families(text)]
    changes: list[Change] = []
    for place, clause in enumerate(clauses):
        words = tuple(split_words(clause.text))
        ancestors = [
            _compare(words, text.source, text.clauses[pairing[place]]) for text, pairing in pairs if place in pairing
        ]
        changes += _describe(clause, words, ancestors, shingles, families, settings)
    return changes


def find_added(text: str, earlier: str) -> tuple[str, ...]:
    """The runs of words that `text` adds to `earlier`, as printed, in order."""
    words, old = split_words(text), split_words(earlier)
    kept = {
        position
        for op in LCSseq.opcodes([token.stem for token in words], [token.stem for token in old])
        if op.tag == "equal"
        for position in range(op.src_start, op.src_end)
    }
    return tuple(text[words[a].start : words[b - 1].end] for a, b in _find_runs(words, kept))


def _compare(words: tuple[Token, ...], source: Source, clause: Clause) -> _Ancestor:
    old = tuple(split_words(clause.text))
    here, there = [token.stem for token in words], [token.stem for token in old]
    blocks = tuple(
        (op.src_start, op.dest_start, op.src_end - op.src_start)
        for op in LCSseq.opcodes(here, there)
        if op.tag == "equal"
    )
    kept = frozenset(position for start, _, length in blocks for position in range(start, start + length))
    return _Ancestor(source, clause, old, kept, blocks)


def _describe(
    clause: Clause,
    words: tuple[Token, ...],
    ancestors: list[_Ancestor],
    shingles: dict[tuple[str, ...], list[tuple[Source, Clause]]],
    families: Sequence[tuple[Source, Clause, list[str]]],
    settings: AlignSettings,
) -> list[Change]:
    nearest = max(ancestors, key=lambda ancestor: (len(ancestor.kept), ancestor.source.date), default=None)
    kept = _drop_crumbs(words, _unite_kept(nearest, ancestors))
    moved_from = None
    for start, end in _join_runs(_find_runs(words, kept), settings.join_gap):
        found = _find_moved(words[start:end], shingles) or _find_listed(words[start:end], families)
        if found:
            kept |= set(range(start, end))
            moved_from = moved_from or found
    spans = [span for span in _join_runs(_find_runs(words, kept), settings.join_gap) if _weigh(words, kept, span)]
    weight = sum(_weigh(words, kept, span) for span in spans)
    if weight < settings.trivial_words and words:
        return [_inherit(clause, words, ancestors, nearest, moved_from)]
    share = len(kept) / max(len(words), 1)
    return [
        _make_change(clause, words, kept, span, number, nearest, share)
        for number, span in enumerate(spans or [(0, len(words))], start=1)
    ]


def _unite_kept(nearest: _Ancestor | None, ancestors: Iterable[_Ancestor]) -> set[int]:
    """Words held by the nearest earlier clause, and runs of at least three that another one holds."""
    kept = set(nearest.kept) if nearest else set()
    for ancestor in ancestors:
        for start, _, length in ancestor.blocks:
            if length >= _CARRIED:
                kept |= set(range(start, start + length))
    return kept


def _drop_crumbs(words: Sequence[Token], kept: set[int]) -> set[int]:
    """Kept words without single function words that happen to stand alone between added ones ("of the")."""
    runs = _find_runs(words, set(range(len(words))) - kept)
    crumbs = {
        position
        for start, end in runs
        if start > 0 and end < len(words) and end - start < _CARRIED
        for position in range(start, end)
        if not any(token.is_content for token in words[start:end])
    }
    return kept - crumbs


def _find_runs(words: Sequence[Token], kept: set[int]) -> list[tuple[int, int]]:
    """Maximal runs of positions that are not kept, as (start, end)."""
    added = [position for position in range(len(words)) if position not in kept]
    runs = []
    for _, group in groupby(enumerate(added), key=lambda pair: pair[1] - pair[0]):
        positions = [position for _, position in group]
        runs.append((positions[0], positions[-1] + 1))
    return runs


def _join_runs(runs: list[tuple[int, int]], gap: int) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in runs:
        if joined and start - joined[-1][1] <= gap:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _weigh(words: Sequence[Token], kept: set[int], span: tuple[int, int]) -> int:
    """How many added words of the span say something: function words, bare numbers and months do not."""
    return sum(_is_substance(words[position]) for position in range(*span) if position not in kept)


def _is_substance(token: Token) -> bool:
    return token.is_content and not token.word.isdigit() and token.word not in _MONTHS


def _index_shingles(earlier: Sequence[EarlierText]) -> dict[tuple[str, ...], list[tuple[Source, Clause]]]:
    index: dict[tuple[str, ...], list[tuple[Source, Clause]]] = defaultdict(list)
    for text in earlier:
        for clause in text.clauses:
            stems = [token.stem for token in split_words(clause.text)]
            for shingle in dict.fromkeys(zip(*(stems[shift:] for shift in range(_SHINGLE)), strict=False)):
                index[shingle].append((text.source, clause))
    return index


def _find_moved(
    run: Sequence[Token], shingles: dict[tuple[str, ...], list[tuple[Source, Clause]]]
) -> tuple[Source, Clause] | None:
    """The earlier clause that holds nearly the whole run in order: the latest such text, or None."""
    if len(run) < _MOVED_LEAST:
        return None
    stems = [token.stem for token in run]
    candidates = {
        (source.id, clause.id): (source, clause)
        for shingle in zip(*(stems[shift:] for shift in range(_SHINGLE)), strict=False)
        for source, clause in shingles.get(shingle, ())
    }
    held = [
        (source, clause)
        for source, clause in candidates.values()
        if _held_share(stems, [token.stem for token in split_words(clause.text)]) >= _MOVED_SHARE
    ]
    return max(held, key=lambda pair: (pair[0].date, pair[0].id, pair[1].order), default=None)


def _join_families(text: EarlierText) -> Iterator[tuple[Source, Clause, list[str]]]:
    """Each clause that has sub-paragraphs, with the content stems of it and of them in order."""
    for clause in text.clauses:
        parts = [other for other in text.clauses if _stands_under(other, clause)]
        if parts:
            stems = [token.stem for part in (clause, *parts) for token in split_words(part.text) if token.is_content]
            yield text.source, clause, stems


def _stands_under(clause: Clause, above: Clause) -> bool:
    quotes = {(quote.paragraph, quote.start) for quote in above.quotes}
    return any((quote.paragraph, quote.start) in quotes for quote in clause.chapeau)


def _find_listed(
    run: Sequence[Token], families: Sequence[tuple[Source, Clause, list[str]]]
) -> tuple[Source, Clause] | None:
    """The earlier clause that has the run's content words in order as sub-paragraphs: a list printed as a sentence."""
    stems = [token.stem for token in run if token.is_content]
    if len(stems) < _MOVED_LEAST:
        return None
    held = [
        (source, clause)
        for source, clause, listed in families
        if LCSseq.similarity(stems, listed) >= _MOVED_SHARE * len(stems)
    ]
    return max(held, key=lambda pair: (pair[0].date, pair[0].id, pair[1].order), default=None)


def _held_share(run: list[str], clause: list[str]) -> float:
    """Share of the run's words that the clause holds in order and in pieces of at least a shingle."""
    pieces = [op.src_end - op.src_start for op in LCSseq.opcodes(run, clause) if op.tag == "equal"]
    return sum(size for size in pieces if size >= _SHINGLE) / len(run)


def _inherit(
    clause: Clause,
    words: tuple[Token, ...],
    ancestors: list[_Ancestor],
    nearest: _Ancestor | None,
    moved_from: tuple[Source, Clause] | None,
) -> Change:
    """The row of an inherited clause; its source is the earliest text that already carries all of its substance."""
    whole = [
        ancestor
        for ancestor in ancestors
        if not any(_is_substance(token) for position, token in enumerate(words) if position not in ancestor.kept)
    ]
    first = min(whole, key=lambda ancestor: (ancestor.source.date or "9999", ancestor.source.id), default=nearest)
    if first is not None:
        source, origin = first.source, first.clause
    elif moved_from is not None:
        source, origin = moved_from
    else:  # a clause without words of substance, such as "Also," on a line of its own
        return _make_row(clause, clause.quotes, "inherited", (), (), None, None, 1.0)
    share = len(first.kept) / max(len(words), 1) if first else 1.0
    removed = _removed_runs(first) if first else ()
    return _make_row(clause, clause.quotes, "inherited", (), removed, source, origin, share)


def _make_change(
    clause: Clause,
    words: tuple[Token, ...],
    kept: set[int],
    span: tuple[int, int],
    number: int,
    nearest: _Ancestor | None,
    share: float,
) -> Change:
    added_runs = [(max(a, span[0]), min(b, span[1])) for a, b in _find_runs(words, kept)]
    text = clause.text
    quotes = tuple(
        quote for a, b in added_runs if a < b for quote in cut_quotes(clause.quotes, words[a].start, words[b - 1].end)
    )
    added = tuple(text[words[a].start : words[b - 1].end] for a, b in added_runs if a < b)
    removed = _removed_runs(nearest) if nearest else ()
    status: SpanStatus = "changed" if nearest else "new"
    if nearest is None and not kept:
        quotes, added = clause.quotes, (text,)
    context = _cut_context(text, words[span[0]].start, words[span[1] - 1].end) if words else text
    return _make_row(
        clause,
        quotes,
        status,
        added,
        removed,
        nearest.source if nearest else None,
        nearest.clause if nearest else None,
        share,
        number,
        context,
    )


def _make_row(
    clause: Clause,
    quotes: tuple[Quote, ...],
    status: SpanStatus,
    added: tuple[str, ...],
    removed: tuple[str, ...],
    source: Source | None,
    origin: Clause | None,
    share: float,
    number: int = 1,
    context: str = "",
) -> Change:
    return Change(
        id=f"{clause.id}/{number}",
        clause=clause.id,
        status=status,
        quotes=quotes,
        context=context or clause.text,
        added=added,
        removed=removed,
        earlier_clause=origin.id if origin else None,
        earlier_source=source.id if source else None,
        earlier_text=origin.text if origin else "",
        kept_share=share,
        moved=bool(origin) and origin.label != clause.label if origin else False,
    )


def _removed_runs(ancestor: _Ancestor) -> tuple[str, ...]:
    """Runs of the earlier clause's words that the later one dropped, as printed."""
    survived = {position for _, start, length in ancestor.blocks for position in range(start, start + length)}
    text = ancestor.clause.text
    runs = _find_runs(ancestor.words, survived)
    return tuple(text[ancestor.words[a].start : ancestor.words[b - 1].end] for a, b in runs)


def _cut_context(text: str, start: int, end: int) -> str:
    """The segments between semicolons, colons and full stops that the span touches."""
    breaks = [0, *(match.end() for match in _SEGMENT.finditer(text)), len(text)]
    first = max(cut for cut in breaks if cut <= start)
    last = min(cut for cut in breaks if cut >= end)
    return text[first:last].strip()
