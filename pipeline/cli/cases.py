"""Commands on a case: the whole line, one stage, the claims of others, where a passage stands."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.options import (
    CaseArgument,
    ClusterOption,
    EncoderOption,
    OutOption,
    QuietOption,
    ReaderOption,
    RedactOption,
    RootOption,
    SettingsOption,
    SharedOption,
    WorkersOption,
)
from pipeline.cli.printing import as_plain, make_tell, print_row, print_summary, say_nothing
from pipeline.errors import ClausetraceError

if TYPE_CHECKING:
    from pipeline.run import Line, Stage

app = typer.Typer()


@app.command()
def run(
    case: CaseArgument,
    root: RootOption = None,
    out: OutOption = None,
    encoder: EncoderOption = None,
    reader: ReaderOption = None,
    settings: SettingsOption = None,
    workers: WorkersOption = None,
    redact: RedactOption = False,
    quiet: QuietOption = False,
    cluster: ClusterOption = "",
    shared: SharedOption = "",
) -> None:
    """Run a case through all stages, redoing only what is stale; print the attribution table and the report files.

    Example: clausetrace run data/cases/demo
    """
    line = open_line(case, root, out, encoder, reader, settings, workers, quiet, redact, cluster, shared)
    go_until(line, "report")
    print_summary(line)


def _add_stage(stage: "Stage", task: str) -> None:
    def command(
        case: CaseArgument,
        root: RootOption = None,
        out: OutOption = None,
        encoder: EncoderOption = None,
        reader: ReaderOption = None,
        settings: SettingsOption = None,
        workers: WorkersOption = None,
        quiet: QuietOption = False,
        cluster: ClusterOption = "",
        shared: SharedOption = "",
    ) -> None:
        go_until(open_line(case, root, out, encoder, reader, settings, workers, quiet, False, cluster, shared), stage)

    command.__doc__ = f"{task}, after bringing the stages before it up to date.\n\nExample: clausetrace {stage} CASE"
    app.command(name=stage)(command)


_add_stage("ingest", "Read the documents of a case into paragraphs")
_add_stage("extract", "Cut paragraphs into clauses and findings")
_add_stage("align", "Find out which words of the target are new")
_add_stage("embed", "Compute sentence vectors")
_add_stage("score", "Measure findings against clauses and changed spans")
_add_stage("attribute", "Test and grade the links")


@app.command()
def report(
    case: CaseArgument,
    root: RootOption = None,
    out: OutOption = None,
    encoder: EncoderOption = None,
    reader: ReaderOption = None,
    settings: SettingsOption = None,
    workers: WorkersOption = None,
    redact: RedactOption = False,
    quiet: QuietOption = False,
    cluster: ClusterOption = "",
    shared: SharedOption = "",
) -> None:
    """Write tables and reports, after bringing the stages before it up to date.

    Example: clausetrace report CASE --redact
    """
    go_until(open_line(case, root, out, encoder, reader, settings, workers, quiet, redact, cluster, shared), "report")


@app.command()
def explain(
    name: Annotated[str, typer.Argument(metavar="LINK", help="Id of a link, or of a row of evidence.")],
    case: Annotated[Path, typer.Option(help="Folder that holds case.toml, or the file itself.")] = Path(),
    root: RootOption = None,
    out: OutOption = None,
    encoder: EncoderOption = None,
    settings: SettingsOption = None,
) -> None:
    """Print what each measurement of a link added to its match probability, in log-odds; the largest first.

    Example: clausetrace explain "A/HRC/RES/95/21#2(g)/1 <- tallow-2024-penal-system" --case data/cases/demo
    """
    from pipeline.run import explain_link

    found = explain_link(open_line(case, root, out, encoder, None, settings, None, True), name)
    for told in (found.link.id, f"source: {found.passage}", f"span: {found.span}"):
        print(as_plain(told))
    rows = [("start", None, found.intercept), *found.parts, ("log-odds", None, found.link.log_odds)]
    for measurement, value, odds in rows:
        shown = "" if value is None else f"{value:.3f}"
        print(f"  {measurement:26}{shown:>10}{odds:>+9.2f}")
    print(f"  match_probability {found.link.match_probability:.3f}")
    print(as_plain(f"shared phrases: {' | '.join(found.link.shared_phrases) or 'none'}"))


@app.command()
def freeze(
    case: CaseArgument,
    to: Annotated[Path, typer.Option(help="The folder that releases lie in.")] = Path("releases"),
    day: Annotated[str | None, typer.Option(help="Day of the release; today without.")] = None,
    root: RootOption = None,
    out: OutOption = None,
    encoder: EncoderOption = None,
    reader: ReaderOption = None,
    settings: SettingsOption = None,
    workers: WorkersOption = None,
    redact: RedactOption = False,
    quiet: QuietOption = False,
) -> None:
    """Copy reports, tables, case file and human decisions into a dated folder with check sums, to be kept and cited.

    With --redact the reports alone. Example: clausetrace freeze data/cases/demo --to releases
    """
    from datetime import date

    from pipeline.run import freeze_case

    try:
        chosen = date.fromisoformat(day) if day else date.today()
    except ValueError as error:
        raise ClausetraceError(f"--day {day}: is no date; write it as 2024-05-31.") from error
    line = open_line(case, root, out, encoder, reader, settings, workers, quiet, redact)
    go_until(line, "report")
    print(freeze_case(line, to, chosen))


@app.command("check-claims")
def check_claims(
    file: Annotated[
        Path | None, typer.Argument(help="Press release or case study; without it the claims of the case.")
    ] = None,
    case: Annotated[Path, typer.Option(help="The case that the statements speak of; it is run when stale.")] = Path(),
    root: RootOption = None,
    out: OutOption = None,
    encoder: EncoderOption = None,
    reader: ReaderOption = None,
    settings: SettingsOption = None,
    workers: WorkersOption = None,
    quiet: QuietOption = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines instead of text.")] = False,
) -> None:
    """Find the sentences that claim influence, novelty or content, and say what the evidence of a case makes of each.

    Example: clausetrace check-claims press-release.docx --case data/cases/demo
    """
    from pipeline.run import check_claims as check

    line = open_line(case, root, out, encoder, reader, settings, workers, quiet)
    go_until(line, "attribute")
    checks = check(line, file)
    for row in checks:
        if as_json:
            print_row(**asdict(row))
        else:
            print(f"{row.verdict.replace('_', ' ').upper()}  {row.place}\n  {row.text}\n  why: {row.reason}")
            print(f"  may be published: {row.publishable}\n" if row.publishable else "")
    if not checks:
        print("clausetrace: no sentence claims influence, novelty or content of the resolution.", file=sys.stderr)


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="ID", help="Id of a paragraph, clause, finding or span.")],
    case: Annotated[Path, typer.Option(help="Folder that holds case.toml, or the file itself.")] = Path(),
    root: RootOption = None,
    out: OutOption = None,
) -> None:
    """Print where a passage of a finished case stands, as JSON lines: source, page, paragraph, boxes, text.

    Example: clausetrace show "A/HRC/RES/95/21#2(g)" --case data/cases/demo
    """
    from pipeline.run import find_places

    for place in find_places(open_line(case, root, out, None, None, None, None, True), name):
        print_row(
            source=place.quote.source,
            page=place.quote.page,
            paragraph=place.paragraph.id,
            kind=place.paragraph.kind,
            label=place.paragraph.label,
            boxes=[asdict(box) for box in place.boxes],
            text=place.quote.text,
            confidence=place.paragraph.confidence,
        )


def open_line(
    case: Path,
    root: Sequence[Path] | None,
    out: Path | None,
    encoder: str | None,
    reader: str | None,
    settings: Path | None,
    workers: int | None,
    quiet: bool,
    redact: bool = False,
    cluster: str = "",
    shared: str = "",
) -> "Line":
    from pipeline.case import load_case
    from pipeline.run import Line
    from pipeline.settings import load_settings

    loaded = load_case(case, tuple(root or ()), out)
    tell = say_nothing if quiet else make_tell()
    return Line(loaded, load_settings(settings, encoder, reader), workers, tell, redact, cluster, shared)


def go_until(line: "Line", until: "Stage") -> None:
    from pipeline.records import Problem
    from pipeline.run import run_case

    run_case(line, until)
    names = ["1-problems"] if until == "ingest" else ["1-problems", "2-problems"]
    names += ["6-problems"] if until in ("attribute", "report") else []
    for name in names:
        for problem in line.read(name, Problem):
            print(f"problem ({problem.role or 'case'}): {problem.message}", file=sys.stderr)
