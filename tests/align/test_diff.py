"""What a reader would call a change, and what not."""

import pytest

from pipeline.align import trace_changes
from pipeline.align.diff import compare_texts
from pipeline.align.tokens import read_words
from pipeline.settings import load_settings
from tests.align.series import make_clauses, make_earlier, make_source

SETTINGS = load_settings().align
LAST = make_source("R/23", "2023-04-04")
OLD = (
    "Urges the authorities to close the northern camps, to release the prisoners and to publish the names of the dead;"
)


def trace(text, earlier):
    rows = trace_changes(make_clauses("T", [text]), [make_earlier(LAST, earlier)], SETTINGS)
    added = [run for row in rows if row.status != "inherited" for run in row.added]
    return rows[0].status, added, list(rows[0].removed)


@pytest.mark.parametrize(
    ("text", "earlier"),
    [
        ("Urges the “port” – and co-operation;", 'urges the "port" - and cooperation:'),
        ("Honours twelve centres of the programme;", "Honors 12 centers of the program;"),
        ("Invites it to its 95th session;", "Invites it to its ninety-fifth session;"),
        ("Notes the report of the SecretaryGeneral;", "Notes the report of the Secretary-General;"),
        ("Deplores the disappearance of monks;", "Deplores the disapearance of monks;"),
        ("Condemns attacks on nuns, teachers and fishermen;", "Condemns attacks on teachers, fishermen and nuns;"),
        ("Urges (a) an end to raids and (b) free ferries;", "Urges (i) an end to raids and (ii) free ferries;"),
        ("Also urges the closing of the camps;", "Urges the closing of the camps;"),
        (
            "It deplores the hidden transfer of prisoners. Notes the report of the envoy. It thanks the guard;",
            "Notes the report of the envoy. It deplores the hidden transfer of prisoners. It thanks the guard;",
        ),
    ],
)
def test_no_change(text, earlier):
    assert trace(text, earlier) == ("inherited", [], [])


@pytest.mark.parametrize(
    ("text", "added", "removed"),
    [
        (OLD.replace("Urges", "Demands that"), ["Demands that"], ["Urges"]),
        (OLD.replace("Urges", "Strongly urges"), ["Strongly"], []),
        (OLD.replace("to close", "not to close"), ["not"], []),
        (OLD.replace("camps,", "camps of the islands (all eleven),"), ["of the islands (all eleven)"], []),
        (
            OLD.replace("Urges the authorities", "Calls upon the Government"),
            ["Calls upon the Government"],
            ["Urges the authorities"],
        ),
        (OLD.replace(" of the dead", " of the dead and of the missing"), ["and of the missing"], []),
    ],
)
def test_words_that_changed(text, added, removed):
    assert trace(text, OLD) == ("changed", added, removed)


@pytest.mark.parametrize(
    ("text", "earlier", "added", "removed"),
    [
        ("until 31 May 1980;", "until 31 May 1979;", ["1980"], ["1979"]),
        ("until 12 May 1980;", "until 4 May 1979;", ["12 May 1980"], ["4 May 1979"]),
        ("until 30 November 1984;", "until 31 May 1983;", ["30 November 1984"], ["31 May 1983"]),
        ("from 4 to 9 observers;", "from 3 to 7 observers;", ["4", "9"], ["3", "7"]),
        ("for twelve months;", "for six months;", ["twelve"], ["six"]),
        ("under item 5;", "under item 4;", ["5"], ["4"]),
    ],
)
def test_only_the_dates_and_numbers_change(text, earlier, added, removed):
    head = "Decides to renew the mandate of the observers in the harbour "
    assert trace(head + text, head + earlier) == ("changed", added, removed)


@pytest.mark.parametrize(
    ("text", "earlier", "added"),
    [
        ("Decides to renew the mandate of the pilots;", "Decides not to renew the mandate of the pilots;", ["renew"]),
        ("Decides that the pilots may visit ships;", "Decides that the pilots shall visit ships;", ["may"]),
        ("Notes attacks by the army on the rebels;", "Notes attacks by the rebels on the army;", ["on the rebels"]),
        ("Notes detention of the ferrymen;", "Notes retention of the ferrymen;", ["detention"]),
    ],
)
def test_small_words_that_turn_the_meaning(text, earlier, added):
    assert trace(text, earlier)[:2] == ("changed", added)


def test_dropped_words_alone_leave_the_clause_inherited():
    assert trace(OLD.replace(" to release the prisoners and", ""), OLD) == (
        "inherited",
        [],
        ["to release the prisoners and"],
    )


def test_blocks_are_common_and_apart():
    here, there = OLD, OLD.replace("northern camps", "camps of the north").replace("Urges", "Asks")
    diff = compare_texts(here, there)
    left, right = read_words(here), read_words(there)
    for block in diff.blocks:
        assert [w.key for w in left[block.start : block.end]] == [
            w.key for w in right[block.other_start : block.other_end]
        ]
    assert sum(block.end - block.start for block in diff.blocks) == len(diff.kept) == len(diff.survived)


def test_an_empty_text_has_no_words():
    assert compare_texts("", OLD).kept == frozenset()
    assert compare_texts(OLD, "").kept == frozenset()
