"""How well `align` finds what a clause adds to the earlier texts of its series: labels by hand beside its rows."""

import csv
import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np

from pipeline.align import EarlierText, trace_changes
from pipeline.errors import ClausetraceError
from pipeline.evaluate.measured import Measured
from pipeline.records import Change, Clause, Quote, Section, Source
from pipeline.settings import load_settings
from pipeline.words import split_words

LABELS = Path(__file__).parents[2] / "data" / "gold" / "alignment"
_DRAWS = 2000  # bootstrap samples of clauses
_SEED = 20240322


class StaleLabelsError(ClausetraceError):
    """A text is not the one that was labelled."""


@dataclass(frozen=True, slots=True)
class LabelledClause:
    """A clause and what a person found when reading it beside the earlier texts."""

    clause: Clause
    date: str
    status: str
    added: frozenset[int]  # offsets of the added words' first characters
    removed: Counter[str]  # dropped words of the nearest earlier version
    since: str  # document with the earliest version of the clause; inherited: with all of its words


@dataclass(frozen=True, slots=True)
class Verdict:
    """The counts of one labelled clause: right and wrong words, status, earliest text."""

    added: tuple[int, int, int]  # words found rightly, found wrongly, missed
    removed: tuple[int, int, int]
    status: bool
    since: bool | None  # None for new clauses
    changed: bool  # labelled so


def measure_alignment(folder: Path, labels: Path = LABELS) -> list[Measured]:
    """Figures of `align` on labelled series, one set a folder of `labels`; their texts lie under `folder`.

    Each document of a series is aligned with all earlier ones at once. F1 counts words over all clauses (an added word
    is right when exactly this occurrence was labelled; dropped words are compared as a bag); intervals are 95 %
    bootstrap over clauses. StaleLabelsError when a text is not the labelled one.
    """
    measured = []
    for group in sorted(path for path in labels.iterdir() if path.is_dir()):
        verdicts = []
        for file in sorted(group.glob("*.csv")):
            series = read_labels(file, folder)
            verdicts += [verdict for place in range(1, len(series)) for verdict in judge_document(series, place)]
        measured += _summarise(verdicts, f"renewals of missions, {group.name.replace('_', ' ')}")
    return measured


def read_labels(file: Path, folder: Path) -> list[list[LabelledClause]]:
    """The labelled clauses by document, earliest document first."""
    with file.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    texts = {(row["file"], row["label"]): _cut_text(folder, row) for row in rows}
    series = [
        [_read_row(row, place, texts) for place, row in enumerate(group)]
        for _, group in groupby(rows, key=lambda row: (row["date"], row["file"]))
    ]
    return sorted(series, key=lambda document: document[0].date)


def judge_document(series: Sequence[Sequence[LabelledClause]], place: int) -> list[Verdict]:
    """Align one document of a series with all before it and compare each clause with its label."""
    earlier = [EarlierText(_make_source(doc), tuple(label.clause for label in doc)) for doc in series[:place]]
    target = series[place]
    changes = trace_changes([label.clause for label in target], earlier, load_settings().align)
    found: dict[str, list[Change]] = {}
    for change in changes:
        found.setdefault(change.clause, []).append(change)
    return [_judge(label, found[label.clause.id]) for label in target]


def _cut_text(folder: Path, row: Mapping[str, str]) -> str:
    raw = (folder / row["file"]).read_text(encoding="utf-8")
    pieces = [raw[slice(*map(int, part.split("-")))] for part in row["ranges"].split()]
    text = " ".join(" ".join(pieces).split())
    if not hashlib.sha256(text.encode()).hexdigest().startswith(row["sha256"]):
        raise StaleLabelsError(f"{row['file']}, {row['label']}: the text is not the one that was labelled")
    return text


