"""The edition without names: a bar over every name in texts, files and page images, and offsets that still hold."""

import io
import zipfile
from dataclasses import replace

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from pipeline.ingest import read_document
from pipeline.records import Box, Quote
from pipeline.report import crops, redact_run, write_reports
from pipeline.report.redaction import BAR, cover_names, match_names
from tests.report.invented import make_case, make_results

NAME = "Ilse Maarten"
LINE = f"The clerk {NAME} kept the list of the cellars."


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("Ilse Maarten spoke.", f"{BAR * 12} spoke."),
        ("Ilse\nMaarten’s list", f"{BAR * 12}’s list"),
        ("Ilse-Maarten", BAR * 12),
        ("Maartens and ilse maarten", "Maartens and ilse maarten"),
    ],
)
def test_names_are_covered_as_whole_words(text, covered):
    pattern = match_names((NAME,))
    assert pattern is not None
    assert cover_names(text, pattern) == covered
    assert len(covered) == len(text)


def test_no_file_of_the_edition_carries_a_name(tmp_path):
    case, results = make_case(), make_results()
    name = "tide barracks"
    shown, covered = redact_run(case, results, [name])
    files = write_reports(shown, covered, tmp_path)
    assert any(name in read_all(file) for file in write_reports(case, results, tmp_path / "full"))
    for file in files:
        content = read_all(file)
        assert name not in content, file.name
    assert "Edition without names" in (tmp_path / "brief.md").read_text("utf-8")
    assert "Edition without names" in read_all(tmp_path / "report.docx")
    assert "Edition without names" in read_all(tmp_path / "attribution.xlsx")


def read_all(file):
    if file.suffix in (".docx", ".xlsx"):
        with zipfile.ZipFile(file) as packed:
            return "\n".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
    if file.suffix == ".pdf":
        return "\n".join(paragraph.text for paragraph in read_document(file, "report"))
    return file.read_text("utf-8", "replace")


def test_offsets_and_ids_hold():
    case, results = make_case(), make_results()
    _, covered = redact_run(case, results, [results.findings[0].text.split()[0], case.sources[2].id])
    for old, new in zip(results.findings, covered.findings, strict=True):
        assert (old.id, old.source) == (new.id, new.source)
        assert [(quote.start, quote.end, len(quote.text)) for quote in old.quotes] == [
            (quote.start, quote.end, len(quote.text)) for quote in new.quotes
        ]


def test_without_names_the_edition_still_says_what_it_is(tmp_path):
    shown, covered = redact_run(make_case(), make_results(), [])
    write_reports(shown, covered, tmp_path)
    assert "stand for 0 names" in (tmp_path / "brief.md").read_text("utf-8")


def crop_line(path, withheld):
    paragraphs = read_document(path, "paper")
    paragraph = next(row for row in paragraphs if "list of the cellars" in row.text)
    quote = Quote("paper", 1, paragraph.id, 0, len(paragraph.text), paragraph.text)
    return crops.crop_quotes([("q", (quote,))], paragraphs, {"paper": path}, withheld)["q"]


def test_a_name_is_painted_over_on_the_page(tmp_path):
    path = tmp_path / "page.pdf"
    canvas = Canvas(str(path), pagesize=(595, 842))
    canvas.drawString(72, 700, LINE)
    canvas.save()
    (plain,), (covered,) = crop_line(path, None), crop_line(path, (NAME,))
    assert count_black(covered) > 2 * count_black(plain)
    (other,) = crop_line(path, ("Otto Brand",))
    assert other.png == plain.png


def count_black(crop):
    image = Image.open(io.BytesIO(crop.png)).convert("L")
    return sum(image.histogram()[:80])


def test_a_page_that_is_a_picture_is_not_shown(tmp_path):
    drawn = tmp_path / "drawn.pdf"
    canvas = Canvas(str(drawn), pagesize=(595, 842))
    canvas.drawImage(ImageReader(Image.new("RGB", (60, 60), "grey")), 0, 0, 595, 842)
    canvas.save()
    (read,) = [row for row in read_document_of_text(tmp_path) if "list of the cellars" in row.text]
    paragraph = replace(read, page=1, boxes=(Box(1, 72, 100, 300, 120, 0),))
    quote = Quote("paper", 1, paragraph.id, 0, 5, paragraph.text[:5])
    assert crops.crop_quotes([("q", (quote,))], [paragraph], {"paper": drawn}, (NAME,))["q"] == ()
    assert len(crops.crop_quotes([("q", (quote,))], [paragraph], {"paper": drawn})["q"]) == 1


def read_document_of_text(folder):
    path = folder / "page.txt"
    path.write_text(LINE, "utf-8")
    return read_document(path, "paper")
