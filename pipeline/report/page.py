"""report.html: one self-contained page, no request, everything from documents escaped."""

import base64
import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from pipeline.case import Case
from pipeline.records import AskFate, AskOutcome, ClaimCheck, Clause, Conflict, Quote
from pipeline.report.cards import Card, number_publishers, view_cards
from pipeline.report.crops import Crop, crop_quotes
from pipeline.report.delta import Delta, view_deltas
from pipeline.report.history import Drawing, Moment, draw_moments, group_links, order_moments, rank_grade
from pipeline.report.joins import (
    GRADES,
    Index,
    SpanRow,
    Voice,
    find_lost,
    find_voice,
    group_spans,
    index_results,
    join_spans,
    list_searched,
    name_clause,
)
from pipeline.report.opening import list_earlier, name_claimants, summarise_in_words
from pipeline.report.redaction import say_withheld
from pipeline.report.results import Results
from pipeline.report.reviews import view_reviews
from pipeline.report.texts import Texts, clean_text, count_noun, load_texts, name_list, shorten_text, straighten_text

_TEMPLATES = Path(__file__).with_name("templates")
_ASK_ORDER: tuple[AskOutcome, ...] = ("not_adopted", "partly", "adopted")
ENOUGH_REVIEWS = 60  # links; under it counts are shown in place of coefficients (METHOD.md section 5)
REVIEWS_SHOWN = 400  # rows; the workbook has them all
RULED_OUT_SHOWN = 400  # rows; a page of thousands is no longer read, and evidence.csv has them all

_MANY = 60  # cards: beyond it a browser lays out only those in view
_SHOWN = 200  # letters of a repeated clause in its table; the delta has it whole


