"""Footnotes of a passage: the note paragraphs that the marks inside it point to."""

from collections.abc import Sequence

from pipeline.records import Paragraph, Quote


def find_notes(paragraphs: Sequence[Paragraph], quotes: Sequence[Quote]) -> list[Paragraph]:
    """The footnotes whose marks stand in or at the end of the quotes, in order of the marks.

    `paragraphs` are those of one document in reading order. Where several notes carry a mark (an asterisk, or numbers
    that begin anew), the first one at or after the paragraph counts.
    """
    places = {paragraph.id: at for at, paragraph in enumerate(paragraphs)}
    notes: list[Paragraph] = []
    for quote in quotes:
        at = places.get(quote.paragraph)
        if at is None:
            continue
        for mark in paragraphs[at].marks:
            note = _find_note(paragraphs, mark.mark, at) if quote.start < mark.at <= quote.end else None
            if note is not None and note not in notes:
                notes.append(note)
    return notes


def _find_note(paragraphs: Sequence[Paragraph], mark: str, at: int) -> Paragraph | None:
    fitting = [place for place, p in enumerate(paragraphs) if p.kind == "footnote" and p.label == mark]
    after = [place for place in fitting if place >= at]
    return paragraphs[(after or fitting)[0]] if fitting else None
