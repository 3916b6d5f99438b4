"""One row per span of the target: its status, its best source, the claimant's own grade, the rivals, the wording."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from pipeline.attribute.dates import relate_dates
from pipeline.attribute.dossier import Dossier, name_organisation
from pipeline.attribute.inherited import list_reasons, word_inherited
from pipeline.attribute.rivals import choose_best, list_rivals, matches_as_well, rank_grade
from pipeline.attribute.wording import describe_corpus, name_sources, say
from pipeline.records import Attribution, Change, Evidence, Link

_SHOWN = ("newness", "precedence", "direction", "specificity", "placebo", "primacy", "fingerprint", "ask", "review")


def attribute_spans(
    evidence: Sequence[Evidence], links: Mapping[str, Link], dossier: Dossier
) -> tuple[Attribution, ...]:
    """Every span of the target in the order of its clauses, matched or not.

    `links` are those that the rows of evidence name, by id.
    """
    by_change: dict[str, list[Evidence]] = defaultdict(list)
    for row in evidence:
        by_change[row.change].append(row)
    return tuple(_attribute_span(change, by_change[change.id], links, dossier) for change in dossier.changes)


def _attribute_span(
    change: Change, rows: Sequence[Evidence], links: Mapping[str, Link], dossier: Dossier
) -> Attribution:
    best = None if change.status == "inherited" else choose_best(rows, dict(links), dossier)
    own = _find_claimant_row(rows, links, dossier)
    return Attribution(
        change=change.id,
        clause=change.clause,
        status=change.status,
        themes=dossier.clauses[change.clause].themes,
        best_source=best.source if best else "",
        best_finding=best.finding if best else "",
        best_grade=best.grade if best else "none",
        claimant_source=own.source if own else "",
        claimant_finding=own.finding if own else "",
        claimant_grade=own.grade if own else "none",
        rivals=list_rivals(rows, best, dossier),
        wording=_word_span(change, rows, best, own, dossier),
        reasons=_list_reasons(rows, best, own, links, dossier),
    )


def _find_claimant_row(rows: Sequence[Evidence], links: Mapping[str, Link], dossier: Dossier) -> Evidence | None:
    """The claimant's strongest row; its documents published too late count, as ruled out."""
    publishers = {name_organisation(source) for source in dossier.find_voices("claimant")}
    own = [
        row
        for row in rows
        if dossier.sources[row.source].role == "claimant"
        or (dossier.sources[row.source].role == "late" and name_organisation(dossier.sources[row.source]) in publishers)
    ]
    return min(own, key=lambda row: (-rank_grade(row.grade), -_weigh(row, links), row.id), default=None)


def _weigh(row: Evidence, links: Mapping[str, Link]) -> float:
    return round(links[row.link].log_odds, 4) if row.link in links else 0.0


def _word_span(
    change: Change, rows: Sequence[Evidence], best: Evidence | None, own: Evidence | None, dossier: Dossier
) -> str:
    """The sentence that may be published of the span."""
    if change.status == "inherited":
        return word_inherited(change, dossier)
    if best is None or rank_grade(best.grade) < rank_grade("moderate"):
        corpus = describe_corpus(dossier)
        wording = say("span", "no_source" if dossier.earlier_texts else "no_base", corpus=corpus)
        return f"{wording} {best.wording}" if best else wording
    leader = dossier.sources[best.source]
    claimants = dossier.find_voices("claimant")
    if not claimants or leader.role == "claimant":
        return best.wording
    wording = best.wording.rstrip(".")
    if own is None:
        return say("span", "rival_alone", wording=wording)
    return say("span", "rival", wording=wording, claimant=own.wording[0].lower() + own.wording[1:].rstrip("."))


def _list_reasons(
    rows: Sequence[Evidence],
    best: Evidence | None,
    own: Evidence | None,
    links: Mapping[str, Link],
    dossier: Dossier,
) -> tuple[str, ...]:
    """The reasons of the tests of the best row, then of the claimant's where it is another, ties, rows ruled out."""
    reasons: list[str] = []
    for row in (best, own):
        if row is not None and row.grade != "ruled_out":
            reasons += [test.reason for test in row.tests if test.name in _SHOWN]
    reasons += [test.reason for row in rows for test in row.tests if test.name == "confirmation" and test.value]
    if best is not None:
        tied = [
            dossier.sources[row.source]
            for row in rows
            if row.grade == best.grade
            and name_organisation(dossier.sources[row.source]) != name_organisation(dossier.sources[best.source])
            and relate_dates(dossier.sources[row.source], dossier.sources[best.source]) == "same"
            and matches_as_well(links[best.link], links[row.link], dossier.settings.as_well)
        ]
        reasons += [say("span", "ties", rivals=name_sources(tied))] if tied else []
    if best is not None and own is None and dossier.find_voices("claimant"):
        reasons.append(say("span", "nothing"))
    return tuple(dict.fromkeys([*reasons, *list_reasons(rows)]))
