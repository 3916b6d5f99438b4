"""Words taken out: struck through in PDFs, tracked or struck in DOCX. They leave the text, and stay known."""

from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from pipeline.extract.proposals import find_proposals, restore_text
from pipeline.ingest import number_paragraphs
from pipeline.ingest.pdf import read_pdf
from pipeline.ingest.word import read_docx
from pipeline.records import Deletion, Paragraph
from tests.ingest.docx_files import p, r, write_docx
from tests.ingest.pdf_files import BOLD, draw_pdf, put, rule

HEAD = ("Current text", "Proposed text")


def put_struck(canvas: Canvas, x: float, y: float, text: str, lift: float = 2.6) -> float:
    """A run of 10 points with a line `lift` points above its baseline."""
    end = put(canvas, x, y, text)
    rule(canvas, x, y - lift, end, y - lift)
    return end


def read(path: Path, page) -> list[Paragraph]:
    return read_pdf(draw_pdf(path / "drawn.pdf", [page]))


def draw_table(canvas: Canvas) -> None:
    """Two columns with their heads."""
    for x in (50, 290, 540):
        rule(canvas, x, 80, x, 180)
    for y in (80, 105, 180):
        rule(canvas, 50, y, 540, y)
    put(canvas, 60, 97, HEAD[0], BOLD)
    put(canvas, 300, 97, HEAD[1], BOLD)


def draw_sentence(lift: float):
    def page(canvas: Canvas) -> None:
        x = put(canvas, 60, 100, "The wardens shall ")
        x = put_struck(canvas, x, 100, "where possible", lift)
        put(canvas, x, 100, " answer every letter within nine days.")

    return page


@pytest.mark.parametrize("lift", [1.6, 2.6, 3.8])
def test_struck_words_are_deletions(tmp_path: Path, lift: float) -> None:
    (found,) = read(tmp_path, draw_sentence(lift))
    assert found.text == "The wardens shall answer every letter within nine days."
    assert found.deleted == (Deletion(17, " where possible"),)
    assert restore_text(found) == "The wardens shall where possible answer every letter within nine days."
    assert found.printed == restore_text(found)


@pytest.mark.parametrize("lift", [-1.5, -0.5, 0.0, 8.0])
def test_lines_under_and_over_words_are_none(tmp_path: Path, lift: float) -> None:
    (found,) = read(tmp_path, draw_sentence(lift))
    assert found.text == "The wardens shall where possible answer every letter within nine days."
    assert found.deleted == ()


