"""The review loop of a case: a workbook out to reviewers, their verdicts back into hand/reviews.csv."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.case import Case
from pipeline.errors import ClausetraceError
from pipeline.records import Agreement, Problem, Review
from pipeline.run.line import Line
from pipeline.run.verdicts import load_results


@dataclass(frozen=True, slots=True)
class Merged:
    """What an import did, and how the reviewers agree now, over all rows of the file."""

    file: Path
    added: int
    known: int  # rows that stand in the file already, left out
    replaced: int  # of those added: later verdicts of the same reviewer on the same quotes
    agreement: tuple[Agreement, ...]
    disagreements: tuple[tuple[Review, ...], ...]  # of each link to settle, the last verdict of each reader
    problems: tuple[Problem, ...]  # rows of the file that cannot be used


def export_reviews(line: Line, out: Path | None) -> Path:
    """Write the workbook for reviewers of a finished case, to reports/review.xlsx unless `out` says otherwise.

    A file that is there is not overwritten: it may hold somebody's verdicts. Raises ClausetraceError then, and
    TableError when the case was not judged yet.
    """
    from pipeline.report import write_review_book

    path = out or line.case.out / "reports" / "review.xlsx"
    if path.suffix.lower() != ".xlsx":
        raise ClausetraceError(f"{path}: is no name for a workbook; let it end in .xlsx.")
    if path.exists():
        raise ClausetraceError(f"{path}: is there already and may hold verdicts; give another name with --out.")
    return write_review_book(line.case, load_results(line), path)


def import_reviews(case: Case, files: Sequence[Path]) -> Merged:
    """Add the verdicts of filled workbooks to the case's hand/reviews.csv; all of them, or none when a row is wrong.

    A row that stands there already is left out; another verdict of the same reviewer on the same quotes becomes a later
    row, and the later one by date counts. Raises ClausetraceError that names file, sheet and row.
    """
    from pipeline.attribute import append_reviews, list_disagreements, measure_agreement, read_reviews

    returned = [review for file in files for review in _read_book(file, case.id)]
    held, problems = read_reviews(case.folder)
    seen, new = set(held), []
    for review in returned:
        if review not in seen:
            new.append(review)
            seen.add(review)
    before = {_name_reading(review) for review in held}
    replaced = 0
    for review in new:
        replaced += _name_reading(review) in before
        before.add(_name_reading(review))
    file = append_reviews(case.folder, new)
    everything = [*held, *new]
    return Merged(
        file=file,
        added=len(new),
        known=len(returned) - len(new),
        replaced=replaced,
        agreement=measure_agreement(everything),
        disagreements=tuple(list_disagreements(everything)),
        problems=tuple(problems),
    )


def _read_book(file: Path, case: str) -> list[Review]:
    from pipeline.attribute import make_review
    from pipeline.report import read_review_book

    reviews = []
    for place, cells in read_review_book(file, case):
        try:
            reviews.append(make_review(cells))
        except ValueError as error:
            raise ClausetraceError(f"{place}: {error}") from error
    return reviews


def _name_reading(review: Review) -> tuple[str, ...]:
    """Whose word on which quotes."""
    who = (review.person or review.reviewer).casefold()
    return review.change, review.source, review.clause_text, review.span_text, review.source_text, who
