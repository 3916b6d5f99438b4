"""Whose words a finding gives: a table of sentences, each with the one before and after where that matters."""

from dataclasses import replace

import pytest

from pipeline.extract.voice import add_voices, find_speaker
from pipeline.records import Finding, Mark, Paragraph, Quote

QUOTED = [
    ("The draft resolution says that guards beat inmates in salt pits.", "The draft resolution"),
    (
        "The zero draft that the core group circulated on 14 March already calls upon Norland to close the pits.",
        "zero draft",
    ),
    ("Operative paragraph 4 of the draft urges Norland to free the bell-ringers.", "Operative paragraph 4"),
    ("A/HRC/RES/92/28 urges Norland to free the bell-ringers.", "A/HRC/RES/92/28"),
    ("As the Special Rapporteur noted in 2020, guards beat inmates in salt pits.", "the Special Rapporteur"),
    (
        "As the Special Rapporteur already recommended in 2019, the Council should urge Norland to free the ringers.",
        "Rapporteur",
    ),
    ("As recommended by the Committee in 2019, Norland should free the bell-ringers.", "the Committee"),
    ("According to Harbour Rights Watch, guards beat inmates in salt pits.", "Harbour Rights Watch"),
    ("Guards beat inmates in salt pits, according to the HRW.", "HRW"),
    ("In 2019, the Committee urged Norland to free the bell-ringers of Sarn.", "the Committee"),
    ("In its report, OHCHR stated that guards beat inmates in salt pits.", "OHCHR"),
    ("The 2014 report of the commission of inquiry found that guards beat inmates in salt pits.", "2014 report"),
    ("“Guards beat inmates in salt pits, standing coffins and looms”, the Committee wrote in 2019.", "the Committee"),
    ("We support the call by Harbour Rights Watch to free the bell-ringers of Sarn.", "Harbour Rights Watch"),
    ("The Special Rapporteur's 2020 call to free the bell-ringers must be heard.", "The Special Rapporteur"),
    ("Article 4 of the Covenant says that “no one shall be held in a salt pit or coffin”.", "Article 4"),
    ("We note the draft resolution calling upon Norland to free the bell-ringers.", "the draft resolution"),
    ("The prison holds “salt pits, standing coffins, looms and cages” (A/HRC/40/12, para. 4).", "A/HRC/40/12"),
    ("JS1 recommended that Norland free the bell-ringers of Sarn.", "JS1"),
    ("We welcome that the Government said that it would free the bell-ringers.", "the Government"),
    ("The text now under negotiation would have the Council urge Norland to free the bell-ringers.", "The text"),
    ("It has been suggested elsewhere that the Council urge Norland to free the bell-ringers.", "others"),
    ("Others have proposed that the Council urge Norland to free the bell-ringers.", "Others"),
    ("Harbour Rights Watch has long called for Norland to free the bell-ringers.", "Harbour Rights Watch"),
    ("We welcome the intention of the core group to urge Norland to free the bell-ringers.", "core group"),
    ("Recalling the appeal of Pope Anselm to Norland to free the bell-ringers, we have nothing to add.", "Pope Anselm"),
    ("The Ministry of Works told us that Norland would pay pensions to maimed stokers.", "The Ministry"),
]
OWN = [
    "Guards beat inmates in salt pits.",
    "The Council should urge Norland to free the bell-ringers of Sarn.",
    "We recommend that the Council call upon Norland to free the bell-ringers.",
    "This report finds that guards beat inmates in salt pits.",
    "The report documents beatings of inmates in salt pits.",
    "“They put us into a salt pit and poured water over us”, said a former inmate.",
    "A woman held in Hesk told us that guards beat inmates in salt pits.",
    "According to two witnesses, guards beat inmates in salt pits.",
    "As one survivor said, guards beat inmates in salt pits.",
    "Article 4 of the Covenant provides that no one shall be held in a salt pit.",
    "In line with resolution 92/28, Norland should free the bell-ringers.",
    "The Government should publish the registers of every salt pit.",
    "Norland must implement the recommendations of the Committee and free the bell-ringers.",
    "The ministry put inmates into salt pits and standing coffins.",
    "The authorities demanded bribes from the families of inmates.",
    "The courts held 14 hearings in secret during the winter.",
    "Inmates were told that they would be put into a “standing coffin”.",
    "The Committee was asked to visit the salt pits in spring.",
    "We call on the Human Rights Council to request the High Commissioner to report on the salt pits.",
    "Others said that they were put into salt pits.",
    "Several detainees claimed that guards beat them in salt pits.",
    "The Government does not publish the registers of the salt pits.",
]
DISPUTED = [
    ("We do not support calls upon Norland to return the vessels.", ""),
    ("It would be a mistake to urge Norland to close the wards.", ""),
    ("It is untrue that the Council should license private chandlers.", ""),
    ("Calls to grant amnesty to smugglers are misguided.", ""),
    ("Norland would be wrong to pay pensions to maimed stokers.", ""),
    ("Some exiles say that the Council should dismantle the towers.", "We disagree."),
    ("Some exiles say that the Council should dismantle the towers.", "We do not share this view."),
    ("The Council should dismantle the towers.", "This is wrong."),
    ("The draft urges Norland to dismantle the towers.", "We cannot support this proposal."),
    ("Guards never beat inmates.", "This is not true."),
    ("The Council should dismantle the towers.", "Harbour Watch rejects this."),
    ("Should the Council dismantle the towers?", "We think it should not."),
    ("The Council should dismantle the towers.", "The opposite is true."),
    ("We reject the proposal of the Government to dismantle the towers.", ""),
]
NOT_DISPUTED = [
    ("Guards beat inmates in salt pits.", "This is wrong."),
    ("Guards beat inmates in salt pits.", "We do not know how many died."),
    ("Guards beat inmates in salt pits.", "We do not believe that the register is complete."),
    ("The Council should dismantle the towers.", "It would be wrong to wait."),
    ("It is unacceptable that guards beat inmates.", ""),
    ("We oppose the beating of inmates in salt pits.", ""),
    ("The Council should dismantle the towers.", "This is urgent."),
]


