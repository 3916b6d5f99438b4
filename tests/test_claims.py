"""The demo's press page: every planted verdict, and no sentence that claims nothing."""

import re
import tomllib

import pytest

from pipeline.run import check_claims
from tests.conftest import DEMO, REPOSITORY

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
    openings = tomllib.loads((REPOSITORY / "pipeline/attribute/wordings.toml").read_text(encoding="utf-8"))["opening"]
    for row in checks:
        if row.publishable:
            said = re.sub(r"^(Paragraph|The wording added in paragraph) [\w()]+ ", "", row.publishable)
            assert said.startswith(tuple(openings.values())), row.publishable
        assert row.verdict == "contradicted" or row.clauses or not row.publishable


def test_report_and_checks_know_the_same_openings():
    checks, report = (
        tomllib.loads((REPOSITORY / "pipeline" / path).read_text(encoding="utf-8"))
        for path in ("attribute/wordings.toml", "report/texts.toml")
    )
    assert checks["opening"] == report["openings"]


def test_the_claims_of_the_case_file_are_checked_too(demo):
    verdicts = {row.place: row.verdict for row in check_claims(demo, None)}
    assert verdicts == {
        "first-entire-penal-system": "partly",  # the words are ours, that they were used nobody recorded
        "women-in-custody": "partly",
        "registry": "not_supported",
    }
