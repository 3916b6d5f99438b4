"""Whom a clause calls on: the words between its verb and the act it asks for."""

import re

from pipeline.extract.lexicons import load_words
from pipeline.extract.verbs import find_base

_LONGEST = 40  # words of an addressee; what is longer was not cut where it ends
_LEAD = re.compile(r"\s*(?:(?:upon|on|to|once again|once more|again|also|further|strongly|urgently)\s+)*")
_ASIDE = re.compile(r",\s*(?:in|as|with|within|where|when|through|on|by|for|inter alia|subject|pursuant)\b[^,;:]*,\s*")
_ACT = re.compile(r"\s+(?:and\s+)?(?:not\s+)?to\s+(?=[a-z])|\s*[;:]|\s*,\s+(?=to\s)|\s+that\s|\.$")
_INNER_TO = re.compile(
    r"\b(?:referred|accredited|according|relevant|addressed|relating|related|belonging|contributors?|advis[eo]rs?|due|"
    r"access|subject|position|able|willing|wishing)$"
)
_NO_VERB = re.compile(r"(?:the|a|an|this|that|these|those|it|its|their|any|all|such|which|whom|one|each)\b")


def read_addressee(text: str, verb: str) -> str:
    """The party that a clause calls on, as printed ("all Member States"), or "" when it calls on nobody by name.

    `text` is the clause without label, `verb` its opening phrase as printed at the text's head.
    """
    base = find_base(verb)
    if base not in load_words("calling_verbs") or not text.startswith(verb) or _only_renews(base, verb):
        return ""
    rest = _skip_lead(text[len(verb) :])
    if rest.startswith("that "):
        return _check(_cut_before_order(rest[len("that ") :], base))
    return "" if base == "decide" else _check(_cut_before_act(rest, base))


def _skip_lead(rest: str) -> str:
    """Without "upon", "again" and ", in this regard," behind the verb."""
    if aside := _ASIDE.match(rest):
        return rest[aside.end() :]
    lead = _LEAD.match(rest)
    return rest[lead.end() :] if lead else rest


def _only_renews(base: str | None, verb: str) -> bool:
    """ "Reiterates" calls on somebody only together with "its call upon"."""
    is_renewal = base in ("reiterate", "renew", "repeat", "reaffirm")
    return is_renewal and not verb.lower().endswith(tuple(sorted(load_words("clause_appeals"))))


def _cut_before_act(rest: str, base: str | None) -> str:
    """The words up to "to" and a verb; "States parties to the Convention" goes on."""
    for match in _ACT.finditer(rest):
        before = rest[: match.start()]
        if match.group().strip() == "that" and base != "recommend":
            continue  # "States that have not done so"
        if match.group().strip() == "to" and (_INNER_TO.search(before) or _NO_VERB.match(rest, match.end())):
            continue
        return _cut_aside(before)
    return ""


def _cut_aside(party: str) -> str:
    """Ends at a comma, unless what follows goes on with the list of those addressed."""
    parts = party.split(", ")
    is_list = re.search(r"\band\b", parts[-1]) and not any(_opens_aside(part) for part in parts[1:])
    return party if is_list and len(parts) > 1 else parts[0]


def _opens_aside(part: str) -> bool:
    return (
        re.match(r"(?:in|as|with|within|where|when|including|through|on|by|for|who|which|and to|if|upon)\b", part)
        is not None
    )


def _cut_before_order(rest: str, base: str | None) -> str:
    """ "that the Government shall ...", "that all parties immediately ...", "that Norland release ..."."""
    words = rest.split()
    modals = ("shall", "should", "must") if base == "decide" else ("shall", "should", "must", "be", "not")
    orders = load_words("order_verbs")
    for at, word in enumerate(words[:_LONGEST]):
        ends = word in modals or (base != "decide" and (word in orders or word.endswith("ly")))
        if at and ends:
            return " ".join(words[:at]).rstrip(",")
    return ""


def _check(party: str) -> str:
    """The party, when it is short enough and names somebody who can act."""
    party = party.strip(" ,;:")
    return party if party and len(party.split()) <= _LONGEST and _names_party(party) else ""


def _names_party(party: str) -> bool:
    head = re.split(r"\b(?:of|to|in|for|by|on|from|with|that|who|which|parties)\s", party, maxsplit=1)[0]
    if re.search(r"parties\s", party):
        return True
    words = [word.strip("(),").lower() for word in head.replace("‑", "-").split()]
    known = any(word in load_words("addressed") for word in words)
    return known or any(word[:1].isupper() for word in head.split())
