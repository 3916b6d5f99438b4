"""`clausetrace evaluate`: measure the pipeline, and make the data that ship under models/."""

import sys
from collections import Counter
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.cases import open_line
from pipeline.cli.options import CaseArgument, EncoderOption, OutOption, RootOption, SettingsOption, WorkersOption
from pipeline.cli.printing import make_tell
from pipeline.errors import ClausetraceError

if TYPE_CHECKING:
    from pipeline.evaluate.fuzz import Trial

_TRIALS_A_REPORT = 100  # damaged documents between two lines of progress

app = typer.Typer(help="Measure the pipeline, and make the data that ship under models/.", no_args_is_help=True)


@app.command()
def truth(case: CaseArgument, root: RootOption = None, out: OutOption = None, encoder: EncoderOption = None) -> None:
    """Compare a finished case with the planted truth in its truth.toml, or with the grades that its expected.toml
    expects; exit code 1 when a row differs. Rows whose documents are missing are not checked, and named.

    Example: clausetrace evaluate truth data/cases/demo
    """
    from pipeline.evaluate.truth import compare_expected, compare_truth
    from pipeline.run import load_results

    line = open_line(case, root, out, encoder, None, None, None, True)
    expected = line.case.folder / "expected.toml"
    if expected.is_file():
        judged = compare_expected(line.case, load_results(line), expected)
        for name, outcome, why in judged:
            print(f"{name}: {outcome}{': ' if why else ''}{'; '.join(why)}")
        if any(outcome == "differs" for _, outcome, _ in judged):
            raise ClausetraceError("the case differs from what its expected.toml expects; see the list above.")
        return
    wrong = compare_truth(line.case, load_results(line), line.case.folder / "truth.toml")
    for error in wrong:
        print(error)
    if wrong:
        raise ClausetraceError(f"{len(wrong)} rows of the planted truth are not reproduced; see the list above.")


@app.command(name="all")
def evaluate_all(
    labels: Annotated[
        Path | None, typer.Argument(help="Folder of real documents with labels; parts skip without.")
    ] = None,
    out: Annotated[
        Path, typer.Option(help="Folder for the page, the table, the JSON file and what is computed.")
    ] = Path("evaluation"),
    quick: Annotated[bool, typer.Option("--quick", help="Small sizes: minutes, wide intervals.")] = False,
    only: Annotated[list[str] | None, typer.Option(help="Measure this part only (repeatable).")] = None,
    encoder: EncoderOption = None,
    settings: SettingsOption = None,
    workers: WorkersOption = None,
) -> None:
    """Measure every part whose data are there and write evaluation.html, evaluation.csv and evaluation.json.

    Example: clausetrace evaluate all labels/ --out evaluation --quick
    """
    from pipeline.evaluate.all import FULL, QUICK, measure_all
    from pipeline.evaluate.page import judge_goal, write_evaluation
    from pipeline.settings import load_settings

    chosen = load_settings(settings, encoder)
    sizes = QUICK if quick else FULL
    tell = make_tell()
    found = measure_all(labels, out / "work", sizes, chosen, workers, tell, only or ())
    files = write_evaluation(found, out)
    tell("report", len(files), len(files))
    for row in found.rows:
        print(f"{row.task}: {row.metric}: {row.value:.3f} (over {row.number}) {row.goal} {judge_goal(row)}".rstrip())
    for part, reason in found.skipped:
        print(f"skipped {part}: {reason}", file=sys.stderr)
    for path in files:
        print(path)


@app.command()
def background(
    files: Annotated[list[Path], typer.Argument(help="UN documents: PDF, TXT, Markdown.")],
    table: Annotated[Path, typer.Option(help="The table to write.")] = Path("models/background-frequencies.tsv"),
) -> None:
    """Count in how many passages each word stem stands; what "rare wording" is measured against.

    Example: clausetrace evaluate background resolutions/*.pdf
    """
    from pipeline.evaluate.background import build_background

    documents, passages = build_background(sorted(files), table)
    print(f"{table}: {passages} passages of {documents} documents", file=sys.stderr)


