"""Clauses against several earlier texts: moved, split, merged, re-lettered, since when, and which years lack them."""

from pipeline.align import pair_clauses, trace_changes
from pipeline.settings import load_settings
from tests.align.series import make_clauses, make_earlier, make_source

SETTINGS = load_settings().align
R21, R22, R23 = (make_source(f"R/{year}", f"20{year}-04-01") for year in (21, 22, 23))
TWIN = make_source("GA/22", "2022-12-15", "sister")
DRAFT = make_source("L/7", "2024-03-01", kind="draft")
WHOLE = (
    "Urges the authorities to close the northern camps and to release the prisoners held there without trial, "
    "and to publish the names of all those who died in custody;"
)
HALVES = (
    "Urges the authorities to close the northern camps and to release the prisoners held there without trial;",
    "Also urges the authorities to publish the names of all those who died in custody;",
)


def trace(texts, *earlier):
    return trace_changes(make_clauses("T", texts), earlier, SETTINGS)


def test_halves_of_a_clause_are_inherited_and_nothing_was_dropped():
    rows = trace(HALVES, make_earlier(R23, WHOLE))
    assert [(row.status, row.earlier_clause, row.removed) for row in rows] == [("inherited", "R/23#1", ())] * 2


def test_what_a_half_adds_is_its_only_change():
    rows = trace([HALVES[0], HALVES[1].replace(";", " within thirty days;")], make_earlier(R23, WHOLE))
    assert [(row.status, row.added) for row in rows] == [("inherited", ()), ("changed", ("within thirty days",))]


def test_a_merged_clause_names_both_of_its_sources():
    (row,) = trace([WHOLE], make_earlier(R23, *HALVES, "Thanks the envoy;"))
    assert (row.status, row.earlier_clause, row.joined) == ("inherited", "R/23#1", ("R/23#2",))


def test_the_same_opening_makes_no_version():
    head = "Requests the High Commissioner to submit to the Council at its next session a "
    old = make_earlier(R23, head + "report on the salt tax;")
    rows = trace([head + "report on the salt tax;", head + "study on torture in the barracks;"], old)
    assert [row.status for row in rows] == ["inherited", "new"]


def test_from_the_preamble_to_the_operative_part():
    old = make_earlier(R23, ("PP1", "Deploring the beating of novice monks in bilge cells,"))
    (row,) = trace(["Deplores the beating of novice monks in bilge cells;"], old)
    assert (row.status, row.earlier_clause, row.moved) == ("inherited", "R/23#PP1", True)


def test_an_inserted_item_moves_the_letters_only():
    old = make_earlier(R23, "Urges Norland:", ("1(a)", "To free the ferrymen;"), ("1(b)", "To admit the envoy;"))
    new = ["Urges Norland:", ("1(a)", "To free the ferrymen;"), ("1(b)", "To open the salt archive;")]
    rows = trace([*new, ("1(c)", "To admit the envoy;")], old)
    assert [(row.status, row.moved, row.chapeau_changed) for row in rows] == [
        ("inherited", False, False),
        ("inherited", False, False),
        ("new", False, False),
        ("inherited", True, False),
    ]


def test_a_changed_chapeau_is_told_with_every_item_below():
    items = [("1(a)", "To free the ferrymen;"), ("1(b)", "To admit the envoy;")]
    rows = trace(["Condemns Norland for failing:", *items], make_earlier(R23, "Urges Norland:", *items))
    assert [(row.status, row.chapeau_changed) for row in rows] == [
        ("changed", False),
        ("inherited", True),
        ("inherited", True),
    ]


def test_a_sentence_printed_as_a_list_is_inherited():
    old = make_earlier(R23, ("4", "Condemns the beating of monks in bilge cells, under tar hoods and on gravel beds;"))
    new = [("4", "Condemns the beating of monks, namely:"), ("4(a)", "Bilge cells;"), ("4(b)", "Tar hoods;")]
    rows = trace(new, old)
    assert [row.status for row in rows] == ["inherited"] * 3
    assert rows[0].removed == ("and on gravel beds",)


def test_a_passage_from_another_clause_shows_its_changes_only():
    passage = "{} that the fishing villages along the western shore be told of each transfer in writing;"
    old = make_earlier(R23, "Thanks the coast guard;", "Notes the law, and " + passage.format("requests"))
    (row,) = trace(["Thanks the coast guard, and " + passage.format("demands")], old)
    assert (row.status, row.added) == ("changed", ("and demands",))


def test_since_when_and_which_years_lack_it():
    kept, tides = "Deplores the closing of the reading rooms in all parishes;", "Notes the tides;"
    (row,) = trace([kept], make_earlier(R23, kept), make_earlier(R21, tides, kept), make_earlier(R22, tides))
    assert (row.status, row.since, row.earlier_clause, row.gaps) == ("inherited", "R/21", "R/21#2", ("R/22",))


def test_a_verb_that_came_back_stands_since_its_first_year():
    text = "{} that the ferries of the northern parishes run at night;"
    years = [(R21, "Demands"), (R22, "Requests"), (R23, "Requests")]
    (row,) = trace([text.format("Demands")], *(make_earlier(year, text.format(verb)) for year, verb in years))
    assert (row.status, row.since, row.gaps) == ("inherited", "R/21", ("R/22", "R/23"))


def test_parts_of_another_years_date_do_not_make_this_years():
    text = "Decides to renew the mandate of the observers until {};"
    years = [(R21, "31 May 2021"), (R22, "30 November 2022")]
    (row,) = trace([text.format("31 May 2023")], *(make_earlier(year, text.format(date)) for year, date in years))
    assert (row.added, row.removed) == (("31 May 2023",), ("30 November 2022",))
    assert (row.since, row.earlier_source) == ("R/21", "R/22")


def test_drafts_and_the_twin_are_earlier_texts_but_no_years_of_the_series():
    asked = "Urges that survivors of the penal barges be heard by a judge;"
    (row,) = trace(
        [asked], make_earlier(R23, "Notes the tides;"), make_earlier(TWIN, asked), make_earlier(DRAFT, asked)
    )
    assert (row.status, row.since, row.gaps) == ("inherited", "GA/22", ("R/23",))
    (row,) = trace([asked], make_earlier(DRAFT, asked))
    assert (row.status, row.since, row.gaps) == ("inherited", "L/7", ())


def test_the_order_of_earlier_texts_does_not_matter():
    texts = [make_earlier(R21, WHOLE), make_earlier(R23, *HALVES), make_earlier(TWIN, "Notes the tides;", WHOLE)]
    assert trace([WHOLE, "Thanks the envoy;"], *texts) == trace([WHOLE, "Thanks the envoy;"], *reversed(texts))


def test_the_best_assignment_wins_over_the_first_match():
    left = make_clauses("T", ["Urges the closing of camps in the north;", "Urges the closing of camps in the south;"])
    right = make_clauses("R", ["Urges the closing of camps in the south;", "Urges the closing of camps;"])
    assert pair_clauses(left, right, 0.3) == {0: 1, 1: 0}
