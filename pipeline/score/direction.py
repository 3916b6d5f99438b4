"""Do two passages say the same of the same actors? Frames are compared here, never parsed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pipeline.records import Frame
from pipeline.score.exchange import find_exchange
from pipeline.score.passages import Passage
from pipeline.score.polarity import are_twins, count_turns, read_stance
from pipeline.score.roles import find_part_exchange
from pipeline.words import stem_set

_REPORTING = frozenset(("have", "do", "fail", "refuse", "lack", "neglect", "absence"))


@dataclass(frozen=True, slots=True)
class Direction:
    """What comparing the frames of two passages shows; all False when they share no act."""

    negation_conflict: bool
    role_swap: bool
    stance_conflict: bool
    same_frame: bool
    other_act: bool  # a shared object with another act, and no act that agrees

    @property
    def is_conflict(self) -> bool:
        return self.negation_conflict or self.role_swap or self.stance_conflict


_NOTHING = Direction(False, False, False, False, False)


def compare_passages(source: Passage, target: Passage) -> Direction:
    """Compare the frames of two passages, and, where they share nearly all words, the words themselves.

    A parse alone shows no negation where both texts hold the same denying words: parses err, words do not.
    """
    found = _NOTHING if _are_strangers(source, target) else compare_frames(source.frames, target.frames)
    if found.negation_conflict and source.denials == target.denials:
        found = replace(found, negation_conflict=False)
    if not are_twins(source.weighty, target.weighty):
        return found
    left, right = source.terms, target.terms
    turns = count_turns(left, right) if _same_mood(source, target) else None
    turned = turns is not None and turns.is_conflict
    return replace(
        found,
        negation_conflict=turned and not turns.of_stance if turns is not None else found.negation_conflict,
        stance_conflict=turned and turns.of_stance if turns is not None else found.stance_conflict,
        role_swap=found.role_swap
        or find_exchange(left, right)
        or find_part_exchange(source.frames, target.frames, left, right),
    )


def _are_strangers(source: Passage, target: Passage) -> bool:
    """Whether no act and no object of the one meets one of the other: then no frame can be compared."""
    return source.act_stems.isdisjoint(target.act_stems) and source.object_stems.isdisjoint(target.object_stems)


def _same_mood(source: Passage, target: Passage) -> bool:
    """Whether both report or both ask: a missing act is the reason to ask for it, not its denial."""
    stances = {read_stance(source.terms), read_stance(target.terms)}
    if _asks(source) == _asks(target) or stances & {"condemns", "commends"}:
        return True
    report = target if _asks(source) else source
    return not any(term.key in _REPORTING for term in report.terms)


def _asks(passage: Passage) -> bool:
    return read_stance(passage.terms) == "exhorts" or any(frame.stance == "exhorts" for frame in passage.frames)


def compare_frames(ours: Iterable[Frame], theirs: Iterable[Frame]) -> Direction:
    """Compare every frame of one passage with those of the other that have the same act.

    Acts are judged one by one: a frame is in conflict when a frame of the other passage contradicts it and none of
    them agrees with it, whatever the rest of the two passages agree on.
    """
    mine, others = list(ours), list(theirs)
    met = ((frame, [other for other in others if _meet(frame.act, other.act)]) for frame in mine)
    found = [_compare_frame(frame, acting) for frame, acting in met if acting]
    return Direction(
        negation_conflict=any(direction.negation_conflict for direction in found),
        role_swap=any(direction.role_swap for direction in found),
        stance_conflict=any(direction.stance_conflict for direction in found),
        same_frame=any(direction.same_frame for direction in found),
        other_act=_has_other_act(mine, others),
    )


def _has_other_act(ours: Sequence[Frame], theirs: Sequence[Frame]) -> bool:
    """Whether both act on the same object and never in the same way: one maintains what the other abolishes."""
    pairs = [(a, b) for a in ours for b in theirs if a.object and b.object and _meet(a.object, b.object)]
    return bool(pairs) and not any(_meet(a.act, b.act) for a, b in pairs)


def _compare_frame(frame: Frame, others: Sequence[Frame]) -> Direction:
    swapped = [other for other in others if _swapped(frame, other)]
    aligned = [other for other in others if not _swapped(frame, other) and _compatible(frame, other)]
    agreeing = [other for other in aligned if not _opposed(frame, other) and not _stances_clash(frame, other)]
    return Direction(
        negation_conflict=not agreeing and any(_opposed(frame, other) for other in aligned),
        role_swap=bool(swapped) and not any(_same_roles(frame, other) for other in agreeing),
        stance_conflict=not agreeing and any(_stances_clash(frame, other) for other in aligned),
        same_frame=any(_same_roles(frame, other) for other in agreeing),
        other_act=False,
    )


def _meet(left: str, right: str) -> bool:
    """Whether two noun phrases or acts share a word: "prison guard" and "guard" do."""
    return not stem_set(left).isdisjoint(stem_set(right))


def _swapped(a: Frame, b: Frame) -> bool:
    """The one's actor is the other's object and the other way round; where one side is silent, both must be.

    A crossing beside a third party ("traffickers punish a body") is more often a slip of the parser than a swap.
    """
    if (a.actor and b.actor and _meet(a.actor, b.actor)) or (a.object and b.object and _meet(a.object, b.object)):
        return False
    first = bool(a.actor and b.object and _meet(a.actor, b.object))
    second = bool(a.object and b.actor and _meet(a.object, b.actor))
    return (first and second) or (first and not a.object + b.actor) or (second and not a.actor + b.object)


def _opposed(a: Frame, b: Frame) -> bool:
    """Both report, or both ask, and one of them denies the act.

    "The State has not adopted the law" does not speak against "Adopt the law": it is the reason for it.
    """
    return a.negated != b.negated and (a.stance == "exhorts") == (b.stance == "exhorts")


def _compatible(a: Frame, b: Frame) -> bool:
    """Objects meet, or one side names none and the actors meet."""
    if a.object and b.object:
        return _meet(a.object, b.object)
    return bool(a.actor and b.actor and _meet(a.actor, b.actor))


def _same_roles(a: Frame, b: Frame) -> bool:
    return bool(a.actor and b.actor and a.object and b.object and _meet(a.actor, b.actor) and _meet(a.object, b.object))


def _stances_clash(a: Frame, b: Frame) -> bool:
    """One text asks for the act, or praises it, that the other condemns; to condemn it and to ask for its end agree."""
    stances = {a.stance, b.stance}
    return "condemns" in stances and bool(stances & {"exhorts", "commends"}) and a.negated == b.negated
