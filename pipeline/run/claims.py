"""Public statements held against a finished case: a press release, a case study, the claims of the case file."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.engine import LostWorkerError, run_alone
from pipeline.errors import ClausetraceError
from pipeline.records import Attribution, Change, ClaimCheck, Clause, Evidence, Finding, Link, PassageStems, Similarity
from pipeline.run.line import Line, hash_code, make_key, make_limits
from pipeline.run.measures import match_texts
from pipeline.run.scoring import load_rarity, read_target
from pipeline.settings import Settings
from pipeline.tables import write_table

if TYPE_CHECKING:
    from pipeline.attribute import Near, Statement

_SENTENCES = ("body", "list_item", "heading", "table_cell", "caption")


def check_claims(line: Line, file: Path | None) -> tuple[ClaimCheck, ...]:
    """The statements of a file of any format that `ingest` reads, or without one those of the case file, each judged.

    The case must have been run. Raises DocumentError when the file cannot be read, TableError when a table is missing.
    """
    from pipeline.attribute import check_statements, open_dossier, read_statement, read_statements

    case = line.case
    dossier = open_dossier(
        case=case,
        clauses=read_target(line),
        findings=line.open("2-findings", Finding),
        changes=line.read("3-changes", Change),
        links=line.open("5-links", Link),
        similarities=line.open("5-similarities", Similarity),
        passages=line.open("1-passages", PassageStems),
        rarity=load_rarity(line).weigh,
        settings=line.settings.attribute,
    )
    names = [source.publisher for source in case.sources_as("claimant") if source.publisher]
    if file is None:
        read = [read_statement(claim.id, claim.text, names, claim.clauses) for claim in case.claims]
        statements = [statement for statement in read if statement is not None]
    else:
        statements = read_statements(_read_sentences(file, line.settings), names)
    near = _find_near(line, statements, list(dossier.clauses.values()))
    evidence, judged = line.read("6-evidence", Evidence), line.read("6-attributions", Attribution)
    return check_statements(statements, near, dossier, evidence, judged)


def judge_claims(line: Line) -> None:
    """The claims of the case file, judged into the table 6-claims."""
    key = make_key(line.key("6-evidence"), hash_code("attribute"), repr(line.case.claims))
    if line.key("6-claims") != key:
        write_table(line.table("6-claims"), check_claims(line, None) if line.case.claims else (), ClaimCheck, key)


def _find_near(line: Line, statements: "Sequence[Statement]", clauses: Sequence[Clause]) -> "list[list[Near]]":
    """For each statement the clauses that may say what it speaks of, the most probable first."""
    from pipeline.attribute import Near, strip_cues

    asked = [(str(place), strip_cues(statement.text)) for place, statement in enumerate(statements)]
    rows = match_texts(asked, [(clause.id, clause.text) for clause in clauses], line.settings, {}, {}) if asked else []
    near: dict[str, list[Near]] = {place: [] for place, _ in asked}
    for row in rows:
        found = row.measurement
        opposed = found.negation_conflict or found.role_swap or found.stance_conflict
        near[row.source_id].append(Near(row.target_id, row.match_probability, opposed))
    return list(near.values())


def _read_sentences(file: Path, settings: Settings) -> list[tuple[str, str]]:
    """The sentences of a file, read in a process of its own: no file can take the command down with it."""
    try:
        return run_alone(partial(_list_sentences, settings.ingest.reader), file, partial(make_limits, settings))
    except LostWorkerError as error:
        raise ClausetraceError(f"{file.name}: reading it {error}") from error


def _list_sentences(reader: str, file: Path) -> list[tuple[str, str]]:
    """(place, sentence) of a file, in reading order; a sentence's place is its paragraph and page."""
    from pipeline.extract import split_sentences
    from pipeline.ingest import read_document

    return [
        (paragraph.id, paragraph.text[span.start : span.end])
        for paragraph in read_document(file, file.name, reader)
        if paragraph.kind in _SENTENCES
        for span in split_sentences(paragraph.text)
    ]
