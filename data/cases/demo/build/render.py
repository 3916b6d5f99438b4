"""A document of the demo as a file: PDF by Typst, DOCX with automatic numbers, HTML, Markdown; same bytes always."""

import html
import io
import json
import zipfile
from datetime import date, datetime
from pathlib import Path

import docx
import typst
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from texts_in import Block, Document

NOTICE = "Fiction written for the clausetrace demo"
LAYOUT = Path(__file__).parent / "layouts" / "document.typ"
EPOCH = (1980, 1, 1, 0, 0, 0)
TITLES = {"symbol", "publisher", "title", "job", "adoption", "number", "opening", "vote", "organ"}


def print_date(iso: str) -> str:
    """2024-02-05 -> 5 February 2024."""
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%B %Y}"


def render(document: Document, target: Path) -> None:
    """Write the document in the layout that its head names; Markdown is the default."""
    writers = {"docx": write_docx, "html": write_html, "md": write_markdown}
    writers.get(document.head.get("layout", "resolution"), write_pdf)(document, target)


# ---- PDF ----------------------------------------------------------------------------------------------------------


def write_pdf(document: Document, target: Path) -> None:
    """Compile the shared Typst layout with the document's data; only the fonts inside Typst are used."""
    data = json.dumps(describe_for_typst(document), sort_keys=True)
    typst.compile(str(LAYOUT), output=str(target), sys_inputs={"data": data}, ignore_system_fonts=True)


def describe_for_typst(document: Document) -> dict[str, object]:
    """The data that layouts/document.typ expects."""
    head = document.head
    data: dict[str, object] = {key: head.get(key, "") for key in sorted(TITLES)}
    data |= document.lists
    data["layout"] = head.get("layout", "resolution")
    if data["layout"] == "resolution":
        return data | {"clauses": [_describe_block(block) for block in document.blocks]} | _order_masthead(document)
    if data["layout"] == "un_report":
        return (
            data
            | _head_un_report(head)
            | {"blocks": [_describe_block(block) for block in number_report(document.blocks)]}
        )
    blocks = [_describe_block(block) for block in document.blocks]
    return data | {"printed-date": print_date(head["date"]), "blocks": blocks}


def _describe_block(block: Block) -> dict[str, object]:
    return {"kind": block.kind, "text": block.text, "label": block.label, "level": block.level, "rows": block.rows}


def _order_masthead(document: Document) -> dict[str, object]:
    """The organ's name stands above the session in Council documents; the Assembly's is the masthead itself."""
    organ = document.head["organ"]
    rows = document.lists["session"]
    return {"session": rows if organ == "General Assembly" else [organ, *rows]}


def _head_un_report(head: dict[str, str]) -> dict[str, object]:
    return {
        "symbol": head["id"],
        "organ": "Human Rights Council",
        "distr": ["Distr.: General", print_date(head["date"]), "", "Original: English"],
        "session": ["Human Rights Council", head["session"], head["agenda"]],
    }


def number_report(blocks: tuple[Block, ...]) -> list[Block]:
    """Paragraphs of a report are numbered through; lettered items stay under their paragraph."""
    numbered: list[Block] = []
    count = 0
    for block in blocks:
        count += block.kind == "para"
        labels = {"para": ("op", f"{count}."), "item": ("a", block.label)}
        kind, label = labels.get(block.kind, (block.kind, block.label))
        numbered.append(Block(kind, block.text, label=label, level=block.level))
    return numbered


# ---- DOCX ---------------------------------------------------------------------------------------------------------


def write_docx(document: Document, target: Path) -> None:
    """A Word file whose paragraph numbers exist only as automatic numbering (numbering.xml)."""
    word = docx.Document()
    numbering = _add_numbering(word)
    word.add_paragraph(document.head["publisher"])
    word.add_heading(document.head["title"], level=0)
    word.add_paragraph(print_date(document.head["date"]))
    for block in document.blocks:
        style = f"Heading {block.level - 1}" if block.kind == "heading" else None
        paragraph = word.add_paragraph(block.text, style=style)
        if block.kind in {"para", "item"}:
            _number_paragraph(paragraph, numbering, level=int(block.kind == "item"))
    word.sections[0].footer.paragraphs[0].text = NOTICE
    properties = word.core_properties
    properties.author, properties.title = document.head["publisher"], document.head["title"]
    properties.created = properties.modified = datetime.fromisoformat(document.head["date"])
    buffer = io.BytesIO()
    word.save(buffer)
    target.write_bytes(freeze_zip(buffer.getvalue()))


def _add_numbering(word: "docx.document.Document") -> int:
    """Define "1." and "(a)" as two levels of one automatic list; returns its number."""
    root = word.part.numbering_part.element
    abstract = OxmlElement("w:abstractNum")
    abstract.set(qn("w:abstractNumId"), "90")
    for level, (shape, text) in enumerate((("decimal", "%1."), ("lowerLetter", "(%2)"))):
        abstract.append(_make_level(level, shape, text))
    root.insert(0, abstract)
    return int(root.add_num(90).numId)


def _make_level(level: int, shape: str, text: str) -> OxmlElement:
    element = OxmlElement("w:lvl")
    element.set(qn("w:ilvl"), str(level))
    for name, value in (("w:start", "1"), ("w:numFmt", shape), ("w:lvlText", text)):
        child = OxmlElement(name)
        child.set(qn("w:val"), value)
        element.append(child)
    return element


def _number_paragraph(paragraph: Paragraph, numbering: int, level: int) -> None:
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = level
    properties.get_or_add_numId().val = numbering


def freeze_zip(data: bytes) -> bytes:
    """The same archive with every member dated 1980, so that equal contents give equal bytes."""
    frozen = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(frozen, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in source.namelist():
            member = zipfile.ZipInfo(name, EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            copy.writestr(member, source.read(name))
    return frozen.getvalue()


# ---- HTML and Markdown --------------------------------------------------------------------------------------------


def write_html(document: Document, target: Path) -> None:
    """A press page with navigation, byline and footer around the text."""
    head = {key: html.escape(value, quote=False) for key, value in document.head.items()}
    body = "\n".join(f"      <p>{html.escape(block.text, quote=False)}</p>" for block in document.blocks)
    template = (LAYOUT.parent / "press.html").read_text(encoding="utf-8")
    for key, value in (head | {"body": body, "notice": NOTICE, "day": print_date(document.head["date"])}).items():
        template = template.replace("{{" + key + "}}", value)
    target.write_text(template, encoding="utf-8")


def write_markdown(document: Document, target: Path) -> None:
    """Front matter (title, publisher, date, notice) and the text."""
    front = {"title": document.head["title"], "publisher": document.head["publisher"], "date": document.head["date"]}
    lines = ["---", *(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in front.items())]
    lines += [f'notice: "{NOTICE}"', "---", "", f"# {document.head['title']}"]
    blocks = [
        "#" * block.level + " " + block.text if block.kind == "heading" else _label(block) for block in document.blocks
    ]
    target.write_text("\n".join(lines) + "\n\n" + "\n\n".join(blocks) + f"\n\n*{NOTICE}*\n", encoding="utf-8")


def _label(block: Block) -> str:
    return f"{block.label} {block.text}" if block.label else block.text
