"""Each test of METHOD.md, section 3, with what makes it pass, fail or stay unknown."""

import numpy as np
import pytest

from pipeline.attribute.control import control_errors
from pipeline.attribute.fingerprint import Fingerprint, find_fingerprint
from pipeline.attribute.rivals import find_competition, gather_competitors
from pipeline.attribute.tests import (
    examine_ask,
    examine_direction,
    examine_fingerprint,
    examine_newness,
    examine_placebo,
    examine_precedence,
    examine_primacy,
    examine_specificity,
    examine_topic,
)
from pipeline.attribute.wording_index import index_wording
from pipeline.records import Frame
from tests.attribute.builders import (
    BASE,
    CLOSE,
    make_change,
    make_clause,
    make_dossier,
    make_finding,
    make_link,
    make_passages,
    make_source,
)

SPAN = "Ending the use of salt cellars, brine vats, drying lofts and chain barges for detention"
CLAUSE = make_clause("2(a)", SPAN)
NEW = make_change(CLAUSE)
OURS = make_source("ours")
SAID = make_finding("ours", "They are held in salt cellars, brine vats, drying lofts and chain barges.")


@pytest.mark.parametrize(
    ("status", "sources", "shared", "shared_added", "outcome"),
    [
        ("new", (OURS, BASE), 9.0, 9.0, "pass"),
        ("changed", (OURS, BASE), 9.0, 9.0, "pass"),
        ("changed", (OURS, BASE), 9.0, 0.0, "unknown"),
        ("changed", (OURS, BASE), 0.0, 0.0, "pass"),
        ("inherited", (OURS, BASE), 9.0, 9.0, "fail"),
        ("new", (OURS,), 9.0, 9.0, "unknown"),
    ],
)
def test_newness(status, sources, shared, shared_added, outcome):
    change = make_change(CLAUSE, status)
    link = make_link(SAID, change, shared_idf=shared, shared_idf_added=shared_added)
    test = examine_newness(change, link, make_dossier(sources))
    assert test.outcome == outcome
    assert (BASE.id in test.reason) == (BASE in sources)


@pytest.mark.parametrize(
    ("day", "role", "outcome", "value"),
    [
        ("2030-03-14", "claimant", "pass", 1),
        ("2030-03-15", "claimant", "unknown", 0),
        ("2030-03-16", "claimant", "fail", -1),
        ("2030-02", "rival", "pass", 15),
        ("2030-03", "rival", "unknown", -16),
        ("2030", "rival", "unknown", None),
        ("2031", "rival", "fail", None),
        ("", "claimant", "unknown", None),
        ("2030-03-20", "late", "fail", -5),
        ("", "late", "fail", None),
        ("2030", "late", "fail", None),
        ("2030-01-01", "late", "unknown", None),
    ],
)
def test_precedence(day, role, outcome, value):
    test = examine_precedence(make_source("x", role, day), make_dossier())
    assert test.outcome == outcome
    assert "x" in test.reason
    if value is not None:
        assert test.value == value


HOLD = Frame("state", "hold", "prisoner", False, "exhorts")
WRITE = Frame("state", "write", "letter", False, "states")


@pytest.mark.parametrize(
    ("measured", "frames", "outcome"),
    [
        ({"negation_conflict": True, "ordered_words": 9}, (HOLD,), "fail"),
        ({"role_swap": True}, (HOLD,), "fail"),
        ({"stance_conflict": True}, (HOLD,), "fail"),
        ({"same_frame": True}, (), "pass"),
        ({}, (HOLD,), "pass"),
        ({"ordered_words": 4}, (), "pass"),
        ({"ordered_words": 3}, (WRITE,), "unknown"),
        ({"shared_items": ("a", "b", "c")}, (), "pass"),
        ({}, (), "unknown"),
    ],
)
def test_direction(measured, frames, outcome):
    clause = make_clause("2(a)", SPAN, frames=(HOLD,))
    finding = make_finding("ours", "x", frames=frames)
    change = make_change(clause)
    dossier = make_dossier((OURS,), (clause,), (finding,), (change,))
    assert examine_direction(make_link(finding, change, **measured), change, dossier).outcome == outcome


@pytest.mark.parametrize(
    ("mass", "words", "probability", "outcome"),
    [(11.9, 9, 0.9, "fail"), (12.0, 4, 0.1, "pass"), (40.0, 3, 0.4, "fail"), (40.0, 0, 0.5, "pass")],
)
def test_specificity(mass, words, probability, outcome):
    measured = {"shared_idf_added": mass, "ordered_words": words, "match_probability": probability}
    link = make_link(SAID, NEW, **measured)
    assert examine_specificity(link, make_dossier((OURS,))).outcome == outcome


