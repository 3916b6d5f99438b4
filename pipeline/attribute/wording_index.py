"""Which text of a case holds which wording: runs of words in order, items of a list, or the same words together."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache, lru_cache, partial

import numpy as np

from pipeline.attribute.blocks import Ints
from pipeline.attribute.columns import NOWHERE, count_items, encode
from pipeline.attribute.dates import is_after, limit_date, relate_dates
from pipeline.attribute.dossier import VOICES, Dossier, name_organisation
from pipeline.attribute.voices import hear_voice
from pipeline.records import Change, Link, Source
from pipeline.words import content_stems

Words = tuple[str, ...]
Codes = tuple[int, ...]  # of stems by number
Paragraphs = Mapping[str, frozenset[int]]  # by text: the places of its passages
Lists = Mapping[tuple[str, int], Set[Words]]  # by paragraph, its source and its place: the items of a list it holds
_TOGETHER = 0.8  # of a run's rare wording that a passage must hold to count as holding the run in another order
_WIDTH = 3  # times as many words as the run may lie between: further apart they are not one statement
_ROOM = 8  # words more, for short runs


@dataclass(frozen=True)
class WordIndex:
    """Where shingles of shared runs, and items of shared lists, stand in the texts of the case."""

    size: int  # words of a shingle
    holders: Mapping[Words, Paragraphs]
    together: Mapping[Words, frozenset[str]]  # by run: the texts that have its words in one passage, in any order
    find_others: Callable[[str], tuple[frozenset[str], frozenset[str]]]  # texts certainly before a source, and unclear
    find_lists: Callable[[tuple[Words, ...]], Lists]  # the paragraphs that hold enough of these items, and which
    quoted: Mapping[str, str]  # a key of `holders` for what one source gives as the words of another: who that is


def index_wording(dossier: Dossier) -> WordIndex:
    """Look through every text of the case once for the wording that any link shares with its span."""
    runs, wanted = _collect_wanted(dossier)
    quoted = _collect_quoted(dossier)
    holders: dict[Words, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    together: dict[Words, set[str]] = defaultdict(set)
    search = _prepare_search(runs, wanted, dossier)
    for passages in _number_passages(dossier, quoted, search.numbers) if wanted else ():
        for words, place in _find_wanted(passages, search):
            holders[words][passages.names[place]].add(passages.first + place)
        for run, place in _find_together(passages, search):
            together[run].add(passages.names[place])

    return WordIndex(
        size=dossier.settings.fingerprint_words,
        holders={words: {name: frozenset(at) for name, at in found.items()} for words, found in holders.items()},
        together={run: frozenset(names) for run, names in together.items()},
        find_others=_list_others(dossier, {key: said_in for key, (said_in, _, _) in quoted.items()}),
        find_lists=lru_cache(maxsize=1024)(partial(_find_lists, holders, dossier.settings.fingerprint_items)),
        quoted={key: speaker for key, (_, speaker, _) in quoted.items()},
    )


@dataclass(frozen=True)
class _Run:
    """A run of words that is looked for in any order."""

    words: Words
    weights: Mapping[int, float]  # of its stems, in nats; without those of no weight
    least: float  # of their sum that a passage must hold


@dataclass(frozen=True)
class _Search:
    """The wording that is looked for, its stems as numbers."""

    numbers: Mapping[str, int]  # of the stems that matter
    wanted: Mapping[int, Sequence[tuple[Codes, Words]]]  # by their first stem
    pairs: Ints  # of those, first and second stem as one number; of single stems see `alone`
    alone: Ints
    runs: Mapping[int, Sequence[_Run]]  # by each of its two rarest stems: a passage with neither is not looked at


@dataclass(frozen=True)
class _Passages:
    """Passages one after another, their stems as numbers; NOWHERE stands for other stems, and behind each passage."""

    names: Sequence[str]  # of the text that each stands in
    first: int  # number of the first of them
    stems: Ints
    starts: Ints  # where each begins in `stems`, and the end of the last


def _collect_wanted(dossier: Dossier) -> tuple[set[Words], set[Words]]:
    """The runs that links share with their spans, and the spans; the runs' shingles, with the items of shared lists."""
    settings, links = dossier.settings, dossier.links
    runs: set[Words] = set()
    wanted: set[Words] = set()
    voiced = dossier.voices[links.source]
    for printed in links.list_runs(voiced & (links.ordered_words >= settings.fingerprint_words)):
        run = tuple(content_stems(printed))
        runs.update([run] if len(run) >= settings.fingerprint_words else ())
        wanted.update(cut_shingles(run, settings.fingerprint_words))
    for items in links.list_items(voiced & (links.items >= settings.fingerprint_items)):
        wanted.update(stems for stems in map(tuple, map(content_stems, items)) if stems)
    runs.update(run for run in map(list_added, dossier.spans) if len(run) >= settings.fingerprint_words)
    return runs, wanted


