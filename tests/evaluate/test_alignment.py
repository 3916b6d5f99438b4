"""Labels by hand beside the aligner's rows: counted right, and never on a text that was not the labelled one."""

import hashlib
from pathlib import Path

import pytest

from pipeline.evaluate.alignment import LABELS, StaleLabelsError, measure_alignment

HEADER = "file,date,section,label,parent,ranges,sha256,status,added,nearest_file,nearest_label,removed,since\n"
OLD = "Decides to renew the mandate of the pilots until 31 May 2031;"
NEW = "Decides to renew the mandate of the pilots until 31 May 2032;"
CORPORA = Path(__file__).parents[3] / "shared" / "corpora"


def write_series(folder, added="56-60", since="a.txt"):
    (folder / "a.txt").write_text(OLD)
    (folder / "b.txt").write_text(NEW.replace(" the pilots", "\nthe pilots"))
    digests = [hashlib.sha256(text.encode()).hexdigest()[:16] for text in (OLD, NEW)]
    rows = [
        f"a.txt,2031-01-01,operative,1,,0-{len(OLD)},{digests[0]},new,,,,,",
        f"b.txt,2032-01-01,operative,1,,0-{len(NEW)},{digests[1]},changed,{added},a.txt,1,56-60,{since}",
    ]
    (folder / "labels" / "seen").mkdir(parents=True)
    (folder / "labels" / "seen" / "pilots.csv").write_text(HEADER + "\n".join(rows) + "\n")
    return {row.metric: row.value for row in measure_alignment(folder, folder / "labels")}


def test_a_series_that_is_found_right(tmp_path):
    assert set(write_series(tmp_path).values()) == {1.0}


def test_wrong_words_and_a_wrong_year_are_counted(tmp_path):
    figures = write_series(tmp_path, added="49-60", since="b.txt")
    assert figures["F1 of added words"] == pytest.approx(0.5)
    assert figures["changed clauses with exactly the labelled words"] == 0.0
    assert (figures["earliest text right"], figures["status accuracy"]) == (0.0, 1.0)


def test_a_text_that_changed_since_it_was_labelled_is_refused(tmp_path):
    write_series(tmp_path)
    (tmp_path / "b.txt").write_text(NEW.replace("pilots", "ferrymen"))
    with pytest.raises(StaleLabelsError, match=r"b\.txt"):
        measure_alignment(tmp_path, tmp_path / "labels")


@pytest.mark.skipif(not CORPORA.is_dir(), reason="the labelled texts are not shipped")
def test_renewals_of_missions():
    figures = {(row.task, row.metric): row.value for row in measure_alignment(CORPORA, LABELS)}
    for task in ("renewals of missions, seen", "renewals of missions, held back"):
        assert figures[task, "F1 of added words"] >= 0.95
        assert figures[task, "status accuracy"] >= 0.95
