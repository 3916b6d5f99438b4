"""Records for the tests of this room: a small invented case, with every field that a test does not name left quiet."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from pipeline.attribute.dossier import Dossier, open_dossier
from pipeline.case import Case
from pipeline.records import Change, Clause, Finding, Link, PassageStems, Quote, Similarity, Source
from pipeline.settings import AttributeSettings, load_settings
from pipeline.words import content_stems

TABLED = date(2030, 3, 15)
SETTINGS: AttributeSettings = load_settings().attribute


def make_source(name, role="claimant", day="2030-01-10", publisher=None, kind="report"):
    return Source(name, role, kind, publisher or f"{name} group", f"Title of {name}", day, "printed", "en", "", "", "")


def make_case(*sources):
    target = make_source("R/9", "target", "2030-04-01", "Council", "resolution")
    return Case(
        folder=Path("nowhere"),
        out=Path("nowhere"),
        id="t",
        title="t",
        tabled=TABLED,
        adopted=None,
        significance=0.05,
        mask=(),
        sources=(target, *sources),
        files={},
        themes=(),
        claims=(),
    )


BASE = make_source("R/8", "base", "2029-04-01", "Council", "resolution")


def quote(text, source="R/9", paragraph="p"):
    return (Quote(source, 1, paragraph, 0, len(text), text),)


def make_clause(label, text, order=0, frames=()):
    return Clause(f"R/9#{label}", "R/9", order, "operative", label, None, "Urges", quote(text), frames=frames)


def make_change(clause, status="new", added=None, earlier=None, number=1):
    runs = () if status == "inherited" else (added or clause.text,)
    source = earlier if earlier is not None else ("R/8" if status != "new" else None)
    return Change(
        id=f"{clause.id}/{number}",
        clause=clause.id,
        status=status,
        quotes=clause.quotes,
        context=clause.text,
        added=runs,
        removed=(),
        earlier_clause=f"{source}#x" if source else None,
        earlier_source=source,
        earlier_text="",
        kept_share=1.0 if status == "inherited" else 0.5 if status == "changed" else 0.0,
        moved=False,
    )


def make_finding(source, text, order=0, kind="finding", frames=(), figures=()):
    return Finding(f"{source}#f{order}", source, order, kind, "", quote(text, source), (), frames, figures)


QUIET = Link(
    id="",
    change="",
    finding="",
    source="",
    cosine_span=0.2,
    cosine_added=0.2,
    cosine_clause=0.2,
    bm25_span=1.0,
    bm25_share=0.1,
    shared_idf=5.0,
    shared_idf_added=5.0,
    shared_share=0.1,
    order_share=0.1,
    shared_phrases=(),
    ordered_run="",
    ordered_words=0,
    ordered_idf=0.0,
    shared_items=(),
    negation_conflict=False,
    role_swap=False,
    stance_conflict=False,
    same_frame=False,
    direction_doubt=False,
    days_before_tabling=None,
    days_before_tabling_most=None,
    log_odds=-4.0,
    match_probability=0.02,
)


def make_link(finding, change, **measured):
    name = f"{finding.id} -> {change.id}"
    return replace(QUIET, id=name, change=change.id, finding=finding.id, source=finding.source, **measured)


def make_passages(source, *texts):
    return [PassageStems(source, tuple(content_stems(text))) for text in texts]


CLOSE = {
    "cosine_span": 0.9,
    "shared_idf": 60.0,
    "shared_idf_added": 60.0,
    "same_frame": True,
    "log_odds": 4.0,
    "match_probability": 0.98,
}


def weigh_word(stem):
    """Every word is rare but one."""
    return 1.0 if stem == "right" else 8.0


def make_dossier(
    sources=(), clauses=(), findings=(), changes=(), links=(), similarities=(), passages=(), weigh_run=None
) -> Dossier:
    return open_dossier(
        make_case(*sources),
        clauses,
        findings,
        changes,
        links,
        similarities,
        passages,
        weigh_word,
        SETTINGS,
        weigh_run=weigh_run,
    )


def similar(finding, clause, cosine):
    return Similarity(finding.id, clause.id, cosine, 1.0)
