"""Damaged documents, thousands of them, through the real readers in workers under limits: is there ever a traceback?

Seed files are sound documents of our own; `mutations` damages them. Each damaged file must be read, or refused in one
sentence, within the limits of settings.toml.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from random import Random
from typing import Literal

from pipeline.engine import LimitError, Limits, run_over
from pipeline.errors import ClausetraceError
from pipeline.evaluate.measured import Measured
from pipeline.evaluate.mutations import MUTATIONS
from pipeline.settings import load_settings

Verdict = Literal["read", "refused", "over the limits", "failed"]
_REPOSITORY = Path(__file__).parents[2]
SEED_FOLDERS = (_REPOSITORY / "tests/data/seeds", _REPOSITORY / "data/cases/demo/documents")


@dataclass(frozen=True)
class Trial:
    """A damaged file to be read, and what came of it. Made again from its fields at any time."""

    seed_file: Path
    kind: str  # key of MUTATIONS for the file's suffix
    seed: int
    number: int
    verdict: Verdict = "failed"
    seconds: float = 0.0  # of processor time, the worker's and its programs': a busy machine does not change it
    mebibytes: float = 0.0  # largest resident memory of the worker meanwhile
    message: str = ""  # why it was not read

    @property
    def name(self) -> str:
        """Name of the damaged file; says how to make it again."""
        suffix = self.seed_file.suffix
        return f"{suffix[1:]}-{self.kind}-seed{self.seed}-{self.number}{suffix}"


def find_seeds(folders: Sequence[Path] = SEED_FOLDERS) -> list[Path]:
    """The documents in these folders (and files named) that there are mutations for, in the order of their paths."""
    files = {path for folder in folders for path in (folder.rglob("*") if folder.is_dir() else [folder])}
    found = sorted(path for path in files if path.suffix in MUTATIONS)
    if not found:
        raise ClausetraceError(f"{folders[0]}: no PDF, DOCX or HTML to damage; name a folder that holds some.")
    return found


def run_trials(
    files: int, seed: int, seeds: Sequence[Path], workers: int | None = None, limits: Limits | None = None
) -> Iterator[Trial]:
    """Damage and read `files` documents; yields the trials with their outcomes, in order.

    The kinds of damage take turns, and so do the seed files of a kind. The default limits are those of settings.toml.
    """
    given = load_settings().limits
    limits = limits or Limits(given.seconds, given.seconds_a_scan, given.mebibytes)
    with tempfile.TemporaryDirectory(prefix="clausetrace-fuzz-") as folder:
        work = partial(_read_damaged, Path(folder))
        for trial, outcome in run_over(work, list(_plan(files, seed, seeds)), workers, limits):
            if isinstance(outcome, Trial):
                yield outcome
            elif isinstance(outcome, LimitError):
                yield replace(trial, verdict="over the limits", message=str(outcome))
            else:
                notes = "\n".join(getattr(outcome, "__notes__", []))
                yield replace(trial, message=f"{type(outcome).__name__}: {outcome}\n{notes}".strip())


def make_damaged(trial: Trial) -> bytes:
    """The bytes of a trial's file."""
    mutation = MUTATIONS[trial.seed_file.suffix][trial.kind]
    return mutation(trial.seed_file.read_bytes(), Random(f"{trial.seed} {trial.kind} {trial.number}"))


def measure_fuzz(files: int = 3000, seed: int = 1, keep: Path | None = None) -> list[Measured]:
    """Failures, refusals and limits reached of `files` damaged documents, by format, and the largest cost of one.

    Files that failed or went over the limits are written to the folder `keep`.
    """
    trials = []
    for trial in run_trials(files, seed, find_seeds()):
        trials.append(trial)
        if keep is not None:
            keep_file(trial, keep)
    return summarise_trials(trials)


def keep_file(trial: Trial, folder: Path) -> None:
    """Write a trial's file and message to `folder` when it failed or went over the limits."""
    if trial.verdict in ("failed", "over the limits"):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / trial.name).write_bytes(make_damaged(trial))
        (folder / f"{trial.name}.txt").write_text(f"{trial.seed_file}\n{trial.message}\n", encoding="utf-8")


