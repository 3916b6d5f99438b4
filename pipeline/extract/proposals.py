"""Proposed wordings: amendment tables (current text | proposed text | justification), wordings set out in prose, and
passages with tracked changes or struck words.

The layout is the one of amendments tabled in parliaments and copied by position papers: a head row that names the
columns, then a row an amendment. The columns are found by their heads; without heads, by how alike the cells are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

from pipeline.extract.lexicons import load_words
from pipeline.records import Paragraph
from pipeline.words import list_words, split_words

ALIKE = 0.5  # share of words two cells must have in common to be two wordings of one passage
DELETION_WORDS = 6  # at most, with the number of what is deleted
FEWEST_WORDS = 3  # of a wording that has no current text beside it
FEWEST_CHANGED = 2  # words struck or inserted that make a passage a proposal
HEAD_WORDS = 12  # a head cell is a short phrase


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed wording as the paragraphs (or parts of them) that print it, and the text that it changes."""

    proposed: tuple[Paragraph, ...]
    base_text: str
    added: str
    removed: str


def find_proposals(paragraphs: Sequence[Paragraph]) -> tuple[list[Proposal], set[str]]:
    """The proposals of a document in reading order, and the ids of all paragraphs of their tables."""
    proposals: list[Proposal] = []
    used: set[str] = set()
    for table in _split_tables(paragraphs):
        found, taken = _read_table(table)
        proposals += found
        used |= taken
    blocks, taken = _read_blocks([p for p in paragraphs if p.id not in used and p.cell is None])
    proposals += blocks
    used |= taken
    marked = [p for p in paragraphs if p.id not in used and is_marked_up(p)]
    proposals += [proposal for p in marked for proposal in _make_proposal((p,), ())]
    return sorted(proposals, key=lambda proposal: proposal.proposed[0].order), used | {p.id for p in marked}


def is_marked_up(paragraph: Paragraph) -> bool:
    """Does a paragraph show words taken out or put in? A slip of the pen that was tracked is none."""
    if not (paragraph.deleted or paragraph.inserted) or paragraph.kind not in ("body", "list_item", "table_cell"):
        return False
    inserted = sum(len(list_words(paragraph.text[span.start : span.end])) for span in paragraph.inserted)
    deleted = sum(len(list_words(deletion.text)) for deletion in paragraph.deleted)
    return inserted + deleted >= FEWEST_CHANGED and len(list_words(paragraph.text)) > inserted


def restore_text(paragraph: Paragraph) -> str:
    """The paragraph as it read before its changes: insertions out, deletions back."""
    text = paragraph.text
    changes = [(deletion.at, deletion.at, deletion.text) for deletion in paragraph.deleted]
    changes += [(span.start, span.end, "") for span in paragraph.inserted]
    for start, end, words in sorted(changes, reverse=True):
        text = text[:start] + words + text[end:]
    return " ".join(text.split())


def diff_words(current: str, proposed: str) -> tuple[str, str]:
    """The words added and the words removed, as printed, runs parted by " … "."""
    old, new = split_words(current), split_words(proposed)
    matcher = SequenceMatcher(None, [t.word for t in old], [t.word for t in new], autojunk=False)
    added, removed = [], []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal" and j2 > j1:
            added.append(proposed[new[j1].start : new[j2 - 1].end])
        if tag != "equal" and i2 > i1:
            removed.append(current[old[i1].start : old[i2 - 1].end])
    return " … ".join(added), " … ".join(removed)


def _split_tables(paragraphs: Iterable[Paragraph]) -> list[list[Paragraph]]:
    cells = sorted((p for p in paragraphs if p.cell), key=lambda p: (p.cell.table if p.cell else 0, p.order))
    return [list(group) for _, group in groupby(cells, key=lambda p: p.cell.table if p.cell else 0)]


Row = dict[int, tuple[Paragraph, ...]]  # column -> the paragraphs of that cell


def _split_rows(table: Sequence[Paragraph]) -> list[Row]:
    rows: dict[int, dict[int, list[Paragraph]]] = {}
    for paragraph in table:
        if paragraph.cell and (paragraph.text.strip() or paragraph.deleted):
            rows.setdefault(paragraph.cell.row, {}).setdefault(paragraph.cell.column, []).append(paragraph)
    return [{column: tuple(cell) for column, cell in sorted(row.items())} for _, row in sorted(rows.items())]


def _read_table(table: Sequence[Paragraph]) -> tuple[list[Proposal], set[str]]:
    rows = _split_rows(table)
    columns = _guess_columns(rows)
    proposals: list[Proposal] = []
    is_amendments = columns is not None
    for row in rows:
        heads = _read_head(row)
        if heads is not None:
            columns, is_amendments = heads, True
        elif columns is not None:
            proposals += _make_proposal(row.get(columns[1], ()), row.get(columns[0], ()))
    return proposals, {p.id for p in table} if is_amendments else set()


def _read_head(row: Row) -> tuple[int, int] | None:
    """The columns of the current and of the proposed text, when the row is a head row that names them."""
    kinds = {column: classify_head(join_texts(cell)) for column, cell in row.items()}
    current = [column for column, kind in kinds.items() if kind == "current"]
    proposed = [column for column, kind in kinds.items() if kind == "proposed"]
    if not proposed:
        return None
    return (current[0] if current else -1, proposed[0]) if len(row) > 1 else None


