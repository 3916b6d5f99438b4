import pytest

from pipeline.extract.verbs import guess_opening, read_opening


@pytest.mark.parametrize(
    "text, phrase, mood",
    [
        ("Recalling its resolution 1/1,", "Recalling", "preamble"),
        ("Recalling also the meeting,", "Recalling also", "preamble"),
        ("Deeply concerned that rivers dry up,", "Deeply concerned", "preamble"),
        ("Being gravely alarmed by the storm,", "Being gravely alarmed", "preamble"),
        ("Having also heard the pilots,", "Having also heard", "preamble"),
        ("Taking into account the flood,", "Taking into account", "preamble"),
        ("Noting with deep regret and concern the loss,", "Noting with deep regret and concern", "preamble"),
        ("Recalling, in that regard, the report,", "Recalling", "preamble"),
        ("Mindful", "Mindful", "preamble"),
        ("Takes note of the map;", "Takes note", "operative"),
        ("Takes note with appreciation of the map;", "Takes note with appreciation", "operative"),
        ("Calls once again upon the towns to act;", "Calls once again upon", "operative"),
        ("Calls for calm;", "Calls for", "operative"),
        ("Also strongly condemns the theft;", "Also strongly condemns", "operative"),
        ("Encourages further efforts;", "Encourages", "operative"),
        ("Requests further that boats be sent;", "Requests further", "operative"),
        ("Expresses its deepest gratitude to the crew;", "Expresses its deepest gratitude", "operative"),
        ("Expresses the hope that rain will fall;", "Expresses the hope", "operative"),
        ("Reiterates its urgent call upon the towns;", "Reiterates its urgent call upon", "operative"),
        ("Reiterates the importance of wells;", "Reiterates", "operative"),
        ("Calls _upon the towns to act;", "Calls upon", "operative"),
        ("Commit to clean water;", "Commit", "declaration"),
        ("Concurring with the view,", "Concurring", "preamble"),
    ],
)
def test_openings(text: str, phrase: str, mood: str):
    opening = read_opening(text)
    assert opening is not None
    assert (opening.phrase, opening.mood) == (phrase, mood)


@pytest.mark.parametrize(
    "text", ["", "The river rose.", "In 2031 nothing was done,", "(a) Words", "States, reports to"]
)
def test_other_texts_open_nothing(text: str):
    assert read_opening(text) is None


def test_unknown_verbs_are_guessed_by_their_form():
    assert [guess_opening(text) for text in ("Vitalizes the plan", "Vitalizing it", "This plan", "Plan")] == [
        "Vitalizes",
        "Vitalizing",
        None,
        None,
    ]
