"""What kind of file is this? Decided by its first bytes; the name only says whether it was mislabelled."""

import re
import zipfile
from pathlib import Path
from typing import Literal

from pipeline.errors import DocumentError

Kind = Literal["PDF", "DOCX", "HTML", "text", "DOC", "RTF", "ODT", "picture"]

_HEAD_BYTES = 8192
_PDF_HEADER_WITHIN = 1024  # readers accept a PDF header after up to 1024 bytes of junk (PDF Reference, appendix H)
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES = {
    b"\x89PNG\r\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"II*\x00": "TIFF",
    b"MM\x00*": "TIFF",
    b"GIF8": "GIF",
}
_READ_IMAGES = ("PNG", "JPEG", "TIFF")
_SUFFIXES: dict[str, Kind] = {
    ".pdf": "PDF",
    ".docx": "DOCX",
    ".docm": "DOCX",
    ".html": "HTML",
    ".htm": "HTML",
    ".xhtml": "HTML",
    ".txt": "text",
    ".text": "text",
    ".md": "text",
    ".markdown": "text",
    ".doc": "DOC",
    ".rtf": "RTF",
    ".odt": "ODT",
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp"), "picture"),
}
_BEST_SUFFIX: dict[Kind, str] = {
    "PDF": ".pdf", "DOCX": ".docx", "HTML": ".html", "text": ".txt", "DOC": ".doc", "RTF": ".rtf", "ODT": ".odt",
    "picture": ".png",
}  # fmt: skip
_HTML_START = re.compile(
    rb"(?:<\?xml[^>]*>|<!--.*?-->|\s)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_LOOSE_HTML = re.compile(
    rb"(?:<\?xml[^>]*>|<!--.*?-->|\s)*<(?:meta|title|article|main|div|section|h[1-6]|p)\b", re.IGNORECASE | re.DOTALL
)
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")


def identify_file(path: Path) -> Kind:
    """The kind of document behind `path`, by content.

    Raises DocumentError when there is no readable file, when it is empty, a picture, a spreadsheet or something
    unknown, or when its name promises another kind than the content is.
    """
    kind = _identify_content(path, _read_head(path))
    promised = _SUFFIXES.get(path.suffix.lower())
    if promised and promised != kind:
        raise DocumentError(
            f"{path.name}: the name says {promised}, but the content is {kind}; "
            f"rename it to {path.stem}{_BEST_SUFFIX[kind]} or fetch the right file."
        )
    return kind


def _read_head(path: Path) -> bytes:
    if not path.exists():
        raise DocumentError(f"{path}: there is no such file; check the path.")
    if not path.is_file():
        raise DocumentError(f"{path}: this is not a file but a folder or device; name one document.")
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError as error:
        raise DocumentError(f"{path}: cannot be opened ({error.strerror}); check its permissions.") from error
    if not head:
        raise DocumentError(f"{path.name}: the file is empty (0 bytes); fetch it again.")
    return head


def _identify_content(path: Path, head: bytes) -> Kind:
    if b"%PDF-" in head[:_PDF_HEADER_WITHIN]:
        return "PDF"
    if head.startswith(b"PK\x03\x04"):
        return _identify_zip(path)
    if head.startswith(_OLE2):
        return _identify_ole2(path)
    if head.startswith(b"{\\rtf"):
        return "RTF"
    if is_picture(path, head):
        return "picture"
    return _identify_text(path, head)


def _identify_zip(path: Path) -> Kind:
    """DOCX or ODT; every other archive is refused by what it seems to be."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise DocumentError(f"{path.name}: the file is cut off or damaged; fetch it again.") from error
    if "[Content_Types].xml" in names and any(re.fullmatch(r"word/document\d*\.xml", name) for name in names):
        return "DOCX"
    if "content.xml" in names and "mimetype" in names and path.suffix.lower() not in (".ods", ".odp"):
        return "ODT"
    found = (
        "a spreadsheet"
        if "xl/workbook.xml" in names
        else "a slide deck"
        if "ppt/presentation.xml" in names
        else "a ZIP archive"
    )
    raise DocumentError(
        f"{path.name}: this is {found}, not a text document; save or unpack it as PDF, DOCX, HTML or TXT."
    )


def _identify_ole2(path: Path) -> Kind:
    """Old Word files; the stream names of the container (UTF-16) tell them from sheets and locked files."""
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise DocumentError(f"{path.name}: the document is locked with a password; save it without one.")
    if "WordDocument".encode("utf-16-le") in content:
        return "DOC"
    raise DocumentError(
        f"{path.name}: an old Office file that is no Word document, or damaged; save it as PDF or DOCX."
    )


def is_picture(path: Path, head: bytes) -> bool:
    """Is this a picture that can be read? Raises DocumentError for one of a kind in which no page is kept."""
    found = next((name for magic, name in _IMAGES.items() if head.startswith(magic)), None)
    if found in _READ_IMAGES or (head.startswith(b"RIFF") and head[8:12] == b"WEBP"):
        return True
    if found:
        raise DocumentError(f"{path.name}: this is a picture ({found}); save it as PNG, JPEG or TIFF.")
    return False


def _identify_text(path: Path, head: bytes) -> Kind:
    if head.startswith(_UTF16_BOMS):
        head = head.decode("utf-16", errors="ignore").encode()
    suffix = path.suffix.lower()
    if b"\x00" in head:
        raise DocumentError(
            f"{path.name}: the type of this file is not known; give it as PDF, DOCX, HTML, TXT or Markdown."
        )
    bare = head.removeprefix(b"\xef\xbb\xbf")
    promised = _SUFFIXES.get(suffix)
    if _HTML_START.match(bare) or (promised != "text" and _LOOSE_HTML.match(bare)):
        return "HTML"
    if promised == "HTML" and b"<" in bare:
        return "HTML"
    if promised or suffix == "" or suffix[1:].isdigit():  # "A_HRC_RES_55.21": a symbol, no suffix
        return "text"
    raise DocumentError(
        f"{path.name}: files of type {suffix} are not read; give it as PDF, DOCX, HTML, TXT or Markdown."
    )
