"""What a terminal or a pipe gets: rows as JSON lines, the table of a case, progress."""

import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.run import Line, Tell


def print_row(**fields: object) -> None:
    print(json.dumps(fields, ensure_ascii=False))


def print_summary(line: "Line") -> None:
    """The attribution table, short enough for a terminal, and where the reports are."""
    from rich.console import Console
    from rich.table import Table

    from pipeline.report import summarise_results
    from pipeline.run import list_reports, load_shown

    case, results = load_shown(line)
    columns, rows = summarise_results(case, results)
    table = Table(title=case.title, show_lines=True)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(as_plain(cell) for cell in row))
    Console(width=None if sys.stdout.isatty() else 160, highlight=False).print(table)
    for path in list_reports(line):
        print(path)


def as_plain(cell: str) -> Any:
    """Text from documents is never read as terminal markup."""
    from rich.text import Text

    return Text("".join(sign for sign in cell if sign.isprintable()))


def say_nothing(stage: str, done: int, total: int) -> None:
    return


def make_tell() -> "Tell":
    """Progress for people: a bar that moves on a terminal, one line a stage elsewhere."""
    if not sys.stderr.isatty():

        def log(stage: str, done: int, total: int) -> None:
            if done == total:
                print(f"{stage}: {'nothing to do' if total == 0 else f'{total} done'}", file=sys.stderr)

        return log
    import atexit

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

    rate = TextColumn("{task.fields[rate]:>9}")
    columns = (TextColumn("{task.description:10}"), BarColumn(), MofNCompleteColumn(), rate, TimeRemainingColumn())
    bars = Progress(*columns, console=Console(stderr=True))
    tasks: dict[str, TaskID] = {}
    bars.start()
    atexit.register(bars.stop)  # the terminal gets its cursor back, however we end

    def show(stage: str, done: int, total: int) -> None:
        if stage not in tasks:
            tasks[stage] = bars.add_task(stage, total=max(total, 1), rate="")
        seconds = bars.tasks[tasks[stage]].elapsed or 0.0
        rate = f"{done / seconds:.1f}/s" if seconds > 1 else ""
        bars.update(tasks[stage], completed=done if total else 1, total=max(total, 1), rate=rate)
        if done == total and stage in ("report", "fetch", "read"):
            bars.stop()

    return show