@app.command()
def fit(
    labels: Annotated[Path, typer.Argument(help="Folder with upr-gold/, lobbyplag/ and reuse-labels/.")],
    model: Annotated[Path, typer.Option(help="The file to write.")] = Path("models/match.toml"),
    encoder: Annotated[str | None, typer.Option(help="Fit the mode of this encoder only.")] = None,
) -> None:
    """Fit the coefficients of match_probability on labelled pairs; see models/README.md.

    Example: clausetrace evaluate fit labels/
    """
    from pipeline.embed import VectorStore, load_encoder
    from pipeline.evaluate.fit import fit_match_model, write_models
    from pipeline.evaluate.labels import load_all_pairs
    from pipeline.score import load_background
    from pipeline.settings import load_settings

    store = VectorStore(named) if (named := load_encoder(load_settings(None, encoder).embed)) else None
    if store is None:
        raise ClausetraceError("the fit needs an encoder for the dense mode; name another than none.")
    sets, rarity = load_all_pairs(labels), load_background()
    dense = fit_match_model(sets, rarity, store)
    modes = {encoder: dense} if encoder else {"dense": dense, "lexical": fit_match_model(sets, rarity, None)}
    write_models(modes, model)
    print(f"{model}: fitted on {dense.pairs} pairs, Brier skill {dense.brier_skill:.3f}", file=sys.stderr)


@app.command()
def fuzz(
    seeds: Annotated[list[Path] | None, typer.Argument(help="Files or folders of sound documents to damage.")] = None,
    files: Annotated[int, typer.Option(min=1, help="How many damaged documents.")] = 3000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same documents.")] = 1,
    keep: Annotated[Path, typer.Option(help="Where documents that were not answered are kept.")] = Path("fuzz-found"),
    workers: WorkersOption = None,
) -> None:
    """Read damaged documents under the limits; exit code 1 when one ends in anything but text or a sentence.

    Example: clausetrace evaluate fuzz --files 300 --seed 7
    """
    from pipeline.evaluate.fuzz import SEED_FOLDERS, find_seeds, keep_file, run_trials, summarise_trials

    began = perf_counter()
    trials: list[Trial] = []
    for trial in run_trials(files, seed, find_seeds(seeds or SEED_FOLDERS), workers):
        trials.append(trial)
        keep_file(trial, keep)
        if len(trials) % _TRIALS_A_REPORT == 0:
            print(_tell_trials(trials, files, perf_counter() - began), file=sys.stderr)
        if trial.verdict in ("failed", "over the limits"):
            print(f"{trial.verdict}: {keep / trial.name}: {trial.message.splitlines()[0]}", file=sys.stderr)
    for row in summarise_trials(trials):
        print(f"{row.task:32} {row.metric:44} {row.value:10.4g} of {row.number}")
    failed = sum(trial.verdict == "failed" for trial in trials)
    if failed:
        raise ClausetraceError(f"{failed} of {files} damaged documents were not answered; they are kept in {keep}.")


def _tell_trials(trials: "list[Trial]", files: int, seconds: float) -> str:
    """Where a run of damaged documents stands, so that one that is stopped has told its counts."""
    counts = Counter(trial.verdict for trial in trials)
    said = ", ".join(f"{number} {verdict}" for verdict, number in sorted(counts.items()))
    minutes = seconds / len(trials) * (files - len(trials)) / 60
    slowest, largest = max(trial.seconds for trial in trials), max(trial.mebibytes for trial in trials)
    return (
        f"{len(trials)} of {files}: {said}; at most {slowest:.1f} processor seconds and {largest:.0f} MiB a document; "
        f"{len(trials) / seconds:.1f} a second, {minutes:.0f} minutes left"
    )
