"""report.docx and report.pdf: the same blocks, whole texts, real tables and styles, nothing that could run."""

import io
import zipfile
from dataclasses import replace

import pytest
from docx import Document
from pypdfium2 import PdfDocument

from pipeline.errors import ClausetraceError
from pipeline.report import Results
from pipeline.report.document import LISTED, Grid, Heading, Text, compose_document
from pipeline.report.pdf import render_pdf
from pipeline.report.texts import load_texts
from pipeline.report.word import render_docx
from tests.report.invented import OPERATIVE, UNMET, make_case, make_hostile, make_results

CASES = {"full": (make_case(), make_results()), "hostile": make_hostile(), "empty": (make_case(), Results())}


@pytest.mark.parametrize("name", CASES)
def test_every_denominator_has_its_part(name):
    heads = [block.text for block in compose_document(*CASES[name]) if isinstance(block, Heading)]
    texts = load_texts()
    parts = ("summary", "unsourced", "asks", "ruled_out", "conflicts", "problems", "documents", "reading", "settings")
    assert set(heads) >= {texts[part]["title"] for part in parts}


def test_long_lists_are_cut_on_paper_and_say_where_the_rest_is():
    case, results = CASES["full"]
    many = replace(results, conflicts=tuple(results.conflicts) * 100)
    blocks = compose_document(case, many)
    title = load_texts()["conflicts"]["title"]
    (table,) = (block for block in blocks if isinstance(block, Grid) and block.caption == title)
    assert len(table.rows) == LISTED
    said = [run.text for block in blocks if isinstance(block, Text) for run in block.runs]
    assert f"{len(many.conflicts) - LISTED} more are in report.html." in said


@pytest.mark.parametrize("name", CASES)
def test_word_file_has_real_headings_and_tables_that_repeat_their_head(name):
    blocks = compose_document(*CASES[name])
    content = render_docx(blocks, load_texts(), "title")
    document = Document(io.BytesIO(content))
    styles = [paragraph.style.name for paragraph in document.paragraphs]
    assert styles.count("Heading 1") == sum(isinstance(block, Heading) and block.level == 1 for block in blocks)
    assert len(document.tables) == sum(isinstance(block, Grid) for block in blocks)
    for table in document.tables:
        assert table._tbl.xpath("./w:tblPr/w:tblDescription") and table.rows[0]._tr.xpath("./w:trPr/w:tblHeader")
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        for part in parts.namelist():
            if part.endswith(".rels"):
                assert b'TargetMode="External"' not in parts.read(part)


def test_word_file_has_the_clause_whole_with_its_new_words_marked():
    document = Document(io.BytesIO(render_docx(compose_document(*CASES["full"]), load_texts(), "title")))
    quotes = [paragraph for paragraph in document.paragraphs if paragraph.style.name == "Quote"]
    assert any(paragraph.text == OPERATIVE for paragraph in quotes)
    marked = [run.text for paragraph in quotes for run in paragraph.runs if run.bold]
    assert marked and all(text in OPERATIVE for text in marked)


@pytest.mark.parametrize("name", CASES)
def test_pdf_opens_and_is_tagged(name):
    content = render_pdf(compose_document(*CASES[name]), load_texts(), "title")
    assert len(PdfDocument(content)) >= 2
    assert b"/JavaScript" not in content and b"/Launch" not in content and b"/URI" not in content
    assert b"/StructTreeRoot" in content


def test_pdf_is_whole_whatever_a_fresh_interpreter_prints(tmp_path, monkeypatch):
    (tmp_path / "sitecustomize.py").write_text("print('hello')")
    monkeypatch.syspath_prepend(tmp_path)
    assert render_pdf(compose_document(*CASES["empty"]), load_texts(), "title").startswith(b"%PDF")


@pytest.mark.parametrize("program", ["no such python", ""])
def test_a_pdf_that_cannot_be_set_is_one_sentence(program, monkeypatch):
    monkeypatch.setattr("sys.executable", program)
    with pytest.raises(ClausetraceError, match=r"^report\.pdf: cannot be set \(.*\); [^\n]*$"):
        render_pdf(compose_document(*CASES["empty"]), load_texts(), "title")


def test_pdf_names_what_was_not_adopted():
    pages = PdfDocument(render_pdf(compose_document(*CASES["full"]), load_texts(), "title"))
    text = " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())
    assert UNMET[:30] in text
