"""A small invented case from links to rows: statuses, grades, rivals, fates, conflicts, wording."""

import random
import re
import time
from dataclasses import replace

import numpy as np
import pytest

from pipeline.attribute import attribute_links
from pipeline.attribute.conflicts import find_conflicts
from pipeline.attribute.control import control_errors
from pipeline.attribute.inherited import find_nearest
from pipeline.attribute.judge import judge_spans
from pipeline.attribute.wording import join_names, list_wordings
from pipeline.attribute.wording_index import index_wording
from pipeline.records import Figure
from tests.attribute.builders import (
    BASE,
    CLOSE,
    SETTINGS,
    make_case,
    make_change,
    make_clause,
    make_dossier,
    make_finding,
    make_link,
    make_passages,
    make_source,
    similar,
    weigh_word,
)

FORBIDDEN = re.compile(
    r"\b(caus(?:e|es|ed|ing)|led to|result(?:s|ed) in|secured|achieved|thanks to|directly informed|shaped by)\b", re.I
)
LIST = "salt cellars, brine vats, drying lofts and chain barges"
ASKED = f"We ask the Council to name {LIST}."
RUN = {"ordered_run": LIST, "ordered_words": 8}


def make_story(claimant_day="2030-01-10", placebos=30, base=True, tie=False):
    """Two new spans and an inherited clause; the claimant asks for the first, a rival has the second."""
    clauses = [
        make_clause("1", f"Ending the use of {LIST} for detention", 0),
        make_clause("2", "Opening the granaries of the northern coast to relief ships", 1),
        make_clause("3", "Releasing all fishermen held without trial", 2),
    ]
    changes = [make_change(clauses[0]), make_change(clauses[1]), make_change(clauses[2], "inherited")]
    ours, theirs = make_source("ours", day=claimant_day), make_source("theirs", "rival", "2028-06")
    twin = make_source("twin", "rival", claimant_day)
    papers = [make_source(f"p{n:02}", "placebo") for n in range(placebos)]
    ask = make_finding("ours", ASKED, 0, "ask")
    plea = make_finding("ours", "All fishermen held without trial must be released.", 1, "ask")
    ships = make_finding("theirs", "Relief ships are turned away from the granaries of the northern coast.")
    echo = make_finding("twin", ASKED, 0, "ask")
    findings = [ask, plea, ships, *(make_finding(source.id, "Of other things.") for source in papers)]
    rng = np.random.default_rng(4)
    links = [
        make_link(finding, change, log_odds=float(rng.normal(-4, 0.3)), cosine_span=float(rng.uniform(0, 0.4)))
        for finding in findings[3:]
        for change in changes[:2]
    ]
    links += [make_link(ask, changes[0], **(CLOSE | RUN)), make_link(ask, changes[1]), make_link(plea, changes[0])]
    links += [make_link(ships, changes[1], **CLOSE), make_link(ships, changes[0])]
    sources = [ours, theirs, *papers, *([BASE] if base else ())]
    passages = make_passages("R/8", clauses[2].text)
    if tie:
        sources, findings = [*sources, twin], [*findings, echo]
        links.append(make_link(echo, changes[0], **(CLOSE | RUN)))
    passages += [passage for finding in findings for passage in make_passages(finding.source, finding.text)]
    similarities = [similar(plea, clauses[2], 0.9), similar(ask, clauses[0], 0.9), similar(ships, clauses[1], 0.8)]
    return make_case(*sources), clauses, findings, changes, links, similarities, passages


def judge(story):
    case, clauses, findings, changes, links, similarities, passages = story
    return attribute_links(case, clauses, findings, changes, links, similarities, passages, weigh_word, SETTINGS)


def rows_of(judgement):
    return {row.clause.rpartition("#")[2]: row for row in judgement.attributions}


def grades_of(row):
    return row.best_source, row.best_grade, row.claimant_grade


