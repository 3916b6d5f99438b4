"""The commands: JSON lines on stdout, one sentence on stderr, exit codes 0, 1 and 2, no traceback."""

import atexit
import gc
import json
import sys

import pytest

from pipeline.cli import main
from tests.conftest import REPOSITORY
from tests.small_case import CLAIMANT, TARGET, write_case

COMMANDS = ["run", "ingest", "extract", "align", "embed", "score", "attribute", "report"]
COMMANDS += ["show", "read", "clauses", "findings", "match", "evaluate", "review"]


@pytest.fixture
def call(monkeypatch, capsys):
    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["clausetrace", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = stop.code or 0
        return code, *capsys.readouterr()

    return run


def read_rows(text):
    return [json.loads(line) for line in text.splitlines()]


def write_rows(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_read_and_clauses_print_what_the_readme_promises(call, tmp_path):
    file = tmp_path / "target.md"
    file.write_text(TARGET, encoding="utf-8")
    code, out, _ = call("read", file)
    assert code == 0 and list(read_rows(out)[0])[:6] == ["id", "page", "kind", "label", "text", "bbox"]
    code, out, _ = call("clauses", file)
    rows = read_rows(out)
    assert list(rows[0])[:7] == ["id", "section", "label", "parent", "verb", "text", "page"]
    assert rows[4]["strength"] == 5 and {"level", "addressee", "cites", "stakeholders"} <= set(rows[4])
    assert [row["label"] for row in rows] == ["PP1", "1", "1(a)", "1(b)", "2", "3"]
    assert rows[3]["parent"] == "1" and rows[4]["verb"] == "Urges"


def test_the_reader_of_pdfs_can_be_chosen(call, tmp_path):
    file = REPOSITORY / "tests/data/seeds/every-construction.pdf"
    by_reader = {reader: call("read", file, "--reader", reader) for reader in ("pdfium", "pdfplumber")}
    texts = [[row["text"] for row in read_rows(out)] for _, out, _ in by_reader.values()]
    assert texts[0] and texts[0] == texts[1]
    assert call("read", file) == by_reader["pdfium"]
    code, out, err = call("read", file, "--reader", "nobody")
    assert code == 1 and not out and "pdfplumber" in err and err.count("\n") == 1


@pytest.mark.weights
def test_findings_print_what_the_readme_promises(call, tmp_path):
    file = tmp_path / "claimant.md"
    file.write_text(CLAIMANT, encoding="utf-8")
    _, out, _ = call("findings", file)
    rows = read_rows(out)
    assert list(rows[0])[:8] == ["id", "kind", "text", "page", "section", "base_text", "added", "removed"]
    assert {"figures", "places", "institutions", "dates", "stakeholders"} <= set(rows[0])
    assert [row["kind"] for row in rows].count("ask") == 2


@pytest.mark.weights
def test_match_ranks_counts_added_words_and_pairs(call, tmp_path):
    sources = write_rows(
        tmp_path / "s",
        [{"id": "a", "text": "Open the holding yards to inspectors"}, {"id": 2, "text": "Fund the schools"}],
    )
    targets = write_rows(
        tmp_path / "t",
        [{"id": "x", "text": "Funding all schools"}, {"id": "y", "text": "Opens the holding yards to inspectors"}],
    )
    code, out, _ = call("match", sources, targets, "--encoder", "none", "--top", 1)
    rows = read_rows(out)
    assert code == 0 and [(row["source_id"], row["target_id"]) for row in rows] == [("a", "y"), ("2", "x")]
    assert {"match_probability", "shared_idf_added", "negation_conflict"} <= set(rows[0])
    base = write_rows(tmp_path / "b", [{"id": "y", "text": "Opens the holding yards"}])
    _, out, _ = call("match", sources, targets, "--encoder", "none", "--base", base, "--pairs")
    pairs = read_rows(out)
    assert [(row["source_id"], row["target_id"]) for row in pairs] == [("a", "x"), ("2", "y")]
    _, out, _ = call("match", sources, targets, "--encoder", "none", "--base", base)
    shared = {(row["source_id"], row["target_id"]): row["shared_phrases"] for row in read_rows(out)}
    assert shared["a", "y"] == ["to inspectors"]


@pytest.mark.weights
def test_match_refuses_what_cannot_be_told_apart(call, tmp_path):
    one = write_rows(tmp_path / "one", [{"id": "a", "text": "x"}])
    two = write_rows(tmp_path / "two", [{"id": "a", "text": "x"}, {"id": "a", "text": "y"}])
    assert "stands twice" in call("match", two, one, "--encoder", "none")[2]
    assert "1 sources and 2 targets" in call("match", one, two, "--encoder", "none", "--pairs")[2]
    assert call("match", two, two, "--encoder", "none", "--pairs")[0] == 0


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ("{", "line 1: is no JSON"),
        ("[1]", "no JSON object"),
        ("[" * 100_000, "no JSON"),
        ('{"id": "a", "text": "\\ud800"}', "surrogate"),
        ('{"id": "a"}', "needs an id and a string text"),
        ("\xff", ""),
    ],
)
def test_bad_json_lines_are_one_sentence(call, tmp_path, rows, named):
    (tmp_path / "bad").write_bytes(rows.encode("latin-1"))
    code, out, err = call("match", tmp_path / "bad", tmp_path / "bad", "--encoder", "none")
    assert code == 1 and not out and named in err and err.startswith("clausetrace: ") and err.count("\n") == 1


