"""The commands people type. The only room that prints: data on stdout, messages on stderr.

Exit codes: 0, 1 (a problem the user can fix, said in one sentence), 2 (wrong usage).
"""

import atexit
import gc
import sys

import typer

from pipeline.cli import cases, evaluation, files, preparing, reviewing
from pipeline.errors import ClausetraceError

_INTERRUPTED = 130  # exit code of a command that was ended by Ctrl-C; typer makes a SystemExit of it

app = typer.Typer(
    help="Trace findings of NGO reports into the text of UN resolutions, and say how strong the evidence is.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(cases.app)
app.add_typer(preparing.app)
app.add_typer(files.app)
app.add_typer(reviewing.app, name="review")
app.add_typer(evaluation.app, name="evaluate")


def main() -> None:
    """Run the command line; a ClausetraceError becomes one sentence on stderr and exit code 1."""
    atexit.register(gc.freeze)  # the interpreter, when it ends, need not look through what is left for garbage
    try:
        app()
    except ClausetraceError as error:
        print(f"clausetrace: {error}", file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:  # the reader of our output has seen enough
        sys.stderr.close()
        sys.exit(0)
    except (KeyboardInterrupt, SystemExit) as stop:
        if isinstance(stop, SystemExit) and stop.code != _INTERRUPTED:
            raise
        print("clausetrace: stopped; run the same command again to go on from here.", file=sys.stderr)
        sys.exit(_INTERRUPTED)