def _prepare_search(runs: set[Words], wanted: set[Words], dossier: Dossier) -> _Search:
    numbers = {stem: number for number, stem in enumerate(sorted({stem for words in runs | wanted for stem in words}))}
    by_first: dict[int, list[tuple[Codes, Words]]] = defaultdict(list)
    for words in wanted:
        codes = tuple(numbers[stem] for stem in words)
        by_first[codes[0]].append((codes, words))
    sought = [codes for found in by_first.values() for codes, _ in found]
    by_rarest: dict[int, list[_Run]] = defaultdict(list)
    for words in runs:
        weights = {numbers[stem]: dossier.rarity(stem) for stem in words if dossier.rarity(stem) > 0}
        run = _Run(words, weights, _TOGETHER * sum(weights.values()))
        for stem in sorted(set(words), key=lambda stem: (-dossier.rarity(stem), stem))[:2]:
            by_rarest[numbers[stem]].append(run)
    return _Search(
        numbers,
        by_first,
        np.array([codes[0] * len(numbers) + codes[1] for codes in sought if len(codes) > 1], dtype=np.int64),
        np.array([codes[0] for codes in sought if len(codes) == 1], dtype=np.int64),
        by_rarest,
    )


def _number_passages(
    dossier: Dossier, quoted: Mapping[str, tuple[str, str, list[str]]], numbers: Mapping[str, int]
) -> Iterator[_Passages]:
    """Every passage of the case, some rows of the table at a time, then every quotation under its key."""
    import pyarrow as pa
    import pyarrow.compute as pc

    known, first = pa.array([*dossier.sources], pa.string()), 0
    for batch in dossier.passages.read_batches("source", "stems"):
        here = pa.Table.from_batches([batch]).filter(pc.is_in(batch["source"], known))
        names, lists = here["source"].to_pylist(), here["stems"]
        yield _line_up(names, first, count_items(lists), encode(pc.list_flatten(lists), numbers))
        first += len(names)
    said = [(key, content_stems(text)) for key, (_, _, texts) in quoted.items() for text in texts]
    codes = np.array([numbers.get(stem, NOWHERE) for _, stems in said for stem in stems], dtype=np.int32)
    yield _line_up([key for key, _ in said], first, np.array([len(stems) for _, stems in said], dtype=np.int64), codes)


def _line_up(names: Sequence[str], first: int, lengths: Ints, codes: Ints) -> _Passages:
    starts = np.concatenate([[0], np.cumsum(lengths + 1)])
    stems = np.full(starts[-1], NOWHERE, dtype=np.int64)
    stems[np.arange(len(codes)) + np.repeat(np.arange(len(names)), lengths)] = codes
    return _Passages(names, first, stems, starts)


def _find_wanted(passages: _Passages, search: _Search) -> Iterator[tuple[Words, int]]:
    """The wanted words that stand in order, and the place of the passage, for each time that they do."""
    stems = passages.stems
    at = np.flatnonzero(np.isin(stems, [*search.wanted]))
    following = stems[np.minimum(at + 1, len(stems) - 1)]
    is_pair = (following != NOWHERE) & np.isin(stems[at] * len(search.numbers) + following, search.pairs)
    at = at[is_pair | np.isin(stems[at], search.alone)]
    places = np.searchsorted(passages.starts, at, side="right") - 1
    for start, place in zip(at.tolist(), places.tolist(), strict=True):
        for codes, words in search.wanted[int(stems[start])]:
            if tuple(stems[start : start + len(codes)].tolist()) == codes:
                yield words, place


def _find_together(passages: _Passages, search: _Search) -> Iterator[tuple[Words, int]]:
    """The runs whose words stand close together in whatever order, and the place of the passage."""
    at = np.flatnonzero(np.isin(passages.stems, [*search.runs]))
    places = np.searchsorted(passages.starts, at, side="right") - 1
    for stem, place in np.unique([passages.stems[at], places], axis=1).T.tolist():
        stems = passages.stems[passages.starts[place] : passages.starts[place + 1] - 1].tolist()
        yield from ((run.words, place) for run in search.runs[stem] if _holds_together(run, stems))


