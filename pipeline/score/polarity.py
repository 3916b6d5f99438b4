"""Polarity of twins: of two passages that share nearly all words, does one deny or condemn what the other says?

Counts what turns a statement round: a denial before a shared word, a contrary term in the place of a word, praise or
request against condemnation. An even number of turns agrees ("condemns the lack of access", "calls for access").
"""

import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.score.exchange import Region, list_regions
from pipeline.score.terms import Term, are_contrary, find_key, load_keys, load_words, make_terms, split_terms
from pipeline.words import load_denials

_LEAST_SHARED = 2  # words of weight
_TWIN_SHARE = 0.6  # of the shorter passage's words of weight that the other must have
_ALONE_SHARE = 0.2  # of them that may be replaced by words not known to be contrary
_WINDOW = 6  # terms within which a denial finds what it denies
_STANCES = Path(__file__).with_name("lexicons") / "stances.toml"


@dataclass(frozen=True, slots=True)
class Turns:
    """How often one passage turns round what the other says, and whether a stance is among it."""

    number: int
    of_stance: bool

    @property
    def is_conflict(self) -> bool:
        return self.number % 2 == 1


def list_weighty(text: str) -> frozenset[str]:
    """The keys of a text's words of weight."""
    return frozenset(key for printed in set(split_terms(text)) for key in _list_keys(printed))


@cache
def _list_keys(printed: str) -> tuple[str, ...]:
    return tuple(term.key for term in make_terms(printed) if _has_weight(term))


