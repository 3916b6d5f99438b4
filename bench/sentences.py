"""Parsing with spaCy for findings, beside the whole pipeline called paragraph by paragraph."""

from collections.abc import Callable
from functools import partial
from typing import Any

from bench.measured import Row, compare_times, hold_below, time_call
from bench.texts import draw_texts
from pipeline.extract.language import English, load_language
from pipeline.extract.sentences import split_sentences
from pipeline.weights import find_model

_MODEL = "en-core-web-sm"

Spans = list[list[tuple[int, int]]]  # of the sentences, for each paragraph


def list_sentences(paragraphs: tuple[str, ...]) -> Spans:
    """Where the sentences of each paragraph begin and end, as `extract` cuts them."""
    return [[(span.start, span.end) for span in split_sentences(text)] for text in paragraphs]


def measure(small: bool = False) -> list[Row]:
    """Both sides read the same paragraphs and give a parse of every sentence and the names in it."""
    import spacy

    count = 50 if small else 1000
    rounds = [draw_texts(count * (number + 1))[count * number :] for number in range(3)]  # nothing to remember
    folder = find_model(_MODEL).folder
    plain, own = spacy.load(folder), load_language(folder)
    ours = [time_call(partial(parse, texts, own)) for texts in rounds]
    theirs = [time_call(partial(parse_plainly, texts, plain)) for texts in rounds]
    size = f"{count} paragraphs, {sum(map(len, ours[0][1]))} sentences"
    seconds = [min(taken for taken, _ in side) for side in (ours, theirs)]
    differ = max(compare_ends(found, wanted) for (_, found), (_, wanted) in zip(ours, theirs, strict=True))
    return [
        compare_times("extraction: parsed sentences and names, beside nlp(text)", *seconds, 3.0, size),
        hold_below("extraction: share of sentence ends that differ", differ, 0.0, "", size),
    ]


def parse(paragraphs: tuple[str, ...], own: English) -> Spans:
    """As `extract` does it, but for the names, which that looks for in findings only."""
    spans = list_sentences(paragraphs)
    texts = [text[first:last] for text, found in zip(paragraphs, spans, strict=True) for first, last in found]
    assert sum(1 for _ in zip(own.parse(texts), own.find_entities(texts), strict=True)) == len(texts)
    return spans


def parse_plainly(paragraphs: tuple[str, ...], plain: Callable[[str], Any]) -> Spans:
    """As spaCy's manual begins."""
    return [[(one.start_char, one.end_char) for one in plain(text).sents] for text in paragraphs]


def compare_ends(ours: Spans, theirs: Spans) -> float:
    """The share of all sentence ends that only one side has."""
    left, right = ({(place, end) for place, found in enumerate(spans) for _, end in found} for spans in (ours, theirs))
    return len(left ^ right) / len(left | right)
