"""Papers of organisations: facts and asks on a few subjects, in Markdown, as long as wanted."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from pipeline.evaluate.generate_grammar import (
    Concept,
    Country,
    Grammar,
    Subject,
    draw,
    draw_slots,
    fill_concept,
    join_items,
)


@dataclass(frozen=True)
class Paper:
    """A document of a generated case, or of the pool that the cases share."""

    id: str
    publisher: str
    date: str
    text: str
    country: str
    concepts: frozenset[str] = frozenset()  # ids of the points it makes
    items: frozenset[str] = frozenset()  # of lists it tells


@dataclass(frozen=True)
class Saying:
    """Sentences that a paper must hold: what it tells and what it asks."""

    told: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()


def write_paper(
    rng: Random,
    grammar: Grammar,
    country: Country,
    subjects: Sequence[Subject],
    sayings: Sequence[Saying],
    filler: int,
    publisher: str,
    date: str,
) -> str:
    """A paper in Markdown that holds the sayings among `filler` sentences that ask for nothing."""
    phrases = grammar.phrases
    told = [sentence for saying in sayings for sentence in saying.told]
    told += [_draw_fact(rng, grammar, country, subjects) for _ in range(filler)]
    told = list(dict.fromkeys(told))  # a small stock of facts repeats itself
    rng.shuffle(told)
    asks = [ask for saying in sayings for ask in saying.asks]
    rng.shuffle(asks)
    slots = draw_slots(rng, country, grammar)
    title = draw(rng, phrases["titles"], slots, name=rng.choice(subjects).name)
    blocks = [f"# {title}", f"{publisher}, {date}", f"## {rng.choice(phrases['headings_found'])}"]
    while told:
        size = rng.randint(2, 5)
        blocks.append(" ".join(told[:size]))
        told = told[size:]
    if asks:
        blocks.append(f"## {rng.choice(phrases['headings_asked'])}")
        blocks += _lay_out_asks(rng, asks)
    return "\n\n".join(blocks) + "\n"


def say_point(rng: Random, grammar: Grammar, country: Country, point: Concept, wording: str) -> Saying:
    """The point as a paper makes it, in the wording named, mostly with the fact behind it."""
    slots = draw_slots(rng, country, grammar)
    ask = f"{draw(rng, grammar.phrases['ask_openings'], slots)} {wording}."
    return Saying(told=(point.fact,) if rng.random() < 0.7 else (), asks=(ask,))


def tell_list(rng: Random, subject: Subject, items: Sequence[str]) -> Saying:
    """A sentence that tells a list of things."""
    return Saying(told=(rng.choice(subject.told).format(list=join_items(items)),))


def write_pool_paper(rng: Random, grammar: Grammar, country: Country, name: str) -> Paper:
    """A paper that may serve any case: as a placebo of another country's, as a rival of its own country's."""
    subjects = rng.sample(sorted(grammar.subjects.values(), key=lambda subject: subject.id), rng.randint(1, 3))
    known = {subject.id for subject in subjects}
    concepts = [concept for concept in grammar.concepts if concept.subject in known]
    points = [
        fill_concept(concept, draw_slots(rng, country, grammar)) for concept in rng.sample(concepts, rng.randint(2, 5))
    ]
    sayings = [
        say_point(rng, grammar, country, point, rng.choice((point.asked, point.close, point.other))) for point in points
    ]
    items: set[str] = set()
    for subject in subjects:
        if rng.random() < 0.7:
            chosen = rng.sample(subject.items, 3)
            items.update(chosen)
            sayings.append(tell_list(rng, subject, chosen))
    publisher = f"{rng.choice(grammar.phrases['publishers'])} {country.name}"
    date = f"{rng.randint(2022, 2023)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
    text = write_paper(rng, grammar, country, subjects, sayings, rng.randint(8, 28), publisher, date)
    return Paper(name, publisher, date, text, country.name, frozenset(point.id for point in points), frozenset(items))


def _draw_fact(rng: Random, grammar: Grammar, country: Country, subjects: Sequence[Subject]) -> str:
    stock = rng.choice(subjects).facts if rng.random() < 0.75 else grammar.phrases["linking"]
    return draw(rng, stock, draw_slots(rng, country, grammar))


def _lay_out_asks(rng: Random, asks: Sequence[str]) -> list[str]:
    style = rng.choice(("bullets", "numbers", "paragraph"))
    if style == "bullets":
        return ["\n".join(f"- {ask}" for ask in asks)]
    if style == "numbers":
        return [f"{place}. {ask}" for place, ask in enumerate(asks, start=1)]
    return [" ".join(asks)]