def _read_row(row: Mapping[str, str], order: int, texts: Mapping[tuple[str, str], str]) -> LabelledClause:
    text = texts[row["file"], row["label"]]
    section: Section = "preamble" if row["section"] == "preamble" else "operative"
    above = (_quote(row["file"], row["parent"], texts[row["file"], row["parent"]]),) if row["parent"] else ()
    quotes = (_quote(row["file"], row["label"], text),)
    name = f"{row['file']}#{row['label']}"
    clause = Clause(name, row["file"], order, section, row["label"], row["parent"] or None, None, quotes, above)
    nearest = texts.get((row["nearest_file"], row["nearest_label"]), "")
    return LabelledClause(
        clause,
        row["date"],
        row["status"],
        frozenset(token.start for token in split_words(text) if _is_inside(token.start, row["added"])),
        Counter(token.stem for token in split_words(nearest) if _is_inside(token.start, row["removed"])),
        row["since"],
    )


def _quote(source: str, label: str, text: str) -> Quote:
    return Quote(source, None, f"{source}¶{label}", 0, len(text), text)


def _is_inside(at: int, ranges: str) -> bool:
    return any(int(start) <= at < int(end) for start, end in (part.split("-") for part in ranges.split()))


def _make_source(document: Sequence[LabelledClause]) -> Source:
    name = document[0].clause.source
    return Source(name, "base", "resolution", "", "", document[0].date, "printed", "en", "", "", "")


def _judge(label: LabelledClause, changes: Sequence[Change]) -> Verdict:
    first = changes[0]
    text = label.clause.text
    quotes = [quote for change in changes if change.status != "inherited" for quote in change.quotes]
    added = {
        token.start for token in split_words(text) if any(quote.start <= token.start < quote.end for quote in quotes)
    }
    gold = label.added if label.status != "new" else frozenset(token.start for token in split_words(text))
    removed = Counter(token.stem for run in first.removed for token in split_words(run))
    return Verdict(
        (len(added & gold), len(added - gold), len(gold - added)),
        ((removed & label.removed).total(), (removed - label.removed).total(), (label.removed - removed).total()),
        first.status == label.status,
        first.since == label.since if label.since else None,
        label.status == "changed",
    )


def _summarise(verdicts: Sequence[Verdict], task: str) -> list[Measured]:
    changed = [verdict for verdict in verdicts if verdict.changed]
    dated = [verdict for verdict in verdicts if verdict.since is not None]
    rows: list[tuple[str, Sequence[Verdict], Callable[[Sequence[Verdict]], float], str]] = [
        ("status accuracy", verdicts, lambda some: _mean([one.status for one in some]), ""),
        ("F1 of added words", verdicts, lambda some: _score_f1([one.added for one in some]), ""),
        ("F1 of dropped words", verdicts, lambda some: _score_f1([one.removed for one in some]), ""),
        (
            "changed clauses with exactly the labelled words",
            changed,
            lambda some: _mean([not any(one.added[1:]) for one in some]),
            "nothing else is reported where a date, a number or a word changed",
        ),
        ("earliest text right", dated, lambda some: _mean([bool(one.since) for one in some]), ""),
    ]
    return [
        Measured("align", task, metric, measure(some), len(some), *_bootstrap(some, measure), "", note)
        for metric, some, measure, note in rows
        if some
    ]


def _mean(outcomes: Sequence[bool]) -> float:
    return sum(outcomes) / len(outcomes)


def _score_f1(counts: Sequence[tuple[int, int, int]]) -> float:
    right, wrong, missed = (sum(count[part] for count in counts) for part in range(3))
    return 2 * right / (2 * right + wrong + missed) if right + wrong + missed else 1.0


def _bootstrap(some: Sequence[Verdict], measure: Callable[[Sequence[Verdict]], float]) -> tuple[float, float]:
    """The 2.5 and 97.5 percentiles of the figure over clauses drawn with replacement."""
    draw = np.random.default_rng(_SEED)
    values = [measure([some[place] for place in draw.integers(len(some), size=len(some))]) for _ in range(_DRAWS)]
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)