def test_the_story_is_told():
    judgement = judge(make_story())
    rows = rows_of(judgement)
    assert grades_of(rows["1"]) == ("ours", "strong", "strong")
    assert grades_of(rows["2"]) == ("theirs", "moderate", "none")
    assert grades_of(rows["3"]) == ("", "none", "ruled_out")
    assert "wording first found, among the 33 documents searched" in rows["1"].wording
    assert "R/8" in rows["1"].wording and "from 2028-06 on" in rows["1"].wording
    assert "not a document of the claimant" in rows["2"].wording
    assert rows["3"].wording == "Repeats language adopted in R/8 (since 2029-04-01)."
    assert [fate.outcome for fate in judgement.asks] == ["adopted", "not_adopted"]
    assert "R/8" in judgement.asks[1].reason
    assert judgement.placebo.blocks == 30


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"claimant_day": ""}, ("ours", "weak", "weak")),
        ({"claimant_day": "2030"}, ("ours", "weak", "weak")),
        ({"claimant_day": "2030-03-20"}, ("", "none", "ruled_out")),
        ({"placebos": 10}, ("ours", "moderate", "moderate")),
        ({"base": False}, ("ours", "moderate", "moderate")),
        ({"tie": True}, ("ours", "moderate", "moderate")),
    ],
)
def test_what_is_missing_lowers_the_grade(changed, expected):
    row = rows_of(judge(make_story(**changed)))["1"]
    assert grades_of(row) == expected


def test_a_tie_is_shared():
    row = rows_of(judge(make_story(tie=True)))["1"]
    assert [(rival.source, rival.grade, rival.earlier) for rival in row.rivals] == [("twin", "moderate", False)]
    assert "said it just as well on the same day" in row.wording


def test_an_unplaced_date_is_said():
    wordings = [row.wording for row in judge(make_story(claimant_day="2030")).evidence if row.source == "ours"]
    assert any("whose date cannot be placed before tabling" in wording for wording in wordings)


def test_a_late_document_is_ruled_out_with_its_reason():
    row = rows_of(judge(make_story(claimant_day="2030-03-20")))["1"]
    assert "no source found among the" in row.wording
    assert any("was published after tabling on 2030-03-15" in reason for reason in row.reasons)


def test_without_earlier_texts_the_wording_says_so():
    case, clauses, findings, changes, _, similarities, passages = make_story(base=False)
    judgement = judge((case, clauses, findings, changes, [], similarities, passages))
    assert "holds no earlier text of the series" in rows_of(judgement)["1"].wording


def test_without_a_claimant_the_rivals_are_judged():
    case, *rest = make_story()
    rival = [replace(source, role="rival") if source.role == "claimant" else source for source in case.sources]
    judgement = judge((replace(case, sources=tuple(rival)), *rest))
    row = rows_of(judgement)["1"]
    assert grades_of(row) == ("ours", "strong", "none")
    assert (row.claimant_source, judgement.asks) == ("", ())
    assert "claimant" not in row.wording


def test_an_empty_case_gives_empty_tables():
    judgement = judge((make_case(), [], [], [], [], [], {}))
    assert (judgement.evidence, judgement.attributions, judgement.asks, judgement.conflicts) == ((), (), (), ())
    assert judgement.placebo.rejection_share is None


def test_the_order_of_the_inputs_leaves_no_trace():
    case, *tables = make_story(tie=True)
    expected = judge((case, *tables))
    rng = random.Random(3)
    for _ in range(3):
        shuffled = [rng.sample(table, len(table)) for table in tables]
        sources = tuple(rng.sample(case.sources, len(case.sources)))
        again = judge((replace(case, sources=sources), *shuffled))
        assert again == expected


