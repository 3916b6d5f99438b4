"""Which words of a clause are new against every earlier text, and since when the others stand there."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rapidfuzz.distance import LCSseq

from pipeline.align.diff import compare_texts
from pipeline.align.holdings import CARRIED, EarlierText, Holding, find_runs, join_runs, keep_whole_dates, read_holdings
from pipeline.align.tokens import Word, read_words
from pipeline.records import Change, Clause, Source, SpanStatus, cut_quotes
from pipeline.settings import AlignSettings
from pipeline.words import split_words

_SEGMENT = re.compile(r"(?<=[;:.])\s+")
_DENIALS = frozenset(("not", "no", "never", "without", "nor", "neither", "cannot"))
_BRACKET = re.compile(r"\s*\([^()]*\)")
_BRACKETS = re.compile(r"(?:\s*\([^()]*\))+\s*[;.,]?\s*$")
_NO_DATE = "9999"  # a text without a date cannot be the earliest


@dataclass(frozen=True, slots=True)
class _History:
    """A clause and what all earlier texts hold of it."""

    clause: Clause
    words: tuple[Word, ...]
    holdings: tuple[Holding, ...]  # by date
    nearest: Holding | None  # with a version of the clause, and the most of its words
    kept: frozenset[int]  # words that are not new


def trace_changes(clauses: Sequence[Clause], earlier: Sequence[EarlierText], settings: AlignSettings) -> list[Change]:
    """One row per added span of each target clause, or one row for a clause that is inherited as a whole.

    A word counts as added when no earlier text holds it at this place of the clause, nor (as part of a moved run)
    anywhere else. Words of dates count as held by a text older than the nearest only with the whole date. Function
    words alone are no change, but numbers, dates, denials and words of duty are. A clause that only lost words is
    inherited; the row names them. Without earlier texts every clause is new.
    """
    clauses = [leave_out_recommenders(clause) for clause in clauses]
    earlier = [replace(text, clauses=tuple(map(leave_out_recommenders, text.clauses))) for text in earlier]
    texts = sorted(earlier, key=lambda text: (text.source.date or _NO_DATE, text.source.id))
    columns = [read_holdings(clauses, text, settings.same_clause) for text in texts]
    changes: list[Change] = []
    for place, clause in enumerate(clauses):
        history = _read_history(clause, tuple(column[place] for column in columns))
        changes += _describe(history, settings)
    return changes


def leave_out_recommenders(clause: Clause) -> Clause:
    """The clause without the brackets at its end that name the States which recommend it.

    A recommendation that other States make again is not new, and a State's name is no wording.
    """
    tail = _BRACKETS.search(clause.text) if clause.stakeholders else None
    if tail is None:
        return clause
    start = tail.start()
    for bracket in reversed(list(_BRACKET.finditer(clause.text, start))):
        if not any(name in bracket[0] for name in clause.stakeholders):
            start = bracket.end()
            break
    return replace(clause, quotes=cut_quotes(clause.quotes, 0, start)) if 0 < start < tail.end() else clause


def find_added(text: str, earlier: str) -> tuple[str, ...]:
    """The runs of words that `text` adds to `earlier`, as printed, in order: every word, those of no substance too."""
    words, old = split_words(text), split_words(earlier)
    kept = {
        position
        for op in LCSseq.opcodes([token.stem for token in words], [token.stem for token in old])
        if op.tag == "equal"
        for position in range(op.src_start, op.src_end)
    }
    return tuple(text[words[a].start : words[b - 1].end] for a, b in find_runs(len(words), kept))


def _read_history(clause: Clause, holdings: tuple[Holding, ...]) -> _History:
    words = read_words(clause.text)
    versions = [holding for holding in holdings if holding.main is not None]
    nearest = max(versions, key=lambda holding: (_count_held(words, holding), holding.source.date), default=None)
    kept = set(nearest.held) - _find_undenied(words, nearest) if nearest else set()
    for holding in holdings:
        if holding is not nearest:
            kept |= keep_whole_dates(words, holding.carried)
    return _History(clause, words, holdings, nearest, frozenset(_drop_crumbs(words, kept)))


def _count_held(words: Sequence[Word], holding: Holding) -> int:
    """How many words of substance a text holds; a date counts once, and only as a whole."""
    held = [words[position] for position in keep_whole_dates(words, holding.held)]
    return sum(word.is_substance for word in held if word.date is None) + len({word.date for word in held} - {None})


def _find_undenied(words: Sequence[Word], nearest: Holding) -> set[int]:
    """Words that stood under a denial which was dropped: "not renew" became "renew"."""
    if nearest.main is None or nearest.diff is None:
        return set()
    old = read_words(nearest.main.text)
    origin = {
        block.other_start + shift: block.start + shift
        for block in nearest.diff.blocks
        if block.end - block.start == block.other_end - block.other_start
        for shift in range(block.end - block.start)
    }
    freed = set()
    for place, word in enumerate(old):
        if word.letters in _DENIALS and place not in nearest.diff.survived:
            denied = next((at for at in range(place + 1, len(old)) if old[at].is_content), None)
            if denied in origin and not _is_denied(words, origin[denied]):
                freed.add(origin[denied])
    return freed


def _is_denied(words: Sequence[Word], place: int) -> bool:
    """Whether a denial stands between the word and the content word before it."""
    for word in reversed(words[:place]):
        if word.letters in _DENIALS:
            return True
        if word.is_content:
            return False
    return False


def _drop_crumbs(words: Sequence[Word], kept: set[int]) -> set[int]:
    """Kept words without function words that happen to stand alone between added ones ("of the").

    Between two numbers they stay: in "from 3 to 5" the numbers alone changed.
    """
    added = find_runs(len(words), kept)
    crumbs = set()
    for before, after in pairwise(added):
        between = range(before[1], after[0])
        chance = len(between) < CARRIED and not any(words[position].is_substance for position in between)
        figures = words[before[1] - 1].is_figure and words[after[0]].is_figure
        if chance and not figures and _weigh(words, before) and _weigh(words, after):
            crumbs |= set(between)
    return kept - crumbs


def _describe(history: _History, settings: AlignSettings) -> list[Change]:
    words, kept = history.words, history.kept
    runs = [run for run in find_runs(len(words), kept) if _weigh(words, run)]
    weight = sum(_weigh(words, run) for run in runs)
    if weight < settings.trivial_words and words:
        return [_inherit(history)]
    if history.nearest is None and not kept:
        return [_make_row(history, "new", [(0, len(words))], 1, None)]
    status: SpanStatus = "changed" if history.nearest else "new"
    spans = [
        [run for run in runs if start <= run[0] and run[1] <= end] for start, end in join_runs(runs, settings.join_gap)
    ]
    return [_make_row(history, status, span, number, history.nearest) for number, span in enumerate(spans, start=1)]


def _weigh(words: Sequence[Word], run: tuple[int, int]) -> int:
    """How many words of the run say something."""
    return sum(words[position].is_substance for position in range(*run))


def _find_carriers(history: _History) -> list[Holding]:
    """The texts, by date, that hold everything of substance in the clause."""
    substance = {position for position, word in enumerate(history.words) if word.is_substance}
    return [holding for holding in history.holdings if substance <= holding.held and _holds_some(holding)]


def _holds_some(holding: Holding) -> bool:
    return holding.main is not None or bool(holding.held)


def _inherit(history: _History) -> Change:
    """The row of an inherited clause; its source is the earliest text that already carries all of its substance."""
    carriers = _find_carriers(history)
    first = carriers[0] if carriers else history.nearest
    return _make_row(history, "inherited", [], 1, first)


def _find_since(history: _History, status: SpanStatus) -> tuple[str, tuple[str, ...]]:
    """The earliest text with the clause (inherited: with all of its words), and later base texts that lack it."""
    if status == "inherited":
        bearers = _find_carriers(history) or _complete(history)
    else:
        bearers = [holding for holding in history.holdings if holding.main is not None]
    if not bearers:
        return "", ()
    names = {holding.source.id for holding in bearers}
    since = bearers[0].source
    gaps = tuple(
        holding.source.id
        for holding in history.holdings
        if _is_adopted(holding.source) and holding.source.id not in names and holding.source.date > since.date
    )
    return since.id, gaps


def _is_adopted(source: Source) -> bool:
    """Whether it is a year of the series, not a draft nor another organ's text."""
    return source.role == "base" and source.kind != "draft"


