"""Fictional cases with known truth: what was taken over from whom, in which strength, among which distractors."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Literal, get_args

from pipeline.evaluate.generate_grammar import (
    Concept,
    Country,
    Grammar,
    Subject,
    draw_slots,
    fill_concept,
    join_items,
    load_grammar,
)
from pipeline.evaluate.generate_papers import Paper, Saying, say_point, tell_list, write_paper, write_pool_paper
from pipeline.evaluate.generate_resolutions import ListClause, draw_list, draw_series, write_resolutions
from pipeline.records import Grade, Role

Kind = Literal[
    "planted",  # one to three points or lists taken over, in mixed strengths
    "paraphrase_only",  # one or two points taken over in meaning, in other words
    "none",  # the claimant writes about other subjects
    "independent",  # the claimant writes about the same subjects, and makes other points in words of its own
    "lengths",  # a claimant far longer than the placebos, nothing taken over; or a short one beside long rivals
    "earlier_rival",  # the claimant and an earlier rival carry the same list
    "inherited",  # the claimant repeats what earlier texts of the series said
    "late",  # the claimant repeats the target after it was tabled
]
Strength = Literal["list", "ask", "close", "paraphrase"]
KINDS: tuple[Kind, ...] = get_args(Kind)
STRENGTHS: tuple[Strength, ...] = get_args(Strength)
_ROUND: tuple[Kind, ...] = ("planted", *KINDS[1:5], "planted", *KINDS[5:], "planted")

_POOL_SEED = 20240322
_POOL_OF_EACH = 9  # papers a country
_YEAR = 2024


@dataclass(frozen=True)
class Planted:
    """A passage of the target that was taken over from a document, and the best grade that the truth allows for it."""

    text: str  # as the target words it
    source: str
    said: str  # as the source words it
    strength: Strength
    best: Grade = "strong"


@dataclass(frozen=True)
class Document:
    """A document of a case and the role it plays there."""

    paper: Paper
    role: Role


@dataclass(frozen=True)
class GeneratedCase:
    """A fictional case and its truth. A grade of moderate or better that no `planted` row allows is false."""

    seed: int
    kind: Kind
    country: Country
    documents: tuple[Document, ...]
    planted: tuple[Planted, ...]


@dataclass
class _Plan:
    """A case while it is being drawn up."""

    rng: Random
    grammar: Grammar
    country: Country
    subjects: list[Subject]  # of the claimant
    stock: list[Concept]  # points nobody has made yet, filled
    said: list[Saying] = field(default_factory=list)  # by the claimant
    new: list[Concept] = field(default_factory=list)  # points of new clauses
    returned: list[Concept] = field(default_factory=list)
    lists: list[ListClause] = field(default_factory=list)
    papers: list[Document] = field(default_factory=list)
    planted: list[Planted] = field(default_factory=list)
    filler: int = 0
    claimant_date: str = ""


@cache
def make_pool() -> tuple[Paper, ...]:
    """The papers that all cases share, some for each country: their parts and vectors are computed once."""
    grammar = load_grammar()
    return tuple(
        write_pool_paper(Random(f"{_POOL_SEED} {country.name} {number}"), grammar, country, f"{country.name}-{number}")
        for country in grammar.countries
        for number in range(_POOL_OF_EACH)
    )


def make_case(seed: int) -> GeneratedCase:
    """The case of this seed; its kind goes round with the seed, and three of ten are plainly planted."""
    kind = _ROUND[seed % len(_ROUND)]
    plan = _open_plan(Random(f"case {seed}"))
    claimant = f"claimant-{seed}"
    _DRAW_UP[kind](plan, claimant)
    inherited = [_take(plan) for _ in range(plan.rng.randint(8, 11))]
    plan.new += [_take(plan, _are_others(plan) if kind == "none" else None) for _ in range(plan.rng.randint(1, 3))]
    if not plan.lists:
        _add_decoy_list(plan, kind)
    _add_own_points(plan)
    _finish(plan, seed, claimant, inherited)
    return GeneratedCase(seed, kind, plan.country, tuple(plan.papers), tuple(plan.planted))


def _open_plan(rng: Random) -> _Plan:
    grammar = load_grammar()
    country = rng.choice(grammar.countries)
    subjects = rng.sample(sorted(grammar.subjects.values(), key=lambda subject: subject.id), rng.randint(2, 3))
    stock = [fill_concept(concept, draw_slots(rng, country, grammar)) for concept in grammar.concepts]
    rng.shuffle(stock)
    date = f"{rng.choice((2023, 2024))}-{rng.randint(1, 2):02}-{rng.randint(1, 28):02}"
    return _Plan(rng, grammar, country, subjects, stock, filler=rng.randint(8, 30), claimant_date=date)


def _take(plan: _Plan, subjects: Sequence[Subject] | None = None) -> Concept:
    """A point that has not been used, on one of the subjects."""
    known = {subject.id for subject in subjects} if subjects else set(plan.grammar.subjects)
    point = next(point for point in plan.stock if point.subject in known)
    plan.stock.remove(point)
    return point


def _are_others(plan: _Plan) -> list[Subject]:
    return [subject for subject in plan.grammar.subjects.values() if subject not in plan.subjects]


# ------------------------------------------------------------- kinds


def _draw_planted(plan: _Plan, claimant: str) -> None:
    strengths: list[Strength] = plan.rng.choices(("list", "ask", "close"), k=plan.rng.randint(1, 3))
    if strengths.count("list") > 1:
        strengths = ["list", "ask", "close"]
    for strength in strengths:
        if strength == "list":
            _plant_list(plan, claimant)
        else:
            _plant_point(plan, claimant, strength)


def _draw_paraphrase_only(plan: _Plan, claimant: str) -> None:
    for _ in range(plan.rng.randint(1, 2)):
        _plant_point(plan, claimant, "paraphrase")


def _draw_none(plan: _Plan, claimant: str) -> None:
    plan.new += [_take(plan, _are_others(plan)) for _ in range(2)]


def _draw_independent(plan: _Plan, claimant: str) -> None:
    plan.new += [_take(plan, plan.subjects) for _ in range(plan.rng.randint(2, 3))]
    subject = plan.rng.choice(plan.subjects)
    items = plan.rng.sample(subject.items, 10)
    plan.lists.append(draw_list(plan.rng, plan.grammar, plan.country, subject, items[:3], items[3:6]))
    plan.said.append(tell_list(plan.rng, subject, items[6:]))


def _draw_lengths(plan: _Plan, claimant: str) -> None:
    if plan.rng.random() < 0.6:
        plan.filler = plan.rng.randint(90, 160)
        others = list(_are_others(plan))
        plan.subjects += plan.rng.sample(others, 3)
        plan.new += [_take(plan, plan.subjects) for _ in range(2)]
        return
    plan.filler = 3
    _plant_point(plan, claimant, plan.rng.choice(("ask", "close")))
    for number in range(2):
        _add_rival(plan, f"{claimant}-long-rival-{number}", [], plan.rng.randint(80, 120))


def _draw_earlier_rival(plan: _Plan, claimant: str) -> None:
    subject, items, text = _plant_list(plan, claimant, best="moderate")
    rival = f"{claimant}-earlier-rival"
    saying = tell_list(plan.rng, subject, items)
    _add_rival(plan, rival, [saying], plan.rng.randint(8, 25), "2022")
    plan.planted.append(Planted(text, rival, saying.told[0], "list"))


def _draw_inherited(plan: _Plan, claimant: str) -> None:
    """The claimant says in the same words what stood in the text of the year before last and comes back now."""
    plan.returned += [_take(plan, plan.subjects) for _ in range(2)]
    plan.said += [say_point(plan.rng, plan.grammar, plan.country, point, point.asked) for point in plan.returned]


def _draw_late(plan: _Plan, claimant: str) -> None:
    taken = [_take(plan, plan.subjects) for _ in range(2)]
    plan.new += taken
    sayings = [say_point(plan.rng, plan.grammar, plan.country, point, point.asked) for point in taken]
    role: Role = plan.rng.choice(("late", "claimant"))
    date = f"{_YEAR}-{plan.rng.choice(('04', '05', '09'))}-{plan.rng.randint(1, 28):02}"
    plan.papers.append(_write(plan, f"{claimant}-late", role, sayings, 10, f"Publisher of {claimant}", date))


_DRAW_UP: Mapping[Kind, Callable[[_Plan, str], object]] = {
    "planted": _draw_planted,
    "paraphrase_only": _draw_paraphrase_only,
    "none": _draw_none,
    "independent": _draw_independent,
    "lengths": _draw_lengths,
    "earlier_rival": _draw_earlier_rival,
    "inherited": _draw_inherited,
    "late": _draw_late,
}


# ------------------------------------------------------------- parts of cases


def _plant_point(plan: _Plan, claimant: str, strength: Strength) -> None:
    point = _take(plan, plan.subjects)
    wording = {"ask": _edit(plan.rng, point.asked), "close": point.close, "paraphrase": point.other}[strength]
    plan.new.append(point)
    plan.said.append(say_point(plan.rng, plan.grammar, plan.country, point, wording))
    plan.planted.append(Planted(point.asked, claimant, wording, strength))


def _plant_list(plan: _Plan, claimant: str, best: Grade = "strong") -> tuple[Subject, Sequence[str], str]:
    subject = plan.rng.choice(plan.subjects)
    items = plan.rng.sample(subject.items, plan.rng.randint(6, 9))
    known, added = (items[:3], items[3:]) if plan.rng.random() < 0.5 else ([], items)
    saying = tell_list(plan.rng, subject, added)
    plan.said.append(saying)
    plan.lists.append(draw_list(plan.rng, plan.grammar, plan.country, subject, known, added))
    text = join_items(added)
    plan.planted.append(Planted(text, claimant, saying.told[0], "list", best))
    return subject, added, text


def _edit(rng: Random, wording: str) -> str:
    """The wording with at most one small word dropped or put in: drafters seldom copy without a touch."""
    words = wording.split()
    small = [place for place, word in enumerate(words) if word in ("the", "a", "each", "every", "all", "and")]
    if small and rng.random() < 0.4:
        del words[rng.choice(small)]
    elif rng.random() < 0.4:
        words.insert(rng.randint(1, min(4, len(words))), rng.choice(("promptly", "at once", "finally", "fully")))
    return " ".join(words)


def _add_decoy_list(plan: _Plan, kind: Kind) -> None:
    """A list that grew from nobody's words."""
    if plan.rng.random() < 0.6:
        subject = plan.rng.choice(_are_others(plan))
        items = plan.rng.sample(subject.items, 7)
        plan.lists.append(draw_list(plan.rng, plan.grammar, plan.country, subject, items[:3], items[3:]))


