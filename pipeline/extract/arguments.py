"""Who does an act and who suffers it: subjects, objects and agents over passives, infinitives and coordination."""

from pipeline.extract.lexicons import load_words
from pipeline.extract.phrases import expand_phrase, find_prepositional, lemmatise
from pipeline.extract.stances import first_conjunct, has_subject, is_infinitive, read_attitude
from pipeline.extract.trees import Word

Roles = tuple[list[Word], list[Word]]  # actors, objects

# Prepositions that lead to what a verb without direct object is done to, tried in this order.
TARGETS = ("against", "on", "upon", "at", "into", "to", "with", "from", "for", "of", "about")
# Prepositions that give a noun a part of its own in an act.
PARTS = frozenset(TARGETS) | {"towards", "toward", "before", "by", "of"}
PARTICIPLE_PLACES = ("acl", "conj", "xcomp", "ccomp", "advcl", "oprd")
DEEPEST = 8  # steps from an infinitive up to whoever does it


def find_verb_roles(verb: Word) -> Roles:
    """Actors and objects of a verb or copula, heads of noun phrases."""
    return find_actors(verb), find_objects(verb)


def is_passive(verb: Word) -> bool:
    if any(child.dep_ in ("auxpass", "nsubjpass") for child in verb.children):
        return True
    if verb.tag_ != "VBN" or verb.dep_ not in PARTICIPLE_PLACES or _has_child(verb, "aux"):
        return False
    head = first_conjunct(verb)
    shares = head is not verb and head.tag_ == "VBN" and is_passive(head) and not _has_child(verb, "nsubj")
    return shares or verb.dep_ == "acl" or _has_child(verb, "agent")


def _has_child(token: Word, label: str) -> bool:
    return any(child.dep_ == label for child in token.children)


def _child(token: Word, *labels: str) -> Word | None:
    return next((child for child in token.children if child.dep_ in labels), None)


def find_actors(verb: Word, depth: int = 0) -> list[Word]:
    """Who does it; empty where the sentence does not say."""
    if depth > DEEPEST or is_passive(verb):
        return expand_phrase(_find_agent(verb)) if depth <= DEEPEST else []
    subject = _child(verb, "nsubj")
    if subject is not None:
        return expand_phrase(subject)
    if verb.dep_ == "acl" and verb.tag_ == "VBG":
        return expand_phrase(verb.head)
    head = first_conjunct(verb)
    if head is verb:
        return _find_controller(verb, depth + 1)
    return _find_patients(head, depth + 1) if is_passive(head) else find_actors(head, depth + 1)


def _find_agent(verb: Word) -> Word | None:
    agent = find_prepositional(verb, ("by",))
    last = max(verb.conjuncts, key=lambda token: token.i, default=None)
    if agent is None and last is not None and last.tag_ == verb.tag_ and last.i > verb.i:
        return find_prepositional(last, ("by",))
    return agent


def _find_controller(verb: Word, depth: int) -> list[Word]:
    """Who is to do what the infinitive or gerund names: the addressee of "urges", the subject of "continues"."""
    above = _find_matrix(verb)
    if above is None:
        return []
    if above.pos_ in ("NOUN", "PROPN", "PRON"):
        return _find_bearer(above, depth) if lemmatise(above) in load_words("step_nouns") else []
    addressee = find_addressee(above)
    if addressee is not None and (verb.dep_ != "pcomp" or _is_done_by_object(verb)):
        return expand_phrase(addressee)
    if is_passive(above):
        return _find_patients(above, depth)
    if read_attitude(above) == "exhorts":
        return []
    return find_actors(above, depth + 1)


def _is_done_by_object(verb: Word) -> bool:
    """In "prevent guards from beating" and "thanks Norland for releasing" the object acts, after "by" the subject."""
    if verb.dep_ != "pcomp":
        return False
    praised = verb.head.lower_ == "for" and read_attitude(verb.head.head) in ("commends", "condemns")
    return praised or verb.head.lower_ in ("from", "into")


