"""The fuzz target: the same seed gives the same files, what goes wrong is found and kept, and a short run is clean."""

from pathlib import Path

import pytest

from pipeline.engine import Limits
from pipeline.evaluate import fuzz
from pipeline.evaluate.fuzz import (
    SEED_FOLDERS,
    Trial,
    find_seeds,
    keep_file,
    make_damaged,
    run_trials,
    summarise_trials,
)
from pipeline.evaluate.mutations import MUTATIONS

SEEDS = find_seeds(SEED_FOLDERS[:1])
KINDS = [(path, kind) for path in SEEDS for kind in MUTATIONS[path.suffix]]
ROOMY = Limits(120, 60, 2048)


def test_there_is_a_seed_of_each_format():
    assert {path.suffix for path in SEEDS} == set(MUTATIONS)


@pytest.mark.parametrize(("path", "kind"), KINDS)
def test_the_same_seed_gives_the_same_damage(path, kind):
    trial = Trial(path, kind, 5, 3)
    assert make_damaged(trial) == make_damaged(trial) != path.read_bytes()
    assert make_damaged(trial) != make_damaged(Trial(path, kind, 6, 3))


@pytest.mark.weights
def test_a_short_run_is_answered():
    trials = list(run_trials(64, 3, SEEDS, 2, ROOMY))
    assert [trial.number for trial in trials] == list(range(64))
    assert [(trial.name, trial.message) for trial in trials if trial.verdict == "failed"] == []
    assert {"read", "refused"} <= {trial.verdict for trial in trials}


@pytest.mark.parametrize(
    ("error", "verdict"), [(ZeroDivisionError("x"), "failed"), (None, "read")], ids=["traceback", "sound"]
)
def test_failures_are_found_and_kept(tmp_path, monkeypatch, error, verdict):
    def read(path: Path) -> None:
        if error:
            raise error

    monkeypatch.setattr(fuzz, "_read_fully", read)
    monkeypatch.setattr(fuzz, "run_over", run_here)
    (trial,) = run_trials(1, 1, SEEDS)
    assert trial.verdict == verdict
    keep_file(trial, tmp_path / "kept")
    kept = [path for path in tmp_path.rglob("*") if path.suffix in MUTATIONS]
    assert [path.read_bytes() for path in kept] == ([make_damaged(trial)] if error else [])
    figures = {row.metric: row.value for row in summarise_trials([trial])}
    assert figures["share with a traceback or a dead worker"] == (verdict == "failed")


def run_here(function, items, workers, limits):
    for item in items:
        try:
            yield item, function(item)
        except ArithmeticError as error:
            yield item, error
