"""The parts of a DOCX file as XML trees, opened so that a hostile file costs neither memory nor a network call.

The container is read directly (ECMA-376 part 2, Open Packaging Conventions): only the few parts that hold text are
unpacked, each under a limit, and each through a parser that expands no entities.
"""

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import DocumentError

if TYPE_CHECKING:
    from lxml.etree import _Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"  # ISO 29500 strict: same elements, other namespace
_TRANSITIONAL = W[1:-1].encode()

# A 600-page report has about 15 MiB of XML; a tree takes some ten times the bytes, and a worker has 2 GiB.
_MOST_PART_BYTES = 64 * 2**20
_MOST_TOTAL_BYTES = 1024 * 2**20  # declared, pictures included
_MOST_MEMBERS = 5000
_MOST_RATIO = 250  # repetitive tables of real reports stay under 60
_RATIO_COUNTS_FROM = 4 * 2**20  # bytes; below it a ratio does no harm
_BROKEN = (zipfile.BadZipFile, KeyError, ValueError, EOFError, OSError, RuntimeError, zlib.error)


@dataclass(frozen=True)
class Package:
    """The text-bearing parts of a DOCX; a part that the file lacks is None."""

    document: "_Element"
    styles: "_Element | None" = None
    numbering: "_Element | None" = None
    footnotes: "_Element | None" = None
    endnotes: "_Element | None" = None
    settings: "_Element | None" = None
    headers: "dict[str, _Element]" = field(default_factory=dict)  # by relationship id


def open_package(path: Path) -> Package:
    """Unpack and parse the parts of the DOCX at `path`.

    Raises DocumentError when the container is damaged, locked, unreasonably large, or when its XML is damaged or
    declares a document type (which the format forbids, and which entity bombs need).
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _check_size(path, archive)
            return _read_package(path, archive)
    except _BROKEN as error:
        raise DocumentError(f"{path.name}: the DOCX is cut off, damaged or locked; fetch or save it again.") from error


def get_value(element: "_Element | None", name: str = "val") -> str | None:
    """Attribute `w:name` of an element, None when element or attribute is missing."""
    return None if element is None else element.get(W + name)


def get_number(element: "_Element | None", name: str = "val") -> int | None:
    """Attribute `w:name` as a whole number, None when it is missing or no number."""
    value = get_value(element, name)
    return int(value) if value is not None and re.fullmatch(r"-?[0-9]{1,9}", value) else None


def is_on(element: "_Element | None") -> bool | None:
    """A toggle such as `w:b`: True, False, or None when nothing is said."""
    if element is None:
        return None
    return get_value(element) not in ("0", "false", "off", "none")


def is_on_attribute(value: str | None) -> bool:
    """Whether an XML attribute says yes."""
    return value in ("1", "true", "on")


def local_name(element: "_Element") -> str:
    """The element's name without namespace; "" for comments and the like."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _check_size(path: Path, archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    packed = sum(member.compress_size for member in members)
    total = sum(member.file_size for member in members)
    bloated = total > _RATIO_COUNTS_FROM and total > _MOST_RATIO * max(packed, 1)
    if len(members) > _MOST_MEMBERS or total > _MOST_TOTAL_BYTES or bloated:
        raise DocumentError(
            f"{path.name}: it unpacks from {packed // 2**10} KiB to {total // 2**20} MiB ({len(members)} parts), "
            "as a zip bomb does; it was not opened. Save it again from a word processor if you trust it."
        )


def _read_package(path: Path, archive: zipfile.ZipFile) -> Package:
    start = next((target for kind, _, target in _relations(path, archive, "") if kind == "officeDocument"), None)
    main = start or "word/document.xml"
    document = _parse_part(path, archive, main)
    single: dict[str, _Element] = {}
    headers: dict[str, _Element] = {}
    for kind, identity, target in _relations(path, archive, main):
        if kind in ("styles", "numbering", "footnotes", "endnotes", "settings") and _has(archive, target):
            single.setdefault(kind, _parse_part(path, archive, target))
        elif kind == "header" and _has(archive, target):
            headers[identity] = _parse_part(path, archive, target)
    return Package(
        document,
        single.get("styles"),
        single.get("numbering"),
        single.get("footnotes"),
        single.get("endnotes"),
        single.get("settings"),
        headers,
    )


def _has(archive: zipfile.ZipFile, name: str) -> bool:
    return name in archive.NameToInfo


def _relations(path: Path, archive: zipfile.ZipFile, part: str) -> Iterator[tuple[str, str, str]]:
    """(kind, id, member name) of the internal relationships of a part; "" is the package itself."""
    folder, name = posixpath.split(part)
    member = posixpath.join(folder, "_rels", f"{name}.rels")
    if not _has(archive, member):
        return
    for relation in _parse_part(path, archive, member):
        if local_name(relation) == "Relationship" and relation.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/")
            yield relation.get("Type", "").rpartition("/")[2], relation.get("Id", ""), target


def _parse_part(path: Path, archive: zipfile.ZipFile, member: str) -> "_Element":
    from lxml import etree

    with archive.open(member) as file:
        data = file.read(_MOST_PART_BYTES + 1)  # sizes in the directory can lie
    if len(data) > _MOST_PART_BYTES:
        raise DocumentError(
            f"{path.name}: {member} is larger than {_MOST_PART_BYTES // 2**20} MiB; split the document."
        )
    if b"<!DOCTYPE" in data or b"<!DOCTYPE" in data.replace(b"\x00", b""):
        raise DocumentError(f"{path.name}: {member} declares XML entities, which no DOCX may; it was not opened.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data.replace(_STRICT, _TRANSITIONAL), parser)
    except etree.XMLSyntaxError as error:
        raise DocumentError(f"{path.name}: {member} is damaged XML ({error.msg}); fetch the file again.") from error
    if root.getroottree().docinfo.doctype:
        raise DocumentError(f"{path.name}: {member} declares XML entities, which no DOCX may; it was not opened.")
    return root
