"""Reports become findings, asks and proposals with exact quotes; what is not content is left out."""

from typing import TYPE_CHECKING

import pytest

from pipeline.extract.findings import extract_findings
from pipeline.records import Box, Cell, Finding, Paragraph, ParagraphKind

if TYPE_CHECKING:
    from pipeline.extract.language import English

pytestmark = pytest.mark.weights


def make_paragraphs(*rows: tuple[ParagraphKind, str] | tuple[ParagraphKind, str, int]) -> list[Paragraph]:
    """Rows of kind, text and (for headings and list items) level."""
    return [
        Paragraph(f"D¶{order}", "D", order, 1, row[0], None, row[1], row[2] if len(row) == 3 else None)
        for order, row in enumerate(rows)
    ]


def make_table(*rows: tuple[str, ...]) -> list[Paragraph]:
    cells = [(r, c, text) for r, row in enumerate(rows) for c, text in enumerate(row)]
    return [
        Paragraph(f"D¶{order}", "D", order, 1, "table_cell", None, text, cell=Cell(0, r, c))
        for order, (r, c, text) in enumerate(cells)
    ]


def kinds(findings: list[Finding]) -> list[str]:
    return [finding.kind for finding in findings]


ASKS = [
    "We recommend that the Council extend the mandate.",
    "The Government should open all prisons to inspectors.",
    "JS3 recommended that Norland ratify the Convention.",
    "The Ombudsman called for ensuring access to housing for herders.",
    "The Committee urged the authorities to release the detained miners.",
    "It was recommended that Norland amend the penal code.",
    "The Harbour Watch calls on the parliament to repeal the decree.",
    "It is essential that the ministry publish the list of prisons.",
    "We believe that the courts should review every sentence.",
    "The authorities must end the use of forced labour.",
]

NO_ASKS = [
    "Guards asked families for money before every visit.",
    "Prisoners urged a guard to bring water.",
    "The study suggests that deaths have risen since spring.",
    "According to the prison act, minors should be held apart from adults.",
    "The recommendation to close the camp was not implemented.",
    "The law stipulates that detainees must be heard within two days.",
    "Officers demanded bribes from the traders in the harbour.",
    "In 2019 the Ombudsman had recommended a new law on visits.",
]


@pytest.mark.parametrize("sentence", ASKS)
def test_asks(sentence: str, nlp: "English") -> None:
    assert kinds(extract_findings(make_paragraphs(("body", sentence)), nlp)) == ["ask"]


@pytest.mark.parametrize("sentence", NO_ASKS)
def test_reports_of_asking_are_findings(sentence: str, nlp: "English") -> None:
    assert kinds(extract_findings(make_paragraphs(("body", sentence)), nlp)) == ["finding"]


LEFT_OUT = [
    ("heading", "Guards beat prisoners in all of the camps"),
    ("footnote", "The author spoke with nine guards in the spring of 2021."),
    ("caption", "Map 3 shows where the camps of the north are."),
    ("masthead", "The present text was distributed on the ninth of May."),
    ("running_head", "The Harbour Watch reports on the camps of Norland"),
    ("body", "A short note."),
    ("body", "Camps, prisons and holding rooms of the northern province"),
    ("body", "Conditions in the camps .......... 14"),
    ("body", "Please contact our office at press@harbour.example for the data."),
    ("body", "The Harbour Watch is an independent non-governmental organisation in Tessel."),
]


@pytest.mark.parametrize(("kind", "text"), LEFT_OUT)
def test_leaves_out_what_states_nothing(kind: ParagraphKind, text: str, nlp: "English") -> None:
    assert extract_findings(make_paragraphs((kind, text)), nlp) == []


def test_leaves_out_references_until_the_next_section(nlp: "English") -> None:
    rows = make_paragraphs(
        ("heading", "References", 1),
        ("body", "Harbour Watch found that guards beat prisoners in 2019."),
        ("heading", "Further results", 1),
        ("body", "Guards beat prisoners in the northern camp."),
    )
    found = extract_findings(rows, nlp)
    assert [(f.section, f.text) for f in found] == [("Further results", "Guards beat prisoners in the northern camp.")]


def test_every_quote_stands_in_its_paragraph(nlp: "English") -> None:
    rows = make_paragraphs(
        ("body", " In Art. 4 (1) the law names 12 camps. Guards beat prisoners there; nobody was tried. "),
        ("body", "The Government should:"),
        ("list_item", "Close the camps; and", 1),
        ("list_item", "Release all prisoners.", 1),
    )
    texts = {row.id: row.text for row in rows}
    found = extract_findings(rows, nlp)
    assert len(found) == 4
    for finding in found:
        assert all(texts[q.paragraph][q.start : q.end] == q.text for q in finding.quotes)


