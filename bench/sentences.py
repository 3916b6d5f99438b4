"""Parsing with spaCy for findings, beside the whole pipeline called paragraph by paragraph."""

from bench.measured import Row, compare_times, time_in_turn
from bench.texts import draw_texts
from pipeline.extract.language import load_language, parse_sentences
from pipeline.extract.sentences import split_sentences
from pipeline.weights import find_model

_MODEL = "en-core-web-sm"


def cut_sentences(paragraphs: tuple[str, ...]) -> list[str]:
    """The sentences of the paragraphs, in order, as `extract` parses them."""
    return [text[span.start : span.end] for text in paragraphs for span in split_sentences(text)]


def measure(small: bool = False) -> list[Row]:
    """Both sides read the same paragraphs; what spaCy's own splitter finds is told apart by the tests."""
    import spacy

    paragraphs = draw_texts(50 if small else 1000)
    folder = find_model(_MODEL).folder
    plain, own = spacy.load(folder), load_language(folder)
    ours, theirs = time_in_turn(
        lambda: sum(1 for _ in parse_sentences(cut_sentences(paragraphs), own)),
        lambda: sum(len(list(plain(text).sents)) for text in paragraphs),
        rounds=3,
    )
    size = f"{len(paragraphs)} paragraphs, {ours[1]} sentences ({theirs[1]} by spaCy)"
    return [compare_times("extraction: parsed sentences, beside nlp(text)", ours[0], theirs[0], 3.0, size)]
