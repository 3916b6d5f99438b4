"""report.html: one self-contained page, no request, everything from documents escaped."""

import base64
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from pipeline.case import Case
from pipeline.records import AskFate, AskOutcome, Clause, Conflict, Grade, Quote, Source
from pipeline.report.crops import Crop, crop_quotes
from pipeline.report.joins import (
    Index,
    SpanRow,
    Voice,
    find_lost,
    find_voice,
    index_results,
    join_spans,
    list_searched,
    name_clause,
)
from pipeline.report.pieces import Piece, mark_clause
from pipeline.report.results import Results
from pipeline.report.reviews import ReviewsByLink, describe_review, group_reviews, view_reviews
from pipeline.report.texts import Texts, clean_text, count_noun, load_texts

GRADES: tuple[Grade, ...] = get_args(Grade)
_TEMPLATES = Path(__file__).with_name("templates")
_ASK_ORDER: tuple[AskOutcome, ...] = ("not_adopted", "partly", "adopted")
ENOUGH_REVIEWS = 60  # links; under it counts are shown in place of coefficients (METHOD.md section 5)
REVIEWS_SHOWN = 400  # rows; the workbook has them all
RULED_OUT_SHOWN = 400  # rows; a page of thousands is no longer read, and evidence.csv has them all


@dataclass(frozen=True, slots=True)
class ClauseView:
    """A clause of the target as the page shows it."""

    anchor: str
    label: str
    clause: Clause
    chapeau: str
    pieces: tuple[Piece, ...]
    rows: tuple[str, ...]  # anchors of its spans' rows
    status: str


@dataclass(frozen=True, slots=True)
class RowView:
    """A span in a theme's table."""

    anchor: str
    clause_anchor: str
    row: SpanRow
    pieces: tuple[Piece, ...]
    chapeau: str
    best_reviews: tuple[str, ...]
    claimant_reviews: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ThemeView:
    """A theme's table."""

    anchor: str
    label: str
    rows: tuple[RowView, ...]


@dataclass(frozen=True, slots=True)
class RuledOutView:
    """A link that was ruled out."""

    label: str
    anchor: str
    voice: Voice | None
    wording: str
    failed: tuple[str, ...]  # reasons of the tests that failed


@dataclass(frozen=True, slots=True)
class AskView:
    """An ask with its fate."""

    fate: AskFate
    voice: Voice | None
    clause: Clause | None
    label: str
    anchor: str


@dataclass(frozen=True, slots=True)
class ConflictView:
    """Two numbers for one thing, each with who says so."""

    conflict: Conflict
    first: Voice | None
    second: Voice | None


