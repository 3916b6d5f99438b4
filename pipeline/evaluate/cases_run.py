"""Generated cases through the real stages: every document is read once, whatever number of cases holds it."""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from pipeline.case import Case
from pipeline.engine import run_over
from pipeline.evaluate.generate_cases import Document, GeneratedCase, Kind, Planted, Strength, make_case
from pipeline.records import Change, Clause, DocumentKind, Evidence, Finding, Grade, Role, Source
from pipeline.run import Line, list_document_parts, run_case
from pipeline.settings import Settings
from pipeline.words import stems

Advance = Callable[[str, int, int], None]  # what is done, done, total

_TABLED = date(2024, 3, 22)
_HOOPS = ("newness", "precedence", "direction", "placebo", "specificity")
_NAMED: tuple[Grade, ...] = ("moderate", "strong")


@dataclass(frozen=True)
class Graded:
    """A grade of moderate or better that the pipeline gave in a generated case, beside the truth."""

    seed: int
    kind: Kind
    source: str
    role: Role
    grade: Grade
    true: bool
    sentence_true: bool  # the finding named is the planted sentence
    span: str
    said: str


@dataclass(frozen=True)
class Recalled:
    """What became of one planted passage."""

    seed: int
    kind: Kind
    strength: Strength
    grade: Grade  # the best one given to the right document on the right span; "none" when there is no row
    failed: tuple[str, ...] = ()  # tests that it did not pass, of those that a grade of moderate needs


@dataclass(frozen=True)
class CaseOutcome:
    """One generated case measured."""

    seed: int
    kind: Kind
    graded: tuple[Graded, ...]
    recalled: tuple[Recalled, ...]


def run_cases(
    seeds: Sequence[int], folder: Path, settings: Settings, workers: int | None = None, advance: Advance | None = None
) -> Iterator[CaseOutcome]:
    """Draw up the cases of these seeds, run them until `attribute` and hold the grades against the truth.

    `folder` takes documents and tables; what lies there from an earlier call is used again.
    """
    tell = advance or (lambda what, done, total: None)
    cases = [make_case(seed) for seed in seeds]
    _read_all(cases, folder, settings, workers, tell)
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # processes over cases leave no core for threads within one
    work = partial(judge_case, folder=folder, settings=settings)
    for done, (_, outcome) in enumerate(run_over(work, list(seeds), workers), start=1):
        if isinstance(outcome, Exception):
            raise outcome
        tell("generated cases", done, len(seeds))
        yield outcome


def judge_case(seed: int, folder: Path, settings: Settings) -> CaseOutcome:
    """One case through the stages, in this process; its documents must have been read into `folder`."""
    case = make_case(seed)
    line = Line(_open_case(f"case-{seed}", case.documents, folder, _list_mask(case)), settings, workers=1)
    take_over_parts(line, [folder / "stock-placebos", folder / "stock-others"])
    run_case(line, "attribute")
    outcome = hold_against_truth(case, line)
    shutil.rmtree(line.case.out)
    return outcome


def hold_against_truth(case: GeneratedCase, line: Line) -> CaseOutcome:
    """The grades of a finished case, true or false, and what was found of the planted passages."""
    changes = {row.id: row for row in line.read("3-changes", Change)}
    clauses = {row.id: row for row in line.read("2-clauses", Clause)}
    findings = {row.id: row for row in line.read("2-findings", Finding)}
    roles = {source.id: source.role for source in line.case.sources}
    best: dict[int, Evidence] = {}
    graded = []
    for row in line.read("6-evidence", Evidence):
        change = changes[row.change]
        said = findings[row.finding].text if row.finding in findings else ""
        fitting = [
            place
            for place, planted in enumerate(case.planted)
            if planted.source == row.source and _holds(clauses[change.clause].text, change.text, planted.text)
        ]
        for place in fitting:
            best[place] = max(best.get(place, row), row, key=lambda row: _rank(row.grade))
        if row.grade in _NAMED:
            allowed = [case.planted[place] for place in fitting if _rank(case.planted[place].best) >= _rank(row.grade)]
            right = any(_overlap(planted.said, said) > 0.8 for planted in allowed)
            graded.append(
                Graded(
                    case.seed,
                    case.kind,
                    row.source,
                    roles[row.source],
                    row.grade,
                    bool(allowed),
                    right,
                    change.text,
                    said,
                )
            )
    recalled = tuple(_recall(case, planted, best.get(place)) for place, planted in enumerate(case.planted))
    return CaseOutcome(case.seed, case.kind, tuple(graded), recalled)


