"""Which part each noun plays in an act, over all frames of a passage, and whether two nouns have exchanged theirs."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from pipeline.records import Frame
from pipeline.score.terms import Term, find_key, load_keys

Terms = Sequence[Term]
_BY_WITHIN = 8  # terms after the act
Parts = dict[str, set[str]]  # key of a noun -> the parts it plays in one act


def read_parts(frames: Iterable[Frame]) -> dict[str, Parts]:
    """The parts of every noun, by the key of the act."""
    acts: dict[str, Parts] = {}
    for frame in frames:
        parts = acts.setdefault(find_key(frame.act.split()[0]), {})
        named = [("actor", frame.actor), ("object", frame.object), *((one.role, one.name) for one in frame.others)]
        for role, name in named:
            if name:
                parts.setdefault(_find_head(name), set()).add(role)
    return acts


def _find_head(name: str) -> str:
    return find_key(name.rsplit(maxsplit=1)[-1])


def find_part_exchange(ours: Sequence[Frame], theirs: Sequence[Frame], left: Terms, right: Terms) -> bool:
    """Whether two nouns have taken each other's part, in one act or each in another.

    Where the act and the two nouns stand in the same order and voice in both texts, the parser saw two things in one.
    """
    parts, others = read_parts(ours), read_parts(theirs)
    taken = {
        (x, y)
        for act in parts.keys() & others.keys() - load_keys("symmetric_acts")
        for x, y in _list_taken(parts[act], others[act])
        if _lie_otherwise((x, act, y), left, right)
    }
    return any((y, x) in taken for x, y in taken) or any(
        _lie_otherwise((x, act, y), left, right)
        for act in sorted(parts.keys() & others.keys() - load_keys("symmetric_acts"))
        for x, y in _list_half(parts[act], others[act])
    )


def _list_half(left: Parts, right: Parts) -> Iterator[tuple[str, str]]:
    ours, theirs = _list_players(left, "actor"), _list_players(right, "actor")
    if not ours & theirs:
        yield from ((x, y) for x in ours for y in theirs if (y in left) or (x in right))


def _list_taken(left: Parts, right: Parts) -> Iterator[tuple[str, str]]:
    """Pairs of nouns of which the second plays, in the right text, the part that the first plays in the left text."""
    for role in sorted({role for roles in left.values() for role in roles}):
        ours, theirs = _list_players(left, role), _list_players(right, role)
        if not ours & theirs:
            yield from product(ours, theirs)


def _list_players(parts: Parts, role: str) -> set[str]:
    return {name for name, roles in parts.items() if role in roles}


def _lie_otherwise(keys: tuple[str, str, str], left: Terms, right: Terms) -> bool:
    """Whether two nouns and their act stand in another order or voice; False when one of them is missing in a text."""
    ours, theirs = _lay_out(keys, left), _lay_out(keys, right)
    return bool(ours and theirs) and ours != theirs


def _lay_out(keys: tuple[str, str, str], terms: Terms) -> tuple[tuple[int, ...], bool] | None:
    """The order of the three words and whether the act stands in the passive, "by" after it."""
    words = [term.key for term in terms]
    if any(key not in words for key in keys):
        return None
    places = [words.index(key) for key in keys]
    act = places[1]
    is_passive = "be" in words[max(act - 3, 0) : act] and "by" in words[act : act + _BY_WITHIN]
    return tuple(sorted(range(3), key=places.__getitem__)), is_passive
