"""Figures over generated cases: the share of false grades, and what was found of what was planted."""

from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from pipeline.evaluate.cases_run import Advance, CaseOutcome, run_cases
from pipeline.evaluate.generate_cases import Strength
from pipeline.evaluate.measured import Measured
from pipeline.settings import Settings, load_settings

SEEDS = range(1000, 1210)  # of the published figure; 1 to 999 are for development, and nothing is ever chosen on these
_WORDED: tuple[Strength, ...] = ("list", "ask", "close")
_DRAWS = 2000
Count = Callable[[CaseOutcome], tuple[int, int]]  # hits and trials of one case


def measure_cases(
    folder: Path,
    seeds: Sequence[int] = SEEDS,
    settings: Settings | None = None,
    workers: int | None = None,
    advance: Advance | None = None,
) -> list[Measured]:
    """Precision and recall of grades over the generated cases of `seeds`; `folder` takes their tables.

    False share: of all grades of moderate or better, of any document, those that the truth does not allow. Recall: of
    all planted passages, those for which the right document got moderate or better on the right span. Intervals are
    bootstrapped by case, since the grades of one case hang together.
    """
    settings = settings or load_settings()
    return summarise_outcomes(list(run_cases(seeds, folder, settings, workers, advance)), settings)


def summarise_outcomes(outcomes: Sequence[CaseOutcome], settings: Settings) -> list[Measured]:
    """The rows of `measure_cases` for cases that have been run."""
    seeds = [outcome.seed for outcome in outcomes]
    told = f"seeds {min(seeds)} to {max(seeds)}, {len(outcomes)} cases, level 0.05, encoder {settings.embed.encoder}"
    clean = [outcome for outcome in outcomes if not outcome.recalled]
    rows = [
        _measure(outcomes, "false share of grades moderate or better", _count_false, "<= 0.05", told),
        _measure(outcomes, "false share of grade strong", _count_false_strong, "<= 0.05", told),
        _measure(clean, "share of cases without a true link that hold any false grade", _count_alarms, "", told),
        _measure(outcomes, "recall of planted links, worded", _recall(*_WORDED), ">= 0.85", told),
    ]
    names: tuple[tuple[Strength, str, str], ...] = (
        ("list", "rare list, word by word", told),
        ("ask", "ask, nearly word by word", told),
        ("close", "close paraphrase that keeps rare words", told),
        ("paraphrase", "other words only", f"{told}; without shared rare words the method allows weak at best"),
    )
    rows += [
        _measure(outcomes, f"recall of planted links: {name}", _recall(strength), "", note)
        for strength, name, note in names
    ]
    rows.append(_measure(outcomes, "true grades that name the planted sentence", _count_sentences, "", told))
    return [row for row in rows if row.number]


def _count_false(outcome: CaseOutcome) -> tuple[int, int]:
    return sum(not row.true for row in outcome.graded), len(outcome.graded)


def _count_false_strong(outcome: CaseOutcome) -> tuple[int, int]:
    strong = [row for row in outcome.graded if row.grade == "strong"]
    return sum(not row.true for row in strong), len(strong)


def _count_alarms(outcome: CaseOutcome) -> tuple[int, int]:
    return int(any(not row.true for row in outcome.graded)), 1


def _count_sentences(outcome: CaseOutcome) -> tuple[int, int]:
    true = [row for row in outcome.graded if row.true]
    return sum(row.sentence_true for row in true), len(true)


def _recall(*strengths: Strength) -> Count:
    def count(outcome: CaseOutcome) -> tuple[int, int]:
        rows = [row for row in outcome.recalled if row.strength in strengths]
        return sum(row.grade in ("moderate", "strong", "confirmed") for row in rows), len(rows)

    return count


def _measure(outcomes: Sequence[CaseOutcome], metric: str, count: Count, goal: str, note: str) -> Measured:
    counted = [pair for pair in map(count, outcomes) if pair[1]]
    hits, trials = (sum(column) for column in zip(*counted, strict=True)) if counted else (0, 0)
    low, high = bootstrap_share(counted)
    value = hits / trials if trials else 0.0
    return Measured("attribute", "generated cases", metric, value, trials, low, high, goal, note)


def bootstrap_share(counted: Sequence[tuple[int, int]], seed: int = 1) -> tuple[float | None, float | None]:
    """The 95 % interval of a share (hits over trials), drawing whole groups; None, None when there is but one.

    Where no group or every group is all hits, drawing shows no spread: then the exact binomial bound over the groups
    stands in ("rule of three").
    """
    if len(counted) < 2:
        return None, None
    hits, trials = (sum(column) for column in zip(*counted, strict=True))
    if hits == 0:
        return 0.0, 1 - 0.025 ** (1 / len(counted))
    if hits == trials:
        return 0.025 ** (1 / len(counted)), 1.0
    rng = Random(seed)
    shares = []
    for _ in range(_DRAWS):
        drawn = rng.choices(counted, k=len(counted))
        shares.append(sum(pair[0] for pair in drawn) / sum(pair[1] for pair in drawn))
    shares.sort()
    return shares[int(0.025 * _DRAWS)], shares[int(0.975 * _DRAWS) - 1]
