"""Writes the binary files of this folder. Each is named after why it exists; run once, results are committed.

python tests/data/build_awkward_files.py
"""

import sys
import zipfile
from pathlib import Path

from PIL import Image, ImageDraw
from reportlab import rl_config
from reportlab.lib.utils import ImageReader

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))

from tests.ingest.docx_files import CONTENT_TYPES, PACKAGE_RELS, lists, lvl, p, r, table, wrap, write_docx  # noqa: E402
from tests.ingest.pdf_files import BOLD, Canvas, draw_pdf, head, put, put_lines, put_text, rule  # noqa: E402
from tests.ingest.pdf_files import wrap as wrap_lines  # noqa: E402

FIXED = (2020, 1, 1, 0, 0, 0)


def write_zip(name: str, members: dict[str, str | bytes]) -> None:
    with zipfile.ZipFile(HERE / name, "w") as archive:
        for member, content in members.items():
            info = zipfile.ZipInfo(member, FIXED)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content, compresslevel=9)


def build_docx_files() -> None:
    package: dict[str, str | bytes] = {"[Content_Types].xml": CONTENT_TYPES, "_rels/.rels": PACKAGE_RELS}
    plain = wrap("document", f"<w:body>{p('Nine prisons were visited.')}</w:body>")
    entities = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
    write_zip("entity-expansion.docx", package | {"word/document.xml": entities + plain.replace("Nine", "&c;")})
    write_zip("zip-bomb.docx", package | {"word/document.xml": plain, "word/media/image1.png": b"\0" * (16 * 2**20)})
    write_zip("document-part-cut-off.docx", package | {"word/document.xml": plain[:-30]})
    write_zip("zip-without-a-word-part.docx", {"readme.txt": "Nothing here."})
    write_zip("spreadsheet-named.docx", {"[Content_Types].xml": CONTENT_TYPES, "xl/workbook.xml": "<workbook/>"})


