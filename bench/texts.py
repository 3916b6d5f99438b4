"""Texts for the bench: sentences of generated papers, joined to the lengths that findings of real reports have."""

from collections.abc import Iterator
from functools import cache
from random import Random

from pipeline.evaluate.generate_cases import make_case


@cache
def draw_texts(count: int) -> tuple[str, ...]:
    """`count` distinct texts of one to eight sentences, most of them short; the same at every call."""
    rng = Random(7)
    sentences = _draw_sentences()
    texts: dict[str, None] = {}
    while len(texts) < count:
        number = min(8, max(1, round(rng.lognormvariate(0.7, 0.7))))
        texts[" ".join(next(sentences) for _ in range(number))] = None
    return tuple(texts)


def _draw_sentences() -> Iterator[str]:
    seed = 0
    while True:
        for document in make_case(seed).documents:
            for line in document.paper.text.splitlines():
                told = line.removeprefix("- ")
                if len(told) > 20 and told[0].isalpha():  # no headings, and no clauses, which end in commas
                    yield from (f"{part.rstrip('.')}." for part in told.split(". "))
        seed += 1
