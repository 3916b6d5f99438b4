"""Texts of a series as tests need them: a few words in, clauses and earlier texts out."""

from collections.abc import Sequence

from pipeline.align import EarlierText
from pipeline.records import Clause, DocumentKind, Quote, Role, Source


def make_source(name: str, date: str, role: Role = "base", kind: DocumentKind = "resolution") -> Source:
    return Source(name, role, kind, "Council", "t", date, "printed", "en", "", "", "")


def make_clauses(source: str, texts: Sequence[str | tuple[str, str]]) -> tuple[Clause, ...]:
    """Clauses numbered 1, 2, ... or with the label given; "1(a)" stands under the last clause without brackets."""
    clauses: list[Clause] = []
    above: tuple[Quote, ...] = ()
    for order, entry in enumerate(texts, start=1):
        label, text = entry if isinstance(entry, tuple) else (str(order), entry)
        quotes = (Quote(source, 1, f"{source}¶{order}", 0, len(text), text),)
        section = "preamble" if label.startswith("PP") else "operative"
        chapeau = above if "(" in label else ()
        clauses.append(Clause(f"{source}#{label}", source, order, section, label, None, None, quotes, chapeau))
        above = above if chapeau else quotes
    return tuple(clauses)


def make_earlier(source: Source, *texts: str | tuple[str, str]) -> EarlierText:
    return EarlierText(source, make_clauses(source.id, texts))
