"""Where a document of a case is to be had, and what to do when no machine gets it."""

import re
from pathlib import Path
from urllib.parse import urlencode

from pipeline.records import Source

# Symbols of United Nations documents begin with the organ: A/HRC/RES/55/21, S/RES/1718(2006), CCPR/C/GC/36.
_SYMBOL = re.compile(
    r"(?:A|S|E|ST|T|DP|CAT|CCPR|CEDAW|CERD|CRC|CRPD|CMW|CED|HRI|TD|UNEP|ECE|ESCAP)/"
    r"[A-Z0-9][A-Za-z0-9./()\-\[\] ]*[A-Za-z0-9)\]]"
)
_LANGUAGES = ("ar", "en", "es", "fr", "ru", "zh")
_SERVICE = "https://documents.un.org/api/symbol/access"
_PAGE = "https://docs.un.org"
_FORMATS = {".doc": "doc", ".docx": "docx"}


def is_symbol(text: str) -> bool:
    """Is this the symbol of a United Nations document?"""
    return bool(_SYMBOL.fullmatch(text))


def list_address(source: Source) -> str:
    """The address to ask: the one the case gives, else that of the UN document service; "" where there is neither.

    The service takes symbol `s`, language `l` and format `t`, and answers with a redirect to the file.
    """
    if source.url:
        return source.url
    if not is_symbol(source.id):
        return ""
    wanted = {
        "s": source.id,
        "l": source.language if source.language in _LANGUAGES else "en",
        "t": _FORMATS.get(Path(source.path).suffix.lower(), "pdf"),
    }
    return f"{_SERVICE}?{urlencode(wanted, safe='/')}"


def explain_by_hand(source: Source, home: Path, file: Path) -> str:
    """Two sentences: where a person finds the document, and under which name to save it."""
    place = file.relative_to(home).as_posix() if file.is_relative_to(home) else str(file)
    if is_symbol(source.id):
        where = f"open {_PAGE}/{source.language}/{source.id} in a browser"
    elif source.url:
        where = f"open {source.url} in a browser"
    else:
        where = f"look for “{source.title or source.id}” at its publisher ({source.publisher or 'not named'})"
    return f"By hand: {where} and save the document as {place} in the case folder; then run the same command again."
