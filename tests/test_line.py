"""What all stages share: tables that are written beside other work, and rows that are kept for those who want them."""

import threading
import time

import pytest

from pipeline.case import load_case
from pipeline.errors import CaseError, TableError
from pipeline.records import Paragraph, Problem
from pipeline.run import run_case
from pipeline.run.documents import _ingest_one, list_ingest_tasks
from pipeline.run.line import Line
from pipeline.run.parts import list_parts
from pipeline.settings import load_settings
from pipeline.tables import write_table
from tests.small_case import write_case

ROWS = [Problem("a", "rival", "ingest", "first"), Problem("b", "rival", "ingest", "second")]


def open_line(folder):
    return Line(load_case(write_case(folder)), load_settings(encoder="toy"))


def test_rows_that_are_being_written_are_waited_for_and_their_key_is_not(tmp_path):
    line, go = open_line(tmp_path), threading.Event()

    def write(path):
        go.wait(10)
        write_table(path, ROWS, Problem, "new")

    line.write_beside("1-problems", "new", write)
    rows = line.open("1-problems", Problem)
    assert line.key("1-problems") == "new" and not list(tmp_path.glob("work/*.parquet"))
    threading.Timer(0.2, go.set).start()
    assert list(rows) == ROWS
    line.settle()
    assert line.key("1-problems") == "new" and line.read("1-problems", Problem) == ROWS


@pytest.mark.parametrize("ask", [lambda line: line.read("1-problems", Problem), lambda line: line.settle()])
def test_what_fails_beside_is_told_to_whoever_asks(tmp_path, ask):
    line = open_line(tmp_path)

    def fail(path):
        raise TableError(f"{path}: cannot be written; free space or mend rights.")

    line.write_beside("1-problems", "new", fail)
    with pytest.raises(TableError, match="free space"):
        ask(line)


def test_what_failed_is_tried_again_by_the_next_run(tmp_path):
    line = open_line(tmp_path)

    def fail(path):
        raise TableError(f"{path}: cannot be written; free space or mend rights.")

    line.write_beside("1-problems", "new", fail)
    line.write_beside("1-mastheads", "new", lambda path: write_table(path, ROWS, Problem, "new"))
    with pytest.raises(TableError):
        line.settle()
    assert (line.key("1-problems"), line.key("1-mastheads")) == ("", "new")  # those that did not fail are written
    line.write_beside("1-problems", "new", lambda path: write_table(path, ROWS, Problem, "new"))
    assert line.read("1-problems", Problem) == ROWS


def test_a_run_that_fails_leaves_no_table_half_written(tmp_path, monkeypatch):
    line, done = open_line(tmp_path), []

    def write_slowly(path):
        time.sleep(0.3)
        done.append(path)

    def stop(given, until):
        given.write_beside("1-passages", "new", write_slowly)
        raise CaseError("the target cannot be read")

    monkeypatch.setattr("pipeline.run._run_until", stop)
    with pytest.raises(CaseError):
        run_case(line)
    assert done


@pytest.mark.parametrize("written", range(4))
def test_a_document_counts_as_lost_until_all_its_parts_are_there(tmp_path, monkeypatch, written):
    line, left = open_line(tmp_path), [written]

    def write_some(*given):
        if not left[0]:
            raise MemoryError
        left[0] -= 1
        return write_table(*given)

    monkeypatch.setattr("pipeline.run.documents.write_table", write_some)
    with pytest.raises(MemoryError):
        _ingest_one("pdfium", list_ingest_tasks(line)[0])
    parts = list_parts(line)
    assert len(parts) == written and not [name for name in parts if name.startswith("1-problems")]


def test_a_table_written_twice_is_written_in_turn(tmp_path):
    line = open_line(tmp_path)

    def write_slowly(path):
        time.sleep(0.2)
        write_table(path, ROWS, Problem, "old")

    line.write_beside("1-problems", "old", write_slowly)
    line.write_beside("1-problems", "new", lambda path: write_table(path, ROWS[:1], Problem, "new"))
    assert line.read("1-problems", Problem) == ROWS[:1] and line.key("1-problems") == "new"


def test_kept_rows_are_found_as_long_as_their_table_stays(tmp_path, monkeypatch):
    line = open_line(tmp_path)
    paragraphs = make_paragraphs("old")
    write_table(line.table("1-paragraphs"), paragraphs, Paragraph, "old")
    line.keep("1-paragraphs", paragraphs[:2])
    with monkeypatch.context() as patch:
        patch.setattr("pipeline.run.line.open_later", lambda *given: pytest.fail("the table was read"))
        assert line.find("1-paragraphs", Paragraph, {"p1", "p0"}) == paragraphs[:2]
    assert line.find("1-paragraphs", Paragraph, {"p2", "p0"}) == [paragraphs[0], paragraphs[2]]
    changed = make_paragraphs("new")
    write_table(line.table("1-paragraphs"), changed, Paragraph, "new")
    assert line.find("1-paragraphs", Paragraph, {"p0"}) == changed[:1]


def make_paragraphs(text):
    return [Paragraph(f"p{number}", "a", number, 1, "body", None, text) for number in range(3)]
