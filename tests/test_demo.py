"""The embedded case from end to end: every planted grade, and a second run that has nothing to do."""

import pytest

from pipeline.evaluate.truth import compare_truth
from pipeline.run import Line, list_reports, load_results, run_case
from pipeline.tables import read_key
from tests.conftest import DEMO

pytestmark = pytest.mark.weights


@pytest.fixture
def line(demo):
    return demo


def test_every_planted_row_is_reproduced(line):
    wrong = compare_truth(line.case, load_results(line), DEMO / "truth.toml")
    assert not wrong, "\n".join(wrong)


def test_a_wrong_grade_would_be_named(line, tmp_path):
    spoiled = (
        (DEMO / "truth.toml")
        .read_text(encoding="utf-8")
        .replace('claimant_grade = "strong"', 'claimant_grade = "weak"', 1)
    )
    (tmp_path / "truth.toml").write_text(spoiled, encoding="utf-8")
    assert any(
        "claimant_grade: expected weak, found strong" in error
        for error in compare_truth(line.case, load_results(line), tmp_path / "truth.toml")
    )


def test_the_reviews_of_the_demo_are_as_its_readme_says(line):
    results = load_results(line)
    states = [review.state for review in results.reviews]
    assert states.count("reopened") == states.count("self_reported") == 1 and "no_link" not in states
    assert [row.links for row in results.agreement] == [12]
    assert not [problem for problem in results.problems if problem.stage == "attribute"]


def test_the_placebo_check_holds(line):
    placebo = load_results(line).placebo
    assert placebo.blocks >= 25
    assert placebo.share_low <= line.case.significance


def test_nothing_is_lost(line):
    assert not load_results(line).problems


def test_a_second_run_has_nothing_to_do(line):
    told = []
    files = {path: path.stat().st_mtime_ns for path in line.case.out.rglob("*") if path.is_file()}
    again = Line(line.case, line.settings, tell=lambda stage, done, total: told.append((stage, total)))
    assert run_case(again) == list_reports(line)
    assert {total for _, total in told} == {0}
    assert files == {path: path.stat().st_mtime_ns for path in line.case.out.rglob("*") if path.is_file()}


def test_a_lost_table_is_made_again_with_the_same_bytes(line):
    table = line.table("3-changes")
    before, key = table.read_bytes(), read_key(table)
    table.write_bytes(before[: len(before) // 2])
    run_case(line)
    assert table.read_bytes() == before and read_key(table) == key
