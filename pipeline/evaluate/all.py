"""Every part of the pipeline measured, one after the other: what runs, on what, and what is skipped and why."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from pipeline.errors import ClausetraceError
from pipeline.evaluate.cases_run import Advance
from pipeline.evaluate.measured import Measured
from pipeline.settings import Settings

REPOSITORY = Path(__file__).parents[2]
_DEMO = REPOSITORY / "data" / "cases" / "demo"
_LIBRARIES = ("clausetrace", "numpy", "pdfplumber", "scikit-learn", "scipy", "spacy", "sentence-transformers", "torch")


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    name: str
    seeds: range  # of generated cases; 1 to 999 are for development
    reports: int | None  # on other countries, as targets; all when None
    fuzzed: int  # files


QUICK = Sizes("quick", range(1000, 1040), 2, 200)
FULL = Sizes("full", range(1000, 1210), None, 3000)


@dataclass(frozen=True)
class Evaluation:
    """What was measured, what was not, and with what."""

    rows: tuple[Measured, ...]
    skipped: tuple[tuple[str, str], ...]  # part, reason
    facts: tuple[tuple[str, str], ...]  # sizes, settings, versions


@dataclass(frozen=True)
class _Part:
    name: str
    needs: tuple[Path | None, ...]  # files or folders without which it is skipped; None: they were not named
    measure: Callable[[], list[Measured]]


def measure_all(
    labels: Path | None,
    out: Path,
    sizes: Sizes,
    settings: Settings,
    workers: int | None = None,
    advance: Advance | None = None,
    only: Sequence[str] = (),
) -> Evaluation:
    """Run every measurement whose data are there. `labels` is the folder of real documents with labels, if there is
    one; `out` takes tables; `only` names the parts to run (all when empty). Raises ClausetraceError for a name in
    `only` that is no part. A part that ends with a ClausetraceError is skipped, with that sentence as the reason.
    """
    parts = _list_parts(labels, out, sizes, settings, workers, advance)
    unknown = sorted(set(only) - {part.name for part in parts})
    if unknown:
        known = ", ".join(part.name for part in parts)
        raise ClausetraceError(f"{unknown[0]}: there is no such part to measure; there are {known}.")
    tell = advance or (lambda what, done, total: None)
    rows: list[Measured] = []
    skipped = []
    for part in parts:
        if only and part.name not in only:
            continue
        reason = _find_obstacle(part)
        if not reason:
            tell(part.name, 0, 1)
            try:
                rows += part.measure()
            except ClausetraceError as error:
                reason = str(error)
            tell(part.name, 1, 1)
        if reason:
            skipped.append((part.name, reason))
    return Evaluation(tuple(rows), tuple(skipped), _list_facts(sizes, settings, labels))


def _list_parts(
    labels: Path | None, out: Path, sizes: Sizes, settings: Settings, workers: int | None, advance: Advance | None
) -> list[_Part]:
    def find(name: str) -> Path | None:
        return labels / name if labels else None

    return [
        _Part("truth", (_DEMO / "truth.toml",), lambda: _measure_truth(out, settings)),
        _Part("cases", (), lambda: _measure_cases(out, sizes, settings, workers, advance)),
        _Part(
            "cross-country",
            (find("upr-reports"),),
            lambda: _measure_cross_country(find("upr-reports"), out, sizes, settings, workers, advance),
        ),
        _Part("alignment", (find("unsc-gold"),), lambda: _measure_alignment(labels)),
        _Part("direction", (), lambda: _measure_direction(labels, settings)),
        _Part("ranking", (find("upr-gold"), find("lobbyplag")), lambda: _measure_ranking(labels, settings)),
        _Part("reading", (find("gold"),), lambda: _measure_reading(labels)),
        _Part("ocr", (), _measure_scans),
        _Part("fuzz", (), lambda: _measure_fuzz(sizes)),
    ]


def _measure_truth(out: Path, settings: Settings) -> list[Measured]:
    from pipeline.evaluate.cases_truth import measure_truth

    return measure_truth(_DEMO, _DEMO / "truth.toml", out / "demo", settings)


def _measure_cases(
    out: Path, sizes: Sizes, settings: Settings, workers: int | None, advance: Advance | None
) -> list[Measured]:
    from pipeline.evaluate.cases_measure import measure_cases

    return measure_cases(out / "cases", sizes.seeds, settings, workers, advance)


def _measure_cross_country(
    folder: Path | None, out: Path, sizes: Sizes, settings: Settings, workers: int | None, advance: Advance | None
) -> list[Measured]:
    from pipeline.evaluate.cross_country import measure_cross_country

    return measure_cross_country(folder, out, settings, workers, advance, sizes.reports) if folder else []


def _measure_alignment(folder: Path | None) -> list[Measured]:
    from pipeline.evaluate.alignment import measure_alignment

    return measure_alignment(folder) if folder else []


def _measure_direction(folder: Path | None, settings: Settings) -> list[Measured]:
    from pipeline.evaluate.direction import measure_direction
    from pipeline.run import load_language_once

    return measure_direction(load_language_once(settings.extract.language_model)(), folder)


def _measure_ranking(folder: Path | None, settings: Settings) -> list[Measured]:
    from pipeline.evaluate.ranking import measure_ranking

    return measure_ranking(folder, settings) if folder else []


def _measure_reading(folder: Path | None) -> list[Measured]:
    from pipeline.evaluate.reading import measure_reading

    return measure_reading(folder) if folder else []


def _measure_scans() -> list[Measured]:
    from pipeline.evaluate.ocr import measure_ocr

    return measure_ocr()


def _measure_fuzz(sizes: Sizes) -> list[Measured]:
    from pipeline.evaluate.fuzz import measure_fuzz

    return measure_fuzz(sizes.fuzzed)


def _find_obstacle(part: _Part) -> str:
    """Why a part cannot run: its data are not named, or not there."""
    if None in part.needs:
        return "no folder of labelled documents was named"
    missing = [path for path in part.needs if path and not path.exists()]
    return f"{missing[0].name} is not there" if missing else ""


def _list_facts(sizes: Sizes, settings: Settings, labels: Path | None) -> tuple[tuple[str, str], ...]:
    seeds = f"{sizes.seeds.start} to {sizes.seeds.stop - 1}"
    chosen = [
        ("size", sizes.name),
        ("seeds of generated cases", seeds),
        ("encoder", settings.embed.encoder),
        ("labelled documents", labels.name if labels else "none"),
    ]
    return (*chosen, *((library, _find_version(library)) for library in _LIBRARIES))


def _find_version(library: str) -> str:
    from importlib.metadata import PackageNotFoundError

    try:
        return version(library)
    except PackageNotFoundError:
        return "not installed"