def test_the_rule_of_a_table_that_touches_a_word_is_none(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        put(canvas, 60, 100, "The wardens shall answer every letter.")
        rule(canvas, 50, 97.5, 540, 97.5)

    assert read(tmp_path, page)[0].deleted == ()


def test_a_part_of_a_word_and_its_neighbour_are_struck(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        x = put(canvas, 60, 100, "All State")
        x = put_struck(canvas, x, 100, "s without delay")
        put(canvas, x, 100, ", Norland among them, answered the letter.")

    (found,) = read(tmp_path, page)
    assert found.text == "All State, Norland among them, answered the letter."
    assert [deletion.text for deletion in found.deleted] == ["s without delay"]


def test_an_amendment_table_with_struck_words_is_a_proposal(tmp_path: Path) -> None:
    """The proposed cell prints the current words struck and the new ones bold."""

    def page(canvas: Canvas) -> None:
        draw_table(canvas)
        put(canvas, 60, 120, "The wardens may answer letters.")
        x = put(canvas, 300, 120, "The wardens ")
        x = put_struck(canvas, x, 120, "may")
        x = put(canvas, x, 120, " shall", BOLD)
        put(canvas, x, 120, " answer letters.")

    (proposal,), _ = find_proposals(number_paragraphs(read(tmp_path, page), "x"))
    assert (proposal.base_text, proposal.added, proposal.removed) == ("The wardens may answer letters.", "shall", "may")
    assert [part.text for part in proposal.proposed] == ["The wardens shall answer letters."]


def test_a_cell_that_is_struck_as_a_whole_removes_the_current_text(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        draw_table(canvas)
        put(canvas, 60, 120, "The wardens may answer letters.")
        put_struck(canvas, 300, 120, "The wardens may answer letters.")

    (proposal,), _ = find_proposals(number_paragraphs(read(tmp_path, page), "x"))
    assert (proposal.base_text, proposal.added) == ("The wardens may answer letters.", "")
    assert proposal.removed == proposal.base_text


def read_word(path: Path, body: str) -> list[Paragraph]:
    return number_paragraphs(read_docx(write_docx(path / "a.docx", body)), "x")


def test_tracked_changes_are_a_proposal(tmp_path: Path) -> None:
    deleted = '<w:del w:id="1"><w:r><w:delText>may where possible</w:delText></w:r></w:del>'
    inserted = f'<w:ins w:id="2">{r("shall within nine days")}</w:ins>'
    (found,) = read_word(tmp_path, f"<w:p>{r('The wardens ')}{deleted}{inserted}{r(' answer letters.')}</w:p>")
    assert found.text == found.printed == "The wardens shall within nine days answer letters."
    assert [found.text[span.start : span.end] for span in found.inserted] == ["shall within nine days"]
    assert restore_text(found) == "The wardens may where possible answer letters."
    (proposal,), used = find_proposals([found])
    assert (proposal.added, proposal.removed) == ("shall within nine days", "may where possible")
    assert used == {found.id}


def test_struck_formatting_is_a_deletion(tmp_path: Path) -> None:
    struck = "<w:r><w:rPr><w:strike/></w:rPr><w:t>where possible </w:t></w:r>"
    (found,) = read_word(tmp_path, f"<w:p>{r('They shall ')}{struck}{r('answer letters.')}</w:p>")
    assert (found.text, restore_text(found)) == (
        "They shall answer letters.",
        "They shall where possible answer letters.",
    )


def test_a_tracked_slip_of_the_pen_is_no_proposal(tmp_path: Path) -> None:
    deleted = '<w:del w:id="1"><w:r><w:delText>s</w:delText></w:r></w:del>'
    (found,) = read_word(tmp_path, f"<w:p>{r('The warden')}{deleted}{r(' answers letters.')}</w:p>")
    assert restore_text(found) == "The wardens answers letters."
    assert find_proposals([found]) == ([], set())
    assert read_word(tmp_path, p("Nothing was changed here."))[0].deleted == ()


def test_a_cell_struck_as_a_whole_is_printed_and_removes_the_current_text(tmp_path: Path) -> None:
    struck = "<w:p><w:r><w:rPr><w:strike/></w:rPr><w:t>The wardens may answer letters.</w:t></w:r></w:p>"
    rows = [[p(head) for head in HEAD], [p("The wardens may answer letters."), struck]]
    cells = ["".join(f"<w:tc>{cell}</w:tc>" for cell in row) for row in rows]
    found = read_word(tmp_path, f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>")
    assert [(cell.text, cell.printed) for cell in found][-1] == ("", "The wardens may answer letters.")
    (proposal,), _ = find_proposals(found)
    assert (proposal.base_text, proposal.removed) == ("The wardens may answer letters.",) * 2
    assert proposal.added == ""


def test_struck_words_with_both_their_blanks_leave_one(tmp_path: Path) -> None:
    struck = '<w:r><w:rPr><w:strike/></w:rPr><w:t xml:space="preserve"> explicit </w:t></w:r>'
    (found,) = read_word(tmp_path, f"<w:p>{r('an unambiguous')}{struck}{r('sign.')}</w:p>")
    assert (found.text, found.printed) == ("an unambiguous sign.", "an unambiguous explicit sign.")


@pytest.mark.parametrize(
    ("before", "struck", "after", "printed"),
    [
        ("The ", "old ", "wardens answer.", "The old wardens answer."),
        ("The ", "old", " wardens answer.", "The old wardens answer."),
        ("The", " old", " wardens answer.", "The old wardens answer."),
        ("The warden", "s", " answers.", "The wardens answers."),
        ("The wardens answer. ", "Not all.", "", "The wardens answer. Not all."),
        ("", "All", " wardens answer.", "All wardens answer."),
    ],
)
def test_struck_words_stand_apart_as_printed(
    tmp_path: Path, before: str, struck: str, after: str, printed: str
) -> None:
    gone = f'<w:r><w:rPr><w:strike/></w:rPr><w:t xml:space="preserve">{struck}</w:t></w:r>'
    (found,) = read_word(tmp_path, f"<w:p>{r(before)}{gone}{r(after)}</w:p>")
    assert found.printed == restore_text(found) == printed
    assert "  " not in found.text
