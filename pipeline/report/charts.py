"""Charts of a run, by matplotlib: for report files and notebooks alike. Each says with words what it shows.

The same results give the same bytes. Colours are those of Okabe and Ito (2008), told apart by colour-blind readers,
and every mark has a shape or a place of its own besides.
"""

import io
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from pipeline.case import Case
from pipeline.records import Grade
from pipeline.report.joins import SpanRow, index_results, join_spans
from pipeline.report.results import Results
from pipeline.report.texts import Texts, load_texts, shorten_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

GRADES: tuple[Grade, ...] = ("confirmed", "strong", "moderate", "weak", "none", "ruled_out")
COLOURS: Mapping[str, str] = {
    "confirmed": "#0072b2", "strong": "#009e73", "moderate": "#e69f00", "weak": "#c9c9c9", "none": "#f2f2f2",
    "ruled_out": "#5a5a5a",
}  # fmt: skip
_SHAPES: Mapping[str, str] = {
    "confirmed": "*", "strong": "D", "moderate": "s", "weak": "o", "none": ".", "ruled_out": "x"
}  # fmt: skip
_SHOWN: tuple[Grade, ...] = ("confirmed", "strong", "moderate", "weak", "ruled_out")  # on the timeline
_VOICES = 16  # publishers on the timeline; more cannot be read
_SPANS = 30  # rows of the chart of placebos
_DOTS = 2000  # of placebos, drawn one by one; more are an image, else every reader of the SVG takes long over them
_NAME = 38  # characters of a label
_STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False,
    "svg.hashsalt": "clausetrace", "svg.fonttype": "path", "axes.titlelocation": "left", "text.parse_math": False,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart as files, with the sentence that says what it shows to those who cannot see it."""

    name: str
    title: str
    words: str
    svg: bytes
    png: bytes


def load_matplotlib() -> None:
    """Load what `make_charts` needs, which takes a while."""
    from matplotlib.backends import backend_agg, backend_svg  # noqa: F401


def make_charts(shown: tuple[Case, Results]) -> tuple[Chart, ...]:
    """The charts for which the run has data: grades by theme, the timeline, links beside placebos, calibration."""
    case, results = shown
    texts = load_texts()
    drawn: list[tuple[str, str, Callable[[Axes], object]]] = []
    rows = [row for row in join_spans(case, results) if row.change.status != "inherited" and row.best_grade]
    if rows:
        drawn.append(("grades", _tell_grades(rows, texts), partial(draw_grades, case=case, results=results)))
    if marks := list_marks(case, results):
        drawn.append(("timeline", _tell_marks(marks, texts), partial(draw_timeline, case=case, results=results)))
    if placebos := list_strengths(case, results):
        words = texts["charts"]["placebo_words"].format(spans=len(placebos))
        drawn.append(("placebo", words, partial(draw_placebos, case=case, results=results)))
    if any(row.links for row in results.calibration):
        words = texts["charts"]["calibration_words"].format(links=sum(row.links for row in results.calibration))
        drawn.append(("calibration", words, partial(draw_calibration, results=results)))
    return tuple(_render(name, texts["charts"][name], words, draw) for name, words, draw in drawn)


def draw_grades(axes: "Axes", case: Case, results: Results) -> None:
    """Spans with changed or new wording by theme and by the claimant's grade, as stacked bars."""
    from matplotlib.ticker import MaxNLocator

    texts = load_texts()
    rows = [row for row in join_spans(case, results) if row.change.status != "inherited"]
    themes = [(theme.label, [row for row in rows if theme.id in row.themes]) for theme in case.themes]
    themes.append((texts["themes"]["other"], [row for row in rows if not row.themes]))
    shown = [(label, found) for label, found in reversed(themes) if found]
    places = range(len(shown))
    left = [0] * len(shown)
    for grade in GRADES:
        counts = [sum((row.claimant_grade or "none") == grade for row in found) for _, found in shown]
        if any(counts):
            axes.barh(places, counts, left=left, color=COLOURS[grade], edgecolor="#333333", linewidth=0.6,
                      label=texts["grades"][grade])  # fmt: skip
            for place, count, start in zip(places, counts, left, strict=True):
                if count:
                    colour = "white" if grade in ("confirmed", "ruled_out") else "black"
                    axes.text(start + count / 2, place, str(count), ha="center", va="center", color=colour)
        left = [start + count for start, count in zip(left, counts, strict=True)]
    axes.set_yticks(list(places), [shorten_text(label, _NAME) for label, _ in shown])
    axes.set_xlabel(texts["charts"]["spans"])
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    _set_legend(axes, len(GRADES))


