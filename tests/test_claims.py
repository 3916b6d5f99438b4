"""The demo's press page: every planted verdict, and no sentence that claims nothing."""

import tomllib

import pytest

from pipeline.attribute.wording import list_wordings
from pipeline.run import check_claims
from tests.conftest import DEMO

pytestmark = pytest.mark.weights


@pytest.fixture(scope="module")
def checks(demo):
    return check_claims(demo, DEMO / "claims.md")


def test_every_planted_verdict_is_reached(checks):
    truth = tomllib.loads((DEMO / "claims-truth.toml").read_text(encoding="utf-8"))
    planted = {words: verdict for verdict, sentences in truth.items() for words in sentences}
    found = {words: row.verdict for words in planted for row in checks if words in row.text}
    assert found == planted
    assert len(checks) == len(planted)  # the corridor's coffee claims nothing


def test_a_sentence_to_publish_is_one_that_the_evidence_permits(checks):
    openings = {text.split("{")[0] for text in list_wordings()}
    for row in checks:
        if row.publishable:
            _, _, wording = row.publishable.partition(": ")
            assert any(opening and wording.startswith(opening) for opening in openings), row.publishable
        assert row.verdict == "contradicted" or row.clauses or not row.publishable


def test_the_claims_of_the_case_file_are_checked_too(demo):
    verdicts = {row.place: row.verdict for row in check_claims(demo, None)}
    assert verdicts == {
        "first-entire-penal-system": "partly",  # the words are ours, that they were used nobody recorded
        "women-in-custody": "partly",
        "registry": "not_supported",
    }