def read(sentence: str, after: str = "") -> Finding:
    text = f"{sentence} {after}".strip()
    paragraph = Paragraph("D¶0", "D", 0, 1, "body", None, text)
    asks = "should" in sentence
    quote = Quote("D", 1, "D¶0", 0, len(sentence), sentence)
    return add_voices([Finding("D#f1", "D", 0, "ask" if asks else "finding", "", (quote,))], [paragraph])[0]


def read_rows(*rows, section: str = "") -> Finding:
    """The last of several paragraphs, each of kind and text."""
    paragraphs = [Paragraph(f"D¶{n}", "D", n, 1, kind, None, text) for n, (kind, text) in enumerate(rows)]
    last = paragraphs[-1]
    quote = Quote("D", 1, last.id, 0, len(last.text), last.text)
    return add_voices([Finding("D#f1", "D", 0, "finding", section, (quote,))], paragraphs)[0]


@pytest.mark.parametrize(("sentence", "name"), QUOTED)
def test_words_of_others(sentence, name):
    found = read(sentence)
    assert found.voice == "quoted" and name in found.voice_of


@pytest.mark.parametrize("sentence", OWN)
def test_own_words_testimony_and_law(sentence):
    assert read(sentence).voice == "own"


@pytest.mark.parametrize(("sentence", "after"), DISPUTED)
def test_words_that_the_author_disputes(sentence, after):
    assert read(sentence, after).voice == "disputed"


def test_a_dotted_capital_hides_no_speaker():
    assert find_speaker("The report cİted from Harbour Watch.", ("Harbour Watch",), True) == "Harbour Watch"


@pytest.mark.parametrize(("sentence", "after"), NOT_DISPUTED)
def test_blame_and_limits_are_no_dispute(sentence, after):
    assert read(sentence, after).voice == "own"


def test_wording_that_the_next_sentence_or_the_heading_gives_to_another():
    found = read("The Council should free the ringers.", "This wording is taken from the 2019 report of the Committee.")
    assert (found.voice, found.voice_of) == ("quoted", "the 2019 report")
    rows = [("heading", "Annex: text of the draft resolution"), ("body", "Urges Norland to free the ringers.")]
    assert read_rows(*rows, section=rows[0][1]).voice == "quoted"
    rows = [("heading", "Proposed text of the resolution"), ("body", "Urges Norland to free the ringers.")]
    assert read_rows(*rows, section=rows[0][1]).voice == "own"


def test_a_paragraph_that_another_announces():
    rows = [("body", "The zero draft contains this paragraph:"), ("body", "“Urges Norland to free the ringers.”")]
    assert read_rows(*rows).voice_of == "The zero draft"
    rows = [("body", "We recommend this paragraph:"), ("body", "“Urges Norland to free the ringers.”")]
    assert read_rows(*rows).voice == "own"
    rows = [("body", "One former inmate told us:"), ("body", "“They put us into a salt pit for nine days.”")]
    assert read_rows(*rows).voice == "own"


def test_a_footnote_that_gives_the_origin_of_a_quotation():
    text = "Inmates were kept in “salt pits, standing coffins and looms”."
    note = Paragraph("D¶1", "D", 1, 1, "footnote", "1", "A/HRC/40/12, para. 4.")
    body = Paragraph("D¶0", "D", 0, 1, "body", None, text, marks=(Mark(len(text), "1"),))
    finding = Finding("D#f1", "D", 0, "finding", "", (Quote("D", 1, "D¶0", 0, len(text), text),))
    assert add_voices([finding], [body, note])[0].voice_of == "A/HRC/40/12"
    assert add_voices([finding], [body, replace(note, text="Interview with an inmate.")])[0].voice == "own"


def test_a_question_asks():
    assert read("Should the Council dismantle the towers?").voice == "asked"
