"""Does an author dispute what a sentence says: in it, right after it, or in the heading above?"""

import re
from functools import cache

from pipeline.extract.lexicons import join_words, load_words
from pipeline.words import fold_case, list_runs

_BE = r"(?:is|are|was|were|would be|seems|remains)\s(?:\w+ly |quite |also |just |in our view,? )?"
_NOT = (
    r"(?:do not|does not|did not|don[’']t|doesn[’']t|cannot|can[’']t|could not|no longer|never)\s"
    r"(?:\w+ly |in any way )?"
)
_HOLD = r"(?:share|agree|support|endorse|accept|believe|subscribe|think|recommend|back|favour|favor|advocate)"
_REFUSE = r"(?:reject|oppose|dispute|contest|refute|object to|distance ourselves from|take issue with|disagree)"
_WE = r"\b(?:we|i|our organi[sz]ation)\s(?:\w+ly |therefore |also |would |must |strongly )?"


def is_disputed(sentence: str, after: str, heading: str, is_claim: bool) -> bool:
    """Whether the author says, in the sentence, after it or in the heading, not to share it.

    `is_claim`: the sentence asks or hands on; "This is wrong" after a plain fact only blames the fact.
    """
    if _is_disputed_inside(sentence) or _refusal().search(heading):
        return True
    return _after(is_claim).match(after) is not None and not after.rstrip().endswith("?")


def name_rejecter(after: str) -> str:
    """Who, by name, rejects a sentence in the next one: "Harbour Watch rejects this"; "" when nobody does."""
    claims = join_words("dispute_claims")
    verbs = (
        r"(?:rejects?|rejected|disputes?|opposes?|disagrees? with|does not (?:share|support|endorse)|cannot support)"
    )
    found = re.match(
        rf"(?P<who>[A-Z][^,;:“”\"]{{1,80}}?)\s(?:\w+ly |also )?{verbs}\s(?:this|that|it|such|these|the)"
        rf"(?:\s(?:\w+\s)?(?:{claims}))?\s*(?:[.,;!]|$)",
        after,
    )
    return found["who"] if found else ""


def hands_on(text: str) -> bool:
    """ "Some exiles say that ...": words of others, whoever they are."""
    hands = any(mark in text for mark in (" that", " “", ' "'))
    return hands and re.search(rf"\b(?:{join_words('voice_reporting')}) (?:that|[“\"])", text) is not None


@cache
def _refusal() -> re.Pattern[str]:
    """Headings such as "Proposals that we do not support"."""
    return re.compile(rf"{_WE}(?:{_NOT}{_HOLD}|{_REFUSE})\b", re.IGNORECASE)


def _is_disputed_inside(sentence: str) -> bool:
    """Whether the sentence itself says so; an expression is tried only where a word stands that it needs."""
    if not list_runs(sentence).isdisjoint(("we", "i", "our")) and _own_refusal().search(sentence):
        return True
    folded = fold_case(sentence)
    return any(word in folded for word in _list_blames()) and _blame().search(sentence) is not None


@cache
def _list_blames() -> tuple[str, ...]:
    """The longest word of each entry for what is wrong or untrue."""
    entries = load_words("dispute_wrongs") | load_words("dispute_falsehoods")
    return tuple(sorted({max(entry.split(), key=len) for entry in entries}))


@cache
def _own_refusal() -> re.Pattern[str]:
    """ "We do not share the view that ..."."""
    claims = join_words("dispute_claims")
    return re.compile(
        rf"{_WE}(?:{_NOT}{_HOLD}\b|disagree\b|{_REFUSE}\s(?:with )?(?:[\w’'-]+\s){{0,5}}?(?:{claims})\b)",
        re.IGNORECASE,
    )


@cache
def _blame() -> re.Pattern[str]:
    """ "It is wrong to ...", "The claim that ... is unfounded"."""
    claims = join_words("dispute_claims")
    wrong, untrue = join_words("dispute_wrongs"), join_words("dispute_falsehoods")
    return re.compile(
        rf"\bit {_BE}(?:{untrue}) (?:that|to)\b|\b{_BE}(?:{wrong}) to\b"
        rf"|^(?:the |these |such |all |any |some )?(?:\w+\s){{0,3}}?(?:{claims})\b.*?\b{_BE}(?:{wrong}|{untrue})"
        r"[^,;]{0,20}[.!]?$",
        re.IGNORECASE,
    )


@cache
def _after(is_claim: bool) -> re.Pattern[str]:
    """The next sentence: it must point back, with "this", "that", "it", or with nothing at all."""
    claims = join_words("dispute_claims")
    back = (
        rf"(?:\s(?:with|in|to))?(?:\s(?:this|that|it|so|such(?: an?)?|them|these|those|the|either)"
        rf"(?:\s\w+)?\s(?:{claims})|\s(?:this|that|it|so|them|either))?\s*(?:[.,;!–—-]|$|\b(?:and|because|for|as|since)\b)"
    )
    called = join_words("dispute_falsehoods", "dispute_wrongs") if is_claim else join_words("dispute_falsehoods")
    subject = rf"(?:this|that|it|these|those|such|the|nothing)(?:\s\w+)?(?:\s(?:{claims}))?"
    return re.compile(
        rf"(?:but |yet |however,? |in fact,? )?(?:{_WE}(?:{_NOT}{_HOLD}|{_REFUSE}){back}"
        rf"|{subject}\s{_BE}(?:{called})\b(?!\s(?:to|that)\b)"
        r"|nothing could be further from|the opposite is (?:true|the case)"
        r"|(?:no|not so|certainly not|it (?:is|does|should|must) not)\s*[.,!–—]"
        rf"|{_WE}(?:think|believe|hold|say)(?: that)? "
        r"(?:not|(?:it|they|this|that) (?:should|would|must|is|are|does|do) not)"
        r"\b|the answer is no\b)",
        re.IGNORECASE,
    )
