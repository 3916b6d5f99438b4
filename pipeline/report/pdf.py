"""report.pdf: the document's blocks set by typst, which brings its fonts and needs no system package.

It runs in a process of its own: the memory that typst takes for a long table it keeps while its process lives.
"""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.errors import ClausetraceError
from pipeline.report.document import Block, Grid, Heading, PageBreak, Picture
from pipeline.report.texts import Texts

_PROGRAM = Path(__file__).with_name("typeset.py")


def render_pdf(blocks: tuple[Block, ...], texts: Texts, title: str) -> bytes:
    """The blocks as a tagged PDF; the same blocks give the same bytes. Raises ClausetraceError when typst fails."""
    data = {
        "title": title,
        "maker": texts["page"]["maker"],
        "language": texts["page"]["language"],
        "blocks": [{"kind": _name_kind(block), **_pack(block)} for block in blocks],
    }
    with TemporaryDirectory() as folder:
        file = Path(folder) / "report.pdf"
        try:
            _run_typst(json.dumps(data), file)
            return file.read_bytes()
        except (OSError, subprocess.CalledProcessError) as error:
            said = getattr(error, "stderr", "").strip().splitlines() or [str(error)]
            raise ClausetraceError(
                f"report.pdf: cannot be set ({said[-1]}); install clausetrace again, or report it with the case."
            ) from error


def _run_typst(data: str, file: Path) -> None:
    """Start this interpreter, which finds the same packages, with the program that writes the PDF into `file`."""
    command = [sys.executable, "-P", str(_PROGRAM), str(file)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    subprocess.run(command, input=data, env=environment, capture_output=True, check=True, encoding="utf-8")


def _pack(block: Block) -> dict[str, object]:
    """The block's fields; of images the drawing, for typst gets its data as JSON."""
    return {"svg": block.svg.decode(), "words": block.words} if isinstance(block, Picture) else asdict(block)


def _name_kind(block: Block) -> str:
    if isinstance(block, Heading):
        return "heading"
    if isinstance(block, Grid | Picture):
        return "grid" if isinstance(block, Grid) else "picture"
    return "break" if isinstance(block, PageBreak) else "text"
