"""Does a sentence ask somebody to do something? Decided on its main verbs, not on words anywhere in it."""

from pipeline.extract.lexicons import load_table, load_words
from pipeline.extract.phrases import lemmatise
from pipeline.extract.stances import (
    has_negation,
    has_normative_modal,
    has_subject,
    is_imperative,
    is_infinitive,
    read_attitude,
)
from pipeline.extract.trees import Tree, Word


def is_ask(doc: Tree, in_recommendations: bool, is_item: bool, start: int = 0) -> bool:
    """Whether the parsed sentence asks for an act.

    In lists and under headings that announce recommendations an imperative asks ("Ratify the Convention"), and so
    does an item without verb ("Immediate release of all prisoners"). `start` is where an item's own words begin.
    """
    mains = find_main_verbs(doc)
    if any(_asks_by_word(verb) or _asks_by_modal(verb, in_recommendations) for verb in mains):
        return True
    if not (in_recommendations or is_item):
        return False
    roots = [token for token in doc if token.dep_ == "ROOT"]
    if any(_is_order(root) for root in roots):
        return True
    opening = next((token for token in doc if token.idx >= start and token.is_alpha), None)
    return in_recommendations and is_item and (not _has_finite_verb(doc) or _opens_as_order(opening))


def find_main_verbs(doc: Tree) -> list[Word]:
    """The root, what is coordinated with it, and what an author says in own name ("We believe that ... should ...")."""
    mains = [token for token in doc if token.dep_ == "ROOT"]
    for verb in mains:
        mains += [token for token in verb.children if token.dep_ == "conj" and token.pos_ in ("VERB", "AUX")]
        if lemmatise(verb) in load_words("opinion_verbs") or read_attitude(verb) == "exhorts":
            mains += [token for token in verb.children if token.dep_ == "ccomp"]
    return mains


def _asks_by_word(verb: Word) -> bool:
    """ "recommends that", "calls upon", "is urged to", "it is essential that"."""
    if verb.pos_ == "AUX":
        return _needs_act(verb)
    if read_attitude(verb) != "exhorts" or has_negation(verb) or any(child.lower_ == "had" for child in verb.children):
        return False
    if verb.pos_ != "VERB" and not any(
        child.dep_ == "prep" and child.lower_ in ("upon", "on") for child in verb.children
    ):
        return False
    if _says_we(verb):
        return True
    if lemmatise(verb) in load_words("weak_ask_verbs") and not _takes_act(verb):
        return False
    return _is_spoken_by_author(verb)


def _needs_act(copula: Word) -> bool:
    """ "It is essential that ...", with a clause that says what."""
    adjectives = load_table("stances")["adjectives"]
    needs = [child for child in copula.children if child.dep_ == "acomp" and adjectives.get(child.lower_) == "exhorts"]
    clauses = [
        child for word in (copula, *needs) for child in word.children if child.dep_ in ("ccomp", "xcomp", "advcl")
    ]
    return bool(needs and clauses) and not has_negation(copula)


def _says_we(verb: Word) -> bool:
    return any(child.dep_ == "nsubj" and child.lower_ in ("we", "i") for child in verb.children)


def _takes_act(verb: Word) -> bool:
    """Whether an act follows: "requested that ... be", "asked the State to", "proposes adopting"."""
    for child in verb.children:
        if child.dep_ == "xcomp" or is_infinitive(child):
            return True
        if child.dep_ == "ccomp" and (child.tag_ in ("VB", "VBG") or has_normative_modal(child)):
            return True
    return False


def _is_spoken_by_author(verb: Word) -> bool:
    """Prisoners who urged a guard do not make an ask: the subject is we, it, a body that speaks, or a name."""
    subject = next((child for child in verb.children if child.dep_ in ("nsubj", "nsubjpass")), None)
    if subject is None:
        return True
    if subject.dep_ == "nsubjpass":
        return subject.lower_ == "it" or not _is_past(verb)
    if subject.pos_ == "PRON":
        return subject.lower_ in ("we", "i", "it", "she", "he", "they")
    is_name = subject.pos_ == "PROPN" or (subject.text[:1].isupper() and subject.i > 1)
    return is_name or lemmatise(subject) in load_words("speakers")


def _is_past(verb: Word) -> bool:
    return any(child.dep_ == "auxpass" and child.tag_ in ("VBD", "VBN") for child in verb.children)


def _asks_by_modal(verb: Word, in_recommendations: bool) -> bool:
    """ "The Government should ..."; "must" and "shall" describe the law unless somebody who can act is addressed."""
    modals = {child.lower_ for child in verb.children if child.dep_ == "aux"} & load_words("normative_modals")
    if not modals or in_recommendations:
        return bool(modals)
    if verb.doc[0].lower_ in load_words("law_openings") or any(
        token.lower_ in load_words("law_cues") for token in verb.doc
    ):
        return False
    if modals & {"should", "ought"}:
        return True
    subject = next((child for child in verb.children if child.dep_ in ("nsubj", "nsubjpass")), None)
    return "must" in modals and subject is not None and lemmatise(subject) in load_words("addressees")


def _is_order(verb: Word) -> bool:
    return is_imperative(verb) and verb.tag_ == "VB" and lemmatise(verb) not in load_words("reader_imperatives")


def _opens_as_order(token: Word | None) -> bool:
    """The tagger takes many a capitalised imperative for a noun; known verbs of recommendations are looked up."""
    if token is None or token.lower_ not in load_words("order_verbs"):
        return False
    return token.pos_ != "VERB" or not has_subject(token)


def _has_finite_verb(doc: Tree) -> bool:
    return any(token.tag_ in ("VBZ", "VBP", "VBD", "MD") for token in doc)
