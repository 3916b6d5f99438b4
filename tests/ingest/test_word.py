"""DOCX: one small file a rule; texts are invented."""

import zipfile
from pathlib import Path

import pytest

from pipeline.errors import DocumentError
from pipeline.ingest.word import read_docx
from pipeline.records import Cell, Mark, Span
from tests.ingest.docx_files import CONTENT_TYPES, PACKAGE_RELS, lists, lvl, p, r, table, wrap, write_docx

DATA = Path(__file__).parent.parent / "data"
LONG = "The office visited nine prisons and spoke with many of the people who had been held there over the years. "


def style(identity, name, *, parent="", inner=""):
    based = f'<w:basedOn w:val="{parent}"/>' if parent else ""
    return f'<w:style w:type="paragraph" w:styleId="{identity}"><w:name w:val="{name}"/>{based}{inner}</w:style>'


def read(tmp_path, body, **parts):
    return read_docx(write_docx(tmp_path / "test.docx", body, **parts))


def seen(paragraphs):
    return [(found.kind, found.label, found.text) for found in paragraphs]


@pytest.mark.parametrize(
    ("typed", "kind", "label", "text"),
    [
        ("2.\tUrges the mission to report;", "body", "2", "Urges the mission to report;"),
        ("\t13.1\tThe centre is small.", "body", "13.1", "The centre is small."),
        ("140.12 Ratify the treaty (Norland);", "body", "140.12", "Ratify the treaty (Norland);"),
        ("\t(a)\tTo open all prisons;", "list_item", "(a)", "To open all prisons;"),
        ("b) to close the camps;", "list_item", "b)", "to close the camps;"),
        ("•\tan item", "list_item", "•", "an item"),
        ("5.1 per cent of them were ill.", "body", None, "5.1 per cent of them were ill."),
        ("12. Oktober 2012", "body", None, "12. Oktober 2012"),
        ("2024 was a bad year.", "body", None, "2024 was a bad year."),
        ("(see below) they said", "body", None, "(see below) they said"),
    ],
)
def test_typed_labels_leave_the_text(tmp_path, typed, kind, label, text):
    assert seen(read(tmp_path, p(typed))) == [(kind, label, text)]


def test_automatic_numbers_become_labels(tmp_path):
    numbering = lists(lvl(0, "decimal", "%1.") + lvl(1, "lowerLetter", "(%2)") + lvl(2, "lowerRoman", "(%3)"))
    body = p("Urges Norland:", num="1") + p("to open;", num="1", level=1) + p("to tell:", num="1", level=1)
    found = read(tmp_path, body + p("families;", num="1", level=2) + p("Decides.", num="1"), numbering=numbering)
    assert [(item.kind, item.label, item.level) for item in found] == [
        ("body", "1", None), ("list_item", "(a)", 1), ("list_item", "(b)", 1), ("list_item", "(i)", 2),
        ("body", "2", None),
    ]  # fmt: skip


def test_numbering_comes_from_a_style_that_the_style_is_based_on(tmp_path):
    numbered = '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
    styles = style("Para", "Para", inner=numbered) + style("Child", "Child", parent="Para")
    numbering = lists(lvl(0, "decimal", "%1.") + lvl(1, "lowerLetter", "(%2)", '<w:pStyle w:val="Sub"/>'))
    styles += style("Sub", "Sub", parent="Para", inner=numbered)
    switched_off = p("Not numbered.", style="Para", num="0")
    body = p("One.", style="Child") + p("sub;", style="Sub") + switched_off + p("Two.", style="Para")
    assert [item.label for item in read(tmp_path, body, styles=styles, numbering=numbering)] == ["1", "(a)", None, "2"]


def test_insertions_stay_and_deletions_go(tmp_path):
    deleted = '<w:del w:id="1"><w:r><w:delText>killed</w:delText></w:r></w:del>'
    moved = '<w:moveFrom w:id="2"><w:r><w:t>moved away</w:t></w:r></w:moveFrom>'
    body = f'<w:p>{r("Nine were ")}{deleted}<w:ins w:id="3">{r("freed")}</w:ins>{moved}{r(".")}</w:p>'
    assert seen(read(tmp_path, body)) == [("body", None, "Nine were freed.")]


def test_a_paragraph_whose_end_was_deleted_runs_on(tmp_path):
    first = f'<w:p><w:pPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr>{r("The first half ")}</w:p>'
    assert seen(read(tmp_path, first + p("and the second."))) == [("body", None, "The first half and the second.")]


