"""report.html: well-formed, escaped, without any request, and telling about whatever is missing."""

import base64
import hashlib
import re
from dataclasses import replace
from itertools import pairwise

import pytest
from lxml import etree, html

from pipeline.records import ClaimCheck
from pipeline.report import Results
from pipeline.report.page import render_page
from tests.report.invented import (
    ASK,
    OPERATIVE,
    REPEATED,
    RULED_OUT,
    STRONG,
    UNMET,
    make_case,
    make_hostile,
    make_results,
)

ALL = make_case().sources  # the target, then the base, then the rest
CASES = {
    "full": (make_case(), make_results()),
    "hostile": make_hostile(),
    "empty": (make_case(), Results()),
    "target alone": (make_case(sources=ALL[:1], themes=(), adopted=None), Results()),
}


def render(name: str) -> html.HtmlElement:
    return html.document_fromstring(render_page(*CASES[name]).decode("utf-8"))


def read_text(page: html.HtmlElement, anchor: str) -> str:
    return " ".join(page.get_element_by_id(anchor).text_content().split())


@pytest.mark.parametrize("name", CASES)
def test_page_is_well_formed(name):
    text = render_page(*CASES[name]).decode("utf-8")
    assert text.startswith("<!DOCTYPE html>")
    text = re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL)
    text = re.sub(r" hidden(?=[ >])", "", text)
    for void in ("meta", "br", "input"):  # the only differences between this page and XML
        text = re.sub(rf"<({void})([^>]*)>", r"<\1\2/>", text)
    text = re.sub(r"(<option [^>]*>[^<]*</option>|<div class=\"voice\" data-first>)", _to_xml, text)
    etree.fromstring(text.removeprefix("<!DOCTYPE html>"))


def _to_xml(match: re.Match[str]) -> str:
    return match[0].replace(" data-first>", ">")


@pytest.mark.parametrize("name", CASES)
def test_page_runs_its_own_script_alone_and_loads_nothing(name):
    page = render(name)
    assert page.xpath("//link | //iframe | //object | //form | //@style | //svg//@href | //foreignObject") == []
    assert [a for a in page.xpath("//@src") if not a.startswith("data:image/png;base64,")] == []
    assert [a for a in page.xpath("//@*") if a.attrname.startswith("on")] == []
    assert [a for a in page.xpath("//@href") if not a.startswith(("#", "https://"))] == []
    assert not re.search(r"@import|url\(", page.xpath("string(//style)"))
    assert not re.search(
        r"innerHTML|insertAdjacent|document\.write|eval|fetch|XMLHttp|import\(", page.xpath("string(//script)")
    )
    script, style = (_hash(page.xpath(f"string(//{tag})")) for tag in ("script", "style"))
    policy = page.xpath("string(//meta[@http-equiv='Content-Security-Policy']/@content)")
    assert len(page.xpath("//script")) == len(page.xpath("//style")) == 1
    assert policy == (
        f"default-src 'none'; img-src data:; style-src '{style}'; script-src '{script}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


@pytest.mark.parametrize("name", CASES)
def test_links_inside_the_page_lead_somewhere_and_ids_are_single(name):
    page = render(name)
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in page.xpath("//@href[starts-with(., '#')]")} <= set(ids)


def test_hostile_text_is_shown_as_text():
    page = render("hostile")
    assert "<script>alert('x')</script>" in page.xpath("string(//h1)")
    assert "{{ 7 * 7 }} {% raw %} {0} {count}" in page.xpath("string(//h1)")


def test_right_to_left_marks_cannot_reach_beyond_their_own_text():
    spilled = [
        element
        for element in render("hostile").iter()
        for text in (element.text or "", element.tail or "")
        if "\u202e" in text and element.tag != "title" and not element.xpath("ancestor-or-self::bdi")
    ]
    assert [(element.tag, element.getparent().attrib) for element in spilled] == []


def test_theme_tables_hold_every_traced_span_in_each_of_its_themes():
    page = render("full")
    rows = {theme: page.get_element_by_id(theme).xpath(".//tr/@data-card") for theme in
            ("theme-1", "theme-2", "theme-3", "theme-other")}  # fmt: skip
    assert rows == {"theme-1": ["card-2", "card-3"], "theme-2": ["card-3"], "theme-3": [], "theme-other": ["card-1"]}


def test_card_marks_its_own_words_apart_from_those_of_other_spans_and_kept_words():
    card = render("full").get_element_by_id("card-2")
    clause = card.xpath(".//*[@data-copy='clause']")[0]
    assert "".join(clause.xpath(".//ins//text()")) == "dry cellars and tide barracks,"
    assert clause.xpath(".//span[@class='other']/text()") == ["without delay"]
    assert card.xpath(".//del//text()") == ["towers"]
    assert OPERATIVE in clause.text_content()


def test_card_marks_the_rare_words_that_clause_and_source_share():
    card = render("full").get_element_by_id("card-2")
    clause, quote = (card.xpath(f".//*[@data-copy='{part}']")[0] for part in ("clause", "quote"))
    assert [mark.text for mark in clause.iter("mark")] == ["dry cellars", "tide barracks"]
    assert [mark.text for mark in quote.iter("mark")] == ["dry cellars", "tide barracks"]


