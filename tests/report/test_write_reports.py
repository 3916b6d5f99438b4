"""All four files of a report: the same bytes each time, whole, and free of words the evidence cannot carry."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from pypdfium2 import PdfDocument

from pipeline import report
from pipeline.errors import ClausetraceError
from pipeline.report import Results, write_reports
from tests.report.invented import ASK, STRONG, UNMET, make_case, make_hostile, make_results

# METHOD.md section 4: words never generated.
FORBIDDEN = ("caused", "led to", "resulted in", "secured", "achieved", "thanks to", "directly informed", "shaped by")
CASES = {
    "full": (make_case(), make_results()),
    "hostile": make_hostile(),
    "empty": (make_case(), Results()),
    "not judged": (make_case(), make_results(attributions=(), evidence=(), placebo=None)),
    "target alone": (make_case(sources=make_case().sources[:1], themes=()), Results()),
}
CHARTS = {"full": ("grades", "timeline"), "hostile": ("grades", "timeline")}


@pytest.mark.parametrize("name", CASES)
def test_two_runs_give_the_same_bytes(name, tmp_path):
    first, second = (write_reports(*CASES[name], tmp_path / run) for run in ("a", "b"))
    assert [path.name for path in first] == [
        "attribution.csv", "evidence.csv", "attribution.xlsx", "report.html", "report.docx", "report.pdf",
        "brief.md", "evidence.jsonld", "data-dictionary.csv",
    ] + [f"chart-{chart}.{form}" for form in ("svg", "png") for chart in CHARTS.get(name, ())]  # fmt: skip
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    assert not list(tmp_path.rglob("*.partial"))


def test_workbook_carries_no_date_of_making(tmp_path):
    path = write_reports(*CASES["full"], tmp_path)[2]
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as book:
        assert {member.date_time for member in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert book.read("docProps/core.xml").count(b"1980-01-01T00:00:00Z") == 2


def read_words(path):
    if path.suffix == ".docx":
        with zipfile.ZipFile(path) as parts:
            return re.sub("<[^>]+>", "", parts.read("word/document.xml").decode("utf-8"))
    if path.suffix == ".pdf":
        return " ".join(page.get_textpage().get_text_range() for page in PdfDocument(path))
    return path.read_text(encoding="utf-8")


def test_forbidden_words_stand_nowhere(tmp_path):
    room = Path(report.__file__).parent
    sources = [*room.glob("templates/*"), room / "texts.toml"]
    written = [path for path in write_reports(*CASES["full"], tmp_path) if path.suffix not in (".xlsx", ".png")]
    for path in sources + written:
        text = read_words(path).lower()
        assert [word for word in FORBIDDEN if re.search(rf"\b{word}\b", text)] == [], path.name


def test_every_quote_and_wording_is_in_page_and_tables(tmp_path):
    paths = write_reports(*CASES["full"], tmp_path)
    csv, page = (paths[number].read_text(encoding="utf-8") for number in (0, 3))
    for text in (ASK, STRONG):
        assert text in csv
        assert text in page
    assert UNMET in page


def test_folder_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ClausetraceError, match="cannot be written"):
        write_reports(*CASES["full"], tmp_path / "file")
