"""Who said it when: the documents beside a span or a theme in the order of their dates, with tabling and adoption."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pipeline.case import Case
from pipeline.records import Evidence, Grade, Source
from pipeline.report.joins import GRADES
from pipeline.report.texts import Texts, shorten_text

_LANES = 24  # publishers drawn; the table has them all
_LEFT, _RIGHT, _LANE, _TOP = 300, 940, 26, 46  # of the drawing, in its own units
_RECENT = 0.6  # of the width for the year before tabling, where the documents reach back further than three years
_TICK = 40  # a year's label needs this much room
_MOST_QUARTERS = 10  # that a short axis names
_NAME = 46  # letters of a publisher's name in the drawing


@dataclass(frozen=True, slots=True)
class Moment:
    """A document, the tabling or the adoption, at its date."""

    kind: Literal["source", "tabled", "adopted"]
    day: str  # "" for an undated document
    source: Source | None = None
    grade: Grade | str = ""
    places: tuple[str, ...] = ()  # anchors of the cards on which it stands


@dataclass(frozen=True, slots=True)
class Dot:
    """A document in the drawing."""

    x: float
    y: float
    grade: str
    title: str


@dataclass(frozen=True, slots=True)
class Line:
    """An upright line of the drawing: the tabling, the adoption, or a tick of the axis."""

    x: float
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A timeline to be drawn as SVG: one lane a publisher."""

    height: int
    lanes: tuple[tuple[float, str, bool], ...]  # height, name, whether it is the claimant's
    dots: tuple[Dot, ...]
    lines: tuple[Line, ...]
    ticks: tuple[Line, ...]
    is_bent: bool  # whether a day has more room in the year before tabling
    hidden: int  # publishers left out


def order_moments(case: Case, links: Iterable[tuple[Evidence, str]]) -> tuple[Moment, ...]:
    """The documents of the links (each with the anchor of its card), best grade of each, by date, undated ones last."""
    sources = {source.id: source for source in case.sources}
    grades: dict[str, list[str]] = {}
    places: dict[str, list[str]] = {}
    for evidence, place in links:
        grades.setdefault(evidence.source, []).append(evidence.grade)
        places.setdefault(evidence.source, []).append(place)
    moments = [
        Moment("source", source.date, source, min(grades[name], key=rank_grade), tuple(dict.fromkeys(places[name])))
        for name in grades
        if (source := sources.get(name))
    ]
    moments.append(Moment("tabled", case.tabled.isoformat()))
    if case.adopted:
        moments.append(Moment("adopted", case.adopted.isoformat()))
    return tuple(sorted(moments, key=_sort_moment))


def rank_grade(grade: str) -> int:
    """The place of a grade in METHOD.md's order, the best first."""
    return [*GRADES, ""].index(grade if grade in GRADES else "")


def _sort_moment(moment: Moment) -> tuple[bool, str, bool, str]:
    return (not moment.day, moment.day, moment.kind != "source", moment.source.id if moment.source else "")


def draw_moments(case: Case, moments: Sequence[Moment], texts: Texts) -> Drawing | None:
    """The dated documents on lanes by publisher, the claimant's first; None where there is nothing to draw."""
    said = [moment for moment in moments if moment.source and moment.day]
    if not said:
        return None
    lanes: dict[str, list[Moment]] = {}
    for moment in sorted(said, key=lambda moment: (_is_claimant(moment), rank_grade(moment.grade))):
        lanes.setdefault(_name_publisher(moment), []).append(moment)
    shown = dict(list(lanes.items())[:_LANES])
    axis = _lay_axis(case, [_place_day(moment.day) for moment in said])
    height = {name: _TOP + _LANE * number + _LANE / 2 for number, name in enumerate(shown)}
    fates = [("tabled", case.tabled), *([("adopted", case.adopted)] if case.adopted else [])]
    return Drawing(
        height=_TOP + _LANE * len(shown) + 30,
        lanes=tuple(
            (height[name], shorten_text(name, _NAME), not _is_claimant(held[0])) for name, held in shown.items()
        ),
        dots=tuple(
            Dot(_place_on(axis, _place_day(moment.day)), height[name], moment.grade, _describe(moment, texts))
            for name, held in shown.items()
            for moment in held
        ),
        lines=tuple(
            Line(_place_on(axis, day), kind, f"{texts['dates'][kind]} {day.isoformat()}") for kind, day in fates
        ),
        ticks=tuple(Line(_place_on(axis, day), "tick", text) for day, text in _list_ticks(axis)),
        is_bent=axis.first < axis.knee,
        hidden=len(lanes) - len(shown),
    )


