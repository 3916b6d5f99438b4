"""Is the text layer of a page garbage? Fonts without a map to letters, and fonts whose map is wrong."""

import re

from pipeline.ingest.chars import LOST, PageInk

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
    letters = [glyph.text for glyph in page.glyphs]
    lost = sum(is_lost(letter) for letter in letters)
    return lost > MOST_LOST * max(1, len(letters)) or is_nonsense(split_words(page))


def is_lost(letter: str) -> bool:
    """No letter, one of a font's own, or a control sign."""
    return letter == LOST or "\ue000" <= letter <= "\uf8ff" or not letter.isprintable()


def split_words(page: PageInk) -> list[str]:
    """The words of the text layer as it stands, parted at its blanks."""
    words: list[str] = []
    for glyph in page.glyphs:
        if words and not glyph.after_blank:
            words[-1] += glyph.text
        else:
            words.append(glyph.text)
    return words


def is_nonsense(words: list[str]) -> bool:
    """Have words no share of vowels that a language in Latin letters has, or signs and capitals inside them?"""
    words = [word for word in words if len(word) >= 3 and not NUMBER.fullmatch(word)]
    if len(words) < FEWEST_WORDS:
        return False
    written = "".join(words).lower()
    letters = [sign for sign in written if sign.isalpha()]
    if sum(sign.isascii() for sign in letters) < LATIN * len(letters):
        return False
    signs = sum(not sign.isalnum() and sign not in USUAL for sign in written) / len(written)
    vowels = sum(sign in "aeiouy" for sign in letters) / max(1, len(letters))
    mixed = sum(bool(BREACHES.search(word)) for word in words) / len(words)
    return signs > MOST_SIGNS or mixed > MOST_MIXED or not VOWELS[0] <= vowels <= VOWELS[1]
