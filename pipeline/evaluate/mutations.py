"""Damage done to documents on purpose: to their bytes, to objects and streams of PDF, to elements of DOCX and HTML.

Each function takes a sound file's bytes and a seeded source of chance and gives the bytes of a damaged one. The same
seed gives the same bytes. What the kinds do follows the usual lists for structure-aware fuzzing: wrong bytes, wrong
sizes, lost, doubled and looped structures, and numbers at the edges of their types.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

Mutation = Callable[[bytes, Random], bytes]

_EXTREMES = (
    b"0", b"-1", b"1", b"255", b"65536", b"2147483647", b"-2147483648", b"4294967296", b"99999999999999999999",
    b"1e9", b"-1e30", b"0.0000001", b"nan", b"1" * 400,
)  # fmt: skip
_NUMBER = re.compile(rb"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])")
_PDF_SPLINTERS = (
    b"/Kids [1 0 R 1 0 R]", b"/Count 99999999", b"/MediaBox [0 0 0 0]", b"/MediaBox [9e9 0 -9e9 nan]",
    b"/MediaBox [0 0 14400 14400]", b"/Length -1", b"/Rotate 45", b"endobj", b"stream\n", b"<<" * 50, b"(" * 50,
    b"[" * 5000, b"/Filter [/ASCIIHexDecode /FlateDecode /LZWDecode]", b"/ToUnicode 1 0 R", b"/UserUnit 1e6",
)  # fmt: skip
_CONTENT_SPLINTERS = (
    b" q " * 3000, b" BT " * 50, b" ET Q Q Q ", b" 0 0 0 0 0 0 cm ", b" 1e30 0 0 1e30 0 0 cm ", b" 0 Tf ", b" /Im0 Do ",
    b" /F1 0 Tf ", b" 90000 Tz ", b" 0 1 -1 0 0 0 Tm ", b" [(a) -1e9 (b)] TJ ", b" 3 Tr ", b" 0 0 1e9 1e9 re f ",
    b" 10 10 m 20 10 l S " * 3000, b" BI /W 99999 /H 99999 /BPC 8 /CS /G ID x EI ", b" (\\377\\000\\101) Tj ",
)  # fmt: skip
_MARKUP_SPLINTERS = (
    b"<w:p>", b"</w:p>", b"<td rowspan=-1>", b'w:val="99999999999"', b"&#x110000;", b"&#0;", b"<!--", b'="-5"',
    b"<ol start=x>", b"<div>" * 3000, b"<table><tr><td>" * 300, b"]]>", b"<![CDATA[", b"<?xml?>", b"&a;", b"\xff\xfe",
    b"\xed\xa0\x80", "\u202e\u0000\ufeff".encode(), b"<sup>" * 300, b"<script>",
)  # fmt: skip
_PDF_OBJECT = re.compile(rb"(?<!\d)\d+ \d+ obj\b.*?\bendobj", re.DOTALL)
_PDF_STREAM = re.compile(rb"<<(?:(?!endobj).)*?/FlateDecode.*?>>\s*stream\r?\n(.*?)\r?\n?endstream", re.DOTALL)
_REFERENCE = re.compile(rb"\b(\d+) 0 R\b")
_MOST_UNPACKED = 2**22  # bytes of a stream of a seed file; ours are smaller


# --- bytes ---


def mutate_bytes(data: bytes, chance: Random, splinters: Sequence[bytes] = _EXTREMES) -> bytes:
    """Up to eight wounds: bytes set, bits flipped, runs lost, doubled or moved, splinters, numbers, the tail cut."""
    found = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        if not found:
            break
        at = chance.randrange(len(found))
        deed = chance.randrange(16)
        if deed < 3:
            found[at] = chance.randrange(256)
        elif deed < 5:
            found[at] ^= 1 << chance.randrange(8)
        elif deed < 7:
            del found[at : at + chance.randint(1, 60)]
        elif deed < 9:
            found[at:at] = found[max(0, at - chance.randint(1, 400)) : at]
        elif deed < 11:
            start = chance.randrange(len(found))
            found[at : at + 50] = found[start : start + chance.randint(1, 200)]
        elif deed < 13:
            found[at:at] = chance.choice(splinters)
        elif deed < 15:
            found = bytearray(_swap_number(bytes(found), chance))
        else:
            del found[max(10, at) :]
    return bytes(found)


def _swap_number(data: bytes, chance: Random) -> bytes:
    """Another number in the place of one near a point taken by chance."""
    start = chance.randrange(max(1, len(data)))
    number = _NUMBER.search(data, start) or _NUMBER.search(data)
    return data if number is None else data[: number.start()] + chance.choice(_EXTREMES) + data[number.end() :]


# --- PDF ---


def mutate_pdf_bytes(data: bytes, chance: Random) -> bytes:
    return mutate_bytes(data, chance, _PDF_SPLINTERS)


def mutate_pdf_objects(data: bytes, chance: Random) -> bytes:
    """Objects lost, doubled, emptied, pointing elsewhere or at themselves, or with numbers out of range."""
    for _ in range(chance.randint(1, 6)):
        objects = list(_PDF_OBJECT.finditer(data))
        if not objects:
            return mutate_pdf_bytes(data, chance)
        chosen = chance.choice(objects)
        data = data[: chosen.start()] + _mutate_object(chosen[0], data, chance) + data[chosen.end() :]
    return data if chance.random() < 0.2 else _rebuild_xref(data)


def _mutate_object(body: bytes, data: bytes, chance: Random) -> bytes:
    head, _, rest = body.partition(b"stream")  # a stream's bytes are the affair of mutate_pdf_streams
    deed = chance.randrange(7)
    if deed == 0:
        return b""
    if deed == 1:
        return body + b"\n" + body
    if deed in (2, 3):
        targets = [*_REFERENCE.findall(data), head.split()[0]]
        swap = b"%s 0 R" % chance.choice(targets)
        spots = list(_REFERENCE.finditer(head))
        if spots:
            spot = chance.choice(spots)
            head = head[: spot.start()] + swap + head[spot.end() :]
    elif deed == 4:
        head = re.sub(rb"<<", lambda _: b"<<" + chance.choice(_PDF_SPLINTERS) + b" ", head, count=1)
    elif deed == 5:
        names = re.findall(rb"/\w+", head)
        head = head.replace(chance.choice(names), b"/Gone", 1) if names else head
    else:
        start = len(head.split(b"obj", 1)[0]) + 3
        head = head[:start] + _swap_number(head[start:], chance)
    return head + (b"stream" + rest if rest else b"")


def mutate_pdf_streams(data: bytes, chance: Random) -> bytes:
    """Packed streams (text, fonts, maps) unpacked, damaged, packed again: damage that a checksum would hide."""
    for _ in range(chance.randint(1, 3)):
        streams = list(_PDF_STREAM.finditer(data))
        if not streams:
            return mutate_pdf_objects(data, chance)
        chosen = chance.choice(streams)
        try:
            plain = zlib.decompressobj().decompress(chosen[1], _MOST_UNPACKED)
        except zlib.error:
            continue
        packed = zlib.compress(_mutate_content(plain, chance))
        whole = re.sub(rb"/Length \d+(?! 0 R)", b"/Length %d" % len(packed), data[chosen.start() : chosen.start(1)])
        data = data[: chosen.start()] + whole + packed + b"\nendstream" + data[chosen.end() :]
    return _rebuild_xref(data)


def _mutate_content(plain: bytes, chance: Random) -> bytes:
    if chance.random() < 0.05:
        return plain * chance.choice((2, 10, 50))
    return mutate_bytes(plain, chance, _CONTENT_SPLINTERS)


def _rebuild_xref(data: bytes) -> bytes:
    """A table of objects that fits again, so that readers get past the container. The old trailer's root is kept."""
    root = re.search(rb"/Root (\d+ \d+ R)", data)
    places = {int(found[1]): found.start() for found in re.finditer(rb"(?<![\d.])(\d{1,6}) 0 obj\b", data)}
    if root is None or not places:
        return data
    rows = b"".join(b"%d 1\n%010d 00000 n \n" % (number, place) for number, place in sorted(places.items()))
    trailer = b"trailer\n<< /Size %d /Root %s >>\nstartxref\n%d\n%%%%EOF\n"
    start = len(data) + 1
    return data + b"\nxref\n" + rows + trailer % (max(places) + 1, root[1], start)


