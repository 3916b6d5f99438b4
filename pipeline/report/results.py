"""Everything a report is made from: what it shows of the tables of one case run, as records."""

from dataclasses import dataclass

from pipeline.records import (
    Agreement,
    AskFate,
    Attribution,
    Calibration,
    Change,
    ClaimCheck,
    Clause,
    Conflict,
    Evidence,
    Finding,
    Link,
    Paragraph,
    PlaceboCheck,
    Problem,
    Review,
)


@dataclass(frozen=True, slots=True)
class Results:
    """The tables of one run. Ids may point to rows that are not there (a lost document): reports then show less."""

    paragraphs: tuple[Paragraph, ...] = ()  # of the target and of the documents that evidence or asks quote
    clauses: tuple[Clause, ...] = ()  # of the target
    findings: tuple[Finding, ...] = ()  # that evidence, asks or conflicts name
    changes: tuple[Change, ...] = ()
    links: tuple[Link, ...] = ()  # that evidence names
    strengths: tuple[tuple[str, str, float], ...] = ()  # span, placebo or claimant, highest log-odds of its links
    heard: frozenset[str] = frozenset()  # documents that gave any finding
    common: frozenset[str] = frozenset()  # stems that many documents share (see `find_common`)
    evidence: tuple[Evidence, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    asks: tuple[AskFate, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    problems: tuple[Problem, ...] = ()
    placebo: PlaceboCheck | None = None
    reviews: tuple[Review, ...] = ()
    agreement: tuple[Agreement, ...] = ()
    calibration: tuple[Calibration, ...] = ()
    claims: tuple[ClaimCheck, ...] = ()  # those of the case file
    encoder: str = "none"  # name of the model, "none" in lexical-only mode
    withheld: tuple[str, ...] | None = None  # names under bars in these tables and on pages; None: not redacted
    versions: tuple[tuple[str, str], ...] = ()  # name and version of what the run used
