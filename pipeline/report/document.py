"""The report as a document for print and for editing: one list of blocks, from which Word and PDF files are written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pipeline.case import Case
from pipeline.records import Grade
from pipeline.report.charts import Chart
from pipeline.report.joins import (
    GRADES,
    SpanRow,
    Voice,
    find_voice,
    group_spans,
    index_results,
    join_spans,
    list_searched,
    name_clause,
    name_themes,
)
from pipeline.report.opening import list_earlier, name_claimants, summarise_in_words
from pipeline.report.pieces import mark_clause
from pipeline.report.redaction import say_withheld
from pipeline.report.results import Results
from pipeline.report.sentences import state_wording
from pipeline.report.texts import Texts, clean_text, load_texts, name_list, shorten_text

RunStyle = Literal["plain", "strong", "added", "other", "kept"]
TextStyle = Literal["title", "subtitle", "body", "bullet", "quote", "notice"]
LISTED = 60  # links ruled out, or conflicts; nobody reads more on paper, and other files have them all
_CELL = 400  # characters of a quote in a table; the quote cards have the whole
_IN_FRONT = ("grades", "timeline")  # charts that answer the reader's question; those of error control come last
_CARDS: tuple[Grade, ...] = ("confirmed", "strong", "moderate", "weak")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style."""

    text: str
    style: RunStyle = "plain"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is a part of the report."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    runs: tuple[Run, ...]
    style: TextStyle = "body"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with a header row; widths are shares of the line."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """An image over the width of the line, with the words for those who cannot see it."""

    png: bytes
    svg: bytes
    words: str


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins on a new page."""


Block = Heading | Text | Grid | Picture | PageBreak


def compose_document(case: Case, results: Results, charts: Sequence[Chart] = ()) -> tuple[Block, ...]:
    """Cover, summary, charts, theme tables, quote cards, denominators, method and limits; texts are cleaned."""
    texts, rows = load_texts(), join_spans(case, results)
    traced = [row for row in rows if row.change.status != "inherited"]
    blocks = (
        *_compose_cover(case, results, texts),
        Heading(1, texts["summary"]["title"]),
        *(
            _say(sentence.text, "notice" if sentence.is_warning else "body")
            for sentence in summarise_in_words(case, results, texts)
        ),
        *_tally_grades(case, traced, texts),
        *_compose_charts([chart for chart in charts if chart.name in _IN_FRONT], texts),
        *_compose_themes(case, traced, texts),
        *_compose_cards(case, results, traced, texts),
        *_compose_denominators(case, results, rows, texts),
        *_compose_method(case, results, texts),
        *_compose_charts([chart for chart in charts if chart.name not in _IN_FRONT], texts),
    )
    return tuple(_clean_block(block) for block in blocks)


def _compose_charts(charts: Sequence[Chart], texts: Texts) -> Iterator[Block]:
    if charts:
        yield Heading(1, texts["charts"]["heading"])
    for chart in charts:
        yield Picture(chart.png, chart.svg, f"{chart.title}. {chart.words}")
        yield _say(chart.words)


def _compose_cover(case: Case, results: Results, texts: Texts) -> Iterator[Block]:
    yield Text((Run(texts["page"]["kind"]),), "subtitle")
    yield Text((Run(case.title),), "title")
    adopted = case.adopted.isoformat() if case.adopted else ""
    facts = [
        (texts["head"]["resolution"], f"{case.target.id} {case.target.title}"),
        (texts["head"]["claimant"], name_list(name_claimants(case), texts) or texts["head"]["no_claimant"]),
        (texts["dates"]["tabled"], case.tabled.isoformat()),
        (texts["dates"]["adopted"], adopted),
        (texts["head"]["documents"], str(len(list_searched(case, results)))),
    ]
    for name, fact in facts:
        if fact:
            yield Text((Run(f"{name}: ", "strong"), Run(fact)))
    yield _say(texts["reading"]["question"], "notice")
    if results.withheld is not None:
        yield _say(say_withheld(results, texts), "notice")
    yield PageBreak()


def _tally_grades(case: Case, traced: Sequence[SpanRow], texts: Texts) -> Iterator[Block]:
    if not traced or not any(row.best_grade for row in traced):
        yield _say(texts["summary"]["not_judged" if traced else "no_spans"])
        return
    count = {
        texts["head"]["claimant"]: [row.claimant_grade for row in traced] if case.sources_as("claimant") else None,
        texts["summary"]["any_source"]: [row.best_grade for row in traced],
    }
    yield Grid(
        texts["summary"]["table"],
        (texts["summary"]["whose"], *(texts["grades"][grade] for grade in GRADES)),
        tuple((name, *(str(found.count(grade)) for grade in GRADES)) for name, found in count.items() if found),
        (0.28, *(0.12 for _ in GRADES)),
    )


