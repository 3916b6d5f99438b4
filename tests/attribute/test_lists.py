"""One list, printed as a sentence, as lettered paragraphs, in another order, before or behind its act."""

import pytest

from pipeline.attribute.fingerprint import find_fingerprint
from pipeline.attribute.tests import examine_newness
from pipeline.attribute.wording_index import index_wording
from pipeline.ingest.passages import list_passages
from pipeline.records import Paragraph
from tests.attribute.builders import (
    BASE,
    CLOSE,
    make_change,
    make_clause,
    make_dossier,
    make_finding,
    make_link,
    make_passages,
)
from tests.attribute.builders import make_source as source_of

TEXT = "Urges Norland to exempt nursing mothers, amputees and octogenarians from dredging duty on the estuary"
RUN = TEXT.removeprefix("Urges Norland to ")
CLAUSE = make_clause("7", TEXT)
NEW = make_change(CLAUSE, added=RUN)
OURS = source_of("ours")
EARLIER = source_of("earlier", "rival", "2025-03-01")
SAID = make_finding("ours", f"The Council should urge Norland to {RUN}.", kind="ask")

SAME = [
    [("body", None, f"Norland should {RUN}.")],
    [
        ("body", None, "Norland should exempt from dredging duty on the estuary:"),
        ("list_item", "(a)", "Nursing mothers;"),
        ("list_item", "(b)", "Amputees;"),
        ("list_item", "(c)", "Octogenarians."),
    ],
    [
        ("body", None, "On the estuary, the following should be exempt from dredging duty:"),
        ("body", "(a)", "Nursing mothers;"),
        ("body", "(b)", "Amputees;"),
        ("body", "(c)", "Octogenarians."),
    ],
    [
        ("body", None, "Exempt from dredging duty on the estuary are:"),
        ("body", None, "(i) octogenarians,"),
        ("body", None, "(ii) nursing mothers,"),
        ("body", None, "(iii) amputees."),
    ],
    [
        ("body", None, "They are exempt from dredging duty on the estuary, namely:"),
        ("body", None, "(1) nursing mothers"),
        ("body", None, "(2) octogenarians"),
        ("body", None, "(3) amputees"),
    ],
    [
        ("heading", None, "Exempt from dredging duty on the estuary"),
        ("list_item", "•", "Octogenarians"),
        ("list_item", "•", "Amputees"),
        ("list_item", "•", "Nursing mothers"),
    ],
    [
        ("body", None, "Exempt from dredging duty on the estuary:"),
        ("table_cell", None, "Octogenarians"),
        ("table_cell", None, "Amputees"),
        ("table_cell", None, "Nursing mothers"),
    ],
]
OTHER = [
    [("body", None, "Nursing mothers and amputees are held in the salt pits.")],
    [("body", None, "Norland should exempt octogenarians from the lantern levy.")],
    [
        (
            "body",
            None,
            f"Nursing mothers, amputees. {'The yards stay shut at night. ' * 30} Octogenarians dredge the estuary.",
        )
    ],
]


def passages_of(source, rows):
    return list_passages([Paragraph("", source, at, None, *row) for at, row in enumerate(rows)])


def examine(source, rows):
    link = make_link(SAID, NEW, **CLOSE, ordered_run=RUN, ordered_words=8, ordered_idf=60.0)
    passages = [*passages_of(source.id, rows), *make_passages("ours", SAID.text)]
    dossier = make_dossier((OURS, BASE, EARLIER), [CLAUSE], [SAID], [NEW], [link], passages=passages)
    index = index_wording(dossier)
    return find_fingerprint(link, dossier, index), examine_newness(NEW, link, dossier, index)


@pytest.mark.parametrize("rows", SAME)
def test_a_list_is_found_however_it_was_printed(rows):
    found, newness = examine(EARLIER, rows)
    assert found.shared and not found.words and found.holders == ("earlier",)
    assert newness.outcome == "pass"


@pytest.mark.parametrize("rows", SAME)
def test_nor_is_it_new_when_an_earlier_text_of_the_series_printed_it_otherwise(rows):
    found, newness = examine(BASE, rows)
    assert not found.words and newness.outcome == "unknown" and BASE.id in newness.reason


@pytest.mark.parametrize("rows", OTHER)
def test_scattered_words_are_not_the_list(rows):
    found, newness = examine(EARLIER, rows)
    assert found.words and found.sure
    assert examine(BASE, rows)[1].outcome == newness.outcome == "pass"