def summarise_trials(trials: Sequence[Trial]) -> list[Measured]:
    """Figures of trials by format and kind of damage."""
    kinds = sorted({(trial.seed_file.suffix, trial.kind) for trial in trials})
    rows = []
    for suffix, kind in kinds:
        chosen = [trial for trial in trials if (trial.seed_file.suffix, trial.kind) == (suffix, kind)]
        rows += _measure_kind(f"damaged {suffix[1:].upper()} files: {kind}", chosen)
    return rows


def _measure_kind(task: str, trials: Sequence[Trial]) -> list[Measured]:
    def count(verdict: Verdict) -> int:
        return sum(trial.verdict == verdict for trial in trials)

    def row(metric: str, value: float, goal: str = "", high: float | None = None) -> Measured:
        return Measured("ingest", task, metric, value, len(trials), 0.0 if high is not None else None, high, goal)

    failed = count("failed")
    return [
        row(
            "share with a traceback or a dead worker",
            failed / len(trials),
            "0",
            bound_share(failed, len(trials)),
        ),
        row("share over the limits of time and memory", count("over the limits") / len(trials)),
        row("share refused in one sentence", count("refused") / len(trials)),
        row("slowest, processor seconds", max(trial.seconds for trial in trials), "<= 60"),
        row("largest memory, MiB", max(trial.mebibytes for trial in trials), "<= 2048"),
    ]


def bound_share(found: int, number: int) -> float:
    """Upper bound of the 95 % Wilson interval of a share."""
    share, z = found / number, 1.96
    middle = share + z**2 / (2 * number)
    return float((middle + z * (share * (1 - share) / number + z**2 / (4 * number**2)) ** 0.5) / (1 + z**2 / number))


def _plan(files: int, seed: int, seeds: Sequence[Path]) -> Iterator[Trial]:
    kinds = [(suffix, kind) for suffix, mutations in MUTATIONS.items() for kind in mutations]
    by_suffix = {suffix: [path for path in seeds if path.suffix == suffix] for suffix in MUTATIONS}
    kinds = [(suffix, kind) for suffix, kind in kinds if by_suffix[suffix]]
    for number in range(files):
        suffix, kind = kinds[number % len(kinds)]
        chosen = by_suffix[suffix]
        yield Trial(chosen[number // len(kinds) % len(chosen)], kind, seed, number)


def _read_damaged(folder: Path, trial: Trial) -> Trial:
    """Read a damaged document as a resolution and as a report. What is raised beside ClausetraceError is a failure."""
    path = folder / trial.name
    path.write_bytes(make_damaged(trial))
    read_peak = _watch_memory()
    began = _count_seconds()
    try:
        _read_fully(path)
        verdict: Verdict = "read"
        message = ""
    except ClausetraceError as error:
        message = str(error)
        verdict = "refused" if path.name in message and "\n" not in message else "failed"
    finally:
        path.unlink()
    return replace(trial, verdict=verdict, seconds=_count_seconds() - began, mebibytes=read_peak(), message=message)


def _read_fully(path: Path) -> None:
    from pipeline.extract import extract_document
    from pipeline.ingest import read_document
    from pipeline.ingest.heads import read_masthead
    from pipeline.run import load_language_once

    paragraphs = read_document(path, "fuzz")
    read_masthead(paragraphs, "fuzz")
    language = load_language_once(load_settings().extract.language_model)
    extract_document(paragraphs, True, True, (), language)
    extract_document(paragraphs, False, False, (), language)


def _count_seconds() -> float:
    """Processor time of this process and of the programs it has run."""
    return sum(os.times()[:4])


def _watch_memory() -> Callable[[], float]:
    """From now on, note the largest resident memory of this process; the function returned tells it, in MiB."""
    forget = Path("/proc/self/clear_refs")
    try:
        forget.write_text("5")  # Linux: forget the largest value so far
    except OSError:
        return _find_peak
    return lambda: next(
        int(line.split()[1]) / 2**10
        for line in Path("/proc/self/status").read_text().splitlines()
        if line.startswith("VmHWM")
    )


def _find_peak() -> float:
    """Largest resident memory since the process began, in MiB; 0 on Windows."""
    if sys.platform == "win32":
        return 0.0
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)
