"""Tokens and their normal form, as every room sees them."""

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

_COMPARED = 25_000  # signs; a cell of a workbook holds 32,767
# What spreadsheet programs take for the start of a formula, full-width forms included (OWASP, "CSV Injection").
_FORMULA = re.compile(r"'*(?:\s*[=+\-@＝＋－＠]|[\t\r\n])")
_TOKEN = re.compile(
    r"(?:\bco[-\u2010\u2011](?=op|ord))?[^\W_]+(?:['’][^\W_]+)*", re.IGNORECASE
)  # co-operate is one word
_HYPHENS = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2212\ufe63\uff0d\u2013\u2014\u2015"), "-")
_QUOTES = dict.fromkeys(map(ord, "\u2018\u2019\u201a\u201b\u2032\u00b4`"), "'") | dict.fromkeys(
    map(ord, "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb"), '"'
)
_SIGNS = _HYPHENS | _QUOTES | {0x00AD: None, 0x200B: None, 0xFEFF: None}
_STOPWORDS = Path(__file__).with_name("stopwords.txt")
_DENIALS = Path(__file__).with_name("denials.txt")
_SPELLING = Path(__file__).with_name("spelling.toml")
_IZE = re.compile(r"(?<=\w\w)iz(?=(?:e[ds]?|ers?|ings?|ations?|ational|abl[ey]|ability|an[ct]e?)$)")
_YZE = re.compile(r"(?<=l)yz(?=(?:e[ds]?|ers?|ing)$)")
_LOGUE = re.compile(r"(?<=\wlog)u(?=(?:e[ds]?|ing)$)")
_DOUBLE_L = re.compile(r"[aeiouy]+[^aeiouy]+[aeiou]ll$")  # of two syllables: travell-ed, not kill-ed


class Word(NamedTuple):
    """What a word of a text is, wherever it stands."""

    form: str  # lower case
    stem: str  # plural, -ing and -ed endings taken off, one spelling for British and American, for comparing
    is_content: bool
    denies: bool  # what it stands with


class Token(NamedTuple):
    """A word of a text: its normal form and where it stands."""

    word: str  # lower case
    stem: str
    start: int
    end: int

    @property
    def is_content(self) -> bool:
        return is_content(self.word)


def normalise(text: str) -> str:
    """NFKC, one kind of hyphen and quote, single blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_SIGNS).split())


def fold_quote(text: str) -> str:
    """A quote for comparing: no blanks and no invisible signs, which spreadsheets change; nothing else is forgiven.

    Only as much of a text is compared as surely fits into a cell.
    """
    joined = "".join(text.split()).replace("\ufffd", "")
    return (joined if joined.isprintable() else "".join(filter(str.isprintable, joined)))[:_COMPARED]


def starts_formula(text: str) -> bool:
    """Whether a spreadsheet program may take the text for a formula, apostrophes before it or not."""
    return _FORMULA.match(text) is not None


def neutralise_cell(text: str) -> str:
    """The text as a CSV cell that no spreadsheet program takes for a formula: with an apostrophe before it."""
    return f"'{text}" if starts_formula(text) else text


def restore_cell(cell: str) -> str:
    """The text that `neutralise_cell` made the cell of."""
    return cell[1:] if cell.startswith("'") and starts_formula(cell) else cell


def split_words(text: str) -> list[Token]:
    """The words of a text in order; offsets refer to the text as given."""
    return [Token(*_fold_word(match.group())[:2], *match.span()) for match in _TOKEN.finditer(text)]


@lru_cache(maxsize=2048)  # one measurement of a document after another asks for the words of its findings
def read_words(text: str) -> tuple[Word, ...]:
    """The words of a text in order: for those who need not know where they stand."""
    return tuple([_fold_word(printed) for printed in _TOKEN.findall(text)])


@cache
def _fold_word(printed: str) -> Word:
    word = unicodedata.normalize("NFKC", printed).translate(_SIGNS).lower().removesuffix("'s").replace("-", "")
    root = stem(word)
    is_note = root == "not" and word != "not"  # "notes", "noted" have the same stem
    denies = (root in _stem_denials() and not is_note) or word.endswith(("n't", "n’t"))
    return Word(word, root, is_content(word), denies)


def list_words(text: str) -> list[str]:
    """The normal forms of the words of a text, in order."""
    return [word.form for word in read_words(text)]


@lru_cache(maxsize=16)  # several expressions are looked for in one sentence after another
def list_runs(text: str) -> frozenset[str]:
    """The runs of letters and digits in a text, without regard to case: what regular expressions call whole words.

    Without a certain run many an expression cannot match, which is seen much sooner so.
    """
    return frozenset(re.findall(r"\w+", fold_case(text)))


def fold_case(text: str) -> str:
    """The text in lower case as regular expressions see it: casefold makes two signs of a dotted capital I."""
    return text.replace("İ", "i").casefold()


def stems(text: str) -> list[str]:
    """The stems of all words of a text, in order."""
    return [word.stem for word in read_words(text)]


@lru_cache(maxsize=16384)
def stem_set(phrase: str) -> frozenset[str]:
    """The stems of a phrase's words, each once: for short phrases, which come again and again."""
    return frozenset(stems(phrase))


