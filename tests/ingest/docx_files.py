"""DOCX files written from the few lines of XML that matter to a test."""

import zipfile
from pathlib import Path

W_NS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R_NS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KINDS = ("styles", "numbering", "footnotes", "endnotes", "settings", "header")
CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
PACKAGE_RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{R_NS}/officeDocument" Target="word/document.xml"/></Relationships>'
)


def write_docx(path: Path, body: str, **parts: str) -> Path:
    """A DOCX with `body` as content of w:body and `parts` as content of the other parts' root elements."""
    rels = "".join(f'<Relationship Id="{kind}" Type="{R_NS}/{kind}" Target="{kind}.xml"/>' for kind in parts)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", CONTENT_TYPES)
        archive.writestr("_rels/.rels", PACKAGE_RELS)
        archive.writestr("word/document.xml", wrap("document", f"<w:body>{body}</w:body>"))
        for kind, content in parts.items():
            assert kind in _KINDS, kind
            archive.writestr(f"word/{kind}.xml", wrap("hdr" if kind == "header" else kind, content))
        archive.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{rels}</Relationships>',
        )
    return path


def wrap(root: str, content: str) -> str:
    return f'<w:{root} xmlns:w="{W_NS}" xmlns:r="{R_NS}">{content}</w:{root}>'


def p(text: str, *, style: str = "", num: str = "", level: int = 0, bold: bool = False) -> str:
    """A paragraph; tabs in `text` become w:tab."""
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if num:
        properties += f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num}"/></w:numPr>'
    return f"<w:p><w:pPr>{properties}</w:pPr>{r(text, bold=bold)}</w:p>"


def r(text: str, *, bold: bool = False, italic: bool = False, raised: bool = False) -> str:
    """A run."""
    form = "<w:b/>" * bold + "<w:i/>" * italic + '<w:vertAlign w:val="superscript"/>' * raised
    inner = "<w:tab/>".join(f'<w:t xml:space="preserve">{part}</w:t>' for part in text.split("\t"))
    return f"<w:r><w:rPr>{form}</w:rPr>{inner}</w:r>"


def table(*rows: tuple[str, ...]) -> str:
    """A table of cells given as XML of their content."""
    cells = ("".join(f"<w:tc>{cell}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def lvl(index: int, form: str, text: str, extra: str = "") -> str:
    """A list level."""
    start = f'<w:start w:val="1"/><w:numFmt w:val="{form}"/>'
    return f'<w:lvl w:ilvl="{index}">{start}{extra}<w:lvlText w:val="{text}"/></w:lvl>'


def lists(levels: str, *nums: str) -> str:
    """Content of numbering.xml: one abstract list, and instances "1", "2", ... with the overrides given."""
    instances = "".join(
        f'<w:num w:numId="{number}"><w:abstractNumId w:val="0"/>{overrides}</w:num>'
        for number, overrides in enumerate(nums or ("",), start=1)
    )
    return f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>{instances}'
