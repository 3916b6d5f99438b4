"""Noun phrases of a dependency parse: head lemma with compounds, what a partitive counts, who a pronoun is."""

from functools import cache

from pipeline.extract.lexicons import load_table, load_words
from pipeline.extract.trees import Tree, Word

HYPHENS = ("-", "‐", "‑", "–")
NOUNS = ("NOUN", "PROPN", "NUM", "ADJ", "VERB")  # what may head a phrase that fills a noun's place


def name_phrase(head: Word) -> str:
    """The head's lemma with the compounds that stand directly before it, lower case: "security officer"."""
    start = head.i
    while start and (_belongs_to_name(head.doc[start - 1], head) or _ends_in_hyphen(head.doc, start)):
        start -= 2 if _ends_in_hyphen(head.doc, start) else 1
    while start < head.i and head.doc[start].is_punct:
        start += 1
    before = "".join(token.lower_ + token.whitespace_ for token in head.doc.words[start : head.i])
    return before + lemmatise(head)


def lemmatise(token: Word) -> str:
    """The lemma in lower case; corrects the tagger where it takes a capitalised plural for a name."""
    return _correct_lemma(token.lemma_, token.tag_, token.lower_)


@cache
def _correct_lemma(lemma: str, tag: str, word: str) -> str:
    lemma = lemma.lower()
    fixed = load_table("lemmas")["lemmas"].get(lemma)
    if fixed is not None:
        return fixed
    if tag == "NNPS" and lemma == word and lemma.endswith("s") and not lemma.endswith("ss"):
        return lemma[:-3] + "y" if lemma.endswith("ies") else lemma[:-1]
    return lemma


def join_hyphens(head: Word) -> Word:
    """The last part of a word that the tokeniser cut at its hyphens: "co-sponsors"."""
    while head.i + 2 < len(head.doc) and not head.whitespace_ and _ends_in_hyphen(head.doc, head.i + 2):
        head = head.doc[head.i + 2]
    return head


def _ends_in_hyphen(doc: Tree, place: int) -> bool:
    """Whether a word and a hyphen stand directly before the token at this place."""
    if place < 2 or doc[place - 1].whitespace_ or doc[place - 2].whitespace_:
        return False
    return doc[place - 1].text in HYPHENS and doc[place - 2].is_alpha


def _belongs_to_name(token: Word, head: Word) -> bool:
    if token.dep_ == "punct":
        return token.text in HYPHENS
    return token.dep_ in ("compound", "nmod") and head in (token.head, token.head.head)


def resolve_partitive(head: Word) -> Word:
    """ "hundreds of prisoners" and "acts of torture" speak of prisoners and torture."""
    if lemmatise(head) not in load_words("partitives"):
        return head
    inner = find_prepositional(head, ("of",))
    return resolve_partitive(inner) if inner is not None else head


def find_prepositional(token: Word, prepositions: tuple[str, ...]) -> Word | None:
    """The noun after the first of these prepositions that hangs on the token."""
    for child in token.children:
        if child.dep_ in ("prep", "agent", "dative") and child.lower_ in prepositions:
            for noun in child.children:
                if noun.dep_ == "pobj":
                    return noun
    return None


def expand_phrase(head: Word | None) -> list[Word]:
    """The head and the nouns coordinated with it, each with partitives and relative pronouns resolved."""
    if head is None:
        return []
    antecedent = resolve_relative(head)
    members = [antecedent, *(token for token in antecedent.conjuncts if token.i > antecedent.i and token.pos_ in NOUNS)]
    return [resolve_partitive(member) for member in members]


def resolve_relative(token: Word) -> Word:
    """The noun that "who", "which" or "that" stands for, where the parse says so; else the token itself."""
    if token.tag_ not in ("WP", "WDT") and not (token.lower_ == "that" and token.tag_ == "IN"):
        return token
    clause = token.head
    while clause.dep_ in ("conj", "xcomp", "ccomp", "prep", "pcomp", "aux") and clause.head != clause:
        clause = clause.head
    return clause.head if clause.dep_ == "relcl" else token


def name_all(heads: list[Word]) -> list[str]:
    """Names of the phrases in order, each once; pronouns have none."""
    names = [name_phrase(head) for head in heads if head.pos_ != "PRON" and head.tag_ not in ("WP", "WDT", "PRP", "DT")]
    return list(dict.fromkeys(names))