def _add_own_points(plan: _Plan) -> None:
    """Asks of the claimant that nobody adopted."""
    for _ in range(plan.rng.randint(1, 3)):
        point = _take(plan, plan.subjects)
        wording = plan.rng.choice((point.asked, point.close, point.other))
        plan.said.append(say_point(plan.rng, plan.grammar, plan.country, point, wording))


def _write(
    plan: _Plan, name: str, role: Role, sayings: Sequence[Saying], filler: int, publisher: str, date: str
) -> Document:
    text = write_paper(plan.rng, plan.grammar, plan.country, plan.subjects, sayings, filler, publisher, date)
    return Document(Paper(name, publisher, date, text, plan.country.name), role)


def _add_rival(plan: _Plan, name: str, sayings: Sequence[Saying], filler: int, year: str = "2023") -> None:
    date = f"{year}-{plan.rng.randint(1, 12):02}-{plan.rng.randint(1, 28):02}"
    plan.papers.append(_write(plan, name, "rival", sayings, filler, f"Publisher of {name}", date))


def _finish(plan: _Plan, seed: int, claimant: str, inherited: Sequence[Concept]) -> None:
    """Write the claimant's paper and the resolutions, and choose rivals and placebos from the pool."""
    rng, country = plan.rng, plan.country
    plan.papers.insert(
        0, _write(plan, claimant, "claimant", plan.said, plan.filler, f"Publisher of {claimant}", plan.claimant_date)
    )
    series = draw_series(rng, plan.grammar, country, inherited, plan.returned, plan.lists, plan.new)
    target, base, older = write_resolutions(rng, plan.grammar, country, series, _YEAR)
    texts: list[tuple[str, Role, str | None]] = [("target", "target", target), ("base", "base", base)]
    texts.append(("older", "base", older))
    plan.papers += [
        Document(Paper(f"{name}-{seed}", "Human Rights Council", f"{_YEAR - age}-04-04", text, country.name), role)
        for age, (name, role, text) in enumerate(texts)
        if text is not None
    ]
    added = {item for entry in plan.lists for item in entry.added}
    new = {point.id for point in plan.new}
    clear = [paper for paper in make_pool() if not _makes(paper, new, added)]
    home = [paper for paper in clear if paper.country == country.name]
    away = [paper for paper in clear if paper.country != country.name]
    plan.papers += [Document(paper, "rival") for paper in rng.sample(home, min(len(home), rng.randint(2, 4)))]
    plan.papers += [Document(paper, "placebo") for paper in rng.sample(away, rng.randint(22, 30))]


def _makes(paper: Paper, points: set[str], items: set[str]) -> bool:
    """Whether the paper makes one of the points, or tells half of a list: then it would be a source, too."""
    return bool(paper.concepts & points) or len(paper.items & items) > 2