def test_no_sentence_claims_that_a_document_brought_the_text_about():
    judgement = judge(make_story(tie=True))
    said = [*list_wordings(), judgement.placebo.reason]
    said += [text for row in judgement.attributions for text in (row.wording, *row.reasons)]
    said += [text for row in judgement.evidence for text in (row.wording, *(test.reason for test in row.tests))]
    assert len(said) > 100
    assert not [text for text in said if FORBIDDEN.search(text)]


def test_first_and_new_always_name_the_corpus():
    for story in (make_story(), make_story(placebos=3), make_story(claimant_day="2030-03-20")):
        for row in judge(story).attributions:
            if re.search(r"\b(?:first|new)\b", row.wording, re.I):
                assert re.search(r"among the \d+ documents? searched \(.*from .* on\)", row.wording)


@pytest.mark.parametrize(
    ("names", "joined"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_join_names(names, joined):
    assert join_names(names) == joined


COUNT = "The centre recorded {} former sailors in the brine works"


@pytest.mark.parametrize(
    ("ours", "theirs", "source", "text", "expected"),
    [
        (784, 785, "theirs", COUNT, 1),
        (784, 784, "theirs", COUNT, 0),
        (784, 1200, "theirs", COUNT, 0),
        (784, 785, "ours", COUNT, 0),
        (784, 785, "p00", COUNT, 0),
        (784, 785, "theirs", "In spring {} sailors went to the northern fair", 0),
    ],
)
def test_conflicts(ours, theirs, source, text, expected):
    sources = (make_source("ours"), make_source("theirs", "rival"), make_source("p00", "placebo"))
    findings = [
        make_finding("ours", COUNT.format(ours), 0, figures=(Figure(ours, "former sailor", 0, 3),)),
        make_finding(source, text.format(theirs), 1, figures=(Figure(theirs, "sailor", 0, 3),)),
    ]
    assert len(find_conflicts(make_dossier(sources, findings=findings))) == expected


def test_a_large_case_takes_seconds():
    """6,000 findings, 300 spans, 40 placebos; the self-check included."""
    clauses = [make_clause(str(n), f"Clause {n} on granaries", n) for n in range(300)]
    changes = [make_change(clause) for clause in clauses]
    sources = [make_source(f"c{n}", "claimant" if n < 5 else "rival", f"20{10 + n}") for n in range(10)]
    sources += [make_source(f"p{n:02}", "placebo") for n in range(40)]
    findings = [make_finding(source.id, "Of salt.", n) for source in sources for n in range(120)]
    rng = np.random.default_rng(8)
    picks, odds = rng.integers(0, 300, (6000, 20)), rng.normal(-4, 1, (6000, 20))
    links = [
        make_link(finding, changes[column], log_odds=float(value))
        for row, finding in enumerate(findings)
        for column, value in dict(zip(picks[row], odds[row], strict=True)).items()
    ]
    dossier = make_dossier((*sources, BASE), clauses, findings, changes, links)
    start = time.process_time()
    control = control_errors(dossier)
    judge_spans(dossier, control, index_wording(dossier))
    assert time.process_time() - start < 15  # seconds of this process: about 3
    assert control.check.blocks == 40


def test_nearest_clause_with_what_placebos_reach_there():
    sources = (make_source("ours"), make_source("elsewhere", role="placebo"))
    clauses = (make_clause("1", "Calls for ships"), make_clause("2", "Calls for cells"))
    ours, theirs = make_finding("ours", "Cells are full."), make_finding("elsewhere", "Ships are late.")
    rows = [similar(ours, clauses[0], 0.7), similar(ours, clauses[1], 0.8), similar(theirs, clauses[1], 0.9)]
    (near,) = find_nearest(make_dossier(sources, clauses, (ours, theirs), similarities=rows)).values()
    assert (near.clause, near.similarity, near.reached, near.is_clear) == (clauses[1].id, 0.8, 0.9, False)
    (alone,) = find_nearest(make_dossier(sources, clauses, (ours,), similarities=rows[:2])).values()
    assert (alone.reached, alone.is_clear) == (0.0, True)
