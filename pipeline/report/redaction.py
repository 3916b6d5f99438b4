"""The edition without names: bars over the names of persons in every text of a run, and on the images of its pages.

A bar is as long as its name, so that every offset into a text still holds. Ids, file paths and addresses stay.
"""

import re
from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, TypeVar

from pipeline.case import Case
from pipeline.report.results import Results
from pipeline.report.texts import Texts, count_noun

Record = TypeVar("Record")
BAR = "█"
# Ids and codes of records: they join the tables, and a bar in one would part what belongs together.
_KEPT = frozenset({
    "id", "source", "paragraph", "change", "clause", "finding", "other_finding", "link", "earlier_clause",
    "earlier_source", "since", "gaps", "joined", "themes", "best_source", "best_finding", "claimant_source",
    "claimant_finding", "label", "parent", "path", "url", "sha256", "language", "date", "date_basis", "kind", "stage",
    "status", "grade", "outcome", "strengths", "heard", "common", "verdict", "state", "encoder", "versions",
    "withheld", "cites",
})  # fmt: skip


def redact_run(case: Case, results: Results, names: Iterable[str]) -> tuple[Case, Results]:
    """The case and its tables with a bar over each name, wherever it stands as whole words."""
    withheld = tuple(sorted({name for name in names if name.strip()}))
    pattern = match_names(withheld)
    if pattern is None:
        return case, replace(results, withheld=withheld)
    sources = tuple(
        replace(source, title=cover_names(source.title, pattern), publisher=cover_names(source.publisher, pattern))
        for source in case.sources
    )
    claims = tuple(claim.model_copy(update={"text": cover_names(claim.text, pattern)}) for claim in case.claims)
    shown = replace(case, title=cover_names(case.title, pattern), sources=sources, claims=claims)
    return shown, replace(_cover(results, pattern), withheld=withheld)


@cache
def match_names(names: tuple[str, ...]) -> re.Pattern[str] | None:
    """Any of the names as whole words, the longest first, over whatever blanks and hyphenation; None without names."""
    forms = sorted(names, key=lambda name: (-len(name), name))
    found = "|".join(r"(?:\s+|-\s*|\s*-)".join(map(re.escape, re.split(r"[\s-]+", name.strip()))) for name in forms)
    return re.compile(rf"(?<!\w)(?:{found})(?!\w)") if found else None


def cover_names(text: str, pattern: re.Pattern[str]) -> str:
    """The text with bars in place of names, of the same length."""
    return pattern.sub(lambda match: BAR * len(match[0]), text)


def say_withheld(results: Results, texts: Texts) -> str:
    """The sentence that says how many names a redacted edition withholds, and what that does not ensure."""
    return texts["redaction"]["notice"].format(names=count_noun(texts, "name", len(results.withheld or ())))


def _cover(value: Any, pattern: re.Pattern[str]) -> Any:
    """Every text within records and tuples covered; what needs no bar stays the same object."""
    if isinstance(value, str):
        return cover_names(value, pattern)
    if isinstance(value, tuple):
        covered = tuple(_cover(item, pattern) for item in value)
        return value if all(new is old for new, old in zip(covered, value, strict=True)) else covered
    if is_dataclass(value) and not isinstance(value, type):
        old = {field.name: getattr(value, field.name) for field in fields(value) if field.name not in _KEPT}
        new = {name: _cover(item, pattern) for name, item in old.items()}
        changed = {name: item for name, item in new.items() if item is not old[name] and item != old[name]}
        return replace(value, **changed) if changed else value
    return value
