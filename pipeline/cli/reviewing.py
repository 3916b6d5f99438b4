"""`clausetrace review`: workbooks for reviewers, out and in."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.cases import go_until, open_line
from pipeline.cli.options import CaseArgument, EncoderOption, QuietOption, RootOption, SettingsOption, WorkersOption
from pipeline.cli.printing import as_plain

app = typer.Typer(help="Let people judge the links of a case, and take their verdicts in.", no_args_is_help=True)


@app.command("export")
def export_reviews(
    case: CaseArgument,
    out: Annotated[Path | None, typer.Option(help="Workbook to write; else review.xlsx in the reports folder.")] = None,
    case_out: Annotated[Path | None, typer.Option(help="The folder given as --out when the case was run.")] = None,
    root: RootOption = None,
    encoder: EncoderOption = None,
    settings: SettingsOption = None,
    workers: WorkersOption = None,
    quiet: QuietOption = False,
) -> None:
    """Write a workbook for reviewers: one row a link, both quotes, cells for the verdict. Stale stages run first.

    Give each reviewer a copy. Example: clausetrace review export data/cases/demo --out review.xlsx
    """
    from pipeline.run import export_reviews as write

    line = open_line(case, root, case_out, encoder, None, settings, workers, quiet)
    go_until(line, "attribute")
    print(write(line, out))


@app.command("import")
def import_reviews(
    case: CaseArgument,
    files: Annotated[list[Path], typer.Argument(metavar="FILE.xlsx...", help="Workbooks that reviewers filled in.")],
    root: RootOption = None,
) -> None:
    """Add the verdicts of filled workbooks to hand/reviews.csv; print how reviewers agree and what is to be settled.

    All rows are taken, or none when one is wrong. Grades and reports follow when the case is run again.
    Example: clausetrace review import data/cases/demo anna.xlsx ben.xlsx
    """
    from pipeline.case import load_case
    from pipeline.run import import_reviews as merge

    merged = merge(load_case(case, tuple(root or ())), files)
    for problem in merged.problems:
        print(f"problem (case): {problem.message}", file=sys.stderr)
    print(f"{merged.file}: {merged.added} added, {merged.replaced} of them later verdicts; {merged.known} known before")
    for row in merged.agreement:
        print(as_plain(row.reason))
    for reviews in merged.disagreements:
        print(as_plain(f"to settle: {reviews[0].change} <- {reviews[0].source}"))
        for review in reviews:
            print(as_plain(f"  {review.reviewer}: {review.verdict}{f' ({review.reason})' if review.reason else ''}"))
    if merged.added:
        print(f"Run the case again for grades and reports: clausetrace run {case}", file=sys.stderr)
