"""METHOD.md, section 4, as a table: what the outcomes of the tests allow."""

import pytest

from pipeline.attribute.grades import grade_link

ALL = ["newness", "precedence", "direction", "topic", "specificity", "placebo", "primacy", "fingerprint", "ask"]


def grade(strict=True, worded=True, asked=False, **changed):
    outcomes = dict.fromkeys(ALL, "pass") | {"confirmation": "unknown"} | changed
    return grade_link(outcomes, strict, worded, asked)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, "strong"),
        ({"confirmation": "pass", "newness": "fail"}, "confirmed"),
        ({"newness": "fail"}, "ruled_out"),
        ({"precedence": "fail"}, "ruled_out"),
        ({"precedence": "fail", "direction": "fail"}, "ruled_out"),
        ({"precedence": "unknown"}, "weak"),
        ({"direction": "fail"}, "weak"),
        ({"placebo": "fail"}, "weak"),
        ({"specificity": "fail"}, "weak"),
        ({"newness": "unknown"}, "moderate"),
        ({"direction": "unknown"}, "moderate"),
        ({"placebo": "unknown"}, "moderate"),
        ({"topic": "unknown"}, "moderate"),
        ({"primacy": "unknown"}, "moderate"),
        ({"primacy": "fail"}, "moderate"),
        ({"fingerprint": "unknown"}, "moderate"),
        ({"fingerprint": "fail"}, "moderate"),
        ({"topic": "fail"}, "strong"),
        ({"ask": "fail"}, "strong"),
    ],
)
def test_grade(changed, expected):
    assert grade(**changed) == expected


def test_a_worded_ask_is_as_good_as_a_fingerprint():
    assert grade(asked=True, fingerprint="fail") == "strong"


def test_rare_words_are_wanted_where_no_placebos_tell_chance():
    assert grade(worded=False, placebo="unknown", fingerprint="fail") == "weak"
    assert grade(worded=False, fingerprint="fail") == "moderate"


def test_strong_needs_the_strict_form_of_the_placebo_test():
    assert grade(strict=False) == "moderate"


def test_an_unknown_fingerprint_caps_even_a_worded_ask():
    assert grade(asked=True, fingerprint="unknown") == "moderate"
