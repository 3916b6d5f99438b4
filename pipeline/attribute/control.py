"""The error control of one case: blocks of placebos, the standing of every document under test, the self-check."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.attribute.blocks import Floats, Marks, Unit, choose_block_size, form_blocks, measure_units
from pipeline.attribute.dates import is_before
from pipeline.attribute.dossier import Dossier, name_organisation
from pipeline.attribute.placebo import (
    Standing,
    bound_share,
    compare_with_placebos,
    count_false_alarms,
    find_cutoff,
)
from pipeline.attribute.wording import say
from pipeline.records import Link, PlaceboCheck, Source


@dataclass(frozen=True)
class Control:
    """What placebo documents reach in this case, and how far each document under test stands out."""

    check: PlaceboCheck
    places: Mapping[str, int]  # change id -> column
    standings: Mapping[str, Standing]  # by source; empty when there are too few blocks
    cutoffs: Mapping[str, float]  # by organisation: the largest pooled p that counts
    documents: Mapping[str, int]  # by organisation: its documents under test
    organisation_p: Mapping[str, Floats]  # by organisation, S values
    closeness: Floats  # N x S: the best similarity of each block; no rows when there are too few
    rare_mass: Floats  # N x S: the most rare wording shared by each block
    rarest: Floats  # S: the most rare wording that any placebo finding shares; 0 without placebos
    holds: bool | None  # what the self-check says of the pooled test; None when unknown

    def is_beyond(self, reached: Floats, change: str, value: float, level: float) -> bool:
        """Whether no more than a share `level` of the blocks reach the value, on this span and on all spans together.

        Both, because on a remote subject placebos reach so little that the smallest likeness would stand out.
        """
        column = reached[:, self.places[change]]
        return bool(len(column)) and max(_share_reaching(column, value), _share_reaching(reached, value)) <= level


def control_errors(dossier: Dossier) -> Control:
    """Compare every claimant and rival document that is not ruled out by its date with the placebo blocks."""
    settings, spans = dossier.settings, dossier.spans
    sizes = Counter(finding.source for finding in dossier.findings.values())
    placebos = [source for source in dossier.find_voices("placebo") if is_before(source, dossier.case.tabled)]
    tested = [source for source in dossier.find_voices("claimant", "rival") if _is_testable(dossier, source, sizes)]
    drawn = choose_block_size(placebos, sizes, _find_longest(tested, sizes), settings.placebos_needed)
    blocks = form_blocks(placebos, sizes, drawn)
    places = {change.id: column for column, change in enumerate(spans)}
    placebo_links = _collect(dossier, [source.id for source in placebos])
    rarest = np.zeros(len(spans))
    for link in placebo_links:
        rarest[places[link.change]] = max(rarest[places[link.change]], link.shared_idf_added)
    if len(blocks) < settings.placebos_needed or not spans:
        return _stay_unknown(len(blocks), len(spans), drawn, places, rarest)
    units = [*blocks, *((source.id,) for source in tested)]
    links = _collect(dossier, [name for unit in units for name in unit])
    marks, lengths = _mark_links(links, units, places), [sum(sizes[name] for name in unit) for unit in units]
    measured = [
        measure_units(marks, np.array(values, dtype=np.float64), lengths, drawn, len(spans))
        for values in ([link.log_odds for link in links], [measure_closeness(link) for link in links])
    ]
    rare = measure_units(marks, np.array([link.shared_idf_added for link in links]), lengths, drawn, len(spans))
    log_odds, number = measured[0], len(blocks)
    standings = {
        source.id: compare_with_placebos(log_odds[:number], log_odds[number + place])
        for place, source in enumerate(tested)
    }
    documents, organisation_p = _weigh_organisations(tested, standings, len(spans))
    level = dossier.case.significance
    check = _check_pooling(log_odds[:number], level, drawn)
    return Control(
        check=check,
        places=places,
        standings=standings,
        cutoffs={name: find_cutoff(p.tolist(), level) for name, p in organisation_p.items()},
        documents=documents,
        organisation_p=organisation_p,
        closeness=measured[1][:number],
        rare_mass=rare[:number],
        rarest=rarest,
        holds=check.share_low is not None and check.share_low <= level,
    )


def _share_reaching(reached: Floats, value: float) -> float:
    return float(np.mean(reached >= value - 1e-6))


def measure_closeness(link: Link) -> float:
    """The semantic similarity of a link; in lexical-only mode the share of words stands in for it."""
    return link.bm25_share if link.cosine_span is None else link.cosine_span


def _is_testable(dossier: Dossier, source: Source, sizes: Mapping[str, int]) -> bool:
    return bool(sizes.get(source.id)) and not dossier.is_barred(source)


def _find_longest(tested: Sequence[Source], sizes: Mapping[str, int]) -> int:
    """Findings of the claimant's longest document; without a claimant, of the longest rival."""
    claimants = [sizes[source.id] for source in tested if source.role == "claimant"]
    return max(claimants or [sizes[source.id] for source in tested], default=1)


