"""Resolutions and recommendations, invented, in the layouts that the United Nations print."""

from pathlib import Path

import pytest

from pipeline.extract.clauses import extract_clauses
from pipeline.records import Box, Clause, Paragraph, ParagraphKind, Span

CORPORA = Path(__file__).parents[2].parent / "shared" / "corpora"


def body(text: str, label: str | None = None, kind: ParagraphKind = "body", **more: object) -> Paragraph:
    return Paragraph("", "", 0, 1, kind, label, text, **more)  # type: ignore[arg-type]


def number(paragraphs: list[Paragraph]) -> list[Paragraph]:
    """The paragraphs with ids and places, as `ingest` hands them on."""
    from dataclasses import replace

    return [replace(each, id=f"R/1#p{at}", source="R/1", order=at) for at, each in enumerate(paragraphs)]


def cut(*paragraphs: Paragraph | str) -> list[Clause]:
    return extract_clauses(number([body(each) if isinstance(each, str) else each for each in paragraphs]))


def show(clauses: list[Clause]) -> list[tuple[str, str | None, str | None, str | None]]:
    return [(clause.section, clause.label, clause.parent, clause.verb) for clause in clauses]


def test_labels_in_the_text_or_taken_off_give_the_same_clauses():
    printed = cut(
        "The General Assembly,",
        "Recalling its resolution 90/1,",
        "Deeply concerned at the drought,",
        "1. Urges all States:",
        "(a) To save water;",
        "(b) To share it with:",
        "(i) Neighbours;",
        "(ii) Guests;",
        "2. Decides to remain seized of the matter.",
        "12th plenary meeting 3 May 2031",
        "This is no clause any more.",
    )
    assert show(printed) == [
        ("preamble", "PP1", None, "Recalling"),
        ("preamble", "PP2", None, "Deeply concerned"),
        ("operative", "1", None, "Urges"),
        ("operative", "1(a)", "1", None),
        ("operative", "1(b)", "1", None),
        ("operative", "1(b)(i)", "1(b)", None),
        ("operative", "1(b)(ii)", "1(b)", None),
        ("operative", "2", None, "Decides"),
    ]
    taken = cut(
        body("The Human Rights Council,"),
        body("Recalling its resolution 90/1,"),
        body("Deeply concerned at the drought,"),
        body("Urges all States:", "1"),
        body("To save water;", "(a)", "list_item"),
        body("To share it with:", "(b)", "list_item"),
        body("Neighbours;", "(i)", "list_item"),
        body("Guests;", "(ii)", "list_item"),
        body("Decides to remain seized of the matter.", "2"),
    )
    assert show(taken) == show(printed)
    assert [clause.text for clause in taken] == [clause.text for clause in printed]


def test_chapeau_ids_and_quotes_point_into_the_paragraphs():
    paragraphs = number(
        [body("The Security Council,"), body("1. Calls upon the parties:"), body("(a) To keep the peace on the river;")]
    )
    first, second = extract_clauses(paragraphs)
    assert (first.id, second.id) == ("R/1#1", "R/1#1(a)")
    assert second.full_text == "Calls upon the parties: To keep the peace on the river;"
    quote = second.quotes[0]
    assert paragraphs[2].text[quote.start : quote.end] == quote.text == "To keep the peace on the river;"
    assert second.chapeau == first.quotes


def test_clause_cut_by_a_running_head_is_one_clause_with_two_quotes():
    clauses = cut(
        "The General Assembly,",
        "1. Requests the Secretary-General to report on the state of",
        body("A/RES/90/2 Rivers", kind="running_head"),
        body("1 Ibid.", kind="footnote"),
        "Northern rivers and lakes;",
        "2. Decides to meet again.",
    )
    assert [len(clause.quotes) for clause in clauses] == [2, 1]
    assert clauses[0].text == "Requests the Secretary-General to report on the state of Northern rivers and lakes;"


def test_numbered_paragraphs_run_together_are_parted_where_the_next_number_is_due():
    clauses = cut(
        "The General Assembly,",
        body("Adopts the plan in the annex.", "1"),
        body("Annex Plan for rivers", kind="heading"),
        "1. We met in 2030. 2. We saw 14. dams in the years of the flood. See para. 3. Then we left. 3. We came back.",
        "I. Outlook 4. We look ahead.",
    )
    assert [(clause.section, clause.label) for clause in clauses[1:]] == [
        ("annex", "1"),
        ("annex", "2"),
        ("annex", "3"),
        ("annex", "4"),
    ]
    assert clauses[2].text.endswith("See para. 3. Then we left.")
    assert clauses[4].heading == "I. Outlook"
    assert clauses[1].id == "R/1#annex 1"
    assert all(clause.verb is None for clause in clauses[1:])


