"""From measured links to judged evidence: tests, grades, rivals, and the error that comes with them (METHOD.md)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pipeline.attribute.agreement import calibrate_links, list_disagreements, measure_agreement
from pipeline.attribute.asks import trace_asks
from pipeline.attribute.claim_check import Near, check_statements
from pipeline.attribute.claims import Statement, read_statement, read_statements, strip_cues
from pipeline.attribute.conflicts import find_conflicts
from pipeline.attribute.control import control_errors
from pipeline.attribute.dossier import open_dossier
from pipeline.attribute.inherited import find_nearest, rule_out_inherited
from pipeline.attribute.judge import judge_spans, make_evidence
from pipeline.attribute.review_file import RECORDS, append_reviews, make_review, read_reviews
from pipeline.attribute.reviews import mark_reviews
from pipeline.attribute.spans import attribute_spans
from pipeline.attribute.wording_index import index_wording
from pipeline.case import Case
from pipeline.engine import give_back_memory
from pipeline.records import (
    Agreement,
    AskFate,
    Attribution,
    Calibration,
    Change,
    Clause,
    Conflict,
    Evidence,
    Finding,
    Link,
    PassageStems,
    PlaceboCheck,
    Review,
    Similarity,
)
from pipeline.settings import AttributeSettings
from pipeline.tables import Rows

__all__ = [
    "RECORDS",
    "Judgement",
    "Near",
    "Statement",
    "append_reviews",
    "attribute_links",
    "check_statements",
    "list_disagreements",
    "make_review",
    "measure_agreement",
    "open_dossier",
    "read_reviews",
    "read_statement",
    "read_statements",
    "strip_cues",
]


@dataclass(frozen=True)
class Judgement:
    """Everything that `attribute` decides about a case."""

    evidence: tuple[Evidence, ...]
    links: tuple[Link, ...]  # that the evidence names
    attributions: tuple[Attribution, ...]
    asks: tuple[AskFate, ...]
    conflicts: tuple[Conflict, ...]
    placebo: PlaceboCheck
    reviews: tuple[Review, ...]
    agreement: tuple[Agreement, ...]
    calibration: tuple[Calibration, ...]


def attribute_links(
    case: Case,
    clauses: Sequence[Clause],
    findings: Iterable[Finding] | Rows[Finding],
    changes: Sequence[Change],
    links: Iterable[Link] | Rows[Link],
    similarities: Iterable[Similarity] | Rows[Similarity],
    passages: Iterable[PassageStems] | Rows[PassageStems],
    rarity: Callable[[str], float],
    settings: AttributeSettings,
    reviews: Sequence[Review] = (),
    weigh_run: Callable[[Sequence[str]], Sequence[float]] | None = None,
) -> Judgement:
    """Test every link, grade it, and say for each span of the target what may be said.

    `clauses` and `changes` are the target's, `findings` those of all reports, placebos included. `passages` are
    those of every document that was read; `rarity` gives the inverse document frequency of a stem
    in nats, 0 for masked ones, and `weigh_run` what each stem of a run adds to those before it. `reviews` are the rows
    of hand/reviews.csv, of which only the order of rows of one day matters; the order of the other inputs does not.
    """
    dossier = open_dossier(
        case, clauses, findings, changes, links, similarities, passages, rarity, settings, reviews, weigh_run
    )
    conflicts, nearest = find_conflicts(dossier), find_nearest(dossier)  # first, for links may still be being written
    give_back_memory()
    control = control_errors(dossier)
    give_back_memory()
    index = index_wording(dossier)
    verdicts = judge_spans(dossier, control, index)
    best = {verdict.link.id: verdict.link for judged in verdicts.values() for verdict in judged}
    evidence = make_evidence(verdicts, dossier, control) + rule_out_inherited(nearest, dossier)
    return Judgement(
        evidence=evidence,
        links=tuple(best[row.link] for row in evidence if row.link in best),
        attributions=attribute_spans(evidence, best, dossier),
        asks=trace_asks(nearest, dossier, control, index),
        conflicts=conflicts,
        placebo=control.check,
        reviews=mark_reviews(evidence, dossier),
        agreement=measure_agreement(reviews),
        calibration=calibrate_links(evidence, best),
    )