@dataclass(frozen=True, slots=True)
class ScanView:
    """The images of the pages that hold a span or a sentence."""

    anchor: str
    name: str  # id of the change or finding
    crops: tuple[Crop, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """The numbers of the summary."""

    clauses: int
    inherited: int
    changed: int
    new: int
    claimant: dict[str, int]  # spans by the claimant's grade
    best: dict[str, int]  # spans by best grade
    asks: dict[str, int]  # by outcome
    judged: bool

    @property
    def spans(self) -> int:
        return self.changed + self.new


def render_page(case: Case, results: Results) -> bytes:
    """The report as one HTML file in UTF-8."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    texts = load_texts()
    style = (_TEMPLATES / "report.css").read_text(encoding="utf-8")
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: clean_text(value) if type(value) is str else value,
    )
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    page = environment.get_template("report.html").render(
        t=texts,
        style=style,
        style_hash=f"sha256-{digest}",
        encode=lambda png: base64.b64encode(png).decode(),
        count=lambda noun, number: count_noun(texts, noun, number),
        **collect_views(case, results, texts),
    )
    return page.encode("utf-8")


def collect_views(case: Case, results: Results, texts: Texts) -> dict[str, object]:
    """Everything the template shows, by the names it uses."""
    index, rows = index_results(case, results), join_spans(case, results)
    anchors = {row.change.id: f"span-{number}" for number, row in enumerate(rows, start=1)}
    spans = group_spans(rows)
    clauses = view_clauses(case, results, spans, anchors)
    places = {view.clause.id: view.anchor for view in clauses}
    scans = view_scans(case, results, index, rows)
    traced = [row for row in rows if row.change.status != "inherited"]
    claimants = tuple(dict.fromkeys(source.publisher or source.id for source in case.sources_as("claimant")))
    ruled_out = view_ruled_out(index, results, places)
    reviews = group_reviews(results)
    views = [
        view_row(row, spans[row.clause.id], anchors[row.change.id], places[row.clause.id], reviews) for row in traced
    ]
    return {
        "case": case,
        "results": results,
        "claimants": claimants,
        "counts": count_rows(results, clauses, rows),
        "grades": GRADES,
        "earlier": list_earlier(case, results),
        "searched": list_searched(case, results),
        "days": list_days(list_searched(case, results)),
        "lost": [index.sources[name] for name in find_lost(case, results)],
        "themes": view_themes(case, views, texts),
        "inherited": [(row, places[row.clause.id], index.sources.get(row.change.earlier_source or ""))
                      for row in rows if row.change.status == "inherited"],
        "unsourced": [view for view in views if view.row.best_grade in ("none", "weak", "ruled_out")],
        "asks": view_asks(index, results, places),
        "ruled_out": ruled_out[:RULED_OUT_SHOWN],
        "ruled_out_hidden": max(0, len(ruled_out) - RULED_OUT_SHOWN),
        "conflicts": [ConflictView(conflict, find_voice(index, "", conflict.finding),
                                   find_voice(index, "", conflict.other_finding)) for conflict in results.conflicts],
        "reviews": view_reviews(results, index, places, REVIEWS_SHOWN),
        "reviews_hidden": max(0, len(results.reviews) - REVIEWS_SHOWN),
        "enough_reviews": ENOUGH_REVIEWS,
        "clauses": clauses,
        "sources": index.sources,
        "scans": scans,
        "scan_of": {view.name: view.anchor for view in scans},
    }  # fmt: skip


def view_scans(case: Case, results: Results, index: Index, rows: Sequence[SpanRow]) -> list[ScanView]:
    """The pages that hold the spans and the sentences beside them, best grades first, as far as there is room."""
    ranked = sorted(
        (row for row in rows if row.change.status != "inherited"),
        key=lambda row: (GRADES.index(row.best_grade) if row.best_grade in GRADES else len(GRADES), row.clause.order),
    )
    quoted: dict[str, tuple[Quote, ...]] = {}
    for row in ranked:
        quoted[row.change.id] = row.change.quotes
        for voice in (row.best, row.claimant):
            if voice and voice.finding in index.findings:
                quoted.setdefault(voice.finding, index.findings[voice.finding].quotes)
    crops = crop_quotes(quoted.items(), results.paragraphs, case.files)
    shown = [(name, found) for name, found in crops.items() if found]
    return [ScanView(f"scan-{number}", name, found) for number, (name, found) in enumerate(shown, start=1)]


def group_spans(rows: Sequence[SpanRow]) -> dict[str, list[SpanRow]]:
    """The spans of each clause, by its id."""
    spans: dict[str, list[SpanRow]] = {}
    for row in rows:
        spans.setdefault(row.clause.id, []).append(row)
    return spans


def view_clauses(
    case: Case, results: Results, spans: Mapping[str, Sequence[SpanRow]], anchors: dict[str, str]
) -> list[ClauseView]:
    """The target's clauses in order, all their added words marked."""
    target = sorted((clause for clause in results.clauses if clause.source == case.target.id), key=lambda c: c.order)
    views = []
    for number, clause in enumerate(target, start=1):
        own = spans.get(clause.id, [])
        traced = [row for row in own if row.change.status != "inherited"]
        pieces = mark_clause(clause, None, [row.change for row in traced])
        marked = tuple(Piece(piece.text, "added" if piece.mark == "other" else "kept") for piece in pieces)
        statuses = {row.change.status for row in own}
        status = next((status for status in ("changed", "new", "inherited") if status in statuses), "")
        views.append(
            ClauseView(
                anchor=f"clause-{number}",
                label=name_clause(clause),
                clause=clause,
                chapeau=" ".join(quote.text for quote in clause.chapeau),
                pieces=marked,
                rows=tuple(anchors[row.change.id] for row in traced),
                status=status,
            )
        )
    return views


def view_row(
    row: SpanRow, spans: Sequence[SpanRow], anchor: str, clause_anchor: str, reviews: ReviewsByLink
) -> RowView:
    """A traced span with the words of its clause marked; `spans` are all of that clause."""
    others = [other.change for other in spans if other.change.id != row.change.id]
    return RowView(
        anchor=anchor,
        clause_anchor=clause_anchor,
        row=row,
        pieces=mark_clause(row.clause, row.change, others),
        chapeau=" ".join(quote.text for quote in row.clause.chapeau),
        best_reviews=_list_reviews(row, row.best, reviews),
        claimant_reviews=_list_reviews(row, row.claimant, reviews),
    )


def _list_reviews(row: SpanRow, voice: Voice | None, reviews: ReviewsByLink) -> tuple[str, ...]:
    return tuple(map(describe_review, reviews.get((row.change.id, voice.source), ()))) if voice else ()


def view_themes(case: Case, views: Sequence[RowView], texts: Texts) -> list[ThemeView]:
    """The themes in the case file's order, then "Other"; a span of several themes stands in each of them."""
    known = {theme.id for theme in case.themes}
    themes = [
        ThemeView(f"theme-{number}", theme.label, tuple(view for view in views if theme.id in view.row.themes))
        for number, theme in enumerate(case.themes, start=1)
    ]
    rest = tuple(view for view in views if not known.intersection(view.row.themes))
    return [*themes, ThemeView("theme-other", texts["themes"]["other"], rest)]


def view_ruled_out(index: Index, results: Results, places: dict[str, str]) -> list[RuledOutView]:
    """The links ruled out, with the reasons of the tests they failed."""
    views = []
    for evidence in results.evidence:
        change = index.changes.get(evidence.change)
        if evidence.grade == "ruled_out" and change:
            failed = tuple(test.reason for test in evidence.tests if test.outcome == "fail")
            voice = find_voice(index, evidence.source, evidence.finding, evidence.grade)
            label = name_clause(index.clauses.get(change.clause), change.clause)
            views.append(RuledOutView(label, places.get(change.clause, ""), voice, evidence.wording, failed))
    return views


def view_asks(index: Index, results: Results, places: dict[str, str]) -> list[AskView]:
    """The claimant's asks, those not adopted first, else in the order of the table."""
    views = []
    for fate in results.asks:
        clause = index.clauses.get(fate.clause)
        label = name_clause(clause, fate.clause)
        views.append(AskView(fate, find_voice(index, "", fate.finding), clause, label, places.get(fate.clause, "")))
    return sorted(views, key=lambda view: _ASK_ORDER.index(view.fate.outcome))


def count_rows(results: Results, clauses: Sequence[ClauseView], rows: Sequence[SpanRow]) -> Counts:
    """The numbers of the summary, from the same rows that the tables show."""
    traced = [row for row in rows if row.change.status != "inherited"]
    return Counts(
        clauses=len(clauses),
        inherited=len({row.clause.id for row in rows if row.change.status == "inherited"}),
        changed=sum(row.change.status == "changed" for row in traced),
        new=sum(row.change.status == "new" for row in traced),
        claimant=dict(Counter(str(row.claimant_grade) for row in traced)),
        best=dict(Counter(str(row.best_grade) for row in traced)),
        asks=dict(Counter(str(ask.outcome) for ask in results.asks)),
        judged=bool(results.attributions) or not traced,
    )


def list_earlier(case: Case, results: Results) -> tuple[Source, ...]:
    """The base and sister texts that could be read."""
    lost = set(find_lost(case, results))
    return tuple(source for source in case.sources_as("base", "sister") if source.id not in lost)


def list_days(sources: Sequence[Source]) -> tuple[str, ...]:
    """The dates of the documents that have one, earliest first."""
    return tuple(sorted(source.date for source in sources if source.date))
