"""Labelled pairs from public data sets, read from a folder that the user names; none of them ships."""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.align import find_added
from pipeline.errors import ClausetraceError
from pipeline.score import Passage, drop_credit


@dataclass(frozen=True)
class LabelledPairs:
    """A data set: passages, the pairs known to match, and what stands for a fold (document or organisation)."""

    name: str
    sources: tuple[Passage, ...]
    targets: tuple[Passage, ...]
    matches: frozenset[tuple[int, int]]
    judged: tuple[tuple[int, int], ...]  # when given, only these pairs have labels; else all others count as no match
    folds: tuple[str, ...]  # of each source
    grades: Mapping[tuple[int, int], int] = field(default_factory=dict)  # how well a match fits, where people graded it
    earlier: tuple[str, ...] = ()  # texts that both sides start from: their words are not rare here


def load_all_pairs(folder: Path) -> tuple[LabelledPairs, ...]:
    """The three data sets named in models/README.md. Raises ClausetraceError when one is missing."""
    return (
        load_recommendations(folder / "upr-gold"),
        load_amendments(folder / "lobbyplag"),
        load_alignments(folder / "reuse-labels" / "lid_alignments.csv"),
    )


def load_recommendations(folder: Path) -> LabelledPairs:
    """NGO asks and State recommendations of one review with human links (upr-matcher); folds by theme."""
    sources = list(_read_lines(next(folder.glob("*_sources.jsonl"), folder / "sources.jsonl")))
    targets = list(_read_lines(next(folder.glob("*_targets.jsonl"), folder / "targets.jsonl")))
    links = list(_read_lines(next(folder.glob("*_links.jsonl"), folder / "links.jsonl")))
    place = {row["source_id"]: i for i, row in enumerate(sources)}
    target_place = {row["target_id"]: j for j, row in enumerate(targets)}
    return LabelledPairs(
        "recommendations",
        tuple(_make_whole(row["source_id"], row["text"]) for row in sources),
        tuple(_make_whole(row["target_id"], row["text"]) for row in targets),
        frozenset((place[row["source_id"]], target_place[row["target_id"]]) for row in links),
        (),
        tuple(row["theme"] for row in sources),
        {(place[row["source_id"]], target_place[row["target_id"]]): int(row["score"]) for row in links},
    )


def load_amendments(folder: Path) -> LabelledPairs:
    """Proposed amendments of companies and NGOs and parliamentary ones (LobbyPlag); folds by organisation.

    Proposals of identical text count as one: each verified link stands for all of them.
    """
    proposals = list(_read_lines(folder / "proposals.jsonl"))
    amendments = list(_read_lines(folder / "amendments.jsonl"))
    place = {row["id"]: j for j, row in enumerate(amendments)}
    text = {row["id"]: row["proposed_text"] for row in proposals}
    linked = {(text[row["proposal"]], place[row["amendment"]]) for row in _read_lines(folder / "links.jsonl")}
    matches = {(i, j) for i, row in enumerate(proposals) for wording, j in linked if row["proposed_text"] == wording}
    return LabelledPairs(
        "amendments",
        tuple(_make_delta(row["id"], row["proposed_text"], row["base_text"]) for row in proposals),
        tuple(
            _make_delta(row["id"], row["amended_text_normalised"], row["base_text_normalised"]) for row in amendments
        ),
        frozenset(matches),
        (),
        tuple(row["organisation"] for row in proposals),
        {},
        tuple(sorted({row["base_text"] for row in proposals} | {row["base_text_normalised"] for row in amendments})),
    )


def load_alignments(file: Path) -> LabelledPairs:
    """Aligned passages of bills, labelled boilerplate (0) or substantive (1) by hand; folds by document."""
    with file.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["label"] in ("0", "1")]
    places = [(i, i) for i in range(len(rows))]
    return LabelledPairs(
        "alignments",
        tuple(_make_whole(f"{i}l", row["left"]) for i, row in enumerate(rows)),
        tuple(_make_whole(f"{i}r", row["right"]) for i, row in enumerate(rows)),
        frozenset((i, i) for i, row in enumerate(rows) if row["label"] == "1"),
        tuple(places),
        tuple(row["left_doc_id"] for row in rows),
    )


def _make_whole(name: str, text: str) -> Passage:
    said = drop_credit(text)
    return Passage(name, said, (said,))


def _make_delta(name: str, text: str, earlier: str) -> Passage:
    return Passage(name, text, find_added(text, earlier)) if earlier else _make_whole(name, text)


def _read_lines(path: Path) -> Iterator[Mapping[str, str]]:
    try:
        with path.open(encoding="utf-8") as stream:
            for line in stream:
                if line.strip():
                    yield json.loads(line)
    except (OSError, ValueError) as error:
        raise ClausetraceError(f"{path}: cannot be read as labelled pairs ({error}); check the folder.") from error
