"""Reading order and paragraphs of drawn PDFs. The texts are invented."""

from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from pipeline.errors import DocumentError
from pipeline.ingest import ocr
from pipeline.ingest.pdf import read_pdf
from pipeline.records import Paragraph
from tests.ingest.pdf_files import BOLD, ITALIC, draw_pdf, head, put, put_lines, put_text, rule, wrap

RIVERS = (
    "The council of the river towns met in the spring to hear what the ferrymen had seen along the lower banks, "
    "where three bridges had been closed without notice and the wardens had kept travellers waiting for many days. "
)
MILLS = (
    "Millers from the upper valley told the same meeting that their grain had been weighed twice and taxed twice, "
    "that receipts were refused, and that those who asked for one were told to come back after the harvest had ended. "
)
SHEEP = (
    "Shepherds added that the summer pastures had been fenced off by a company nobody could name, although the old "
    "charter of the commons promised them passage at all times and had never been repealed by any later assembly. "
)
WIDTH = 360


def read(path: Path, *pages) -> list[Paragraph]:
    return read_pdf(draw_pdf(path / "drawn.pdf", pages))


def texts(paragraphs: list[Paragraph], *kinds: str) -> list[str]:
    return [paragraph.text for paragraph in paragraphs if not kinds or paragraph.kind in kinds]


def clean(text: str) -> str:
    return " ".join(text.split())


def test_two_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        put_text(canvas, 60, 80, "On the state of the valley", 400, BOLD, 14)
        put_text(canvas, 60, 120, RIVERS + MILLS, 220)
        put_text(canvas, 310, 120, SHEEP + RIVERS, 220)

    assert texts(read(tmp_path, page)) == [
        "On the state of the valley",
        clean(RIVERS + MILLS),
        clean(SHEEP + RIVERS),
    ]


