"""Generated cases and reports on other countries through the stages; what is counted, and how."""

from pathlib import Path

import pytest

from pipeline.evaluate.cases_measure import bootstrap_share, summarise_outcomes
from pipeline.evaluate.cases_run import CaseOutcome, Graded, Recalled, run_cases
from pipeline.evaluate.cases_truth import measure_truth
from pipeline.evaluate.cross_country import measure_cross_country
from pipeline.settings import load_settings
from tests.conftest import DEMO


def graded(true, grade="moderate"):
    return Graded(1, "planted", "claimant-1", "claimant", grade, true, true, "span", "said")


def find_row(rows, metric):
    return next(row for row in rows if row.metric == metric)


def test_false_share_and_recall_are_counted_over_grades_and_plants():
    outcomes = [
        CaseOutcome(1, "planted", (graded(True), graded(False)), (Recalled(1, "planted", "ask", "strong"),)),
        CaseOutcome(2, "planted", (graded(True, "strong"),), (Recalled(2, "planted", "close", "weak"),)),
        CaseOutcome(3, "none", (graded(False),), ()),
        CaseOutcome(4, "none", (), ()),
    ]
    rows = summarise_outcomes(outcomes, load_settings(encoder="none"))
    assert find_row(rows, "false share of grades moderate or better").value == pytest.approx(0.5)
    assert find_row(rows, "false share of grade strong").value == 0
    assert find_row(rows, "recall of planted links, worded").value == pytest.approx(0.5)
    alarms = find_row(rows, "share of cases without a true link that hold any false grade")
    assert (alarms.value, alarms.number) == (0.5, 2)


@pytest.mark.parametrize(
    ("counted", "low", "high"),
    [
        ([(0, 10)] * 100, 0.0, 0.0363),
        ([(10, 10)] * 100, 0.9638, 1.0),
        ([(1, 2)] * 50, 0.5, 0.5),
        ([(1, 2)], None, None),
    ],
)
def test_intervals(counted, low, high):
    assert bootstrap_share(counted) == (
        pytest.approx(low, abs=1e-3) if low is not None else None,
        pytest.approx(high, abs=1e-3) if high is not None else None,
    )


@pytest.mark.weights
def test_planted_passages_are_found_and_nothing_else(tmp_path):
    outcomes = {outcome.seed: outcome for outcome in run_cases([2, 8], tmp_path, load_settings(encoder="none"), 1)}
    assert outcomes[2].kind == "none"
    assert not outcomes[2].graded
    assert not any(row.grade == "strong" and not row.true for row in outcomes[8].graded)


@pytest.mark.weights
def test_planted_ask_is_found(tmp_path):
    (outcome,) = run_cases([20], tmp_path, load_settings(encoder="none"), 1)
    assert outcome.kind == "planted"
    assert all(row.true for row in outcome.graded)
    assert any(row.grade in ("moderate", "strong") for row in outcome.recalled if row.strength in ("ask", "list"))


def test_cross_country_needs_three_countries(tmp_path):
    for name in ("angola2014.pdf", "angola2010.pdf", "albania2014.pdf"):
        (tmp_path / name).touch()
    assert measure_cross_country(tmp_path, tmp_path / "out", load_settings(encoder="none")) == []


@pytest.mark.weights
def test_demo_truth_gives_precision_and_recall(tmp_path, demo):
    rows = measure_truth(DEMO, DEMO / "truth.toml", Path(demo.case.out), demo.settings)
    assert find_row(rows, "precision of moderate or better").value >= 0.95
    assert find_row(rows, "share with the expected grade").note
