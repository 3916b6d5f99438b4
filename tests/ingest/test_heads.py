"""The head of a document as fields: invented mastheads in the layouts of the United Nations since 1993."""

import pytest

from pipeline.ingest import read_document
from pipeline.ingest.heads import read_masthead
from pipeline.records import Masthead, Paragraph

COUNCIL = """United Nations|A/HRC/99/L.7*|General Assembly|Distr.: Limited|3 March 2031|Original: English/French|\
Human Rights Council|Ninety-ninth session|24 February–1 April 2031|Agenda item 4|Situations that need attention|\
99/… Situation of the Norlanders"""


def _head(rows, *more):
    paragraphs = [Paragraph("", "x", at, 1, "masthead", None, row) for at, row in enumerate(rows.split("|"))]
    return [*paragraphs, *more, Paragraph("", "x", 99, 1, "body", None, "The Human Rights Council,")]


def _heading(text):
    return Paragraph("", "x", 50, 1, "heading", None, text)


TABLE = [
    (
        "United Nations|A/HRC/RES/99/7|Distr.: General|General Assembly|11 April 2031|Original: English|"
        "Human Rights Council|Ninety-ninth session|24 February–4 April 2031|Agenda items 2 and 10 (c)|Technical help|"
        "Resolution adopted by the Human Rights Council|on 4 April 2031|99/7. Prisons of Norland*",
        ("A/HRC/RES/99/7", "General", "2031-04-11", "English", "Ninety-ninth session", "2 and 10 (c)",
         "Prisons of Norland"),
    ),
    (
        "United Nations A/RES/101/3|General Assembly Distr.: General 9 May 2046|One hundred and first session "
        "Agenda item 71 (c) Human rights|[on the report of the Third Committee (A/101/456, para. 7)]|101/3. Norland",
        ("A/RES/101/3", "General", "2046-05-09", "", "One hundred and first session", "71 (c)", "Norland"),
    ),
    (
        "United Nations|S/RES/9999 (2032)|Security Council|Distr.: General|1 June 2032|Resolution 9999 (2032)|"
        "Adopted by the Security Council at its 19999th meeting, on 31 May 2032",
        ("S/RES/9999 (2032)", "General", "2032-06-01", "", "", "", "Resolution 9999 (2032)"),
    ),
    (
        "UNITED NATIONS|Distr.|GENERAL|E/CN.4/2003/77|7 January 2003|Original: ENGLISH|COMMISSION ON HUMAN RIGHTS|"
        "Fifty-ninth session|Item 9 of the provisional agenda|Question of Norland|Note by the Secretariat",
        ("E/CN.4/2003/77", "GENERAL", "2003-01-07", "ENGLISH", "Fifty-ninth session", "9", "Note by the Secretariat"),
    ),
    (
        "United Nations|A/99/6 (Sect. 40)/Part B**|General Assembly|Distr.: General|19 February 2044|Original: English|"
        "Ninety-ninth session|Items 138 and 139 of the preliminary list*|Programme|Planning|Section 40 Prisons",
        ("A/99/6 (Sect. 40)/Part B", "General", "2044-02-19", "English", "Ninety-ninth session", "138 and 139",
         "Section 40 Prisons"),
    ),
    (
        "United Nations|A/HRC/WG.6/77/NOR/2|Distr.: General|7 November 2039|Original: English|Human Rights Council|"
        "Working Group on the Universal Periodic Review Seventy-seventh session|Geneva, 20–31 January 2040|Norland|"
        "Compilation of what was heard*",
        ("A/HRC/WG.6/77/NOR/2", "General", "2039-11-07", "English", "Seventy-seventh session", "",
         "Norland: Compilation of what was heard"),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "fields"), TABLE, ids=[fields[0] for _, fields in TABLE])
def test_heads_of_the_united_nations(rows, fields):
    symbol, distribution, date, language, session, item, title = fields
    wanted = Masthead("x", symbol, distribution, date, "printed", language, session, item, title)
    assert read_masthead(_head(rows), "x") == wanted


def test_titles_that_follow_the_masthead_as_headings():
    rows = (
        "United Nations|A/99/604|General Assembly|Distr.: General|7 April 2044|Ninety-ninth session|Agenda item 5|Money"
    )
    found = read_masthead(_head(rows, _heading("Budget of the mission"), _heading("Report of the Board")), "x")
    assert found.title == "Budget of the mission: Report of the Board"


def test_the_dates_of_a_session_are_not_the_date_of_the_document():
    assert read_masthead(_head(COUNCIL.replace("|3 March 2031", "")), "x").date == ""
    assert read_masthead(_head(COUNCIL), "x").date == "2031-03-03"


def test_an_adoption_dates_a_text_without_another_date():
    found = read_masthead(_head("Resolution 333 (1971) of 4 May 1971"), "x")
    assert (found.date, found.date_basis, found.title) == ("1971-05-04", "printed", "Resolution 333 (1971)")


def test_front_matter_is_metadata(tmp_path):
    path = tmp_path / "a.md"
    path.write_text("---\nsymbol: A/RES/99/1\ntitle: 'Norland :'\ndate: 2044-10\n---\n\nThe General Assembly,\n")
    found = read_masthead(read_document(path, "x"), "x")
    assert (found.symbol, found.title) == ("A/RES/99/1", "Norland")
    assert (found.date, found.date_basis) == ("2044-10", "metadata")


def test_a_paper_without_masthead_has_a_title_and_a_date():
    paragraphs = [_heading("Behind the walls"), _heading("14 March 2024"), _heading("Why we wrote this")]
    found = read_masthead(paragraphs, "x")
    assert (found.title, found.date, found.symbol, found.session) == ("Behind the walls", "2024-03-14", "", "")


def test_nothing_said_nothing_found():
    text = "Prisons were visited in the second session of the inquiry, on agenda item 3, since A/HRC/1/2 of 4 May 2019."
    body = Paragraph("", "x", 0, 1, "body", None, text)
    assert read_masthead([body], "x") == Masthead("x", "", "", "", "", "", "", "", "")
