"""Findings of the claimant that resemble an inherited clause: ruled out, because the words stood there before."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pipeline.attribute.blocks import Floats, Ints
from pipeline.attribute.columns import NONE, NOWHERE, Flags, encode, list_numbers
from pipeline.attribute.dossier import Dossier
from pipeline.attribute.judge import find_bar, name_evidence
from pipeline.attribute.reviews import apply_reviews
from pipeline.attribute.tests import await_confirmation, examine_newness, examine_precedence, name_origin
from pipeline.attribute.wording import join_names, name_source, say
from pipeline.records import Change, Evidence, Role, Test

if TYPE_CHECKING:
    import pyarrow as pa

_CLEAR = 0.6  # cosine of a finding with a clause from which on it says the same; placebos must stay below it as well
_CLEAR_WORDS = 15.0  # BM25 in lexical-only mode
_NOT_EXAMINED = ("direction", "topic", "specificity", "placebo", "primacy", "fingerprint", "ask")


@dataclass(frozen=True, slots=True)
class Nearest:
    """The clause that a claimant's finding resembles most."""

    finding: str
    clause: str
    similarity: float  # cosine; in lexical-only mode BM25
    reached: float  # what the closest placebo finding reaches with that clause
    is_lexical: bool

    @property
    def is_clear(self) -> bool:
        """Whether the finding says the same as the clause, and more so than any placebo."""
        return self.similarity > self.reached and self.similarity >= (_CLEAR_WORDS if self.is_lexical else _CLEAR)


def find_nearest(dossier: Dossier) -> dict[str, Nearest]:
    """For each finding of the claimant, by id, the clause it resembles most, at a tie the first by id."""
    clauses = {name: place for place, name in enumerate(sorted(dossier.clauses))}
    placebos, claimants = (_find_role(role, dossier) for role in ("placebo", "claimant"))
    reached = np.zeros(len(clauses))
    parts = [_Resembling(NONE, NONE, np.zeros(0), np.zeros(0, dtype=bool))]
    for group in dossier.similarities.read_coded("finding", "clause", "cosine_clause", "bm25_clause"):
        all_rows = _read_group(group, dossier.findings.places, clauses)
        spoken = all_rows.pick(placebos[all_rows.finding])
        np.maximum.at(reached, spoken.clause, spoken.value)
        parts.append(all_rows.pick(claimants[all_rows.finding]))
    own = _Resembling._make(np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.lexsort((own.clause, -own.value, own.finding))
    best = own.pick(order[np.flatnonzero(np.diff(own.finding[order], prepend=-1))])
    ids, names = list(dossier.findings), list(clauses)
    return {
        ids[finding]: Nearest(ids[finding], names[clause], value, float(reached[clause]), is_lexical)
        for finding, clause, value, is_lexical in zip(*(column.tolist() for column in best), strict=True)
    }


class _Resembling(NamedTuple):
    """How much findings resemble clauses, in columns."""

    finding: Ints  # place among the findings
    clause: Ints  # place among the clauses, by id
    value: Floats
    is_lexical: Flags

    def pick(self, chosen: Flags | Ints) -> "_Resembling":
        return _Resembling._make(column[chosen] for column in self)


def _read_group(group: "pa.Table", findings: Mapping[str, int], clauses: Mapping[str, int]) -> _Resembling:
    """The rows of similarities whose clause is known."""
    cosine = list_numbers(group["cosine_clause"])
    is_lexical = np.isnan(cosine)
    values = np.where(is_lexical, list_numbers(group["bm25_clause"]), cosine)
    read = _Resembling(encode(group["finding"], findings), encode(group["clause"], clauses), values, is_lexical)
    return read.pick(read.clause != NOWHERE)


def _find_role(role: Role, dossier: Dossier) -> Flags:
    """Whether each finding comes from a document of this role; False behind the last, for one that is not there."""
    names = {source.id for source in dossier.find_voices(role)}
    return np.array([*(name in names for name in dossier.findings.sources), False], dtype=bool)


def rule_out_inherited(nearest: Mapping[str, Nearest], dossier: Dossier) -> tuple[Evidence, ...]:
    """One row per inherited clause and claimant document that clearly resembles it more than any other clause."""
    chosen: dict[tuple[str, str], Nearest] = {}
    for name in sorted(name for name, row in nearest.items() if row.is_clear):
        row = nearest[name]
        key = (row.clause, dossier.findings[name].source)
        if key not in chosen or row.similarity > chosen[key].similarity:
            chosen[key] = row
    resembling: dict[str, list[Nearest]] = defaultdict(list)
    for (clause, _), row in sorted(chosen.items(), key=lambda item: item[0]):
        resembling[clause].append(row)
    return tuple(
        _make_row(change, row, dossier)
        for change in dossier.changes
        if change.status == "inherited" and change.earlier_source
        for row in resembling.get(change.clause, ())
    )


def _make_row(change: Change, row: Nearest, dossier: Dossier) -> Evidence:
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