def _find_matrix(verb: Word) -> Word | None:
    if verb.dep_ in ("xcomp", "ccomp", "acl") or verb.dep_ == "advcl":
        return verb.head
    if verb.dep_ == "pcomp" and verb.head.dep_ in ("prep", "agent"):
        return verb.head.head
    return None


def find_addressee(verb: Word) -> Word | None:
    """Whom somebody asks, makes or lets do something: object, or the noun after "upon", "on", "to"."""
    if is_passive(verb):
        return None
    direct = _child(verb, "dobj", "dative")
    if direct is not None and direct.dep_ == "dobj" and lemmatise(direct) not in load_words("step_nouns"):
        return direct
    if read_attitude(verb) == "exhorts":
        return find_prepositional(verb, ("upon", "on", "to", "for", "with"))
    return None


def _find_bearer(noun: Word, depth: int) -> list[Word]:
    """ "the failure of the Government to release", "the Government's failure", "takes steps to release"."""
    owner = find_prepositional(noun, ("of", "for", "by")) or _child(noun, "poss")
    if owner is not None and owner.pos_ != "PRON":
        return expand_phrase(owner)
    head = first_conjunct(noun)
    if head.dep_ in ("dobj", "pobj", "attr"):
        verb = head.head if head.dep_ != "pobj" else head.head.head
        if verb.pos_ in ("VERB", "AUX"):
            if read_attitude(verb) == "exhorts":
                return expand_phrase(find_addressee(verb)) if find_addressee(verb) is not noun else []
            return find_actors(verb, depth + 1)
    return []


def find_objects(verb: Word) -> list[Word]:
    """What it is done to; for a copula what is said of the subject; empty where the sentence does not say."""
    if is_passive(verb):
        return _find_patients(verb, 0)
    direct = _child(verb, "dobj", "attr", "acomp", "oprd")
    if direct is not None:
        return expand_phrase(direct)
    if verb.dep_ == "relcl" and not _relative_is_bound(verb):
        return expand_phrase(verb.head)
    return _share_object(verb) or _find_causee(verb) or expand_phrase(find_prepositional(verb, TARGETS))


def _find_causee(verb: Word) -> list[Word]:
    """ "allow guards to enter", "hold guards accountable": the parser makes the guards subject of the lower word."""
    clause = next(
        (child for child in verb.children if child.dep_ == "ccomp" and (is_infinitive(child) or child.pos_ == "ADJ")),
        None,
    )
    return expand_phrase(_child(clause, "nsubj")) if clause is not None else []


def _find_patients(verb: Word, depth: int) -> list[Word]:
    """The objects of a passive verb."""
    if depth > DEEPEST:
        return []
    subject = _child(verb, "nsubjpass", "nsubj")
    if subject is not None:
        return expand_phrase(subject)
    if verb.dep_ == "acl":
        return expand_phrase(verb.head)
    head = first_conjunct(verb)
    if head is not verb:
        return _find_patients(head, depth + 1) if is_passive(head) else find_actors(head, depth + 1)
    return _find_controller(verb, depth + 1)


def _relative_is_bound(verb: Word) -> bool:
    """Whether the relative clause already has its antecedent as a part ("who", "which", "that")."""
    return any(token.tag_ in ("WDT", "WP") or token.lower_ in ("where", "that") for token in verb.subtree)


def _share_object(verb: Word) -> list[Word]:
    """ "beat and raped women": the last of coordinated verbs holds the object of all."""
    for other in verb.conjuncts:
        if other.i > verb.i and not is_passive(other) and not has_subject(other) and other.i - verb.i <= 4:
            direct = _child(other, "dobj")
            if direct is not None:
                return expand_phrase(direct)
    return []


def find_nominal_roles(noun: Word) -> Roles:
    """Actors and objects of a noun that names an act."""
    if lemmatise(noun) in load_words("intransitive_acts"):
        return expand_phrase(find_prepositional(noun, ("of", "by")) or _child(noun, "poss")), []
    verb = _find_light_verb(noun)
    objects = expand_phrase(_find_noun_object(noun))
    agent = find_prepositional(noun, ("by",)) or _find_displaced_agent(noun)
    actors = expand_phrase(agent)
    owner = _child(noun, "poss")
    if owner is not None and owner.pos_ != "PRON":
        if objects or not actors:
            actors = actors or expand_phrase(owner)
        else:
            objects = expand_phrase(owner)
    compound = _child(noun, "compound")
    if not objects and actors and compound is not None:
        objects = [compound]
    return _merge_light_verb(verb, actors, objects) if verb is not None else (actors, objects)