def _recall(case: GeneratedCase, planted: Planted, row: Evidence | None) -> Recalled:
    failed = [test.name for test in row.tests if test.name in _HOOPS and test.outcome != "pass"] if row else []
    return Recalled(case.seed, case.kind, planted.strength, row.grade if row else "none", tuple(failed))


def _rank(grade: Grade) -> int:
    return ("none", "ruled_out", "weak", "moderate", "strong", "confirmed").index(grade)


def _holds(clause: str, span: str, text: str) -> bool:
    """Whether the span is the planted passage, or a part of it, or holds most of it."""
    return _overlap(text, clause) > 0.95 and max(_overlap(span, text), _overlap(text, span)) >= 0.5


def _overlap(part: str, whole: str) -> float:
    """The share of the words of `part` that stand in `whole`."""
    words = set(stems(part))
    return len(words & set(stems(whole))) / max(len(words), 1)


# ------------------------------------------------------------- documents


def _read_all(
    cases: Sequence[GeneratedCase], folder: Path, settings: Settings, workers: int | None, tell: Advance
) -> None:
    """Ingest and extract every document of the cases once. Papers of the pool serve in two roles, so in two goes."""
    documents = {(document.paper.id, document.role): document for case in cases for document in case.documents}
    target = next(document for document in documents.values() if document.role == "target")
    placebos = [document for document in documents.values() if document.role == "placebo"]
    others = [document for document in documents.values() if document.role != "placebo"]
    for document in documents.values():
        file = _find_file(document, folder)
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists() or file.read_text(encoding="utf-8") != document.paper.text:
            file.write_text(document.paper.text, encoding="utf-8")
    for name, chosen in (("placebos", [target, *placebos]), ("others", others)):
        case = _open_case(f"stock-{name}", chosen, folder, ())
        run_case(Line(case, settings, workers, tell=tell), "extract")


def _open_case(name: str, documents: Sequence[Document], folder: Path, mask: tuple[str, ...]) -> Case:
    return Case(
        folder=folder,
        out=folder / name,
        id=name,
        title=name,
        tabled=_TABLED,
        adopted=None,
        significance=0.05,
        mask=mask,
        sources=tuple(_make_source(document) for document in documents),
        files={document.paper.id: _find_file(document, folder) for document in documents},
        themes=(),
        claims=(),
    )


def _make_source(document: Document) -> Source:
    paper = document.paper
    kind: DocumentKind = "resolution" if document.role in ("target", "base") else "report"
    return Source(paper.id, document.role, kind, paper.publisher, paper.id, paper.date, "user", "en", "", "", "")


def _list_mask(case: GeneratedCase) -> tuple[str, ...]:
    return case.country.name, case.country.adjective, *case.country.towns


def _find_file(document: Document, folder: Path) -> Path:
    return folder / "documents" / f"{document.paper.id}.md"


def take_over_parts(line: Line, stocks: Sequence[Path]) -> None:
    """Link the parts that other runs have, found in their `out` folders.

    Ingest's come first: the names of extract's parts hold the keys of what they were made from.
    """
    folders = [stock / "work" / "parts" for stock in stocks]
    (line.case.out / "work" / "parts").mkdir(parents=True, exist_ok=True)
    for _ in range(2):
        for part in list_document_parts(line):
            held = next((folder / part.name for folder in folders if (folder / part.name).exists()), None)
            if held and not part.exists():
                os.link(held, part)
