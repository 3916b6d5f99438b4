"""The rare words that a clause and a source share, marked on both sides of a quote card."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

from pipeline.report.pieces import Piece
from pipeline.words import content_stems, split_words

_RARE_SHARE = 0.25  # of the documents with findings: what more of them say is no particular wording
_RARE_COUNT = 3  # documents that may have a word in a case of few


def find_common(texts: Iterable[tuple[str, str]], mask: Iterable[str]) -> frozenset[str]:
    """Stems that many documents of the case use, and those of the masked names: sharing them means little.

    `texts` are the findings' texts, each with its document, those of a document one after another.
    """
    counts: Counter[str] = Counter()
    documents = 0
    for _, found in groupby(texts, key=itemgetter(0)):
        printed = {word for _, text in found for word in text.split()}
        counts.update({stem for word in printed for stem in _list_stems(word)})
        documents += 1
    limit = max(_RARE_COUNT, round(_RARE_SHARE * documents))
    masked = {stem for name in mask for stem in content_stems(name)}
    return frozenset({stem for stem, count in counts.items() if count > limit} | masked)


@lru_cache(maxsize=16384)  # documents print the same words
def _list_stems(printed: str) -> tuple[str, ...]:
    """The content stems of what stands between two blanks."""
    return tuple(content_stems(printed))


def find_shared(added: Sequence[str], quote: str, common: frozenset[str]) -> frozenset[str]:
    """The rare content stems that stand both in the added words and in the quote."""
    new = {stem for words in added for stem in content_stems(words)}
    return frozenset(new & set(content_stems(quote)) - common)


def mark_shared(pieces: Sequence[Piece], shared: frozenset[str], marks: Mapping[str, bool]) -> tuple[Piece, ...]:
    """The pieces cut once more so that runs of shared words stand apart, in pieces whose mark `marks` names."""
    cut: list[Piece] = []
    for piece in pieces:
        cut += _cut_piece(piece, shared) if marks.get(piece.mark) else (piece,)
    return tuple(cut)


def _cut_piece(piece: Piece, shared: frozenset[str]) -> list[Piece]:
    tokens = [token for token in split_words(piece.text) if token.stem in shared and token.is_content]
    runs: list[tuple[int, int]] = []
    for token in tokens:
        if runs and not piece.text[runs[-1][1] : token.start].strip(" -\n\u2010\u2011"):
            runs[-1] = (runs[-1][0], token.end)  # the blank or hyphen between two shared words belongs to the run
        else:
            runs.append((token.start, token.end))
    cut, at = [], 0
    for start, end in runs:
        cut += [Piece(piece.text[at:start], piece.mark), Piece(piece.text[start:end], piece.mark, is_shared=True)]
        at = end
    return [part for part in (*cut, Piece(piece.text[at:], piece.mark)) if part.text]
