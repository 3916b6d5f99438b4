"""Numbers on which documents disagree: shown, never resolved."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import islice
from typing import NamedTuple

from pipeline.attribute.dossier import VOICES, Dossier
from pipeline.attribute.fingerprint import weigh_words
from pipeline.records import Conflict, Figure
from pipeline.words import content_stems, stems

_NEAR = 0.8  # smaller over larger value: further apart they count different things
_SAME_CONTEXT = 0.5  # of the lighter finding's rare wording that both must share
_SHARED_WORDS = 3  # content words besides the unit


class Statement(NamedTuple):
    """A number that a finding gives."""

    figure: Figure
    finding: str  # id
    source: str
    around: frozenset[str]  # content stems of the finding besides the unit
    weight: float  # their rarity


def find_conflicts(dossier: Dossier) -> tuple[Conflict, ...]:
    """Pairs of findings of different documents that give different but near numbers for the same thing.

    Placebo and background documents speak of other things and are left out; so are pairs within one document, where
    two numbers are two facts.
    """
    conflicts = [
        Conflict(ours.figure.unit, ours.figure.value, theirs.figure.value, ours.finding, theirs.finding)
        for statements in _group_by_unit(dossier).values()
        for place, ours in enumerate(statements)
        for theirs in _find_near(statements, place)
        if ours.source != theirs.source and _is_same_matter(ours, theirs, dossier.rarity)
    ]
    return tuple(
        sorted(dict.fromkeys(conflicts), key=lambda row: (row.unit, row.finding, row.other_finding, row.value))
    )


def _group_by_unit(dossier: Dossier) -> dict[str, list[Statement]]:
    """Statements by the stem of their unit's head noun, the smallest value first."""
    groups: dict[str, list[Statement]] = defaultdict(list)
    names = {source.id for source in dossier.find_voices(*VOICES)}
    told = zip(dossier.findings.figures, dossier.findings.sources, strict=True)
    for finding in dossier.findings.sift([number > 0 and source in names for number, source in told]):
        words = frozenset(stem for stem in content_stems(finding.text) if not stem.isdigit())
        for figure in finding.figures:
            unit = stems(figure.unit)
            if unit:
                around = words - frozenset(unit)
                weight = weigh_words(around, dossier.rarity)
                groups[unit[-1]].append(Statement(figure, finding.id, finding.source, around, weight))
    for statements in groups.values():
        statements.sort(key=lambda row: (row.figure.value, row.finding, row.figure.start))
    return {unit: groups[unit] for unit in sorted(groups)}


def _find_near(statements: Sequence[Statement], place: int) -> list[Statement]:
    """Statements with a larger value that is near enough."""
    value = statements[place].figure.value
    if value <= 0:
        return []
    first = bisect_right(statements, value, key=lambda row: row.figure.value)
    last = bisect_right(statements, value / _NEAR, key=lambda row: row.figure.value)
    return list(islice(statements, first, last))


def _is_same_matter(ours: Statement, theirs: Statement, rarity: Callable[[str], float]) -> bool:
    """Whether the words around the two numbers are the same in the main."""
    shared, lighter = ours.around & theirs.around, min(ours.weight, theirs.weight)
    return len(shared) >= _SHARED_WORDS and weigh_words(shared, rarity) >= _SAME_CONTEXT * lighter > 0
