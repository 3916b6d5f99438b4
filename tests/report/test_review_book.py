"""The workbook for reviewers: it holds what is to be judged, runs nothing, and comes back whole or not at all."""

import io
import zipfile
from dataclasses import replace
from datetime import datetime

import pytest
from openpyxl import Workbook, load_workbook

from pipeline.errors import ClausetraceError
from pipeline.records import Agreement, Calibration, Review
from pipeline.report import Results, make_reviews_frame, read_review_book, write_review_book
from pipeline.report.page import render_page
from pipeline.report.review_book import DATE_CELL, REVIEWER_CELL, render_review_book
from pipeline.report.texts import load_texts
from tests.report.invented import ASK, HOSTILE, OPERATIVE, STRONG, TESTS, make_case, make_hostile, make_results

HEADS = load_texts()["workbook_links"]
PLACES = {key: column for column, key in enumerate(HEADS, start=1)}
RECORD_PLACES = {key: column for column, key in enumerate(load_texts()["workbook_records"], start=1)}


@pytest.fixture
def book(tmp_path):
    """The path of an exported workbook, and a function that fills cells of it and saves it."""
    path = write_review_book(make_case(), make_results(), tmp_path / "review.xlsx")

    def fill(*cells, reviewer="Ann", day="2031-06-01"):
        loaded = load_workbook(path)
        loaded["Start"][REVIEWER_CELL], loaded["Start"][DATE_CELL] = reviewer, day
        for sheet, row, key, value in cells:
            places = PLACES if sheet == "Links" else RECORD_PLACES
            loaded[sheet].cell(row=row, column=places[key]).value = value
        loaded.save(path)
        return path

    return fill


def read_cells(path):
    return [cells for _, cells in read_review_book(path, "isles")]


def test_a_row_shows_both_quotes_grade_reasons_and_pages(book):
    sheet = load_workbook(book())["Links"]
    row = {key: sheet.cell(row=2, column=column).value for key, column in PLACES.items()}
    assert sheet.max_row == 2  # the link that is ruled out is not asked about
    assert row["clause_text"].endswith(OPERATIVE) and row["clause_text"].startswith("Strongly urges the authorities:")
    assert row["span_text"] == "dry cellars and tide barracks," and row["source_text"] == ASK
    assert (row["grade"], row["wording"], row["page"], row["source_page"]) == ("strong", STRONG, 2, 5)
    assert TESTS[0].reason in row["reasons"] and row["source_name"] == "Lantern Watch, Title of lantern-1"


def test_verdicts_are_chosen_from_a_list_and_the_rest_is_locked(book):
    loaded = load_workbook(book())
    sheet = loaded["Links"]
    choice = sheet.data_validations.dataValidation[0]
    assert choice.formula1 == '"agree,disagree,unsure"' and str(choice.sqref) == "M2"
    assert all(each.protection.sheet for each in loaded.worksheets)
    opened = {cell.column for cell in sheet[2] if not cell.protection.locked}
    assert opened == {PLACES[key] for key in ("verdict", "reason", "reviewer", "date")}
    assert sheet.column_dimensions["S"].hidden