def test_footnotes_are_tied_to_their_marks(tmp_path):
    reference = '<w:r><w:footnoteReference w:id="7"/></w:r>'
    notes = f'<w:footnote w:type="separator" w:id="0">{p("---")}</w:footnote>'
    notes += f'<w:footnote w:id="7">{p("Interview, 5 May.")}</w:footnote>'
    unused = f'<w:footnote w:id="8">{p("Nobody refers to this.")}</w:footnote>'
    body = f"<w:p>{r('Nine prisons')}{reference}{r(' were seen.')}</w:p>"
    text, note = read(tmp_path, body, footnotes=notes + unused)
    assert (text.text, text.marks) == ("Nine prisons were seen.", (Mark(12, "1"),))
    assert (note.kind, note.label, note.text) == ("footnote", "1", "Interview, 5 May.")


def test_endnote_marks_are_roman_unless_the_file_says_otherwise(tmp_path):
    body = f'<w:p>{r("Seen")}<w:r><w:endnoteReference w:id="1"/></w:r></w:p>'
    notes = f'<w:endnote w:id="1">{p("A note.")}</w:endnote>'
    assert read(tmp_path, body, endnotes=notes)[1].label == "i"
    settings = '<w:endnotePr><w:numFmt w:val="decimal"/></w:endnotePr>'
    assert read(tmp_path, body, endnotes=notes, settings=settings)[1].label == "1"


def test_raised_letters_and_stars_are_marks_but_units_are_not(tmp_path):
    raised = r("Cells of 2 m") + r("2", raised=True) + r(" held ten") + r("a", raised=True) + r(" people** each.")
    found = read(tmp_path, f"<w:p>{raised}</w:p>" + p("**\tIn 2020."))
    assert (found[0].text, found[0].marks) == ("Cells of 2 m2 held ten people each.", (Mark(22, "a"), Mark(29, "**")))
    assert seen(found[1:]) == [("footnote", "**", "In 2020.")]


def test_tables_keep_their_grid(tmp_path):
    merged = '<w:tcPr><w:gridSpan w:val="2"/></w:tcPr>'
    below = "<w:tcPr><w:vMerge/></w:tcPr>"
    start = '<w:tcPr><w:vMerge w:val="restart"/></w:tcPr>'
    rows = [(merged + p("Wide"), p("Right")), (start + p("A"), p("B"), p("C")), (below + p(""), p("D"), p("E"))]
    found = read(tmp_path, p("Before.") + table(*rows) + p("After."))
    assert [(item.text, item.cell) for item in found] == [
        ("Before.", None), ("Wide", Cell(0, 0, 0)), ("Right", Cell(0, 0, 2)), ("A", Cell(0, 1, 0)),
        ("B", Cell(0, 1, 1)), ("C", Cell(0, 1, 2)), ("D", Cell(0, 2, 1)), ("E", Cell(0, 2, 2)), ("After.", None),
    ]  # fmt: skip


def test_the_paragraphs_of_a_cell_are_one_text_unless_another_begins(tmp_path):
    quoted = p("2. The controller shall keep records") + p("(a) of all requests.")
    listed = p("121.7 Free the detained;") + p("Source: list of 2020", bold=True)
    found = read(tmp_path, table((quoted, listed)))
    assert [(item.label, item.text) for item in found] == [
        (None, "2. The controller shall keep records (a) of all requests."),
        ("121.7", "Free the detained;"),
        (None, "Source: list of 2020"),
    ]


def test_a_frame_around_prose_is_no_table(tmp_path):
    assert seen(read(tmp_path, table((p(LONG * 3),)))) == [("body", None, (LONG * 3).strip())]


def test_headings_by_style_outline_and_bold(tmp_path):
    styles = style("Heading1", "heading 1", inner='<w:pPr><w:outlineLvl w:val="0"/></w:pPr>')
    styles += style("H23", "_ H_2/3") + style("Single", "__Single Txt")
    body = p("I.\tPrisons", style="Heading1") + p("Old cells", style="H23") + p("Bold lead", bold=True)
    body += p("A bold sentence ends in a stop.", bold=True) + p(LONG * 3, style="H23")
    assert [(item.kind, item.label, item.level) for item in read(tmp_path, body, styles=styles)] == [
        ("heading", "I", 1), ("heading", None, 3), ("heading", None, 4), ("body", None, None), ("body", None, None),
    ]  # fmt: skip