def test_items_carry_their_chapeau(nlp: "English") -> None:
    rows = make_paragraphs(
        ("body", "The Government of Norland should:"),
        ("list_item", "Close the quarry camps;", 1),
        ("list_item", "Release, without delay, all miners.", 1),
        ("body", "The camps hold 900 miners today."),
    )
    found = extract_findings(rows, nlp)
    assert [f.text for f in found] == [
        "The Government of Norland should: Close the quarry camps",
        "The Government of Norland should: Release, without delay, all miners.",
        "The camps hold 900 miners today.",
    ]
    assert kinds(found) == ["ask", "ask", "finding"]
    assert found[0].frames[0].actor == "government"


def test_inline_list_gives_one_ask_an_item(nlp: "English") -> None:
    text = "We urge the ministry to: (a) open all camps to visits; (b) publish the death list; and (c) pay all wages."
    found = extract_findings(make_paragraphs(("body", text)), nlp)
    assert [f.quotes[-1].text for f in found] == [
        "open all camps to visits",
        "publish the death list",
        "pay all wages.",
    ]
    assert kinds(found) == ["ask", "ask", "ask"]


def test_imperatives_ask_under_a_heading_of_recommendations(nlp: "English") -> None:
    rows = make_paragraphs(
        ("heading", "Recommendations", 1),
        ("heading", "To the Government", 2),
        ("list_item", "Ratify the Convention on enforced disappearance.", 1),
        ("list_item", "Immediate release of all detained miners", 1),
        ("list_item", "To offer training to the wardens of all camps.", 1),
    )
    assert kinds(extract_findings(rows, nlp)) == ["ask", "ask", "ask"]


def test_item_that_is_a_sentence_stands_alone(nlp: "English") -> None:
    rows = make_paragraphs(
        ("body", "The meaning of the term depends on the camp and on the year:"),
        ("list_item", "The words “holding room” should be deleted from the act.", 1),
    )
    assert [(f.kind, len(f.quotes)) for f in extract_findings(rows, nlp)] == [("ask", 1)]


def test_heading_that_cites_recommendations_announces_none(nlp: "English") -> None:
    rows = make_paragraphs(
        ("heading", "Prisons (Recommendations 14 and 15)", 1),
        ("body", "Letters that break the rules must be handed over to the warden."),
    )
    assert kinds(extract_findings(rows, nlp)) == ["finding"]


def test_amendment_table_gives_a_proposal_a_row(nlp: "English") -> None:
    rows = make_table(
        ("Current text", "Proposed text", "Justification"),
        ("Prisoners may write letters.", "Prisoners may write and receive letters.", "Visits are rare in the north."),
        ("Guards may read them.", "Deleted", "Privacy matters."),
        ("Letters are free.", "Letters are free.", "No change."),
    )
    found = extract_findings(rows, nlp)
    assert [(f.kind, f.base_text, f.text, f.added, f.removed) for f in found] == [
        ("proposal", "Prisoners may write letters.", "Prisoners may write and receive letters.", "and receive", ""),
        ("proposal", "Guards may read them.", "Deleted", "", "Guards may read them."),
    ]


def test_unruled_amendments_are_read_from_their_lines(nlp: "English") -> None:
    rows = make_paragraphs(
        ("body", "Current text:"),
        ("body", "Prisoners may write letters."),
        ("body", "Proposed wording:"),
        ("body", "Prisoners may write and receive letters."),
        ("body", "Justification"),
        ("body", "Letters keep families together in hard times."),
    )
    found = extract_findings(rows, nlp)
    assert [(f.kind, f.added) for f in found] == [("proposal", "and receive"), ("finding", "")]


def test_quoted_wording_is_a_proposal(nlp: "English") -> None:
    text = "We propose to insert the following wording: “including holding rooms and transit barracks”."
    (found,) = extract_findings(make_paragraphs(("body", text)), nlp)
    assert (found.kind, found.text) == ("proposal", "including holding rooms and transit barracks")


def test_replacement_names_the_words_it_changes(nlp: "English") -> None:
    text = "Paragraph 4 should be amended to replace “all prisons and camps” with “all prisons and barracks”."
    (found,) = extract_findings(make_paragraphs(("body", text)), nlp)
    assert (found.base_text, found.removed) == ("all prisons and camps", "camps")
    assert found.added == "barracks"


def test_page_is_that_of_the_sentence(nlp: "English") -> None:
    text = "Guards beat prisoners in the camp. Nobody was tried for it."
    boxes = (Box(3, 0, 0, 9, 9, 0), Box(4, 0, 0, 9, 9, 35))
    paragraph = Paragraph("D¶0", "D", 0, 3, "body", None, text, boxes=boxes)
    assert [f.page for f in extract_findings([paragraph], nlp)] == [3, 4]