@pytest.mark.parametrize(
    "lines, expected",
    [
        (["(a) One;", "(6) Two;", "(c) Three."], ["1(a)", "1(b)", "1(c)"]),
        (["(a) One;", "b) Two;"], ["1(a)", "1(b)"]),
        (["One;", "Two;", "(c) Three;"], ["1(a)", "1(b)", "1(c)"]),
        (["One;", "Two;"], [None, None]),
        (["(h) Eight;", "(i) Nine;", "(j) Ten."], [None, "1(i)", "1(j)"]),
        (["(a) One:", "(i) First;", "(ii) Second;", "(b) Two."], ["1(a)", "1(a)(i)", "1(a)(ii)", "1(b)"]),
    ],
    ids=["misread", "half a bracket", "lost letters", "no letters", "i after h", "two levels"],
)
def test_items(lines: list[str], expected: list[str | None]):
    if lines[0].startswith("(h)"):
        lines = [f"({letter}) Item;" for letter in "abcdefg"] + lines
        expected = [f"1({letter})" for letter in "abcdefgh"] + expected[1:]
    clauses = cut("The General Assembly,", "1. Requests the Office:", *lines)
    assert [clause.label for clause in clauses[1:]] == expected
    assert {clause.parent for clause in clauses[1:]} <= {"1", "1(a)"}


def test_security_council_in_old_print():
    clauses = cut(
        "The Security Council,",
        "Having examined the application of Norland,",
        "Recommends to the General Assembly that Norland be admitted.",
        "Adopted unanimously at the 77th meeting.",
    )
    assert show(clauses) == [("preamble", "PP1", None, "Having examined"), ("operative", None, None, "Recommends")]


def test_damaged_numbers_are_read_where_an_operative_verb_follows():
    clauses = cut(
        "The Security Council,",
        "1, Requests all parties to stop;",
        "2 Calls upon the guarantors to help;",
        "Z. Demands that the road be opened;",
        "4. Decides to remain seized.",
    )
    assert [clause.label for clause in clauses] == ["1", "2", "3", "4"]


def test_a_number_that_leaves_a_gap_which_the_next_one_fills_is_misread():
    urges = [f"{number}. Urges all States to mend bridge {at}." for at, number in enumerate("125456")]
    labels = [clause.label for clause in cut("The Security Council,", "Recalling its resolution 12 (1950),", *urges)]
    assert labels == ["PP1", "1", "2", "3", "4", "5", "6"]


def test_lost_number_stays_lost_where_none_after_it_fills_the_gap():
    urges = [f"{number}. Urges all States to mend bridge {number}." for number in (1, 2, 4, 5)]
    assert [clause.label for clause in cut("The Security Council,", *urges)] == ["1", "2", "4", "5"]


def test_operative_verb_behind_a_list_begins_a_clause_where_none_has_a_number():
    clauses = cut(
        "The Security Council,",
        "Calls upon both Governments:",
        "(i) To open the bridge;",
        "(ii) To mend the road;",
        "Hereby records its thanks to the builders;",
        "Invites the engineers to report.",
    )
    assert show(clauses)[3:] == [
        ("operative", None, None, "Hereby records"),
        ("operative", None, None, "Invites"),
    ]


def test_misread_letter_of_an_item_is_no_text():
    clauses = cut("The Security Council,", "Decides:", "(2) To open the bridge;", "(b) To close the road.")
    assert [(clause.label, clause.text) for clause in clauses][1:] == [
        ("(a)", "To open the bridge;"),
        ("(b)", "To close the road."),
    ]


def test_text_quoted_over_paragraphs_belongs_to_its_clause():
    clauses = cut(
        "The Security Council,",
        "1. Reaffirms its resolution 7 (2030), which reads:",
        "“The Security Council,",
        "“1. Calls for calm;",
        "“2. Requests a report.”",
        "2. Decides to send observers.",
    )
    assert [clause.label for clause in clauses] == ["1", "2"]
    assert clauses[0].text.endswith("“2. Requests a report.”")


def test_headings_are_no_clauses_and_are_kept_with_those_below():
    clauses = cut(
        "The Human Rights Council,",
        "Noting the report,",
        "Follow-up and review",
        "1. Welcomes the report;",
        "B",
        "2. Thanks the authors.",
    )
    assert [(clause.label, clause.heading) for clause in clauses[1:]] == [("1", "Follow-up and review"), ("2", "B")]


def test_repeated_labels_get_ids_of_their_own():
    clauses = cut("The Security Council,", "A", "1. Notes the first part;", "B", "1. Notes the second part.")
    assert [clause.label for clause in clauses] == ["1", "1"]
    assert [clause.id for clause in clauses] == ["R/1#1", "R/1#1 [2]"]


