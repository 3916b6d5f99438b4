"""Read the demo's source texts: marked-down reports with front matter, and the clauses of the four resolutions."""

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

ROMAN = ("i", "ii", "iii", "iv", "v", "vi")
MARKS = (("### ", "heading"), ("## ", "heading"), ("> ", "quote"), ("! ", "caption"), ("[sidebar] ", "sidebar"))


@dataclass(frozen=True)
class Block:
    """One block of a text; `rows` is filled for tables only, `level` for headings only."""

    kind: str  # pp op a i | heading quote caption sidebar table item para
    text: str
    label: str = ""
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Document:
    """A document of the demo: `head` holds its front matter or masthead."""

    head: dict[str, str]
    blocks: tuple[Block, ...]
    lists: dict[str, list[str]] = field(default_factory=dict)  # masthead entries of several lines

    @property
    def id(self) -> str:
        return self.head["id"]


def read_document(path: Path) -> Document:
    """A Markdown text with front matter; raises ValueError when the front matter is missing."""
    return parse_document(path.read_text(encoding="utf-8"))


def parse_document(text: str) -> Document:
    """Front matter between `---` lines, then blocks separated by blank lines."""
    _, front, body = text.split("---\n", 2)
    pairs = (line.split(": ", 1) for line in front.splitlines() if line)
    head = {key: value.strip().strip('"') for key, value in pairs}
    return Document(head=head, blocks=tuple(parse_block(block) for block in re.split(r"\n{2,}", body.strip())))


def parse_block(text: str) -> Block:
    """One block by its first characters."""
    if text.startswith("|"):
        rows = tuple(tuple(cell.strip() for cell in line.strip("|").split("|")) for line in text.splitlines())
        return Block("table", text, rows=rows)
    for mark, kind in MARKS:
        if text.startswith(mark):
            return Block(kind, text.removeprefix(mark), level=mark.count("#"))
    item = re.match(r"(\([a-z]\)) ", text)
    if item:
        return Block("item", text[item.end() :], label=item.group(1))
    return Block("para", " ".join(text.splitlines()))


def read_resolutions(folder: Path) -> list[Document]:
    """The four resolutions: mastheads from resolutions.toml, clauses from resolutions.txt."""
    mastheads = tomllib.loads((folder / "resolutions.toml").read_text(encoding="utf-8"))
    clauses = (folder / "resolutions.txt").read_text(encoding="utf-8")
    return [_make_resolution(edition, entry, clauses) for edition, entry in mastheads.items()]


def _make_resolution(edition: str, entry: dict[str, str | list[str]], clauses: str) -> Document:
    head = {key: value for key, value in entry.items() if isinstance(value, str)}
    lists = {key: value for key, value in entry.items() if isinstance(value, list)}
    return Document(head | {"id": head["symbol"]}, tuple(number_clauses(select_clauses(clauses, edition))), lists)


def select_clauses(text: str, edition: str) -> list[tuple[str, str]]:
    """(kind, text) of the clauses that an edition prints, in the order of the file."""
    blocks = re.findall(r"^\[(pp|op|a|i) ([\d ]+)\]\n(.+)$", text, flags=re.MULTILINE)
    return [(kind, words) for kind, editions, words in blocks if edition in editions.split()]


def number_clauses(clauses: list[tuple[str, str]]) -> list[Block]:
    """Give operative paragraphs 1., 2. ..., their sub-paragraphs (a), (b) ... and (i), (ii) ..."""
    counts = {"op": 0, "a": 0, "i": 0}
    blocks = []
    for kind, text in clauses:
        counts |= {"op": {"a": 0, "i": 0}, "a": {"i": 0}}.get(kind, {})
        if kind != "pp":
            counts[kind] += 1
        labels = {
            "pp": "",
            "op": f"{counts['op']}.",
            "a": f"({chr(96 + counts['a'])})",
            "i": f"({ROMAN[counts['i'] - 1]})",
        }
        blocks.append(Block(kind, text, label=labels[kind]))
    return blocks
