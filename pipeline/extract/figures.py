"""Numbers and what they count, from the dependency parse: "784 detainees", "54 co-sponsors", "12 per cent of women"."""

import re

from pipeline.extract.lexicons import load_table, load_words
from pipeline.extract.phrases import join_hyphens, name_phrase, resolve_partitive
from pipeline.extract.trees import Tree, Word
from pipeline.records import Figure

PERCENT = frozenset({"percent", "%", "per"})
SYMBOL_SIGNS = frozenset({"/", "-", "–", "§"})  # beside a number: part of a document symbol, a range or a compound


def read_figures(doc: Tree) -> tuple[Figure, ...]:
    """The figures of a parsed sentence in order; `start` and `end` are character offsets of number and unit in it.

    Years, dates, ordinals, document symbols and numbers of paragraphs, articles and resolutions are not figures; the
    word "one" is left out, since it mostly stands for "a".
    """
    figures = (_read_figure(token) for token in doc if token.like_num)
    return tuple(figure for figure in figures if figure is not None)


def _read_figure(token: Word) -> Figure | None:
    value = read_number(token.text)
    if value is None or token.lower_ == "one" or _is_reference(token):
        return None
    percent = _read_percent(token, value)
    if percent is not None:
        return percent
    head = token.head
    if token.dep_ not in ("nummod", "compound", "quantmod") or head.i <= token.i:
        return None
    if head.like_num:  # "2.5 million people": the scale is a number word of its own
        scale = float(load_table("numbers")["scales"].get(head.lower_, "0"))
        return _make_figure(token, value * scale, head.head) if scale and head.head.i > head.i else None
    return _make_figure(token, value, join_hyphens(head))


def _make_figure(token: Word, value: float, head: Word) -> Figure | None:
    if head.lemma_.lower() in load_words("not_counted") or head.pos_ not in ("NOUN", "PROPN"):
        return None
    counted = resolve_partitive(head.head if head.dep_ == "poss" else head)
    return Figure(value, _name_unit(counted, token), token.idx, counted.idx + len(counted.text))


def _name_unit(head: Word, number: Word) -> str:
    adjectives = [
        child.lower_ for child in head.children if child.dep_ == "amod" and child.i > number.i and not child.like_num
    ]
    kept = [word for word in adjectives if word not in load_words("vague_adjectives")]
    return " ".join([*kept, name_phrase(head)])


def _read_percent(token: Word, value: float) -> Figure | None:
    doc = token.doc
    after = token.i + 1
    if after >= len(doc) or doc[after].lower_ not in PERCENT:
        return None
    last = after
    if doc[after].lower_ == "per":
        if after + 1 >= len(doc) or doc[after + 1].lower_ != "cent":
            return None
        last = after + 1
    if last + 1 < len(doc) and doc[last + 1].lower_ == "of":
        counted = [child for child in doc[last + 1].children if child.dep_ == "pobj"]
        if counted:
            end = counted[0].idx + len(counted[0].text)
            return Figure(value, f"percent of {name_phrase(counted[0])}", token.idx, end)
    return Figure(value, "percent", token.idx, doc[last].idx + len(doc[last].text))


def read_number(text: str) -> float | None:
    """5,181 -> 5181; "twelve" -> 12; None for anything else, among it ordinals and dates."""
    words = load_table("numbers")["words"]
    if text.lower() in words:
        return float(words[text.lower()])
    plain = text.replace(",", "")
    return float(plain) if re.fullmatch(r"\d+(?:\.\d+)?", plain) else None


def _is_reference(token: Word) -> bool:
    """Whether the number is a year, a day, or the number of a paragraph, article, resolution or recommendation."""
    before, earlier, after = (_word_at(token, step) for step in (-1, -2, 1))
    if {before, after} & load_words("months") or "/" in token.text or after in SYMBOL_SIGNS or before in SYMBOL_SIGNS:
        return True
    if before in load_words("numbered_things") or (before == "(" and earlier in load_words("numbered_things")):
        return True
    return token.text.isdecimal() and len(token.text) == 4 and 1800 <= int(token.text) <= 2100


def _word_at(token: Word, step: int) -> str:
    place = token.i + step
    return token.doc[place].lower_.rstrip(".") if 0 <= place < len(token.doc) else ""
