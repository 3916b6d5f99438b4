"""Wording that two passages share: phrases, ordered runs of content words, list items."""

from collections.abc import Sequence

from rapidfuzz.distance import LCSseq

from pipeline.score.passages import Passage

_PHRASE_WORDS = 2


def find_shared_phrases(source: Passage, target: Passage) -> tuple[str, ...]:
    """Runs of two or more words that the added words of both have, one at least a content word.

    As the target prints them, longest first; function words count, so that "the right to food" comes whole.
    """
    phrases: dict[str, int] = {}
    for text, run in zip(target.added, target.added_runs, strict=True):
        stems = [token.stem for token in run]
        for other in ([word.stem for word in words] for words in source.added_words):
            places = _index_places(other)
            end = 0  # of the last match
            for start, stem in enumerate(stems):
                if start < end or stem not in places:
                    continue
                length = _longest_match(stems, start, places[stem], other)
                end = start + length
                if length >= _PHRASE_WORDS and any(token.is_content for token in run[start:end]):
                    phrases[text[run[start].start : run[end - 1].end]] = length
    return tuple(sorted(phrases, key=lambda phrase: (-phrases[phrase], phrase)))


def _index_places(stems: Sequence[str]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for place, stem in enumerate(stems):
        places.setdefault(stem, []).append(place)
    return places


def _longest_match(stems: Sequence[str], start: int, places: Sequence[int], other: Sequence[str]) -> int:
    """How many words from `start` on stand in `other` in one piece, at the best of the places of the first."""
    best = 0
    for place in places:
        length = 1
        while (
            start + length < len(stems)
            and place + length < len(other)
            and stems[start + length] == other[place + length]
        ):
            length += 1
        best = max(best, length)
    return best


def find_ordered_run(source: Passage, target: Passage) -> tuple[str, tuple[str, ...]]:
    """The longest run of content words that the added words of both have in the same order, and its stems.

    Function words between them may differ; the run comes as the target prints it, "" when nothing is shared.
    """
    places = _index_places(source.added_stems)
    best: tuple[str, tuple[str, ...]] = ("", ())
    for text, run in zip(target.added, target.added_runs, strict=True):
        ours = [token for token in run if token.is_content]
        length, start = _longest_common_run([token.stem for token in ours], places)
        if length > len(best[1]):
            words = ours[start : start + length]
            best = (text[words[0].start : words[-1].end], tuple(token.stem for token in words))
    return best


def _longest_common_run(ours: Sequence[str], places: dict[str, list[int]]) -> tuple[int, int]:
    """Length and start (in `ours`) of the longest contiguous run shared with the indexed sequence."""
    best, start = 0, 0
    previous: dict[int, int] = {}  # place in the other sequence -> length of the run that ends there
    for i, stem in enumerate(ours):
        current = {}
        for place in places.get(stem, ()):
            length = current[place] = previous.get(place - 1, 0) + 1
            if length > best:
                best, start = length, i - length + 1
        previous = current
    return best, start


def find_shared_items(source: Passage, target: Passage) -> tuple[str, ...]:
    """Items of one list of the target's added words that the source has, too, as printed; of the list with most."""
    shared = [[item.text for item in items if _holds(source.added_stems, item.stems)] for items in target.lists]
    longest = max(shared, key=len, default=[])
    return tuple(dict.fromkeys(longest))


def _holds(words: Sequence[str], item: tuple[str, ...]) -> bool:
    return any(tuple(words[start : start + len(item)]) == item for start in range(len(words) - len(item) + 1))


def measure_order(source: Passage, target: Passage) -> float:
    """Share of the target's added content words that the source has in the same order (longest common subsequence)."""
    ours, theirs = target.added_stems, source.added_stems
    return LCSseq.similarity(ours, theirs) / len(ours) if ours else 0.0