def _compose_themes(case: Case, traced: Sequence[SpanRow], texts: Texts) -> Iterator[Block]:
    """One table a theme, and one for the spans under none."""
    words = texts["themes"]
    for theme in (*case.themes, None):
        rows = [row for row in traced if (theme.id in row.themes if theme else not row.themes)]
        if theme is None and not rows:
            continue
        label = theme.label if theme else words["other"]
        yield Heading(1, words["title"].format(theme=label))
        if not rows:
            yield _say(words["empty"])
            continue
        yield Grid(
            words["title"].format(theme=label),
            (words["clause"], words["new"], texts["terminal"]["claimant"], words["best"], words["wording"]),
            tuple(_describe_row(row, texts) for row in rows),
            (0.1, 0.3, 0.12, 0.18, 0.3),
        )


def _describe_row(row: SpanRow, texts: Texts) -> tuple[str, ...]:
    best = f"{name_voice(row.best, texts)} ({texts['grades'][row.best_grade or 'unjudged']})" if row.best else ""
    grade = texts["grades"][row.claimant_grade or "unjudged"]
    cells = (row.label, shorten_text(row.change.text, _CELL), grade, best or texts["themes"]["no_source"], row.wording)
    return tuple(cell for cell in cells)


def name_voice(voice: Voice | None, texts: Texts) -> str:
    """Publisher or id, date, and page of a voice; "" for none."""
    if voice is None:
        return ""
    page = texts["themes"]["page"].format(page=voice.page) if voice.page else ""
    parts = [voice.publisher or voice.source, voice.date or texts["dates"]["undated"], page]
    return ", ".join(part for part in parts if part)


def _compose_cards(case: Case, results: Results, traced: Sequence[SpanRow], texts: Texts) -> Iterator[Block]:
    """Each span with a link worth reading: the clause, then each voice with its whole sentence, then the wording."""
    rows = [row for row in traced if row.best_grade in _CARDS or row.claimant_grade in _CARDS]
    spans = group_spans(traced)
    yield PageBreak()
    yield Heading(1, texts["document"]["cards"])
    yield _say(texts["document"]["cards_lead"] if rows else texts["document"]["no_cards"])
    for row in rows:
        yield from _compose_card(case, results, row, [other for other in spans[row.clause.id] if other != row], texts)


def _compose_card(
    case: Case, results: Results, row: SpanRow, others: Sequence[SpanRow], texts: Texts
) -> Iterator[Block]:
    words = texts["document"]
    themes = ", ".join(name_themes(case, row.themes)) or texts["themes"]["other"]
    yield Heading(2, words["card"].format(label=row.label, themes=themes))
    page = texts["themes"]["page"].format(page=row.clause.page) if row.clause.page else ""
    yield Text((Run(f"{case.target.id}, {row.label} {page}".strip(), "strong"),))
    pieces = mark_clause(row.clause, row.change, [other.change for other in others])
    yield Text(tuple(Run(piece.text, piece.mark) for piece in pieces), "quote")
    for voice in _list_voices(row):
        grade = texts["grades"][voice.grade or "unjudged"]
        yield Text((Run(name_voice(voice, texts), "strong"), Run(f" ({grade})")))
        yield Text((Run(f"“{voice.quote}”"),), "quote")
    yield Text((Run(f"{texts['themes']['wording']}: ", "strong"), Run(state_wording(row, row.wording, texts))))
    for reason in row.reasons:
        yield _say(reason, "bullet")


def _list_voices(row: SpanRow) -> list[Voice]:
    """The best voice, then the claimant's where it is another; only those with a quote."""
    voices = {voice.source: voice for voice in (row.best, row.claimant) if voice and voice.quote}
    return list(voices.values())


