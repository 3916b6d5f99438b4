"""Places, institutions, dates and submitters of findings, on invented sentences."""

from typing import TYPE_CHECKING

import pytest

from pipeline.extract.findings import extract_findings
from pipeline.extract.names import find_dates, find_institutions
from pipeline.extract.stakeholders import find_names, find_submitters
from pipeline.records import Mark, Paragraph, ParagraphKind

if TYPE_CHECKING:
    from pipeline.extract.language import English


@pytest.mark.parametrize(
    "text, dates",
    [
        ("On 5 February 2024 and again in March 2023 the dam broke.", ("5 February 2024", "March 2023")),
        ("Between 2017 and 2019, and in 2021, wells dried up.", ("2017", "2019", "2021")),
        ("Some 2019 wells dried up within three years.", ()),
        ("Under resolution 1718 (2006) nothing was done in A/90/2019.", ()),
    ],
)
def test_dates(text: str, dates: tuple[str, ...]):
    assert find_dates(text) == dates


@pytest.mark.parametrize(
    "text, institutions",
    [
        (
            "The Ministry of Locks ignored the Committee against Floods.",
            ("Ministry of Locks", "Committee against Floods"),
        ),
        ("In Norland OHCHR spoke to those who fled.", ("OHCHR",)),
        ("The committee met in the Great Northern Valley.", ()),
    ],
)
def test_institutions(text: str, institutions: tuple[str, ...]):
    assert find_institutions(text) == institutions


def make_rows(*rows: tuple[ParagraphKind, str | None, str, tuple[Mark, ...]]) -> list[Paragraph]:
    return [
        Paragraph(f"D¶{at}", "D", at, 1, kind, label, text, marks=marks)
        for at, (kind, label, text, marks) in enumerate(rows)
    ]


SUMMARY = make_rows(
    ("body", "1", "It is a summary of stakeholders’ submissions to the review.", ()),
    ("body", "2", "RW noted that wells were dry. It recommended that Norland dig new wells.", (Mark(72, "1"),)),
    ("body", "3", "Many wells of the herders in the valley were closed by guards.", (Mark(62, "2"),)),
    ("body", "4", "Nobody in the valley was told about the closing of the wells.", ()),
    ("footnote", "1", "RW, para. 3; and JS1, paras. 4 and 5.", ()),
    ("footnote", "2", "Broken Reed’s Memorandum, p. 3. See also EW-Board, Issue Paper, p. 4.", ()),
)


def test_submitters_come_from_the_notes_of_a_summary():
    assert find_submitters(SUMMARY) == ("RW", "JS1", "Broken Reed", "EW-Board")
    assert find_submitters(SUMMARY[1:]) == ()


def test_names_are_whole_words_and_the_longest_wins():
    assert find_names("JS12 and JS1/RW agree; EW-Board, too", ("JS1", "RW", "EW", "EW-Board")) == ("EW-Board",)


@pytest.mark.weights
def test_findings_name_their_submitters(nlp: "English"):
    found = [(finding.quotes[0].paragraph, finding.stakeholders) for finding in extract_findings(SUMMARY, nlp)]
    assert found == [
        ("D¶1", ("RW",)),
        ("D¶1", ("RW", "JS1")),
        ("D¶2", ("Broken Reed", "EW-Board")),
        ("D¶3", ()),
    ]


@pytest.mark.weights
def test_findings_name_places_institutions_and_dates(nlp: "English"):
    rows = make_rows(("body", None, "In 2019 the Ministry of Locks closed twelve wells in Kenya.", ()))
    (finding,) = extract_findings(rows, nlp)
    assert (finding.places, finding.institutions, finding.dates) == (("Kenya",), ("Ministry of Locks",), ("2019",))