def content_stems(text: str) -> list[str]:
    """The stems of the content words (no function words, no bare numbers under 100), in order."""
    return [word.stem for word in read_words(text) if word.is_content]


@cache
def is_content(word: str) -> bool:
    """Whether a lower-case word carries meaning of its own: no function word, no single letter or short number."""
    return word not in _load_stopwords() and len(word) > 1 and not (word.isdigit() and len(word) < 3)


def list_denials(words: Sequence[Word]) -> frozenset[tuple[str, str]]:
    """What a text denies, word by word: pairs of a denying word's stem ("not", "end") and the next content stem."""
    denials, following = set(), ""
    for word in reversed(words):
        if word.denies:
            denials.add((word.stem, following))
        elif word.is_content:
            following = word.stem
    return frozenset(denials)


@cache
def stem(word: str) -> str:
    """A light English stem, enough to let prisons meet prison and detained meet detaining.

    Plural as in Harman's S-stemmer (JASIS 42, 1991), then British and American spelling made one, then -ing and -ed
    where a word of three letters remains.
    """
    if len(word) < 4 or not word.isalpha():
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")) and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith(("sses", "shes", "ches", "xes", "zes")):
        word = word[:-2] + ("e" if word.endswith(("izes", "yzes")) else "")
    elif word.endswith("s") and not word.endswith(("us", "ss", "is")):
        word = word[:-1]
    word = fold_spelling(word)
    for ending in ("ing", "ed"):
        root = word[: -len(ending)]
        if word.endswith(ending) and len(root) >= 3 and any(vowel in root for vowel in "aeiouy"):
            return _close_root(root)
    return _close_root(word) if word.endswith("ll") else word.removesuffix("e") if len(word) >= 4 else word


def fold_spelling(word: str) -> str:
    """A lower-case word in one of its spellings: organize -> organise, labour -> labor, centre -> center.

    Not always a spelling that anybody prints: what counts is that both come out the same and no two words do.
    """
    spelling = _load_spelling()
    if word in spelling.words:
        return spelling.words[word]
    word = spelling.in_re.sub(lambda match: match.group(1) + "er" + match.group(2).removesuffix("e"), word)
    word = spelling.parts.sub(lambda match: spelling.pairs[match.group()], word)
    if not spelling.ize_alone.match(word):
        word = _IZE.sub("is", word)
    return _LOGUE.sub("", _YZE.sub("ys", word))


def _close_root(root: str) -> str:
    """stopp -> stop, travell -> travel; others stay, since the final e of the base form is dropped as well."""
    if _DOUBLE_L.search(root):
        return root[:-1]
    if root[-1] == root[-2] and root[-1] not in "lsz":
        return root[:-1]
    return root.removesuffix("e")


@cache
def _load_stopwords() -> frozenset[str]:
    return frozenset(_STOPWORDS.read_text(encoding="utf-8").split())


@cache
def load_denials() -> frozenset[str]:
    """Words that deny what they stand with, or ask for its end."""
    lines = _DENIALS.read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))


@cache
def _stem_denials() -> frozenset[str]:
    return frozenset(stem(word) for word in load_denials())


@dataclass(frozen=True)
class _Spelling:
    """spelling.toml, with its lists as expressions."""

    words: dict[str, str]
    pairs: dict[str, str]  # roots that `parts` finds, and what replaces them
    parts: re.Pattern[str]
    in_re: re.Pattern[str]
    ize_alone: re.Pattern[str]


@cache
def _load_spelling() -> _Spelling:
    table = tomllib.loads(_SPELLING.read_text(encoding="utf-8"))
    pairs = table["parts"] | {root: root[:-2] + "r" for root in table["our"]}
    roots = "|".join(word.removesuffix("re") for word in table["re"])
    kept = "|".join(word.removesuffix("e") for word in table["ize_alone"])
    return _Spelling(
        words=table["words"],
        pairs=pairs,
        parts=re.compile("|".join(sorted(pairs, key=len, reverse=True))),
        in_re=re.compile(rf"({roots})r(e|ed|ing)$"),
        ize_alone=re.compile(rf"(?:{kept})(?:e[ds]?|ers?|ing)$"),
    )
