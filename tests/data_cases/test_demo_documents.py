"""The embedded case is what its truth file says: clauses as printed, placebos that hold none of the planted wording."""

import re
import sys
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

DEMO = Path(__file__).parents[2] / "data" / "cases" / "demo"
sys.path.insert(0, str(DEMO / "build"))

texts_in = pytest.importorskip("texts_in")
placebos = pytest.importorskip("placebos")

TEXTS = DEMO / "build" / "texts"
TRUTH = tomllib.loads((DEMO / "truth.toml").read_text(encoding="utf-8"))
RESOLUTIONS = {document.id: document for document in texts_in.read_resolutions(TEXTS)}
USUAL_WORDS = (
    "a an the of to in on and or by for from with at its their his her all any every that which who is are be not no"
)
USUAL = set(re.findall(r"\w+", USUAL_WORDS))


def clauses_of(symbol):
    """Label as printed (PP2, 1, 1(e), 2(c)(iii)) -> text."""
    found, parts, preambular = {}, ["", "", ""], 0
    for block in RESOLUTIONS[symbol].blocks:
        if block.kind == "pp":
            preambular += 1
            found[f"PP{preambular}"] = block.text
            continue
        level = ("op", "a", "i").index(block.kind)
        parts = [*parts[:level], block.label.rstrip("."), *[""] * (2 - level)]
        found["".join(parts)] = block.text
    return found


TARGET = clauses_of("A/HRC/RES/95/21")


def trigrams(text):
    words = [word for word in re.findall(r"[a-z]+", text.lower()) if word not in USUAL]
    return set(zip(words, words[1:], words[2:], strict=False))


def test_target_has_the_size_that_the_truth_states():
    assert sum(label.startswith("PP") for label in TARGET) == TRUTH["case"]["preambular_paragraphs"] >= 20
    assert sum(label.isdigit() for label in TARGET) == TRUTH["case"]["operative_paragraphs"] >= 25


@pytest.mark.parametrize("row", TRUTH["span"], ids=lambda row: row["clause"])
def test_each_row_names_words_of_its_clause_with_the_right_status(row):
    assert row["contains"] in TARGET[row["clause"]]
    earlier = {symbol: " ".join(clauses_of(symbol).values()) for symbol in RESOLUTIONS if symbol != "A/HRC/RES/95/21"}
    holders = [symbol for symbol, text in earlier.items() if row["contains"] in text]
    if row["status"] == "inherited":
        assert row["inherited_from"] in holders
    else:
        assert holders == []


@pytest.mark.parametrize("table", ["link", "ask"])
def test_each_link_and_ask_quotes_a_document(table):
    papers = [texts_in.read_document(path) for path in sorted(TEXTS.glob("*/*.md"))]
    for row in TRUTH[table]:
        quote = row.get("finding") or row["contains"]
        sources = [paper.id for paper in papers if any(quote in block.text for block in paper.blocks)]
        assert sources and row.get("source", sources[0]) in sources, quote


def test_placebos_share_no_sentence_and_no_planted_wording():
    documents = placebos.write_placebos(TEXTS)
    sentences = [part for paper in documents for block in paper.blocks if block.kind == "para"
                 for part in re.split(r"(?<=[.?!]) (?=[A-Z])", block.text)]  # fmt: skip
    assert len(sentences) == len(set(sentences))
    planted = set().union(*(trigrams(TARGET[row["clause"]]) for row in TRUTH["span"] if row["status"] != "inherited"))
    assert [sentence for sentence in sentences if trigrams(sentence) & planted] == []
    assert len(documents) == TRUTH["case"]["placebos"]


def test_a_plan_stands_once_in_a_paper():
    plans = placebos.read_plans((TEXTS / "placebo_plans.txt").read_text(encoding="utf-8"))
    assert len(plans) == 15 and sum(map(len, plans.values())) >= 100
    assert all(first != second for topic in plans.values() for first, second in pairwise(sorted(topic)))


def test_building_again_gives_the_committed_bytes(tmp_path):
    pytest.importorskip("typst")
    from build import build_demo

    build_demo(tmp_path)
    built = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file())
    assert len(built) > 80
    assert [path for path in built if (tmp_path / path).read_bytes() != (DEMO / path).read_bytes()] == []
