"""Lines, blocks and paragraphs of plain text: which lines belong together, and how they join."""

import re
from itertools import pairwise
from pathlib import Path

Block = list[str]  # the lines between two blank lines, without outer blanks

_LABELLED = re.compile(
    r"(?:\d{1,3}[.,]\s+[A-Z“\"]|\d{1,3}\.\d{1,3}\.?\s+[A-Z“\"]|\(?(?:[a-z]{1,4}|\d{1,2})\)\s+[A-Za-z“\"])"
)
_NUMBERED = re.compile(r"(\d{1,3})[.,]\s")
_ORGAN_LINE = re.compile(r"The(?: (?:[A-Z][a-z]+|and|of|the|on)){2,7},?$")
_HYPHEN = re.compile(r"([^\W\d_]+)-$")
_INNER_HYPHEN = re.compile(r"(?<=[^\W\d_])- (?=[^\W\d_])(?!(?:and|or|to|nor|as)\b)")
_INNER_RANGE = re.compile(r"(?<=\d[–-]) (?=\d)")
_FOLLOWING = re.compile(r"[^\W\d_]+")
_KEPT = Path(__file__).with_name("hyphenated.txt")
_EARLY = 0.7  # a line shorter than this share of the block's usual line ends a paragraph


def split_blocks(text: str) -> list[Block]:
    """The runs of lines between blank lines."""
    blocks: list[Block] = [[]]
    for line in text.split("\n"):
        if stripped := line.strip():
            blocks[-1].append(stripped)
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def split_paragraphs(block: Block, is_markdown: bool) -> list[Block]:
    """The paragraphs of a block: cut at labels, after an organ's line, and after a line that ends early."""
    paragraphs: list[Block] = [[block[0]]]
    width = sorted(len(line) for line in block)[len(block) // 2]
    for before, line in pairwise(block):
        if _begins_paragraph(before, line, paragraphs[-1], width, is_markdown):
            paragraphs.append([line])
        else:
            paragraphs[-1].append(line)
    return paragraphs


def _begins_paragraph(before: str, line: str, paragraph: Block, width: int, is_markdown: bool) -> bool:
    if _LABELLED.match(line) and re.search(r"[.;:?!”\"]\s?\d{0,3}$|,$|\b(?:and|or)$", before):
        return True
    number, last = _NUMBERED.match(line), _NUMBERED.match(paragraph[0])
    if number and last and int(number.group(1)) == int(last.group(1)) + 1:
        return True
    if _ORGAN_LINE.match(line) or (len(paragraph) == 1 and _ORGAN_LINE.match(before)):
        return True
    if re.match(r"[-*•] ", line) or (is_markdown and re.match(r"#{1,6} ", before)):
        return True
    ends_early = len(before) < _EARLY * width and before.endswith((".", ",", ";", ":"))
    return not is_markdown and ends_early and line[0].isupper()


def join_lines(lines: Block) -> str:
    """The lines as running text: single blanks, hyphens at line ends healed."""
    text = ""
    for line in lines:
        text = _append_line(text, line) if text else line
    text = " ".join(text.split())
    return _INNER_RANGE.sub("", _INNER_HYPHEN.sub("-", text))


def _append_line(text: str, line: str) -> str:
    left, right = _HYPHEN.search(text), _FOLLOWING.match(line)
    if left is None or right is None:
        return f"{text} {line}"
    if right.group() in ("and", "or", "to"):
        return f"{text} {line}"
    return text + line if _keeps_hyphen(left.group(1), right.group()) else text[:-1] + line


def _keeps_hyphen(left: str, right: str) -> bool:
    """Whether the hyphen at a line end belongs to the word: "non-" / "fragmented", "Secretary-" / "General"."""
    kept = _load_kept()
    return right[0].isupper() or left.lower() in kept or f"-{right.lower()}" in kept


def _load_kept() -> frozenset[str]:
    lines = _KEPT.read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))
