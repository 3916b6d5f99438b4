"""Conflicts and paraphrases made by rule from real sentences, and real pairs that say the same.

The texts are read from the folder that the user names; none of them ships. Conflicts are made with means that the
comparison does not use: noun phrases are found in a dependency parse and exchanged as strings, a denial is put in or
taken out by pattern, an opening verb is replaced.
"""

import csv
import itertools
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.evaluate.direction import Pair
from pipeline.extract.trees import Tree, Word

if TYPE_CHECKING:
    from pipeline.extract.language import English

_LENGTH = range(60, 420)  # characters of a sentence
_NEAR = 80.0  # similarity (0 to 100) of two recommendations from which they count as one said twice
_LONGEST_PHRASE = 6  # tokens
_DENIALS = (  # first that fits: pattern, replacement
    (re.compile(r"\b(should|shall|must|may|will|can) (?!not\b)(?=[a-z])"), r"\1 not "),
    (re.compile(r"\b(should|shall|must|may|will|can) not\b"), r"\1"),
    (re.compile(r"^((?:\w+ ){1,4}(?:upon|on)? ?[^,;]{3,60}?) to (?=[a-z]{3,}\b)(?!the\b|its\b|all\b|this\b|that\b)"),
     r"\1 not to "),
    (re.compile(r"\b(is|are|was|were|has|have|had) (?!not\b)(?=\w+(?:ed|en)\b)"), r"\1 not "),
)  # fmt: skip
_OPENINGS = {  # opening verb -> one of contrary stance, one of the same stance
    "Calls upon": ("Condemns", "Urges"),
    "Calls for": ("Condemns", "Urges"),
    "Urges": ("", "Calls upon"),
    "Requests": ("", "Invites"),
    "Encourages": ("", "Invites"),
    "Invites": ("", "Encourages"),
    "Welcomes": ("Deplores", "Commends"),
    "Welcoming": ("Deploring", "Commending"),
    "Commends": ("Condemns", "Welcomes"),
    "Condemns": ("Welcomes", "Deplores"),
    "Condemning": ("Welcoming", "Deploring"),
    "Deplores": ("Welcomes", "Regrets"),
    "Stresses": ("", "Underlines"),
    "Emphasizes": ("", "Stresses"),
    "Recognizes": ("", "Acknowledges"),
    "Recognizing": ("", "Acknowledging"),
    "Reaffirms": ("", "Affirms"),
    "Reaffirming": ("", "Affirming"),
    "Recalling": ("", "Bearing in mind"),
    "Noting with appreciation": ("Noting with deep regret", "Welcoming"),
    "Expresses its appreciation": ("Expresses its deep concern", "Expresses its gratitude"),
}
_CONTRARY = {
    "increase": "reduce", "increased": "reduced", "strengthen": "weaken", "strengthening": "weakening",
    "promote": "prevent",
    "before": "after", "adopt": "repeal", "ratify": "withdraw from", "continue": "cease",
    "improve": "worsen", "include": "exclude",
    "accelerate": "delay", "support": "oppose", "establish": "abolish", "abolish": "introduce", "protect": "endanger",
    "prohibit": "allow", "allow": "forbid", "accept": "reject", "release": "detain", "lift": "impose",
    "enhance": "diminish",
    "expand": "curtail", "withdraw": "maintain", "respect": "violate", "voluntary": "forced", "presence": "absence",
}  # fmt: skip
_SERIES = re.compile(r"\b([a-z]+(?: [a-z]+)?), ([a-z]+(?: [a-z]+)?) and ([a-z]+)\b(?=[,;.]|$)")


def load_texts(folder: Path) -> list[str]:
    """Sentences of the resolutions and recommendations in the folder, in a fixed order, one of each."""
    found = [*_read_resolutions(folder / "un-resolution-md", "*.md"), *_read_resolutions(folder / "unsc-gold", "*.txt")]
    found += [row["Text"] for row in _read_recommendations(folder)]
    return [text for text in dict.fromkeys(found) if len(text) in _LENGTH and text.count(";") < 2]


def _read_resolutions(folder: Path, pattern: str) -> Iterator[str]:
    for path in sorted(folder.glob(pattern)):
        for block in path.read_text(encoding="utf-8").split("\n\n"):
            text = re.sub(r"^\d+\. ", "", " ".join(block.split()))
            if re.match(r"[A-Z][a-z]+s? [a-z]", text) and text[-1:] in ";.,":
                yield text


def _read_recommendations(folder: Path) -> list[dict[str, str]]:
    text = (folder / "upr-reports" / "upr_info_dprk_recs.csv").read_text(encoding="cp1252")
    return list(csv.DictReader(text.replace("\r\n", "\n").replace("\r", "\n").splitlines()))


