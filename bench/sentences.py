"""Parsing with spaCy for findings, beside the whole pipeline called paragraph by paragraph."""

from bench.measured import Row, compare_times, hold_below, time_in_turn
from bench.texts import draw_texts
from pipeline.extract.language import load_language
from pipeline.extract.sentences import split_sentences
from pipeline.weights import find_model

_MODEL = "en-core-web-sm"

Spans = list[list[tuple[int, int]]]  # of the sentences, for each paragraph


def list_sentences(paragraphs: tuple[str, ...]) -> Spans:
    """Where the sentences of each paragraph begin and end, as `extract` cuts them."""
    return [[(span.start, span.end) for span in split_sentences(text)] for text in paragraphs]


def measure(small: bool = False) -> list[Row]:
    """Both sides read the same paragraphs and give a parse of every sentence."""
    import spacy

    paragraphs = draw_texts(50 if small else 1000)
    folder = find_model(_MODEL).folder
    plain, own = spacy.load(folder), load_language(folder)

    def parse() -> Spans:
        spans = list_sentences(paragraphs)
        texts = [text[first:last] for text, found in zip(paragraphs, spans, strict=True) for first, last in found]
        assert sum(1 for _ in own.parse(texts)) == len(texts)
        return spans

    def parse_plainly() -> Spans:
        return [[(one.start_char, one.end_char) for one in plain(text).sents] for text in paragraphs]

    ours, theirs = time_in_turn(parse, parse_plainly, rounds=3)
    size = f"{len(paragraphs)} paragraphs, {sum(map(len, ours[1]))} sentences"
    return [
        compare_times("extraction: parsed sentences, beside nlp(text)", ours[0], theirs[0], 3.0, size),
        hold_below("extraction: share of sentence ends that differ", compare_ends(ours[1], theirs[1]), 0.0, "", size),
    ]


def compare_ends(ours: Spans, theirs: Spans) -> float:
    """The share of all sentence ends that only one side has."""
    left, right = ({(place, end) for place, found in enumerate(spans) for _, end in found} for spans in (ours, theirs))
    return len(left ^ right) / len(left | right)