def _compose_denominators(case: Case, results: Results, rows: Sequence[SpanRow], texts: Texts) -> Iterator[Block]:
    """METHOD.md section 6: what was not adopted, what nobody explains, what is ruled out, what could not be read."""
    index = index_results(case, results)
    yield PageBreak()
    unsourced = [row for row in rows if row.change.status != "inherited" and row.best_grade in ("none", "weak")]
    yield from _list_part(
        texts, "unsourced", (texts["themes"]["clause"], texts["themes"]["new"]), (0.15, 0.85),
        [(row.label, shorten_text(row.change.text, _CELL)) for row in unsourced],
    )  # fmt: skip
    claimants = name_list(name_claimants(case), texts)
    asks = [
        (texts["asks"][fate.outcome], shorten_text(index.findings[fate.finding].text, _CELL), fate.reason)
        for outcome in ("not_adopted", "partly", "adopted")
        for fate in results.asks
        if fate.outcome == outcome and fate.finding in index.findings
    ]
    heads = (texts["asks"]["outcome"], texts["asks"]["ask"], texts["asks"]["reason"])
    yield from _list_part(texts, "asks", heads, (0.13, 0.5, 0.37), asks, claimant=claimants)
    ruled_out = [
        (name_clause(index.clauses.get(index.changes[row.change].clause), row.change), row.wording)
        for row in results.evidence
        if row.grade == "ruled_out" and row.change in index.changes
    ]
    yield from _list_part(
        texts, "ruled_out", (texts["themes"]["clause"], texts["ruled_out"]["why"]), (0.15, 0.85), ruled_out, LISTED
    )
    conflicts = [
        (conflict.unit, *(f"{value:g}: {name_voice(find_voice(index, '', finding), texts)}" for value, finding in
         ((conflict.value, conflict.finding), (conflict.other_value, conflict.other_finding))))
        for conflict in results.conflicts
    ]  # fmt: skip
    yield from _list_part(
        texts, "conflicts", (texts["conflicts"]["unit"], "A", "B"), (0.2, 0.4, 0.4), conflicts, LISTED
    )
    problems = [(problem.source, problem.message) for problem in results.problems]
    yield from _list_part(
        texts, "problems", (texts["ruled_out"]["source"], texts["ruled_out"]["why"]), (0.3, 0.7), problems
    )
    documents = [
        (source.id, source.role, source.publisher, source.date or texts["dates"]["undated"]) for source in case.sources
    ]
    words = texts["document"]
    columns = (texts["ruled_out"]["source"], words["role"], words["publisher"], words["date"])
    yield from _list_part(texts, "documents", columns, (0.34, 0.14, 0.36, 0.16), documents)


def _list_part(
    texts: Texts,
    section: str,
    head: tuple[str, ...],
    widths: tuple[float, ...],
    rows: Sequence[tuple[str, ...]],
    most: int | None = None,
    **names: str,
) -> Iterator[Block]:
    """A part with its lead and its table of at most so many rows, or with the sentence that says there is nothing."""
    yield Heading(1, texts[section]["title"])
    if not rows:
        yield _say(texts[section].get("empty", ""))
        return
    yield _say(texts[section]["lead"].format(**names) if names else texts[section]["lead"])
    yield Grid(texts[section]["title"], head, tuple(tuple(cell for cell in row) for row in rows[:most]), widths)
    if most is not None and len(rows) > most:
        yield _say(texts[section]["more"].format(count=len(rows) - most))


def _compose_method(case: Case, results: Results, texts: Texts) -> Iterator[Block]:
    words = texts["reading"]
    yield Heading(1, words["title"])
    earlier = ", ".join(source.id for source in list_earlier(case, results))
    yield _say(words["new"].format(texts=earlier) if earlier else words["new_without"])
    for key in ("first", "span", "placebo"):
        yield _say(words[key])
    yield Grid(
        words["permits"],
        (words["grade"], words["permits"]),
        tuple((texts["grades"][grade], texts["permitted"][grade]) for grade in GRADES),
        (0.2, 0.8),
    )
    yield Heading(1, texts["settings"]["title"])
    yield _say("; ".join(f"{name} {version}" for name, version in results.versions) or results.encoder)


def _say(text: str, style: TextStyle = "body") -> Text:
    return Text((Run(text),), style)


def _clean_block(block: Block) -> Block:
    """The block with texts that both writers can take."""
    if isinstance(block, Heading):
        return replace(block, text=clean_line(block.text))
    if isinstance(block, Text):
        return replace(block, runs=tuple(replace(run, text=clean_line(run.text)) for run in block.runs))
    if isinstance(block, Grid):
        return replace(
            block,
            caption=clean_line(block.caption),
            head=tuple(map(clean_line, block.head)),
            rows=tuple(tuple(map(clean_line, row)) for row in block.rows),
        )
    if isinstance(block, Picture):
        return replace(block, words=clean_line(block.words))
    return block


def clean_line(text: str) -> str:
    """The text without control characters and line ends; blanks at its ends stay, for a run may begin with one."""
    return clean_text(text).replace("\n", " ")
