"""Reads plain text and Markdown: front matter, headings, lists, tables, notes, wrapped lines, cut sentences."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pipeline.errors import DocumentError
from pipeline.ingest.text_blocks import Block, join_lines, split_blocks, split_paragraphs
from pipeline.ingest.text_marks import remove_marks
from pipeline.ingest.text_notes import take_notes
from pipeline.records import Cell, Paragraph, ParagraphKind, Span

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_SYMBOL = re.compile(r"\b[A-Z]{1,6}(?:/[A-Z0-9][\w.()-]*)+")
_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
_RULE = re.compile(r"(?:[-*_]\s*){3,}$")
_TABLE_RULE = re.compile(r"\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?$")
_NUMBER = re.compile(r"(\d{1,3}|\d{1,3}(?:\.\d{1,3})+)\.\s+(?=[^\s\d])|(\d{1,3}\.\d{1,3})\s+(?=[A-Z“\"])")
_ITEM = re.compile(r"(\((?:[a-z]{1,2}|[ivx]+)\))\s+(?=\S)|([-*•–])\s+(?=\S)")
_EMPHASIS = re.compile(r"(?<![\w*_])(\*{1,3}|_{1,3})(?=[^\s*_])(.+?)(?<=[^\s*_])\1(?![\w*_])")
_ENDED = re.compile(r"[.;:?!][\"”’')\]]*$")
_PAGE_MARK = re.compile(
    r"(?:page\s+)?\d{1,4}(?:\s*/\s*\d{1,4})?|\d{2}-\d{5}(?:\s*\([A-Z]\))?|/\.\.\.|\*\d{7}\*|-\s*\d{1,4}\s*-",
    re.IGNORECASE,
)
_TITLE = re.compile(r"\d+/\d+\. |\d{1,3}[.,] +[A-Z]")  # "80/3. Title of the resolution", "1, Requests"
_LINKING = frozenset(("a", "an", "and", "by", "for", "from", "in", "of", "on", "or", "that", "the", "to", "with"))
_HEADING_WORDS = 14
_HEAD_WORDS = 50


def read_text(path: Path) -> list[Paragraph]:
    """Paragraphs of a TXT or Markdown file in reading order, with `id` and `source` empty and `order` 0.

    Front matter becomes masthead rows ("key: value"). Footnotes (`[^1]: ...` or blocks that begin with the number of a
    mark) are paragraphs of kind `footnote` whose label is the mark; marks in the text are taken out into `marks`.
    Sentences that a page break cut are one paragraph again. `page` is None. Raises DocumentError for bytes that are
    no text.
    """
    fields, body = split_front_matter(decode_text(path))
    is_markdown = path.suffix.lower() in (".md", ".markdown") or bool(fields)
    blocks, notes = take_notes(split_blocks(body))
    symbol = _find_symbol(fields, blocks)
    table_numbers = iter(range(len(blocks)))
    drafts: list[Paragraph] = [_draft("masthead", f"{key}: {value}") for key, value in fields]
    for at, block in enumerate(blocks):
        drafts += _read_block(block, is_markdown, symbol, at == 0, table_numbers)
    merged = remove_marks(join_cut(drafts), {note for note, _ in notes})
    return merged + [_draft("footnote", text, label) for label, text in notes]


def decode_text(path: Path) -> str:
    """The text of a file in UTF-8, UTF-16 with a mark, or else Windows-1252, with one kind of line end."""
    data = path.read_bytes()
    if b"\0" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DocumentError(f"{path.name}: holds binary data, not text; save it as UTF-8 text, PDF or DOCX.")
    for encoding in ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n").replace("\u00ad", "")
    return data.decode("latin-1").replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n")


def split_front_matter(text: str) -> tuple[list[tuple[str, str]], str]:
    """The `key: value` rows between the first two lines of three hyphens, and the text after them."""
    match = _FRONT_MATTER.match(text)
    if match is None:
        return [], text
    rows = [line.partition(":") for line in match.group(1).splitlines() if ":" in line]
    return [(key.strip(), value.strip().strip("\"'")) for key, _, value in rows], text[match.end() :]


def join_cut(paragraphs: list[Paragraph]) -> list[Paragraph]:
    """Joins paragraphs that a page break, running head or note cut: the first has no end, the next no beginning."""
    joined: list[Paragraph] = []
    last: int | None = None
    for paragraph in paragraphs:
        if last is not None and _continues(joined[last], paragraph):
            joined[last] = _join(joined[last], paragraph)
            continue
        joined.append(paragraph)
        if paragraph.kind in ("body", "list_item") or (paragraph.kind == "heading" and paragraph.level is None):
            last = len(joined) - 1
        elif paragraph.kind != "running_head":
            last = None
    return joined


def _continues(before: Paragraph, after: Paragraph) -> bool:
    if after.kind != "body" or after.label or not after.text:
        return False
    begins = after.text[0]
    if before.kind == "heading" and not begins.islower():
        return False
    has_begun = begins.islower() or begins.isdigit() or begins in "(,;" or before.text.endswith("-")
    return has_begun and not _TITLE.match(after.text) and not _ENDED.search(before.text)


def _join(before: Paragraph, after: Paragraph) -> Paragraph:
    text = join_lines([before.text, after.text])
    shift = len(text) - len(after.text)
    moved = tuple(Span(span.start + shift, span.end + shift) for span in after.italics)
    kind = "body" if before.kind == "heading" else before.kind  # it only looked like a heading
    return replace(before, kind=kind, text=text, italics=before.italics + moved)


def _find_symbol(fields: list[tuple[str, str]], blocks: list[Block]) -> str:
    """The document's own symbol: from the front matter, else the first one printed before the text begins."""
    named = dict(fields).get("symbol", "")
    head = " ".join(line for block in blocks[:3] for line in block)
    match = _SYMBOL.search(head)
    return named or (match.group() if match else "")


