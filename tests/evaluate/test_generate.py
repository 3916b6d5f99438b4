"""Generated cases: the same from the same seed, with a truth that their documents bear out."""

import pytest

from pipeline.evaluate.generate_cases import KINDS, make_case, make_pool
from pipeline.evaluate.generate_grammar import load_grammar
from pipeline.words import normalise

CASES = [make_case(seed) for seed in range(1, 61)]
NO_LINK = ("none", "independent", "inherited", "late")


def text_of(case, role):
    return "\n".join(document.paper.text for document in case.documents if document.role == role)


def test_same_seed_gives_the_same_case():
    assert make_case(17) == make_case(17)
    assert make_case(17) != make_case(27)


def test_every_kind_comes_up():
    assert {case.kind for case in CASES} == set(KINDS)


def test_wording_varies():
    clauses = {
        line.split("* ", 1)[-1]
        for case in CASES
        for line in text_of(case, "target").splitlines()
        if line[:1].isdigit() or line.startswith("(")
    }
    assert len(clauses) > 400


def test_every_concept_has_four_wordings_of_its_own():
    concepts = load_grammar().concepts
    wordings = [text for concept in concepts for text in (concept.asked, concept.close, concept.other, concept.fact)]
    assert len(set(wordings)) == 4 * len(concepts)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.seed}-{case.kind}")
def test_truth_is_borne_out(case):
    sources = {document.paper.id: document.paper.text for document in case.documents}
    target, earlier = text_of(case, "target"), text_of(case, "base")
    if case.kind in NO_LINK:
        assert not case.planted
    if case.kind in ("planted", "paraphrase_only", "earlier_rival"):
        assert case.planted
    for planted in case.planted:
        assert normalise(planted.text) in normalise(target)
        assert normalise(planted.text) not in normalise(earlier)
        assert normalise(planted.said) in normalise(sources[planted.source])


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.seed}-{case.kind}")
def test_placebos_are_enough_and_innocent(case):
    placebos = [document.paper for document in case.documents if document.role == "placebo"]
    assert len(placebos) >= 19
    assert case.country.name not in {paper.country for paper in placebos}
    for paper in placebos:
        assert not any(planted.said in paper.text for planted in case.planted)
        assert paper in make_pool()


@pytest.mark.parametrize("case", [case for case in CASES if case.kind == "late"], ids=lambda case: str(case.seed))
def test_late_documents_are_late(case):
    late = [document.paper for document in case.documents if document.paper.id.endswith("-late")]
    assert len(late) == 1
    assert late[0].date > "2024-03-22"
