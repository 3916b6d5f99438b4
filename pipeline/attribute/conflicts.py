"""Numbers on which documents disagree: shown, never resolved."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import islice

from pipeline.attribute.dossier import VOICES, Dossier
from pipeline.attribute.fingerprint import weigh_words
from pipeline.records import Conflict, Figure, Finding
from pipeline.words import content_stems, stems

_NEAR = 0.8  # smaller over larger value: further apart they count different things
_SAME_CONTEXT = 0.5  # of the lighter finding's rare wording that both must share
_SHARED_WORDS = 3  # content words besides the unit

Statement = tuple[Figure, Finding, frozenset[str], float]  # with the content stems around the number, and their rarity


def find_conflicts(dossier: Dossier) -> tuple[Conflict, ...]:
    """Pairs of findings of different documents that give different but near numbers for the same thing.

    Placebo and background documents speak of other things and are left out; so are pairs within one document, where
    two numbers are two facts.
    """
    conflicts = [
        Conflict(ours[0].unit, ours[0].value, theirs[0].value, ours[1].id, theirs[1].id)
        for statements in _group_by_unit(dossier).values()
        for place, ours in enumerate(statements)
        for theirs in _find_near(statements, place)
        if ours[1].source != theirs[1].source and _is_same_matter(ours, theirs, dossier.rarity)
    ]
    return tuple(
        sorted(dict.fromkeys(conflicts), key=lambda row: (row.unit, row.finding, row.other_finding, row.value))
    )


def _group_by_unit(dossier: Dossier) -> dict[str, list[Statement]]:
    """Statements by the stem of their unit's head noun, the smallest value first."""
    groups: dict[str, list[Statement]] = defaultdict(list)
    names = {source.id for source in dossier.find_voices(*VOICES)}
    told = zip(dossier.findings.figures, dossier.findings.sources, strict=True)
    for finding in dossier.findings.choose([number > 0 and source in names for number, source in told]):
        words = frozenset(stem for stem in content_stems(finding.text) if not stem.isdigit())
        for figure in finding.figures:
            unit = stems(figure.unit)
            if unit:
                around = words - frozenset(unit)
                groups[unit[-1]].append((figure, finding, around, weigh_words(around, dossier.rarity)))
    for statements in groups.values():
        statements.sort(key=lambda row: (row[0].value, row[1].id, row[0].start))
    return {unit: groups[unit] for unit in sorted(groups)}


def _find_near(statements: Sequence[Statement], place: int) -> list[Statement]:
    """Statements with a larger value that is near enough."""
    value = statements[place][0].value
    if value <= 0:
        return []
    first = bisect_right(statements, value, key=lambda row: row[0].value)
    last = bisect_right(statements, value / _NEAR, key=lambda row: row[0].value)
    return list(islice(statements, first, last))


def _is_same_matter(ours: Statement, theirs: Statement, rarity: Callable[[str], float]) -> bool:
    """Whether the words around the two numbers are the same in the main."""
    shared, lighter = ours[2] & theirs[2], min(ours[3], theirs[3])
    return len(shared) >= _SHARED_WORDS and weigh_words(shared, rarity) >= _SAME_CONTEXT * lighter > 0