def build_other_files() -> None:
    ole2 = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 504
    (HERE / "locked-with-a-password.docx").write_bytes(ole2 + "EncryptedPackage".encode("utf-16-le"))
    (HERE / "old-word-file.doc").write_bytes(ole2 + "WordDocument".encode("utf-16-le"))
    (HERE / "pdf-named.docx").write_bytes(b"%PDF-1.4\n%%EOF\n")
    (HERE / "html-named.pdf").write_bytes(b"<!DOCTYPE html><html><body><p>Not found.</p></body></html>")
    (HERE / "scan-as-picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 32)
    (HERE / "zero-bytes.pdf").write_bytes(b"")
    page = "<html><head><meta charset=iso-8859-1></head><body><p>“Curly” – quotes</p></body></html>"
    (HERE / "declared-latin1-but-windows1252.html").write_bytes(page.encode("cp1252"))
    raised = (
        "The Government closed ¹²³ prisons in ²⁰²⁰, and the visitors counted ³ of ¹⁰ deaths[²].\n\n[²]: ¹ Letter.\n"
    )
    (HERE / "figures-of-raised-digits.md").write_text(raised * 3, encoding="utf-8")
    long = "9" * 5000
    text = f"{long}. Urges the State to open {long} prisons[{long}].\n\n({long}) In {long} it closed.\n\n"
    text += f"[{long}] Letter.\n"
    (HERE / "numbers-of-5000-digits.txt").write_text(text * 3, encoding="utf-8")
    items = "<ol start={0}><li value={0}>open the prisons;<li>close the yards.</ol>"
    items += "<p>The State freed {0} inmates<sup>{0}</sup>."
    (HERE / "numbers-of-5000-digits.html").write_text(
        f"<html><body>{items.format(long)}</body></html>", encoding="utf-8"
    )


# --- sound files with every construction that the readers know, for the fuzz target to damage ---

SENTENCE = "The visitors counted 784 inmates in nine prisons of Norland, and no register was shown to them in 2023. "


def build_seed_files() -> None:
    build_seed_docx()
    (HERE / "seeds/every-construction.html").write_text(SEED_PAGE, encoding="utf-8")
    rl_config.useA85 = 0
    draw_pdf(HERE / "seeds/every-construction.pdf", [draw_seed_front, draw_seed_columns, draw_seed_scan])


def build_seed_docx() -> None:
    revision = 'w:id="9" w:author="A" w:date="2020-01-01T00:00:00Z"'
    cells = [("Current text", "Proposed text", "Justification"), ("shall allow visits", "shall allow all visits", "R")]
    amendments = table(*(tuple(p(cell) for cell in row) for row in cells))
    span = '<w:tcPr><w:gridSpan w:val="2"/><w:vMerge w:val="restart"/></w:tcPr>'
    body = (
        p("I.\tPrisons", style="Heading1", bold=True)
        + p("Urges Norland:", num="1") + p("to open all prisons;", num="1", level=1) + p("and yards.", num="1", level=2)
        + f'<w:p>{r("Nine ", italic=True)}{r("prisons", bold=True)}{r("1", raised=True)}'
        + '<w:r><w:footnoteReference w:id="1"/></w:r><w:r><w:endnoteReference w:id="1"/></w:r>'
        + f'<w:ins {revision}>{r(" were freed")}</w:ins>'
        + f'<w:del {revision}><w:r><w:delText> fell</w:delText></w:r></w:del></w:p>'
        + amendments
        + table((p("Year"), table((p("Deaths"), p("2020"))) + p("")), (span + p("5"), p(SENTENCE)))
        + f'<w:sdt><w:sdtContent>{p(SENTENCE)}</w:sdtContent></w:sdt>'
        + f'<w:p><w:hyperlink>{r(SENTENCE * 3)}</w:hyperlink></w:p>'
        + '<w:p><w:r><w:fldChar w:fldCharType="begin"/><w:instrText> PAGE </w:instrText>'
        '<w:fldChar w:fldCharType="end"/><w:br w:type="page"/>'
        '<w:noBreakHyphen/><w:sym w:font="Symbol" w:char="F0B7"/></w:r></w:p>'
        + p(SENTENCE * 4)
        + '<w:sectPr><w:headerReference w:type="default" r:id="header"/></w:sectPr>'
    )  # fmt: skip
    levels = lvl(0, "decimal", "%1.") + lvl(1, "lowerLetter", "(%2)") + lvl(2, "lowerRoman", "(%3)")
    override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="6"/></w:lvlOverride>'
    styles = (
        '<w:style w:type="paragraph" w:styleId="Normal" w:default="1"><w:name w:val="Normal"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/>'
        '<w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>'
    )
    note = p("Interview with a former inmate, May 2023.")
    file = write_docx(
        HERE / "seeds/every-construction.docx", body, styles=styles, numbering=lists(levels, override, ""),
        footnotes=f'<w:footnote w:id="1">{note}</w:footnote>', endnotes=f'<w:endnote w:id="1">{note}</w:endnote>',
        settings="<w:evenAndOddHeaders/>", header=p("A/HRC/99/1"),
    )  # fmt: skip
    with zipfile.ZipFile(file) as archive:
        members: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    write_zip("seeds/every-construction.docx", members)  # again, with fixed dates


SEED_PAGE = f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Prisons</title></head><body>
<nav><ul><li><a href="/">Home</a></li></ul></nav><main><article><h1>Nine prisons</h1>
<p>{SENTENCE}<sup><a href="#n1" id="r1">1</a></sup> <i>Urges</i> <b>all</b><br>to answer.</p>
<h2 style="display:block">Recommendations</h2><ol type="a" start="3"><li value="5">open the prisons;<ul><li>and the
yards;</li></ul></li><li style="list-style-type: lower-roman">publish names.</li></ol>
<table><caption>Deaths</caption><thead><tr><th colspan="2">Year</th></tr></thead><tbody><tr><td rowspan="2">2020</td>
<td>5<table><tr><td>inner</td></tr></table></td></tr><tr><td>{SENTENCE}</td></tr></tbody></table>
<table><tr><td>Current text</td><td>Proposed text</td></tr><tr><td>may visit</td><td>may always visit</td></tr></table>
<figure><img src="x.png" alt="A"><figcaption>Figure 1. A yard</figcaption></figure><blockquote>{SENTENCE}</blockquote>
<pre>1.  typed
2.  list</pre><dl><dt>Yard</dt><dd>{SENTENCE}</dd></dl><details><summary>More</summary>{SENTENCE}</details>
<p id="n1"><a href="#r1">1</a> Interview, May 2023.</p></article></main>
<footer>Contact &amp; imprint</footer></body></html>
"""


def draw_seed_front(canvas: Canvas) -> None:
    put(canvas, 57, 60, "United Nations", BOLD, 12)
    put(canvas, 440, 60, "A/HRC/99/1", BOLD, 12)
    rule(canvas, 57, 70, 540, 70)
    y = put_text(canvas, 57, 100, "Human Rights Council. Ninety-ninth session. 5 May 2023. Original: English.", 400)
    for label in ("1.", "2.", "(a)", "(b)"):
        y = put_text(canvas, 80, y, f"{label}  Urges Norland to open all prisons to visitors. {SENTENCE}", 440)
    put(canvas, 300, y - 20, "1", size=6)
    for x in (57, 200, 400):
        rule(canvas, x, 500, x, 560)
    for y, row in ((500, ("Year", "Deaths")), (530, ("2020", "5")), (560, ())):
        rule(canvas, 57, y, 400, y)
        for x, cell in zip((62, 205), row, strict=False):
            put(canvas, x, y + 18, cell)
    rule(canvas, 57, 740, 150, 740)
    put(canvas, 57, 752, "1 Interview, May 2023.", size=8)


def draw_seed_columns(canvas: Canvas) -> None:
    head(canvas, "A/HRC/99/1", 2)
    for x in (57, 310):
        put_lines(canvas, x, 90, wrap_lines(SENTENCE * 6, 220))
    canvas.rotate(90)
    put(canvas, 300, -560, "GE.99-00001")


def draw_seed_scan(canvas: Canvas) -> None:
    """A page that is a picture of a line of text."""
    picture = Image.new("L", (595, 842), 255)
    ImageDraw.Draw(picture).text((57, 100), "Urges Norland to open all prisons.", fill=0, font_size=20)
    canvas.drawImage(ImageReader(picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM)), 0, 0, 595, 842)


if __name__ == "__main__":
    build_docx_files()
    build_other_files()
    (HERE / "seeds").mkdir(exist_ok=True)
    build_seed_files()
