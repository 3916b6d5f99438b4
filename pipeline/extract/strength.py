"""How strongly a clause's opening verb presses: a ladder from "notes" (1) to "demands" (6).

The levels, their reasons and their sources stand at the head of `lexicons/verb_strength.toml`.
"""

from itertools import pairwise

from pipeline.extract.lexicons import load_levels
from pipeline.extract.verbs import find_base

_RAISED = (3, 4)  # levels that "strongly" or "deeply" lifts by one


def rate_verb(phrase: str) -> int | None:
    """The level of an opening phrase as printed ("Deeply concerned"), 1 to 6; None when its verb is not known."""
    raising, tables = load_levels("verb_strength")
    base = find_base(phrase)
    levels = [table[base] for table in (tables["states"], tables["verbs"]) if base in table]
    if not levels:
        return None
    words = phrase.lower().replace("‑", "-").split()
    pairs = [" ".join(pair) for pair in pairwise(words)]
    tail = [tables["nouns"][part] for part in (*words[1:], *pairs) if part in tables["nouns"]]
    level = max(levels[0], *tail) if tail else levels[0]
    return level + 1 if level in _RAISED and raising & set(words) else level
