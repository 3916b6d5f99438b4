"""Parsed sentences as plain objects: words with their heads, under the names that spaCy's tokens have.

The rules ask a word for its head, its children and its part of speech dozens of times a sentence; spaCy makes a new
object for every word that it hands out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate


@dataclass(slots=True, eq=False)
class Form:
    """What does not hang on the sentence around a word, but for its tag and label."""

    text: str
    lower_: str
    is_alpha: bool
    is_punct: bool
    like_num: bool
    tag_: str
    pos_: str
    dep_: str
    lemma_: str


@dataclass(slots=True, eq=False)
class Word(Form):
    """A word or sign of a sentence; `dep_` is the label of the arc to its head. The root is its own head."""

    doc: "Tree" = field(repr=False)
    i: int  # place in the sentence
    idx: int  # character offset
    whitespace_: str  # the blank behind it
    head: "Word" = field(init=False, repr=False)
    children: list["Word"] = field(default_factory=list, repr=False)  # in order

    @property
    def conjuncts(self) -> list["Word"]:
        """The words coordinated with this one, without it, the first of them first."""
        first = self
        while first.dep_ == "conj" and first.head is not first:
            first = first.head
        members = [first]
        for member in members:
            members += [child for child in member.children if child.i > member.i and child.dep_ == "conj"]
        return [member for member in members if member is not self]

    @property
    def subtree(self) -> Iterator["Word"]:
        """The word and all words under it, from the top."""
        due = [self]  # a list of dashes is a tree of thousands of storeys
        while due:
            word = due.pop()
            yield word
            due += reversed(word.children)


@dataclass(slots=True, eq=False)
class Tree:
    """A parsed sentence: its text and its words in order."""

    text: str
    words: list[Word] = field(default_factory=list)

    def __iter__(self) -> Iterator[Word]:
        return iter(self.words)

    def __len__(self) -> int:
        return len(self.words)

    def __getitem__(self, place: int) -> Word:
        return self.words[place]

    def cut(self, start: int, end: int) -> str:
        """The text from one word up to, and without, another."""
        if start >= end:
            return ""
        last = self.words[end - 1]
        return self.text[self.words[start].idx : last.idx + len(last.text)]


def make_tree(forms: Sequence[Form], heads: Sequence[int], blanks: Sequence[int]) -> Tree:
    """The tree of a sentence from its words in order, the places of their heads, and 1 where a blank follows."""
    behind = [" " * blank for blank in blanks]
    parts = [form.text + blank for form, blank in zip(forms, behind, strict=True)]
    tree = Tree("".join(parts))
    starts = accumulate(map(len, parts), initial=0)
    tree.words = [
        Word(
            form.text, form.lower_, form.is_alpha, form.is_punct, form.like_num, form.tag_, form.pos_, form.dep_,
            form.lemma_, tree, place, idx, blank,
        )
        for place, (form, idx, blank) in enumerate(zip(forms, starts, behind, strict=False))
    ]  # fmt: skip
    for word, head in zip(tree.words, heads, strict=True):
        word.head = tree.words[head]
        if head != word.i:
            word.head.children.append(word)
    return tree
