"""The attribution table in a few short columns, for a terminal."""

from pipeline.case import Case
from pipeline.report.joins import SpanRow, Voice, join_spans
from pipeline.report.results import Results
from pipeline.report.texts import Texts, clean_text, load_texts, shorten_text

_COLUMNS = ("clause", "new", "grade", "claimant", "best", "wording")  # keys of the texts' sections


def summarise_results(case: Case, results: Results, width: int = 90) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Column headings, and one row for each changed or new span in the order of the clauses.

    Cells are plain text on one line (a terminal must not read markup in them), quotes cut at `width` characters.
    """
    texts = load_texts()
    headings = tuple(texts["terminal"][name] for name in _COLUMNS)
    rows = [row for row in join_spans(case, results) if row.change.status != "inherited"]
    return headings, [_summarise_span(row, width, texts) for row in rows]


def _summarise_span(row: SpanRow, width: int, texts: Texts) -> tuple[str, ...]:
    return (
        clean_text(row.label),
        shorten_text(" … ".join(row.change.added) or row.change.text, width),
        texts["grades"][row.best_grade or "unjudged"],
        texts["grades"][row.claimant_grade or "unjudged"],
        shorten_text(_name_voice(row.best, texts), width) if row.best else "",
        shorten_text(row.wording, 2 * width),
    )


def _name_voice(voice: Voice, texts: Texts) -> str:
    return f"{voice.publisher or voice.source}, {voice.date or texts['dates']['undated']}"
