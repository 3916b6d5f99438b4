"""From measured links to judged evidence: tests, grades, rivals, and the error that comes with them (METHOD.md)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.attribute.asks import trace_asks
from pipeline.attribute.conflicts import find_conflicts
from pipeline.attribute.control import control_errors
from pipeline.attribute.dossier import open_dossier
from pipeline.attribute.fingerprint import index_wording
from pipeline.attribute.inherited import rule_out_inherited
from pipeline.attribute.judge import judge_spans, make_evidence
from pipeline.attribute.spans import attribute_spans
from pipeline.case import Case
from pipeline.records import (
    AskFate,
    Attribution,
    Change,
    Clause,
    Conflict,
    Evidence,
    Finding,
    Link,
    PlaceboCheck,
    Similarity,
)
from pipeline.settings import AttributeSettings

__all__ = ["Judgement", "attribute_links"]


@dataclass(frozen=True)
class Judgement:
    """Everything that `attribute` decides about a case."""

    evidence: tuple[Evidence, ...]
    attributions: tuple[Attribution, ...]
    asks: tuple[AskFate, ...]
    conflicts: tuple[Conflict, ...]
    placebo: PlaceboCheck


def attribute_links(
    case: Case,
    clauses: Sequence[Clause],
    findings: Sequence[Finding],
    changes: Sequence[Change],
    links: Sequence[Link],
    similarities: Sequence[Similarity],
    texts: Mapping[str, Sequence[str]],
    rarity: Callable[[str], float],
    settings: AttributeSettings,
) -> Judgement:
    """Test every link, grade it, and say for each span of the target what may be said.

    `clauses` and `changes` are the target's, `findings` those of all reports, placebos included. `texts` holds the
    paragraphs of every document that was read, by source id; `rarity` gives the inverse document frequency of a stem
    in nats, 0 for masked ones. The order of the inputs does not matter.
    """
    dossier = open_dossier(case, clauses, findings, changes, links, similarities, texts, rarity, settings)
    control = control_errors(dossier)
    index = index_wording(dossier)
    evidence = make_evidence(judge_spans(dossier, control, index), dossier, control)
    evidence += rule_out_inherited(dossier)
    return Judgement(
        evidence=evidence,
        attributions=attribute_spans(evidence, dossier),
        asks=trace_asks(dossier, control, index),
        conflicts=find_conflicts(dossier),
        placebo=control.check,
    )
