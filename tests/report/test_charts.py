"""Charts are drawn from the tables, say in words what they show, and are the same each time."""

from dataclasses import replace

from pipeline.report.charts import list_marks, list_strengths, make_charts
from tests.report.invented import make_case, make_hostile, make_results


def test_every_chart_has_words_and_equal_bytes():
    case, results = make_case(), make_results()
    charts = make_charts((case, results))
    assert {"grades", "timeline"} <= {chart.name for chart in charts}
    assert charts == make_charts((case, results))
    for chart in charts:
        assert chart.png.startswith(b"\x89PNG")
        assert b"<svg" in chart.svg
        assert any(letter.isdigit() for letter in chart.words)


def test_the_words_count_what_the_tables_hold():
    case, results = make_case(), make_results()
    grades = next(chart for chart in make_charts((case, results)) if chart.name == "grades")
    traced = [row for row in results.attributions if row.status != "inherited"]
    assert f" {len(traced)} spans" in grades.words


def test_undated_documents_are_not_on_the_timeline():
    case, results = make_case(), make_results()
    dated = {source.id for source in case.sources if source.date}
    assert {mark.source for mark in list_marks(case, results)} <= dated
    half = tuple(replace(source, date="2029") for source in case.sources)
    assert all(mark.day.year == 2029 for mark in list_marks(replace(case, sources=half), results))


def test_strengths_are_the_best_of_each_document():
    case, results = make_case(), make_results()
    placebo = tuple(replace(source, role="placebo") if source.role == "rival" else source for source in case.sources)
    strengths = list_strengths(replace(case, sources=placebo), results)
    for span, (others, _) in strengths.items():
        for value in others:
            assert value in {link.log_odds for link in results.links if link.change == span}
    assert list_strengths(case, results) == {}


def test_hostile_names_neither_fail_nor_stand_as_markup():
    for chart in make_charts(make_hostile()):
        assert b"<script" not in chart.svg


def test_an_empty_run_has_no_charts():
    assert make_charts((make_case(), make_results(changes=(), evidence=(), attributions=(), links=()))) == ()
