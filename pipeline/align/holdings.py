"""What one earlier text holds of each clause of a later one: its earlier version, parts of others, moved sentences."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import groupby, pairwise

from rapidfuzz.distance import LCSseq

from pipeline.align.diff import Diff, compare_texts
from pipeline.align.pairs import find_parts, pair_clauses
from pipeline.align.tokens import Word, read_words
from pipeline.records import Clause, Source

CARRIED = 3  # words in a row that a text must share to count as holding them beside the main version
_MOVED_SHARE = 0.75  # of an added run that stands, in such runs, in one earlier clause: it was moved, not written
_LISTED_SHARE = 0.9  # of an added run's content words that stand, in order, in a list of sub-paragraphs
_MOVED_LEAST = 4  # words: shorter runs recur by chance
_LOOKED_AT = 3  # earlier clauses compared word by word for a moved passage: those that share most runs of three words
_SAID = 2  # content words, numbers aside, that a segment must have to be looked for elsewhere
_STOP = re.compile(r"[,;:.]")
_JOINED = 2  # kept words inside a moved passage that do not break it
_COPY = 0.9  # of a clause's words of substance that an earlier clause holds: it repeats it
_VERSION = 0.6  # of a clause's words of substance, held without a partner: then it is a version of what holds them


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
    survived: frozenset[int]  # words of the earlier version that stand in some clause of the later text
    joined: tuple[Clause, ...]  # further earlier clauses that hold words of it


@dataclass(frozen=True, slots=True)
class _Passage:
    """Words of a clause that an earlier clause holds."""

    here: frozenset[int]
    there: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Passages:
    """All that one earlier text holds of a clause, by place of the earlier clause."""

    main: int | None
    diff: Diff | None
    held: frozenset[int]
    elsewhere: dict[int, _Passage]


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
    claimed: dict[int, set[int]] = defaultdict(set)
    for place, partner in pairs.items():
        claimed[partner] |= compare_texts(clauses[place].text, text.clauses[partner].text).survived
    places = {clause.quotes[0]: place for place, clause in enumerate(clauses) if clause.quotes}
    found = []
    for place, clause in enumerate(clauses):
        sources = [pairs[place]] if place in pairs else []
        others = parts.get(place, ())
        sources += [other for other in others if sources or _is_split(clause, text.clauses[other], claimed[other])]
        above = places.get(clause.chapeau[-1]) if clause.chapeau else None
        home = pairs.get(above) if above is not None else None
        found.append(_hold(clause, sources, home, index))
    for passages in found:
        if passages.main is not None and passages.diff is not None:
            claimed[passages.main] |= passages.diff.survived
        for other, passage in passages.elsewhere.items():
            claimed[other] |= passage.there
    return [_make_holding(passages, claimed, text) for passages in found]


def _is_split(clause: Clause, origin: Clause, claimed: set[int]) -> bool:
    """Whether a clause is a part of an earlier one that its partner left over, or a copy of it."""
    diff = compare_texts(clause.text, origin.text)
    words, old = read_words(clause.text), read_words(origin.text)
    survived = {position for position in diff.survived if old[position].is_substance}
    return 2 * len(survived - claimed) >= len(survived) or _share_held(words, diff.kept) >= _COPY


def keep_whole_dates(words: Sequence[Word], places: AbstractSet[int]) -> frozenset[int]:
    """The places without parts of dates: 31 May of another year is another date."""
    broken = {word.date for place, word in enumerate(words) if word.date is not None and place not in places}
    return frozenset(place for place in places if words[place].date is None or words[place].date not in broken)


def find_runs(count: int, kept: AbstractSet[int]) -> list[tuple[int, int]]:
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


def _hold(clause: Clause, sources: Sequence[int], home: int | None, index: _Index) -> _Passages:
    """What the text holds of a clause; `sources` are its partner, parts and mergers, `home` continues its chapeau."""
    words = read_words(clause.text)
    main = sources[0] if sources else None
    diff = compare_texts(clause.text, index.text.clauses[main].text) if main is not None else None
    held = set(diff.kept) if diff else set()
    elsewhere: dict[int, _Passage] = {}
    for other in sources[1:]:
        passage = _carry(compare_texts(clause.text, index.text.clauses[other].text))
        _add_passage(elsewhere, other, passage, held)
    for run in join_runs(find_runs(len(words), held), _JOINED):
        for other, passage in _find_elsewhere(clause, run, home, index):
            _add_passage(elsewhere, other, passage, held)
    if main is None:
        if _share_held(words, held) < _VERSION or not elsewhere:
            return _Passages(None, None, frozenset(), {})
        main = max(elsewhere, key=lambda other: (len(elsewhere[other].here), -other))
        diff = compare_texts(clause.text, index.text.clauses[main].text)
    return _Passages(main, diff, frozenset(held), elsewhere)


def _add_passage(elsewhere: dict[int, _Passage], other: int, passage: _Passage, held: set[int]) -> None:
    if passage.here - held:
        known = elsewhere.get(other, _Passage(frozenset(), frozenset()))
        elsewhere[other] = _Passage(known.here | (passage.here - held), known.there | passage.there)
        held |= passage.here


def _make_holding(passages: _Passages, claimed: Mapping[int, set[int]], text: EarlierText) -> Holding:
    main, diff = passages.main, passages.diff
    carried = set(_carry(diff).here) if diff else set()
    for passage in passages.elsewhere.values():
        carried |= passage.here
    return Holding(
        text.source,
        None if main is None else text.clauses[main],
        diff,
        passages.held,
        frozenset(carried),
        frozenset() if main is None else frozenset(claimed.get(main, set())),
        tuple(text.clauses[other] for other in sorted(passages.elsewhere) if other != main),
    )


def _share_held(words: Sequence[Word], held: AbstractSet[int]) -> float:
    """Share of the words of substance that are held."""
    substance = [position for position, word in enumerate(words) if word.is_substance]
    return sum(position in held for position in substance) / max(len(substance), 1)


def _carry(diff: Diff) -> _Passage:
    """The words of runs that are too long to recur by chance."""
    long = [block for block in diff.blocks if block.end - block.start >= CARRIED]
    return _Passage(
        frozenset(position for block in long for position in range(block.start, block.end)),
        frozenset(position for block in long for position in range(block.other_start, block.other_end)),
    )


def _find_elsewhere(
    clause: Clause, run: tuple[int, int], home: int | None, index: _Index
) -> Iterator[tuple[int, _Passage]]:
    """The clauses that hold the run, or segments of it, as moved passages or as a list."""
    words = read_words(clause.text)
    whole = _find_moved(clause.text, run, index)
    parts = [] if whole else [part for part in _cut_segments(clause.text, run) if _says_something(words[slice(*part)])]
    segments = [_find_moved(clause.text, part, index) for part in parts]
    moved = [found for found in (whole, *segments) if found]
    if moved:
        yield from moved
        return
    listed = _find_listed(words[slice(*run)], index)
    if listed is not None:
        yield listed, _Passage(frozenset(range(*run)), frozenset())
    elif home is not None:
        places = _find_in(words[slice(*run)], read_words(index.text.clauses[home].text))
        if places:
            yield home, _Passage(frozenset(range(*run)), places)


def _cut_segments(text: str, run: tuple[int, int]) -> list[tuple[int, int]]:
    """The parts of a run between signs."""
    words = read_words(text)
    cuts = [at for at in range(run[0] + 1, run[1]) if _STOP.search(text[words[at - 1].end : words[at].start])]
    return list(pairwise([run[0], *cuts, run[1]])) if cuts else []


def _says_something(words: Sequence[Word]) -> bool:
    """More than numbers and dates, which recur in every citation."""
    return sum(word.is_content and not word.is_figure for word in words) >= _SAID


def _find_moved(text: str, run: tuple[int, int], index: _Index) -> tuple[int, _Passage] | None:
    """The earlier clause that holds most of the run in runs of three words or more, and the words it holds."""
    words = read_words(text)[slice(*run)]
    if len(words) < _MOVED_LEAST:
        return None
    keys = [word.key for word in words]
    shared = Counter(place for shingle in _cut_shingles(keys) for place in index.shingles.get(shingle, ()))
    least = _MOVED_SHARE * len(words) / CARRIED  # runs of three words, the shortest that count, have one shingle each
    candidates = sorted(
        (place for place in shared if shared[place] >= least), key=lambda place: (-shared[place], place)
    )
    best: tuple[int, _Passage] | None = None
    for place in candidates[:_LOOKED_AT]:
        passage = _carry(compare_texts(text[words[0].start : words[-1].end], index.text.clauses[place].text))
        if len(passage.here) >= _MOVED_SHARE * len(words) and (best is None or len(passage.here) > len(best[1].here)):
            best = place, passage
    if best is None:
        return None
    here = keep_whole_dates(read_words(text), frozenset(position + run[0] for position in best[1].here))
    return best[0], _Passage(here, best[1].there)


def _find_listed(words: Sequence[Word], index: _Index) -> int | None:
    """The earlier clause that has the run's content words in order as sub-paragraphs: a list printed as a sentence."""
    keys = [word.key for word in words if word.is_content]
    if len(keys) < _MOVED_LEAST:
        return None
    shares = [(LCSseq.similarity(keys, listed) / len(keys), -place) for place, listed in index.families]
    share, place = max(shares, default=(0.0, 0))
    return -place if share >= _LISTED_SHARE else None


def _find_in(words: Sequence[Word], sentence: Sequence[Word]) -> frozenset[int]:
    """Where a sentence has the content words in a row (a sentence printed as a list); empty when it has not."""
    keys = [word.key for word in words if word.is_content]
    listed = [(word.key, position) for position, word in enumerate(sentence) if word.is_content]
    for at in range(len(listed) - len(keys) + 1 if keys else 0):
        if [key for key, _ in listed[at : at + len(keys)]] == keys:
            return frozenset(position for _, position in listed[at : at + len(keys)])
    return frozenset()


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