def test_card_shows_source_page_dates_tests_and_the_claimant_beside_a_better_rival():
    page = render("full")
    first, second = read_text(page, "card-2"), read_text(page, "card-3")
    told = (ASK, "2031-01-15", "p. 5", "Tests of lantern-1: 2 of 2 passed", "public before tabling",
            "lantern-1 is dated 66 days", "Four rare words in order.")  # fmt: skip
    for text in told:
        assert text in first
    assert "moderate" in second
    assert "Lantern Watch weak organisation examined" in second


def test_a_quote_in_another_language_says_so():
    sources = tuple(replace(source, language="fr") if source.id == "lantern-1" else source for source in ALL)
    page = html.document_fromstring(render_page(make_case(sources=sources), make_results()).decode("utf-8"))
    assert page.get_element_by_id("card-2").xpath(".//blockquote/@lang") == ["fr"]


def test_what_may_be_said_is_a_sentence_that_names_its_paragraph():
    page = render("full")
    assert f"The wording added in paragraph 2(g) {STRONG}." in read_text(page, "card-2")
    assert "Preambular paragraph 1 is new in this resolution; no source" in read_text(page, "card-1")


def test_card_lists_who_said_it_when_with_tabling_and_adoption():
    days = render("full").get_element_by_id("card-2").xpath(".//ol[@class='moments']/li/span[@class='day']/text()")
    assert days == ["2031-01-15", "2031-03-22", "2031-04-04", "2031-05-01"]


def test_timeline_of_a_theme_is_drawn_and_stands_beside_as_a_table():
    theme = render("full").get_element_by_id("theme-1")
    assert len(theme.xpath(".//svg//*[contains(@class, 'dot')]")) == 2
    rows = theme.xpath(".//details//tbody/tr")
    assert [row.findtext("th") for row in rows] == ["2031-01-15", "2031-03-22", "2031-04-04", "2031-05-01"]
    assert "The draft was tabled." in rows[1].text_content()


def test_delta_shows_kept_added_and_dropped_words_with_words_for_each_mark():
    page = render("full")
    clause = page.get_element_by_id("clause-2")
    dropped = [" ".join(part.text_content().split()) for part in clause.iter("del")]
    assert dropped == ["[dropped: towers]"]
    assert next(clause.iter("ins")).text_content() == "[added: dry cellars and tide barracks,]"
    assert "compared with X/RES/7" in clause.text_content()
    assert page.get_element_by_id("clause-3").xpath("ancestor::details")  # repeated word for word: folded


def test_public_statements_are_shown_with_verdict_and_sentence():
    claim = ClaimCheck("c1", "We were first.", ("primacy",), "partly", ("X/RES/9#2(g)",), (), "Why so.", "Say this.")
    page = html.document_fromstring(render_page(make_case(), make_results(claims=(claim,))).decode("utf-8"))
    section = read_text(page, "claims")
    assert all(text in section for text in ("We were first.", "supported in part", "Why so.", "Say this.", "2(g)"))
    assert "1 public statement of the case file held against the evidence: 1 supported in part." in read_text(
        page, "summary"
    )


@pytest.mark.parametrize(
    ("anchor", "texts"),
    [
        ("summary", ("3 clauses", "2 changed, 1 new", "4 documents", "2029-06 to 2031-05-01", "self-check holds")),
        ("inherited", (REPEATED, "X/RES/7", "2030-04-03")),
        ("unsourced", ("PP1", "silence of the harbour masters")),
        ("ruled-out", (RULED_OUT, "40 days after tabling")),
        ("conflicts", ("visitor", "31", "32")),
        ("placebo", ("25 placebos", "0.0385", "1 of 25", "self-check holds")),
        ("problems", ("rival 1", "scan-8.pdf: no text found")),
        ("documents", ("lantern-late", "undated", "no, see Problems")),
        ("settings", ("toy-model", "clausetrace", "0.1.0")),
    ],
)
def test_section_says(anchor, texts):
    section = read_text(render("full"), anchor)
    assert [text for text in texts if text not in section] == []


def test_asks_not_adopted_come_first():
    section = read_text(render("full"), "asks")
    places = [section.index(text) for text in (UNMET, "No clause comes near.", ASK)]
    assert all(before < after for before, after in pairwise(places))


@pytest.mark.parametrize(
    ("case", "results", "sentence"),
    [
        (make_case(sources=ALL[:1] + ALL[2:]), make_results(), "All is new because the case has no earlier texts"),
        (make_case(), make_results(encoder="none"), "shared words only"),
        (make_case(), make_results(attributions=(), evidence=()), "have not been judged"),
        (make_case(), make_results(problems=()), "All documents could be read."),
        (make_case(sources=ALL[:2]), make_results(), "The case names no claimant"),
        (make_case(sources=ALL[:1]), make_results(), "No document was searched"),
    ],
)
def test_summary_says_what_is_missing(case, results, sentence):
    page = html.document_fromstring(render_page(case, results).decode("utf-8"))
    assert sentence in read_text(page, "summary")


def test_many_links_ruled_out_are_counted_beyond_the_limit(monkeypatch):
    monkeypatch.setattr("pipeline.report.page.RULED_OUT_SHOWN", 2)
    late = make_results().evidence[1]
    page = html.document_fromstring(render_page(make_case(), make_results(evidence=(late,) * 5)).decode("utf-8"))
    assert len(page.get_element_by_id("ruled-out").findall(".//tbody/tr")) == 2
    assert "3 more are in evidence.csv." in read_text(page, "ruled-out")