def make_pairs(texts: Sequence[str], nlp: "English") -> list[Pair]:
    """Conflicts and paraphrases by rule; a text that a rule does not fit gives none."""
    pairs = []
    for number, (text, doc) in enumerate(zip(texts, nlp.parse(texts), strict=True), 1):
        made = [("swap", changed, True) for changed in _exchange_phrases(doc)]
        made += [("negation", changed, True) for changed in _deny(text)]
        made += [("opposite", changed, True) for changed in _reverse(text)]
        for opening, (contrary, same) in _OPENINGS.items():
            if text.startswith(opening + " "):
                made += [("stance", contrary + text[len(opening) :], True)] if contrary else []
                made += [("drafting verb", same + text[len(opening) :], False)]
        made += [("order", changed, False) for changed in _turn_series(text)]
        pairs += [Pair(number, kind, text, changed, is_conflict) for kind, changed, is_conflict in made]
    return pairs


def _exchange_phrases(doc: Tree) -> Iterator[str]:
    """Who acts and who is acted on, in each other's place: one exchange a sentence."""
    for verb in doc:
        if verb.pos_ != "VERB":
            continue
        actor = next((child for child in verb.children if child.dep_ == "nsubj"), None) or _find_asked(verb)
        thing = next((child for child in verb.children if child.dep_ == "dobj"), None)
        if actor is None or thing is None:
            continue
        first, second = _cut_phrase(actor), _cut_phrase(thing)
        if first and second and first[1] < second[0] and doc.cut(*first) != doc.cut(*second):
            parts = [doc.cut(0, first[0]), doc.cut(*second), doc.cut(first[1], second[0]), doc.cut(*first)]
            rest = doc.cut(second[1], len(doc))
            yield " ".join(part for part in parts if part) + doc[second[1] - 1].whitespace_ + rest
            return


def _find_asked(verb: Word) -> Word | None:
    """Whom "calls upon the Government to release ..." addresses."""
    above = verb.head
    if verb.dep_ != "xcomp" or above.pos_ != "VERB":
        return None
    direct = next((child for child in above.children if child.dep_ == "dobj"), None)
    places = (child for child in above.children if child.dep_ == "prep" and child.lower_ in ("upon", "on"))
    return direct or next((noun for place in places for noun in place.children if noun.dep_ == "pobj"), None)


def _cut_phrase(head: Word) -> tuple[int, int] | None:
    """First and last token of a short noun phrase with nothing listed in it; None for pronouns and long ones."""
    if head.pos_ not in ("NOUN", "PROPN") or any(token.dep_ in ("conj", "relcl", "acl") for token in head.subtree):
        return None
    places = [token.i for token in head.subtree]
    start, end = min(places), max(places) + 1
    return (start, end) if end - start <= _LONGEST_PHRASE else None


def _deny(text: str) -> Iterator[str]:
    for pattern, replacement in _DENIALS:
        changed = pattern.sub(replacement, text, count=1)
        if changed != text:
            yield changed
            return


def _reverse(text: str) -> Iterator[str]:
    for match in re.finditer(r"[a-z]+", text):
        if match[0] in _CONTRARY:
            yield text[: match.start()] + _CONTRARY[match[0]] + text[match.end() :]
            return


def _turn_series(text: str) -> Iterator[str]:
    match = _SERIES.search(text)
    if match:
        yield text[: match.start()] + f"{match[3]}, {match[2]} and {match[1]}" + text[match.end() :]


def load_equals(folder: Path) -> list[Pair]:
    """Real pairs that say the same: human links of the highest grade, recommendations made in nearly equal words."""
    from rapidfuzz.fuzz import token_sort_ratio

    gold = folder / "upr-gold"
    texts = {row["source_id"]: str(row["text"]) for row in _read_lines(next(gold.glob("*_sources.jsonl")))}
    texts |= {row["target_id"]: str(row["text"]) for row in _read_lines(next(gold.glob("*_targets.jsonl")))}
    links = [row for row in _read_lines(next(gold.glob("*_links.jsonl"))) if row["score"] == 2]
    pairs = [Pair(0, "human link", texts[row["source_id"]], texts[row["target_id"]], False) for row in links]
    recommended = list(dict.fromkeys(row["Text"].strip() for row in _read_recommendations(folder)))
    pairs += [
        Pair(0, "recommended twice", one, other, False)
        for one, other in itertools.combinations(recommended, 2)
        if token_sort_ratio(one.lower(), other.lower()) >= _NEAR
    ]
    return pairs


def _read_lines(path: Path) -> list[dict[str, str | int]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