def _read_block(
    block: Block, is_markdown: bool, symbol: str, is_top: bool, table_numbers: Iterator[int]
) -> list[Paragraph]:
    text = join_lines(block)
    if is_markdown and len(block) > 1 and any(_TABLE_RULE.match(line) and "|" in line for line in block[1:2]):
        return _read_table(block, next(table_numbers))
    if _RULE.match(text):
        return []
    if _is_masthead(text):
        return [_draft("masthead", text)]
    if not is_top and _is_running_head(text, symbol):
        return [_draft("running_head", text)]
    return [
        paragraph for lines in split_paragraphs(block, is_markdown) for paragraph in _read_lines(lines, is_markdown)
    ]


def _is_running_head(text: str, symbol: str) -> bool:
    """A page number, or a short line with the document's own symbol at one end and no sentence end."""
    if _PAGE_MARK.fullmatch(text):
        return True
    at_end = bool(symbol) and (text.startswith(symbol) or text.endswith(symbol))
    return at_end and len(text.split()) <= _HEAD_WORDS and not _ENDED.search(text)


def _is_masthead(text: str) -> bool:
    return (text.startswith("United Nations") and len(text.split()) <= 4) or " Distr.: " in f" {text} "


def _read_lines(lines: Block, is_markdown: bool) -> list[Paragraph]:
    """One paragraph: a heading, a numbered or listed item, or body text."""
    text = join_lines(lines)
    if is_markdown and (match := _HEADING.match(text)):
        plain, _ = strip_emphasis(match.group(2))
        return [replace(_draft("heading", plain), level=len(match.group(1)))]
    label, text = _take_label(text)
    kind: ParagraphKind = "list_item" if label and not label[0].isdigit() else "body"
    plain, italics = strip_emphasis(text) if is_markdown else (text, ())
    if kind == "body" and label is None and len(lines) == 1 and _looks_like_heading(plain):
        kind = "heading"
    return [
        Paragraph("", "", 0, None, kind, label if label not in ("-", "*", "•", "–") else None, plain, italics=italics)
    ]


def _take_label(text: str) -> tuple[str | None, str]:
    match = _NUMBER.match(text) or _ITEM.match(text)
    if match is None:
        return None, text
    return match.group(1) or match.group(2), text[match.end() :]


def _looks_like_heading(text: str) -> bool:
    """A short line with a capital at its beginning and no sign at its end."""
    words = text.split()
    if not words or words[-1] in _LINKING or re.search(r"[,;:.][”\"]?\s?\d{1,3}$", text):
        return False
    return len(words) <= _HEADING_WORDS and text[0].isupper() and text[-1].isalnum() and len(text) > 2


def strip_emphasis(text: str) -> tuple[str, tuple[Span, ...]]:
    """The text without Markdown's signs of emphasis, and the stretches that were italic."""
    parts: list[str] = []
    spans: list[Span] = []
    position = length = 0
    for match in _EMPHASIS.finditer(text):
        before, inner = text[position : match.start()], match.group(2)
        parts += [before, inner]
        length += len(before)
        if len(match.group(1)) != 2:
            spans.append(Span(length, length + len(inner)))
        length += len(inner)
        position = match.end()
    return "".join([*parts, text[position:]]), tuple(spans)


def _read_table(block: Block, number: int) -> list[Paragraph]:
    rows = [line for line in block if not _TABLE_RULE.match(line)]
    cells = []
    for row, line in enumerate(rows):
        for column, text in enumerate(re.split(r"(?<!\\)\|", line.strip().strip("|"))):
            plain, italics = strip_emphasis(text.strip().replace("\\|", "|"))
            cells.append(
                Paragraph("", "", 0, None, "table_cell", None, plain, italics=italics, cell=Cell(number, row, column))
            )
    return cells


def _draft(kind: ParagraphKind, text: str, label: str | None = None) -> Paragraph:
    return Paragraph("", "", 0, None, kind, label, text)
