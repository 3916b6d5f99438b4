"""The opening phrase of a clause, which the United Nations print in italics: "Deeply concerned", "Calls upon".

The verbs, states, adverbs and nouns are word lists in `lexicons/`; the way they combine is the rule here.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from pipeline.extract.lexicons import load_words

Mood = Literal["preamble", "operative", "declaration"]  # Recalling; Recalls; Recall (we)

_WORD = re.compile(r"[^\W\d_](?:[^\W_]|['’‑-])*")
_GAP = re.compile(r"[\s_]+")  # an underscore is what character recognition makes of an underlined blank
_LONGEST = 14  # words looked at
# "Noting further the report" has an adverb, "Encourages further efforts" an adjective: what follows tells.
_AFTER_FURTHER = frozenset(
    ("a", "all", "an", "any", "at", "in", "its", "of", "that", "the", "this", "to", "upon", "with")
)


@dataclass(frozen=True, slots=True)
class Opening:
    """The opening phrase of a clause as printed, and which kind of clause such a phrase opens."""

    phrase: str
    mood: Mood


def read_opening(text: str) -> Opening | None:
    """The opening phrase of a clause text (without its label), or None when no known verb or state opens it."""
    spans = _find_words(text)
    words = [text[start:end].lower().replace("‑", "-") for start, end in spans]
    first = _skip_adverbs(words, 0)
    head = _match_state(words, first) or _match_verb(words, first)
    if head is None:
        return None
    end, mood = head
    end = _match_tail(words, end)
    return Opening(" ".join(text[: spans[end - 1][1]].replace("_", " ").split()), mood)


def find_base(phrase: str) -> str | None:
    """The base form of an opening phrase without its adverbs: "Calls once again upon" is "call upon".

    States stand for themselves ("Deeply concerned" is "concerned"), "Having considered" is "having"; None when no known
    verb or state is in it.
    """
    words = [phrase[start:end].lower().replace("‑", "-") for start, end in _find_words(phrase)]
    at = _skip_adverbs(words, 0)
    if words[at : at + 1] == ["having"]:
        return "having"
    if words[at : at + 1] in (["being"], ["remaining"]):
        at = _skip_adverbs(words, at + 1)
    states = load_words("clause_states")
    state = next((" ".join(words[at:end]) for end in (at + 2, at + 1) if " ".join(words[at:end]) in states), "")
    return state or _find_base_verb(words, at)


def _find_base_verb(words: list[str], at: int) -> str | None:
    found = [
        (end, " ".join((base, *rest)))
        for base, form, rest in _list_forms()
        if words[at : at + 1] == [form] and (end := _match_rest(words, at + 1, rest)) is not None
    ]
    return max(found)[1] if found else None


@cache
def _list_forms() -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Base verb, one of its forms, and the other words of the phrase."""
    return tuple(
        (base, form, tuple(rest))
        for entry in sorted(load_words("clause_verbs"))
        for phrase, _, gerund in [(part.strip() for part in entry.partition("|"))]
        for base, *rest in [phrase.split()]
        for form, _ in _inflect(base, gerund)
    )


def guess_opening(text: str) -> str | None:
    """The first word of a clause whose verb is in no list, when it has the form of one ("Vitalizes", "Vitalizing")."""
    match = re.match(r"[A-Z][a-z]{3,}(?:ing|ed|[^su\W]s)\b", text)
    return match.group() if match else None


def _find_words(text: str) -> list[tuple[int, int]]:
    """Spans of the leading words that no comma or other sign parts."""
    spans: list[tuple[int, int]] = []
    position = 0
    while len(spans) < _LONGEST and (match := _WORD.match(text, position)):
        spans.append(match.span())
        gap = _GAP.match(text, match.end())
        if gap is None:
            break
        position = gap.end()
    return spans


def _skip_adverbs(words: list[str], at: int) -> int:
    """The first place from `at` on where no adverb stands."""
    adverbs = load_words("clause_adverbs")
    while at < len(words):
        if _stands(adverbs, words, at, 2):
            at += 2
        elif words[at] in adverbs or (words[at].endswith("ly") and words[at] not in _verb_forms()):
            at += 1
        else:
            break
    return at


def _stands(phrases: frozenset[str], words: list[str], at: int, length: int) -> bool:
    """Whether the next `length` words are one of the phrases."""
    return at + length <= len(words) and " ".join(words[at : at + length]) in phrases


