"""Wording that a span and one source share and that no other text had before: runs of words, items of a list."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.attribute.dossier import VOICES, Dossier
from pipeline.attribute.wording_index import Lists, WordIndex, Words, cut_shingles, list_items
from pipeline.records import Link
from pipeline.words import content_stems


@dataclass(frozen=True)
class Fingerprint:
    """What is left of the shared wording when everything that another text held before is taken out."""

    shared: bool  # enough words in order, or items of a list, are shared at all
    words: Words  # stems that only this source had; empty when none are left
    sure: bool  # also when documents of unclear date are taken into account
    holders: tuple[str, ...]  # sources that hold part of the wording and are not later
    quoted: tuple[str, ...] = ()  # whom the source itself quotes with part of the wording


def find_fingerprint(link: Link, dossier: Dossier, index: WordIndex) -> Fingerprint:
    """The words in order, or the list items, that span and source share and that no text held before.

    A run loses every stretch of four words that another text holds, and is lost as a whole when another text has its
    words in one passage in whatever order; what remains counts where it is still that long.
    A list loses its items that stand together, three or more, in a paragraph of another text.
    """
    settings = dossier.settings
    run, items = tuple(content_stems(link.ordered_run)), list_items(link)
    certain, unclear = index.find_others(link.source)
    possible = certain | unclear
    lists = {paragraph: held for paragraph, held in index.find_lists(items).items() if paragraph[0] in possible}
    left, still = (
        _leave_unheld(run, items, index, names, lists, settings.fingerprint_items) for names in (certain, possible)
    )
    holders = _name_holders(run, index, possible, lists)
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


def shares_rare_wording(link: Link, found: Fingerprint, dossier: Dossier) -> bool:
    """Whether span and source share wording, rarer than set phrases, that at most other voices of the case had before.

    What a background, base, sister or placebo document holds as well is not counted.
    """
    shared = (*content_stems(link.ordered_run), *(stem for item in list_items(link) for stem in item))
    among_voices = all(dossier.sources[name].role in VOICES for name in found.holders)
    words = found.words or (shared if among_voices else ())
    return found.shared and measure_rarity(words, dossier) >= dossier.settings.rare_phrase


def _leave_unheld(
    run: Words, items: Sequence[Words], index: WordIndex, names: frozenset[str], lists: Lists, least: int
) -> Words:
    """The stems of the longest stretch of the run, or else of the items, that none of the named sources holds."""
    held = set(range(len(run))) if names & index.together.get(run, frozenset()) else set()
    for start, shingle in enumerate(cut_shingles(run, index.size)):
        if not names.isdisjoint(index.holders.get(shingle, ())):
            held.update(range(start, start + index.size))
    stretch = max(_find_stretches(len(run), held), key=lambda cut: (cut[1] - cut[0], -cut[0]), default=(0, 0))
    gone = {item for (name, _), found in lists.items() if name in names for item in found}
    known = {run[place] for place in held}  # an item printed with its preposition is still the item that others have
    kept = [item for item in items if item not in gone and 2 * len(known.intersection(item)) < len(item)]
    words = run[slice(*stretch)] if stretch[1] - stretch[0] >= index.size else ()
    listed = tuple(stem for item in kept for stem in item) if len(kept) >= least else ()
    return max(words, listed, key=len)


def _find_stretches(length: int, held: set[int]) -> list[tuple[int, int]]:
    cuts = [-1, *sorted(held), length]
    return [(start + 1, end) for start, end in pairwise(cuts) if end > start + 1]


def _name_holders(run: Words, index: WordIndex, names: frozenset[str], lists: Lists) -> tuple[str, ...]:
    found = {
        name for shingle in cut_shingles(run, index.size) for name in names.intersection(index.holders.get(shingle, ()))
    }
    found |= names & index.together.get(run, frozenset())
    found |= {name for name, _ in lists}
    return tuple(sorted(found))
