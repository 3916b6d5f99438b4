"""Plain text and Markdown, invented, with the damage that conversions do to real documents."""

from pathlib import Path

import pytest

from pipeline.errors import DocumentError
from pipeline.ingest.text import read_text
from pipeline.records import Mark, Paragraph, Span


@pytest.fixture
def read(tmp_path: Path):
    def read_as(text: str | bytes, name: str = "paper.md") -> list[Paragraph]:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_text(path)

    return read_as


def rows(paragraphs: list[Paragraph]) -> list[tuple[str, str | None, str]]:
    return [(paragraph.kind, paragraph.label, paragraph.text) for paragraph in paragraphs]


def test_front_matter_becomes_masthead_rows(read):
    found = read('---\nsymbol: X/1\ntitle: "Rivers: a plan"\n---\n\nThe rivers rise.\n')
    assert rows(found) == [
        ("masthead", None, "symbol: X/1"),
        ("masthead", None, "title: Rivers: a plan"),
        ("body", None, "The rivers rise."),
    ]
    assert {(paragraph.id, paragraph.source, paragraph.order, paragraph.page) for paragraph in found} == {
        ("", "", 0, None)
    }


def test_headings_lists_and_wrapped_lines(read):
    text = "## Water *now*\n\nThe river\nrose in spring.\n\n1. First point\nof two.\n2. Second point.\n\n"
    text += "(a) An item;\n\n- A dash.\n"
    found = read(text)
    assert rows(found) == [
        ("heading", None, "Water now"),
        ("body", None, "The river rose in spring."),
        ("body", "1", "First point of two."),
        ("body", "2", "Second point."),
        ("list_item", "(a)", "An item;"),
        ("list_item", None, "A dash."),
    ]
    assert found[0].level == 2


def test_tables_become_cells_in_their_places(read):
    found = read("| Town | Wells |\n|---|---:|\n| Nord | 3 |\n")
    assert [(cell.text, cell.cell.row, cell.cell.column) for cell in found if cell.cell] == [
        ("Town", 0, 0),
        ("Wells", 0, 1),
        ("Nord", 1, 0),
        ("3", 1, 1),
    ]
    assert {paragraph.kind for paragraph in found} == {"table_cell"}


def test_emphasis_is_taken_off_and_italics_are_kept(read):
    (found,) = read("*Recalling* the **great** flood and snake_case_words,\n")
    assert found.text == "Recalling the great flood and snake_case_words,"
    assert found.italics == (Span(0, 9),)


@pytest.mark.parametrize(
    "text, expected, marks",
    [
        ("The treaty[^1] holds.\n\n[^1]: Vol. 1.\n", "The treaty holds.", ["1"]),
        ("The treaty1 and the pact2 hold.\n\n[^1]: A.\n\n[^2]: B.\n", "The treaty and the pact hold.", ["1", "2"]),
        ("From 2014 to 20241 it held.\n\n[^1]: A.\n", "From 2014 to 2024 it held.", ["1"]),
        ("The plan, 1 which failed.\n\n[^1]: A.\n", "The plan, which failed.", ["1"]),
        ("On 1 May paragraph 1 of 1 plan held.\n\n[^1]: A.\n", "On 1 May paragraph 1 of 1 plan held.", []),
        ("Between 0.15 and 0.2 per cent.\n\n[^15]: A.\n", "Between 0.15 and 0.2 per cent.", []),
        ("In resolution 79/1, 3 towns and item 2.\n\n[^2]: A.\n", "In resolution 79/1, 3 towns and item 2.", []),
    ],
    ids=["bracketed", "glued", "year", "apart", "date", "decimal", "symbol"],
)
def test_footnote_marks(read, text: str, expected: str, marks: list[str]):
    first = read(text)[0]
    assert (first.text, [mark.mark for mark in first.marks]) == (expected, marks)


def test_marks_remember_their_place(read):
    assert read("The treaty[^1] holds.\n\n[^1]: A.\n")[0].marks == (Mark(10, "1"),)


def test_notes_printed_at_the_foot_of_a_page_do_not_cut_the_sentence(read):
    found = read("The towns agreed on the use1\n\n1 See A/1.\n\n2 United Rivers, Series.\n\nof all wells2 and dams.\n")
    assert rows(found) == [
        ("body", None, "The towns agreed on the use of all wells and dams."),
        ("footnote", "1", "See A/1."),
        ("footnote", "2", "United Rivers, Series."),
    ]


def test_running_head_with_the_symbol_does_not_cut_the_sentence(read):
    text = "---\nsymbol: A/RES/90/3\n---\n\nUnited Nations A/RES/90/3\n\nThe towns met\n\n"
    text += "Rivers and dams A/RES/90/3\n\nin spring.\n"
    assert ("body", None, "The towns met in spring.") in rows(read(text))
    assert ("running_head", None, "Rivers and dams A/RES/90/3") in rows(read(text))


@pytest.mark.parametrize(
    "text, expected",
    [
        ("with-\nout the per-\nmanent guard", "without the permanent guard"),
        ("the Secretary-\nGeneral and non-\nstate groups", "the Secretary-General and non-state groups"),
        ("at high- level talks, age- and sex-based", "at high-level talks, age- and sex-based"),
        ("the decade 2014– 2024", "the decade 2014–2024"),
    ],
)
def test_hyphens_at_line_ends(read, text: str, expected: str):
    assert read(text + " end here.\n", "old.txt")[0].text == expected + " end here."


def test_dense_old_print_is_parted_at_labels_and_short_lines(read):
    text = (
        "Resolution 7 (2030)\nThe Security Council,\nHaving read the long letter of the pilots of the\nriver,\n"
        "Noting the tide and the wind and the reports of the\nharbour,\n"
        "1. Requests calm on all of the river and its\nbanks;\n"
    )
    texts = [paragraph.text for paragraph in read(text, "old.txt")]
    assert texts == [
        "Resolution 7 (2030)",
        "The Security Council,",
        "Having read the long letter of the pilots of the river,",
        "Noting the tide and the wind and the reports of the harbour,",
        "Requests calm on all of the river and its banks;",
    ]


def test_line_ends_and_code_pages_of_old_files(read):
    assert read("Caf\xe9 prices\rrose by half.".encode("cp1252"), "old.txt")[0].text == "Café prices rose by half."
    assert read("\ufeffCafé prices rose.".encode(), "new.txt")[0].text == "Café prices rose."


def test_binary_files_are_refused_in_a_sentence(read):
    with pytest.raises(DocumentError, match=r"paper\.txt: .*not text"):
        read(b"\x00\x01\x02 text", "paper.txt")