def _holds_together(run: _Run, stems: Sequence[int]) -> bool:
    """Whether nearly all rare words of the run stand close together, in whatever order.

    A list may be printed in another order, or as sub-paragraphs with the act before them instead of behind.
    """
    weights, width = run.weights, _WIDTH * len(run.words) + _ROOM

    def weigh(some: Sequence[int]) -> float:
        return sum(weights[stem] for stem in weights.keys() & set(some))

    if not weights or weigh(stems) < run.least:
        return False
    starts = (place for place, stem in enumerate(stems) if stem in weights)
    return len(stems) <= width or any(weigh(stems[start : start + width]) >= run.least for start in starts)


def _collect_quoted(dossier: Dossier) -> dict[str, tuple[str, str, list[str]]]:
    """What each document gives as the words of somebody else: a key, the document, who is quoted, and the passages."""
    passages: dict[str, tuple[str, str, list[str]]] = {}
    names = {source.id for source in dossier.find_voices(*VOICES)}
    told = zip(dossier.findings.voices, dossier.findings.sources, strict=True)
    for finding in dossier.findings.choose([voice == "quoted" and source in names for voice, source in told]):
        if hear_voice(finding, dossier) == "quoted":
            key = f"{finding.source} quotes {finding.voice_of}"
            passages.setdefault(key, (finding.source, finding.voice_of, []))[2].append(finding.text)
    return passages


def _find_lists(holders: Mapping[Words, Mapping[str, Set[int]]], least: int, items: tuple[Words, ...]) -> Lists:
    holding = {item: holders[item] for item in items if item in holders}
    counts = Counter(name for paragraphs in holding.values() for name in paragraphs)
    together: dict[tuple[str, int], set[Words]] = defaultdict(set)
    for item, paragraphs in holding.items():
        for name, places in paragraphs.items():
            for place in places if counts[name] >= least else ():
                together[name, place].add(item)
    return {paragraph: found for paragraph, found in together.items() if len(found) >= least}


def _list_others(dossier: Dossier, quoted: Mapping[str, str]) -> Callable[[str], tuple[frozenset[str], frozenset[str]]]:
    """The function that gives, for a source, the texts that were certainly there before it, and those of unclear date.

    Base and sister texts and background count whatever their date, unless that lies after tabling. A text of the same
    organisation counts only when it is certainly earlier: papers issued together speak with one voice. Of `quoted`
    texts, by the document they stand in, those count that the source or an earlier paper of its organisation quotes.
    """
    texts = [source for source in dossier.listed if source.id in dossier.read and source.role != "target"]
    names = np.array([text.id for text in texts], dtype=object)
    places = np.array([dossier.source_places[text.id] for text in texts], dtype=np.int64)
    organisations = dossier.organisations[places]
    starts, ends = np.array([limit_date(text) for text in texts]).reshape(-1, 2).T
    is_known = np.array([text.role in ("base", "sister", "background") for text in texts], dtype=bool)
    is_after_tabling = np.array([is_after(text, dossier.case.tabled) for text in texts], dtype=bool)

    @cache
    def find_others(name: str) -> tuple[frozenset[str], frozenset[str]]:
        source = dossier.sources[name]
        start, end = limit_date(source)
        is_own = organisations == dossier.organisations[dossier.source_places[name]]
        is_earlier, is_same = ends < start, (starts == ends) & (starts == start) & (ends == end)
        is_before = np.where(is_known, ~is_after_tabling, is_earlier | (is_same & ~is_own))
        is_unclear = ~(is_known | is_own | is_earlier | is_same | (starts > end))
        is_other = names != name
        said = (key for key, said_in in quoted.items() if _speaks_for(said_in, source, dossier))
        return frozenset(names[is_before & is_other]) | frozenset(said), frozenset(names[is_unclear & is_other])

    return find_others


def _speaks_for(name: str, source: Source, dossier: Dossier) -> bool:
    """Whether the document is the source, or an earlier one of its organisation."""
    other = dossier.sources[name]
    is_own = name_organisation(other) == name_organisation(source)
    return name == source.id or (is_own and relate_dates(other, source) == "earlier")


def list_added(change: Change) -> Words:
    """The content stems that a span adds."""
    return tuple(stem for run in change.added for stem in content_stems(run))


def list_items(link: Link) -> tuple[Words, ...]:
    """Shared items as stems; `Link.shared_items` holds them as the clause prints them."""
    return tuple(tuple(content_stems(item)) for item in link.shared_items)


@lru_cache(maxsize=4096)
def cut_shingles(stems: Words, size: int) -> tuple[Words, ...]:
    """All runs of so many words; worked out once for wording that many links share."""
    return tuple([stems[start : start + size] for start in range(len(stems) - size + 1)])
