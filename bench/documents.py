"""Fictional cases as folders of PDFs, as many documents and pages as wanted; the same at every call."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from xml.sax.saxutils import escape

from pipeline.evaluate.generate_cases import Document, make_case
from pipeline.evaluate.generate_grammar import load_grammar
from pipeline.records import Role

_HEAD = '[case]\nid = "bench"\ntitle = "Generated"\ntabled = 2024-03-22\nadopted = 2024-04-04\n'
_ROLES: tuple[Role, ...] = ("claimant", "placebo", "rival", "placebo", "placebo")  # of the papers, in turn
_CLAIMANTS = 5  # papers of one organisation; others' are more, the more are collected
_WITNESSES = ("teacher", "nurse", "driver", "baker", "former guard", "widow", "student", "clerk", "lawyer", "porter")
_MONTHS = ("January", "March", "May", "June", "July", "September", "October", "December")
_PARAGRAPHS_A_PAGE = 7  # about 480 words


def write_case(folder: Path, papers: int, pages: int) -> list[Path]:
    """Write case.toml and PDFs: a resolution, last year's, and `papers` papers of about `pages` pages.

    Returns the PDFs, the target first. A folder that has papers already keeps them.
    """
    given = make_case(0)
    texts: list[tuple[Role, Document]] = [
        (document.role, document) for document in given.documents if document.role in ("target", "base")
    ]
    texts += [(_draw_role(number), _find_paper(number)) for number in range(papers)]
    mask = [given.country.name, given.country.adjective, *given.country.towns]
    entries = [_HEAD + f"mask = {json.dumps(mask)}\n"]
    files = []
    (folder / "documents").mkdir(parents=True, exist_ok=True)
    for number, (role, document) in enumerate(texts):
        is_paper = role not in ("target", "base")
        name = f"{role}-{number:04}"
        file = folder / "documents" / f"{name}.pdf"
        if not file.exists():
            blocks = document.paper.text.split("\n\n")
            _draw_pdf(_fill(blocks, number, pages) if is_paper else blocks, file)
        kind = "report" if is_paper else "resolution"
        told = {"id": name, "role": role, "kind": kind, "publisher": name, "date": document.paper.date}
        told["path"] = f"documents/{file.name}"
        entries.append("[[source]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in told.items()))
        files.append(file)
    (folder / "case.toml").write_text("\n".join(entries), encoding="utf-8")
    return sorted(files, key=lambda file: not file.name.startswith("target"))


def _draw_role(number: int) -> Role:
    role = _ROLES[number % len(_ROLES)]
    return "rival" if role == "claimant" and number >= _CLAIMANTS * len(_ROLES) else role


def count_pages(files: list[Path]) -> int:
    """The pages of all the files."""
    import pypdfium2

    return sum(len(pypdfium2.PdfDocument(file)) for file in files)


def _find_paper(number: int) -> Document:
    return next(document for document in make_case(number).documents if document.role == "claimant")


def _fill(blocks: list[str], number: int, pages: int) -> list[str]:
    """The paper with paragraphs of told facts before its last heading, until it has about as many pages as wanted."""
    told = _tell(Random(number))
    wanted = max(0, pages * _PARAGRAPHS_A_PAGE - len(blocks) // 3)  # titles and asks are short
    rng = Random(f"paragraphs {number}")
    filling = [" ".join(next(told) for _ in range(rng.randint(3, 5))) for _ in range(wanted)]
    last = max((place for place, block in enumerate(blocks) if block.startswith("#")), default=0)
    return [*blocks[:last], *filling, *blocks[last:]]


def _tell(rng: Random) -> Iterator[str]:
    """Sentences without end that hardly ever come twice."""
    facts, towns = _list_facts(), [town for country in load_grammar().countries for town in country.towns]
    while True:
        witness = f"a {rng.choice(_WITNESSES)} from {rng.choice(towns)}"
        when = f"{rng.choice(_MONTHS)} {rng.randint(2012, 2023)}"
        yield f"{rng.choice(facts)}, as {witness} told us in {when}."


@cache
def _list_facts() -> tuple[str, ...]:
    """Facts of generated papers without figures: all papers draw on them, and would contradict one another."""
    blocks = (block for number in range(30) for block in _find_paper(number).paper.text.split("\n\n")[2:])
    facts = (fact.rstrip(".") for block in blocks if block[0].isalpha() for fact in block.split(". "))
    return tuple(dict.fromkeys(fact for fact in facts if len(fact.split()) > 4 and not re.search(r"\d", fact)))


def _draw_pdf(blocks: list[str], file: Path) -> None:
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate

    styles = getSampleStyleSheet()
    styles["BodyText"].fontSize, styles["BodyText"].leading = 11, 15
    story = []
    for block in blocks:
        for line in block.split("\n") if block.startswith("- ") else [block]:
            style = styles["Heading2" if line.startswith("#") else "BodyText"]
            text = escape(line.lstrip("# "))
            story.append(Paragraph(re.sub(r"\*(.+?)\*", r"<i>\1</i>", text), style))
    partial = file.with_suffix(".partial")
    SimpleDocTemplate(str(partial), pagesize=A4, invariant=1).build(story, onLaterPages=_number_page)
    partial.replace(file)


def _number_page(canvas: object, document: object) -> None:
    canvas.drawCentredString(300, 30, str(document.page))  # type: ignore[attr-defined]
