"""Line ends healed: which hyphens are real, and where no blank belongs between two lines."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

WORD = re.compile(r"[^\W\d_]+(?:[-‐‑][^\W\d_]+)*")
HYPHENS = "-‐‑\u00ad"


@dataclass(frozen=True)
class Vocabulary:
    """Words that stand whole inside the lines of a document, in lower case, and how it treats line ends."""

    words: Counter[str]
    divides: bool  # the typesetter divides words at line ends


def read_vocabulary(lines: Iterable[str]) -> Vocabulary:
    """Count the words of a document's lines, leaving out those that a line end may have cut."""
    whole: list[str] = []
    ends: list[tuple[str, str]] = []
    tail = ""
    for line in lines:
        found = [word.lower() for word in WORD.findall(line.replace("‐", "-").replace("‑", "-"))]
        if tail and found and line[:1].islower():
            ends.append((tail, found[0]))
        tail = found[-1] if found and line.rstrip()[-1:] in HYPHENS else ""
        whole += found[:-1] if tail else found
    words = Counter(whole)
    joined = sum(before + after in words for before, after in ends)
    kept = sum(f"{before}-{after}" in words for before, after in ends)
    return Vocabulary(words, joined > kept)


@cache
def read_prefixes() -> frozenset[str]:
    """First parts that UN spelling joins to the next word with a hyphen."""
    text = Path(__file__).with_name("prefixes.txt").read_text(encoding="utf-8")
    return frozenset(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))


def join_lines(text: str, after: str, vocabulary: Vocabulary) -> str:
    """`text`, ready for the next line `after` to be appended: blank added, hyphen kept or dropped."""
    if not text:
        return text
    if text.endswith("\u00ad"):
        return text[:-1]
    if text[-1] in HYPHENS and len(text) > 1 and (text[-2].isalnum() or text[-2] in ")’'"):
        return text if keeps_hyphen(text, after, vocabulary) else text[:-1]
    if is_address(text, after) or (text[-1] == "–" and text[-2:-1].isdigit() and after[:1].isdigit()):
        return text
    return text + " "


def keeps_hyphen(text: str, after: str, vocabulary: Vocabulary) -> bool:
    """Is the hyphen at the end of a line part of the word?

    Decided by the document itself: the form, joined or hyphenated, that it prints elsewhere. Else a known prefix or two
    words that stand alone elsewhere keep it; the rest follows what the document does with other words.
    """
    head, tail = re.search(r"[^\W\d_]*(?=[-‐‑]$)", text), re.match(r"[^\W\d_]+", after)
    if not head or not head.group() or not tail or not after[:1].islower():
        return True
    before, rest = head.group().lower(), tail.group().lower()
    whole = re.match(r"[^\W\d_]+(?:[-‐‑][^\W\d_]+)*", after)
    longer = whole.group().lower() if whole else rest
    joined = max(vocabulary.words[before + rest], vocabulary.words[before + longer])
    hyphened = max(vocabulary.words[f"{before}-{rest}"], vocabulary.words[f"{before}-{longer}"])
    if joined != hyphened:
        return hyphened > joined
    if before in read_prefixes() or text[:-1].rsplit(" ", 1)[-1].count("-"):
        return True
    if vocabulary.words[before] and vocabulary.words[rest]:
        return True
    return not vocabulary.divides and not (len(before) < 3 and not vocabulary.words[rest])


def is_address(text: str, after: str) -> bool:
    """Is a document symbol or a web address cut at its slash?"""
    last = text.rsplit(" ", 1)[-1]
    symbol = re.fullmatch(r"[(\[“]?[A-Z]+(/[\w.\-()]+)*/", last) and re.match(r"[A-Z0-9]", after)
    return bool(symbol) or bool(re.search(r"(https?://|www\.)\S*[/.=?&_-]$", last) and re.match(r"[\w%]", after))