def _find_noun_object(noun: Word) -> Word | None:
    counter = noun.head.head if noun.dep_ == "pobj" and lemmatise(noun.head.head) in load_words("partitives") else None
    for member in [noun, *(token for token in noun.conjuncts if token.i > noun.i)]:
        found = find_prepositional(member, ("of", "against", "towards", "on", "to"))
        if found is not None:
            return found
    return find_prepositional(counter, ("against", "towards", "on")) if counter is not None else None


def _find_displaced_agent(noun: Word) -> Word | None:
    """In "end the torture of women by guards" the parser often hangs "by guards" on "women" or on "end"."""
    above = noun.head.head if noun.dep_ == "pobj" and noun.head.lower_ == "of" else None
    for member in [*noun.conjuncts, _find_noun_object(noun), above]:
        found = find_prepositional(member, ("by",)) if member is not None else None
        if found is not None and found.i > noun.i:
            return found
    if first_conjunct(noun).dep_ in ("dobj", "pobj"):
        verb = first_conjunct(noun).head
        verb = verb.head if verb.dep_ == "prep" else verb
        if verb.pos_ == "VERB" and not is_passive(verb):
            found = find_prepositional(verb, ("by",))
            return found if found is not None and found.i > noun.i else None
    return None


def _find_light_verb(noun: Word) -> Word | None:
    """The verb that lends the noun its subject: "guards committed acts of torture"."""
    token = noun
    for _ in range(DEEPEST):
        token = first_conjunct(token)
        above = token.head.head if token.dep_ == "pobj" else token.head
        if token.dep_ not in ("dobj", "pobj", "nsubjpass") or above is token:
            return None
        if above.pos_ == "VERB":
            return above if lemmatise(above) in load_words("light_verbs") else None
        if lemmatise(above) not in load_words("partitives"):
            return None
        token = above
    return None


def _merge_light_verb(verb: Word, actors: list[Word], objects: list[Word]) -> Roles:
    lemma = lemmatise(verb)
    if lemma in load_words("suffered_verbs"):
        return actors or expand_phrase(find_prepositional(verb, ("by", "from"))), objects or find_actors(verb)
    if lemma == "subject":
        return actors or find_actors(verb), objects or find_objects(verb)
    return actors or find_actors(verb), objects or expand_phrase(find_prepositional(verb, ("against", "on", "upon")))


def find_others(act: Word, actors: list[Word], objects: list[Word]) -> list[tuple[str, Word]]:
    """The further nouns of an act with the parts they play: receiver, origin, and whose the object or the actor is.

    Prepositions after the object are taken for the act's, since parsers hang them on either.
    """
    found = [("to", child) for child in act.children if child.dep_ == "dative" and child.pos_ in ("NOUN", "PROPN")]
    found += [pair for pair in _list_parts(act) if act.pos_ in ("VERB", "AUX") or pair[0] not in ("of", "by")]
    for thing in objects:
        found += [*_list_parts(thing), *_list_owners(thing, "of")]
    for actor in actors:
        found += [("whose", noun) for role, noun in _list_parts(actor) if role == "of"] + _list_owners(actor, "whose")
    taken = {token.i for token in (*actors, *objects)}
    return [(role, member) for role, noun in found for member in expand_phrase(noun) if member.i not in taken]


def _list_parts(token: Word) -> list[tuple[str, Word]]:
    return [
        (child.lower_, noun)
        for child in token.children
        if child.dep_ in ("prep", "dative", "agent") and child.lower_ in PARTS
        for noun in child.children
        if noun.dep_ == "pobj"
    ]


def _list_owners(noun: Word, role: str) -> list[tuple[str, Word]]:
    return [(role, child) for child in noun.children if child.dep_ == "poss" and child.pos_ != "PRON"]