def test_masthead_in_the_header_is_kept_and_running_heads_are_not(tmp_path):
    lines = ("United Nations", "A/99/123/Add.1", "General Assembly", "Distr.: General", "3 May 2044")
    section = '<w:sectPr><w:headerReference w:type="first" r:id="header"/></w:sectPr>'
    body = (
        p("Ninety-ninth session") + p("Agenda item 7") + p("Prisons of Norland", bold=True) + p("1.\tText.") + section
    )
    found = read(tmp_path, body, header="".join(map(p, lines)))
    assert [item.text for item in found if item.kind == "masthead"] == [
        *lines,
        "Ninety-ninth session",
        "Agenda item 7",
        "Prisons of Norland",
    ]
    running = read(tmp_path, body, header=p("A/99/123/Add.1"))
    assert "A/99/123/Add.1" not in [item.text for item in running]


def test_masthead_in_the_first_table_and_the_lines_below_it(tmp_path):
    head = table(
        (p("United Nations"), p("A/HRC/99/L.7")), (p("General Assembly"), p("Distr.: Limited") + p("3 May 2044"))
    )
    lines = ("Human Rights Council", "Ninety-ninth session", "26 April–7 May 2044", "Agenda item 4")
    body = head + "".join(map(p, lines)) + p("Prisons everywhere", bold=True) + p("Norland, Sudland: draft resolution")
    found = read(tmp_path, body + p("99/… Prisons of Norland", bold=True) + p("The Human Rights Council,"))
    assert [item.text for item in found if item.kind == "masthead"][4:] == ["3 May 2044", *lines, "Prisons everywhere"]
    assert [item.kind for item in found[-3:]] == ["body", "heading", "body"]


def test_text_boxes_are_read_once(tmp_path):
    box = f"<w:txbxContent>{p('In the box.')}</w:txbxContent>"
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    twice = f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
    both = f'<w:r><mc:AlternateContent xmlns:mc="{mc}">{twice}</mc:AlternateContent></w:r>'
    assert [item.text for item in read(tmp_path, f"<w:p>{r('Outside.')}{both}</w:p>")] == ["Outside.", "In the box."]


def test_italics_fields_and_hidden_text(tmp_path):
    field = "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>REF x</w:instrText></w:r>"
    field += (
        f"<w:r><w:fldChar w:fldCharType='separate'/></w:r>{r('section 4')}<w:r><w:fldChar w:fldCharType='end'/></w:r>"
    )
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r>"
    found = read(tmp_path, f"<w:p>{r('Calls upon', italic=True)}{r(' all, see ')}{field}{hidden}</w:p>")
    assert (found[0].text, found[0].italics) == ("Calls upon all, see section 4", (Span(0, 10),))


def test_a_caption_and_its_unit_line(tmp_path):
    body = p("Table 3", bold=True) + p("Deaths by year", bold=True) + p("(Thousands)") + table((p("2020"), p("5")))
    assert [item.kind for item in read(tmp_path, body)] == ["caption", "caption", "caption", "table_cell", "table_cell"]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("entity-expansion.docx", "entities"),
        ("zip-bomb.docx", "zip bomb"),
        ("document-part-cut-off.docx", "damaged XML"),
    ],
)
def test_hostile_and_damaged_files_are_refused_in_one_sentence(name, says):
    with pytest.raises(DocumentError, match=says) as caught:
        read_docx(DATA / name)
    assert name in str(caught.value)


def test_a_file_that_is_cut_off_is_refused(tmp_path):
    path = write_docx(tmp_path / "cut.docx", p(LONG))
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(DocumentError, match="cut off"):
        read_docx(path)


def test_external_parts_are_never_fetched(tmp_path):
    path = tmp_path / "external.docx"
    target = 'Target="http://192.0.2.1/styles.xml" TargetMode="External"'
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", CONTENT_TYPES)
        archive.writestr("_rels/.rels", PACKAGE_RELS)
        archive.writestr("word/document.xml", wrap("document", f"<w:body>{p('Text.')}</w:body>"))
        archive.writestr("word/_rels/document.xml.rels", f'<R><Relationship Id="1" Type="{kind}" {target}/></R>')
    assert seen(read_docx(path)) == [("body", None, "Text.")]
