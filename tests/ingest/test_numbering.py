"""Automatic numbers: what Word would print, for lists given as (instance, level) in document order."""

import pytest

from pipeline.ingest.numbering import Counters, advance, format_number, read_lists
from tests.ingest.docx_files import lists, lvl, wrap

RESOLUTION = lvl(0, "decimal", "%1.") + lvl(1, "lowerLetter", "(%2)") + lvl(2, "lowerRoman", "(%3)")
REPORT = lvl(0, "decimal", "%1.") + lvl(1, "decimal", "%1.%2")
NO_RESTART = lvl(0, "upperRoman", "%1.") + lvl(1, "decimal", "%2.", '<w:lvlRestart w:val="0"/>')
LEGAL = lvl(0, "upperRoman", "Article %1") + lvl(1, "decimal", "%1.%2", "<w:isLgl/>")
START_NEW = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride>'


def number(content, paragraphs):
    from lxml import etree

    found = read_lists(etree.fromstring(wrap("numbering", content)))
    counters = Counters()
    labels = [advance(found, counters, num, level) for num, level in paragraphs]
    return [label and label.text for label in labels]


@pytest.mark.parametrize(
    ("content", "paragraphs", "printed"),
    [
        (
            lists(RESOLUTION),
            [("1", 0), ("1", 1), ("1", 1), ("1", 2), ("1", 0), ("1", 1)],
            ["1", "(a)", "(b)", "(i)", "2", "(a)"],
        ),
        (lists(REPORT), [("1", 0), ("1", 1), ("1", 1), ("1", 0), ("1", 1)], ["1", "1.1", "1.2", "2", "2.1"]),
        (lists(REPORT), [("1", 1)], ["1.1"]),  # the level above was never used
        (lists(RESOLUTION, "", ""), [("1", 0), ("2", 0)], ["1", "2"]),  # two instances of one list run on
        (lists(RESOLUTION, "", START_NEW), [("1", 0), ("2", 0), ("2", 0), ("1", 0)], ["1", "7", "8", "9"]),
        (lists(NO_RESTART), [("1", 0), ("1", 1), ("1", 0), ("1", 1)], ["I", "1", "II", "2"]),
        (lists(LEGAL), [("1", 0), ("1", 0), ("1", 1)], ["Article I", "Article II", "2.1"]),
        (lists(lvl(0, "bullet", "\uf0b7")), [("1", 0)], ["•"]),
        (lists(lvl(0, "none", "")), [("1", 0)], [""]),
        (lists(RESOLUTION), [("99", 0), ("1", 12)], [None, None]),  # no such list, no such level
    ],
)
def test_labels_are_those_that_word_prints(content, paragraphs, printed):
    assert number(content, paragraphs) == printed


@pytest.mark.parametrize(
    ("value", "form", "printed"),
    [(27, "lowerLetter", "aa"), (28, "upperLetter", "BB"), (14, "lowerRoman", "xiv"), (1999, "upperRoman", "MCMXCIX"),
     (12, "ordinal", "12th"), (3, "decimalZero", "03"), (5, "none", ""), (-3, "lowerRoman", "-3"),
     (5, "chineseCounting", "5")],
)  # fmt: skip
def test_number_formats(value, form, printed):
    assert format_number(value, form) == printed
