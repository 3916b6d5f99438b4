"""Exchanged places: two passages of the same words in which two phrases stand in each other's place.

Works on the order of words alone, so that it does not depend on a parse: "A detains B" against "B detains A", and
"A detains B" against "A is detained by B". A list in another order, an adjunct moved or a passive is no exchange.
"""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from pipeline.score.terms import Term, load_converses, load_keys, load_words

_MOST_REGIONS = 8  # differing stretches of two passages; with more they are no twins
_LONGEST_PHRASE = 16  # terms of a phrase that is exchanged
_JOINTS = frozenset((",", ";", ":", "and", "or", "nor", "but", "as", "well", "(", ")", "then"))
# Markers of roles: a noun that has one of a pair in one text and the other in the other text plays another part.
_ROLE_PAIRS = frozenset(
    frozenset(pair) for pair in (("by", "to"), ("by", "against"), ("by", "upon"), ("by", "from"), ("from", "to"))
)
Region = tuple[int, int, int, int]  # start and end in the left, start and end in the right terms


def find_exchange(left: Sequence[Term], right: Sequence[Term]) -> bool:
    """Whether two phrases have changed places, or two roles their marks, and nothing made up for it."""
    a, b = [term.key for term in left], [term.key for term in right]
    regions = list_regions(a, b)
    if len(regions) > _MOST_REGIONS:
        return False
    for first in range(len(regions)):
        for last in range(first, len(regions)):
            window = regions[first][0], regions[last][1], regions[first][2], regions[last][3]
            if _is_exchanged(left, right, window) or _turns_voice(left, right, window):
                return True
    return _marks_exchanged(left, right, regions)


def list_regions(a: Sequence[str], b: Sequence[str]) -> list[Region]:
    """The stretches in which two sequences differ, in order."""
    codes = SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    return [(i1, i2, j1, j2) for tag, i1, i2, j1, j2 in codes if tag != "equal"]


def _is_exchanged(left: Sequence[Term], right: Sequence[Term], window: Region) -> bool:
    """X M Y on the left and Y M X on the right, where M is what relates the two."""
    i1, i2, j1, j2 = window
    while i1 < i2 and j1 < j2 and left[i1].key == right[j1].key:
        i1, j1 = i1 + 1, j1 + 1
    while i1 < i2 and j1 < j2 and left[i2 - 1].key == right[j2 - 1].key:
        i2, j2 = i2 - 1, j2 - 1
    ours, theirs = left[i1:i2], right[j1:j2]
    before = left[i1 - 1].key if i1 else ""
    return any(
        _relates(middle, before) and _equals(middle, other)
        for x, y in _list_crossings(ours, theirs)
        for middle, other in [(ours[x : len(ours) - y], theirs[y : len(theirs) - x])]
    )


def _list_crossings(ours: Sequence[Term], theirs: Sequence[Term]) -> Iterator[tuple[int, int]]:
    """Lengths x, y such that ours begins with the last x terms of theirs and ends with its first y terms."""
    a, b = [term.key for term in ours], [term.key for term in theirs]
    longest = min(_LONGEST_PHRASE, len(a) - 1, len(b) - 1)
    heads = [x for x in range(1, longest + 1) if a[:x] == b[-x:] and _is_phrase(ours[:x])]
    tails = [y for y in range(1, longest + 1) if a[-y:] == b[:y] and _is_phrase(ours[-y:])]
    for x in heads:
        for y in tails:
            if x + y < min(len(a), len(b)):
                yield x, y


def _is_phrase(terms: Sequence[Term]) -> bool:
    """Whether the terms could name somebody or something: no mark of its role moves with them."""
    return (terms[0].is_content or terms[0].key in load_words("phrase_openings")) and terms[-1].is_content


def _relates(middle: Sequence[Term], before: str) -> bool:
    """Whether what stands between two phrases gives them different parts, and does not merely list them."""
    keys = [term.key for term in middle]
    if any(key in ("not", "rather", "instead", "than", "except") for key in keys):
        return True
    opens, closes = keys[0] in _JOINTS, keys[-1] in _JOINTS or keys[-1] == before
    if all(key in _JOINTS for key in keys) or (opens and closes) or any(key in (";", ".") for key in keys):
        return False
    if keys[-1] == before and before not in ("of", ""):
        return False
    return not any(key in load_keys("symmetric_acts") for key in keys)


def _equals(middle: Sequence[Term], other: Sequence[Term]) -> bool:
    """Whether the same relation stands between them, or one in which a single word is another.

    An active and a passive are not the same, nor are "sold" and "bought".
    """
    if _is_by(middle) != _is_by(other):
        return False
    ours, theirs = _core(middle), _core(other)
    if len(ours) != len(theirs):
        return False
    differing = [(a, b) for a, b in zip(ours, theirs, strict=True) if a.key != b.key]
    if not differing:
        return True
    a, b = differing[0]
    return len(differing) == 1 and a.is_content and b.is_content and not load_converses().has(a.key, b.key)


def _core(terms: Sequence[Term]) -> list[Term]:
    return [term for term in terms if term.key not in ("be", "have", "do", "by", "that", ",")]


def _list_keys(terms: Sequence[Term]) -> list[str]:
    return [term.key for term in terms]


def _is_by(terms: Sequence[Term]) -> bool:
    return any(term.key == "by" for term in terms)


def _turns_voice(left: Sequence[Term], right: Sequence[Term], window: Region) -> bool:
    """The same act between the same phrases, in one text as "is detained by", in the other as "detains"."""
    i1, i2, j1, j2 = window
    ours, theirs = left[i1:i2], right[j1:j2]
    if not i1 or not j1 or i2 >= len(left) or j2 >= len(right) or not _core(ours) or len(_core(ours)) > 3:
        return False
    if (
        left[i1 - 1].key != right[j1 - 1].key
        or not left[i1 - 1].is_content
        or _list_keys(_core(ours)) != _list_keys(_core(theirs))
    ):
        return False
    return _is_passive(ours) != _is_passive(theirs) and _is_by(ours) != _is_by(theirs)


def _is_passive(terms: Sequence[Term]) -> bool:
    return terms[-1].key == "by" and any(term.key == "be" for term in terms)


def _marks_exchanged(left: Sequence[Term], right: Sequence[Term], regions: Sequence[Region]) -> bool:
    """Before the same noun another mark of its role; "of" and "by" only where two nouns exchange them."""
    replaced = [(left[i1].key, right[j1].key) for i1, i2, j1, j2 in regions if i2 - i1 == 1 and j2 - j1 == 1]
    if any(frozenset(pair) in _ROLE_PAIRS for pair in replaced):
        return True
    marks = load_words("role_marks")
    return any(
        (other, mark) in replaced[place + 1 :] and mark in marks and other in marks
        for place, (mark, other) in enumerate(replaced)
    )
