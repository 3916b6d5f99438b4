"""A series of resolutions: last year's text, and this year's with changed, moved, dropped and new clauses."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from pipeline.evaluate.generate_grammar import Concept, Country, Grammar, Subject, draw, draw_slots, join_items


@dataclass(frozen=True)
class ListClause:
    """A clause that carries a list: this year it may carry more items than last year."""

    opening: str
    template: str
    items: tuple[str, ...]
    added: tuple[str, ...] = ()

    def word(self, with_added: bool) -> str:
        """The clause with last year's items, or with this year's."""
        items = (*self.items, *self.added) if with_added else self.items
        return f"{self.opening} {self.template.format(list=join_items(items))}"


@dataclass(frozen=True)
class Series:
    """What the texts of a series say. Clauses are without number and final mark."""

    older: tuple[str, ...]  # operative clauses of the year before last; empty when that text is not part of the case
    base: tuple[str, ...]
    target: tuple[str, ...]
    chapeau: str  # above the sub-paragraphs that the base and the target share
    points: tuple[str, ...]  # sub-paragraphs of both
    points_added: tuple[str, ...] = ()  # of the target alone


def draw_series(
    rng: Random,
    grammar: Grammar,
    country: Country,
    inherited: Sequence[Concept],
    returned: Sequence[Concept],
    lists: Sequence[ListClause],
    new: Sequence[Concept],
) -> Series:
    """Texts whose clauses ask for the points given: `inherited` stand in base and target, `returned` in the text of the
    year before last and in the target, `new` in the target alone. Clauses of the target are moved, some are changed at
    their end, one of the base is dropped.
    """
    clauses = [_word_clause(rng, grammar, country, point) for point in inherited]
    back = [_word_clause(rng, grammar, country, point) for point in returned]
    kept, points = clauses[4:], [f"To {point.asked}" for point in inherited[:3]]
    dropped = clauses[3]
    base = [*kept, *(entry.word(False) for entry in lists if entry.items), dropped]
    changed = [_change_end(rng, grammar, country, clause) if rng.random() < 0.3 else clause for clause in kept]
    if len(changed) > 1:  # one clause is moved
        changed.insert(rng.randrange(len(changed)), changed.pop())
    target = [*changed, *(entry.word(True) for entry in lists), *back]
    points_added = []
    for point in new:
        if rng.random() < 0.3:
            points_added.append(f"To {point.asked}")
        else:
            target.insert(rng.randrange(len(target) + 1), _word_new(rng, grammar, country, point))
    slots = draw_slots(rng, country, grammar)
    older = (*back, *kept[:2]) if back else ()
    chapeau = draw(rng, grammar.phrases["chapeaux"], slots)
    return Series(older, tuple(base), tuple(target), chapeau, tuple(points), tuple(points_added))


def draw_list(
    rng: Random, grammar: Grammar, country: Country, subject: Subject, items: Sequence[str], added: Sequence[str]
) -> ListClause:
    """A clause that carries `items` last year (none: there was no such clause) and `added`, too, this year."""
    opening = draw(rng, grammar.phrases["clause_openings"], draw_slots(rng, country, grammar))
    return ListClause(opening, rng.choice(subject.listed), tuple(items), tuple(added))


def write_resolutions(
    rng: Random, grammar: Grammar, country: Country, series: Series, year: int
) -> tuple[str, str, str | None]:
    """This year's, last year's and, where the series has one, the older text, in Markdown."""
    slots = draw_slots(rng, country, grammar)
    opening = [line.format(**slots) for line in rng.sample(list(grammar.phrases["preamble"]), rng.randint(5, 9))]
    closing = [line.format(**slots) for line in rng.sample(list(grammar.phrases["closing"]), 2)]

    def lay_out(clauses: Sequence[str], points: Sequence[str], at: int) -> str:
        recalled = f"*Recalling also* its resolution {at - 1970}/12 of {2 + at % 9} April {at - 1},"
        return _lay_out(country, [*opening[:2], recalled, *opening[2:]], clauses, series.chapeau, points, closing)

    older = lay_out(series.older, series.points, year - 2) if series.older else None
    target = lay_out(series.target, (*series.points, *series.points_added), year)
    return target, lay_out(series.base, series.points, year - 1), older


def _word_clause(rng: Random, grammar: Grammar, country: Country, point: Concept) -> str:
    opening = draw(rng, grammar.phrases["clause_openings"], draw_slots(rng, country, grammar))
    return f"{opening} {point.asked}"


def _word_new(rng: Random, grammar: Grammar, country: Country, point: Concept) -> str:
    clause = _word_clause(rng, grammar, country, point)
    return _change_end(rng, grammar, country, clause) if rng.random() < 0.4 else clause


def _change_end(rng: Random, grammar: Grammar, country: Country, clause: str) -> str:
    return f"{clause}, {draw(rng, grammar.phrases['added_ends'], draw_slots(rng, country, grammar))}"


def _lay_out(
    country: Country,
    preamble: Sequence[str],
    clauses: Sequence[str],
    chapeau: str,
    points: Sequence[str],
    closing: Sequence[str],
) -> str:
    lines = [f"# Situation of human rights in {country.name}", "*The Human Rights Council*,", *preamble]
    lines += [f"{number}. {clause};" for number, clause in enumerate(clauses, start=1)]
    lines.append(f"{len(clauses) + 1}. {chapeau}")
    lines += [f"({letter}) {point};" for letter, point in zip("abcdefghij", points, strict=False)]
    ends = [*closing, "*Decides* to remain seized of the matter."]
    lines += [f"{number}. {clause}" for number, clause in enumerate(ends, start=len(clauses) + 2)]
    return "\n\n".join(lines) + "\n"