def _complete(history: _History) -> list[Holding]:
    """Where no text holds all words alone: the text by which all had stood somewhere, and those that follow it."""
    missing = {position for position, word in enumerate(history.words) if word.is_substance}
    for place, holding in enumerate(history.holdings):
        missing -= holding.held
        if not missing:
            return list(history.holdings[place:])
    return []


def _make_row(
    history: _History, status: SpanStatus, runs: Sequence[tuple[int, int]], number: int, beside: Holding | None
) -> Change:
    clause, words, text = history.clause, history.words, history.clause.text
    cuts = [_cut_run(text, words[start].start, words[end - 1].end) for start, end in runs if start < end]
    whole = status == "inherited" or not cuts or (status == "new" and not history.kept)
    origin = beside.main if beside else None
    since, gaps = _find_since(history, status)
    return Change(
        id=f"{clause.id}/{number}",
        clause=clause.id,
        status=status,
        quotes=clause.quotes if whole else tuple(q for cut in cuts for q in cut_quotes(clause.quotes, *cut)),
        context=_cut_context(text, cuts[0][0], cuts[-1][1]) if cuts and not whole else text,
        added=() if status == "inherited" else (text,) if whole else tuple(text[start:end] for start, end in cuts),
        removed=_list_removed(history.nearest),
        earlier_clause=origin.id if origin else None,
        earlier_source=beside.source.id if beside else None,
        earlier_text=origin.text if origin else "",
        kept_share=_share_kept(history, status, beside),
        moved=origin is not None and origin.label != clause.label,
        since=since,
        gaps=gaps,
        joined=tuple(other.id for other in beside.joined) if beside else (),
        chapeau_changed=_has_other_chapeau(history),
    )


