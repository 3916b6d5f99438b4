"""This year's clause against last year's, word by word."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

from pipeline.case import Case
from pipeline.records import Change, Clause, Source
from pipeline.report.joins import SpanRow, name_clause
from pipeline.report.pieces import find_added
from pipeline.words import normalise

Edit = Literal["kept", "added", "elsewhere", "removed"]
_WORD = re.compile(r"\s*\S+")
_LONGEST = 20_000  # letters: beyond it a clause is not compared but shown whole


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words of one clause or of its predecessor; "elsewhere" words stood in another clause of the earlier texts."""

    text: str
    edit: Edit


@dataclass(frozen=True, slots=True)
class Delta:
    """A clause of the target beside its nearest predecessor."""

    anchor: str
    label: str
    clause: Clause
    chapeau: str
    earlier: Source | None
    earlier_source: str
    is_moved: bool
    stretches: tuple[Stretch, ...]
    rows: tuple[str, ...]  # anchors of the cards of its spans
    status: str

    @property
    def is_same(self) -> bool:
        return all(stretch.edit == "kept" for stretch in self.stretches)


def view_deltas(
    case: Case, clauses: Sequence[Clause], spans: dict[str, list[SpanRow]], anchors: dict[str, str]
) -> list[Delta]:
    """The target's clauses in order, each compared with its nearest predecessor; `anchors` are those of the cards."""
    sources = {source.id: source for source in case.sources}
    target = sorted((clause for clause in clauses if clause.source == case.target.id), key=lambda clause: clause.order)
    deltas = []
    for number, clause in enumerate(target, start=1):
        changes = [row.change for row in spans.get(clause.id, [])]
        nearest = next((change for change in changes if change.earlier_text), None)
        statuses = {change.status for change in changes}
        earlier = nearest.earlier_source or "" if nearest else ""
        deltas.append(
            Delta(
                anchor=f"clause-{number}",
                label=name_clause(clause),
                clause=clause,
                chapeau=" ".join(quote.text for quote in clause.chapeau),
                earlier=sources.get(earlier),
                earlier_source=earlier,
                is_moved=bool(nearest and nearest.moved),
                stretches=compare_words(nearest.earlier_text if nearest else "", clause, changes),
                rows=tuple(anchors[change.id] for change in changes if change.status != "inherited"),
                status=next((status for status in ("changed", "new", "inherited") if status in statuses), ""),
            )
        )
    return deltas


def compare_words(earlier: str, clause: Clause, changes: Sequence[Change]) -> tuple[Stretch, ...]:
    """The clause's words with those of the earlier text that were dropped.

    Words that the earlier clause lacks are "added" where a changed span counts them as new, else "elsewhere": the
    aligner found them in another clause of the earlier texts, or took them for a change without substance.
    """
    text = clause.text
    if not earlier or len(text) + len(earlier) > _LONGEST:
        counted = any(change.status != "inherited" for change in changes)
        return (Stretch(text, "added" if counted else "kept"),)
    new = _mark_new(clause, changes)
    old_words, new_words = _WORD.findall(earlier), [*_WORD.finditer(text)]
    matcher = SequenceMatcher(None, [_fold(word) for word in old_words], [_fold(w[0]) for w in new_words], False)
    stretches: list[Stretch] = []
    for kind, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if kind in ("replace", "delete"):
            stretches.append(Stretch("".join(old_words[old_from:old_to]).strip(), "removed"))
        for found in new_words[new_from:new_to]:
            is_new = any(new[found.start() : found.end()])
            stretches.append(Stretch(found[0], "kept" if kind == "equal" else "added" if is_new else "elsewhere"))
    return tuple(
        Stretch("".join(stretch.text for stretch in run).strip(), edit)
        for edit, run in groupby(stretches, key=lambda stretch: stretch.edit)
    )


def _mark_new(clause: Clause, changes: Sequence[Change]) -> list[bool]:
    """For each letter of the clause whether a changed span counts it as added."""
    added = [quote for change in changes for quote in find_added(change)]
    marks: list[bool] = []
    for number, quote in enumerate(clause.quotes):
        marks += [False] * bool(number)  # the blank between two quotes
        own = [False] * len(quote.text)
        for place in added:
            start, end = max(place.start, quote.start) - quote.start, min(place.end, quote.end) - quote.start
            if place.paragraph == quote.paragraph and start < end:
                own[start:end] = [True] * (end - start)
        marks += own
    return marks


def _fold(word: str) -> str:
    return normalise(word).casefold()
