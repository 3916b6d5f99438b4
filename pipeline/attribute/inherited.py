"""Findings of the claimant that resemble an inherited clause: ruled out, because the words stood there before."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from pipeline.attribute.dossier import Dossier
from pipeline.attribute.judge import find_bar, name_evidence
from pipeline.attribute.reviews import apply_reviews
from pipeline.attribute.tests import await_confirmation, examine_newness, examine_precedence, name_origin
from pipeline.attribute.wording import join_names, name_source, say
from pipeline.records import Change, Evidence, Similarity, Test

_CLEAR = 0.6  # cosine of a finding with a clause from which on it says the same; placebos must stay below it as well
_CLEAR_WORDS = 15.0  # BM25 in lexical-only mode
_NOT_EXAMINED = ("direction", "topic", "specificity", "placebo", "primacy", "fingerprint", "ask")


def rule_out_inherited(dossier: Dossier) -> tuple[Evidence, ...]:
    """One row per inherited clause and claimant document that clearly resembles it more than any other clause."""
    resembling = _find_resembling(dossier)
    rows = []
    for change in dossier.changes:
        if change.status == "inherited" and change.earlier_source:
            rows += [_make_row(change, row, dossier) for row in resembling.get(change.clause, ())]
    return tuple(rows)


def _find_resembling(dossier: Dossier) -> Mapping[str, tuple[Similarity, ...]]:
    """By clause, the closest finding of each claimant document for which this clause is the nearest of all."""
    nearest: dict[str, Similarity] = {}
    for row in dossier.similarities:
        best = nearest.get(row.finding)
        if row.finding in dossier.findings and (best is None or measure_similarity(row) > measure_similarity(best)):
            nearest[row.finding] = row
    reached = _find_reached(dossier)
    chosen: dict[tuple[str, str], Similarity] = {}
    for row in nearest.values():
        source = dossier.sources.get(dossier.findings[row.finding].source)
        if source is None or source.role != "claimant" or not _is_clear(row, reached.get(row.clause, 0.0)):
            continue
        key = (row.clause, source.id)
        if key not in chosen or measure_similarity(row) > measure_similarity(chosen[key]):
            chosen[key] = row
    grouped: dict[str, list[Similarity]] = defaultdict(list)
    for (clause, _), row in sorted(chosen.items()):
        grouped[clause].append(row)
    return {clause: tuple(rows) for clause, rows in grouped.items()}


def measure_similarity(row: Similarity) -> float:
    """Cosine with the clause; in lexical-only mode BM25."""
    return row.bm25_clause if row.cosine_clause is None else row.cosine_clause


def _find_reached(dossier: Dossier) -> dict[str, float]:
    """By clause, the similarity that the closest placebo finding reaches."""
    reached: dict[str, float] = {}
    for row in dossier.similarities:
        finding = dossier.findings.get(row.finding)
        source = dossier.sources.get(finding.source) if finding else None
        if source is not None and source.role == "placebo":
            reached[row.clause] = max(reached.get(row.clause, 0.0), measure_similarity(row))
    return reached


def _is_clear(row: Similarity, reached: float) -> bool:
    value = measure_similarity(row)
    return value > reached and value >= (_CLEAR_WORDS if row.cosine_clause is None else _CLEAR)


def _make_row(change: Change, row: Similarity, dossier: Dossier) -> Evidence:
    source = dossier.sources[dossier.findings[row.finding].source]
    skipped = say("placebo", "not_examined")
    tests = (
        examine_newness(change, None, dossier),
        examine_precedence(source, dossier),
        *(Test(name, "unknown", None, skipped) for name in _NOT_EXAMINED),
        await_confirmation(),
    )
    wording = say("grade", "ruled_out", source=name_source(source), reason=find_bar(tests)) + "."
    return Evidence(
        id=name_evidence(change, source),
        change=change.id,
        source=source.id,
        link="",
        finding=row.finding,
        grade="ruled_out",
        wording=wording,
        tests=apply_reviews(tests, "ruled_out", change, source.id, row.finding, dossier)[0],
        p_pooled=None,
        p_strict=None,
    )


def word_inherited(change: Change, dossier: Dossier) -> str:
    """ "Repeats language adopted in ... (since ...)", with the years that lacked it; or that nothing is added."""
    names: dict[str, str] = name_origin(change, dossier)
    if not names["earlier"]:
        return say("span", "inherited_here")
    origin = dossier.sources.get(names["earlier"])
    key = "inherited_draft" if origin and origin.kind == "draft" else "inherited"
    wording = say("span", key, source=names["earlier"], since=names["since"])
    if change.gaps:
        wording = say("span", "inherited_gaps", wording=wording, gaps=join_names(change.gaps))
    return say("span", "inherited_chapeau", wording=wording) if change.chapeau_changed else wording


def list_reasons(rows: Sequence[Evidence]) -> tuple[str, ...]:
    """The wordings of rows that are ruled out."""
    return tuple(row.wording for row in rows if row.grade == "ruled_out")
