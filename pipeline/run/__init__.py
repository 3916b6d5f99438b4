"""A case through the stages: what is stale is decided here, by content, and only that is done again.

Every table carries a key: the hash of its inputs' keys, of the settings and model files it depends on, and of the code
of its room. `ingest`, `extract` and `score` keep a part for each document, so one more document costs one document. A
stage that was stopped leaves whole tables or none, and a rerun goes on from there.
"""

from collections.abc import Callable, Mapping
from contextlib import ExitStack, nullcontext, suppress
from pathlib import Path

from pipeline.engine import give_back_memory, share_memory
from pipeline.run.claims import check_claims, judge_claims
from pipeline.run.documents import extract, ingest, list_document_parts, loading_language
from pipeline.run.freezing import freeze_case
from pipeline.run.line import Line, Stage, Tell, load_language_once
from pipeline.run.lookup import explain_link, find_places
from pipeline.run.measures import align, match_texts
from pipeline.run.notebooks import crop_passage, load_frame, open_case
from pipeline.run.reviewing import Merged, export_reviews, import_reviews
from pipeline.run.scoring import embed, loading_encoder, score
from pipeline.run.verdicts import attribute, list_reports, load_results, load_shown, report

__all__ = [
    "Line",
    "Merged",
    "Stage",
    "Tell",
    "check_claims",
    "crop_passage",
    "explain_link",
    "export_reviews",
    "find_places",
    "freeze_case",
    "import_reviews",
    "list_document_parts",
    "list_reports",
    "load_frame",
    "load_language_once",
    "load_results",
    "load_shown",
    "match_texts",
    "open_case",
    "run_case",
]


def _attribute(line: Line) -> None:
    attribute(line)
    judge_claims(line)


_STEPS: Mapping[Stage, Callable[[Line], object]] = {  # in the order of the flow
    "ingest": ingest,
    "extract": extract,
    "align": align,
    "embed": embed,
    "score": score,
    "attribute": _attribute,
    "report": report,
}


def run_case(line: Line, until: Stage = "report") -> list[Path]:
    """Bring every stage up to `until` up to date; returns the report files when `until` is report.

    Raises CaseError when the target cannot be read, TableError when a table cannot be written. Documents that cannot
    be read become rows of the tables 1-problems and 2-problems.
    """
    share_memory()
    try:
        _run_until(line, until)
    except BaseException:
        with suppress(Exception):  # the first error is the one to hear
            line.settle()
        raise
    line.settle()
    return list_reports(line) if until == "report" else []


def _run_until(line: Line, until: Stage) -> None:
    with ExitStack() as ready:
        if until != "ingest":
            ready.enter_context(loading_language(line))
        for stage, step in _STEPS.items():
            with loading_encoder(line) if stage == "extract" and until not in ("extract", "align") else nullcontext():
                step(line)
            if stage == "extract":
                ready.close()
            give_back_memory()
            if stage == until:
                break
