"""What one earlier text holds of each clause of a later one: its earlier version, parts of others, moved sentences."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from rapidfuzz.distance import LCSseq

from pipeline.align.diff import Diff, compare_texts
from pipeline.align.pairs import find_parts, pair_clauses
from pipeline.align.tokens import Word, read_words
from pipeline.records import Clause, Source

CARRIED = 3  # words in a row that a text must share to count as holding them beside the main version
_MOVED_SHARE = 0.75  # of an added run that stands, in such runs, in one earlier clause: it was moved, not written
_LISTED_SHARE = 0.9  # of an added run's content words that stand, in order, in a list of sub-paragraphs
_MOVED_LEAST = 4  # words: shorter runs recur by chance
_JOINED = 2  # kept words inside a moved passage that do not break it
_VERSION = 0.5  # of a clause's words of substance, held without a partner: then it is a version of what holds them


@dataclass(frozen=True, slots=True)
class EarlierText:
    """A base or sister text and its clauses."""

    source: Source
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Holding:
    """Which words (positions in `read_words`) of a clause an earlier text holds, and where."""

    source: Source
    main: Clause | None  # the earlier version of the clause
    diff: Diff | None  # beside it
    held: frozenset[int]
    carried: frozenset[int]  # of these, words in runs long enough to count beside another text's version
    joined: tuple[Clause, ...]  # further earlier clauses that hold words of it


@dataclass(frozen=True, slots=True)
class _Index:
    """An earlier text prepared for finding passages in it."""

    text: EarlierText
    shingles: dict[tuple[str, ...], list[int]]  # runs of three words and the clauses that have them
    families: tuple[tuple[int, tuple[str, ...]], ...]  # clauses with sub-paragraphs, and all content words in order


def read_holdings(clauses: Sequence[Clause], text: EarlierText, least: float) -> list[Holding]:
    """One holding a clause of the later text; `least` is the similarity below which two clauses are no versions."""
    pairs = pair_clauses(clauses, text.clauses, least)
    parts = find_parts(clauses, text.clauses, pairs)
    index = _Index(text, _index_shingles(text.clauses), tuple(_join_families(text.clauses)))
    places = {clause.quotes[0]: place for place, clause in enumerate(clauses) if clause.quotes}
    holdings = []
    for place, clause in enumerate(clauses):
        sources = [pairs[place]] if place in pairs else []
        sources += parts.get(place, ())
        above = places.get(clause.chapeau[-1]) if clause.chapeau else None
        home = pairs.get(above) if above is not None else None
        holdings.append(_hold(clause, sources, home, index))
    return holdings


def find_runs(count: int, kept: frozenset[int] | set[int]) -> list[tuple[int, int]]:
    """Maximal runs of positions below `count` that are not kept, as (start, end)."""
    added = [position for position in range(count) if position not in kept]
    runs = []
    for _, group in groupby(enumerate(added), key=lambda pair: pair[1] - pair[0]):
        positions = [position for _, position in group]
        runs.append((positions[0], positions[-1] + 1))
    return runs


def join_runs(runs: Sequence[tuple[int, int]], gap: int) -> list[tuple[int, int]]:
    """Runs with at most `gap` positions between them as one."""
    joined: list[tuple[int, int]] = []
    for start, end in runs:
        if joined and start - joined[-1][1] <= gap:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _hold(clause: Clause, sources: Sequence[int], home: int | None, index: _Index) -> Holding:
    words = read_words(clause.text)
    earlier = index.text.clauses
    main = sources[0] if sources else None
    diff = compare_texts(clause.text, earlier[main].text) if main is not None else None
    held = set(diff.kept) if diff else set()
    carried = _list_carried(diff) if diff else set()
    gains: dict[int, set[int]] = {}
    for other in sources[1:]:
        gains[other] = _list_carried(compare_texts(clause.text, earlier[other].text)) - held
        held |= gains[other]
    for start, end in join_runs(find_runs(len(words), held), _JOINED):
        for found, places in _find_elsewhere(clause, (start, end), home, index):
            gains[found] = gains.get(found, set()) | (places - held)
            held |= places
    gains = {other: places for other, places in gains.items() if places}
    carried |= {place for places in gains.values() for place in places}
    if main is None and gains and _is_version(words, held):
        main = max(gains, key=lambda other: (len(gains[other]), -other))
        diff = compare_texts(clause.text, earlier[main].text)
    return Holding(
        index.text.source,
        None if main is None else earlier[main],
        diff,
        frozenset(held),
        frozenset(carried),
        tuple(earlier[other] for other in sorted(gains) if other != main),
    )


def _is_version(words: Sequence[Word], held: set[int]) -> bool:
    substance = [position for position, word in enumerate(words) if word.is_substance]
    return sum(position in held for position in substance) >= _VERSION * max(len(substance), 1)


def _list_carried(diff: Diff) -> set[int]:
    """The words of runs that are too long to recur by chance."""
    long = (block for block in diff.blocks if block.end - block.start >= CARRIED)
    return {position for block in long for position in range(block.start, block.end)}


def _find_elsewhere(
    clause: Clause, run: tuple[int, int], home: int | None, index: _Index
) -> Iterator[tuple[int, set[int]]]:
    """The clause that holds the run as a moved passage or as a list, and which of the run's words it holds."""
    words = read_words(clause.text)[slice(*run)]
    whole = set(range(*run))
    moved = _find_moved(clause.text, run, index)
    if moved:
        yield moved
        return
    listed = _find_listed(words, index)
    if listed is not None:
        yield listed, whole
    elif home is not None and _stands_in(words, read_words(index.text.clauses[home].text)):
        yield home, whole


