"""Commands on files alone: what one document holds, and which passages of two files belong together."""

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from pipeline.cli.json_lines import read_by_id, read_texts
from pipeline.cli.options import EncoderOption, FileArgument, ReaderOption, SettingsOption
from pipeline.cli.printing import print_row
from pipeline.errors import ClausetraceError

if TYPE_CHECKING:
    from pipeline.engine import Limits
    from pipeline.records import Clause, Finding, Paragraph

Row = TypeVar("Row")

app = typer.Typer()


@app.command()
def read(file: FileArgument, reader: ReaderOption = None, settings: SettingsOption = None) -> None:
    """Print a document's paragraphs as JSON lines: id, page, kind, label, text, bbox; confidence
    (of scans), words inserted (tracked changes) and deleted (tracked, or struck through: only these are in the text).

    Example: clausetrace read report.pdf
    """
    for paragraph in _work_alone(_keep_paragraphs, file, reader, settings):
        print_row(
            id=paragraph.id,
            page=paragraph.page,
            kind=paragraph.kind,
            label=paragraph.label,
            text=paragraph.printed,
            bbox=paragraph.bbox,
            confidence=paragraph.confidence,
            inserted=[paragraph.text[span.start : span.end] for span in paragraph.inserted],
            deleted=[deletion.text.strip() for deletion in paragraph.deleted],
        )


@app.command()
def clauses(file: FileArgument, reader: ReaderOption = None, settings: SettingsOption = None) -> None:
    """Print a resolution's clauses as JSON lines: id, section, label, parent, verb, text, page, and what they say.

    Then follow level, heading, strength of the verb (1 notes to 6 decides), addressee, cites, stakeholders, full_text.
    Numbered recommendations of a report come as operative clauses. Example: clausetrace clauses resolution.pdf
    """
    for clause in _work_alone(_read_clauses, file, reader, settings):
        print_row(
            id=clause.id,
            section=clause.section,
            label=clause.label,
            parent=clause.parent,
            verb=clause.verb,
            text=clause.text,
            page=clause.page,
            level=clause.level,
            heading=clause.heading,
            strength=clause.strength,
            addressee=clause.addressee,
            cites=clause.cites,
            stakeholders=clause.stakeholders,
            full_text=clause.full_text,
        )


@app.command()
def findings(file: FileArgument, reader: ReaderOption = None, settings: SettingsOption = None) -> None:
    """Print a report's findings, asks and proposals as JSON lines.

    Fields: id, kind, text, page, section, base_text, added, removed, then figures (value, unit and place in the text),
    places, institutions, dates, stakeholders. Example: clausetrace findings report.pdf
    """
    for finding in _work_alone(partial(_read_findings, settings), file, reader, settings):
        print_row(
            id=finding.id,
            kind=finding.kind,
            text=finding.text,
            page=finding.page,
            section=finding.section,
            base_text=finding.base_text,
            added=finding.added,
            removed=finding.removed,
            figures=[asdict(figure) for figure in finding.figures],
            places=finding.places,
            institutions=finding.institutions,
            dates=finding.dates,
            stakeholders=finding.stakeholders,
        )


@app.command()
def match(
    sources: Annotated[Path, typer.Argument(help="JSON lines with id, text and optionally date.")],
    targets: Annotated[Path, typer.Argument(help="JSON lines with id and text.")],
    base: Annotated[Path | None, typer.Option(help="Earlier texts of targets, by id: only added words count.")] = None,
    source_base: Annotated[Path | None, typer.Option(help="Earlier texts of sources, by id.")] = None,
    top: Annotated[int, typer.Option(min=1, help="Keep pairs in the top N of their source or target.")] = 20,
    background: Annotated[Path | None, typer.Option(help="Texts (JSON lines) for document frequencies.")] = None,
    pairs: Annotated[bool, typer.Option("--pairs", help="Score the i-th source with the i-th target only.")] = False,
    encoder: EncoderOption = None,
    settings: SettingsOption = None,
) -> None:
    """Rank source passages against target passages; JSON lines out with every measurement and match_probability.

    Example: clausetrace match asks.jsonl recommendations.jsonl --top 10
    """
    from pipeline.run import match_texts
    from pipeline.settings import load_settings

    rows = match_texts(
        read_texts(sources),
        read_texts(targets),
        load_settings(settings, encoder),
        base=read_by_id(base) if base else {},
        source_base=read_by_id(source_base) if source_base else {},
        background=[text for _, text in read_texts(background)] if background else None,
        top=top,
        in_pairs=pairs,
    )
    for row in rows:
        weighed = {"log_odds": row.log_odds, "match_probability": row.match_probability}
        print_row(source_id=row.source_id, target_id=row.target_id, **row.measurement._asdict(), **weighed)


def _work_alone(
    work: Callable[["list[Paragraph]"], list[Row]], file: Path, reader: str | None, settings: Path | None
) -> list[Row]:
    """The rows that `work` makes of one file, in a process that is ended when the file takes more than the limits."""
    from pipeline.engine import LostWorkerError, run_alone

    try:
        return run_alone(partial(_read_and, work, reader, settings), file, partial(_load_limits, settings))
    except LostWorkerError as error:
        raise ClausetraceError(f"{file.name}: reading it {error}") from error


def _load_limits(settings: Path | None) -> "Limits":
    from pipeline.engine import Limits
    from pipeline.settings import load_settings

    limits = load_settings(settings).limits
    return Limits(limits.seconds, limits.seconds_a_scan, limits.mebibytes)


def _read_and(
    work: Callable[["list[Paragraph]"], list[Row]], reader: str | None, settings: Path | None, file: Path
) -> list[Row]:
    """What `work` makes of a file's paragraphs. The default settings are not loaded: that takes as long as reading."""
    from pipeline.ingest import read_document

    if reader or settings:
        from pipeline.settings import load_settings

        reader = load_settings(settings, reader=reader).ingest.reader
    return work(read_document(file, file.stem, reader or "pdfium"))


def _keep_paragraphs(paragraphs: "list[Paragraph]") -> "list[Paragraph]":
    return paragraphs


def _read_clauses(paragraphs: "list[Paragraph]") -> "list[Clause]":
    from pipeline.extract import extract_clauses

    return extract_clauses(paragraphs)


def _read_findings(settings: Path | None, paragraphs: "list[Paragraph]") -> "list[Finding]":
    from pipeline.extract import extract_findings
    from pipeline.run import load_language_once
    from pipeline.settings import load_settings

    nlp = load_language_once(load_settings(settings).extract.language_model)
    return extract_findings(paragraphs, nlp())
