"""Frames: who does what to whom, read from the dependency parse of a sentence or clause.

Labels are those of spaCy's English models (ClearNLP / CLEAR style). An act is a verb, or a noun that names one
("the torture of detainees by guards"); passives, relative clauses and infinitives are traced back to who does it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.extract.arguments import find_nominal_roles, find_others, find_verb_roles
from pipeline.extract.lexicons import load_table, load_words
from pipeline.extract.phrases import lemmatise, name_all, name_phrase
from pipeline.extract.sentences import split_sentences
from pipeline.extract.stances import find_governors, is_attitude, is_denied, is_negating, read_attitude, read_stance
from pipeline.extract.trees import Tree, Word
from pipeline.extract.verbs import read_opening
from pipeline.records import Argument, Clause, Frame

if TYPE_CHECKING:
    from pipeline.extract.language import English

MOST_FRAMES = 60  # of one text; lists of lists multiply
SPEAKER = "It "  # stands in for the organ that opens the resolution, so that the parser sees a sentence
ORDER = "They must "  # stands in for whoever is asked
CHAPEAU_END = re.compile(r"[\s:,;–—-]+$")


def read_frames(texts: Iterable[str], nlp: "English") -> list[tuple[Frame, ...]]:
    """The frames of each text, in order; a text may be a sentence, a clause without subject, or several sentences."""
    return _read_batches([_cut(text) for text in texts], nlp)


def add_clause_frames(clauses: Sequence[Clause], nlp: "English") -> list[Clause]:
    """The clauses with the frames of their own words; the chapeau is read along for actor and stance."""
    batches = []
    for clause in clauses:
        sentences = _cut(clause.text)
        if clause.chapeau and sentences:
            text, start = link_parts([quote.text for quote in clause.chapeau], sentences[0][0])
            prepared, shift = prepare_clause(text)
            sentences[0] = prepared, start + shift
        batches.append(sentences)
    frames = _read_batches(batches, nlp)
    return [replace(clause, frames=found) for clause, found in zip(clauses, frames, strict=True)]


Sentence = tuple[str, int]  # a text for the parser, and the offset before which nothing is to be read


def _cut(text: str) -> list[Sentence]:
    spans = split_sentences(text)
    return [prepare_clause(text[span.start : span.end]) for span in spans]


def _read_batches(batches: Sequence[Sequence[Sentence]], nlp: "English") -> list[tuple[Frame, ...]]:
    docs = nlp.parse(text for batch in batches for text, _ in batch)
    found = []
    for batch in batches:
        frames = [frame for _, start in batch for frame in find_frames(next(docs), start)]
        found.append(tuple(dict.fromkeys(frames))[:MOST_FRAMES])
    return found


def prepare_order(text: str) -> Sentence | None:
    """An opening imperative as "They must ...", since taggers take capitalised imperatives for nouns; else None."""
    first, _, rest = text.partition(" ")
    if first.lower() not in load_words("order_verbs") or not first[:1].isupper():
        return None
    following = rest.split(" ", 1)[0].lower()
    if first.lower() in load_words("orders_or_nouns") and following not in load_words("determiners"):
        return None
    return ORDER + text[0].lower() + text[1:], len(ORDER)


def prepare_clause(text: str) -> Sentence:
    """Give a clause or an imperative the subject it lacks ("It calls upon ..."), and tell where its own words begin."""
    opening = read_opening(text)
    if opening is None or opening.mood == "declaration" or opening.phrase.startswith("Having"):
        return prepare_order(text) or (text, 0)
    if opening.mood == "operative" and not re.match(r"\s+\S", text[len(opening.phrase) :]):
        return text, 0
    subject = SPEAKER if opening.mood == "operative" else f"{SPEAKER}is "
    return subject + text[0].lower() + text[1:], len(subject)


def link_parts(chapeau: Sequence[str], item: str) -> tuple[str, int]:
    """Chapeau and item as one running sentence of the same length as their plain join, and the item's offset in it."""
    text = " ".join(chapeau) + " "
    trimmed = CHAPEAU_END.sub("", text)
    lead = trimmed + " " * (len(text) - len(trimmed))
    starts_name = len(item) > 1 and (item[1].isupper() or not item[1].isalpha())
    return lead + (item if starts_name else item[:1].lower() + item[1:]), len(lead)


def find_frames(doc: Tree, start: int = 0) -> list[Frame]:
    """The frames of a parsed sentence whose acts stand at character `start` or later, in order."""
    acts = [token for token in doc if _is_act(token)]
    governors = {act.i: find_governors(act) for act in acts}
    carried = {token.i for above in governors.values() for token in above}
    frames: list[Frame] = []
    for act in acts:
        if act.idx >= start and not (act.i in carried and _only_carries(act)):
            frames += _make_frames(act, governors[act.i])
    return list(dict.fromkeys(frames))


def _is_act(token: Word) -> bool:
    if token.dep_ in ("aux", "auxpass", "compound", "amod", "case", "punct") or not token.text[0].isalpha():
        return False
    if token.pos_ == "VERB":
        return token.dep_ not in ("prep", "det")
    if token.pos_ == "AUX":
        return any(child.dep_ in ("attr", "acomp") for child in token.children)
    is_name = token.pos_ == "PROPN" and token.i > 0  # "the Protection of Witnesses Act"
    return token.pos_ in ("NOUN", "PROPN") and not is_name and lemmatise(token) in load_table("nominals")["acts"]


def _only_carries(token: Word) -> bool:
    """Whether the word says nothing of its own once the act below it is read: "urges", "continue to", "commit"."""
    lemma = lemmatise(token)
    lists = ("light_verbs", "control_verbs", "speech_verbs", "happening_verbs")
    is_carrier = token.pos_ == "AUX" or any(lemma in load_words(name) for name in lists)
    return is_carrier or is_attitude(token) or is_negating(token)


def _make_frames(act: Word, governors: list[Word]) -> list[Frame]:
    own = read_attitude(act) if act.pos_ == "VERB" else None
    stance = read_stance(act, governors)
    if own is not None and stance == "states":
        stance = own
    negated = is_denied(act, governors)
    if act.pos_ in ("VERB", "AUX"):
        if lemmatise(act) in load_words("speech_verbs") and any(child.dep_ == "ccomp" for child in act.children):
            return []
        actors, objects = find_verb_roles(act)
        name = _name_verb(act)
    else:
        actors, objects = find_nominal_roles(act)
        name = load_table("nominals")["acts"][lemmatise(act)]
        if not actors and not objects and not governors:
            return []
    who = [name_phrase(token) for token in actors if token.pos_ != "PRON"]
    what = name_all(objects)
    parts = [Argument(role, thing) for role, token in find_others(act, actors, objects) for thing in name_all([token])]
    others = tuple(dict.fromkeys(parts))
    return [
        Frame(actor, name, thing, negated, stance, others)
        for actor in dict.fromkeys(who or [""])
        for thing in what or [""]
    ]


def _name_verb(verb: Word) -> str:
    particle = next((child.lower_ for child in verb.children if child.dep_ == "prt"), "")
    return f"{lemmatise(verb)} {particle}".strip()
