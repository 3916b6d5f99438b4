"""Findings and links of a case as columns: thousands are compared at once, and only those that count become records."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pipeline.attribute.blocks import Floats, Ints, sort_groups
from pipeline.records import Finding, Link
from pipeline.tables import Rows

if TYPE_CHECKING:
    import pyarrow as pa

Flags = NDArray[np.bool_]
_NUMBERS = ("log_odds", "match_probability", "shared_idf_added", "shared_share")
_FLAGS = ("negation_conflict", "role_swap", "stance_conflict")
NOWHERE = -1
NONE = np.zeros(0, dtype=np.int32)


class FindingTable(Mapping[str, Finding]):
    """The findings by id, made into records when they are asked for; iterated by source, order and id."""

    def __init__(self, rows: Rows[Finding]) -> None:
        table = rows.read_columns("id", "source", "order", "kind", "voice", "figures")
        names, orders = table["id"].to_pylist(), table["order"].to_pylist()
        sources, kinds, voices = (_list_shared(table[name]) for name in ("source", "kind", "voice"))
        kept = {names[at]: at for at in sorted(range(len(rows)), key=lambda at: (sources[at], orders[at], names[at]))}
        self._rows = rows
        self._made: dict[str, Finding] = {}
        self._at = np.fromiter(kept.values(), dtype=np.int64)  # the row of each finding
        self.places = {name: place for place, name in enumerate(kept)}
        self.sources = [sources[at] for at in self._at]
        self.kinds = [kinds[at] for at in self._at]
        self.voices = [voices[at] for at in self._at]
        self.figures: list[int] = count_items(table["figures"])[self._at].tolist()  # how many it states

    def __getitem__(self, name: str) -> Finding:
        if name not in self._made:
            self.load([name])
        return self._made[name]

    def __iter__(self) -> Any:
        return iter(self.places)

    def __len__(self) -> int:
        return len(self.places)

    def load(self, names: Iterable[str]) -> None:
        """Make many records at once, which is faster than one by one. Raises KeyError for an id that is not there."""
        wanted = list(dict.fromkeys(name for name in names if name not in self._made))
        self._made.update(zip(wanted, self._rows.take(self._at[[self.places[name] for name in wanted]]), strict=True))

    def sift(self, chosen: Sequence[bool]) -> Iterator[Finding]:
        """The records for which a list in this order holds True, in the order of the table; they are not kept."""
        return (finding for _, finding in self._rows.sift(self._at[np.asarray(chosen, dtype=bool)].tolist()))

    def choose(self, chosen: Sequence[bool]) -> list[Finding]:
        """The records for which a list in this order holds True."""
        names = [name for name, is_chosen in zip(self.places, chosen, strict=True) if is_chosen]
        self.load(names)
        return [self._made[name] for name in names]

    @cached_property
    def ranks(self) -> Ints:
        """The rank of each finding by the ids of its links, in which something stands behind the finding's own."""
        ranks = np.empty(len(self), dtype=np.int32)
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
        return np.asarray(self.span.astype(np.int64) * (int(self.source.max(initial=0)) + 1) + self.source)

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
    """The links whose span, source and finding are known, in order.

    One column after another, so that no more than one is in memory in another order.
    """
    coded = [
        _encode_column(rows, name, places)
        for name, places in (("change", spans), ("source", sources), ("finding", findings.places))
    ]
    at = _order_links(coded[0], coded[1], coded[2], _read_numbers(rows, "log_odds"), findings.ranks)
    return LinkTable(
        rows=rows,
        at=at,
        span=coded[0][at],
        source=coded[1][at],
        finding=coded[2][at],
        closeness=_read_closeness(rows)[at],
        ordered_words=rows.read_columns("ordered_words").column(0).to_numpy().astype(np.int32)[at],
        items=_read_counts(rows, "shared_items")[at],
        contradicts=np.any([rows.read_columns(name).column(0).to_numpy() for name in _FLAGS], axis=0)[at],
        **{name: _read_numbers(rows, name)[at] for name in _NUMBERS},
    )


def _order_links(span: Ints, source: Ints, finding: Ints, log_odds: Floats, ranks: Ints) -> Ints:
    """The places of the links that are known, span after span, in each by source, highest log-odds and id."""
    known = np.flatnonzero((span != NOWHERE) & (source != NOWHERE) & (finding != NOWHERE))
    at = sort_groups(span, known)
    bounds = np.searchsorted(span[at], np.arange(int(span.max(initial=0)) + 2))
    for start, end in pairwise(bounds.tolist()):
        here = at[start:end]
        at[start:end] = here[np.lexsort((ranks[finding[here]], -log_odds[here], source[here]))]
    return at


def _read_closeness(rows: Rows[Link]) -> Floats:
    cosines = _read_numbers(rows, "cosine_span")
    return np.where(np.isnan(cosines), _read_numbers(rows, "bm25_share"), cosines)


def _list_shared(column: "pa.ChunkedArray") -> list[str]:
    """A column of few texts as plain values, rows of the same text holding the same object."""
    coded = column.combine_chunks().dictionary_encode()
    texts = coded.dictionary.to_pylist()
    return [texts[place] for place in coded.indices.to_pylist()]


def count_items(lists: "pa.ChunkedArray") -> Ints:
    """The length of each list of a column."""
    import pyarrow.compute as pc

    return np.asarray(pc.list_value_length(lists).to_numpy(), dtype=np.int32)


def _read_counts(rows: Rows[Link], name: str) -> Ints:
    """`count_items` for a whole column, whose lists are never in memory together."""
    return np.concatenate([NONE, *(count_items(group[name]) for group in rows.read_groups(name))])


def list_numbers(column: "pa.ChunkedArray") -> Floats:
    """A column of numbers, NaN for None."""
    return np.asarray(column.to_numpy(), dtype=np.float64)


def encode(column: "pa.ChunkedArray", places: Mapping[str, int]) -> Ints:
    """The place of each text of a column, NOWHERE for texts that have none; every distinct text is looked up once."""
    import pyarrow as pa

    coded = (column if pa.types.is_dictionary(column.type) else column.dictionary_encode()).combine_chunks()
    known = np.array([*(places.get(name, NOWHERE) for name in coded.dictionary.to_pylist()), NOWHERE], dtype=np.int32)
    return np.asarray(known[coded.indices.to_numpy()])


def _encode_column(rows: Rows[Link], name: str, places: Mapping[str, int]) -> Ints:
    """`encode` for a whole column; the texts of all groups of rows are never in memory together."""
    return np.concatenate([NONE, *(encode(group[name], places) for group in rows.read_coded(name))])


def _read_numbers(rows: Rows[Link], name: str) -> Floats:
    return list_numbers(rows.read_columns(name)[name])