# --- DOCX and HTML ---


def mutate_docx_bytes(data: bytes, chance: Random) -> bytes:
    return mutate_bytes(data, chance)


def mutate_docx_members(data: bytes, chance: Random) -> bytes:
    """Members of the container lost, emptied, swapped, cut, or damaged byte by byte."""
    members = _unpack(data)
    for name in chance.sample(list(members), min(len(members), chance.randint(1, 3))):
        deed = chance.randrange(5)
        if deed == 0:
            del members[name]
        elif deed == 1:
            members[name] = b""
        elif deed == 2:
            members[name] = chance.choice(list(members.values()))
        elif deed == 3:
            members[name] = members[name][: chance.randrange(len(members[name]) + 1)]
        else:
            members[name] = mutate_bytes(members[name], chance, _MARKUP_SPLINTERS)
    return _pack(members)


def mutate_docx_elements(data: bytes, chance: Random) -> bytes:
    """Elements of the parts that hold text lost, moved, nested, doubled by the hundred, or with wrong values."""
    from lxml import etree

    members = _unpack(data)
    parts = [name for name in members if re.fullmatch(r"word/(document|styles|numbering|(foot|end)notes)\.xml", name)]
    for name in chance.sample(parts, min(len(parts), chance.randint(1, 2))):
        root = etree.fromstring(members[name])
        for _ in range(chance.randint(1, 6)):
            _mutate_element(root, chance)
        members[name] = etree.tostring(root)
    return _pack(members)