@dataclass(frozen=True, slots=True)
class Mark:
    """A dated document with its best grade over all spans."""

    day: date
    source: str
    publisher: str
    grade: Grade


def list_marks(case: Case, results: Results) -> list[Mark]:
    """Dated documents with a link of grade weak or better, or ruled out; by date. Half dates stand at their middle."""
    best: dict[str, Grade] = {}
    for row in results.evidence:
        if row.grade in _SHOWN and _SHOWN.index(row.grade) < _SHOWN.index(best.get(row.source, "ruled_out")):
            best[row.source] = row.grade
    ruled_out = {row.source for row in results.evidence if row.grade == "ruled_out"} - set(best)
    grades = best | dict.fromkeys(ruled_out, "ruled_out")
    sources = index_results(case, results).sources
    marks = [
        Mark(_place_day(sources[name].date), name, sources[name].publisher or name, grade)
        for name, grade in grades.items()
        if name in sources and sources[name].date
    ]
    return sorted(marks, key=lambda mark: (mark.day, mark.source))


def _count_days(day: date) -> float:
    """The day as matplotlib's axes of dates count it."""
    from matplotlib.dates import date2num

    return float(date2num(day))  # type: ignore[no-untyped-call]


def _place_day(printed: str) -> date:
    parts = [int(part) for part in printed.split("-")]
    year, month, day = (*parts, 15) if len(parts) == 2 else (*parts, 7, 1)[:3]
    return date(year, month, day)


def draw_timeline(axes: "Axes", case: Case, results: Results) -> None:
    """Who said it when: a row a publisher, a mark a document, with lines where the text was tabled and adopted."""
    texts, marks = load_texts(), list_marks(case, results)
    ranks: dict[str, int] = {}
    for mark in marks:
        ranks[mark.publisher] = min(_SHOWN.index(mark.grade), ranks.get(mark.publisher, len(_SHOWN)))
    best = sorted(ranks, key=lambda name: (ranks[name], name))[:_VOICES]
    rows = {name: place for place, name in enumerate(reversed(best))}
    for grade in _SHOWN:
        found = [mark for mark in marks if mark.grade == grade and mark.publisher in rows]
        if found:
            days = [_count_days(mark.day) for mark in found]
            drawn = axes.scatter(days, [rows[mark.publisher] for mark in found], s=46, zorder=3, marker=_SHAPES[grade],
                                 color=COLOURS[grade], label=texts["grades"][grade])  # fmt: skip
            if grade != "ruled_out":  # a cross has no edge
                drawn.set(edgecolor="#333333", linewidth=0.6)
    axes.axvline(_count_days(case.tabled), color="#333333", linestyle="--", linewidth=1, label=texts["dates"]["tabled"])
    if case.adopted:
        axes.axvline(_count_days(case.adopted), color="#333333", linewidth=1, label=texts["dates"]["adopted"])
    axes.xaxis_date()
    axes.set_yticks(list(rows.values()), [shorten_text(name, _NAME) for name in rows])
    axes.grid(axis="y", color="#e6e6e6", zorder=0)
    _set_legend(axes, 4)


def list_strengths(case: Case, results: Results) -> dict[str, tuple[list[float], float | None]]:
    """By span id, the log-odds of each placebo's best finding, and of the claimant's best; {} without placebos."""
    roles = {source.id: source.role for source in case.sources}
    best: dict[str, dict[str, float]] = {change.id: {} for change in results.changes if change.status != "inherited"}
    for change, source, log_odds in results.strengths:
        if change in best:
            best[change][source] = log_odds
    strengths: dict[str, tuple[list[float], float | None]] = {}
    for span, values in best.items():
        placebos = [value for name, value in values.items() if roles.get(name) == "placebo"]
        own = [value for name, value in values.items() if roles.get(name) == "claimant"]
        if placebos:
            strengths[span] = (sorted(placebos), max(own, default=None))
    return strengths


