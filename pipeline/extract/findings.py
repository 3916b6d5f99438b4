"""Findings of a report: sentences that state, sentences that ask, and wordings that are proposed."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.extract.asks import is_ask
from pipeline.extract.figures import read_figures
from pipeline.extract.frames import ORDER, find_frames, link_parts, prepare_clause, prepare_order
from pipeline.extract.names import add_names
from pipeline.extract.proposals import Proposal, diff_words, find_proposals, join_texts
from pipeline.extract.stakeholders import add_stakeholders
from pipeline.extract.trees import Tree
from pipeline.extract.units import Unit, cut_units, has_cue, make_quote
from pipeline.extract.voice import add_voices
from pipeline.extract.wordings import find_wording
from pipeline.records import Figure, Finding, FindingKind, Frame, Paragraph, Quote, Span

if TYPE_CHECKING:
    from pipeline.extract.language import English

OPENING_WORDS = 7  # enough for a speaker's name and "also recommends that"


def extract_findings(paragraphs: Sequence[Paragraph], nlp: "English") -> list[Finding]:
    """The findings, asks and proposals of one document in reading order, with exact quotes, frames and figures."""
    ordered = sorted(paragraphs, key=lambda paragraph: paragraph.order)
    proposals, used = find_proposals(ordered)
    units = list(cut_units([p for p in ordered if p.id not in used]))
    read = _read_units(units, nlp) + _read_proposals(proposals, ordered, nlp)
    read.sort(key=lambda pair: pair[0])
    numbered = [_number(finding, place) for place, (_, finding) in enumerate(read)]
    return add_voices(add_stakeholders(add_names(numbered, nlp), ordered), ordered)


Placed = tuple[int, Finding]  # order of the paragraph, then the finding


def _number(finding: Finding, place: int) -> Finding:
    return replace(finding, id=f"{finding.source}#f{place + 1}", order=place)


def _read_units(units: Sequence[Unit], nlp: "English") -> list[Placed]:
    prepared = [_prepare_unit(unit) for unit in units]
    docs = nlp.parse(text for text, _, _ in prepared)
    found = []
    for unit, (_, shift, start), doc in zip(units, prepared, docs, strict=True):
        finding = _judge_unit(unit, doc, shift, start)
        if finding is not None:
            found.append((unit.order, finding))
    return found


def _prepare_unit(unit: Unit) -> tuple[str, int, int]:
    """The text to parse, how far its offsets run ahead of the finding's, and where the item's own words begin."""
    *chapeau, item = [quote.text for quote in unit.quotes]
    text, start = link_parts(chapeau, item) if chapeau else (item, 0)
    if has_cue(" ".join(text.split()[:4]), "clause_openings"):
        clause, shift = prepare_clause(text)
    elif unit.is_item or unit.in_recommendations:
        clause, shift = prepare_order(text) or (text, 0)
    else:
        clause, shift = text, 0
    return clause, shift, start + shift


def _judge_unit(unit: Unit, doc: Tree, shift: int, start: int) -> Finding | None:
    wording = find_wording(unit.item)
    if wording is not None:
        return _make_worded(unit, *wording)
    asks = _opens_as_ask(unit, doc) or is_ask(doc, unit.in_recommendations, unit.is_item, start)
    if not asks and not _states_something(doc):
        return None
    frames = tuple(find_frames(doc, start))
    kind: FindingKind = "ask" if asks else "finding"
    return _make_finding(kind, unit.quotes, unit.section, frames, _shift_figures(read_figures(doc), shift))


def _opens_as_ask(unit: Unit, doc: Tree) -> bool:
    first_words = " ".join(unit.quotes[0].text.split()[:OPENING_WORDS])
    return doc.text.startswith(ORDER) or has_cue(first_words, "ask_openings")


def _states_something(doc: Tree) -> bool:
    """Whether there is a finite verb with a subject: headings, entries and bylines have none."""
    finite = any(token.tag_ in ("VBZ", "VBP", "VBD", "MD") for token in doc)
    return finite and any(token.dep_ in ("nsubj", "nsubjpass", "expl", "csubj", "csubjpass") for token in doc)


def _shift_figures(figures: Sequence[Figure], shift: int) -> tuple[Figure, ...]:
    return tuple(Figure(f.value, f.unit, f.start - shift, f.end - shift) for f in figures if f.start >= shift)


def _make_finding(
    kind: FindingKind, quotes: tuple[Quote, ...], section: str, frames: tuple[Frame, ...], figures: tuple[Figure, ...]
) -> Finding:
    return Finding("", quotes[0].source, 0, kind, section, quotes, frames=frames, figures=figures)


def _make_worded(unit: Unit, proposed: Span, current: Span | None) -> Finding:
    """A wording that a sentence quotes: the quotation is the finding, the sentence around it only led to it."""
    host = unit.quotes[-1]
    text = host.text[proposed.start : proposed.end]
    quote = Quote(host.source, host.page, host.paragraph, host.start + proposed.start, host.start + proposed.end, text)
    base = host.text[current.start : current.end] if current else ""
    added, removed = diff_words(base, text)
    return Finding("", host.source, 0, "proposal", unit.section, (quote,), base_text=base, added=added, removed=removed)


def _read_proposals(proposals: Sequence[Proposal], paragraphs: Sequence[Paragraph], nlp: "English") -> list[Placed]:
    docs = nlp.parse(join_texts(proposal.proposed) for proposal in proposals)
    found = []
    for proposal, doc in zip(proposals, docs, strict=True):
        quotes = tuple(make_quote(p, Span(0, len(p.text))) for p in proposal.proposed)
        order = proposal.proposed[0].order
        finding = Finding(
            id="",
            source=quotes[0].source,
            order=0,
            kind="proposal",
            section=_find_section(paragraphs, order),
            quotes=quotes,
            frames=tuple(find_frames(doc)),
            figures=read_figures(doc),
            base_text=proposal.base_text,
            added=proposal.added,
            removed=proposal.removed,
        )
        found.append((order, finding))
    return found


def _find_section(paragraphs: Sequence[Paragraph], order: int) -> str:
    above = [p.text for p in paragraphs if p.kind == "heading" and p.order < order]
    return above[-1] if above else ""