def test_the_workbook_is_the_same_each_time_and_holds_no_formula():
    case, results = make_hostile()
    hostile = replace(
        results, evidence=tuple(replace(row, grade="weak", wording=HOSTILE[1]) for row in results.evidence)
    )
    content = render_review_book(case, hostile)
    assert content == render_review_book(case, hostile)
    loaded = load_workbook(io.BytesIO(content))
    cells = [cell for sheet in loaded.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert any(cell.quotePrefix for cell in cells)
    assert len(load_workbook(io.BytesIO(render_review_book(case, Results())))["Links"]["A"]) == 1


def test_hostile_texts_come_back_whole(tmp_path):
    case, results = make_hostile()
    path = write_review_book(case, results, tmp_path / "h.xlsx")
    loaded = load_workbook(path)
    loaded["Start"][REVIEWER_CELL], loaded["Links"].cell(row=2, column=PLACES["verdict"]).value = "Ann", "agree"
    loaded.save(path)
    assert [cells["change"] for cells in read_cells(path)] == ["s2"]


def test_filled_rows_come_back_with_name_and_day(book):
    cells = [("Links", 2, "verdict", "Disagree"), ("Links", 2, "reason", "other cells"),
             ("Records", 2, "number", 1), ("Records", 2, "verdict", "confirm"), ("Records", 2, "person", "Ada Voss"),
             ("Records", 2, "date", datetime(2031, 5, 2)), ("Records", 2, "outside", "Yes")]  # fmt: skip
    reading, record = read_cells(book(*cells))
    assert (reading["change"], reading["source"], reading["span_text"]) == (
        "s2",
        "lantern-1",
        "dry cellars and tide barracks,",
    )
    assert (reading["verdict"], reading["reason"], reading["reviewer"]) == ("disagree", "other cells", "Ann")
    assert reading["date"] == "2031-06-01" and record["date"] == "2031-05-02"
    assert (record["person"], record["outside"], record["reviewer"]) == ("Ada Voss", "yes", "Ann")
    assert record["source_text"] == reading["source_text"] == ASK


def test_rows_without_a_verdict_are_left_out(book):
    assert read_cells(book()) == []


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([("Links", 2, "verdict", "yes")], "row 2: the verdict is 'yes'; choose one of agree"),
        ([("Links", 2, "reason", "hm")], "row 2: has a reason but no verdict"),
        ([("Links", 2, "verdict", "agree"), ("Links", 2, "span_text", "x")], "row 2: its texts or ids were changed"),
        ([("Links", 2, "verdict", "agree"), ("Links", 2, "source", "x")], "row 2: its texts or ids were changed"),
        ([("Links", 9, "verdict", "agree")], "row 9: has a verdict but no link"),
        ([("Links", 1, "grade", "x")], "its columns are not those of the export"),
        ([("Records", 2, "person", "Ada")], "Records, row 2: says ''; choose one of confirm, deny"),
        ([("Records", 2, "verdict", "deny"), ("Records", 2, "number", 7)], "no link has the number '7'"),
        ([("Records", 3, "verdict", "deny")], "Records, row 3: no link has the number ''"),
        ([("Records", 2, "verdict", "deny"), ("Records", 2, "number", 1), ("Links", 2, "clause_text", "x")],
         "texts or ids of link 1 were changed"),
    ],
)  # fmt: skip
def test_what_was_not_asked_for_is_refused_in_one_sentence(book, cells, said):
    with pytest.raises(ClausetraceError, match=r"review\.xlsx") as refusal:
        read_cells(book(*cells))
    assert said in str(refusal.value) and "\n" not in str(refusal.value)


def test_foreign_files_are_refused_in_one_sentence(tmp_path, book):
    Workbook().save(tmp_path / "other.xlsx")
    (tmp_path / "text.xlsx").write_text("verdict,reason\n")
    with zipfile.ZipFile(tmp_path / "bare.xlsx", "w") as packed:
        packed.writestr("a", "b")
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/a.xml", b" " * 201_000_000)
    for name, said in (
        ("other.xlsx", "no workbook of `clausetrace review export`"),
        ("text.xlsx", "cannot be read as an XLSX"),
        ("bare.xlsx", "cannot be read as an XLSX"),
        ("none.xlsx", "cannot be read as an XLSX"),
        ("bomb.xlsx", "unpacks to 201 MB"),
    ):
        with pytest.raises(ClausetraceError, match=said):
            read_cells(tmp_path / name)
    with pytest.raises(ClausetraceError, match="belongs to the case 'isles', not to 'lakes'"):
        read_review_book(book(), "lakes")


def test_a_workbook_cut_off_anywhere_never_gives_a_traceback(tmp_path, book):
    content = book(("Links", 2, "verdict", "agree")).read_bytes()
    for place in range(0, len(content), 97):
        (tmp_path / "cut.xlsx").write_bytes(content[:place] + bytes([content[place] ^ 255]) + content[place + 1 :])
        try:
            read_cells(tmp_path / "cut.xlsx")
        except ClausetraceError as error:
            assert "\n" not in str(error)