def are_twins(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    """Whether the shorter passage says hardly a word of weight that the other does not say, too.

    Takes the keys of the words of weight of both. Denials, contrary terms and words of stance are left aside: they are
    what is compared.
    """
    shared, fewest = len(ours & theirs), min(len(ours), len(theirs))
    if shared < _LEAST_SHARED or shared < _TWIN_SHARE * fewest:
        return False
    stances = _load_stances()
    alone = [
        sum(key not in stances and not any(are_contrary(key, other) for other in others - own) for key in own - others)
        for own, others in ((ours, theirs), (theirs, ours))
    ]
    return min(alone) <= _ALONE_SHARE * fewest


def count_turns(left: Sequence[Term], right: Sequence[Term]) -> Turns | None:
    """Turns between two passages; None where they differ in words whose polarity is not known."""
    inserted = _count_inserted(left, right)
    if inserted:
        return Turns(inserted, False)
    contrary = _find_contrary(left, right)
    ours, theirs = _list_turns(left, right), _list_turns(right, left)
    if ours is None or theirs is None:
        return None
    stances = {read_stance(left), read_stance(right)}
    clash = "condemns" in stances and bool(stances & {"commends", "exhorts"})
    sides = ((left, ours), (right, theirs))
    number = abs(len(ours) - len(theirs)) + len(contrary) + int(clash)
    if clash:  # the stance is one turn of its text, and stands at its head
        ours, theirs = ([0, *places] if read_stance(terms) == "condemns" else places for terms, places in sides)
    if number == 2 and not contrary and (_are_apart(left, ours) or _are_apart(right, theirs)):
        number = 1  # each is a contradiction of its own
    return Turns(number, clash)


def _are_apart(terms: Sequence[Term], places: Sequence[int]) -> bool:
    """Whether two denials stand beside each other, not one under the other: "cease to visit and refuse to report"."""
    between = terms[slice(*places)] if len(places) == 2 else ()
    joined = any(term.key in ("and", "or", ";") for term in between)
    return joined and (
        terms[places[0]].key not in _load_stances() or any(t.key in _load_stances() for t in between[1:])
    )


def _count_inserted(left: Sequence[Term], right: Sequence[Term]) -> int:
    """Bare negations by which the passages differ when they differ in nothing else; 0 when they do."""
    regions = list_regions([term.key for term in left], [term.key for term in right])
    sides = [[term.key for i1, i2, _, _ in regions for term in left[i1:i2]]]
    sides += [[term.key for _, _, j1, j2 in regions for term in right[j1:j2]]]
    negators = load_words("negators")
    if any(key not in negators | {"do", "any", "ever"} for side in sides for key in side):
        return 0
    ours, theirs = (sum(key in negators for key in side) for side in sides)
    return abs(ours - theirs)


def read_stance(terms: Sequence[Term]) -> str:
    """The first stance that the words of a passage take; "" when none does."""
    table = _load_stances()
    if any(term.key == "support" for term in terms[:2]):  # "Expresses support", "Supporting"
        return "commends"
    return next((table[term.key] for term in terms if term.key in table), "")


@cache
def _load_stances() -> dict[str, str]:
    table = tomllib.loads(_STANCES.read_text(encoding="utf-8"))
    return {find_key(word): stance for stance, words in table.items() for word in words}


def _find_contrary(left: Sequence[Term], right: Sequence[Term]) -> list[tuple[str, str]]:
    """Contrary terms in each other's place, or in one text each; none of them a denial that is counted as such."""
    ours, theirs = Counter(term.key for term in left), Counter(term.key for term in right)
    denials = load_denial_keys()
    pairs = {
        (mine, other)
        for mine in (ours - theirs)
        for other in (theirs - ours)
        if are_contrary(mine, other) and not {mine, other} & denials
    }
    found: list[tuple[str, str]] = []
    for mine, other in sorted(pairs):
        if not any(mine in pair or other in pair for pair in found):
            found.append((mine, other))
    return found


def _list_turns(left: Sequence[Term], right: Sequence[Term]) -> list[int] | None:
    """Denials of the left text that bear on a word of both; None when one stands where the other text has a word
    that may deny, too ("prohibits" beside "criminalises")."""
    shared = {term.key for term in right if term.is_content}
    regions = list_regions([term.key for term in left], [term.key for term in right])
    found: list[int] = []
    for place in _list_denials(left):
        scope = _find_scope(left, place)
        if scope is None or _continues(left, found, place):
            continue
        if left[scope].key not in shared and not _is_reworded(right, scope, regions):
            continue
        if left[place].key not in load_words("negators") | {"yet"} and _is_replaced(left, right, place, regions):
            return None
        found.append(place)
    return found


def _list_denials(terms: Sequence[Term]) -> list[int]:
    denials = load_denial_keys()
    return [
        place
        for place, term in enumerate(terms)
        if (term.key in denials and not _is_idiom(terms, place))
        or (term.key == "yet" and [one.key for one in terms[place + 1 : place + 2]] == ["to"])
    ]


def _is_idiom(terms: Sequence[Term], place: int) -> bool:
    """ "by the end of 2025", "not only", "no later than"."""
    key = terms[place].key
    before = terms[place - 1].key if place else ""
    after = terms[place + 1].key if place + 1 < len(terms) else ""
    return (
        (key == "end" and (before in ("by", "at", "until", "in", "towards") or after == "of"))
        or (key in ("no", "not") and after in ("only", "later", "less", "fewer", "more", "."))
        or (
            key == "without"
            and after in ("delay", "further", "discrimination", "prejudice", "exception", "distinction")
        )
    )


def _is_reworded(right: Sequence[Term], scope: int, regions: Sequence[Region]) -> bool:
    """Whether the other text has another word of weight in the place of what is denied."""
    return any(i1 <= scope < i2 and any(_has_weight(term) for term in right[j1:j2]) for i1, i2, j1, j2 in regions)


def _find_scope(terms: Sequence[Term], place: int) -> int | None:
    """The place of what a denial denies: the next word of weight, or the one before at the end of a clause."""
    for at in range(place + 1, min(place + 1 + _WINDOW, len(terms))):
        term = terms[at]
        if term.key in (";", ".", ":", "by") or (at == place + 1 and term.key in (",", "and")):
            break
        if _has_weight(term):
            return at
    if terms[place].key in load_words("negators"):
        return None
    return next((at for at in range(place - 1, max(place - _WINDOW, 0) - 1, -1) if _has_weight(terms[at])), None)


def _has_weight(term: Term) -> bool:
    is_light = term.key in load_keys("light_words") or term.key in load_denial_keys() or term.word.endswith("ly")
    return term.is_content and not is_light


def _continues(terms: Sequence[Term], found: Sequence[int], place: int) -> bool:
    """ "prevent and combat", "neither ... nor": one denial in two words."""
    if not found:
        return False
    between = terms[found[-1] + 1 : place]
    joins = any(term.key in ("and", "or", ",") for term in between) and not any(_has_weight(term) for term in between)
    return joins or terms[place].key == "nor"


def _is_replaced(left: Sequence[Term], right: Sequence[Term], place: int, regions: Sequence[Region]) -> bool:
    """Whether the other text has in the denial's place a word of unknown polarity."""
    known = {term.key for term in left}
    return any(
        term.is_content and term.key not in known and _has_weight(term) and not are_contrary(left[place].key, term.key)
        for i1, i2, j1, j2 in regions
        if i1 <= place < i2
        for term in right[j1:j2]
    )


@cache
def load_denial_keys() -> frozenset[str]:
    """Keys of the words that deny or ask for an end."""
    return frozenset(find_key(word) for word in load_denials()) | load_words("negators")
