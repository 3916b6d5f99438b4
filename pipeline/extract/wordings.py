"""Wordings proposed inside a sentence: after "to read", "the following wording", "insert", "replace ... with"."""

import re
from itertools import pairwise

from pipeline.extract.lexicons import load_words
from pipeline.records import Span
from pipeline.words import list_words

QUOTED = re.compile(r"“([^”]{8,})”|\"([^\"]{8,})\"|‘([^’]{8,}(?:’\w[^’]*)*)’(?!\w)|«\s*([^»]{8,}?)\s*»")
REPLACING = re.compile(r"\b(replac\w+|substitut\w+|chang\w+|amend\w*)\b")
FEWEST_WORDS = 3


def find_wording(sentence: str) -> tuple[Span, Span | None] | None:
    """The quoted wording that the sentence proposes, and the one it is to replace; None without a proposal."""
    quoted = [_span_of(match) for match in QUOTED.finditer(sentence)]
    quoted = [span for span in quoted if len(list_words(sentence[span.start : span.end])) >= FEWEST_WORDS]
    if not quoted:
        return None
    replaced = _find_replacement(sentence, quoted)
    if replaced is not None:
        return replaced
    for span in quoted:
        if _has_wording_cue(sentence[: span.start]):
            return span, None
    return None


def _span_of(match: re.Match[str]) -> Span:
    group = next(i for i in range(1, 5) if match.group(i) is not None)
    return Span(match.start(group), match.end(group))


def _has_wording_cue(before: str) -> bool:
    words = f" {' '.join(list_words(before))} "
    proposes = any(f" {verb} " in words for verb in load_words("wording_verbs"))
    return proposes and any(f" {cue} " in words for cue in load_words("wording_cues"))


def _find_replacement(sentence: str, quoted: list[Span]) -> tuple[Span, Span | None] | None:
    """ "replace 'A' with 'B'", "'A' should read 'B'"."""
    for old, new in pairwise(quoted):
        before = " ".join(list_words(sentence[: old.start]))
        between = " ".join(list_words(sentence[old.end : new.start]))
        replaces = REPLACING.search(before) and between in ("with", "by", "to")
        if replaces or between in ("should read", "to read", "should be replaced by", "should be replaced with"):
            return new, old
    return None
