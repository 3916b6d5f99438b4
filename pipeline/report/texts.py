"""The words of the reports, kept in texts.toml apart from code, and the cleaning of texts that come from documents."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

Texts = Mapping[str, Mapping[str, str]]
_FILE = Path(__file__).with_name("texts.toml")
# Not allowed in XML, not printable, or able to steer a terminal; documents do contain them.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_TURNS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@cache
def load_texts() -> Texts:
    """The report texts by section and key; {names} in them are filled in by `str.format`."""
    loaded: Texts = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return loaded


def count_noun(texts: Texts, noun: str, count: int) -> str:
    """The count with its noun, in the singular or plural of section `nouns`: "1 document", "3 documents"."""
    form = texts["nouns"][noun if count == 1 else f"{noun}_many"]
    return f"{count:,} {form}"


def name_list(names: Sequence[str], texts: Texts) -> str:
    """ "A", "A and B", "A, B and C"."""
    if len(names) < 2:
        return "".join(names)
    return texts["page"]["and"].format(others=", ".join(names[:-1]), last=names[-1])


def clean_text(text: str) -> str:
    """The text with control characters replaced by U+FFFD, and every kind of line end as a line feed."""
    return _CONTROL.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def straighten_text(text: str) -> str:
    """The text without marks that turn the direction of writing, for places where no element can keep them in."""
    return _TURNS.sub("", clean_text(text))


def shorten_text(text: str, width: int) -> str:
    """The text on one line, cut at a word so that it has at most `width` characters, an ellipsis included."""
    line = " ".join(clean_text(text).split())
    if len(line) <= width:
        return line
    head = line[: width - 1]
    return f"{head.rpartition(' ')[0] or head}…"