def _collect(dossier: Dossier, names: Sequence[str]) -> list[Link]:
    return [link for change in dossier.spans for name in names for link in dossier.links.get((change.id, name), ())]


def _mark_links(links: Sequence[Link], units: Sequence[Unit], places: Mapping[str, int]) -> Marks:
    rows = {name: row for row, unit in enumerate(units) for name in unit}
    return Marks(
        np.array([rows[link.source] for link in links], dtype=np.int64),
        np.array([places[link.change] for link in links], dtype=np.int64),
    )


def _weigh_organisations(
    tested: Sequence[Source], standings: Mapping[str, Standing], spans: int
) -> tuple[dict[str, int], dict[str, Floats]]:
    """One p per span and organisation: the smallest of its documents, times their number."""
    p_values: dict[str, list[Floats]] = defaultdict(list)
    for source in tested:
        standing = standings[source.id]
        p_values[name_organisation(source)].append(np.array([standing.find_pooled(span) for span in range(spans)]))
    documents = {name: len(rows) for name, rows in p_values.items()}
    return documents, {name: np.minimum(np.min(rows, axis=0) * len(rows), 1.0) for name, rows in p_values.items()}


def _check_pooling(placebos: Floats, level: float, drawn: int) -> PlaceboCheck:
    number, spans = placebos.shape
    alarms = count_false_alarms(placebos, level)
    low, high = bound_share(alarms, number)
    names = {"count": alarms, "number": number, "low": f"{low:.2f}", "high": f"{high:.2f}", "level": f"{level:g}"}
    return PlaceboCheck(
        blocks=number,
        spans=spans,
        block_findings=drawn,
        smallest_p_strict=1 / (1 + number),
        smallest_p_pooled=1 / (1 + number * spans),
        rejections=alarms,
        rejection_share=alarms / number,
        share_low=low,
        share_high=high,
        reason=say("check", "holds" if low <= level else "fails", **names),
    )


def _stay_unknown(blocks: int, spans: int, drawn: int, places: Mapping[str, int], rarest: Floats) -> Control:
    """No test is possible: too few blocks, or nothing that is new."""
    key = "few" if spans else "nothing"
    check = PlaceboCheck(
        blocks=blocks,
        spans=spans,
        block_findings=drawn,
        smallest_p_strict=1 / (1 + blocks) if blocks else None,
        smallest_p_pooled=1 / (1 + blocks * spans) if blocks and spans else None,
        rejections=0,
        rejection_share=None,
        share_low=None,
        share_high=None,
        reason=say("check", key, blocks=blocks, smallest=f"{1 / (1 + blocks):.3f}"),
    )
    empty = np.zeros((0, spans))
    return Control(check, places, {}, {}, {}, {}, empty, empty, rarest, None)
