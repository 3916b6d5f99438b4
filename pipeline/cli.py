"""The commands people type. The only module that prints: data on stdout, messages on stderr.

Exit codes: 0, 1 (a problem the user can fix, said in one sentence), 2 (wrong usage).
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from pipeline.errors import ClausetraceError

if TYPE_CHECKING:
    from pipeline.engine import Limits
    from pipeline.records import Clause, Finding, Paragraph
    from pipeline.run import Line, Stage, Tell

Row = TypeVar("Row")

app = typer.Typer(
    help="Trace findings of NGO reports into the text of UN resolutions, and say how strong the evidence is.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

evaluation = typer.Typer(help="Measure the pipeline, and make the data that ship under models/.", no_args_is_help=True)
app.add_typer(evaluation, name="evaluate")
reviewing = typer.Typer(help="Let people judge the links of a case, and take their verdicts in.", no_args_is_help=True)
app.add_typer(reviewing, name="review")

CaseArgument = Annotated[Path, typer.Argument(help="Folder that holds case.toml, or the file itself.")]
RootOption = Annotated[list[Path] | None, typer.Option(help="Allow documents in this folder, too (repeatable).")]
OutOption = Annotated[Path | None, typer.Option(help="Write work/ and reports/ here, not into the case folder.")]
EncoderOption = Annotated[
    str | None,
    typer.Option(help="Model of models.toml, a folder, a hub name in the local cache, or none (lexical only)."),
]
SettingsOption = Annotated[Path | None, typer.Option("--settings", help="Your own settings.toml.")]
WorkersOption = Annotated[int | None, typer.Option(min=1, help="Processes over documents; all cores by default.")]
QuietOption = Annotated[bool, typer.Option("--quiet", help="No progress on stderr.")]
FileArgument = Annotated[Path, typer.Argument(help="PDF, DOCX, HTML, TXT or Markdown file.")]


def main() -> None:
    """Run the command line; a ClausetraceError becomes one sentence on stderr and exit code 1."""
    try:
        app()
    except ClausetraceError as error:
        print(f"clausetrace: {error}", file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:  # the reader of our output has seen enough
        sys.stderr.close()
        sys.exit(0)
    except KeyboardInterrupt:
        print("clausetrace: stopped; run the same command again to go on from here.", file=sys.stderr)
        sys.exit(130)


# ---------------------------------------------------------------- one case


@app.command()
def run(
    case: CaseArgument,
    root: RootOption = None,
    out: OutOption = None,
    encoder: EncoderOption = None,
    settings: SettingsOption = None,
    workers: WorkersOption = None,
    quiet: QuietOption = False,
) -> None:
    """Run a case through all stages, redoing only what is stale; print the attribution table and the report files.

    Example: clausetrace run data/cases/demo
    """
    line = _open_line(case, root, out, encoder, settings, workers, quiet)
    _go(line, "report")
    _print_summary(line)


def _add_stage(stage: "Stage", task: str) -> None:
    def command(
        case: CaseArgument,
        root: RootOption = None,
        out: OutOption = None,
        encoder: EncoderOption = None,
        settings: SettingsOption = None,
        workers: WorkersOption = None,
        quiet: QuietOption = False,
    ) -> None:
        _go(_open_line(case, root, out, encoder, settings, workers, quiet), stage)

    command.__doc__ = f"{task}, after bringing the stages before it up to date.\n\nExample: clausetrace {stage} CASE"
    app.command(name=stage)(command)


_add_stage("ingest", "Read the documents of a case into paragraphs")
_add_stage("extract", "Cut paragraphs into clauses and findings")
_add_stage("align", "Find out which words of the target are new")
_add_stage("embed", "Compute sentence vectors")
_add_stage("score", "Measure findings against clauses and changed spans")
_add_stage("attribute", "Test and grade the links")
_add_stage("report", "Write tables and reports")


@app.command("check-claims")
def check_claims(
    file: Annotated[
        Path | None, typer.Argument(help="Press release or case study; without it the claims of the case.")
    ] = None,
    case: Annotated[Path, typer.Option(help="The case that the statements speak of; it is run when stale.")] = Path(),
    root: RootOption = None,
    out: OutOption = None,
    encoder: EncoderOption = None,
    settings: SettingsOption = None,
    workers: WorkersOption = None,
    quiet: QuietOption = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines instead of text.")] = False,
) -> None:
    """Find the sentences that claim influence, novelty or content, and say what the evidence of a case makes of each.

    Example: clausetrace check-claims press-release.docx --case data/cases/demo
    """
    from pipeline.run import check_claims as check

    line = _open_line(case, root, out, encoder, settings, workers, quiet)
    _go(line, "attribute")
    checks = check(line, file)
    for row in checks:
        if as_json:
            _print_row(**asdict(row))
        else:
            print(f"{row.verdict.replace('_', ' ').upper()}  {row.place}\n  {row.text}\n  why: {row.reason}")
            print(f"  may be published: {row.publishable}\n" if row.publishable else "")
    if not checks:
        print("clausetrace: no sentence claims influence, novelty or content of the resolution.", file=sys.stderr)


def _open_line(
    case: Path,
    root: Sequence[Path] | None,
    out: Path | None,
    encoder: str | None,
    settings: Path | None,
    workers: int | None,
    quiet: bool,
) -> "Line":
    from pipeline.case import load_case
    from pipeline.run import Line
    from pipeline.settings import load_settings

    loaded = load_case(case, tuple(root or ()), out)
    return Line(loaded, load_settings(settings, encoder), workers, _say_nothing if quiet else _make_tell())


def _go(line: "Line", until: "Stage") -> None:
    from pipeline.records import Problem
    from pipeline.run import run_case

    run_case(line, until)
    names = ["1-problems"] if until == "ingest" else ["1-problems", "2-problems"]
    names += ["6-problems"] if until in ("attribute", "report") else []
    for name in names:
        for problem in line.read(name, Problem):
            print(f"problem ({problem.role or 'case'}): {problem.message}", file=sys.stderr)


def _print_summary(line: "Line") -> None:
    """The attribution table, short enough for a terminal, and where the reports are."""
    from rich.console import Console
    from rich.table import Table

    from pipeline.report import summarise_results
    from pipeline.run import list_reports, load_results

    columns, rows = summarise_results(line.case, load_results(line))
    table = Table(title=line.case.title, show_lines=True)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(_as_plain(cell) for cell in row))
    Console(width=None if sys.stdout.isatty() else 160, highlight=False).print(table)
    for path in list_reports(line):
        print(path)


def _as_plain(cell: str) -> Any:
    """Text from documents is never read as terminal markup."""
    from rich.text import Text

    return Text("".join(sign for sign in cell if sign.isprintable()))


def _say_nothing(stage: str, done: int, total: int) -> None:
    return


def _make_tell() -> "Tell":
    """Progress for people: a bar that moves on a terminal, one line a stage elsewhere."""
    if not sys.stderr.isatty():

        def log(stage: str, done: int, total: int) -> None:
            if done == total:
                print(f"{stage}: {'nothing to do' if total == 0 else f'{total} done'}", file=sys.stderr)

        return log
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description:10}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bars = Progress(*columns, console=Console(stderr=True))
    tasks: dict[str, TaskID] = {}
    bars.start()

    def show(stage: str, done: int, total: int) -> None:
        if stage not in tasks:
            tasks[stage] = bars.add_task(stage, total=max(total, 1))
        bars.update(tasks[stage], completed=done if total else 1, total=max(total, 1))
        if done == total and stage == "report":
            bars.stop()

    return show


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="ID", help="Id of a paragraph, clause, finding or span.")],
    case: Annotated[Path, typer.Option(help="Folder that holds case.toml, or the file itself.")] = Path(),
    root: RootOption = None,
    out: OutOption = None,
) -> None:
    """Print where a passage of a finished case stands, as JSON lines: source, page, paragraph, boxes, text.

    Example: clausetrace show "A/HRC/RES/95/21#2(g)" --case data/cases/demo
    """
    from pipeline.run import find_places

    for place in find_places(_open_line(case, root, out, None, None, None, True), name):
        _print_row(
            source=place.quote.source,
            page=place.quote.page,
            paragraph=place.paragraph.id,
            kind=place.paragraph.kind,
            label=place.paragraph.label,
            boxes=[asdict(box) for box in place.boxes],
            text=place.quote.text,
            confidence=place.paragraph.confidence,
        )


# ---------------------------------------------------------------- one file


@app.command()
def read(file: FileArgument, settings: SettingsOption = None) -> None:
    """Print a document's paragraphs as JSON lines: id, page, kind, label, text, bbox; confidence
    (of scans), words inserted (tracked changes) and deleted (tracked or struck through, no part of the text).

    Example: clausetrace read report.pdf
    """
    for paragraph in _work_alone(_read_paragraphs, file, settings):
        _print_row(
            id=paragraph.id,
            page=paragraph.page,
            kind=paragraph.kind,
            label=paragraph.label,
            text=paragraph.text,
            bbox=paragraph.bbox,
            confidence=paragraph.confidence,
            inserted=[paragraph.text[span.start : span.end] for span in paragraph.inserted],
            deleted=[deletion.text.strip() for deletion in paragraph.deleted],
        )


@app.command()
def clauses(file: FileArgument, settings: SettingsOption = None) -> None:
    """Print a resolution's clauses as JSON lines: id, section, label, parent, verb, text, page, and what they say.

    Then follow level, heading, strength of the verb (1 notes to 6 decides), addressee, cites, stakeholders, full_text.
    Numbered recommendations of a report come as operative clauses. Example: clausetrace clauses resolution.pdf
    """
    for clause in _work_alone(_read_clauses, file, settings):
        _print_row(
            id=clause.id,
            section=clause.section,
            label=clause.label,
            parent=clause.parent,
            verb=clause.verb,
            text=clause.text,
            page=clause.page,
            level=clause.level,
            heading=clause.heading,
            strength=clause.strength,
            addressee=clause.addressee,
            cites=clause.cites,
            stakeholders=clause.stakeholders,
            full_text=clause.full_text,
        )


@app.command()
def findings(file: FileArgument, settings: SettingsOption = None) -> None:
    """Print a report's findings, asks and proposals as JSON lines.

    Fields: id, kind, text, page, section, base_text, added, removed, then figures (value, unit and place in the text),
    places, institutions, dates, stakeholders. Example: clausetrace findings report.pdf
    """
    for finding in _work_alone(partial(_read_findings, settings), file, settings):
        _print_row(
            id=finding.id,
            kind=finding.kind,
            text=finding.text,
            page=finding.page,
            section=finding.section,
            base_text=finding.base_text,
            added=finding.added,
            removed=finding.removed,
            figures=[asdict(figure) for figure in finding.figures],
            places=finding.places,
            institutions=finding.institutions,
            dates=finding.dates,
            stakeholders=finding.stakeholders,
        )


@app.command()
def match(
    sources: Annotated[Path, typer.Argument(help="JSON lines with id, text and optionally date.")],
    targets: Annotated[Path, typer.Argument(help="JSON lines with id and text.")],
    base: Annotated[Path | None, typer.Option(help="Earlier texts of targets, by id: only added words count.")] = None,
    source_base: Annotated[Path | None, typer.Option(help="Earlier texts of sources, by id.")] = None,
    top: Annotated[int, typer.Option(min=1, help="Keep pairs in the top N of their source or target.")] = 20,
    background: Annotated[Path | None, typer.Option(help="Texts (JSON lines) for document frequencies.")] = None,
    pairs: Annotated[bool, typer.Option("--pairs", help="Score the i-th source with the i-th target only.")] = False,
    encoder: EncoderOption = None,
    settings: SettingsOption = None,
) -> None:
    """Rank source passages against target passages; JSON lines out with every measurement and match_probability.

    Example: clausetrace match asks.jsonl recommendations.jsonl --top 10
    """
    from pipeline.run import match_texts
    from pipeline.settings import load_settings

    rows = match_texts(
        _read_texts(sources),
        _read_texts(targets),
        load_settings(settings, encoder),
        base=_read_by_id(base) if base else {},
        source_base=_read_by_id(source_base) if source_base else {},
        background=[text for _, text in _read_texts(background)] if background else None,
        top=top,
        in_pairs=pairs,
    )
    for row in rows:
        _print_row(source_id=row.source_id, target_id=row.target_id, **asdict(row.measurement))


# ---------------------------------------------------------------- review


@reviewing.command("export")
def export_reviews(
    case: CaseArgument,
    out: Annotated[Path | None, typer.Option(help="Workbook to write; else review.xlsx in the reports folder.")] = None,
    case_out: Annotated[Path | None, typer.Option(help="The folder given as --out when the case was run.")] = None,
    root: RootOption = None,
    encoder: EncoderOption = None,
    settings: SettingsOption = None,
    workers: WorkersOption = None,
    quiet: QuietOption = False,
) -> None:
    """Write a workbook for reviewers: one row a link, both quotes, cells for the verdict. Stale stages run first.

    Give each reviewer a copy. Example: clausetrace review export data/cases/demo --out review.xlsx
    """
    from pipeline.run import export_reviews as write

    line = _open_line(case, root, case_out, encoder, settings, workers, quiet)
    _go(line, "attribute")
    print(write(line, out))


@reviewing.command("import")
def import_reviews(
    case: CaseArgument,
    files: Annotated[list[Path], typer.Argument(metavar="FILE.xlsx...", help="Workbooks that reviewers filled in.")],
    root: RootOption = None,
) -> None:
    """Add the verdicts of filled workbooks to hand/reviews.csv; print how reviewers agree and what is to be settled.

    All rows are taken, or none when one is wrong. Grades and reports follow when the case is run again.
    Example: clausetrace review import data/cases/demo anna.xlsx ben.xlsx
    """
    from pipeline.case import load_case
    from pipeline.run import import_reviews as merge

    merged = merge(load_case(case, tuple(root or ())), files)
    for problem in merged.problems:
        print(f"problem (case): {problem.message}", file=sys.stderr)
    print(f"{merged.file}: {merged.added} added, {merged.replaced} of them later verdicts; {merged.known} known before")
    for row in merged.agreement:
        print(_as_plain(row.reason))
    for reviews in merged.disagreements:
        print(_as_plain(f"to settle: {reviews[0].change} <- {reviews[0].source}"))
        for review in reviews:
            print(_as_plain(f"  {review.reviewer}: {review.verdict}{f' ({review.reason})' if review.reason else ''}"))
    if merged.added:
        print(f"Run the case again for grades and reports: clausetrace run {case}", file=sys.stderr)


# ---------------------------------------------------------------- evaluate


@evaluation.command()
def truth(case: CaseArgument, root: RootOption = None, out: OutOption = None, encoder: EncoderOption = None) -> None:
    """Compare a finished case with the planted truth in its truth.toml; exit code 1 when a row differs.

    Example: clausetrace evaluate truth data/cases/demo
    """
    from pipeline.evaluate.truth import compare_truth
    from pipeline.run import load_results

    line = _open_line(case, root, out, encoder, None, None, True)
    wrong = compare_truth(line.case, load_results(line), line.case.folder / "truth.toml")
    for error in wrong:
        print(error)
    if wrong:
        raise ClausetraceError(f"{len(wrong)} rows of the planted truth are not reproduced; see the list above.")


@evaluation.command(name="all")
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
    tell = _make_tell()
    found = measure_all(labels, out / "work", sizes, chosen, workers, tell, only or ())
    files = write_evaluation(found, out)
    tell("report", len(files), len(files))
    for row in found.rows:
        print(f"{row.task}: {row.metric}: {row.value:.3f} (over {row.number}) {row.goal} {judge_goal(row)}".rstrip())
    for part, reason in found.skipped:
        print(f"skipped {part}: {reason}", file=sys.stderr)
    for path in files:
        print(path)


@evaluation.command()
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


@evaluation.command()
def fit(
    labels: Annotated[Path, typer.Argument(help="Folder with upr-gold/, lobbyplag/ and reuse-labels/.")],
    model: Annotated[Path, typer.Option(help="The file to write.")] = Path("models/match.toml"),
) -> None:
    """Fit the coefficients of match_probability on labelled pairs; see models/README.md.

    Example: clausetrace evaluate fit labels/
    """
    from pipeline.embed import VectorStore, load_encoder
    from pipeline.evaluate.fit import fit_match_model, write_models
    from pipeline.evaluate.labels import load_all_pairs
    from pipeline.score import load_background
    from pipeline.settings import load_settings

    encoder = load_encoder(load_settings().embed)
    if encoder is None:
        raise ClausetraceError("settings.toml names no encoder; the fit needs one for the dense mode.")
    sets, rarity = load_all_pairs(labels), load_background()
    dense = fit_match_model(sets, rarity, VectorStore(encoder))
    write_models(dense, fit_match_model(sets, rarity, None), model)
    print(f"{model}: fitted on {dense.pairs} pairs, Brier skill {dense.brier_skill:.3f}", file=sys.stderr)


@evaluation.command()
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

    trials = []
    for trial in run_trials(files, seed, find_seeds(seeds or SEED_FOLDERS), workers):
        trials.append(trial)
        keep_file(trial, keep)
        if trial.verdict in ("failed", "over the limits"):
            print(f"{trial.verdict}: {keep / trial.name}: {trial.message.splitlines()[0]}", file=sys.stderr)
    for row in summarise_trials(trials):
        print(f"{row.task:32} {row.metric:44} {row.value:10.4g} of {row.number}")
    failed = sum(trial.verdict == "failed" for trial in trials)
    if failed:
        raise ClausetraceError(f"{failed} of {files} damaged documents were not answered; they are kept in {keep}.")


def _work_alone(work: Callable[[Path], list[Row]], file: Path, settings: Path | None) -> list[Row]:
    """The rows that `work` makes of one file, in a process that is ended when the file takes more than the limits."""
    from pipeline.engine import LostWorkerError, run_alone

    try:
        return run_alone(work, file, partial(_load_limits, settings))
    except LostWorkerError as error:
        raise ClausetraceError(f"{file.name}: reading it {error}") from error


def _load_limits(settings: Path | None) -> "Limits":
    from pipeline.engine import Limits
    from pipeline.settings import load_settings

    limits = load_settings(settings).limits
    return Limits(limits.seconds, limits.seconds_a_scan, limits.mebibytes)


def _read_paragraphs(file: Path) -> "list[Paragraph]":
    from pipeline.ingest import read_document

    return read_document(file, file.stem)


def _read_clauses(file: Path) -> "list[Clause]":
    from pipeline.extract import extract_clauses

    return extract_clauses(_read_paragraphs(file))


def _read_findings(settings: Path | None, file: Path) -> "list[Finding]":
    from pipeline.extract import extract_findings
    from pipeline.run import load_language_once
    from pipeline.settings import load_settings

    nlp = load_language_once(load_settings(settings).extract.language_model)
    return extract_findings(_read_paragraphs(file), nlp())


def _read_texts(path: Path) -> list[tuple[str, str]]:
    """Ids and texts from a JSON lines file. Raises ClausetraceError that names the bad line."""
    texts = []
    for number, row in _read_rows(path):
        identifier, text = row.get("id"), row.get("text")
        if isinstance(identifier, bool) or not isinstance(identifier, str | int) or not isinstance(text, str):
            raise ClausetraceError(f"{path}, line {number}: needs an id and a string text; mend the line.")
        if any("\ud800" <= sign <= "\udfff" for sign in text + str(identifier)):
            raise ClausetraceError(f"{path}, line {number}: holds half a character (a lone surrogate); mend the line.")
        texts.append((str(identifier), text))
    return texts


def _read_by_id(path: Path) -> dict[str, str]:
    texts = _read_texts(path)
    by_id = dict(texts)
    if len(by_id) < len(texts):
        raise ClausetraceError(f"{path}: an id stands twice; give one earlier text an id.")
    return by_id


def _read_rows(path: Path) -> Iterator[tuple[int, Mapping[str, object]]]:
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ClausetraceError(
            f"{path}: cannot be read as UTF-8 text ({error}); check the path and the file."
        ) from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise ClausetraceError(f"{path}, line {number}: is no JSON ({error}); mend the line.") from error
            if not isinstance(row, dict):
                raise ClausetraceError(f"{path}, line {number}: is no JSON object; write one object a line.")
            yield number, row


def _print_row(**fields: object) -> None:
    print(json.dumps(fields, ensure_ascii=False))
