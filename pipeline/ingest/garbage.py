"""Is the text layer of a page garbage? Fonts without a map to letters, and fonts whose map is wrong."""

import re
from collections import Counter
from itertools import pairwise

import numpy as np

from pipeline.ingest.chars import LOST, PageInk
from pipeline.ingest.glyphs import Glyphs

MOST_LOST = 0.3  # share of glyphs without a letter above which a text layer is garbage
FEWEST_WORDS = 30  # that a wrong map can be told from
LATIN = 0.8  # share of a page's letters: other scripts are left to the language check
VOWELS = (0.2, 0.62)  # their share of letters: .23 to .50 in the languages of Europe
MOST_MIXED = 0.3  # share of words with capitals or signs inside them; lists of codes reach 0.2
MOST_SIGNS = 0.2  # share of signs that are neither letters nor digits; 0.1 in lists of symbols and addresses
BREACHES = re.compile(r"[^\W\d_][^\w\s'’‘./:@&()\[\]–—-]+[^\W\d_]|[a-z][A-Z]|[A-Z]{2}[a-z]+[A-Z]")
USUAL = frozenset("._-–—…·•*,")  # leaders, blanks to fill in, bullets
NUMBER = re.compile(r"[^\w\s]*\d[\d.,:/-]*[^\w\s]*")


def is_garbled(page: PageInk) -> bool:
    """Do the glyphs of a page say nothing, or something else than what is seen?"""
    letters = page.glyphs.text.tolist()
    text = "".join(letters)
    lost = sum(map(is_lost, letters)) if LOST in text or not text.isprintable() else 0
    return lost > MOST_LOST * max(1, len(letters)) or is_nonsense(split_words(page.glyphs))


def is_lost(letter: str) -> bool:
    """No letter, one of a font's own, or a control sign."""
    return letter == LOST or "\ue000" <= letter <= "\uf8ff" or not letter.isprintable()


def split_words(glyphs: Glyphs) -> list[str]:
    """The words of the text layer as it stands, parted at its blanks."""
    letters = glyphs.text.tolist()
    bounds = [0, *(np.flatnonzero(glyphs.after_blank[1:]) + 1).tolist(), len(letters)]
    return ["".join(letters[first:last]) for first, last in pairwise(bounds)]


def is_nonsense(words: list[str]) -> bool:
    """Have words no share of vowels that a language in Latin letters has, or signs and capitals inside them?"""
    words = [word for word in words if len(word) >= 3 and (word.isalpha() or not NUMBER.fullmatch(word))]
    if len(words) < FEWEST_WORDS:
        return False
    written = Counter("".join(words).lower())
    letters = Counter({sign: count for sign, count in written.items() if sign.isalpha()})
    if sum(count for sign, count in letters.items() if sign.isascii()) < LATIN * letters.total():
        return False
    signs = sum(count for sign, count in written.items() if not sign.isalnum() and sign not in USUAL) / written.total()
    vowels = sum(written[sign] for sign in "aeiouy") / max(1, letters.total())
    mixed = sum(map(is_breached, words)) / len(words)
    return signs > MOST_SIGNS or mixed > MOST_MIXED or not VOWELS[0] <= vowels <= VOWELS[1]


def is_breached(word: str) -> bool:
    """Has a word signs or capitals inside it?"""
    plain = word.isalpha() and word[1:].islower()
    return not plain and BREACHES.search(word) is not None
