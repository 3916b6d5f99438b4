"""The error control of one case: blocks of placebos, the standing of every document under test, the self-check."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.attribute.blocks import NO_UNIT, Floats, Ints, Marks, Unit, choose_block_size, form_blocks, measure_units
from pipeline.attribute.columns import Flags
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
        return bool(find_beyond(reached, np.array([self.places[change]]), np.array([value]), level)[0])


def find_beyond(reached: Floats, spans: Ints, values: Floats, level: float) -> Flags:
    """`Control.is_beyond` for many values, each on its span; `reached` is blocks x spans."""
    beyond = np.zeros(len(values), dtype=bool)
    if not len(reached):
        return beyond
    shares = _share_reaching(np.sort(reached, axis=None), values)
    for span in np.unique(spans).tolist():
        here = spans == span
        shares[here] = np.maximum(shares[here], _share_reaching(np.sort(reached[:, span]), values[here]))
    return np.asarray(shares <= level)


def control_errors(dossier: Dossier) -> Control:
    """Compare every claimant and rival document that is not ruled out by its date with the placebo blocks."""
    settings, spans, links, sizes = dossier.settings, dossier.spans, dossier.links, dossier.findings.sizes
    placebos = [source for source in dossier.find_voices("placebo") if is_before(source, dossier.case.tabled)]
    tested = [source for source in dossier.find_voices("claimant", "rival") if _is_testable(dossier, source, sizes)]
    drawn = choose_block_size(placebos, sizes, _find_longest(tested, sizes), settings.placebos_needed)
    blocks = form_blocks(placebos, sizes, drawn)
    of_placebos = _mark_units(dossier, [(source.id,) for source in placebos]) != NO_UNIT
    rarest = np.zeros(len(spans))
    np.maximum.at(rarest, links.span[of_placebos], links.shared_idf_added[of_placebos])
    if len(blocks) < settings.placebos_needed or not spans:
        return _stay_unknown(len(blocks), len(spans), drawn, dossier.places, rarest)
    units = [*blocks, *((source.id,) for source in tested)]
    marks = Marks(_mark_units(dossier, units), links.span)
    lengths = [sum(sizes[name] for name in unit) for unit in units]
    log_odds, closeness, rare = (
        measure_units(marks, values, lengths, drawn, len(spans))
        for values in (links.log_odds, links.closeness, links.shared_idf_added)
    )
    number = len(blocks)
    standings = {
        source.id: compare_with_placebos(log_odds[:number], log_odds[number + place])
        for place, source in enumerate(tested)
    }
    documents, organisation_p = _weigh_organisations(tested, standings, len(spans))
    level = dossier.case.significance
    check = _check_pooling(log_odds[:number], level, drawn)
    return Control(
        check=check,
        places=dossier.places,
        standings=standings,
        cutoffs={name: find_cutoff(p.tolist(), level) for name, p in organisation_p.items()},
        documents=documents,
        organisation_p=organisation_p,
        closeness=closeness[:number],
        rare_mass=rare[:number],
        rarest=rarest,
        holds=check.share_low is not None and check.share_low <= level,
    )


def _share_reaching(ordered: Floats, values: Floats) -> Floats:
    return np.asarray((len(ordered) - np.searchsorted(ordered, values - 1e-6, side="left")) / len(ordered))


def measure_closeness(link: Link) -> float:
    """The semantic similarity of a link; in lexical-only mode the share of words stands in for it."""
    return link.bm25_share if link.cosine_span is None else link.cosine_span


def _is_testable(dossier: Dossier, source: Source, sizes: Mapping[str, int]) -> bool:
    return bool(sizes.get(source.id)) and not dossier.is_barred(source)


def _find_longest(tested: Sequence[Source], sizes: Mapping[str, int]) -> int:
    """Findings of the claimant's longest document; without a claimant, of the longest rival."""
    claimants = [sizes[source.id] for source in tested if source.role == "claimant"]
    return max(claimants or [sizes[source.id] for source in tested], default=1)


def _mark_units(dossier: Dossier, units: Sequence[Unit]) -> Ints:
    """For each link the place of the unit that its document belongs to; NO_UNIT for other documents."""
    rows = {name: row for row, unit in enumerate(units) for name in unit}
    marks = np.array([*(rows.get(name, NO_UNIT) for name in dossier.sources)], dtype=np.int32)
    return marks[dossier.links.source]


def _weigh_organisations(
    tested: Sequence[Source], standings: Mapping[str, Standing], spans: int
) -> tuple[dict[str, int], dict[str, Floats]]:
    """One p per span and organisation: the smallest of its documents, times their number."""
    p_values: dict[str, list[Floats]] = defaultdict(list)
    for source in tested:
        standing = standings[source.id]
        p_values[name_organisation(source)].append(standing.find_all_pooled())
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
