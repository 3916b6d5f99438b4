"""Reports on one country as claimants against the recommendations to another: every grade of moderate is false."""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from pipeline.case import Case
from pipeline.evaluate.cases_measure import bootstrap_share
from pipeline.evaluate.cases_run import Advance, take_over_parts
from pipeline.evaluate.measured import Measured
from pipeline.records import Change, Evidence, Role, Source
from pipeline.run import Line, run_case
from pipeline.settings import Settings, load_settings

_NAMED = ("moderate", "strong", "confirmed")
_LATER = date(2099, 1, 1)  # all reports lie before it: dates must not do the work of the words


def measure_cross_country(
    folder: Path,
    out: Path,
    settings: Settings | None = None,
    workers: int | None = None,
    advance: Advance | None = None,
    targets: int | None = None,
) -> list[Measured]:
    """False grades where no link can be: the report on each country is the claimant once, the recommendations to the
    next country are the target, the reports on all others are placebos.

    `folder` holds one PDF a report, named after country and year (`angola2014.pdf`); `targets` takes the first ones
    only; `out` takes the tables. [] when the folder has fewer than three countries.
    """
    settings = settings or load_settings()
    files = sorted(folder.glob("*.pdf"))
    if len({_name_country(file) for file in files}) < 3:
        return []
    tell = advance or (lambda what, done, total: None)
    runs = []
    chosen = files[:targets]
    for done, target in enumerate(chosen, start=1):
        runs.append(_run_pair(target, _find_claimant(target, files), files, out, settings, workers))
        tell("cross country", done, len(chosen))
    spans, named = sum(run[1] for run in runs), sum(run[0] for run in runs)
    low, high = bootstrap_share(runs)
    note = f"{len(runs)} reports as claimants, {spans} recommendations, {named} false grades"
    few = "; fewer than 19 placebos, so the placebo test is unknown and caps at moderate" if len(files) < 21 else ""
    return [
        Measured(
            "attribute",
            "reports on one country against recommendations to another",
            "share of recommendations with a false grade of moderate or better",
            named / max(spans, 1),
            spans,
            low,
            high,
            "<= 0.05",
            note + few,
        )
    ]


def _run_pair(
    target: Path, claimant: Path, files: Sequence[Path], out: Path, settings: Settings, workers: int | None
) -> tuple[int, int]:
    """Spans of the target with a grade of moderate or better, and all its spans."""
    roles: dict[Path, Role] = {target: "target", claimant: "claimant"}
    others = {_name_country(target), _name_country(claimant)}
    roles |= {file: "placebo" for file in files if _name_country(file) not in others}
    case = Case(
        folder=out,
        out=out / "cross-country" / target.stem,
        id=f"cross-country {target.stem}",
        title=target.stem,
        tabled=_LATER,
        adopted=None,
        significance=0.05,
        mask=tuple(_list_masks(files)),
        sources=tuple(_make_source(file, role) for file, role in roles.items()),
        files={file.stem: file.resolve() for file in roles},
        themes=(),
        claims=(),
    )
    line = Line(case, settings, workers)
    take_over_parts(line, sorted((out / "cross-country").glob("*")))  # what earlier runs read
    run_case(line, "attribute")
    named = {row.change for row in line.read("6-evidence", Evidence) if row.grade in _NAMED}
    spans = [row for row in line.read("3-changes", Change) if row.status != "inherited"]
    return len(named), len(spans)


def _make_source(file: Path, role: Role) -> Source:
    year = (re.findall(r"\d{4}", file.stem) or [""])[0]
    return Source(file.stem, role, "report", file.stem, file.stem, year, "user", "en", "", "", "")


def _find_claimant(target: Path, files: Sequence[Path]) -> Path:
    """The next report, by name, on another country."""
    place = files.index(target)
    return next(file for file in (*files[place + 1 :], *files) if _name_country(file) != _name_country(target))


def _name_country(file: Path) -> str:
    return re.sub(r"[^a-z]", "", file.stem.lower())


def _list_masks(files: Sequence[Path]) -> list[str]:
    """Names of one word, as the files have them: "Angola". Longer ones are left to rarity."""
    return sorted({_name_country(file).capitalize() for file in files})
