"""docs/commands.md, written out of the commands themselves so that it cannot fall behind."""

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_HEAD = """# Commands

Written by `make docs` from the commands' own help; do not edit by hand.
"""


def write_manual(file: Path) -> None:
    """Write the page of commands."""
    file.write_text(format_manual(), encoding="utf-8")


def format_manual() -> str:
    """The commands as Markdown: one section a command, with what it does, its arguments and its options."""
    return _HEAD + "".join(_format_command(name, command) for name, command in list_commands().items())


def list_commands() -> dict[str, Any]:
    """Every command by what is typed after `clausetrace` ("review export"), in the order of the help."""
    import typer

    from pipeline.cli import app

    return dict(_walk(typer.main.get_command(app), ""))


def _walk(group: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _walk(command, f"{prefix}{name} ")
        else:
            yield prefix + name, command


def _format_command(name: str, command: Any) -> str:
    about = " ".join(_escape(inspect.cleandoc(command.help or "")).split())
    rows = [f"| `{_name(param)}` | {_escape(getattr(param, 'help', None) or '')} |" for param in command.params]
    return "\n".join([f"\n## clausetrace {name}", "", about, "", "| argument | meaning |", "|---|---|", *rows, ""])


def _name(param: Any) -> str:
    """`--out` for an option, `CASE` for an argument, in brackets when it may be left out."""
    if param.param_type_name == "argument":
        word = (param.metavar or param.name.upper()) + ("" if param.nargs == 1 else " ...")
        return word if param.required else f"[{word}]"
    return "/".join(param.opts)


def _escape(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("[", "\\[")
