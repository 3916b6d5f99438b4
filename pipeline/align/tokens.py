"""The words of a clause as alignment compares them: spelling, number words and list letters out of the way."""

import re
from calendar import month_name
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from pipeline.words import Token, split_words

_BINDING = Path(__file__).with_name("binding.txt")
_LINKING = Path(__file__).with_name("linking.txt")
_MONTHS = frozenset(name.lower() for name in month_name[1:])
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_CARDINALS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_ORDINALS = (
    *("zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"),
    *("eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth"),
    "nineteenth",
)
_ORDINAL_FIGURE = re.compile(r"(\d+)(?:st|nd|rd|th)")
_LIST_MARK = re.compile(r"(?:^|[;:,.]|\b(?:and|or))\s*\(?$")
_MARK_WORD = re.compile(r"[a-z]|[ivx]{1,5}|\d{1,2}")
_SPELLINGS = (  # stems of British and American spellings meet; words that were never two stay apart from others
    (re.compile(r"(?<=\w{3})is(?=(?:e|er|ation|ational)?$)"), "iz"),
    (re.compile(r"(?<=al)ys$"), "yz"),
    (re.compile(r"(?<=\w{3})our(?=(?:abl|ably|it|al|hood|les|er)?$)"), "or"),
    (re.compile(r"(?<=[a-z]{2}t)r$"), "er"),
    (re.compile(r"(?<=program)m$"), ""),
    (re.compile(r"(?<=\w{4}l)l$"), ""),
    (re.compile(r"(?<=en)c$"), "s"),
    (re.compile(r"(?<=dg)e(?=ment)"), ""),
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a clause and how it counts when texts are compared."""

    key: str  # equal keys are the same word
    letters: str  # as printed, lower case, for words that are written together or apart
    start: int  # offsets in the clause's text
    end: int
    is_content: bool
    is_substance: bool  # its addition changes what is said: content words, numbers, dates, words of duty and denial
    date: int | None  # words with the same number belong to one date

    @property
    def is_figure(self) -> bool:
        return self.date is not None or any(sign.isdigit() for sign in self.key)


@lru_cache(maxsize=16384)
def read_words(text: str) -> tuple[Word, ...]:
    """The words of a text in order; letters and numbers that only mark the items of a list are left out."""
    tokens = [token for token in _join_numbers(split_words(text), text) if not _is_list_mark(token, text)]
    dates = _find_dates(tokens)
    return tuple(
        Word(
            _make_key(token),
            token.word,
            token.start,
            token.end,
            token.is_content,
            position in dates or _is_substance(token),
            dates.get(position),
        )
        for position, token in enumerate(tokens)
    )


def _is_substance(token: Token) -> bool:
    if token.is_content or any(sign.isdigit() for sign in _make_key(token)):
        return token.word not in _load_list(_LINKING)
    return token.word in _load_list(_BINDING)


def _make_key(token: Token) -> str:
    number = _list_numbers().get(token.word)
    if number is not None:
        return number
    figure = _ORDINAL_FIGURE.fullmatch(token.word)
    return f"{figure[1]}th" if figure else _unify_spelling(token.stem)


@cache
def _unify_spelling(stem: str) -> str:
    for pattern, spelling in _SPELLINGS:
        stem = pattern.sub(spelling, stem)
    return stem


@cache
def _list_numbers() -> dict[str, str]:
    """Number words up to 99 with their figures; "one" and "second" are more often no numbers, and stay words."""
    numbers = {word: str(value) for value, word in enumerate(_CARDINALS)}
    numbers |= {word: f"{value}th" for value, word in enumerate(_ORDINALS)}
    for place, tens in enumerate(_TENS, start=2):
        numbers |= {tens: str(place * 10), tens.removesuffix("y") + "ieth": f"{place * 10}th"}
        for value in range(1, 10):
            numbers[f"{tens}-{_CARDINALS[value]}"] = str(place * 10 + value)
            numbers[f"{tens}-{_ORDINALS[value]}"] = f"{place * 10 + value}th"
    return {word: figure for word, figure in numbers.items() if word not in ("one", "first", "second")}


def _join_numbers(tokens: list[Token], text: str) -> list[Token]:
    """ "Ninety-fifth" as one word, so that it meets 95th and is shown whole."""
    joined: list[Token] = []
    for token in tokens:
        before = joined[-1] if joined else None
        name = f"{before.word}-{token.word}" if before else ""
        if before and token.start == before.end + 1 and before.word in _TENS and name in _list_numbers():
            joined[-1] = Token(name, name, before.start, token.end)
        else:
            joined.append(token)
    return joined


def _is_list_mark(token: Token, text: str) -> bool:
    """Whether it is the (a) of a list inside the text, not the (c) of "paragraph 5 (c)"."""
    closed = text[token.end : token.end + 1] == ")" and text[max(token.start - 1, 0) : token.start] == "("
    return closed and bool(_MARK_WORD.fullmatch(token.word)) and bool(_LIST_MARK.search(text[: token.start]))


def _find_dates(tokens: list[Token]) -> dict[int, int]:
    """Positions of the words of dates, each with the position of its month: 4 April 2023, April 2023, 4 April."""
    dates: dict[int, int] = {}
    for month, token in enumerate(tokens):
        if token.word in _MONTHS:
            parts = [place for place in (month - 1, month + 1) if _is_date_part(tokens, place)]
            if month + 1 in parts and len(tokens[month + 1].word) < 3 and _is_date_part(tokens, month + 2):
                parts.append(month + 2)  # April 4, 2023
            if parts:
                dates |= dict.fromkeys([*parts, month], month)
    return dates


def _is_date_part(tokens: list[Token], place: int) -> bool:
    word = tokens[place].word if 0 <= place < len(tokens) else ""
    return word.isdecimal() and (1 <= int(word) <= 31 or 1800 <= int(word) <= 2199)


@cache
def _load_list(file: Path) -> frozenset[str]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line and not line.startswith("#"))
