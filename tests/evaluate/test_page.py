"""The evaluation page: goals judged, everything escaped, what was skipped and why."""

import csv
import json

import pytest

from pipeline.errors import ClausetraceError
from pipeline.evaluate.all import QUICK, Evaluation, measure_all
from pipeline.evaluate.measured import Measured
from pipeline.evaluate.page import judge_goal, write_evaluation
from pipeline.settings import load_settings


def measured(value, goal, note=""):
    return Measured("score", "pairs", "recall@10", value, 18, 0.7, 0.9, goal, note)


@pytest.mark.parametrize(
    ("value", "goal", "verdict"),
    [
        (0.8, ">= 0.78", "reached"),
        (0.77, ">= 0.78", "missed"),
        (0.05, "<= .05", "reached"),
        (0.05, "< 0.05", "missed"),
        (0, "= 0", "reached"),
        (0.41, "> 0.4", "reached"),
        (0.41, "", ""),
        (0.41, "as high as possible", ""),
    ],
)
def test_goals(value, goal, verdict):
    assert judge_goal(measured(value, goal)) == verdict


def test_files_hold_every_figure_escaped(tmp_path):
    rows = (measured(0.8, ">= 0.78", "<b>note</b>"), measured(0.7, ">= 0.78"))
    evaluation = Evaluation(rows, (("ocr", "no labels"),), (("encoder", "none"),))
    page, table, data = write_evaluation(evaluation, tmp_path)
    html = page.read_text(encoding="utf-8")
    assert "Goals reached: 1, missed: 1" in html
    assert "&lt;b&gt;note" in html
    assert "<b>note" not in html
    assert "ocr: no labels" in html
    assert "http" not in html
    with table.open(encoding="utf-8", newline="") as handle:
        assert [row["reached"] for row in csv.DictReader(handle)] == ["reached", "missed"]
    assert json.loads(data.read_text(encoding="utf-8"))["rows"][0]["metric"] == "recall@10"


def test_parts_without_labels_are_skipped_with_a_reason(tmp_path):
    settings = load_settings(encoder="none")
    found = measure_all(None, tmp_path, QUICK, settings, only=["cross-country", "alignment"])
    assert found.rows == ()
    reason = "no folder of labelled documents was named"
    assert dict(found.skipped) == {"cross-country": reason, "alignment": reason}
    found = measure_all(tmp_path, tmp_path, QUICK, settings, only=["alignment"])
    assert found.skipped == (("alignment", "unsc-gold is not there"),)


def test_unknown_part_is_refused(tmp_path):
    with pytest.raises(ClausetraceError, match="no such part"):
        measure_all(None, tmp_path, QUICK, load_settings(encoder="none"), only=["weather"])
