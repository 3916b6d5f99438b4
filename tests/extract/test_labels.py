import pytest

from pipeline.extract.labels import Label, Level, parse_label, place_item, read_index, read_label, write_index


@pytest.mark.parametrize(
    "text, expected",
    [
        ("2. Urges", Label(2, (), 3)),
        ("10, Urges", Label(10, (), 4)),
        ("1. (a) To", Label(1, ("a",), 7)),
        ("(g) To", Label(None, ("g",), 4)),
        ("b) To", Label(None, ("b",), 3)),
        ("(iv) To", Label(None, ("iv",), 5)),
        ("2030. A year", None),
        ("1990, the year", None),
        ("3,5 metres", None),
        ("word", None),
    ],
)
def test_printed_labels(text: str, expected: Label | None):
    assert read_label(text) == expected


@pytest.mark.parametrize(
    "label, expected",
    [
        ("2", Label(2, (), 0)),
        ("2 (g)", Label(2, ("g",), 0)),
        ("(g)", Label(None, ("g",), 0)),
        ("(g)(ii)", Label(None, ("g", "ii"), 0)),
        ("140.12", None),
        (None, None),
    ],
)
def test_labels_that_a_reader_took_off(label: str | None, expected: Label | None):
    assert parse_label(label) == expected


@pytest.mark.parametrize("scheme, values", [("letter", "a b z aa cc"), ("roman", "i iv ix xiv xx"), ("capital", "A C")])
def test_places_in_a_run_and_back(scheme: str, values: str):
    for value in values.split():
        assert write_index(read_index(value, scheme), scheme) == value  # type: ignore[arg-type]


def test_i_goes_on_the_letters_unless_a_colon_opens_a_list():
    levels = [Level("letter", 8, 8)]
    assert [level.index for level in place_item("i", levels, after_colon=False) or []] == [9]
    opened = place_item("i", [Level("letter", 8, 8)], after_colon=True) or []
    assert [(level.scheme, level.index) for level in opened] == [("letter", 8), ("roman", 1)]


def test_a_letter_far_off_is_no_label():
    assert place_item("x", [Level("letter", 2, 2)], after_colon=False) is None
