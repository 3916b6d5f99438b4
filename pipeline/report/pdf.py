"""report.pdf: the document's blocks set by typst, which brings its fonts and needs no system package.

It runs in a process of its own: what typst takes, some 60 KB for a line of a table, it keeps while its process lives.
"""

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

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
    command = [sys.executable, "-P", str(_PROGRAM)]
    done = subprocess.run(command, input=json.dumps(data).encode(), capture_output=True, check=False)
    if done.returncode:
        raise ClausetraceError(f"report.pdf: cannot be set ({done.stderr.decode(errors='replace').strip()[-500:]}).")
    return done.stdout


def _pack(block: Block) -> dict[str, object]:
    """The block's fields; of images the drawing, for typst gets its data as JSON."""
    return {"svg": block.svg.decode(), "words": block.words} if isinstance(block, Picture) else asdict(block)


def _name_kind(block: Block) -> str:
    if isinstance(block, Heading):
        return "heading"
    if isinstance(block, Grid | Picture):
        return "grid" if isinstance(block, Grid) else "picture"
    return "break" if isinstance(block, PageBreak) else "text"
