"""Charts are drawn from the tables, say in words what they show, and are the same each time."""

from dataclasses import replace

from pipeline import engine, report
from pipeline.engine import LostWorkerError
from pipeline.report import charts
from pipeline.report.charts import list_marks, list_strengths, make_charts
from tests.report.invented import make_case, make_hostile, make_results


def test_every_chart_has_words_and_equal_bytes():
    case, results = make_case(), make_results()
    drawn = make_charts((case, results))
    assert {"grades", "timeline"} <= {chart.name for chart in drawn}
    assert drawn == make_charts((case, results))
    for chart in drawn:
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


def test_a_process_that_stands_ready_draws_the_same(monkeypatch):
    monkeypatch.setattr(engine, "count_cores", lambda: 2)
    shown = (make_case(), make_results())
    with report.ready_charts():
        assert engine._READY
        drawn = report._draw_charts(*shown)
        assert not engine._READY
    assert drawn == make_charts(shown)


def test_charts_whose_process_is_lost_are_drawn_here(monkeypatch):
    lost = LostWorkerError("ended its worker process (SIGKILL)")
    monkeypatch.setattr(report, "run_over", lambda function, items: [(items[0], lost)])
    shown = (make_case(), make_results())
    assert report._draw_charts(*shown) == make_charts(shown)


def test_thousands_of_placebos_are_an_image_within_the_chart(monkeypatch):
    case, results = make_case(), make_results()
    placebo = tuple(replace(source, role="placebo") if source.role == "rival" else source for source in case.sources)
    strengths = tuple((change.id, source.id, -1.0) for change in results.changes for source in placebo)
    shown = (replace(case, sources=placebo), replace(results, strengths=strengths))
    few = next(chart for chart in make_charts(shown) if chart.name == "placebo")
    monkeypatch.setattr(charts, "_DOTS", 0)
    many = next(chart for chart in make_charts(shown) if chart.name == "placebo")
    assert b"<image" in many.svg and b"<image" not in few.svg


def test_hostile_names_neither_fail_nor_stand_as_markup():
    for chart in make_charts(make_hostile()):
        assert b"<script" not in chart.svg


def test_an_empty_run_has_no_charts():
    assert make_charts((make_case(), make_results(changes=(), evidence=(), attributions=(), links=()))) == ()
