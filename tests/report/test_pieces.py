"""Marking the words of a clause: own, of other spans, kept."""

from dataclasses import replace

import pytest

from pipeline.report import summarise_results
from pipeline.report.pieces import mark_clause
from pipeline.report.texts import count_noun, load_texts, shorten_text
from tests.report.invented import CHANGES, CLAUSES, OPERATIVE, make_case, make_quote, make_results

SPAN = "cells, dry cellars and tide barracks, to all"
WIDE = replace(CHANGES[1], quotes=(make_quote("X/RES/9", "c2", SPAN, OPERATIVE.index(SPAN)),))


@pytest.mark.parametrize(
    ("change", "added"),
    [
        (CHANGES[1], ["dry cellars and tide barracks,"]),
        (replace(WIDE, added=("dry cellars", "tide barracks")), ["dry cellars", "tide barracks"]),
        (replace(WIDE, added=("dry cellars", "words not there")), [SPAN]),
        (replace(WIDE, added=()), [SPAN]),
        (replace(CHANGES[1], status="inherited"), []),
        (None, []),
    ],
)
def test_added_words_are_marked_and_the_text_stays_whole(change, added):
    pieces = mark_clause(CLAUSES[1], change)
    assert [piece.text for piece in pieces if piece.mark == "added"] == added
    assert "".join(piece.text for piece in pieces) == OPERATIVE


def test_span_that_is_not_in_its_clause_is_shown_alone():
    stray = replace(CHANGES[1], quotes=(make_quote("X/RES/9", "elsewhere", "dry cellars"),), added=())
    assert [(piece.text, piece.mark) for piece in mark_clause(CLAUSES[1], stray)] == [("dry cellars", "added")]


def test_clause_over_two_pages_is_joined_by_a_blank():
    clause = replace(CLAUSES[1], quotes=(make_quote("X", "a", "one two"), make_quote("X", "b", "three")))
    change = replace(CHANGES[1], quotes=(make_quote("X", "a", "two", 4), make_quote("X", "b", "three")), added=())
    pieces = mark_clause(clause, change)
    assert "".join(piece.text for piece in pieces) == clause.text
    assert [piece.text for piece in pieces if piece.mark == "added"] == ["two", "three"]


def test_terminal_table_has_short_plain_rows_for_traced_spans_only():
    columns, rows = summarise_results(make_case(), make_results(), width=20)
    assert [row[0] for row in rows] == ["PP1", "2(g)", "2(g)"]
    assert rows[1][1:5] == ("dry cellars and…", "strong", "strong", "Lantern Watch,…")
    assert {len(row) for row in rows} == {len(columns)}


@pytest.mark.parametrize(
    ("text", "short"),
    [("a b", "a b"), ("one  two\nthree", "one two…"), ("x" * 20, "xxxxxxxxx…"), ("\x1b[1m", "\ufffd[1m")],
)
def test_shorten_text(text, short):
    assert shorten_text(text, 10) == short


def test_counts_know_singular_and_plural():
    texts = load_texts()
    assert [count_noun(texts, "span", number) for number in (0, 1, 2000)] == ["0 spans", "1 span", "2,000 spans"]
