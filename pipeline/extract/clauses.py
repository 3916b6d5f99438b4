"""Clauses of resolutions, and numbered recommendations of reports, by lexicons and expected-next-number rules."""

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.extract.addressees import read_addressee
from pipeline.extract.citations import read_citations
from pipeline.extract.drafts import Draft, trace_ancestors
from pipeline.extract.notes import find_notes
from pipeline.extract.recommendations import read_recommendations, read_states
from pipeline.extract.resolutions import read_resolutions
from pipeline.extract.strength import rate_verb
from pipeline.extract.verbs import guess_opening, read_opening
from pipeline.records import Clause, Paragraph, Quote, Section, Span, join_quotes

_ID_WORDS: dict[Section, str] = {"preamble": "", "operative": "", "annex": "annex "}
_COUNCIL = re.compile(r"\s*the security council\s*,?\s*$", re.IGNORECASE)


def extract_clauses(paragraphs: Sequence[Paragraph]) -> list[Clause]:
    """The clauses of a document in order; none for one that is no resolution and numbers no recommendations.

    `paragraphs` are those of one document in reading order, as any reader gives them: labels may be in `label` or still
    at the start of the text, and a clause may be cut into several paragraphs. Quotes point into them exactly.
    """
    drafts = read_resolutions(paragraphs) or read_recommendations(paragraphs)
    has_italics = any(_read_italics(paragraphs, draft) for draft in drafts)
    by_council = any(_COUNCIL.match(paragraph.text) for paragraph in paragraphs)
    taken: set[str] = set()
    clauses = []
    for order, draft in enumerate(drafts):
        clause = _build_clause(paragraphs, draft, order, has_italics, _name_clause(paragraphs, draft, taken))
        root = (trace_ancestors(draft) or [draft])[0]
        clause = _read_force(
            clause, join_quotes(_quote_pieces(paragraphs, root)), _read_verb(paragraphs, root, has_italics)
        )
        clauses.append(_read_references(clause, paragraphs, draft.is_recommendation, by_council))
    return clauses


def _read_force(clause: Clause, root_text: str, verb: str | None) -> Clause:
    """With strength and addressee; a sub-clause has those of the clause that it hangs on."""
    if verb is None:
        return clause
    return replace(clause, strength=rate_verb(verb), addressee=read_addressee(root_text, verb))


def _read_references(
    clause: Clause, paragraphs: Sequence[Paragraph], is_recommendation: bool, by_council: bool
) -> Clause:
    """With what its text and then its footnotes cite, and the States behind a recommendation."""
    texts = [clause.text, *(note.text for note in find_notes(paragraphs, clause.quotes))]
    cites = dict.fromkeys(name for text in texts for name in read_citations(text, by_council))
    states = read_states(clause.text) if is_recommendation else ()
    return replace(clause, cites=tuple(cites), stakeholders=states)


def _build_clause(paragraphs: Sequence[Paragraph], draft: Draft, order: int, has_italics: bool, name: str) -> Clause:
    ancestors = trace_ancestors(draft)
    parent = next((label for label in (ancestor.label for ancestor in reversed(ancestors)) if label), None)
    return Clause(
        id=name,
        source=paragraphs[draft.pieces[0].paragraph].source,
        order=order,
        section=draft.section,
        label=draft.label,
        parent=parent,
        verb=_read_verb(paragraphs, draft, has_italics),
        quotes=_quote_pieces(paragraphs, draft),
        chapeau=tuple(quote for ancestor in ancestors for quote in _quote_pieces(paragraphs, ancestor)),
        heading=draft.heading,
        level=len(ancestors) + 1,
    )


def _name_clause(paragraphs: Sequence[Paragraph], draft: Draft, taken: set[str]) -> str:
    """A readable id, unique in the document: a label that repeats gets a count behind it."""
    label = draft.label or (f"{draft.section}, without number" if draft.parent is None else "item without letter")
    if draft.label is None and draft.parent is not None and draft.parent.label:
        label = f"{draft.parent.label}, {label}"
    plain = f"{paragraphs[draft.pieces[0].paragraph].source}#{_ID_WORDS[draft.section]}{label}"
    name, count = plain, 1
    while name in taken:
        count += 1
        name = f"{plain} [{count}]"
    taken.add(name)
    return name


def _quote_pieces(paragraphs: Sequence[Paragraph], draft: Draft) -> tuple[Quote, ...]:
    quotes = []
    for piece in draft.pieces:
        paragraph = paragraphs[piece.paragraph]
        text = paragraph.text[piece.start : piece.end]
        page = _find_page(paragraph, piece.start)
        quotes.append(Quote(paragraph.source, page, paragraph.id, piece.start, piece.end, text))
    return tuple(quotes)


def _find_page(paragraph: Paragraph, offset: int) -> int | None:
    """The page on which an offset of a paragraph stands."""
    pages = [box.page for box in paragraph.boxes if box.start <= offset]
    return pages[-1] if pages else paragraph.page


def _read_verb(paragraphs: Sequence[Paragraph], draft: Draft, has_italics: bool) -> str | None:
    """The italic run that opens the clause; in a document without italics the phrase the lexicons know."""
    if draft.parent is not None or draft.section == "annex" or draft.is_recommendation:
        return None
    if has_italics:
        return _read_italics(paragraphs, draft)
    text = paragraphs[draft.pieces[0].paragraph].text[draft.pieces[0].start : draft.pieces[0].end]
    opening = read_opening(text)
    return opening.phrase if opening else guess_opening(text)


def _read_italics(paragraphs: Sequence[Paragraph], draft: Draft) -> str | None:
    piece = draft.pieces[0]
    paragraph = paragraphs[piece.paragraph]
    run = _join_spans(paragraph, piece.start)
    return paragraph.text[run.start : run.end].strip(" ,;:.") or None if run else None


def _join_spans(paragraph: Paragraph, start: int) -> Span | None:
    """The italic run that begins at an offset; runs with only blanks between them are one."""
    end = start
    for span in sorted(paragraph.italics, key=lambda span: span.start):
        if span.end > end and not paragraph.text[end : span.start].strip():
            end = span.end
    return Span(start, end) if end > start else None
