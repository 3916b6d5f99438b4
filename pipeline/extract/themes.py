"""Which themes of a case a text belongs to, by the cues of the case file."""

from collections.abc import Sequence

from pipeline.words import stems


def assign_themes(text: str, themes: Sequence[tuple[str, tuple[str, ...]]]) -> tuple[str, ...]:
    """The ids of the themes (id, cues) one of whose cues stands in the text, in the order given; () is "Other".

    Words are compared by stem, so "place of detention" meets "places of detention" and "prison" does not meet
    "comprise"; a cue of several words must stand in one piece.
    """
    words = stems(text) if themes else []
    return tuple(name for name, cues in themes if any(_holds(words, stems(cue)) for cue in cues))


def _holds(words: Sequence[str], cue: Sequence[str]) -> bool:
    return bool(cue) and any(list(words[i : i + len(cue)]) == list(cue) for i in range(len(words) - len(cue) + 1))
