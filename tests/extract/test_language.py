"""Parses and names are those of spaCy's own pipeline, text by text."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pytest

from bench.texts import draw_texts
from pipeline.extract.language import LONGEST_PARSED
from pipeline.extract.sentences import split_sentences
from pipeline.weights import find_model
from tests.extract.frame_rows import OPPOSED, ROWS, SAME, SWAPPED

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

    from pipeline.extract.language import English

pytestmark = pytest.mark.weights

ODD = [
    "", " ", "\n", "Norland", "Let's visit, don't we?", "I'd've gone; she's been there, it's hers and they're not.",
    "Ms. Asha Vell of the Ministry of Locks met Tomas Rill in Kenya in March 2021  with 12,500 US dollars.",
    "One blank  two   three\tand a tab, “quoted” — dash – dash … and 𝒜 sign of four bytes 🙂.",
    "Gonna, cannot, gimme, dunno, whatcha: y'all ain't seen nothin'.",
]  # fmt: skip
NAMES = (
    "i",
    "idx",
    "text",
    "lower_",
    "whitespace_",
    "is_alpha",
    "is_punct",
    "like_num",
    "tag_",
    "pos_",
    "dep_",
    "lemma_",
)
KIN = ("children", "conjuncts", "subtree")
SENTENCES = [*ODD, *(row[0] for row in ROWS), *(text for pair in (*SWAPPED, *SAME, *OPPOSED) for text in pair)]


@pytest.fixture(scope="module")
def plain() -> "Language":
    spacy = pytest.importorskip("spacy")
    return spacy.load(find_model("en-core-web-sm").folder, exclude=["senter"])


def list_texts() -> list[str]:
    return [*SENTENCES, *(text[span.start : span.end] for text in draw_texts(150) for span in split_sentences(text))]


def parse_alone(text: str, plain: "Language") -> "Doc":
    """What spaCy makes of a text that is one sentence."""
    doc = plain.make_doc(text)
    for token in doc:
        token.is_sent_start = token.i == 0
    return plain(doc)


def tell_words(words: Iterable[Any]) -> list[tuple]:
    """What the rules may ask of the words of a sentence, whether they are spaCy's tokens or ours."""
    return [
        (
            *(getattr(word, name) for name in NAMES),
            word.head.i,
            *(sorted(w.i for w in getattr(word, kin)) for kin in KIN),
        )
        for word in words
    ]


def test_trees_are_those_of_spacy(nlp: "English", plain: "Language") -> None:
    texts = list_texts()
    assert len(texts) > 400
    differ = []
    for text, tree in zip(texts, nlp.parse(texts), strict=True):
        doc = parse_alone(text, plain)
        assert tree.text == doc.text == text
        if tell_words(tree) != tell_words(doc):
            differ.append(text)
    assert differ == []


def test_names_are_those_of_spacy(nlp: "English", plain: "Language") -> None:
    texts = list_texts()
    found = list(nlp.find_entities(texts))
    find = plain.get_pipe("ner")
    assert found == [[(name.text, name.label_) for name in find(plain.make_doc(text)).ents] for text in texts]
    assert {"PERSON", "GPE", "DATE", "ORG", "CARDINAL"} <= {kind for names in found for _, kind in names}


def test_a_parse_does_not_hang_on_what_is_parsed_beside_it(nlp: "English") -> None:
    texts = list_texts()
    forwards = {text: tell_words(tree) for text, tree in zip(texts, nlp.parse(texts), strict=True)}
    turned = texts[::-1]
    assert [tell_words(tree) for tree in nlp.parse(turned)] == [forwards[text] for text in turned]


def test_a_tree_of_thousands_of_storeys_is_walked(nlp: "English") -> None:
    (tree,) = nlp.parse(["The women the guards had beaten " + "- " * 4500])
    assert max(len(list(word.subtree)) for word in tree) > 1000


def test_only_the_beginning_of_an_endless_sentence_is_parsed(nlp: "English") -> None:
    (tree,) = nlp.parse(["guards beat prisoners and " * 1000])
    assert len(tree.text) == LONGEST_PARSED


def test_vectors_hang_on_no_text_before(plain):
    from thinc.api import NumpyOps

    from pipeline.extract.token_vectors import TokenVectors

    model = plain.get_pipe("tok2vec").model
    for node in model.walk():
        node.ops = NumpyOps(use_blis=False)  # as `English` sets it: sums that hang on the size of what is multiplied
    docs = [plain.make_doc(text) for text in list_texts()]
    fresh, used = TokenVectors(model), TokenVectors(model)
    used.compute(docs[:100])
    for ours, theirs in zip(used.compute(docs[100:200]), fresh.compute(docs[100:200]), strict=True):
        assert (ours == theirs).all()
