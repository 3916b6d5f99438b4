"""What a document gives as the words of others, disputes or asks is not credited to it; nor are set phrases."""

from dataclasses import replace

import pytest

from pipeline.attribute.control import control_errors
from pipeline.attribute.fingerprint import find_fingerprint
from pipeline.attribute.tests import examine_ask, examine_direction, examine_fingerprint
from pipeline.attribute.voices import hear_voice, names_author
from pipeline.attribute.wording_index import index_wording
from tests.attribute.builders import BASE, CLOSE, make_change, make_clause, make_dossier, make_finding, make_link
from tests.attribute.builders import make_source as source_of

RUN = "salt cellars, brine vats, drying lofts and chain barges"
CLAUSE = make_clause("2(a)", f"Ending the use of {RUN} for detention")
NEW = make_change(CLAUSE)
OURS = source_of("ours", publisher="Harbour Rights Watch")
SAID = make_finding("ours", f"The Council should end the use of {RUN}.", kind="ask")
WORDED = {**CLOSE, "ordered_run": RUN, "ordered_words": 8, "ordered_idf": 64.0}


def examine(*findings, weigh_run=None):
    links = [make_link(finding, NEW, **WORDED) for finding in findings]
    dossier = make_dossier((OURS, BASE), [CLAUSE], findings, [NEW], links, weigh_run=weigh_run)
    found = find_fingerprint(links[0], dossier, index_wording(dossier))
    control = control_errors(dossier)
    return (
        examine_fingerprint(links[0], found, dossier, control),
        *examine_ask(links[0], findings[0], found, dossier),
        examine_direction(links[0], NEW, dossier),
    )


def test_quoted_wording_is_no_fingerprint_and_no_worded_ask():
    fingerprint, ask, worded, _ = examine(replace(SAID, voice="quoted", voice_of="The draft resolution"))
    assert fingerprint.outcome == "fail" and "The draft resolution" in fingerprint.reason
    assert ask.outcome == "pass" and not worded and "The draft resolution" in ask.reason


def test_wording_that_is_quoted_elsewhere_in_the_document_is_not_its_own_either():
    quoted = make_finding("ours", f"HRC noted in 2020 that {RUN} are used.", order=1)
    fingerprint, _, worded, _ = examine(SAID, replace(quoted, voice="quoted", voice_of="HRC"))
    assert fingerprint.outcome == "fail" and not worded
    fingerprint, _, worded, _ = examine(SAID, quoted)
    assert fingerprint.outcome == "unknown" and worded  # own words; there are no placebos to weigh them


@pytest.mark.parametrize(
    ("voice", "name", "direction", "ask"),
    [
        ("own", "", "pass", "pass"),
        ("disputed", "", "fail", "fail"),
        ("disputed", "Harbour Rights Watch", "fail", "fail"),
        ("disputed", "The Government", "pass", "pass"),  # that others reject it is no dispute of the author
        ("asked", "", "unknown", "fail"),
    ],
)
def test_disputed_and_asked(voice, name, direction, ask):
    _, asked, _, tested = examine(replace(SAID, voice=voice, voice_of=name))
    assert (tested.outcome, asked.outcome) == (direction, ask)


@pytest.mark.parametrize(
    ("name", "publisher", "title", "same"),
    [
        ("Harbour Rights Watch", "Harbour Rights Watch", "", True),
        ("HRW", "Harbour Rights Watch", "", True),
        ("The Centre", "Tallow Centre", "", True),
        ("OHCHR", "Office of the High Commissioner for Human Rights", "", True),
        ("The commission", "Human Rights Council", "Report of the commission of inquiry on Norland", True),
        ("The Special Rapporteur", "Harbour Rights Watch", "The salt pits", False),
        ("The draft resolution", "Harbour Rights Watch", "Comments on the draft resolution", False),
    ],
)
def test_a_body_that_speaks_of_itself_by_name_is_the_author(name, publisher, title, same):
    source = replace(OURS, publisher=publisher, title=title)
    assert names_author(name, source) is same
    finding = replace(SAID, voice="quoted", voice_of=name)
    assert hear_voice(finding, make_dossier((source,), findings=[finding])) == ("own" if same else "quoted")


@pytest.mark.parametrize(
    ("weights", "rare"),
    [
        ([8, 8, 8, 8, 8, 8, 8, 8], True),
        ([2, 2, 2, 2, 5, 1, 2, 6], False),  # two rare words among set phrases
        ([1, 1, 2, 8, 8, 8, 8, 1], True),  # set phrases before and after are no part of the run
        ([1, 1, 1, 1, 1, 1, 8, 8], False),  # too few are left
        ([1] * 8, False),
    ],
)
def test_set_phrases_are_no_smoking_gun(weights, rare):
    fingerprint, _, worded, _ = examine(SAID, weigh_run=lambda stems: weights[: len(stems)])
    assert worded is rare
    assert fingerprint.outcome == ("unknown" if rare else "fail") and ("set phrases" in fingerprint.reason) is not rare