def control_case(blocks, claimant_odds=4.0, cosine=0.9):
    """A claimant beside so many placebo papers, on three spans; the claimant matches the first."""
    clauses = [make_clause(f"2({letter})", f"{SPAN} {letter}", order) for order, letter in enumerate("abc")]
    changes = [make_change(clause) for clause in clauses]
    rng = np.random.default_rng(2)
    placebos = [make_source(f"p{n:02}", "placebo") for n in range(blocks)]
    findings = [SAID, *(make_finding(source.id, "Of other things.") for source in placebos)]
    links = [
        make_link(finding, change, log_odds=float(rng.normal(-4, 0.3)), cosine_span=float(rng.uniform(0, 0.4)))
        for finding in findings[1:]
        for change in changes
    ]
    links += [make_link(SAID, change) for change in changes[1:]]
    links.append(make_link(SAID, changes[0], **(CLOSE | {"log_odds": claimant_odds, "cosine_span": cosine})))
    dossier = make_dossier((OURS, BASE, *placebos), clauses, findings, changes, links)
    return dossier, links[-1], control_errors(dossier)


@pytest.mark.parametrize(
    ("blocks", "log_odds", "outcome", "strict"),
    [(18, 4.0, "unknown", False), (30, 4.0, "pass", True), (30, -4.2, "fail", False)],
)
def test_placebo(blocks, log_odds, outcome, strict):
    dossier, link, control = control_case(blocks, log_odds)
    test, is_strict = examine_placebo(link, 0.0, "ours group", dossier, control)
    assert (test.outcome, is_strict) == (outcome, strict)
    assert control.check.blocks == blocks
    assert str(blocks) in test.reason


def test_placebo_tests_a_lesser_link_with_its_own_number():
    dossier, link, control = control_case(30)
    test, _ = examine_placebo(link, 8.5, "ours group", dossier, control)
    assert test.outcome == "fail"


@pytest.mark.parametrize(("blocks", "cosine", "outcome"), [(18, 0.9, "unknown"), (30, 0.9, "pass"), (30, 0.2, "fail")])
def test_topic(blocks, cosine, outcome):
    dossier, link, control = control_case(blocks, cosine=cosine)
    assert examine_topic(link, dossier, control).outcome == outcome


def test_few_placebos_leave_the_check_unknown_and_say_what_they_would_allow():
    _, _, control = control_case(9)
    check = control.check
    assert (check.blocks, check.rejection_share, check.smallest_p_strict) == (9, None, pytest.approx(0.1))
    assert "0.100" in check.reason


def gather_all(dossier):
    return gather_competitors(np.arange(len(dossier.links)), dossier)


@pytest.mark.parametrize(
    ("day", "organisation", "measured", "outcome"),
    [
        ("2020-05-01", "them", CLOSE, "fail"),
        ("2030-01-10", "them", CLOSE, "fail"),
        ("2030-02-01", "them", CLOSE, "pass"),
        ("", "them", CLOSE, "unknown"),
        ("2030", "them", CLOSE, "unknown"),
        ("2020-05-01", "ours group", CLOSE, "pass"),
        ("2020-05-01", "them", CLOSE | {"shared_idf_added": 40.0}, "pass"),
        ("2020-05-01", "them", CLOSE | {"match_probability": 0.5}, "pass"),
        ("2020-05-01", "them", CLOSE | {"role_swap": True}, "pass"),
    ],
)
def test_primacy(day, organisation, measured, outcome):
    rival = make_source("theirs", "rival", day, organisation)
    other = make_finding("theirs", "They hold people in salt cellars.")
    link, competing = make_link(SAID, NEW, **CLOSE), make_link(other, NEW, **measured)
    dossier = make_dossier((OURS, rival), (CLAUSE,), (SAID, other), (NEW,), (link, competing))
    test = examine_primacy(link, find_competition(link, gather_all(dossier), dossier), dossier)
    assert test.outcome == outcome
    assert ("theirs" in test.reason) == (outcome != "pass")


def test_primacy_names_the_earliest_and_the_closest_rival():
    rivals = [make_source(f"r{n}", "rival", f"202{n}-01-01", f"rival {n}") for n in range(5)]
    others = [make_finding(rival.id, "They hold people in salt cellars.") for rival in rivals]
    competing = [make_link(o, NEW, **(CLOSE | {"match_probability": 0.95 + n / 100})) for n, o in enumerate(others)]
    link = make_link(SAID, NEW, **CLOSE)
    dossier = make_dossier((OURS, *rivals), (CLAUSE,), (SAID, *others), (NEW,), (link, *competing))
    test = examine_primacy(link, find_competition(link, gather_all(dossier), dossier), dossier)
    assert test.outcome == "fail" and test.reason.index("r0") < test.reason.index("closest") < test.reason.index("r4")