def _match_state(words: list[str], at: int) -> tuple[int, Mood] | None:
    """Adjectives ("Mindful"), "Being deeply concerned", "Having considered" and "Having received and noted"."""
    states = load_words("clause_states")
    if words[at : at + 1] == ["having"]:
        return _match_perfect(words, at)
    start = _skip_adverbs(words, at + 1) if words[at : at + 1] in (["being"], ["remaining"]) else at
    for length in (2, 1):
        if _stands(states, words, start, length):
            return start + length, "preamble"
    return (at + 1, "preamble") if start > at else None


def _match_perfect(words: list[str], at: int) -> tuple[int, Mood]:
    end = _skip_adverbs(words, at + 1) + 1
    if words[end - 1 : end] == ["been"]:
        end = _skip_adverbs(words, end) + 1
    if words[end : end + 1] == ["in"] and words[end + 1 : end + 2] == ["mind"]:
        return end + 2, "preamble"
    if words[end : end + 1] == ["note"] and words[end - 1] == "taken":
        return end + 1, "preamble"
    return min(end, len(words)), "preamble"


def _match_verb(words: list[str], at: int) -> tuple[int, Mood] | None:
    """The longest known verb phrase; adverbs may stand between its words ("Calls once again upon")."""
    if at >= len(words):
        return None
    best: tuple[int, Mood] | None = None
    for rest, mood in _verb_forms().get(words[at], ()):
        end = _match_rest(words, at + 1, rest)
        if end is not None and (best is None or end > best[0]):
            best = end, mood
    return best


def _match_rest(words: list[str], at: int, rest: tuple[str, ...]) -> int | None:
    for word in rest:
        at = at if words[at : at + 1] == [word] else _skip_adverbs(words, at)
        if words[at : at + 1] != [word]:
            return None
        at += 1
    return at


def _match_tail(words: list[str], at: int) -> int:
    """What is printed with the verb behind it: adverbs, "with deep concern", "its appreciation", "its call upon"."""
    while True:
        end = _match_attitude(words, at) or _match_appeal(words, at) or _skip_adverbs(words, at)
        if end == at or (words[end - 1] == "further" and words[end : end + 1] and words[end] not in _AFTER_FURTHER):
            return at
        at = end


def _match_attitude(words: list[str], at: int) -> int | None:
    """ "with deep concern", and after a form of express "its deep regret and sorrow"."""
    expresses = words[at - 1].startswith("express")
    if words[at : at + 1] != ["with"] and not expresses:
        return None
    start = at + 1 if words[at : at + 1] in (["with"], ["its"], ["their"], ["our"], ["the"]) else at
    end = _skip_degrees(words, start)
    if words[end : end + 1] and words[end] in load_words("clause_feelings"):
        end += 1
        more = _skip_degrees(words, end + 1)
        if words[end : end + 1] == ["and"] and words[more : more + 1] and words[more] in load_words("clause_feelings"):
            return more + 1
        return end
    return None


def _skip_degrees(words: list[str], at: int) -> int:
    degrees = load_words("clause_degrees")
    while at < len(words) and (words[at] in degrees or words[at].endswith("ly") or _joins_degrees(words, at)):
        at += 1
    return at


def _joins_degrees(words: list[str], at: int) -> bool:
    degrees = load_words("clause_degrees")
    return words[at] == "and" and words[at - 1] in degrees and words[at + 1 : at + 2] != [] and words[at + 1] in degrees


def _match_appeal(words: list[str], at: int) -> int | None:
    """ "its urgent call upon" after a form of reiterate, renew, repeat or reaffirm."""
    if not words[at - 1].startswith(("reiterat", "renew", "repeat", "reaffirm")) or words[at : at + 1] != ["its"]:
        return None
    appeals = load_words("clause_appeals")
    for start in (at + 1, at + 2):
        for length in (2, 1):
            if _stands(appeals, words, start, length):
                return start + length
    return None


@cache
def _verb_forms() -> dict[str, list[tuple[tuple[str, ...], Mood]]]:
    """Every form of every verb of the list: first word -> (other words of the phrase, mood)."""
    forms: dict[str, list[tuple[tuple[str, ...], Mood]]] = {}
    for entry in sorted(load_words("clause_verbs")):
        phrase, _, gerund = (part.strip() for part in entry.partition("|"))
        base, *rest = phrase.split()
        for form, mood in _inflect(base, gerund):
            forms.setdefault(form, []).append((tuple(rest), mood))
    return forms


def _inflect(base: str, gerund: str) -> Iterable[tuple[str, Mood]]:
    yield base, "declaration"
    yield gerund or (base[:-1] if base.endswith("e") else base) + "ing", "preamble"
    if base.endswith(("s", "sh", "ch", "x")):
        yield base + "es", "operative"
    elif base.endswith("y") and base[-2] not in "aeou":
        yield base[:-1] + "ies", "operative"
    else:
        yield base + "s", "operative"