def test_lettered_run_in_a_sentence_is_no_list():
    text = "Decides that funds (a) of the State or (b) held by its agents shall be frozen."
    assert [clause.label for clause in cut("The Security Council,", body(text, "1"))] == ["1"]


def test_declaration_without_the_word_annex():
    clauses = cut(
        "The General Assembly",
        "Adopts the following declaration:",
        "Declaration on rivers",
        "We, heads of the river towns, therefore:",
        "1. Commit to clean water;",
    )
    assert show(clauses) == [
        ("operative", None, None, "Adopts"),
        ("preamble", "PP1", None, None),
        ("operative", "1", None, "Commit"),
    ]


def test_verbs_of_a_document_with_italics_are_its_italic_runs():
    clauses = cut(
        body("The General Assembly,"),
        body("Continues to hope for rain;", "1", italics=(Span(0, 9),)),
        body("Takes note of the report,", "2", italics=(Span(0, 5), Span(6, 10))),
        body("Because it never rained, requests help.", "3"),
    )
    assert [clause.verb for clause in clauses] == ["Continues", "Takes note", None]


def test_page_is_that_of_the_box_where_the_clause_begins():
    boxes = (Box(3, 0, 0, 9, 9, 0), Box(4, 0, 0, 9, 9, 29))
    text = "1. Notes the dry season. Then 2. Requests water."
    assert text.index("2. Req") == 30
    clauses = cut("The General Assembly,", body(text.replace("Then", "Now;"), boxes=boxes))
    assert [(clause.label, clause.page) for clause in clauses] == [("1", 3), ("2", 4)]


def test_numbered_recommendations_of_a_report():
    clauses = cut(
        body("Recommendations", kind="heading"),
        body("Ratify the river treaty (Norland);", "140.1"),
        body("140.2 Publish the dam inquiry"),
        body("in all languages (Sudland) (Estland);"),
        body("Train the wardens (Westland).", "140.3"),
        body("141. All replies are in the annex."),
    )
    assert [(clause.section, clause.label, clause.verb) for clause in clauses] == [
        ("operative", "140.1", None),
        ("operative", "140.2", None),
        ("operative", "140.3", None),
    ]
    assert clauses[1].text == "Publish the dam inquiry in all languages (Sudland) (Estland);"
    assert clauses[0].heading == "Recommendations"


@pytest.mark.parametrize(
    "texts",
    [
        [],
        [
            "Water behind bars",
            "1. Introduction",
            "The Security Council has not visited the camp.",
            "2.1 Method",
            "We asked.",
        ],
        ["1. We urge the Government to act.", "2. Requests were ignored.", "Annex", "1. Names."],
        ["4.5 Million people lack water.", "4.6 Million lack food.", "4.7 Wells remain."],
    ],
    ids=["empty", "paper", "asks", "figures"],
)
def test_other_documents_have_no_clauses(texts: list[str]):
    assert cut(*texts) == []


def test_clauses_import_no_heavy_library():
    import subprocess
    import sys

    code = (
        "import sys, pipeline.extract.clauses as c; c.extract_clauses([]); print({'spacy', 'torch'} & set(sys.modules))"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
        == "set()"
    )


@pytest.mark.corpora
@pytest.mark.skipif(not CORPORA.is_dir(), reason="the real documents are not beside the repository")
def test_real_resolutions_have_numbers_without_gaps():
    from pipeline.ingest.text import read_text

    for path in sorted((CORPORA / "un-resolution-md").glob("A_RES_80_[1-8].md")):
        clauses = extract_clauses(number(read_text(path)))
        numbers = [
            int(clause.label) for clause in clauses if clause.section == "operative" and (clause.label or "").isdigit()
        ]
        assert numbers == list(range(1, len(numbers) + 1)), path.name
        assert len({clause.id for clause in clauses}) == len(clauses)


def test_recommendations_numbered_from_one_within_a_paragraph():
    states = ("Norland", "Sudland", "Estland", "Westland", "Norland, Sudland", "Iland (Kingdom of)")
    clauses = cut(
        body("Norland reported on its wells.", "1"),
        body("The following enjoy support:", "2"),
        *[body(f"Dig well number {at} ({state});", str(at)) for at, state in enumerate(states, 1)],
        body("All positions are those of the States.", "3"),
    )
    assert [clause.label for clause in clauses] == ["1", "2", "3", "4", "5", "6"]
    assert clauses[0].text == "Dig well number 1 (Norland);"


def test_title_opens_a_resolution_whose_organ_was_lost():
    clauses = cut("Resolution 77 (2031) of 3 May 2031", "Noting the storm,", "1. Demands calm.")
    assert [clause.label for clause in clauses] == ["PP1", "1"]
