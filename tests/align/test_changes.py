"""What is new: tables of earlier texts, a clause, and the words that count as added."""

from dataclasses import replace

import pytest

from pipeline.align import EarlierText, find_added, pair_clauses, trace_changes
from pipeline.records import Clause, Quote, Source
from pipeline.settings import load_settings

SETTINGS = load_settings().align
SOURCE = Source("B/1", "base", "resolution", "Council", "t", "2023-04-04", "printed", "en", "", "", "")


def clause(text, label="1", source="T"):
    quote = Quote(source, 1, f"{source}¶{label}", 5, 5 + len(text), text)
    return Clause(f"{source}#{label}", source, 0, "operative", label, None, None, (quote,))


def earlier(*texts, source=SOURCE):
    clauses = tuple(clause(text, str(number), source.id) for number, text in enumerate(texts, start=1))
    return EarlierText(source, clauses)


OLD = "Urges the authorities to close the northern camps and to release the prisoners held there without trial;"


@pytest.mark.parametrize(
    ("text", "status", "added"),
    [
        (OLD, "inherited", ()),
        (OLD.replace("the northern", "all of the northern"), "inherited", ()),
        (OLD.replace("Urges", "Also urges"), "inherited", ()),
        (OLD.replace("Urges", "Demands that"), "changed", ("Demands that",)),
        (
            OLD.replace("camps", "camps, labour brigades and holding yards"),
            "changed",
            ("labour brigades and holding yards",),
        ),
        ("Stresses the need for fisheries data;", "new", ("Stresses the need for fisheries data;",)),
    ],
)
def test_a_clause_beside_last_years_text(text, status, added):
    changes = trace_changes([clause(text)], [earlier(OLD)], SETTINGS)
    assert [change.status for change in changes] == [status]
    assert changes[0].added == added
    for quote in changes[0].quotes:
        assert text[quote.start - 5 : quote.end - 5] == quote.text


def test_distant_additions_are_spans_of_their_own():
    text = OLD.replace("Urges", "Demands that").replace("without trial", "without trial or access to a doctor")
    changes = trace_changes([clause(text)], [earlier(OLD)], SETTINGS)
    assert [change.added for change in changes] == [("Demands that",), ("or access to a doctor",)]
    assert [change.id for change in changes] == ["T#1/1", "T#1/2"]


def test_a_moved_sentence_is_not_new():
    moved = "and expresses grave concern at the hidden transfer of prisoners by night;"
    text = "Welcomes the visit of the rapporteur to the coast, " + moved
    base = earlier("Welcomes the visit of the rapporteur to the coast;", "Notes the report " + moved)
    assert [change.status for change in trace_changes([clause(text)], [base], SETTINGS)] == ["inherited"]


def test_a_list_printed_as_a_sentence_is_not_new():
    above = clause("Condemns the ill-treatment of novice monks, namely:", "4", "B/1")
    items = [
        replace(clause(text, f"4({letter})", "B/1"), chapeau=above.quotes)
        for letter, text in zip("abcd", ("Bilge cells;", "Tar hoods;", "Gravel beds;", "Whistle drills;"), strict=True)
    ]
    ways = "in bilge cells, under tar hoods, on gravel beds and in whistle drills;"
    text = f"Condemns the ill-treatment of novice monks {ways}"
    changes = trace_changes([clause(text)], [EarlierText(SOURCE, (above, *items))], SETTINGS)
    assert [change.status for change in changes] == ["inherited"]
    other = text.replace("gravel beds", "salt pits").replace("tar hoods", "wire masks")
    assert trace_changes([clause(other)], [EarlierText(SOURCE, (above, *items))], SETTINGS)[0].status == "changed"


def test_the_sister_text_and_the_older_year_count_too():
    sister = replace(SOURCE, id="GA", role="sister", date="2022-12-15")
    changes = trace_changes([clause(OLD)], [earlier(OLD), earlier(OLD, source=sister)], SETTINGS)
    assert (changes[0].status, changes[0].earlier_source) == ("inherited", "GA")


def test_without_earlier_texts_all_is_new():
    assert [change.status for change in trace_changes([clause(OLD)], [], SETTINGS)] == ["new"]


def test_pairs_are_one_to_one_and_keep_their_place():
    left = [clause("Persons with disabilities;", "2(a)"), clause("Persons with disabilities;", "3(a)")]
    right = [clause("Persons with disabilities;", "3(a)", "B"), clause("Persons with disabilities;", "2(a)", "B")]
    assert pair_clauses(left, right, 0.45) == {0: 1, 1: 0}


def test_added_words_as_printed():
    assert find_added("May enter, freely, at any time", "may enter at any time") == ("freely",)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Ratify the convention on the rights of all seafarers (Norland) (Vastria; Estland);", "inherited"),
        ("Ratify the convention on the rights of all seafarers (Vastria);", "inherited"),
        ("Ratify the convention on the rights of all seafarers (its first protocol) (Vastria);", "changed"),
    ],
)
def test_the_states_that_recommend_are_no_wording(text, status):
    before = replace(clause("Ratify the convention on the rights of all seafarers (Ombria);"), stakeholders=("Ombria",))
    now = replace(clause(text), stakeholders=("Norland", "Vastria", "Estland"))
    changes = trace_changes([now], [EarlierText(SOURCE, (before,))], SETTINGS)
    assert {change.status for change in changes} == {status}
    assert not any("Vastria" in quote.text for change in changes for quote in change.quotes)