def draw_placebos(axes: "Axes", case: Case, results: Results) -> None:
    """A row a span: the best match of every placebo, and the claimant's.

    Documents are of unequal length here; the tests compare equal numbers of findings.
    """
    texts, strengths = load_texts(), list_strengths(case, results)
    rows = [row for row in join_spans(case, results) if row.change.id in strengths]
    shown = list(reversed(rows[:_SPANS]))
    grey = [(value, place) for place, row in enumerate(shown) for value in strengths[row.change.id][0]]
    own = [(value, place) for place, row in enumerate(shown) if (value := strengths[row.change.id][1]) is not None]
    axes.scatter(
        [value for value, _ in grey],
        [place for _, place in grey],
        s=12,
        color="#8a8a8a",
        alpha=0.7,
        label=texts["charts"]["placebos"],
        rasterized=len(grey) > _DOTS,
    )
    if own:
        axes.scatter([value for value, _ in own], [place for _, place in own], s=46, zorder=3, marker="D",
                     color=COLOURS["strong"], edgecolors="#333333", linewidths=0.6,
                     label=texts["charts"]["claimant"])  # fmt: skip
    axes.set_yticks(range(len(shown)), [_name_span(row) for row in shown])
    axes.set_xlabel(texts["charts"]["log_odds"])
    _set_legend(axes, 2)


def _name_span(row: SpanRow) -> str:
    return f"{row.label}  {shorten_text(' … '.join(row.change.added) or row.change.text, _NAME)}"


def _set_legend(axes: "Axes", columns: int) -> None:
    """Below the axis, where it hides no mark."""
    axes.figure.legend(loc="upper center", bbox_to_anchor=(0.5, -0.02), ncols=columns, frameon=False)


def draw_calibration(axes: "Axes", results: Results) -> None:
    """Share of links that readers agreed with, beside the mean match probability, by range, with 95 % intervals."""
    texts = load_texts()
    rows = [row for row in results.calibration if row.links and row.mean_probability is not None]
    rows = [row for row in rows if (row.low, row.high) != (0.0, 1.0)] or rows
    said = [row.agreed / row.links for row in rows]
    spread = (
        [max(0.0, share - row.agreed_low) for share, row in zip(said, rows, strict=True)],
        [max(0.0, row.agreed_high - share) for share, row in zip(said, rows, strict=True)],
    )
    axes.plot([0, 1], [0, 1], color="#8a8a8a", linestyle="--", linewidth=1)
    axes.errorbar([row.mean_probability or 0.0 for row in rows], said, yerr=spread, fmt="D", color=COLOURS["confirmed"])
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), xlabel=texts["reviews"]["mean"], ylabel=texts["charts"]["agreed"])


def _tell_grades(rows: Sequence[SpanRow], texts: Texts) -> str:
    found = Counter(row.claimant_grade or "none" for row in rows)
    told = ", ".join(f"{found[grade]} {texts['grades'][grade]}" for grade in GRADES if found[grade])
    return texts["charts"]["grades_words"].format(spans=len(rows), counts=told)


def _tell_marks(marks: Sequence[Mark], texts: Texts) -> str:
    first, last = marks[0], marks[-1]
    return texts["charts"]["timeline_words"].format(
        documents=len(marks), first=first.day.year, last=last.day.year, publisher=first.publisher
    )


def _render(name: str, title: str, words: str, draw: "Callable[[Axes], object]") -> Chart:
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with rc_context(_STYLE):
        figure = Figure(figsize=(7.2, 3.2))
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        draw(axes)
        figure.set_figheight(max(2.4, 1.4 + 0.28 * len(axes.get_yticks())) if name != "calibration" else 4.0)
        axes.set_title(title)
        return Chart(name, title, words, _save(figure, "svg"), _save(figure, "png"))


def _save(figure: "Figure", form: str) -> bytes:
    packed = io.BytesIO()
    unstamped = {"Date": None} if form == "svg" else {"Software": None}
    figure.savefig(packed, format=form, dpi=160, bbox_inches="tight", metadata=unstamped)
    return packed.getvalue()
