"""Part of speech and lemma of words, by spaCy's rules, asked once for each word with its tag and label.

The rules (spaCy's components `attribute_ruler` and `lemmatizer`) look at one word with its tag and label, and a few of
them at two neighbours ("let 's"). So what they say of a word in a sentence is what they say of it anywhere, unless it
and a neighbour may be such a pair: then they are shown both.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pipeline.extract.trees import Form

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

Key = tuple[int, int, int]  # a word and its label by their numbers in the vocabulary, its tag between them


class Forms:
    """The forms of words, remembered as long as the pipeline."""

    def __init__(self, nlp: "Language", tags: Sequence[str]) -> None:
        from spacy.matcher import Matcher

        self._vocab, self._tags = nlp.vocab, tags
        self._ruler: Any = nlp.get_pipe("attribute_ruler")
        self._lemmatizer: Any = nlp.get_pipe("lemmatizer")
        known = self._lemmatizer.lookups.get_table("lemma_index")
        for part in known:
            known[part] = frozenset(known[part])  # lists of thousands, which are only asked whether they hold a word
        patterns = [pattern for rule in self._ruler.patterns for pattern in rule["patterns"]]
        if any(len(pattern) > 2 or any("OP" in word for word in pattern) for pattern in patterns):
            raise ValueError(f"{nlp.meta['name']}: its rules look at more than two words; extract.forms foresees none.")
        self._parts = Matcher(nlp.vocab)
        for place, part in enumerate(("first", "second")):
            self._parts.add(part, [pattern[place : place + 1] for pattern in patterns if len(pattern) == 2])
        self._words: dict[Key, Form] = {}
        self._runs: dict[tuple[Key, ...], list[Form]] = {}
        self._of_pairs: dict[str, set[Key]] = {"first": set(), "second": set()}  # words that may be that part of a pair

    def read(self, sentences: Sequence[Sequence[Key]]) -> list[list[Form]]:
        """The forms of the words of each sentence."""
        new = list(dict.fromkeys(key for keys in sentences for key in keys if key not in self._words))
        if new:
            doc = self._make_doc(new)
            for part, place, _ in self._parts(doc):
                self._of_pairs[self._vocab.strings[part]].add(new[place])
            self._words.update(zip(new, self._apply_rules(doc, 1), strict=True))
        return [self._read_sentence(keys) for keys in sentences]

    def _read_sentence(self, keys: Sequence[Key]) -> list[Form]:
        forms = [self._words[key] for key in keys]
        if not self._of_pairs["first"].isdisjoint(keys):
            for start, end in self._find_runs(keys):
                run = tuple(keys[start:end])
                if run not in self._runs:
                    self._runs[run] = self._apply_rules(self._make_doc(run), 2)
                forms[start:end] = self._runs[run]
        return forms

    def _find_runs(self, keys: Sequence[Key]) -> Iterator[tuple[int, int]]:
        """Where words stand together of which each and the next may be a pair: start and end."""
        start = 0
        for place in range(1, len(keys) + 1):
            before, here = keys[place - 1], keys[place : place + 1]
            if not here or before not in self._of_pairs["first"] or here[0] not in self._of_pairs["second"]:
                if place - start > 1:
                    yield start, place
                start = place

    def _make_doc(self, keys: Sequence[Key]) -> "Doc":
        from spacy.tokens import Doc

        return Doc(
            self._vocab,
            words=[self._vocab.strings[orth] for orth, _, _ in keys],
            tags=[self._tags[tag] for _, tag, _ in keys],
            deps=[self._vocab.strings[label] for _, _, label in keys],
            heads=list(range(len(keys))),
        )

    def _apply_rules(self, doc: "Doc", longest: int) -> list[Form]:
        """The forms of the words, by rules that look at up to so many words."""
        matches = [match for match in self._ruler.match(doc) if match[3] - match[2] <= longest]
        self._ruler.set_annotations(doc, matches)
        return [
            Form(
                word.text, word.lower_, word.is_alpha, word.is_punct, word.like_num,
                word.tag_, word.pos_, word.dep_, word.lemma_,
            )
            for word in self._lemmatizer(doc)
        ]  # fmt: skip
