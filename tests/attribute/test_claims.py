"""What counts as a claim, and which paragraphs a sentence cites."""

import pytest

from pipeline.attribute.claims import list_cited, read_statement, strip_cues


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("paragraph 2(g)", ("2(g)",)),
        ("paragraphs 1 (e), 2(g) and 2 (m)", ("1(e)", "2(g)", "2(m)")),
        ("paragraphs 2 (l) and (m)", ("2(l)", "2(m)")),
        ("OP 2(g)(ii) and PP4", ("2(g)(ii)", "PP4")),
        ("operative paragraph 11, adopted in 2024", ("11",)),
        ("para. 3", ("3",)),
        ("2(G) says so", ("2(g)",)),
        ("In 2023, 784 detainees (see page 4)", ()),
    ],
)
def test_cited_paragraphs(text, labels):
    assert list_cited(text) == labels


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Our report led to the resolution.", ("caused", False, False)),
        ("The resolution reflects our wording and was shaped by our report.", ("caused", False, False)),
        ("The text was informed by Lantern Watch.", ("taken", False, False)),
        ("The resolution echoes our paper.", ("echoes", False, False)),
        ("Paragraph 4 is in line with our paper.", ("agrees", False, False)),
        ("The resolution for the first time names the wards.", ("", True, False)),
        ("We were the first to report this.", ("", False, True)),
        ("The Council urges the Government to open the wards.", ("", False, False)),
    ],
)
def test_sentences_that_claim(text, kinds):
    found = read_statement("1", text, ["Lantern Watch"])
    assert found is not None
    assert (found.influence, found.novel, found.primary) == kinds


@pytest.mark.parametrize(
    "text",
    [
        "The famine led to flight.",
        "Tea was served in the new building.",
        "We do not claim that our report led to paragraph 2(g).",
        "Our offices are open on Mondays.",
        "First of all, thank you.",
    ],
)
def test_sentences_that_claim_nothing(text):
    assert read_statement("1", text, ["Lantern Watch"]) is None


def test_what_a_statement_speaks_of_is_left_without_its_cues():
    stripped = strip_cues("For the first time, paragraph 2(g) of resolution 95/21 names the wards, thanks to our work.")
    assert "names the wards" in stripped
    assert not {"first", "2(g)", "95/21", "thanks"} & set(stripped.split())
