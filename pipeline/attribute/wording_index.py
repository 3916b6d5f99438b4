"""Which text of a case holds which wording: runs of words in order, items of a list, or the same words together."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.attribute.dates import is_after, relate_dates
from pipeline.attribute.dossier import VOICES, Dossier, name_organisation
from pipeline.attribute.voices import hear_voice
from pipeline.records import Change, Link, Source
from pipeline.words import content_stems

Words = tuple[str, ...]
Paragraphs = Mapping[str, frozenset[int]]  # by text: the places of its passages
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
    quoted: Mapping[str, str]  # a key of `holders` for what one source gives as the words of another: who that is


def index_wording(dossier: Dossier) -> WordIndex:
    """Look through every text of the case once for the wording that any link shares with its span."""
    runs, wanted = _collect_wanted(dossier)
    holders: dict[Words, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    together: dict[Words, set[str]] = defaultdict(set)
    by_first: dict[str, list[Words]] = defaultdict(list)
    for words in wanted:
        by_first[words[0]].append(words)
    by_rarest = _index_rarest(runs, dossier)
    quoted = _collect_quoted(dossier)
    for name, place, stems in _list_passages(dossier, quoted) if wanted else ():
        for at, stem in enumerate(stems):
            for words in by_first.get(stem, ()):
                if tuple(stems[at : at + len(words)]) == words:
                    holders[words][name].add(place)
        for run in {run for stem in set(stems) for run in by_rarest.get(stem, ())}:
            if name not in together[run] and _holds_together(run, stems, dossier):
                together[run].add(name)

    @cache
    def find_others(name: str) -> tuple[frozenset[str], frozenset[str]]:
        source = dossier.sources[name]
        relations = [(other, _relate(dossier, other, source)) for other in dossier.texts if other in dossier.sources]
        before = {other for other, relation in relations if relation == "before"}
        before |= {key for key, (said_in, _, _) in quoted.items() if _speaks_for(said_in, source, dossier)}
        return frozenset(before), frozenset(other for other, relation in relations if relation == "unclear")

    return WordIndex(
        size=dossier.settings.fingerprint_words,
        holders={words: {name: frozenset(at) for name, at in found.items()} for words, found in holders.items()},
        together={run: frozenset(names) for run, names in together.items() if names},
        find_others=find_others,
        quoted={key: speaker for key, (_, speaker, _) in quoted.items()},
    )


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


def _list_passages(
    dossier: Dossier, quoted: Mapping[str, tuple[str, str, list[str]]]
) -> Iterator[tuple[str, int, list[str]]]:
    """Every passage of the case, and every quotation once more under its key: name, place, content stems."""
    for name in sorted(dossier.texts):
        for place, text in enumerate(dossier.texts[name] if name in dossier.sources else ()):
            yield name, place, content_stems(text)
    for key, (_, _, texts) in quoted.items():
        for place, text in enumerate(texts):
            yield key, place, content_stems(text)


def _index_rarest(runs: set[Words], dossier: Dossier) -> dict[str, list[Words]]:
    """The runs by their two rarest stems: a passage that has neither need not be looked at."""
    by_rarest: dict[str, list[Words]] = defaultdict(list)
    for run in sorted(runs):
        for stem in sorted(set(run), key=lambda stem: (-dossier.rarity(stem), stem))[:2]:
            by_rarest[stem].append(run)
    return by_rarest


def _holds_together(run: Words, stems: Sequence[str], dossier: Dossier) -> bool:
    """Whether nearly all rare words of the run stand close together, in whatever order.

    A list may be printed in another order, or as sub-paragraphs with the act before them instead of behind.
    """
    weights = {stem: dossier.rarity(stem) for stem in run}
    width = _WIDTH * len(run) + _ROOM
    starts = [0] if len(stems) <= width else [place for place, stem in enumerate(stems) if weights.get(stem, 0.0) > 0]
    whole = sum(weights.values())
    return whole > 0 and any(
        sum(weights[stem] for stem in weights.keys() & set(stems[start : start + width])) >= _TOGETHER * whole
        for start in starts
    )


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


def _speaks_for(name: str, source: Source, dossier: Dossier) -> bool:
    """Whether the document is the source, or an earlier one of its organisation."""
    other = dossier.sources[name]
    is_own = name_organisation(other) == name_organisation(source)
    return name == source.id or (is_own and relate_dates(other, source) == "earlier")


def _relate(dossier: Dossier, name: str, source: Source) -> str:
    """Whether another text was there `before` the source, `after` it, or `unclear`; `own` texts do not count.

    Base and sister texts and background count whatever their date, unless that lies after tabling. A text of the same
    organisation counts only when it is certainly earlier: papers issued together speak with one voice.
    """
    other = dossier.sources[name]
    if other.id == source.id or other.role == "target":
        return "own"
    if other.role in ("base", "sister", "background"):
        return "after" if is_after(other, dossier.case.tabled) else "before"
    relation = relate_dates(other, source)
    if name_organisation(other) == name_organisation(source):
        return "before" if relation == "earlier" else "own"
    return {"earlier": "before", "same": "before", "later": "after"}.get(relation, "unclear")


def list_added(change: Change) -> Words:
    """The content stems that a span adds."""
    return tuple(stem for run in change.added for stem in content_stems(run))


def list_items(link: Link) -> tuple[Words, ...]:
    """Shared items as stems; `Link.shared_items` holds them as the clause prints them."""
    return tuple(tuple(content_stems(item)) for item in link.shared_items)


def cut_shingles(stems: Sequence[str], size: int) -> list[Words]:
    return [tuple(stems[start : start + size]) for start in range(len(stems) - size + 1)]
