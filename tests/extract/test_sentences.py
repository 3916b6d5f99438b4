"""Sentences are cut at their ends and nowhere else; | marks the cuts."""

import pytest

from pipeline.extract.sentences import split_sentences

ROWS = [
    "Guards beat prisoners.| Nobody was tried.",
    "Art. 4 (1) of the act applies.| See para. 12 below.",
    "The camp (see No. 7. It is new.) is full.",
    "“Count the bell.”| That is what they said.",
    "Were they tried?| No court sat!| Nothing happened.",
    "The U.S. State Department and Dr. Aldane spoke, e.g. Monday.",
    "The ration fell to 1.5 kilos in May 2020.| In June it fell again.",
]


@pytest.mark.parametrize("marked", ROWS)
def test_cuts_sentences(marked: str) -> None:
    text = marked.replace("|", "")
    found = [text[span.start : span.end] for span in split_sentences(text)]
    assert found == [part.strip() for part in marked.split("|")]