def test_columns_on_different_baselines_are_not_woven(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        put_text(canvas, 60, 120, RIVERS + MILLS, 220)
        put_text(canvas, 310, 125, SHEEP + RIVERS, 220)

    assert texts(read(tmp_path, page)) == [clean(RIVERS + MILLS), clean(SHEEP + RIVERS)]


def test_three_columns(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        for x, text in ((50, RIVERS * 2), (220, MILLS * 2), (390, SHEEP * 2)):
            put_text(canvas, x, 100, text, 150)

    assert texts(read(tmp_path, page)) == [clean(RIVERS * 2), clean(MILLS * 2), clean(SHEEP * 2)]


def test_a_paragraph_goes_on_in_the_next_column(tmp_path: Path) -> None:
    lines = wrap(RIVERS + MILLS + SHEEP, 220)

    def page(canvas: Canvas) -> None:
        put_lines(canvas, 60, 120, lines[:8])
        put_lines(canvas, 310, 120, lines[8:])

    (paragraph,) = read(tmp_path, page)
    assert paragraph.text == clean(RIVERS + MILLS + SHEEP)
    assert [paragraph.text[box.start :].split()[0] for box in paragraph.boxes] == [
        lines[0].split()[0],
        lines[8].split()[0],
    ]


def test_a_pull_quote_stays_out_of_the_sentence(tmp_path: Path) -> None:
    lines = wrap(RIVERS + MILLS, WIDTH)

    def page(canvas: Canvas) -> None:
        y = put_lines(canvas, 60, 100, lines[:3])
        y = put_text(canvas, 80, y + 20, "Nobody would tell us why the bridges closed", 300, ITALIC, 16)
        put_lines(canvas, 60, y + 16, lines[3:])

    found = read(tmp_path, page)
    assert clean(RIVERS + MILLS) in texts(found)
    assert "Nobody would tell us why the bridges closed" in texts(found)


def numbered(canvas: Canvas, y: float, label: str, lines: list[str]) -> float:
    put(canvas, 113, y, label)
    put(canvas, 141, y, lines[0])
    return put_lines(canvas, 113, y + 12, lines[1:])


def test_running_heads_are_dropped_where_they_cut_a_sentence(tmp_path: Path) -> None:
    lines = wrap("The wardens reported " + RIVERS + MILLS, WIDTH)
    first, rest = lines[:2], lines[2:]

    def one(canvas: Canvas) -> None:
        head(canvas, "V/TOWN/12/3", 2)
        y = put_text(canvas, 113, 100, SHEEP * 2, WIDTH)
        numbered(canvas, y, "7.", first)
        canvas.setFont("Times-Roman", 9)
        put(canvas, 480, 800, "GE.31-04512", size=7)

    def two(canvas: Canvas) -> None:
        head(canvas, "V/TOWN/12/3", 3)
        put_lines(canvas, 113, 80, rest)

    def three(canvas: Canvas) -> None:
        head(canvas, "V/TOWN/12/3", 4)
        put_text(canvas, 113, 80, SHEEP, WIDTH)

    found = read(tmp_path, one, two, three)
    cut = next(paragraph for paragraph in found if paragraph.label == "7")
    assert cut.text == clean("The wardens reported " + RIVERS + MILLS)
    assert [box.page for box in cut.boxes] == [1, 2]
    assert not any("TOWN" in text or "GE.31" in text for text in texts(found))


def test_footnotes_and_their_marks(tmp_path: Path) -> None:
    lines = wrap(RIVERS + MILLS, WIDTH)

    def one(canvas: Canvas) -> None:
        put_lines(canvas, 113, 80, lines[:2])
        x = put(canvas, 113, 104, "as the register shows,")
        x = put(canvas, x, 100.5, "1", size=6.5)
        put(canvas, x, 104, " and as the wardens never denied at that time")
        rule(canvas, 85, 700, 157, 700)
        put(canvas, 100, 710, "1", size=6)
        put(canvas, 108, 713, "Register of the ferry, second book,", size=8.5)

    def two(canvas: Canvas) -> None:
        put_lines(canvas, 113, 80, ["before the judges of the valley took up the matter in autumn."])
        rule(canvas, 85, 700, 157, 700)
        put(canvas, 108, 713, "page 14, line 3.", size=8.5)

    found = read(tmp_path, one, two)
    (body,) = [paragraph for paragraph in found if paragraph.kind == "body"]
    (note,) = [paragraph for paragraph in found if paragraph.kind == "footnote"]
    assert "shows, and as the wardens never denied at that time before the judges of the valley" in body.text
    (mark,) = body.marks
    assert (mark.mark, body.text[: mark.at].endswith("shows,")) == ("1", True)
    assert (note.label, note.text) == ("1", "Register of the ferry, second book, page 14, line 3.")
    assert [box.page for box in note.boxes] == [1, 2]


@pytest.mark.parametrize(
    ("end", "start", "whole", "elsewhere"),
    [
        ("in post-", "flood years", "post-flood years", ""),
        ("all at-", "tempts failed", "attempts failed", "Earlier attempts had failed as well."),
        ("the Oder-", "Neisse towns", "Oder-Neisse towns", ""),
        ("the well-", "being of all", "well-being of all", "Their well-being came first."),
    ],
)
def test_hyphens_at_line_ends(tmp_path: Path, end: str, start: str, whole: str, elsewhere: str) -> None:
    def page(canvas: Canvas) -> None:
        put_lines(
            canvas, 60, 100, ["The elders of the valley wrote down what they saw " + end, start + " and sealed it."]
        )
        put_lines(canvas, 60, 160, [elsewhere])

    assert whole in read(tmp_path, page)[0].text


@pytest.mark.parametrize(
    ("printed", "label", "kind"),
    [
        ("2.", "2", "body"),
        ("140.12", "140.12", "body"),
        ("(g)", "(g)", "list_item"),
        ("(ii)", "(ii)", "list_item"),
        ("•", "•", "list_item"),
    ],
)
def test_printed_labels_leave_the_text(tmp_path: Path, printed: str, label: str, kind: str) -> None:
    def page(canvas: Canvas) -> None:
        put(canvas, 113, 100, printed)
        put(canvas, 150, 100, "Open the lower bridge before the winter;")

    (found,) = read(tmp_path, page)
    assert (found.label, found.kind, found.text) == (
        label,
        kind,
        "Open the lower bridge before the winter;",
    )


def test_a_label_inside_a_sentence_is_text(tmp_path: Path) -> None:
    lines = [
        "The share of closed bridges fell by two in the year of the flood, or",
        "0.3 per cent of all, according to the count of the ferrymen;",
    ]

    def page(canvas: Canvas) -> None:
        put_lines(canvas, 60, 100, lines)

    (found,) = read(tmp_path, page)
    assert (found.label, found.text) == (None, " ".join(lines))


def test_ruled_table_gives_whole_cells(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        put_text(canvas, 60, 80, RIVERS, 460)
        for y in (140, 165, 230):
            rule(canvas, 60, y, 520, y)
        for x in (60, 290, 520):
            rule(canvas, x, 140, x, 230)
        put(canvas, 66, 155, "Current text")
        put(canvas, 296, 155, "Proposed text")
        put_lines(canvas, 66, 180, ["Bridges shall be opened", "at dawn."])
        put_lines(canvas, 296, 180, ["Bridges shall be opened", "at dawn and kept open", "until nightfall."])

    cells = [paragraph for paragraph in read(tmp_path, page) if paragraph.kind == "table_cell"]
    assert [(cell.cell.row, cell.cell.column, cell.text) for cell in cells if cell.cell] == [
        (0, 0, "Current text"),
        (0, 1, "Proposed text"),
        (1, 0, "Bridges shall be opened at dawn."),
        (1, 1, "Bridges shall be opened at dawn and kept open until nightfall."),
    ]


def test_unruled_comparison_gives_whole_cells(tmp_path: Path) -> None:
    old = "Wardens may close a bridge for repairs, provided that the closing is announced in all towns of the valley."
    new = "Wardens may close a bridge for urgent repairs, provided that the closing is announced before in all towns."

    def page(canvas: Canvas) -> None:
        put(canvas, 120, 90, "Text of the charter", ITALIC)
        put(canvas, 370, 90, "Amendment", ITALIC)
        put_text(canvas, 60, 120, old, 220)
        put_text(canvas, 310, 120, new, 220)
        put(canvas, 270, 220, "Justification", ITALIC)
        put_text(canvas, 60, 240, SHEEP, 470)

    found = read(tmp_path, page)
    assert texts(found, "table_cell") == ["Text of the charter", "Amendment", old, new]
    assert clean(SHEEP) in texts(found, "body")


def test_table_between_horizontal_rules(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        put_text(canvas, 60, 80, RIVERS, 460)
        for y in (140, 160, 220):
            rule(canvas, 60, y, 520, y)
        for x, name in ((60, "Town"), (300, "Bridges"), (440, "Closed")):
            put(canvas, x, 153, name, ITALIC, 8)
        for y, row in ((175, ("Upper Mill", "12", "3")), (195, ("Long Ford", "7", "1"))):
            for x, text in zip((60, 300, 440), row, strict=True):
                put(canvas, x, y, text, size=8)
        put_text(canvas, 60, 250, SHEEP, 460)

    found = read(tmp_path, page)
    assert texts(found, "table_cell") == ["Town", "Bridges", "Closed", "Upper Mill", "12", "3", "Long Ford", "7", "1"]
    assert texts(found, "body") == [clean(RIVERS), clean(SHEEP)]


def test_masthead_and_title(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        put(canvas, 123, 58, "United Nations", size=14)
        x = put(canvas, 480, 58, "A", size=20)
        put(canvas, x, 58, "/VAL/12/3")
        rule(canvas, 57, 65, 540, 65)
        put(canvas, 123, 85, "General Assembly", BOLD, 20)
        put(canvas, 397, 85, "Distr.: General")
        put(canvas, 397, 97, "3 May 2031")
        rule(canvas, 57, 205, 540, 205)
        put(canvas, 57, 222, "Twelfth session", BOLD)
        put(canvas, 57, 234, "Agenda item 4")
        put(canvas, 113, 270, "The bridges of the valley", BOLD, 14)
        put(canvas, 141, 300, "The Assembly of the Valley", ITALIC)
        put(canvas, 141, 320, "Recalling", ITALIC)
        put(canvas, 185, 320, "the old charter and all that was agreed under it since then,")
        put_text(canvas, 113, 340, SHEEP * 3, WIDTH)

    found = read(tmp_path, page)
    masthead = texts(found, "masthead")
    assert {"A/VAL/12/3", "Distr.: General", "3 May 2031", "Twelfth session", "Agenda item 4"} <= set(masthead)
    assert "The bridges of the valley" in masthead
    recalling = next(paragraph for paragraph in found if paragraph.text.startswith("Recalling"))
    assert [recalling.text[span.start : span.end] for span in recalling.italics] == ["Recalling"]
    assert recalling.kind == "body"


def test_headings_have_levels_and_labels(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        put(canvas, 90, 80, "I.", BOLD, 14)
        put(canvas, 113, 80, "What the ferrymen saw", BOLD, 14)
        y = put_text(canvas, 113, 110, RIVERS * 2, WIDTH)
        put(canvas, 113, y + 10, "On the upper banks", ITALIC)
        put_text(canvas, 113, y + 30, MILLS * 2, WIDTH)

    headings = [paragraph for paragraph in read(tmp_path, page) if paragraph.kind == "heading"]
    assert [(heading.label, heading.text, heading.level) for heading in headings] == [
        ("I", "What the ferrymen saw", 1),
        (None, "On the upper banks", 2),
    ]


def test_blanks_inside_words_of_the_text_layer_are_healed(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        x = put(canvas, 60, 100, "All St ")
        put(canvas, x - 2.5, 100, "ates of the valley agree on the bridges.")  # the blank is there, its width is not

    assert texts(read(tmp_path, page)) == ["All States of the valley agree on the bridges."]


def test_an_unraised_mark_is_taken_out_when_its_note_exists(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        x = put(canvas, 113, 80, "Tolls doubled.")
        put(canvas, x, 76.5, "1", size=6.5)
        put(canvas, 113, 110, "No receipts were given.2 Those who asked were sent away with 3 coins.")
        rule(canvas, 85, 700, 157, 700)
        for y, mark, text in ((713, "1", "Miller, first letter."), (724, "2", "Miller, second letter.")):
            put(canvas, 100, y - 3, mark, size=6)
            put(canvas, 108, y, text, size=8.5)

    body = [paragraph for paragraph in read(tmp_path, page) if paragraph.kind == "body"]
    assert body[1].text == "No receipts were given. Those who asked were sent away with 3 coins."
    assert [mark.mark for mark in body[1].marks] == ["2"]


def test_boxes_hold_the_glyphs_of_their_text(tmp_path: Path) -> None:
    import pdfplumber

    def page(canvas: Canvas) -> None:
        put_text(canvas, 60, 120, RIVERS + MILLS, 220)
        put_text(canvas, 310, 120, SHEEP + RIVERS, 220)
        put_text(canvas, 60, 420, MILLS, 470)

    found = read(tmp_path, page)
    with pdfplumber.open(tmp_path / "drawn.pdf") as document:
        for paragraph in found:
            for box, end in zip(
                paragraph.boxes, [*(box.start for box in paragraph.boxes[1:]), len(paragraph.text)], strict=True
            ):
                area = document.pages[box.page - 1].crop((box.x0 - 0.1, box.top - 0.1, box.x1 + 0.1, box.bottom + 0.1))
                assert clean(area.extract_text()) == paragraph.text[box.start : end].strip()


def empty(canvas: Canvas) -> None:
    canvas.rect(100, 100, 200, 200, fill=1)


def some_text(canvas: Canvas) -> None:
    put_text(canvas, 60, 100, RIVERS, WIDTH)


def test_encrypted_file_is_refused_in_one_sentence(tmp_path: Path) -> None:
    path = draw_pdf(tmp_path / "locked.pdf", [some_text], password="bridge")
    with pytest.raises(DocumentError, match=r"locked\.pdf is encrypted: save"):
        read_pdf(path)


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.9])
def test_truncated_file_is_refused_or_read(tmp_path: Path, keep: float) -> None:
    whole = draw_pdf(tmp_path / "whole.pdf", [some_text] * 3).read_bytes()
    path = tmp_path / "cut.pdf"
    path.write_bytes(whole[: int(keep * len(whole))])
    with pytest.raises(DocumentError, match=r"cut\.pdf"):
        read_pdf(path)


def test_scan_without_text_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "find_engine", lambda: None)
    path = draw_pdf(tmp_path / "scan.pdf", [empty])
    with pytest.raises(DocumentError, match=r"scan\.pdf is a scan without text: run OCR"):
        read_pdf(path)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"nowhere\.pdf"):
        read_pdf(tmp_path / "nowhere.pdf")


def test_reading_twice_gives_the_same(tmp_path: Path) -> None:
    path = draw_pdf(tmp_path / "twice.pdf", [some_text, some_text])
    assert read_pdf(path) == read_pdf(path)
