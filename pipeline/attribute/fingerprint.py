"""Wording that a span and one source share and that no other text had before: runs of words, items of a list."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.attribute.dates import is_after, relate_dates
from pipeline.attribute.dossier import VOICES, Dossier, name_organisation
from pipeline.attribute.voices import hear_voice
from pipeline.records import Link, Source
from pipeline.words import content_stems

Words = tuple[str, ...]
Paragraphs = frozenset[tuple[str, int]]  # of which source, and the place there


@dataclass(frozen=True)
class WordIndex:
    """Where shingles of shared runs, and items of shared lists, stand in the texts of the case."""

    size: int  # words of a shingle
    holders: Mapping[Words, Paragraphs]
    before: Mapping[str, frozenset[str]]  # by source: the texts that were certainly there before it
    unclear: Mapping[str, frozenset[str]]  # by source: the texts of which the dates do not tell
    quoted: Mapping[str, str]  # a key of `holders` for what one source gives as the words of another: who that is


@dataclass(frozen=True)
class Fingerprint:
    """What is left of the shared wording when everything that another text held before is taken out."""

    shared: bool  # enough words in order, or items of a list, are shared at all
    words: Words  # stems that only this source had; empty when none are left
    sure: bool  # also when documents of unclear date are taken into account
    holders: tuple[str, ...]  # sources that hold part of the wording and are not later
    quoted: tuple[str, ...] = ()  # whom the source itself quotes with part of the wording


def index_wording(dossier: Dossier) -> WordIndex:
    """Look through every text of the case once for the wording that any link shares with its span."""
    settings = dossier.settings
    wanted: set[Words] = set()
    for (_, name), links in dossier.links.items():
        if dossier.sources[name].role in VOICES:
            for link in links:
                wanted.update(_cut_shingles(content_stems(link.ordered_run), settings.fingerprint_words))
                wanted.update(_list_items(link) if len(link.shared_items) >= settings.fingerprint_items else ())
    holders: dict[Words, set[tuple[str, int]]] = defaultdict(set)
    lengths = sorted({len(words) for words in wanted})
    for name, paragraphs in dossier.texts.items():
        for place, text in enumerate(paragraphs if wanted else ()):
            stems = content_stems(text)
            for length in lengths:
                for words in wanted.intersection(_cut_shingles(stems, length)):
                    holders[words].add((name, place))
    voices = dossier.find_voices(*VOICES)
    passages = _collect_quoted(dossier)
    for key, (_, _, texts) in passages.items():
        for place, text in enumerate(texts):
            stems = content_stems(text)
            for length in lengths:
                for words in wanted.intersection(_cut_shingles(stems, length)):
                    holders[words].add((key, place))
    return WordIndex(
        size=settings.fingerprint_words,
        holders={words: frozenset(found) for words, found in holders.items()},
        before={
            source.id: _find_related(dossier, source, "before")
            | {key for key, (name, _, _) in passages.items() if _speaks_for(name, source, dossier)}
            for source in voices
        },
        unclear={source.id: _find_related(dossier, source, "unclear") for source in voices},
        quoted={key: speaker for key, (_, speaker, _) in passages.items()},
    )


def _collect_quoted(dossier: Dossier) -> dict[str, tuple[str, str, list[str]]]:
    """What each document gives as the words of somebody else: a key, the document, who is quoted, and the passages."""
    passages: dict[str, tuple[str, str, list[str]]] = {}
    for finding in dossier.findings.values():
        if dossier.sources[finding.source].role in VOICES and hear_voice(finding, dossier) == "quoted":
            key = f"{finding.source} quotes {finding.voice_of}"
            passages.setdefault(key, (finding.source, finding.voice_of, []))[2].append(finding.text)
    return passages


def _speaks_for(name: str, source: Source, dossier: Dossier) -> bool:
    """Whether the document is the source, or an earlier one of its organisation."""
    other = dossier.sources[name]
    is_own = name_organisation(other) == name_organisation(source)
    return name == source.id or (is_own and relate_dates(other, source) == "earlier")


def _find_related(dossier: Dossier, source: Source, relation: str) -> frozenset[str]:
    return frozenset(name for name in dossier.texts if _relate(dossier, name, source) == relation)


def find_fingerprint(link: Link, dossier: Dossier, index: WordIndex) -> Fingerprint:
    """The words in order, or the list items, that span and source share and that no text held before.

    A run loses every stretch of four words that another text holds; what remains counts where it is still that long.
    A list loses its items that stand together, three or more, in a paragraph of another text.
    """
    settings = dossier.settings
    run, items = tuple(content_stems(link.ordered_run)), _list_items(link)
    certain = index.before[link.source]
    possible = certain | index.unclear[link.source]
    left = _leave_unheld(run, items, index, certain, settings.fingerprint_items)
    still = _leave_unheld(run, items, index, possible, settings.fingerprint_items)
    holders = _name_holders(run, items, index, possible, settings.fingerprint_items)
    return Fingerprint(
        shared=len(run) >= settings.fingerprint_words or len(items) >= settings.fingerprint_items,
        words=still or left,
        sure=bool(still),
        holders=tuple(name for name in holders if name not in index.quoted),
        quoted=tuple(dict.fromkeys(index.quoted[name] for name in holders if name in index.quoted)),
    )


def weigh_words(words: Iterable[str], rarity: Callable[[str], float]) -> float:
    """Inverse document frequency of the words, each counted once, in nats."""
    return sum(rarity(word) for word in sorted(set(words)))


def measure_rarity(words: Sequence[str], dossier: Dossier) -> float:
    """Nats a word that a run weighs as a phrase; common words at its ends are no part of it.

    Set phrases of the trade ("full, free and unhindered access to the country") are made of words that are not that
    common, but each follows from the one before. Masked words have no say. 0 when fewer words are left than make a run.
    """
    weights = [weight for word, weight in zip(words, dossier.weigh_run(words), strict=True) if dossier.rarity(word) > 0]
    heavy = [place for place, weight in enumerate(weights) if weight >= dossier.settings.rare_phrase]
    core = weights[heavy[0] : heavy[-1] + 1] if heavy else []
    return sum(core) / len(core) if len(core) >= dossier.settings.fingerprint_items else 0.0


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


def _leave_unheld(run: Words, items: Sequence[Words], index: WordIndex, names: frozenset[str], least: int) -> Words:
    """The stems of the longest stretch of the run, or else of the items, that none of the named sources holds."""
    held: set[int] = set()
    for start, shingle in enumerate(_cut_shingles(run, index.size)):
        if any(name in names for name, _ in index.holders.get(shingle, ())):
            held.update(range(start, start + index.size))
    stretch = max(_find_stretches(len(run), held), key=lambda cut: (cut[1] - cut[0], -cut[0]), default=(0, 0))
    gone = _find_held_items(items, index, names, least)
    known = {run[place] for place in held}  # an item printed with its preposition is still the item that others have
    kept = [item for item in items if item not in gone and 2 * len(known.intersection(item)) < len(item)]
    words = run[slice(*stretch)] if stretch[1] - stretch[0] >= index.size else ()
    listed = tuple(stem for item in kept for stem in item) if len(kept) >= least else ()
    return max(words, listed, key=len)


def _find_stretches(length: int, held: set[int]) -> list[tuple[int, int]]:
    cuts = [-1, *sorted(held), length]
    return [(start + 1, end) for start, end in pairwise(cuts) if end > start + 1]


def _find_held_items(items: Sequence[Words], index: WordIndex, names: frozenset[str], least: int) -> set[Words]:
    """Items that stand with enough others of the list in one paragraph of a named source."""
    together: dict[tuple[str, int], set[Words]] = defaultdict(set)
    for item in items:
        for paragraph in index.holders.get(item, ()):
            if paragraph[0] in names:
                together[paragraph].add(item)
    return {item for found in together.values() if len(found) >= least for item in found}


def _name_holders(
    run: Words, items: Sequence[Words], index: WordIndex, names: frozenset[str], least: int
) -> tuple[str, ...]:
    found = {
        name
        for shingle in _cut_shingles(run, index.size)
        for name, _ in index.holders.get(shingle, ())
        if name in names
    }
    found |= {name for name in names if _find_held_items(items, index, frozenset([name]), least)}
    return tuple(sorted(found))


def _list_items(link: Link) -> tuple[Words, ...]:
    """Shared items as stems; `Link.shared_items` holds them as the clause prints them."""
    return tuple(tuple(content_stems(item)) for item in link.shared_items)


def _cut_shingles(stems: Sequence[str], size: int) -> list[Words]:
    return [tuple(stems[start : start + size]) for start in range(len(stems) - size + 1)]
