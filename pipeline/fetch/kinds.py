"""Is this the kind of file that was meant? Told by the first bytes, never by what a server says it is."""

from pathlib import Path
from typing import Literal

from pipeline.fetch.addresses import is_symbol
from pipeline.records import Source

Kind = Literal["PDF", "DOCX", "DOC", "HTML", "text", "unknown"]

_SUFFIXES: dict[str, Kind] = {
    ".pdf": "PDF", ".docx": "DOCX", ".doc": "DOC", ".html": "HTML", ".htm": "HTML", ".txt": "text", ".md": "text",
}  # fmt: skip
_HEAD_BYTES = 4096
_PDF_WITHIN = 1024  # readers accept a PDF header after up to 1024 bytes of junk (PDF Reference, appendix H)
_HTML_SIGNS = (b"<!doctype html", b"<html", b"<head", b"<body", b"<script", b"<meta")


def tell_kind(file: Path) -> Kind:
    """The kind of a file by its first bytes."""
    with file.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    if b"%PDF-" in head[:_PDF_WITHIN]:
        return "PDF"
    if head.startswith(b"PK\x03\x04"):
        return "DOCX"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "DOC"
    if any(sign in head.lower() for sign in _HTML_SIGNS):
        return "HTML"
    return "text" if head and b"\x00" not in head else "unknown"


def check_kind(found: Path, file: Path, source: Source) -> str:
    """A sentence when the bytes in `found` are not what the document `file` promises to be; "" when they are."""
    wanted = _SUFFIXES.get(file.suffix.lower()) or ("PDF" if is_symbol(source.id) else None)
    kind = tell_kind(found)
    if kind == wanted or (wanted is None and kind != "unknown"):
        return ""
    if kind == "HTML":
        return f"a web page came instead of a {wanted} file: the site asks for a human visitor, or shows an error page."
    if not found.stat().st_size:
        return "the file is empty."
    return f"the file is no {wanted or 'document'} but {kind if kind != 'unknown' else 'of an unknown kind'}."
