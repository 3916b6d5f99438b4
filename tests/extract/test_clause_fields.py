"""Strength, addressee, citations and stakeholders of clauses, on invented sentences."""

import pytest

from pipeline.extract.addressees import read_addressee
from pipeline.extract.citations import read_citations
from pipeline.extract.clauses import extract_clauses
from pipeline.extract.lexicons import load_levels, load_words
from pipeline.extract.recommendations import read_states
from pipeline.extract.strength import rate_verb
from pipeline.records import Mark, Paragraph


@pytest.mark.parametrize(
    "phrase, level",
    [
        ("Recalling", 1),
        ("Takes note", 1),
        ("Having considered", 1),
        ("Mindful", 1),
        ("Notes with appreciation", 2),
        ("Also welcomes", 2),
        ("Deeply convinced", 2),
        ("Encourages", 3),
        ("Concerned", 3),
        ("Notes with concern", 3),
        ("Deeply concerned", 4),
        ("Expresses its grave concern", 4),
        ("Strongly encourages", 4),
        ("Calls once again upon", 4),
        ("Reiterates its call upon", 4),
        ("Strongly calls upon", 5),
        ("Urges", 5),
        ("Strongly urges", 5),
        ("Strongly condemns", 5),
        ("Demands", 6),
        ("Further decides", 6),
        ("Reiterates its demand", 6),
        ("Vitalizes", None),
    ],
)
def test_strength(phrase: str, level: int | None):
    assert rate_verb(phrase) == level


def test_every_rated_word_is_one_that_opens_clauses():
    _, tables = load_levels("verb_strength")
    verbs = {entry.partition("|")[0].strip() for entry in load_words("clause_verbs")}
    assert set(tables["verbs"]) - verbs == {"having"}
    assert set(tables["states"]) <= load_words("clause_states")


@pytest.mark.parametrize(
    "verb, rest, party",
    [
        ("Calls upon", " all Member States to dig wells;", "all Member States"),
        ("Calls upon", " all parties to open the locks;", "all parties"),
        ("Urges", " the Government of Norland to open the locks;", "the Government of Norland"),
        ("Urges", " Norland to open the locks;", "Norland"),
        ("Requests", " the Secretary-General, within existing resources, to report;", "the Secretary-General"),
        ("Requests", ", in this regard, the Secretary-General to report;", "the Secretary-General"),
        ("Invites", " States parties to the Well Convention to meet;", "States parties to the Well Convention"),
        ("Urges", " States, river boards and civil society to meet;", "States, river boards and civil society"),
        ("Encourages", " States that have not yet done so to dig;", "States that have not yet done so"),
        ("Urges", " States in a position to do so to pay;", "States in a position to do so"),
        ("Calls upon", " the authorities of Norland:", "the authorities of Norland"),
        ("Demands", " that the Government of Norland immediately open the locks;", "the Government of Norland"),
        ("Decides", " that all States shall close their locks;", "all States"),
        ("Recommends", " to the General Assembly that Norland be heard;", "the General Assembly"),
        ("Reiterates its call upon", " the towns and Governments to dig;", "the towns and Governments"),
        ("Reiterates", " the need for States to dig;", ""),
        ("Urges", " the full use of wells;", ""),
        ("Encourages", " efforts to dig wells;", ""),
        ("Decides", " to remain seized of the matter.", ""),
        ("Welcomes", " the readiness of States to dig;", ""),
    ],
)
def test_addressee(verb: str, rest: str, party: str):
    assert read_addressee(verb + rest, verb) == party


@pytest.mark.parametrize(
    "text, cites",
    [
        ("Recalling A/HRC/RES/92/28 and the report A/92/311/Add.1,", ("A/HRC/RES/92/28", "A/92/311/Add.1")),
        ("Recalling its resolution 90/251 of 15 March 2046,", ("90/251",)),
        ("Recalling resolutions 95/1 of 3 May 2031, 95/2 and S-9/1,", ("95/1", "95/2", "S-9/1")),
        ("Recalling Security Council resolution 9718 (2046),", ("S/RES/9718 (2046)",)),
        ("Recalling resolution 9718 (2046) of the River Assembly,", ("9718 (2046)",)),
        ("Recalling resolutions 9217 A (III) and 925 (XXV),", ("9217 A (III)", "925 (XXV)")),
        ("Recalling decision 97/119 and again decision 97/119,", ("decision 97/119",)),
        ("Noting that 3/4 of the wells and/or locks are dry (N/A),", ()),
    ],
)
def test_citations(text: str, cites: tuple[str, ...]):
    assert read_citations(text) == cites


@pytest.mark.parametrize(
    "text, states",
    [
        ("Dig wells (Norland) (Cape Sud);", ("Norland", "Cape Sud")),
        ("Dig wells (deep ones) in time (Norland, Iland (Kingdom of));", ("Norland", "Iland (Kingdom of)")),
        ("Dig wells (Norland)/(Sudland);", ("Norland", "Sudland")),
        ("Dig wells;", ()),
    ],
)
def test_recommending_states(text: str, states: tuple[str, ...]):
    assert read_states(text) == states


def test_sub_clauses_take_strength_and_addressee_of_their_clause():
    texts = ("The Security Council,", "Noting the storm,", "1. Urges Norland:", "(a) To heed resolution 9001 (2031);")
    rows = [Paragraph(f"D¶{at}", "D", at, 1, "body", None, text) for at, text in enumerate(texts)]
    clauses = extract_clauses(rows)
    assert [(c.label, c.level, c.strength, c.addressee, c.cites) for c in clauses] == [
        ("PP1", 1, 1, "", ()),
        ("1", 1, 5, "Norland", ()),
        ("1(a)", 2, 5, "Norland", ("S/RES/9001 (2031)",)),
    ]


def test_a_footnote_of_the_clause_is_cited():
    rows = [
        Paragraph("D¶0", "D", 0, 1, "body", None, "The General Assembly,"),
        Paragraph("D¶1", "D", 1, 1, "body", None, "Noting the report on wells,", marks=(Mark(26, "1"),)),
        Paragraph("D¶2", "D", 2, 1, "footnote", "1", "A/95/12."),
        Paragraph("D¶3", "D", 3, 1, "body", "1", "Requests the Secretary-General to dig."),
        Paragraph("D¶4", "D", 4, 2, "footnote", "2", "A/95/13."),
    ]
    assert [clause.cites for clause in extract_clauses(rows)] == [("A/95/12",), ()]
