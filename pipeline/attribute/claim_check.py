"""Checks public statements against the evidence of a finished case: what each may say, and on what ground."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.attribute.claims import Influence, Statement
from pipeline.attribute.dossier import Dossier
from pipeline.attribute.wording import describe_corpus, join_names, join_sentence, say
from pipeline.records import Attribution, Change, ClaimCheck, ClaimVerdict, Clause, Evidence, Grade
from pipeline.words import content_stems

# What the best grade of the claimant on a clause makes of a claim of influence (METHOD.md section 4): comparing texts
# shows no cause, so that the boldest words are never better than partly right, and words of uptake need a human record.
_ALLOWED: dict[Influence, dict[Grade, ClaimVerdict]] = {
    "caused": {"confirmed": "partly", "strong": "partly"},
    "taken": {"confirmed": "supported", "strong": "partly", "moderate": "partly"},
    "echoes": {"confirmed": "supported", "strong": "supported", "moderate": "partly"},
    "agrees": {"confirmed": "supported", "strong": "supported", "moderate": "supported", "weak": "partly"},
}
_RANK: tuple[Grade, ...] = ("confirmed", "strong", "moderate", "weak", "none", "ruled_out")
_WORST: tuple[ClaimVerdict, ...] = ("contradicted", "not_supported", "cannot_be_checked", "partly", "supported")


@dataclass(frozen=True, slots=True)
class Near:
    """A clause that may say what a statement speaks of."""

    clause: str  # id
    probability: float  # that the two match, calibrated
    opposed: bool  # negation, roles or stance differ


@dataclass(frozen=True, slots=True)
class _Finding:
    """A verdict on one part of a statement, and why."""

    verdict: ClaimVerdict
    reason: str


def check_statements(
    statements: Sequence[Statement],
    near: Sequence[Sequence[Near]],
    dossier: Dossier,
    evidence: Sequence[Evidence],
    attributions: Sequence[Attribution],
) -> tuple[ClaimCheck, ...]:
    """One verdict a statement, in their order, with the clauses and rows of evidence it rests on and a sentence to use.

    Clauses are the paragraphs that a statement cites, else those of `near` (for each statement the nearest clauses, the
    most probable first) that reach the setting `claim_probability`, `claim_clauses` at most.
    """
    ledger = _open_ledger(dossier, evidence, attributions)
    return tuple(_check_statement(*pair, ledger) for pair in zip(statements, near, strict=True))


@dataclass(frozen=True)
class _Ledger:
    dossier: Dossier
    corpus: str
    labels: dict[str, Clause]
    rows: dict[str, list[Attribution]]  # by clause
    changes: dict[str, Change]
    evidence: dict[tuple[str, str], Evidence]  # by change and source


def _open_ledger(dossier: Dossier, evidence: Sequence[Evidence], attributions: Sequence[Attribution]) -> _Ledger:
    rows = defaultdict(list)
    for row in attributions:
        rows[row.clause].append(row)
    return _Ledger(
        dossier,
        describe_corpus(dossier),
        {clause.label: clause for clause in reversed(list(dossier.clauses.values())) if clause.label},
        dict(rows),
        {change.id: change for change in dossier.changes},
        {(row.change, row.source): row for row in evidence},
    )


def _check_statement(statement: Statement, near: Sequence[Near], ledger: _Ledger) -> ClaimCheck:
    missing = [label for label in statement.cited if label not in ledger.labels]
    if missing:
        return _conclude(
            statement, [], [_Finding("contradicted", _say("no_paragraph", labels=join_names(missing)))], ledger
        )
    clauses = [ledger.labels[label] for label in statement.cited]
    if not clauses:
        settings = ledger.dossier.settings
        close = [row for row in near if row.probability >= settings.claim_probability][: settings.claim_clauses]
        clauses = [ledger.dossier.clauses[row.clause] for row in close]
    if not clauses:
        return _conclude(statement, [], [_find_unplaced(statement)], ledger)
    known = {row.clause: row for row in near}
    found = [_check_clause(statement, clause, known.get(clause.id), ledger) for clause in clauses]
    return _conclude(statement, clauses, found, ledger)


def _find_unplaced(statement: Statement) -> _Finding:
    """No clause is near: what a text says can be looked up, what it owes to somebody cannot."""
    if statement.influence or statement.primary:
        return _Finding("cannot_be_checked", _say("unplaced"))
    return _Finding("not_supported", _say("unsaid"))


def _check_clause(statement: Statement, clause: Clause, near: Near | None, ledger: _Ledger) -> _Finding:
    """Every part of the statement against one clause; the worst part decides."""
    close = near is not None and near.probability >= ledger.dossier.settings.claim_probability
    parts = [_Finding("contradicted", _say("opposed", label=_name(clause)))] if near and near.opposed and close else []
    if statement.influence:
        parts.append(_check_influence(statement.influence, clause, ledger))
    if statement.novel:
        parts.append(_check_novelty(statement.text, clause, ledger))
    if statement.primary:
        parts.append(_check_primacy(clause, ledger))
    if not parts:
        parts = [
            _Finding("supported" if close else "not_supported", _say("said" if close else "far", label=_name(clause)))
        ]
    worst = min(parts, key=lambda part: _WORST.index(part.verdict))
    return _Finding(worst.verdict, " ".join(part.reason for part in parts))


def _check_influence(level: Influence, clause: Clause, ledger: _Ledger) -> _Finding:
    rows = ledger.rows.get(clause.id, [])
    if rows and all(row.status == "inherited" for row in rows):
        return _Finding("contradicted", _say("inherited", label=_name(clause), wording=rows[0].wording))
    best = min(rows, key=lambda row: _RANK.index(row.claimant_grade), default=None)
    grade: Grade = best.claimant_grade if best else "none"
    if grade == "ruled_out":
        return _Finding("contradicted", _say("ruled_out", label=_name(clause), wording=_word_claimant(best, ledger)))
    verdict = _ALLOWED[level].get(grade, "not_supported")
    key = {"supported": "agrees", "partly": f"partly_{level}"}.get(
        verdict, "no_match" if grade == "none" else "too_weak"
    )
    return _Finding(verdict, _say(key, label=_name(clause), wording=_word_claimant(best, ledger)))


def _word_claimant(row: Attribution | None, ledger: _Ledger) -> str:
    """What may be said of the claimant's own document and this span."""
    known = ledger.evidence.get((row.change, row.claimant_source)) if row else None
    return known.wording if known else ""