def mutate_html_bytes(data: bytes, chance: Random) -> bytes:
    return mutate_bytes(data, chance, _MARKUP_SPLINTERS)


def mutate_html_elements(data: bytes, chance: Random) -> bytes:
    """Elements of a page lost, moved, nested, doubled by the hundred, or with wrong values."""
    from lxml import etree, html

    root = html.document_fromstring(data)
    for _ in range(chance.randint(1, 8)):
        _mutate_element(root, chance)
    return bytes(etree.tostring(root, method="html"))


def _mutate_element(root: "_Element", chance: Random) -> None:
    from copy import deepcopy

    elements = [element for element in root.iter() if isinstance(element.tag, str)][1:]
    if not elements or len(elements) > 20_000:  # doubled enough
        return
    element, other = chance.choice(elements), chance.choice(elements)
    parent = element.getparent()
    deed = chance.randrange(8)
    if parent is None:
        return
    if deed == 0:
        parent.remove(element)
    elif deed == 1:
        other.append(deepcopy(element))
    elif deed == 2:
        if element not in other.iterancestors() and element is not other:
            other.append(element)
    elif deed == 3 and sum(1 for _ in element.iter()) < 30:
        for _ in range(chance.choice((2, 30, 500))):
            parent.append(deepcopy(element))
    elif deed == 4:
        _nest(element, chance.choice((2, 20, 230)))
    elif deed == 5:
        element.tag = other.tag
    elif deed == 6:
        element.text = chance.choice(("", " ", "x" * 5000, "1.", "(a)", "\u00ad\u202e", "9" * 400, "¹²³", "-\n-"))
    else:
        _swap_attribute(element, elements, chance)


def _nest(element: "_Element", depth: int) -> None:
    """The element in `depth` copies of itself, one within the other: a table in a cell of a table, and so on."""
    from lxml import etree

    for _ in range(depth):
        inner = etree.Element(element.tag, dict(element.attrib))
        inner.text, element.text = element.text, None
        for child in list(element):
            inner.append(child)
        element.append(inner)
        element = inner


def _swap_attribute(element: "_Element", elements: Sequence["_Element"], chance: Random) -> None:
    """Another value for an attribute, or an attribute that stands elsewhere in the document."""
    names = list(element.attrib) or [name for other in elements[:200] for name in other.attrib]
    if names:
        value = chance.choice(_EXTREMES).decode() if chance.random() < 0.7 else chance.choice(elements).get(names[0])
        element.set(chance.choice(names), value or "")


def _unpack(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _pack(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()


MUTATIONS: Mapping[str, Mapping[str, Mutation]] = {  # by the suffix of the file
    ".pdf": {"bytes": mutate_pdf_bytes, "objects": mutate_pdf_objects, "streams": mutate_pdf_streams},
    ".docx": {"bytes": mutate_docx_bytes, "parts": mutate_docx_members, "elements": mutate_docx_elements},
    ".html": {"bytes": mutate_html_bytes, "elements": mutate_html_elements},
}
