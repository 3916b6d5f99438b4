"""Figures are counts with their unit; years, days and the numbers of articles are none."""

from typing import TYPE_CHECKING

import pytest

from pipeline.extract.figures import read_figures, read_number

if TYPE_CHECKING:
    from pipeline.extract.language import English

ROWS = [
    ("The report names 784 detainees.", [(784, "detainee")]),
    ("It lists 5,181 violations in 16 prisons.", [(5181, "violation"), (16, "prison")]),
    ("The text had 54 co-sponsors.", [(54, "co-sponsor")]),
    ("Twelve women and 3 men died.", [(12, "woman"), (3, "man")]),
    ("About 40 per cent of women were tried.", [(40, "percent of woman")]),
    ("Of the wardens 12.5% were promoted.", [(12.5, "percent")]),
    ("Soldiers held 30 political prisoners.", [(30, "political prisoner")]),
    ("Some 2.5 million people fled.", [(2500000, "people")]),
    ("In 2019 the camp was closed on 4 May 2020.", []),
    ("Article 14 and paragraph 3 of resolution 12/4 apply.", []),
    ("The 1951 Convention applies to the 2022 elections.", []),
]


@pytest.mark.weights
@pytest.mark.parametrize(("sentence", "expected"), ROWS)
def test_reads_counts_with_units(sentence: str, expected: list[tuple[float, str]], nlp: "English") -> None:
    (doc,) = nlp.parse([sentence])
    assert [(figure.value, figure.unit) for figure in read_figures(doc)] == expected


@pytest.mark.weights
def test_offsets_hold_number_and_unit(nlp: "English") -> None:
    sentence = "The report names 784 former detainees."
    (doc,) = nlp.parse([sentence])
    (figure,) = read_figures(doc)
    assert sentence[figure.start : figure.end] == "784 former detainees"


@pytest.mark.parametrize(
    ("text", "value"), [("5,181", 5181), ("twelve", 12), ("3.5", 3.5), ("4th", None), ("12/4", None)]
)
def test_reads_numbers(text: str, value: float | None) -> None:
    assert read_number(text) == value
