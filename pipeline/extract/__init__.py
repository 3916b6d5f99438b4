"""Paragraphs become clauses of resolutions (lexicons only) and findings of reports (spaCy)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.records import Clause, Finding, Frame, Paragraph, Span

if TYPE_CHECKING:
    from pipeline.extract.language import English

ThemeCues = tuple[tuple[str, tuple[str, ...]], ...]  # theme id, cues


def extract_clauses(paragraphs: Sequence[Paragraph]) -> list[Clause]:
    """The clauses of a resolution, or the numbered recommendations of a report; see `extract.clauses`."""
    from pipeline.extract import clauses

    return clauses.extract_clauses(paragraphs)


def extract_findings(paragraphs: Sequence[Paragraph], nlp: "English") -> list[Finding]:
    """Findings, asks and proposed wordings of a report; see `extract.findings`."""
    from pipeline.extract import findings

    return findings.extract_findings(paragraphs, nlp)


def read_frames(texts: Sequence[str], nlp: "English") -> list[tuple[Frame, ...]]:
    """Who does what to whom, text by text; see `extract.frames`."""
    from pipeline.extract import frames

    return frames.read_frames(texts, nlp)


def split_sentences(text: str) -> tuple[Span, ...]:
    """The sentences of a paragraph; see `extract.sentences`."""
    from pipeline.extract import sentences

    return sentences.split_sentences(text)


def find_persons(texts: Iterable[str], nlp: "English") -> tuple[str, ...]:
    """The names of persons that stand in texts; see `extract.persons`."""
    from pipeline.extract import persons

    return persons.find_persons(texts, nlp)


def load_language(folder: Path) -> "English":
    """spaCy's English pipeline from a folder; see `extract.language`."""
    from pipeline.extract import language

    return language.load_language(folder)


def extract_document(
    paragraphs: Sequence[Paragraph],
    as_resolution: bool,
    with_frames: bool,
    themes: ThemeCues,
    get_language: Callable[[], "English"],
) -> tuple[list[Clause], list[Finding]]:
    """Clauses when the document is read as a resolution, else findings; both with themes, clauses with frames if asked.

    `get_language` is called only when sentences must be parsed.
    """
    from pipeline.extract.themes import assign_themes

    if not as_resolution:
        findings = extract_findings(paragraphs, get_language()) if paragraphs else []
        if themes:
            findings = [replace(finding, themes=assign_themes(finding.text, themes)) for finding in findings]
        return [], findings
    clauses = extract_clauses(paragraphs)
    if with_frames and clauses:
        from pipeline.extract.frames import add_clause_frames

        clauses = add_clause_frames(clauses, get_language())
    return [replace(clause, themes=assign_themes(clause.full_text, themes)) for clause in clauses], []
