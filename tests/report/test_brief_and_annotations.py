"""brief.md and evidence.jsonld: complete, escaped, and silent about causes."""

import json
from dataclasses import replace

import pytest

from pipeline.records import Paragraph
from pipeline.report import Results
from pipeline.report.annotations import render_annotations
from pipeline.report.brief import escape_markdown, render_brief
from pipeline.report.harvest import make_harvest_frame
from tests.report.invented import UNMET, make_case, make_hostile, make_results

CASES = {"full": (make_case(), make_results()), "hostile": make_hostile(), "empty": (make_case(), Results())}


@pytest.mark.parametrize("name", CASES)
def test_brief_has_all_its_parts(name):
    brief = render_brief(*CASES[name]).decode("utf-8")
    assert brief.count("\n## ") == 4
    assert "<script" not in brief
    assert "](" not in brief.replace("\\](", "")


def test_brief_names_what_was_not_adopted():
    assert escape_markdown(UNMET)[:40] in render_brief(*CASES["full"]).decode("utf-8")


@pytest.mark.parametrize(
    ("text", "shown"),
    [("[a](b)", "\\[a\\](b)"), ("<b>", "&lt;b&gt;"), ("a\n# b", "a \\# b"), ("2(g)", "2(g)"), ("a|b*c", "a\\|b\\*c")],
)
def test_markdown_is_escaped(text, shown):
    assert escape_markdown(text) == shown


@pytest.mark.parametrize("name", CASES)
def test_annotations_point_to_what_they_quote(name):
    case, results = CASES[name]
    graph = json.loads(render_annotations(case, results))["@graph"]
    ids = [node["id"] for node in graph]
    assert len(ids) == len(set(ids))
    judged = [node for node in graph if "grade" in node]
    known = {finding.id for finding in results.findings}
    assert len(judged) == sum(row.finding in known for row in results.evidence)
    for node in judged:
        assert {quote["id"] for quote in node["prov:wasDerivedFrom"]} <= set(ids)
    targets = [target for node in graph for target in node.get("target", ())]
    assert {target["source"] for target in targets} <= set(ids)


def test_positions_count_letters_of_the_whole_document():
    case, results = CASES["full"]
    quote = next(row for finding in results.findings for row in finding.quotes)
    before = Paragraph("head", quote.source, 0, 1, "heading", None, "A head of thirty letters, more")
    body = Paragraph(quote.paragraph, quote.source, 1, 1, "body", None, "x" * quote.start + quote.text + " and so on")
    graph = json.loads(render_annotations(case, replace(results, paragraphs=(body, before))))["@graph"]
    places = [
        (selector["start"], selector["end"])
        for node in graph
        for target in node.get("target", ())
        if target["selector"][0]["exact"] == quote.text
        for selector in target["selector"]
        if selector["type"] == "TextPositionSelector"
    ]
    stream = before.text + "\n" + body.text
    assert places and all(stream[start:end] == quote.text for start, end in places)


@pytest.mark.parametrize("name", CASES)
def test_every_outcome_has_a_row_and_substantiation_stays_open(name):
    case, results = CASES[name]
    frame = make_harvest_frame(case, results)
    assert len(frame) == sum(change.status != "inherited" for change in results.changes)
    assert set(frame["significance"]) <= {"open"}
