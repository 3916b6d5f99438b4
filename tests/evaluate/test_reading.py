"""Reading and scans are measured as defined: what is missed, wrong or too much lowers the right figure."""

import json

import pytest
from PIL import Image

from pipeline.errors import ClausetraceError
from pipeline.evaluate import ocr
from pipeline.evaluate.reading import measure_kind, simplify_label

TEXTS = [
    "Recalling its resolution 12/3 on the prisons of Norland,",
    "Urges Norland to open all of its prisons to visitors;",
    "Requests the Secretary-General to publish the names of those who died.",
]


@pytest.fixture
def labels(tmp_path):
    (tmp_path / "papers").mkdir()
    lines = ["The General Assembly,", TEXTS[0], f"1. {TEXTS[1]}", f"2. {TEXTS[2]}"]
    (tmp_path / "papers/a.txt").write_text("\n\n".join(lines) + "\n", encoding="utf-8")
    folder = tmp_path / "gold/clauses"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps([{"document": "papers/a.txt", "gold": "a.jsonl"}]))
    return tmp_path


def measure(labels, rows):
    text = "\n".join(json.dumps(row) for row in rows)
    (labels / "gold/clauses/a.jsonl").write_text(text, encoding="utf-8")
    return {row.metric: row.value for row in measure_kind(labels, "clauses", "x", (0.99, 0.97))}


def make_rows():
    found = zip(("PP1", "1", "2"), TEXTS, ("Recalling", "Urges", "Requests"), strict=True)
    sections = ("preamble", "operative", "operative")
    return [
        {"section": section, "label": label, "text": text, "verb": verb, "page": None}
        for section, (label, text, verb) in zip(sections, found, strict=True)
    ]


def test_what_is_read_rightly_is_one(labels):
    figures = measure(labels, make_rows())
    assert {name: value for name, value in figures.items() if name != "page"} == dict.fromkeys(
        figures.keys() - {"page"}, 1
    )


@pytest.mark.parametrize(
    ("change", "metric", "value"),
    [
        ({"label": "7"}, "label", 2 / 3),
        ({"section": "annex"}, "section", 2 / 3),
        ({"verb": "Strongly urges"}, "verb phrase", 2 / 3),
        ({"verb": "Strongly urges", "alt": {"verb": ["Urges"]}}, "verb phrase", 1),
        ({"text": TEXTS[1].replace("all of its ", "all ")}, "texts found", 2 / 3),
        ({"text": TEXTS[1] + "1"}, "texts without any difference", 2 / 3),
        ({"optional": True}, "texts found", 1),
    ],
)
def test_each_difference_lowers_its_figure(labels, change, metric, value):
    rows = make_rows()
    rows[1].update(change)
    assert measure(labels, rows)[metric] == pytest.approx(value)


def test_a_document_that_is_not_there_is_named(labels):
    (labels / "papers/a.txt").unlink()
    with pytest.raises(ClausetraceError, match=r"a\.txt is not under"):
        measure(labels, make_rows())


@pytest.mark.parametrize(("label", "plain"), [("(g)", "g"), ("2.", "2"), ("2(g)", "2(g)"), (None, "")])
def test_labels_are_compared_without_brackets(label, plain):
    assert simplify_label(label) == plain


def test_noise_is_the_same_each_time():
    page = Image.new("L", (60, 80), 255)
    assert ocr.spoil(page, 1).tobytes() == ocr.spoil(page, 1).tobytes() != ocr.spoil(page, 2).tobytes()


def test_without_an_engine_nothing_is_measured(monkeypatch):
    monkeypatch.setattr(ocr, "is_installed", lambda name: False)
    with pytest.raises(ClausetraceError, match="no engine"):
        ocr.measure_ocr()
