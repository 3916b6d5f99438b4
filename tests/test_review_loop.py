"""The review loop of a case as people go through it: export, two filled copies, import, run again."""

import csv

import pytest
from openpyxl import load_workbook

from pipeline.case import load_case
from pipeline.records import Attribution, Review
from pipeline.run import Line, load_results, run_case
from pipeline.settings import load_settings
from tests.small_case import TARGET, write_case
from tests.test_cli import call  # noqa: F401

pytestmark = pytest.mark.weights
FIXED = ("--encoder", "toy", "--quiet", "--workers", 1)
VERDICT, REASON = 13, 14  # columns of the sheet of links


def open_line(folder):
    return Line(load_case(folder), load_settings(encoder="toy"), workers=1)


def fill_copy(book, path, reviewer, verdicts, day="2024-06-01"):
    """A copy of the exported workbook with one verdict a row; None leaves the row empty."""
    loaded = load_workbook(book)
    loaded["Start"]["B3"], loaded["Start"]["B4"] = reviewer, day
    for row, verdict in enumerate(verdicts, start=2):
        loaded["Links"].cell(row=row, column=VERDICT).value = verdict
        if verdict == "disagree":
            loaded["Links"].cell(row=row, column=REASON).value = "=the lists differ"
    loaded.save(path)
    return path


def read_grades(folder):
    return {
        row.clause.rpartition("#")[2]: row.best_grade for row in open_line(folder).read("6-attributions", Attribution)
    }


def test_the_whole_loop(call, tmp_path):  # noqa: F811
    case = write_case(tmp_path / "case")
    code, out, _ = call("review", "export", case, *FIXED)
    book = case / "reports/review.xlsx"
    assert code == 0 and out.split() == [str(book)]
    assert "is there already" in call("review", "export", case, *FIXED)[2]
    graded = read_grades(case)
    assert load_workbook(book)["Links"].max_row == 3 and graded["1(b)"] == "moderate"

    ann = fill_copy(book, tmp_path / "ann.xlsx", "Ann", ["disagree", "agree"])
    ben = fill_copy(book, tmp_path / "ben.xlsx", "Ben", ["disagree", "disagree"])
    code, out, _ = call("review", "import", case, ann, ben)
    assert code == 0 and "4 added" in out
    assert "Ann and Ben gave the same verdict on 1 of 2 links; kappa 0.00" in out
    assert out.count("to settle:") == 1 and "Ben: disagree (=the lists differ)" in out

    code, out, _ = call("run", case, *FIXED)
    lowered = read_grades(case)
    assert code == 0 and lowered["1(b)"] == "weak" and lowered["1(a)"] == graded["1(a)"]
    page = (case / "reports/report.html").read_text(encoding="utf-8")
    assert "Reviewed by 2 reviewers: 2 of them say" in page and "Ann, 2024-06-01: disagrees (counted)" in page
    table = (case / "reports/attribution.csv").read_text(encoding="utf-8")
    assert "Reviewed by 2 reviewers, unsettled" in table
    with (case / "hand/reviews.csv").open(encoding="utf-8", newline="") as file:
        assert {row["reason"] for row in csv.DictReader(file)} == {"", "'=the lists differ"}

    before = (case / "hand/reviews.csv").read_bytes()
    assert "0 added, 0 of them later verdicts; 2 known before" in call("review", "import", case, ann)[1]
    assert (case / "hand/reviews.csv").read_bytes() == before
    later = fill_copy(book, tmp_path / "later.xlsx", "ann", ["agree", None], day="2024-06-09")
    assert "1 added, 1 of them later verdicts" in call("review", "import", case, later)[1]
    call("run", case, *FIXED)
    assert (case / "hand/reviews.csv").read_bytes().startswith(before)
    states = [(row.reviewer, row.state) for row in open_line(case).read("6-reviews", Review)]
    assert ("Ann", "superseded") in states and ("ann", "counted") in states

    target = case / "documents/target.md"
    target.write_text(TARGET.replace("night wards", "night kennels"), encoding="utf-8")
    call("run", case, *FIXED)
    states = [row.state for row in open_line(case).read("6-reviews", Review) if "1(b)" in row.change]
    assert set(states) == {"reopened"} and read_grades(case)["1(b)"] == graded["1(b)"]
    assert "open again: the quotes are no longer those that were read" in (case / "reports/report.html").read_text(
        encoding="utf-8"
    )
    assert (case / "hand/reviews.csv").read_bytes().startswith(before)


def test_nothing_is_taken_when_one_row_is_wrong(call, tmp_path):  # noqa: F811
    case = write_case(tmp_path / "case")
    call("review", "export", case, *FIXED)
    good = fill_copy(case / "reports/review.xlsx", tmp_path / "good.xlsx", "Ann", ["agree"])
    bad = fill_copy(case / "reports/review.xlsx", tmp_path / "bad.xlsx", "", ["agree"])
    code, _, err = call("review", "import", case, good, bad)
    assert code == 1 and "bad.xlsx, sheet Links, row 2: the column reviewer is empty" in err and err.count("\n") == 1
    assert not (case / "hand").exists()
    assert call("review", "import", case, tmp_path / "none.xlsx")[0] == 1
    assert call("review", "import", case)[0] == 2


def test_a_bad_row_is_a_problem_of_the_run_and_of_the_report(call, tmp_path):  # noqa: F811
    case = write_case(tmp_path / "case")
    call("review", "export", case, *FIXED)
    call("review", "import", case, fill_copy(case / "reports/review.xlsx", tmp_path / "a.xlsx", "Ann", ["disagree"]))
    with (case / "hand/reviews.csv").open("a", encoding="utf-8") as file:
        file.write("a,b\n")
    code, _, err = call("run", case, *FIXED)
    assert code == 0 and "hand/reviews.csv, line 3: has 2 cells" in err
    assert "hand/reviews.csv, line 3" in (case / "reports/report.html").read_text(encoding="utf-8")
    assert read_grades(case)["1(b)"] == "weak"


def test_a_rerun_without_new_reviews_has_nothing_to_do(tmp_path):
    write_case(tmp_path)
    run_case(open_line(tmp_path))
    told = {}
    line = Line(
        load_case(tmp_path), load_settings(encoder="toy"), workers=1,
        tell=lambda stage, done, total: told.update({stage: total}),
    )  # fmt: skip
    run_case(line)
    assert told["attribute"] == told["report"] == 0
    (tmp_path / "hand").mkdir()
    (tmp_path / "hand/reviews.csv").write_text("", encoding="utf-8")
    run_case(line)
    assert told["attribute"] > 0 and load_results(line).reviews == ()
