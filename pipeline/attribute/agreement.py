"""How far readers agree with one another, and the match probabilities with them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, pairwise

import numpy as np

from pipeline.attribute.blocks import Floats
from pipeline.attribute.placebo import bound_share
from pipeline.attribute.review_file import READINGS
from pipeline.attribute.reviews import fold_name
from pipeline.attribute.wording import say
from pipeline.records import Agreement, Calibration, Evidence, Link, Review
from pipeline.words import fold_quote

ENOUGH = 60  # links: under it counts and intervals (METHOD.md, section 5)
_RANGES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
_RESAMPLES = 2_000
_SEED = 20240404  # fixed, so that the same verdicts give the same interval
_DEFINED = 0.95  # share of the resamples in which kappa must be defined for an interval to be given

Reading = tuple[str, str, str, str, str]  # what was read: span, source, and the three texts


def measure_agreement(reviews: Iterable[Review]) -> tuple[Agreement, ...]:
    """One row for each pair of readers who read a link in common, by name.

    Rows of the file as they stand; a reader's last verdict by date on the same quotes counts, whether the quotes still
    stand in the documents or not.
    """
    readings, names = _gather_readings(reviews)
    rows = []
    for first, second in combinations(sorted(readings), 2):
        shared = sorted(readings[first].keys() & readings[second].keys())
        if shared:
            pairs = [(readings[first][key].verdict, readings[second][key].verdict) for key in shared]
            rows.append(_compare(names[first], names[second], pairs))
    return tuple(rows)


def list_disagreements(reviews: Iterable[Review]) -> list[tuple[Review, ...]]:
    """For each link that one reader agrees and another disagrees with, the last verdict of each reader."""
    readings, _ = _gather_readings(reviews)
    links: dict[Reading, list[Review]] = defaultdict(list)
    for rows in readings.values():
        for key, review in rows.items():
            links[key].append(review)
    return [
        tuple(links[key]) for key in sorted(links) if {"agree", "disagree"} <= {review.verdict for review in links[key]}
    ]


def _gather_readings(reviews: Iterable[Review]) -> tuple[dict[str, dict[Reading, Review]], dict[str, str]]:
    """The last verdict by reader and by what was read; and each reader's name as first written."""
    readings: dict[str, dict[Reading, Review]] = defaultdict(dict)
    names: dict[str, str] = {}
    for row in sorted((row for row in reviews if row.verdict in READINGS), key=lambda row: row.date):
        texts = fold_quote(row.clause_text), fold_quote(row.span_text), fold_quote(row.source_text)
        readings[fold_name(row.reviewer)][row.change, row.source, *texts] = row
        names.setdefault(fold_name(row.reviewer), row.reviewer)
    return readings, names


def _compare(first: str, second: str, pairs: Sequence[tuple[str, str]]) -> Agreement:
    agreed = sum(one == other for one, other in pairs)
    low, high = bound_share(agreed, len(pairs))
    kappa = measure_kappa(pairs)
    kappa_low, kappa_high = bound_kappa(pairs) if kappa is not None else (None, None)
    shown = "" if kappa is None else _show(kappa)
    if kappa_low is None or kappa_high is None:
        shown = say("agreement", "no_interval", kappa=shown)
    else:
        shown = say("agreement", "interval", kappa=shown, low=_show(kappa_low), high=_show(kappa_high))
    key = "undefined" if kappa is None else "few" if len(pairs) < ENOUGH else "plain"
    told = {"first": first, "second": second, "agreed": agreed, "links": len(pairs), "needed": ENOUGH}
    return Agreement(
        reviewer=first,
        other_reviewer=second,
        links=len(pairs),
        agreed=agreed,
        agreed_low=low,
        agreed_high=high,
        kappa=kappa,
        kappa_low=kappa_low,
        kappa_high=kappa_high,
        reason=say("agreement", key, kappa=shown, **told),
    )


def _show(value: float) -> str:
    return f"{round(value, 2) + 0.0:.2f}"  # never "-0.00"


def measure_kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Cohen's kappa (1960) of two readers' verdicts; None where chance alone would agree everywhere."""
    from sklearn.metrics import cohen_kappa_score

    if len({verdict for pair in pairs for verdict in pair}) < 2:
        return None
    return float(cohen_kappa_score([one for one, _ in pairs], [other for _, other in pairs], labels=list(READINGS)))


def bound_kappa(pairs: Sequence[tuple[str, str]]) -> tuple[float | None, float | None]:
    """The 95 % percentile interval of kappa over resampled links; None twice where too few resamples define it."""
    place = {verdict: number for number, verdict in enumerate(READINGS)}
    table = np.zeros((len(READINGS), len(READINGS)))
    for one, other in sorted(pairs):
        table[place[one], place[other]] += 1
    drawn = np.random.default_rng(_SEED).multinomial(len(pairs), table.ravel() / len(pairs), size=_RESAMPLES)
    shares = drawn.reshape(-1, *table.shape) / len(pairs)
    observed = np.trace(shares, axis1=1, axis2=2)
    expected = (shares.sum(axis=1) * shares.sum(axis=2)).sum(axis=1)
    defined = expected < 1 - 1e-9
    if defined.mean() < _DEFINED:
        return None, None
    kappas = (observed[defined] - expected[defined]) / (1 - expected[defined])
    low, high = np.quantile(kappas, [0.025, 0.975])
    return float(low), float(high)


def calibrate_links(evidence: Sequence[Evidence], links: Mapping[str, Link]) -> tuple[Calibration, ...]:
    """`match_probability` beside the readers' majority on each reviewed link; links without one are left out.

    One row for all of them; from 60 on also Brier score and skill, and a row for each range of probabilities that has
    any. Only links that were given to readers count, which are those of grade `weak` or better.
    """
    settled: list[tuple[float, float]] = []
    for row in evidence:
        review = next((test for test in row.tests if test.name == "review" and test.outcome != "unknown"), None)
        if review is not None and row.link in links:
            settled.append((links[row.link].match_probability, float(review.outcome == "pass")))
    if not settled:
        return ()
    settled.sort()
    probabilities, said = np.array([p for p, _ in settled]), np.array([y for _, y in settled])
    whole = _describe_range(0.0, 1.0, probabilities, said)
    if len(settled) < ENOUGH:
        return (whole,)
    ranges = []
    for low, high in pairwise(_RANGES):
        inside = (probabilities >= low) & ((probabilities < high) | (high == _RANGES[-1]))
        if inside.any():
            ranges.append(_describe_range(low, high, probabilities[inside], said[inside], is_part=True))
    return (whole, *ranges)


def _describe_range(low: float, high: float, probabilities: Floats, said: Floats, is_part: bool = False) -> Calibration:
    links, agreed = len(said), int(said.sum())
    agreed_low, agreed_high = bound_share(agreed, links)
    brier = float(np.mean((probabilities - said) ** 2)) if is_part or links >= ENOUGH else None
    spread = float(np.mean((said.mean() - said) ** 2))
    return Calibration(
        low=low,
        high=high,
        links=links,
        agreed=agreed,
        agreed_low=agreed_low,
        agreed_high=agreed_high,
        mean_probability=float(probabilities.mean()),
        brier=brier,
        brier_skill=1 - brier / spread if brier is not None and not is_part and spread else None,
    )
