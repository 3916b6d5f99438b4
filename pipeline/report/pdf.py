"""report.pdf: the document's blocks set by typst, which brings its fonts and needs no system package."""

import json
from dataclasses import asdict
from pathlib import Path

from pipeline.report.document import Block, Grid, Heading, PageBreak, Picture
from pipeline.report.texts import Texts

_LAYOUT = Path(__file__).with_name("print.typ")


def render_pdf(blocks: tuple[Block, ...], texts: Texts, title: str) -> bytes:
    """The blocks as a tagged PDF; the same blocks give the same bytes."""
    import typst

    data = {
        "title": title,
        "maker": texts["page"]["maker"],
        "language": texts["page"]["language"],
        "blocks": [{"kind": _name_kind(block), **_pack(block)} for block in blocks],
    }
    return bytes(typst.compile(_LAYOUT.read_bytes(), sys_inputs={"data": json.dumps(data)}))


def _pack(block: Block) -> dict[str, object]:
    """The block's fields; of images the drawing, for typst gets its data as JSON."""
    return {"svg": block.svg.decode(), "words": block.words} if isinstance(block, Picture) else asdict(block)


def _name_kind(block: Block) -> str:
    if isinstance(block, Heading):
        return "heading"
    if isinstance(block, Grid | Picture):
        return "grid" if isinstance(block, Grid) else "picture"
    return "break" if isinstance(block, PageBreak) else "text"
