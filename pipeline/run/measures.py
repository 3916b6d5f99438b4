"""Align, and match: what can be measured between texts, of a case or of any origin."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pipeline.records import Change, Clause
from pipeline.run.documents import CLAUSE_ROLES, list_extract_tasks
from pipeline.run.line import Line, group_by_source, hash_code, is_fresh, load_language_once, make_key
from pipeline.run.parts import find_part, list_parts
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.score import MatchRow, Passage


def align(line: Line) -> None:
    """Trace what each target clause inherits, into table 3-changes."""
    from pipeline.align import EarlierText, trace_changes

    sources = line.case.sources_as("base", "sister")
    tasks, there = list_extract_tasks(line), list_parts(line)
    names = [find_part(task, "2-clauses", there) for task in tasks if task.source.role in CLAUSE_ROLES]
    dates = [f"{source.id} {source.role} {source.date}" for source in sources]
    key = make_key(*names, hash_code("align"), repr(line.settings.align), *dates)
    if is_fresh(line, "align", key, "3-changes"):
        return
    by_source = group_by_source(line.read("2-clauses", Clause))
    earlier = [EarlierText(source, tuple(by_source.get(source.id, ()))) for source in sources]
    changes = trace_changes(by_source[line.case.target.id], earlier, line.settings.align)
    line.write("3-changes", changes, Change, key)
    line.tell("align", len(changes), len(changes))


def match_texts(
    sources: Sequence[tuple[str, str]],
    targets: Sequence[tuple[str, str]],
    settings: Settings,
    base: Mapping[str, str],
    source_base: Mapping[str, str],
    background: Sequence[str] | None = None,
    top: int = 20,
    in_pairs: bool = False,
) -> "list[MatchRow]":
    """Measure (id, text) pairs against others; where an earlier text of the same id is given, only added words count.

    `background` texts give the document frequencies instead of the shipped table. Rows as in `score.match_passages`.
    """
    from pipeline.embed import VectorStore, load_encoder
    from pipeline.score import Rarity, load_background, match_passages

    encoder = load_encoder(settings.embed)
    known = Rarity(0, {}).add_passages(background) if background is not None else load_background()
    return match_passages(
        _make_passages(sources, source_base, settings),
        _make_passages(targets, base, settings),
        known.add_passages(sorted({*base.values(), *source_base.values()})),
        VectorStore(encoder) if encoder else None,
        top,
        in_pairs,
    )


def _make_passages(texts: Sequence[tuple[str, str]], earlier: Mapping[str, str], settings: Settings) -> "list[Passage]":
    from pipeline.align import find_added
    from pipeline.extract import read_frames
    from pipeline.score import Passage, drop_credit

    said = [drop_credit(text) for _, text in texts]
    frames = read_frames(said, load_language_once(settings.extract.language_model)())
    return [
        Passage(name, text, find_added(text, earlier[name]) if name in earlier else (text,), found)
        for (name, _), text, found in zip(texts, said, frames, strict=True)
    ]