@dataclass(frozen=True, slots=True)
class ThemeView:
    """A theme's table and timeline."""

    anchor: str
    label: str
    cards: tuple[Card, ...]
    moments: tuple[Moment, ...]
    drawing: Drawing | None


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
class ClaimView:
    """A public statement of the case file, judged."""

    claim: ClaimCheck
    places: tuple[tuple[str, str], ...]  # label and anchor of the clauses


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
    names: tuple[str, ...]  # ids of the changes and findings that it shows
    card: str  # anchor of the first card that shows it
    crops: tuple[Crop, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """The numbers of the table of the summary."""

    spans: int
    claimant: dict[str, int]  # spans by the claimant's grade
    best: dict[str, int]  # spans by best grade
    judged: bool


def render_page(case: Case, results: Results) -> bytes:
    """The report as one HTML file in UTF-8. Its script and style are allowed by their hashes, and nothing else is."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    texts = load_texts()
    style, script = ((_TEMPLATES / name).read_text(encoding="utf-8").strip() for name in ("report.css", "report.js"))
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: clean_text(value) if type(value) is str else value,
    )
    environment.filters["straight"] = straighten_text
    pieces = environment.get_template("report.html").generate(
        t=texts,
        style=style,
        script=script,
        style_hash=_hash_inline(style),
        script_hash=_hash_inline(script),
        encode=lambda png: base64.b64encode(png).decode(),
        many=_MANY,
        shorten=lambda text: shorten_text(text, _SHOWN),
        count=lambda noun, number: count_noun(texts, noun, number),
        **collect_views(case, results, texts),
    )
    page = bytearray()
    for piece in pieces:
        page += piece.encode("utf-8")
    return bytes(page)


def _hash_inline(text: str) -> str:
    """The source expression by which a Content-Security-Policy allows an inline script or style."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def collect_views(case: Case, results: Results, texts: Texts) -> dict[str, object]:
    """Everything the template shows, by the names it uses."""
    index, rows = index_results(case, results), join_spans(case, results)
    traced = [row for row in rows if row.change.status != "inherited"]
    anchors = {row.change.id: f"card-{number}" for number, row in enumerate(traced, start=1)}
    deltas = view_deltas(case, results.clauses, group_spans(rows), anchors)
    places = {view.clause.id: view.anchor for view in deltas}
    ruled_out = view_ruled_out(index, results, places)
    cards = view_cards(case, results, rows, anchors, places, texts)
    scans = view_scans(case, results, index, cards)
    return {
        "case": case,
        "results": results,
        "claimants": name_list(name_claimants(case), texts),
        "summary": summarise_in_words(case, results, texts),
        "counts": count_rows(results, rows),
        "grades": GRADES,
        "earlier": list_earlier(case, results),
        "searched": list_searched(case, results),
        "lost": [index.sources[name] for name in find_lost(case, results)],
        "themes": view_themes(case, results, cards, texts),
        "cards": cards,
        "labels": {card.anchor: card.row.label for card in cards},
        "publishers": list_publishers(case, cards),
        "claims": view_claims(index, results, places),
        "inherited": [(row, places[row.clause.id], index.sources.get(row.change.earlier_source or ""))
                      for row in rows if row.change.status == "inherited"],
        "unsourced": [card for card in cards if card.row.best_grade in ("none", "weak", "ruled_out")],
        "asks": view_asks(index, results, places),
        "ruled_out": ruled_out[:RULED_OUT_SHOWN],
        "ruled_out_hidden": max(0, len(ruled_out) - RULED_OUT_SHOWN),
        "conflicts": [ConflictView(conflict, find_voice(index, "", conflict.finding),
                                   find_voice(index, "", conflict.other_finding)) for conflict in results.conflicts],
        "reviews": view_reviews(results, index, places, REVIEWS_SHOWN),
        "reviews_hidden": max(0, len(results.reviews) - REVIEWS_SHOWN),
        "enough_reviews": ENOUGH_REVIEWS,
        "deltas": group_deltas(deltas),
        "clauses": deltas,
        "sources": index.sources,
        "scans": scans,
        "scan_of": {name: view.anchor for view in scans for name in view.names},
        "withheld": say_withheld(results, texts) if results.withheld is not None else "",
    }  # fmt: skip


def view_scans(case: Case, results: Results, index: Index, cards: Sequence[Card]) -> list[ScanView]:
    """The pages that hold the spans and the passages beside them, best grades first, as far as there is room."""
    quoted: dict[str, tuple[Quote, ...]] = {}
    on_card: dict[str, str] = {}
    for card in sorted(cards, key=lambda card: rank_grade(card.row.best_grade)):
        quoted[card.row.change.id] = card.row.change.quotes
        on_card[card.row.change.id] = card.anchor
        for said in card.voices:
            if said.voice.finding in index.findings:
                on_card.setdefault(said.voice.finding, card.anchor)
                quoted.setdefault(said.voice.finding, index.findings[said.voice.finding].quotes)
    crops = crop_quotes(quoted.items(), results.paragraphs, case.files, results.withheld)
    names: dict[tuple[Crop, ...], list[str]] = {}  # passages of one paragraph may share their image
    for name, found in crops.items():
        if found:
            names.setdefault(found, []).append(name)
    return [
        ScanView(f"scan-{number}", tuple(shared), on_card[shared[0]], found)
        for number, (found, shared) in enumerate(names.items(), start=1)
    ]


def group_deltas(deltas: Sequence[Delta]) -> list[tuple[bool, list[Delta]]]:
    """The clauses in order, runs of those that repeat their predecessor word for word apart from the others."""
    return [(is_same, list(run)) for is_same, run in groupby(deltas, key=lambda delta: delta.is_same)]


def view_themes(case: Case, results: Results, cards: Sequence[Card], texts: Texts) -> list[ThemeView]:
    """The themes in the case file's order, then "Other"; a span of several themes stands in each of them."""
    links = group_links(results.evidence, {card.row.change.id: card.anchor for card in cards})
    labels = {f"theme-{number}": theme.label for number, theme in enumerate(case.themes, start=1)}
    views = []
    for anchor, label in (*labels.items(), ("theme-other", texts["themes"]["other"])):
        own = tuple(card for card in cards if anchor in card.themes)
        moments = order_moments(case, (link for card in own for link in links.get(card.row.change.id, ())))
        views.append(ThemeView(anchor, label, own, moments, draw_moments(case, moments, texts)))
    return views


def list_publishers(case: Case, cards: Sequence[Card]) -> list[tuple[int, str]]:
    """The publishers that stand on a card, by the numbers that the cards give them."""
    used = {link.partition("|")[0] for card in cards for link in card.links}
    return [(number, name) for name, number in number_publishers(case).items() if str(number) in used]


def view_claims(index: Index, results: Results, places: dict[str, str]) -> list[ClaimView]:
    """The public statements of the case file in its order."""
    return [
        ClaimView(
            claim, tuple((name_clause(index.clauses.get(name), name), places.get(name, "")) for name in claim.clauses)
        )
        for claim in results.claims
    ]


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


def count_rows(results: Results, rows: Sequence[SpanRow]) -> Counts:
    """The numbers of the table of the summary, from the same rows that the tables show."""
    traced = [row for row in rows if row.change.status != "inherited"]
    return Counts(
        spans=len(traced),
        claimant=dict(Counter(str(row.claimant_grade) for row in traced)),
        best=dict(Counter(str(row.best_grade) for row in traced)),
        judged=bool(results.attributions) or not traced,
    )
