"""Commands before a run: get the documents of a case, draft a case file, look at this machine."""

import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.options import CaseArgument, QuietOption, RootOption, SettingsOption
from pipeline.cli.printing import make_tell
from pipeline.errors import ClausetraceError

if TYPE_CHECKING:
    from pipeline.fetch import Fetched

app = typer.Typer()


@app.command()
def fetch(
    case: CaseArgument, root: RootOption = None, settings: SettingsOption = None, quiet: QuietOption = False
) -> None:
    """Download the documents that a case names and note them in its documents.lock.toml; exit code 1 when some lack.

    UN documents come from the UN document service by their symbols, others from the addresses of the case file.
    A file that is there is never overwritten. Example: clausetrace fetch data/cases/dprk-hrc-55-21
    """
    from datetime import UTC, datetime

    from pipeline.case import load_case
    from pipeline.fetch import Visitor, fetch_case
    from pipeline.settings import load_settings

    loaded = load_case(case, tuple(root or ()))
    tell = make_tell()
    with Visitor(load_settings(settings).fetch) as visitor:
        today = datetime.now(UTC).date()
        results = fetch_case(loaded, visitor, today, (lambda *_: None) if quiet else lambda *at: tell("fetch", *at))
    for result in results:
        print(f"{result.status}\t{result.source.role}\t{result.source.id}\t{result.file}")
    _report_problems(results, case)


def _report_problems(results: "Iterable[Fetched]", case: Path) -> None:
    """Each problem on stderr; then one sentence that counts them by role, and what a run can do without them."""
    problems = [result for result in results if result.problem]
    for result in problems:
        print(f"problem ({result.source.role}): {result.problem}", file=sys.stderr)
    if not problems:
        return
    counts = Counter(result.source.role for result in problems)
    roles = ", ".join(f"{role} {count}" for role, count in counts.items())
    lost = any(result.source.role == "target" and not result.file.is_file() for result in problems)
    then = (
        "the target is among them, and without it nothing can be explained; get it by hand."
        if lost
        else f"`clausetrace run {case}` works with what is there and names what is not."
    )
    raise ClausetraceError(f"{len(problems)} documents are missing or differ ({roles}): {then}")


@app.command()
def new(
    case: Annotated[Path, typer.Argument(help="Folder with the documents in it, best in a folder documents/.")],
    quiet: QuietOption = False,
) -> None:
    """Draft a commented case.toml from a folder of documents: what can be read is filled in, guesses are marked.

    Nothing that exists is overwritten. Example: clausetrace new my-case
    """
    from pipeline.run.drafting import draft_case

    tell = make_tell()
    path = draft_case(case, (lambda *_: None) if quiet else lambda *at: tell("read", *at))
    print(path)
    print("clausetrace: read it, mend what is marked GUESS or FILL IN, then run the case.", file=sys.stderr)


@app.command()
def doctor(
    folder: Annotated[Path, typer.Argument(help="Where your cases lie; its disk is looked at.")] = Path(),
) -> None:
    """Say what this machine has for a run, what is missing for what, and how to get it.

    Exit code 1 when a run lacks something. Example: clausetrace doctor
    """
    from pipeline.run.doctor import examine

    words = {"ok": "ok      ", "missing": "MISSING ", "optional": "optional"}
    checks = examine(folder)
    for check in checks:
        print(f"{words[check.state]}  {check.name}: {check.found} (for: {check.needed_for})")
        if check.advice:
            print(f"          to get it: {check.advice}")
    lacking = [check.name for check in checks if check.state == "missing"]
    if lacking:
        raise ClausetraceError(f"a run needs what is missing here ({', '.join(lacking)}); see the list above.")
    print("clausetrace: everything that a run needs is here.", file=sys.stderr)
