"""What stands over an act in the dependency parse: does the sentence ask for it, condemn or welcome it, deny it?

The governors of an act are the words above it, up to the first that reports something of its own: in "urges the
Government to refrain from returning women" the act "return" stands under "refrain" and "urge".
"""

from collections.abc import Iterator
from functools import cache
from typing import Literal

from pipeline.extract.lexicons import load_table, load_words
from pipeline.extract.phrases import lemmatise
from pipeline.extract.trees import Word

Stance = Literal["states", "exhorts", "condemns", "commends"]

# Prepositions over which a complement hangs on its governor; after, before, during, despite lead to adjuncts.
BARE_PREPOSITIONS = frozenset(
    {"of", "at", "about", "over", "for", "on", "upon", "to", "against", "from", "with", "without", "in", "by", "into"}
)
EXAMPLES = frozenset({"including", "like", "as"})  # "such as"
# Labels of the dependency parse under which a word completes the word above it.
COMPLEMENTS = frozenset(
    {"xcomp", "ccomp", "dobj", "attr", "acomp", "oprd", "csubj", "csubjpass", "nsubj", "nsubjpass", "dep"}
)


def find_governors(act: Word) -> list[Word]:
    """The words over an act that say whether it is asked for, condemned, welcomed or denied; nearest first."""
    governors: list[Word] = []
    token = act
    while True:
        token = _find_listed(first_conjunct(token))
        above = _find_above(token)
        if above is None or not _is_open(above, token):
            return governors
        governors.append(above)
        token = above


def first_conjunct(token: Word) -> Word:
    """The first of coordinated words: what stands over it stands over all."""
    while token.dep_ == "conj":
        token = token.head
    return token


def _find_listed(token: Word) -> Word:
    """The noun that an example belongs to: what stands over "all violations, including torture" stands over both."""
    while token.dep_ == "pobj" and token.head.lower_ in EXAMPLES and token.head.head.pos_ == "NOUN":
        token = first_conjunct(token.head.head)
    return token


def _find_above(token: Word) -> Word | None:
    """The word whose complement the token is, over prepositions; None for adjuncts, relative clauses and roots."""
    if token.dep_ in COMPLEMENTS:
        return token.head
    if (token.dep_ in ("acl", "advcl") and is_infinitive(token)) or (token.dep_ == "acl" and _has_mark(token)):
        return token.head
    if token.dep_ in ("pobj", "pcomp"):
        preposition = first_conjunct(token.head)
        is_bare = preposition.lower_ in BARE_PREPOSITIONS and preposition.dep_ in ("prep", "agent", "dative")
        return preposition.head if is_bare else None
    return None


def _has_mark(token: Word) -> bool:
    return any(child.dep_ == "mark" and child.lower_ == "that" for child in token.children)


def _is_open(above: Word, below: Word) -> bool:
    """Whether what is said of `above` also holds of the act `below` it."""
    if is_attitude(above) or is_negating(above):
        return below.dep_ not in ("nsubj", "nsubjpass") or (is_negating(above) and _has_no_object(above))
    if below.dep_ in ("nsubj", "nsubjpass"):
        return below.pos_ == "NOUN" and above.dep_ != "relcl" and lemmatise(above) in load_words("happening_verbs")
    lemma = lemmatise(above)
    if above.pos_ == "NOUN" and lemma in load_words("clause_nouns"):
        return True
    if below.pos_ == "NOUN":
        return any(lemma in load_words(name) for name in ("light_verbs", "control_verbs", "step_nouns", "partitives"))
    if below.dep_ == "ccomp" and not is_infinitive(below):
        return lemma in load_words("control_verbs")
    is_plain_verb = above.pos_ in ("VERB", "AUX") and lemma not in load_words("speech_verbs")
    return is_plain_verb or lemma in load_words("step_nouns")


def is_infinitive(token: Word) -> bool:
    return token.tag_ == "VB" and any(child.dep_ == "aux" and child.lower_ == "to" for child in token.children)


def _has_no_object(verb: Word) -> bool:
    return not any(child.dep_ == "dobj" for child in verb.children)


def is_attitude(token: Word) -> bool:
    """Whether the word itself exhorts, condemns or commends, or says that there is no stance beyond it."""
    return read_attitude(token) is not None


def is_negating(token: Word) -> bool:
    """ "end", "refrain", "lack", and "put an end" as a whole: the act under it is not done, or to be no longer done."""
    if token.pos_ == "NOUN":
        return lemmatise(token) in load_words("negating_nouns") and not _puts_an_end(token.head)
    return lemmatise(token) in load_words("negating_acts") or _puts_an_end(token)


def _puts_an_end(verb: Word) -> bool:
    ends = (
        child for child in verb.children if child.dep_ == "dobj" and lemmatise(child) in load_words("negating_nouns")
    )
    return lemmatise(verb) == "put" and any(True for _ in ends)


def read_attitude(token: Word) -> Stance | None:
    """The stance that a verb, adjective or noun expresses by its meaning: "urges", "appalled", "need"."""
    table = load_table("stances")
    lemma = lemmatise(token)
    if token.pos_ in ("VERB", "AUX") or token.dep_ == "ROOT":
        for particle in _list_particles(token) if lemma in _list_particle_verbs() else ():
            if (found := table["verbs_with_preposition"].get(f"{lemma} {particle}")) is not None:
                return _as_stance(found)
        carried = _read_carried_noun(token)
        if carried is not None or lemma in table["verbs"]:
            return carried or _as_stance(table["verbs"][lemma])
    if token.pos_ in ("ADJ", "VERB") and (token.lower_ in table["adjectives"]):
        return _as_stance(table["adjectives"][token.lower_])
    if token.pos_ == "NOUN" and lemma in table["nouns"]:
        return _as_stance(table["nouns"][lemma])
    return None