RUN = "salt cellars, brine vats, drying lofts and chain barges"
ELSEWHERE = f"In 2012 people were kept in {RUN}."


def search(text, role="rival", day="2020-01-01", publisher="them", **measured):
    """The fingerprint of the claimant's link while another document holds `text`."""
    other = make_source("theirs", role, day, publisher)
    link = make_link(SAID, NEW, **(CLOSE | {"ordered_run": RUN, "ordered_words": 8} | measured))
    passages = [*make_passages("ours", SAID.text), *make_passages("theirs", text), *make_passages("R/9", SPAN)]
    dossier = make_dossier((OURS, other), (CLAUSE,), (SAID,), (NEW,), (link,), passages=passages)
    return link, dossier, find_fingerprint(link, dossier, index_wording(dossier))


@pytest.mark.parametrize(
    ("text", "role", "day", "publisher", "words", "sure"),
    [
        ("Nothing of the kind.", "rival", "2020-01-01", "them", 8, True),
        (ELSEWHERE, "rival", "2020-01-01", "them", 0, False),
        (ELSEWHERE, "rival", "2030-01-10", "them", 0, False),
        (ELSEWHERE, "rival", "2030-02-01", "them", 8, True),
        (ELSEWHERE, "rival", "", "them", 8, False),
        (ELSEWHERE, "background", "", "them", 0, False),
        (ELSEWHERE, "sister", "2030-02-01", "them", 0, False),
        (ELSEWHERE, "background", "2031", "them", 8, True),
        (ELSEWHERE, "placebo", "2020", "them", 0, False),
        (ELSEWHERE, "claimant", "2030-01-10", "ours group", 8, True),
        (ELSEWHERE, "claimant", "2020-01-10", "ours group", 0, False),
        ("Salt cellars and brine vats.", "rival", "2020-01-01", "them", 4, True),
        ("Brine vats and drying lofts.", "rival", "2020-01-01", "them", 0, False),
    ],
)
def test_fingerprint_search(text, role, day, publisher, words, sure):
    _, _, found = search(text, role, day, publisher)
    assert found.shared
    assert (len(found.words), found.sure) == (words, sure)
    assert found.holders == (("theirs",) if words < 8 or not sure else ())


def test_items_that_stand_together_elsewhere_are_taken_out():
    items = {"ordered_run": "", "ordered_words": 0, "shared_items": ("Salt cellars", "brine vats", "drying lofts")}
    assert search("Nothing.", **items)[2].sure
    assert search("Salt cellars, then brine vats.", **items)[2].sure
    assert not search("Drying lofts, salt cellars, brine vats.", **items)[2].words


def test_an_item_printed_with_more_words_is_still_the_item_that_others_have():
    longer = ("use of salt cellars", "brine vats", "drying lofts and chain barges")
    assert not search(ELSEWHERE, shared_items=longer)[2].words


@pytest.mark.parametrize(
    ("found", "blocks", "rarest", "outcome"),
    [
        (Fingerprint(False, (), False, ()), 30, 5.0, "fail"),
        (Fingerprint(True, (), False, ("R/9",)), 30, 5.0, "fail"),
        (Fingerprint(True, ("salt", "brin", "vat", "loft"), False, ("R/9",)), 30, 5.0, "unknown"),
        (Fingerprint(True, ("salt", "brin", "vat", "loft"), True, ()), 30, 31.9, "pass"),
        (Fingerprint(True, ("salt", "brin", "vat", "loft"), True, ()), 30, 32.0, "fail"),
        (Fingerprint(True, ("salt", "brin", "vat", "loft"), True, ()), 0, 0.0, "unknown"),
    ],
)
def test_fingerprint(found, blocks, rarest, outcome):
    dossier, link, control = control_case(blocks)
    control.rarest[:] = rarest
    assert examine_fingerprint(link, found, dossier, control).outcome == outcome


OWN = Fingerprint(True, ("salt", "brin", "vat", "loft"), True, ())


@pytest.mark.parametrize(
    ("kind", "found", "probability", "outcome", "worded"),
    [
        ("finding", OWN, 0.9, "fail", False),
        ("ask", OWN, 0.1, "pass", True),
        ("proposal", OWN, 0.1, "pass", True),
        ("ask", Fingerprint(True, (), False, ("R/8",)), 0.9, "pass", False),
        ("ask", Fingerprint(False, (), False, ()), 0.2, "fail", False),
    ],
)
def test_ask(kind, found, probability, outcome, worded):
    finding = make_finding("ours", "x", kind=kind)
    link = make_link(finding, NEW, match_probability=probability)
    test, is_worded = examine_ask(link, finding, found, make_dossier((OURS,)))
    assert (test.outcome, is_worded) == (outcome, worded)