# ---------------------------------------------------------------- in the reports


def say(verdict, state="counted", reviewer="Ann Lee", **fields):
    empty = dict.fromkeys(("reason", "person", "role", "organisation", "outside", "basis"), "")
    values = {"change": "s2", "source": "lantern-1", "reviewer": reviewer, "date": "2031-06-01", "verdict": verdict,
              "clause_text": OPERATIVE, "span_text": "dry cellars", "source_text": ASK, "state": state}  # fmt: skip
    return Review(**(empty | values | fields))


SAID = (
    say("disagree", reason="other <b>cells</b>"),
    say("agree", "reopened", "Ben"),
    say("confirm", person="Ada Voss", role="penholder", basis="letter", outside="yes"),
    say("confirm", "self_reported", person="Carl Own", role="director", basis="talk", outside="no"),
    say("unsure", "no_link", "Ben", change="gone", source="gone"),
)
REVIEWED = make_results(
    reviews=SAID,
    agreement=(Agreement("Ann Lee", "Ben", 12, 9, 0.43, 0.95, 0.51, 0.02, 0.93, "..."),
               Agreement("Ann Lee", "Cy", 2, 2, 0.16, 1.0, None, None, None, "...")),
    calibration=(Calibration(0.0, 1.0, 12, 7, 0.28, 0.85, 0.61, None, None),),
)  # fmt: skip


def read_section(anchor):
    from lxml import html

    page = html.document_fromstring(render_page(make_case(), REVIEWED).decode("utf-8"))
    return " ".join(page.get_element_by_id(anchor).text_content().split())


def test_the_page_shows_who_said_what_and_what_counts():
    section = read_section("reviews")
    for text in ("Ann Lee, 2031-06-01", "other <b>cells</b>", "open again: the quotes are no longer those",
                 "that were read", "Basis: letter",
                 "the link is no longer held", "9 of 12 (0.43 to 0.95)", "0.51 (0.02 to 0.93)", "not defined",
                 "7 of 12 (0.28 to 0.85)", "Under 60 links the counts are to be read"):  # fmt: skip
        assert text in section
    assert section.index("Ada Voss") < section.index("Self-reported") < section.index("Carl Own")
    row = read_section("card-2")
    assert "Ann Lee, 2031-06-01: disagrees (counted)" in row
    assert "Carl Own, director, 2031-06-01: confirms the use (self-reported)" in row


def test_without_reviews_the_page_says_so():
    from lxml import html

    page = html.document_fromstring(render_page(make_case(), make_results()).decode("utf-8"))
    assert "No link has been reviewed by a person." in page.get_element_by_id("reviews").text_content()


def test_tables_carry_the_reviews():
    from pipeline.report import make_attribution_frame, make_evidence_frame

    frame = make_reviews_frame(make_case(), REVIEWED)
    assert list(frame["state"]) == ["counted", "reopened", "counted", "self_reported", "no_link"]
    assert tuple(frame.loc[0, ["grade", "clause"]]) == ("strong", "2(g)")
    said = make_attribution_frame(make_case(), REVIEWED).set_index("change").loc["s2", "best_review"]
    assert said.startswith("Ann Lee, 2031-06-01: disagrees (counted) | Ben, 2031-06-01: agrees (open again")
    assert list(make_evidence_frame(make_case(), REVIEWED)["review"]) == [said, ""]


def test_of_many_reviews_those_that_only_agree_are_left_out(monkeypatch):
    from lxml import html

    monkeypatch.setattr("pipeline.report.page.REVIEWS_SHOWN", 2)
    results = make_results(reviews=(say("agree"), say("agree", reviewer="Ben"), say("disagree", reviewer="Cy")))
    section = html.document_fromstring(render_page(make_case(), results).decode("utf-8")).get_element_by_id("reviews")
    assert len(section.findall(".//tbody/tr")) == 2 and "Cy" in section.text_content()
    assert "1 more are on the sheet" in section.text_content()