def _find_moved(text: str, run: tuple[int, int], index: _Index) -> tuple[int, set[int]] | None:
    """The earlier clause that holds most of the run in runs of three words or more, and the words it holds."""
    words = read_words(text)[slice(*run)]
    if len(words) < _MOVED_LEAST:
        return None
    keys = [word.key for word in words]
    candidates = {place for shingle in _cut_shingles(keys) for place in index.shingles.get(shingle, ())}
    passage = text[words[0].start : words[-1].end]
    best: tuple[int, set[int]] | None = None
    for place in sorted(candidates):
        found = _list_carried(compare_texts(passage, index.text.clauses[place].text))
        if len(found) >= _MOVED_SHARE * len(words) and (best is None or len(found) > len(best[1])):
            best = place, found
    return (best[0], {position + run[0] for position in best[1]}) if best else None


def _find_listed(words: Sequence[Word], index: _Index) -> int | None:
    """The earlier clause that has the run's content words in order as sub-paragraphs: a list printed as a sentence."""
    keys = [word.key for word in words if word.is_content]
    if len(keys) < _MOVED_LEAST:
        return None
    shares = [(LCSseq.similarity(keys, listed) / len(keys), -place) for place, listed in index.families]
    share, place = max(shares, default=(0.0, 0))
    return -place if share >= _LISTED_SHARE else None


def _stands_in(words: Sequence[Word], sentence: Sequence[Word]) -> bool:
    """Whether a sentence has the content words in a row: a sentence printed as a list."""
    keys = [word.key for word in words if word.is_content]
    listed = [word.key for word in sentence if word.is_content]
    return bool(keys) and any(listed[at : at + len(keys)] == keys for at in range(len(listed) - len(keys) + 1))


def _cut_shingles(keys: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return zip(*(keys[shift:] for shift in range(CARRIED)), strict=False)


def _index_shingles(clauses: Sequence[Clause]) -> dict[tuple[str, ...], list[int]]:
    index: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, clause in enumerate(clauses):
        for shingle in dict.fromkeys(_cut_shingles([word.key for word in read_words(clause.text)])):
            index[shingle].append(place)
    return index


def _join_families(clauses: Sequence[Clause]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Each clause that has sub-paragraphs, with the content words of it and of them in order."""
    below = defaultdict(list)
    for clause in clauses:
        for quote in clause.chapeau:
            below[quote.paragraph, quote.start].append(clause)
    for place, clause in enumerate(clauses):
        parts = [part for quote in clause.quotes for part in below.get((quote.paragraph, quote.start), ())]
        if parts:
            texts = dict.fromkeys([clause.text, *(part.text for part in parts)])
            yield place, tuple(word.key for text in texts for word in read_words(text) if word.is_content)