def _cut_run(text: str, start: int, end: int) -> tuple[int, int]:
    """The run with the bracket that closes one opened in it: "281 (1970)"."""
    opened = text.count("(", start, end) > text.count(")", start, end)
    return start, end + (opened and text.startswith(")", end))


def _share_kept(history: _History, status: SpanStatus, beside: Holding | None) -> float:
    if status == "inherited":
        return len(beside.held) / max(len(history.words), 1) if beside else 1.0
    return len(history.kept) / max(len(history.words), 1)


def _list_removed(nearest: Holding | None) -> tuple[str, ...]:
    """Runs of the nearest version's words that the clause dropped, as printed; function words alone are left out."""
    if nearest is None or nearest.main is None:
        return ()
    text = nearest.main.text
    words = read_words(text)
    runs = [run for run in find_runs(len(words), nearest.survived) if _weigh(words, run)]
    cuts = [_cut_run(text, words[start].start, words[end - 1].end) for start, end in runs]
    return tuple(text[start:end] for start, end in cuts)


def _has_other_chapeau(history: _History) -> bool:
    """Whether the words above the clause changed in substance beside its nearest version."""
    above = " ".join(quote.text for quote in history.clause.chapeau)
    main = history.nearest.main if history.nearest else None
    before = " ".join(quote.text for quote in main.chapeau) if main else ""
    if not above or not before or above == before:
        return False
    diff = compare_texts(above, before)
    sides = ((read_words(above), diff.kept), (read_words(before), diff.survived))
    return any(_weigh(words, run) for words, kept in sides for run in find_runs(len(words), kept))


def _cut_context(text: str, start: int, end: int) -> str:
    """The segments between semicolons, colons and full stops that the span touches."""
    breaks = [0, *(match.end() for match in _SEGMENT.finditer(text)), len(text)]
    first = max(cut for cut in breaks if cut <= start)
    last = min(cut for cut in breaks if cut >= end)
    return text[first:last].strip()
