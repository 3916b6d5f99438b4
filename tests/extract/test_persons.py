"""Names of persons: with and without titles, and no names where there are none."""

import pytest

from pipeline.extract import find_persons, load_language
from pipeline.settings import load_settings
from pipeline.weights import find_model

pytestmark = pytest.mark.weights


@pytest.fixture(scope="module")
def nlp():
    return load_language(find_model(load_settings().extract.language_model).folder)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ms. Mirela Stove told us about the yard.", "Mirela Stove"),
        ("The warden Toma Brill beat inmates.", "Toma Brill"),
        ("Judge van der Laan’s clerk kept the list.", "van der Laan"),
        ("According to John Smith, the cells were cold.", "John Smith"),
    ],
)
def test_names_are_found(nlp, text, name):
    assert name in find_persons([text], nlp)


def test_words_that_also_stand_in_small_letters_are_no_names(nlp):
    assert find_persons(["Farmers left. The farmers said so.", "OFFICIALS", "Officials met officials."], nlp) == ()


def test_the_family_name_alone_is_withheld_too(nlp):
    assert "Brill" in find_persons(["The warden Toma Brill beat inmates.", "Brill left."], nlp)