def classify_head(text: str) -> str:
    """ "current" or "proposed" for the head of such a column (or of such a block of prose), else ""."""
    phrase = " ".join(list_words(text))
    if not phrase or len(phrase.split()) > HEAD_WORDS or text.rstrip().endswith((".", ";")):
        return ""
    if any(_has_phrase(phrase, cue) for cue in load_words("current_text_heads")):
        return "current"
    if any(_has_phrase(phrase, cue) for cue in load_words("proposed_text_heads")):
        return "proposed"
    return ""


def _has_phrase(phrase: str, cue: str) -> bool:
    return f" {cue} " in f" {phrase} "


def _guess_columns(rows: Sequence[Row]) -> tuple[int, int] | None:
    """The first two columns, when most rows without heads hold two nearly equal wordings there."""
    pairs = [row for row in rows if 0 in row and 1 in row and len(join_texts(row[0]).split()) >= 8]
    alike = [row for row in pairs if share_words(join_texts(row[0]), join_texts(row[1])) >= ALIKE]
    return (0, 1) if pairs and len(alike) > len(rows) / 2 else None


def share_words(text: str, other: str) -> float:
    """Share of words in common, in order, 0..1."""
    return SequenceMatcher(None, list_words(text), list_words(other), autojunk=False).ratio()


def join_texts(paragraphs: Sequence[Paragraph]) -> str:
    """The paragraphs' texts as they read one after the other."""
    return " ".join(p.text for p in paragraphs)


def _make_proposal(proposed: tuple[Paragraph, ...], current: tuple[Paragraph, ...]) -> list[Proposal]:
    """One proposal, or none where nothing is proposed or nothing changed."""
    if not proposed:
        return []
    new, old = join_texts(proposed), " ".join(restore_text(p) for p in current)
    if not current and any(map(is_marked_up, proposed)):
        old = " ".join(restore_text(p) for p in proposed)
    if not new.strip():
        return [Proposal(current, old, "", old)] if old else []  # all of it is struck
    if _says_delete(new):
        return [Proposal(proposed, old, "", old)] if old else []
    if not old and len(list_words(new)) < FEWEST_WORDS:
        return []  # a heading between the rows
    added, removed = diff_words(old, new)
    return [Proposal(proposed, old, added, removed)] if added or removed else []


def _says_delete(text: str) -> bool:
    """ "Deleted", "Art. 7 (1) deleted": a few words, one of them of deletion."""
    words = set(list_words(text))
    return len(words) <= DELETION_WORDS and not words.isdisjoint(load_words("deletion_words"))


def _read_blocks(paragraphs: Sequence[Paragraph]) -> tuple[list[Proposal], set[str]]:
    """Wordings in prose: a line "Current text" and what it says, a line "Proposed text" and what it says."""
    proposals: list[Proposal] = []
    used: set[str] = set()
    heads = [(i, kind) for i, p in enumerate(paragraphs) if (kind := _classify_line(p))]
    current: tuple[Paragraph, ...] = ()
    for i, kind in heads:
        block = _take_block(paragraphs, i + 1)
        if kind == "current":
            current = block
        elif kind == "proposed":
            proposals += _make_proposal(block, current)
            current = ()
        else:
            proposals += _split_pair(block)
        used |= {p.id for p in (paragraphs[i], *block)} if block else set()
    return proposals, used


def _classify_line(paragraph: Paragraph) -> str:
    """ "current", "proposed" or "both" (a head line of two columns that were read one after the other)."""
    if paragraph.kind not in ("heading", "body") or len(words := list_words(paragraph.text)) > HEAD_WORDS:
        return ""
    phrase = " ".join(words)
    is_current = any(_has_phrase(phrase, cue) for cue in load_words("current_text_heads"))
    is_proposed = any(_has_phrase(phrase, cue) for cue in load_words("proposed_text_heads"))
    if is_current and is_proposed:
        return "both"
    if paragraph.kind == "heading" or paragraph.text.rstrip().endswith(":"):
        return classify_head(paragraph.text.rstrip(" :")) if phrase in _exact_heads() else ""
    return ""


def _exact_heads() -> frozenset[str]:
    """In prose the line must be the cue and nothing else: "Amendment 12" opens a section, not a wording."""
    return load_words("current_text_heads") | load_words("proposed_text_heads")


def _take_block(paragraphs: Sequence[Paragraph], start: int) -> tuple[Paragraph, ...]:
    block = []
    for paragraph in paragraphs[start:]:
        opening = " ".join(list_words(paragraph.text)[:2])
        is_stop = any(opening.startswith(cue) for cue in load_words("proposal_ends"))
        if paragraph.kind in ("heading", "masthead") or is_stop or _classify_line(paragraph):
            break
        if paragraph.kind in ("body", "list_item"):
            block.append(paragraph)
    return tuple(block)


def _split_pair(block: tuple[Paragraph, ...]) -> list[Proposal]:
    """Two columns read one after the other: cut where the two sides are most alike."""
    if len(block) < 2:
        return _make_proposal(block, ())
    likeness = [share_words(join_texts(block[:k]), join_texts(block[k:])) for k in range(1, min(len(block), 20))]
    best = max(range(len(likeness)), key=likeness.__getitem__)
    cut = best + 1 if likeness[best] >= ALIKE / 2 else len(block) // 2
    return _make_proposal(block[cut:], block[:cut])