@pytest.mark.parametrize("command", ["read", "clauses"])
@pytest.mark.parametrize(
    "name", ["missing.pdf", "zero-bytes.pdf", "html-named.pdf", "pdf-named.docx", "scan-as-picture.png"]
)
def test_unreadable_files_are_one_sentence(call, command, name):
    code, out, err = call(command, REPOSITORY / "tests/data" / name)
    assert code == 1 and not out
    assert err.startswith("clausetrace: ") and err.count("\n") == 1


def test_a_bad_case_and_wrong_usage_differ(call, tmp_path):
    code, _, err = call("run", tmp_path)
    assert code == 1 and "no case file here" in err
    assert call("run")[0] == 2
    assert call("fly", tmp_path)[0] == 2
    assert call("run", tmp_path, "--workers", "0")[0] == 2


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example(call, command):
    code, out, _ = call(command, "--help")
    assert code == 0
    assert "Example: clausetrace" in " ".join(out.split()) or command in ("evaluate", "review")


@pytest.mark.weights
def test_show_finds_paragraphs_clauses_and_spans(call, tmp_path):
    case = write_case(tmp_path)
    call("align", case, "--quiet", "--workers", 1)
    code, out, _ = call("show", "target#1(b)", "--case", case)
    (row,) = read_rows(out)
    assert code == 0 and row["text"].startswith("The beating of inmates") and row["label"] == "(b)"
    assert call("show", row["paragraph"], "--case", case)[1] == out
    assert read_rows(call("show", "target#2/1", "--case", case)[1])[0]["source"] == "target"
    code, _, err = call("show", "target#99", "--case", case)
    assert code == 1 and "no paragraph, clause, finding or span" in err


@pytest.mark.weights
def test_a_stage_alone_and_elsewhere(call, tmp_path):
    write_case(tmp_path / "case")
    code, _, err = call("align", tmp_path / "case", "--out", tmp_path / "out", "--workers", 1)
    assert code == 0 and "align: " in err
    assert (tmp_path / "out/work/3-changes.parquet").is_file()
    assert not (tmp_path / "case/work").exists()


def test_the_interpreter_need_not_look_for_garbage_when_it_ends(monkeypatch, call):
    wanted = []
    monkeypatch.setattr(atexit, "register", wanted.append)
    assert call("--help")[0] == 0
    assert gc.freeze in wanted
