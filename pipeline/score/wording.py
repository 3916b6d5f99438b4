"""Wording that two passages share: phrases, ordered runs of content words, list items."""

from collections.abc import Sequence

from rapidfuzz.distance import LCSseq

from pipeline.score.passages import Passage
from pipeline.words import Token, split_words

_PHRASE_WORDS = 2


def find_shared_phrases(text: str, run: str) -> tuple[str, ...]:
    """Runs of two or more words that both have, one at least a content word, as `run` prints them, longest first."""
    here = split_words(run)
    there: dict[str, list[int]] = {}
    other = [token.stem for token in split_words(text)]
    for position, stem in enumerate(other):
        there.setdefault(stem, []).append(position)
    phrases = []
    start = 0
    while start < len(here):
        length = max((_match_length(here, start, other, place) for place in there.get(here[start].stem, ())), default=0)
        words = here[start : start + length]
        if length >= _PHRASE_WORDS and any(token.is_content for token in words):
            phrases.append((length, run[words[0].start : words[-1].end]))
        start += max(length, 1)
    return tuple(phrase for _, phrase in sorted(phrases, key=lambda pair: (-pair[0], pair[1])))


def _match_length(here: Sequence[Token], start: int, other: Sequence[str], place: int) -> int:
    length = 0
    while (
        start + length < len(here)
        and place + length < len(other)
        and here[start + length].stem == other[place + length]
    ):
        length += 1
    return length


def find_ordered_run(source: Passage, target: Passage) -> str:
    """The target's added words behind the longest run of content words that both have in the same order.

    Function words between them may differ. The words come as the target prints them; "" when nothing is shared.
    """
    theirs = [token.stem for run in source.added_runs for token in run if token.is_content]
    best: tuple[int, str] = (0, "")
    for text, run in zip(target.added, target.added_runs, strict=True):
        ours = [token for token in run if token.is_content]
        length, start = _longest_common_run([token.stem for token in ours], theirs)
        if length > best[0]:
            best = (length, text[ours[start].start : ours[start + length - 1].end])
    return best[1]


def _longest_common_run(ours: Sequence[str], theirs: Sequence[str]) -> tuple[int, int]:
    """Length and start (in `ours`) of the longest contiguous run that both sequences hold."""
    best, start = 0, 0
    lengths = [0] * (len(theirs) + 1)
    for i, word in enumerate(ours, start=1):
        previous = 0
        for j, other in enumerate(theirs, start=1):
            kept = lengths[j]
            lengths[j] = previous + 1 if word == other else 0
            if lengths[j] > best:
                best, start = lengths[j], i - lengths[j]
            previous = kept
    return best, start


def find_shared_items(source: Passage, target: Passage) -> tuple[str, ...]:
    """Items of one list of the target's added words that the source has, too, as printed; of the list with most."""
    theirs = [token.stem for run in source.added_runs for token in run if token.is_content]
    shared = [[item.text for item in items if _holds(theirs, item.stems)] for items in target.lists]
    longest = max(shared, key=len, default=[])
    return tuple(dict.fromkeys(longest))


def _holds(words: Sequence[str], item: tuple[str, ...]) -> bool:
    return any(tuple(words[start : start + len(item)]) == item for start in range(len(words) - len(item) + 1))


def measure_order(source: Passage, target: Passage) -> float:
    """Share of the target's added content words that the source has in the same order (longest common subsequence)."""
    ours, theirs = target.added_stems, source.added_stems
    return LCSseq.similarity(ours, theirs) / len(ours) if ours else 0.0