@cache
def _list_particle_verbs() -> frozenset[str]:
    """Verbs that express a stance together with a preposition."""
    return frozenset(entry.rpartition(" ")[0] for entry in load_table("stances")["verbs_with_preposition"])


def _list_particles(verb: Word) -> list[str]:
    if any(child.dep_ == "dobj" for child in verb.children):  # "called the farmers a plague on the land"
        return []
    particles = [child.lower_ for child in verb.children if child.dep_ in ("prep", "prt", "aux", "dative")]
    return [*particles, "to"] if any(is_infinitive(child) for child in verb.children) else particles


def _read_carried_noun(verb: Word) -> Stance | None:
    """ "expresses its grave concern", "notes with satisfaction": the noun carries the stance."""
    if lemmatise(verb) in load_words("control_verbs"):
        return None
    nouns = load_table("stances")["nouns"]
    objects = [child for child in verb.children if child.dep_ == "dobj"]
    objects += [
        noun for child in verb.children if child.lower_ == "with" for noun in child.children if noun.dep_ == "pobj"
    ]
    return next((_as_stance(nouns[lemmatise(noun)]) for noun in objects if lemmatise(noun) in nouns), None)


def _as_stance(name: str) -> Stance:
    for stance in ("states", "exhorts", "condemns", "commends"):
        if name == stance:
            return stance
    raise ValueError(f"lexicons/stances.toml: unknown stance {name!r}")


def read_stance(act: Word, governors: list[Word]) -> Stance:
    """The nearest stance over an act: of its own modal or mood, else of the first governor that has one."""
    for token in [act, *governors]:
        attitude = read_attitude(token) if token is not act else None
        if attitude is not None:
            return attitude
        if token.pos_ in ("VERB", "AUX") and asks_by_mood(token):
            return "exhorts"
    return "states"


def asks_by_mood(verb: Word) -> bool:
    """ "should release", "is to be released", or an imperative or bare infinitive as the main verb."""
    return has_normative_modal(verb) or is_imperative(verb)


def has_normative_modal(verb: Word) -> bool:
    own = [child for child in verb.children if child.dep_ == "aux"]
    head = first_conjunct(verb)
    if not own and head is not verb and head.tag_ == verb.tag_ and not has_subject(verb):
        own = [child for child in head.children if child.dep_ == "aux"]
    return any({child.lower_, lemmatise(child)} & load_words("normative_modals") for child in own)


def is_imperative(verb: Word) -> bool:
    """ "Release all prisoners", "To release all prisoners" as the whole sentence, coordinated ones included."""
    head = first_conjunct(verb)
    if head.dep_ != "ROOT" or any(word.tag_ not in ("VB", "VBP") or has_subject(word) for word in (head, verb)):
        return False
    auxiliaries = {child.lower_ for child in head.children if child.dep_ in ("aux", "auxpass")}
    return auxiliaries <= {"to", "do", "be"}


def has_subject(verb: Word) -> bool:
    return any(child.dep_ in ("nsubj", "nsubjpass", "expl", "csubj") for child in verb.children)


def is_denied(act: Word, governors: list[Word]) -> bool:
    """Whether the act is said not to happen, or is asked not to happen; two negations cancel each other.

    "Put an end to abuses by admitting doctors" denies the abuses, not the means.
    """
    denials = int(has_negation(act)) + int(_stands_after_without(act))
    below = act
    for token in governors:
        if _is_means(below):
            break
        denials += int(is_negating(token)) + int(has_negation(token)) + int(_stands_after_without(token))
        below = token
    return denials % 2 == 1


def _is_means(token: Word) -> bool:
    head = first_conjunct(token)
    return bool(head.dep_ == "pcomp" and first_conjunct(head.head).lower_ == "by")


def _stands_after_without(token: Word) -> bool:
    head = first_conjunct(token)
    return head.dep_ in ("pobj", "pcomp") and head.head.lower_ == "without"


def has_negation(token: Word) -> bool:
    """A negation of the word itself: "not", "never", "no child is detained", shared by coordinated words."""
    if any(True for _ in _list_negations(token)) or _has_negative_prefix(token):
        return True
    head = first_conjunct(token)
    shares = head is not token and head.tag_ == token.tag_ and not has_subject(token)
    return shares and token.pos_ == "VERB" and any(True for _ in _list_negations(head))


def _has_negative_prefix(token: Word) -> bool:
    """ "non-punishment", which the tokeniser cuts into three."""
    before = token.doc.cut(token.i - 2, token.i).lower() if token.i > 1 else ""
    return before in ("non-", "non‑")


def _list_negations(token: Word) -> Iterator[Word]:
    cues = load_words("negation_cues")
    for child in token.children:
        if (child.dep_ in ("neg", "advmod", "preconj", "det", "cc") and child.lower_ in cues) or (
            child.dep_ in ("nsubj", "nsubjpass", "dobj") and token.pos_ in ("VERB", "AUX") and _is_none(child)
        ):
            yield child


def _is_none(noun: Word) -> bool:
    """ "no child", "nobody"."""
    cues = load_words("negation_cues")
    return noun.lower_ in cues or any(word.dep_ == "det" and word.lower_ in cues for word in noun.children)
