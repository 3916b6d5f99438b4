"""Writes the binary files of this folder. Each is named after why it exists; run once, results are committed.

python tests/data/build_awkward_files.py
"""

import sys
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "ingest"))

from docx_files import CONTENT_TYPES, PACKAGE_RELS, p, wrap  # noqa: E402

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


if __name__ == "__main__":
    build_docx_files()
    build_other_files()
