"""The ready cases: facts only, every date with its basis, every document to be had by address or by hand."""

import tomllib

import pytest

from pipeline.case import date_limits, load_case
from pipeline.fetch.addresses import explain_by_hand, list_address
from tests.conftest import REPOSITORY

CASES = REPOSITORY / "data" / "cases"
READY = ("dprk-hrc-55-21", "slovenia-upr-2025")


@pytest.fixture(params=READY)
def case(request):
    return load_case(CASES / request.param)


def test_documents_are_named_and_not_shipped(case):
    assert (case.folder / "README.md").is_file()
    assert (case.folder / ".gitignore").read_text(encoding="utf-8").split() == ["documents/"]
    for source in case.sources:
        assert source.title and source.publisher, source.id
        assert list_address(source) or "By hand: look for" in explain_by_hand(
            source, case.folder, case.files[source.id]
        )


def test_there_are_enough_placebos_and_all_came_before_tabling(case):
    placebos = case.sources_as("placebo")
    assert len(placebos) >= 20
    for source in placebos:
        assert date_limits(source.date)[1] < case.tabled, source.id
        assert not any(name.lower() in source.title.lower() for name in case.mask), source.id


def test_earlier_texts_came_before_the_target(case):
    for source in case.sources_as("base", "sister"):
        assert date_limits(source.date)[1] < case.tabled, source.id


def test_the_seed_case_holds_what_the_method_lists():
    case = load_case(CASES / "dprk-hrc-55-21")
    assert case.target.id == "A/HRC/RES/55/21"
    assert len(case.sources_as("base")) == len(case.sources_as("sister")) == 10
    assert {theme.id for theme in case.themes} == {"prison-system", "sexual-violence", "transparency", "accountability"}
    assert len(case.claims) == 5
    for name in ("korea-future-2024-penal-system", "korea-future-2024-women"):
        paper = next(source for source in case.sources if source.id == name)
        first, last = date_limits(paper.date)
        assert first <= case.tabled <= last, "an unknown day must not be settled by the case file"


def test_the_seed_case_expects_g1_to_g12_of_documents_that_it_names():
    expected = tomllib.loads((CASES / "dprk-hrc-55-21" / "expected.toml").read_text(encoding="utf-8"))
    names = {source.id for source in load_case(CASES / "dprk-hrc-55-21").sources}
    assert [row["id"] for row in expected["row"]] == [f"G{number}" for number in range(1, 13)]
    for row in [*expected["row"], *expected["conflict"]]:
        assert {*row.get("needs", []), *row.get("dated", [])} <= names, row["id"]
        assert row.keys() >= {"reason"} or "values" in row
        assert ("undated_grade" in row) == ("dated" in row)
    assert [row["values"] for row in expected["conflict"]] == [[784, 785], [5181, 5180], [259, 269], [54, 55]]
