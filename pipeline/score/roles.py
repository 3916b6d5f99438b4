"""Which part each noun plays in an act, over all frames of a passage, and whether two nouns have exchanged theirs."""

from collections.abc import Iterable
from itertools import combinations

from pipeline.records import Frame
from pipeline.score.terms import find_key, load_keys

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


def find_part_exchange(ours: Iterable[Frame], theirs: Iterable[Frame]) -> bool:
    """Whether in an act of both passages two nouns of both play each other's part: neither keeps its own."""
    left, right = read_parts(ours), read_parts(theirs)
    return any(
        _exchange_parts(left[act], right[act])
        for act in sorted(left.keys() & right.keys() - load_keys("symmetric_acts"))
    )


def _exchange_parts(left: Parts, right: Parts) -> bool:
    moved = [name for name in left if name in right and not left[name] & right[name]]
    return any(left[x] & right[y] and left[y] & right[x] for x, y in combinations(moved, 2))
