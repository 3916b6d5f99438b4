"""Do two passages say the same of the same actors? Frames are compared here, never parsed."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from pipeline.records import Frame
from pipeline.words import stems


@dataclass(frozen=True, slots=True)
class Direction:
    """What comparing the frames of two passages shows; all False when they share no act."""

    negation_conflict: bool
    role_swap: bool
    stance_conflict: bool
    same_frame: bool


def compare_frames(ours: Iterable[Frame], theirs: Iterable[Frame]) -> Direction:
    """Compare every frame of one passage with every frame of the other that has the same act.

    A conflict counts only when no pair of frames agrees: a passage that states both sides contradicts neither.
    """
    pairs = [(a, b) for a in ours for b in theirs if a.act and _meet(a.act, b.act)]
    swapped = any(_swapped(a, b) for a, b in pairs)
    aligned = [(a, b) for a, b in pairs if not _swapped(a, b) and _compatible(a, b)]
    agreeing = [(a, b) for a, b in aligned if a.negated == b.negated and not _stances_clash(a, b)]
    return Direction(
        negation_conflict=not agreeing and any(a.negated != b.negated for a, b in aligned),
        role_swap=swapped and not any(_same_roles(a, b) for a, b in agreeing),
        stance_conflict=not agreeing and any(_stances_clash(a, b) for a, b in aligned),
        same_frame=any(_same_roles(a, b) for a, b in agreeing),
    )


def _meet(left: str, right: str) -> bool:
    """Whether two noun phrases or acts share a word: "prison guard" and "guard" do."""
    return not _stem_set(left).isdisjoint(_stem_set(right))


@cache
def _stem_set(phrase: str) -> frozenset[str]:
    return frozenset(stems(phrase))


def _swapped(a: Frame, b: Frame) -> bool:
    """The one's actor is the other's object, and not its actor."""
    crossed = [
        bool(a.actor and b.object and _meet(a.actor, b.object)),
        bool(a.object and b.actor and _meet(a.object, b.actor)),
    ]
    straight = [
        bool(a.actor and b.actor and _meet(a.actor, b.actor)),
        bool(a.object and b.object and _meet(a.object, b.object)),
    ]
    return any(crossed) and not any(straight)


def _compatible(a: Frame, b: Frame) -> bool:
    """Objects meet, or one side names none and the actors meet."""
    if a.object and b.object:
        return _meet(a.object, b.object)
    return bool(a.actor and b.actor and _meet(a.actor, b.actor))


def _same_roles(a: Frame, b: Frame) -> bool:
    return bool(a.actor and b.actor and a.object and b.object and _meet(a.actor, b.actor) and _meet(a.object, b.object))


def _stances_clash(a: Frame, b: Frame) -> bool:
    """One text asks for the act, or praises it, that the other condemns."""
    stances = {a.stance, b.stance}
    return "condemns" in stances and bool(stances & {"exhorts", "commends"})