def _is_claimant(moment: Moment) -> bool:
    """False for the claimant's documents, so that they sort first."""
    return not (moment.source and moment.source.role == "claimant")


def _name_publisher(moment: Moment) -> str:
    return (moment.source.publisher or moment.source.id) if moment.source else ""


def _describe(moment: Moment, texts: Texts) -> str:
    name = moment.source.title or moment.source.id if moment.source else ""
    return f"{name}, {moment.day}: {texts['grades'][moment.grade or 'unjudged']}"


def _place_day(day: str) -> date:
    """The middle of what a date of a year or month may mean."""
    parts = [int(part) for part in day.split("-")]
    return date(parts[0], parts[1] if len(parts) > 1 else 7, parts[2] if len(parts) > 2 else 15)


@dataclass(frozen=True, slots=True)
class _Axis:
    """Dates on the width of the drawing; from `knee` on a day has more room where `bend` is not at the left end."""

    first: date
    knee: date
    last: date
    bend: float


def _lay_axis(case: Case, days: Sequence[date]) -> _Axis:
    """Even, or with the year before tabling on the greater part of the width where documents reach far back."""
    last = max(*days, case.tabled, case.adopted or case.tabled)
    first = date(min(*days, case.tabled).year, 1, 1)
    if first.year >= case.tabled.year - 3:
        return _Axis(first, first, last, _LEFT)
    return _Axis(first, date(case.tabled.year - 1, case.tabled.month, 1), last, _RIGHT - _RECENT * (_RIGHT - _LEFT))


def _place_on(axis: _Axis, day: date) -> float:
    if day < axis.knee:
        share = (day - axis.first).days / (axis.knee - axis.first).days
        return round(_LEFT + share * (axis.bend - _LEFT), 1)
    share = (day - axis.knee).days / max((axis.last - axis.knee).days, 1)
    return round(axis.bend + share * (_RIGHT - axis.bend), 1)


def _list_ticks(axis: _Axis) -> list[tuple[date, str]]:
    """Years; after the bend of the axis, and on a short one, quarters."""
    years = [date(year, 1, 1) for year in range(axis.first.year, axis.last.year + 1)]
    quarters = [date(year, month, 1) for year in range(axis.knee.year, axis.last.year + 1) for month in (1, 4, 7, 10)]
    recent = [(day, f"{day.year}-{day.month:02}") for day in quarters if axis.knee <= day <= axis.last]
    if axis.first == axis.knee and len(recent) <= _MOST_QUARTERS:
        return recent
    if axis.first == axis.knee:
        return [(day, str(day.year)) for day in years]
    old = [day for day in years if day < axis.knee]
    kept = [day for day in old[:: max(1, round(len(old) / 4))] if _place_on(axis, day) < axis.bend - _TICK]
    return [*((day, str(day.year)) for day in kept), *recent]


def group_links(evidence: Iterable[Evidence], places: Mapping[str, str]) -> dict[str, list[tuple[Evidence, str]]]:
    """The links of each span that has a card, with the anchor of that card."""
    groups: dict[str, list[tuple[Evidence, str]]] = {}
    for row in evidence:
        if row.change in places:
            groups.setdefault(row.change, []).append((row, places[row.change]))
    return groups