def _check_novelty(text: str, clause: Clause, ledger: _Ledger) -> _Finding:
    rows = ledger.rows.get(clause.id, [])
    names = {"label": _name(clause), "corpus": ledger.corpus}
    if not ledger.dossier.earlier_texts:
        return _Finding("cannot_be_checked", _say("no_earlier", **names))
    fresh = [row for row in rows if row.status != "inherited"]
    if not fresh:
        return _Finding("contradicted", _say("not_new", wording=rows[0].wording if rows else "", **names))
    if any(row.status == "new" for row in fresh):
        return _Finding("supported", _say("new", **names))
    words = "; ".join(f"“{ledger.changes[row.change].text}”" for row in fresh)
    speaks_of_it = any(_shares_rare_words(text, ledger.changes[row.change].text, ledger) for row in fresh)
    return _Finding("supported" if speaks_of_it else "partly", _say("new_words", words=words, **names))


def _shares_rare_words(text: str, added: str, ledger: _Ledger) -> bool:
    shared = set(content_stems(text)) & set(content_stems(added))
    return sum(ledger.dossier.rarity(stem) > 0 for stem in shared) > 1


def _check_primacy(clause: Clause, ledger: _Ledger) -> _Finding:
    """Whether nobody among the documents said it before the claimant: the test `primacy` of its best document."""
    for row in sorted(ledger.rows.get(clause.id, []), key=lambda row: _RANK.index(row.claimant_grade)):
        known = ledger.evidence.get((row.change, row.claimant_source))
        test = next((test for test in known.tests if test.name == "primacy"), None) if known else None
        if test is not None and row.claimant_grade not in ("none", "ruled_out"):
            verdict: dict[str, ClaimVerdict] = {"pass": "supported", "fail": "contradicted"}
            return _Finding(verdict.get(test.outcome, "cannot_be_checked"), f"{_name(clause)}: {test.reason}")
    return _Finding("not_supported", _say("no_match", label=_name(clause), wording=""))


def _conclude(
    statement: Statement, clauses: Sequence[Clause], found: Sequence[_Finding], ledger: _Ledger
) -> ClaimCheck:
    rows = [row for clause in clauses for row in ledger.rows.get(clause.id, [])]
    used = [ledger.evidence.get((row.change, row.claimant_source)) for row in rows]
    return ClaimCheck(
        place=statement.place,
        text=statement.text,
        kinds=_list_kinds(statement),
        verdict=_combine([part.verdict for part in found]),
        clauses=tuple(clause.id for clause in clauses),
        evidence=tuple(dict.fromkeys(row.id for row in used if row is not None)),
        reason=" ".join(part.reason for part in found),
        publishable=" ".join(_word_publishable(clause, ledger) for clause in clauses),
    )


def _combine(verdicts: Sequence[ClaimVerdict]) -> ClaimVerdict:
    """All clauses must carry a statement; when only some do it is partly right, when none does the worst counts."""
    if len(set(verdicts)) > 1 and {"supported", "partly"} & set(verdicts):
        return "partly"
    return min(verdicts, key=_WORST.index)


def _list_kinds(statement: Statement) -> tuple[str, ...]:
    named = {"influence": statement.influence, "novelty": statement.novel, "primacy": statement.primary}
    return tuple(kind for kind, claimed in named.items() if claimed) or ("content",)


def _word_publishable(clause: Clause, ledger: _Ledger) -> str:
    """The permitted wording of the clause's spans, those with the best grade of the claimant first."""
    rows = sorted(ledger.rows.get(clause.id, []), key=lambda row: _RANK.index(row.claimant_grade))
    if not rows:
        return ""
    best = rows[0]
    is_part = best.status == "changed" and clause.label
    subject = _say("added", label=clause.label) if is_part else _name(clause)
    return join_sentence(subject, _word_claimant(best, ledger) if best.claimant_grade in _RANK[:3] else best.wording)


def _name(clause: Clause) -> str:
    return _say("paragraph", label=clause.label) if clause.label else clause.id


def _say(key: str, **names: object) -> str:
    return say("claim", key, **names)
