"""Where a paragraph, clause, finding or span of a finished case stands: on which page, in which box."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

from pipeline.errors import ClausetraceError
from pipeline.records import Box, Change, Clause, Evidence, Finding, Link, Paragraph, Quote, find_boxes
from pipeline.run.line import Line


@dataclass(frozen=True, slots=True)
class Place:
    """A quote with the paragraph it was taken from, and the boxes of that paragraph that hold it."""

    quote: Quote
    paragraph: Paragraph
    boxes: tuple[Box, ...]


def find_places(line: Line, name: str) -> list[Place]:
    """The places of the paragraph, clause, finding or span with this id, in order.

    Raises ClausetraceError when the case has no such id, TableError when the stage that gives ids was not run.
    """
    paragraphs = {paragraph.id: paragraph for paragraph in line.read("1-paragraphs", Paragraph)}
    if name in paragraphs:
        whole = paragraphs[name]
        return [Place(Quote(whole.source, whole.page, whole.id, 0, len(whole.text), whole.text), whole, whole.boxes)]
    quotes = next((record.quotes for record in _list_records(line) if record.id == name), None)
    if quotes is None:
        raise ClausetraceError(f"{name}: the case has no paragraph, clause, finding or span of this id; see work/.")
    return [
        Place(quote, paragraphs[quote.paragraph], find_boxes(paragraphs[quote.paragraph], quote)) for quote in quotes
    ]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A link and what each of its measurements added to the log-odds of `match_probability`."""

    link: Link
    passage: str  # of the source
    span: str
    intercept: float  # log-odds of a pair that has nothing in common
    parts: tuple[tuple[str, float | None, float], ...]  # measurement, its value, log-odds it added; the largest first


def explain_link(line: Line, name: str) -> Explanation:
    """What the measurements of a link contributed; `name` is a link's id, or the id of a row of evidence.

    Raises ClausetraceError when the case holds neither, TableError when the links were not scored.
    """
    from pipeline.score import load_match_model

    links = {link.id: link for link in line.read("5-links", Link)}
    chosen = name
    if name not in links and line.key("6-evidence"):
        chosen = next((row.link for row in line.read("6-evidence", Evidence) if row.id == name), name)
    if chosen not in links:
        raise ClausetraceError(f"{name}: the case has no link or row of evidence of this id; see work/5-links.parquet.")
    link = links[chosen]
    encoder = line.settings.embed.encoder
    model = load_match_model(None if encoder == "none" else encoder)
    measured = {field.name: getattr(link, field.name) for field in fields(Link)}
    weighed = model.weigh_each(measured)
    parts = sorted(weighed.items(), key=lambda part: (-abs(part[1]), part[0]))
    findings = {row.id: row.text for row in line.read("2-findings", Finding)}
    spans = {row.id: " … ".join(row.added) or row.text for row in line.read("3-changes", Change)}
    told = tuple((key, measured.get(key), odds) for key, odds in parts)
    return Explanation(link, findings.get(link.finding, ""), spans.get(link.change, ""), model.intercept, told)


def _list_records(line: Line) -> Iterator[Clause | Finding | Change]:
    yield from line.read("2-clauses", Clause)
    yield from line.read("2-findings", Finding)
    if line.key("3-changes"):
        yield from line.read("3-changes", Change)
