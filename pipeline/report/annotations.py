"""evidence.jsonld: every quote as a W3C Web Annotation, every judgement as W3C PROV, so that others can import both.

Web Annotation Data Model, https://www.w3.org/TR/annotation-model/; PROV-O, https://www.w3.org/TR/prov-o/. A judgement
is derived from the two quotes; no statement says that one document was derived from the other: that is never known.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote as escape_iri

from pipeline.case import Case
from pipeline.records import Evidence, Paragraph, Quote, Source
from pipeline.report.results import Results
from pipeline.report.texts import clean_text

Node = dict[str, object]

_AROUND = 40  # characters of prefix and suffix, by which a quote is found again in another edition
_PAGE_RULE = "http://tools.ietf.org/rfc/rfc3778"  # page fragments of PDF, as the annotation model names it
_CONTEXT = [
    "http://www.w3.org/ns/anno.jsonld",
    {
        "prov": "http://www.w3.org/ns/prov#",
        "grade": "urn:clausetrace:term:grade",
        "wording": "urn:clausetrace:term:wording",
        "outcome": "urn:clausetrace:term:outcome",
        "reason": "urn:clausetrace:term:reason",
        "tests": {"@id": "urn:clausetrace:term:tests", "@container": "@list"},
        "role": "urn:clausetrace:term:role",
        "searched": "urn:clausetrace:term:searched",
    },
]


def render_annotations(case: Case, results: Results) -> bytes:
    """One JSON-LD document with a graph of sources, annotations (one a quote) and judgements (one a row of evidence).

    Positions count characters of a document's text: its paragraphs in reading order, joined by one line feed.
    """
    stream = _place_paragraphs(results.paragraphs)
    findings = {finding.id: finding.quotes for finding in results.findings}
    changes = {change.id: change.quotes for change in results.changes}
    used = [row for row in results.evidence if row.finding in findings and row.change in changes]
    sources = {source.id: source for source in case.sources}
    quoted = [(name, quotes) for name, quotes in _list_quoted(used, findings, changes) if quotes]
    nodes: list[Node] = [_describe_source(source) for source in case.sources]
    nodes += [_annotate(name, quotes, sources, stream) for name, quotes in quoted]
    nodes += [_describe_judgement(row) for row in used]
    nodes.append(_describe_run(results))
    text = json.dumps({"@context": _CONTEXT, "@graph": nodes}, ensure_ascii=False, indent=1)
    return (clean_text(text) + "\n").encode("utf-8")


def _list_quoted(
    used: Sequence[Evidence], findings: Mapping[str, tuple[Quote, ...]], changes: Mapping[str, tuple[Quote, ...]]
) -> Iterable[tuple[str, tuple[Quote, ...]]]:
    """Spans and findings that some judgement names, each once, in the order of the judgements."""
    yield from ((name, changes[name]) for name in dict.fromkeys(row.change for row in used))
    yield from ((name, findings[name]) for name in dict.fromkeys(row.finding for row in used))


def _place_paragraphs(paragraphs: Sequence[Paragraph]) -> dict[str, tuple[int, Paragraph]]:
    """Where each paragraph begins in its document's text, with the paragraph."""
    places: dict[str, tuple[int, Paragraph]] = {}
    ends: dict[str, int] = {}
    for paragraph in sorted(paragraphs, key=lambda row: (row.source, row.order)):
        start = ends.get(paragraph.source, 0)
        places[paragraph.id] = (start, paragraph)
        ends[paragraph.source] = start + len(paragraph.text) + 1
    return places


def _describe_source(source: Source) -> Node:
    node: Node = {"id": _name("source", source.id), "type": ["prov:Entity", "Text"], "label": source.title or source.id}
    node["role"] = source.role
    if source.date:
        node["created"] = source.date
    if source.url.startswith(("https://", "http://")):
        node["via"] = source.url
    if source.publisher:
        node["prov:wasAttributedTo"] = source.publisher
    return node


def _annotate(
    name: str, quotes: Sequence[Quote], sources: Mapping[str, Source], stream: Mapping[str, tuple[int, Paragraph]]
) -> Node:
    return {
        "id": _name("quote", name),
        "type": "Annotation",
        "motivation": "highlighting",
        "target": [_target(quote, sources, stream) for quote in quotes],
    }


def _target(quote: Quote, sources: Mapping[str, Source], stream: Mapping[str, tuple[int, Paragraph]]) -> Node:
    start, paragraph = stream.get(quote.paragraph, (0, None))
    exact: Node = {"type": "TextQuoteSelector", "exact": quote.text}
    selectors: list[Node] = [exact]
    if paragraph is not None:
        exact["prefix"] = paragraph.text[max(quote.start - _AROUND, 0) : quote.start]
        exact["suffix"] = paragraph.text[quote.end : quote.end + _AROUND]
        selectors.append({"type": "TextPositionSelector", "start": start + quote.start, "end": start + quote.end})
    if quote.page is not None:
        selectors.append({"type": "FragmentSelector", "conformsTo": _PAGE_RULE, "value": f"page={quote.page}"})
    known = sources.get(quote.source)
    return {"source": _name("source", known.id if known else quote.source), "selector": selectors}


def _describe_judgement(row: Evidence) -> Node:
    return {
        "id": _name("judgement", row.id),
        "type": "prov:Entity",
        "prov:wasDerivedFrom": [{"id": _name("quote", row.change)}, {"id": _name("quote", row.finding)}],
        "prov:wasGeneratedBy": {"id": "urn:clausetrace:run"},
        "grade": row.grade,
        "wording": row.wording,
        "tests": [{"label": test.name, "outcome": test.outcome, "reason": test.reason} for test in row.tests],
    }


def _describe_run(results: Results) -> Node:
    tools = [{"type": "prov:SoftwareAgent", "label": f"{name} {version}"} for name, version in results.versions]
    return {"id": "urn:clausetrace:run", "type": "prov:Activity", "prov:wasAssociatedWith": tools}


def _name(kind: str, name: str) -> str:
    return f"urn:clausetrace:{kind}:{escape_iri(clean_text(name), safe='')}"
