"""Findings and links of a case as columns: thousands are compared at once, and only those that count become records."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pipeline.attribute.blocks import Floats, Ints
from pipeline.records import Finding, Link
from pipeline.tables import Rows

if TYPE_CHECKING:
    import pyarrow as pa

Flags = NDArray[np.bool_]
_NUMBERS = ("log_odds", "match_probability", "shared_idf_added", "shared_share", "bm25_share", "cosine_span")
_FLAGS = ("negation_conflict", "role_swap", "stance_conflict")
NOWHERE = -1
NONE = np.zeros(0, dtype=np.int64)


class FindingTable(Mapping[str, Finding]):
    """The findings by id, made into records when they are asked for; iterated by source, order and id."""

    def __init__(self, rows: Rows[Finding]) -> None:
        table = rows.read_columns("id", "source", "order", "kind", "voice", "figures")
        names, sources, orders, kinds, voices = (table.column(number).to_pylist() for number in range(5))
        order = sorted(range(len(rows)), key=lambda at: (sources[at], orders[at], names[at]))
        self._rows = rows
        self._made: dict[str, Finding] = {}
        self._at = {names[at]: at for at in order}
        kept = list(self._at.values())
        self.places = {name: place for place, name in enumerate(self._at)}
        self.sources: list[str] = [sources[at] for at in kept]
        self.kinds: list[str] = [kinds[at] for at in kept]
        self.voices: list[str] = [voices[at] for at in kept]
        self.figures: list[int] = count_items(table["figures"])[kept].tolist() if kept else []  # how many it states

    def __getitem__(self, name: str) -> Finding:
        if name not in self._made:
            self.load([name])
        return self._made[name]

    def __iter__(self) -> Any:
        return iter(self._at)

    def __len__(self) -> int:
        return len(self._at)

    def load(self, names: Iterable[str]) -> None:
        """Make many records at once, which is faster than one by one. Raises KeyError for an id that is not there."""
        wanted = list(dict.fromkeys(name for name in names if name not in self._made))
        self._made.update(zip(wanted, self._rows.take([self._at[name] for name in wanted]), strict=True))

    def choose(self, chosen: Sequence[bool]) -> list[Finding]:
        """The records for which a list in this order holds True."""
        names = [name for name, is_chosen in zip(self._at, chosen, strict=True) if is_chosen]
        self.load(names)
        return [self._made[name] for name in names]

    @cached_property
    def ranks(self) -> Ints:
        """The rank of each finding by the ids of its links, in which something stands behind the finding's own."""
        ranks = np.empty(len(self), dtype=np.int64)
        ranks[[self.places[name] for name in sorted(self, key=lambda name: f"{name} ")]] = np.arange(len(self))
        return ranks

    @cached_property
    def sizes(self) -> Counter[str]:
        """How many findings each document has."""
        return Counter(self.sources)


@dataclass(frozen=True)
class LinkTable:
    """The links of spans with findings, a column a measurement, in the order: span, source, highest log-odds, id."""

    rows: Rows[Link]
    at: Ints  # the row of each link in `rows`
    span: Ints  # its place among the spans
    source: Ints  # its place among the sources
    finding: Ints  # its place among the findings
    log_odds: Floats
    match_probability: Floats
    shared_idf_added: Floats
    shared_share: Floats
    closeness: Floats  # the semantic similarity; in lexical-only mode the share of words stands in for it
    ordered_words: Ints
    items: Ints
    contradicts: Flags  # whether any conflict of direction was measured

    def __len__(self) -> int:
        return len(self.at)

    @cached_property
    def group(self) -> Ints:
        """A number for each span and source; links of one group stand together."""
        return np.asarray(self.span * (int(self.source.max(initial=0)) + 1) + self.source)

    @cached_property
    def starts(self) -> Ints:
        """For each link the place of the first of its group: the best link of that span and source."""
        firsts = np.flatnonzero(np.diff(self.group, prepend=-1))
        return np.repeat(firsts, np.diff(firsts, append=len(self)))

    def list_runs(self, chosen: Flags) -> list[str]:
        """The distinct runs that the chosen links share with their spans, as printed."""
        runs: list[str] = (
            self.rows.read_columns("ordered_run")["ordered_run"].take(self.at[chosen]).unique().to_pylist()
        )
        return runs

    def list_items(self, chosen: Flags) -> list[list[str]]:
        """The items of lists that the chosen links share with their spans."""
        lists: list[list[str]] = (
            self.rows.read_columns("shared_items")["shared_items"].take(self.at[chosen]).to_pylist()
        )
        return lists

    def find_short(self, place: int) -> float:
        """Log-odds by which a link lies below the best of its group."""
        return float(self.log_odds[self.starts[place]] - self.log_odds[place])

    def take(self, places: Iterable[int]) -> list[Link]:
        """The records at these places."""
        return self.rows.take(self.at[np.fromiter(places, dtype=np.int64)])


def open_links(
    rows: Rows[Link], spans: Mapping[str, int], sources: Mapping[str, int], findings: FindingTable
) -> LinkTable:
    """The links whose span, source and finding are known, in order."""
    coded = [
        encode_column(rows, name, places)
        for name, places in (("change", spans), ("source", sources), ("finding", findings.places))
    ]
    kept = np.flatnonzero(np.all([values != NOWHERE for values in coded], axis=0))
    span, source, finding = (values[kept] for values in coded)
    numbers = {name: read_numbers(rows, name)[kept] for name in _NUMBERS}
    order = np.lexsort((findings.ranks[finding], -numbers["log_odds"], source, span))
    closeness = np.where(np.isnan(numbers["cosine_span"]), numbers["bm25_share"], numbers["cosine_span"])
    return LinkTable(
        rows=rows,
        at=kept[order],
        span=span[order],
        source=source[order],
        finding=finding[order],
        closeness=closeness[order],
        ordered_words=rows.read_columns("ordered_words").column(0).to_numpy()[kept][order],
        items=np.concatenate([NONE, *map(count_items, rows.read_groups("shared_items"))])[kept][order],
        contradicts=np.any([rows.read_columns(name).column(0).to_numpy() for name in _FLAGS], axis=0)[kept][order],
        **{name: numbers[name][order] for name in _NUMBERS[:4]},
    )


def count_items(lists: "pa.ChunkedArray") -> Ints:
    """The length of each list of a column."""
    import pyarrow.compute as pc

    return np.asarray(pc.list_value_length(lists).to_numpy(), dtype=np.int64)


def read_numbers(rows: Rows[Any], name: str) -> Floats:
    """A column of numbers, NaN for None."""
    return np.asarray(rows.read_columns(name).column(0).to_numpy(), dtype=np.float64)


def encode_column(rows: Rows[Any], name: str, places: Mapping[str, int]) -> Ints:
    """The place of each text of a column, NOWHERE for texts that have none.

    In each group of rows every distinct text is looked up once; the texts of all groups are never in memory together.
    """
    return np.concatenate([NONE, *(_encode(column, places) for column in rows.read_groups(name))])


def _encode(column: "pa.ChunkedArray", places: Mapping[str, int]) -> Ints:
    coded = column.combine_chunks().dictionary_encode()
    known = np.array([*(places.get(name, NOWHERE) for name in coded.dictionary.to_pylist()), NOWHERE], dtype=np.int64)
    return np.asarray(known[coded.indices.to_numpy()])
