"""A first case.toml from a folder of documents: what can be read from them, and guesses marked as such."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.engine import run_over
from pipeline.errors import ClausetraceError
from pipeline.records import DateBasis, DocumentKind, Role
from pipeline.run.line import make_limits
from pipeline.settings import load_settings

_SUFFIXES = (".pdf", ".docx", ".doc", ".odt", ".rtf", ".html", ".htm", ".txt", ".md", ".png", ".jpg", ".jpeg", ".tif")
_REVIEW = "universal periodic review"
_KINDS: tuple[tuple[str, DocumentKind], ...] = (
    (r"/RES/|\bresolution\b", "resolution"),
    (r"/L\.\d", "draft"),
    (r"/WG\.6/\d+/[A-Z]{3}/3|/NGO/|\bsubmission\b", "submission"),
    (r"\bposition\b|\bpolicy paper\b|\bbriefing\b", "position_paper"),
    (r"\bpress release\b", "press"),
    (r"\bstatement\b", "statement"),
)
_BODIES = (("A/HRC/", "Human Rights Council"), ("A/RES/", "General Assembly"), ("S/RES/", "Security Council"))
_HEAD = """# Drafted by `clausetrace new` from the documents in this folder. Read it line by line before the first run:
# what is marked GUESS was guessed, what is marked FILL IN could not be read. Roles: target (exactly one, whose clauses
# are explained), base (earlier texts of its series), sister (parallel texts of other organs), claimant (whose
# influence is examined), rival (everybody else), background, placebo (papers that cannot have shaped the target: of
# the claimant's kind, about other countries, dated before `tabled`; at least 19), late (after `tabled`).

[case]
id = {id}
title = {title}  # GUESS: the target's title
tabled = {tabled}  # GUESS: {why}; put the day on which the first public draft lay on the table
{adopted}mask = []  # FILL IN: names of the country, its people, and the organisations of the case
"""
_TAIL = """
# Subjects of the case, matched by lemma:
# [[theme]]
# id = "prison-system"
# label = "Prison system"
# cues = ["prison", "place of detention"]

# Public statements to be checked against the evidence:
# [[claim]]
# id = "first"
# text = "The resolution is the first to ..."
# clauses = ["2(g)"]
"""


@dataclass(frozen=True, slots=True)
class _Draft:
    """What is known of a document before a person has looked at it."""

    file: Path
    symbol: str = ""
    title: str = ""
    date: str = ""
    date_basis: DateBasis | str = ""
    language: str = ""
    kind: DocumentKind = "report"
    problem: str = ""
    role: Role = "rival"
    why: str = ""


def draft_case(folder: Path, tell: Callable[[int, int], None] = lambda done, total: None) -> Path:
    """Write folder/case.toml from the documents in folder/documents (or in the folder itself); return its path.

    Raises ClausetraceError when there is a case file already, or no document.
    """
    path = folder / "case.toml"
    if path.exists():
        raise ClausetraceError(
            f"{path}: there is a case file already, and it is never overwritten; move it away first."
        )
    files = list_documents(folder)
    if not files:
        raise ClausetraceError(f"{folder}: no documents are here; put them into {folder / 'documents'} and try again.")
    drafts = []
    for file, outcome in run_over(_read, files, limits=make_limits(load_settings())):
        drafts.append(_Draft(file, problem=f"{file.name}: {outcome}") if isinstance(outcome, Exception) else outcome)
        tell(len(drafts), len(files))
    text = _write(folder, guess_roles(drafts))
    with path.open("x", encoding="utf-8") as stream:
        stream.write(text)
    return path


def list_documents(folder: Path) -> list[Path]:
    """The files of the folder's documents/ (or of itself) whose names promise documents, in order of their names."""
    home = folder / "documents" if (folder / "documents").is_dir() else folder
    if not home.is_dir():
        raise ClausetraceError(f"{folder}: there is no such folder; make it, with the documents in it.")
    return sorted(file for file in home.rglob("*") if file.is_file() and file.suffix.lower() in _SUFFIXES)


def _read(file: Path) -> _Draft:
    from pipeline.ingest import read_document
    from pipeline.ingest.heads import read_masthead
    from pipeline.ingest.language import detect_language

    try:
        paragraphs = read_document(file, file.stem)
    except ClausetraceError as error:
        return _Draft(file, problem=str(error), kind=guess_kind(file.stem.replace("_", " ")))
    head = read_masthead(paragraphs, file.stem)
    title = head.title or next((row.text for row in paragraphs if row.kind == "heading"), "")
    kind = guess_kind(f"{head.symbol} {title}" if head.symbol else f"{title} {file.stem.replace('_', ' ')}")
    language = detect_language(paragraphs)
    return _Draft(file, head.symbol, title[:200], head.date, head.date_basis, language, kind)


def guess_kind(text: str) -> DocumentKind:
    """The kind that symbol, title or file name speak of; a report where they speak of none."""
    return next((kind for pattern, kind in _KINDS if re.search(pattern, text, re.IGNORECASE)), "report")


def guess_roles(drafts: Sequence[_Draft]) -> list[_Draft]:
    """A role for each: the latest resolution (or review report) is the target, the rest follows from it."""
    target = max(drafts, key=_rank_as_target)
    return [replace(draft, role=role, why=why) for draft in drafts for role, why in [_guess_role(draft, target)]]


def _rank_as_target(draft: _Draft) -> tuple[bool, int, str, str]:
    reviewed = _REVIEW in draft.title.lower() and "/WG.6/" not in draft.symbol
    rank = 3 if draft.kind == "resolution" else 2 if reviewed else 1 if draft.kind == "draft" else 0
    return not draft.problem, rank, draft.date, draft.file.name


def _guess_role(draft: _Draft, target: _Draft) -> tuple[Role, str]:
    if draft is target:
        return "target", "the latest resolution or review report"
    later = bool(draft.date and target.date) and draft.date > target.date
    same_sort = draft.kind == target.kind and draft.kind in ("resolution", "draft")
    reviewed = target.kind == "report" and _REVIEW in draft.title.lower() and "/WG.6/" not in draft.symbol
    if later:
        return "late", "dated after the target"
    if same_sort or reviewed:
        same = _body(draft) == _body(target)
        return ("base", "earlier text of the same organ") if same else ("sister", "text of another organ")
    if draft.kind == "draft":
        return "base", "a draft"
    if draft.kind == "submission" or not draft.symbol:
        return "claimant", "not a document of the United Nations" if not draft.symbol else "a submission"
    return "rival", "a document of the United Nations"


def _body(draft: _Draft) -> str:
    return re.split(r"RES/|\d", draft.symbol, maxsplit=1)[0]


def _write(folder: Path, drafts: Sequence[_Draft]) -> str:
    target = next(draft for draft in drafts if draft.role == "target")
    first = min((draft.date for draft in drafts if draft.kind == "draft" and draft.date), default="")
    tabled, why = (first, "the date of the draft") if first else (target.date, "the target's own date")
    head = _HEAD.format(
        id=_quote(folder.resolve().name or "case"),
        title=_quote(target.title or folder.resolve().name),
        tabled=_quote(tabled or "2000"),
        why=why if tabled else "no date was found",
        adopted=f"adopted = {_quote(target.date)}  # GUESS: the date printed on the target\n" if target.date else "",
    )
    order = ("target", "base", "sister", "claimant", "rival", "background", "placebo", "late")
    ranked = sorted(drafts, key=lambda draft: (order.index(draft.role), draft.date, draft.file.name))
    names = list(_name(ranked))
    blocks = [_write_source(folder, name, draft) for name, draft in zip(names, ranked, strict=True)]
    return head + "".join(blocks) + _TAIL


def _name(drafts: Sequence[_Draft]) -> Iterator[str]:
    """An id of its own for each: the symbol, else the file's name in plain letters."""
    used: set[str] = set()
    for draft in drafts:
        plain = re.sub(r"[^\w.-]+", "-", draft.file.stem).strip("-") or "document"
        wanted = draft.symbol if draft.symbol and draft.symbol not in used else plain
        name, number = wanted, 2
        while name in used:
            name, number = f"{wanted}-{number}", number + 1
        used.add(name)
        yield name


def _write_source(folder: Path, name: str, draft: _Draft) -> str:
    publisher = next((body for start, body in _BODIES if name.startswith(start)), "")
    basis = draft.date_basis or "user"
    rows = [
        ("id", name, "read" if name == draft.symbol else "from the file's name"),
        ("role", draft.role, f"GUESS: {draft.why}"),
        ("kind", draft.kind, "GUESS"),
        ("publisher", publisher, "GUESS: from the symbol" if publisher else "FILL IN"),
        ("title", draft.title, "read" if draft.title else "FILL IN"),
        ("date", draft.date, "read" if draft.date else "FILL IN: 2024-02-05, 2024-02 or 2024; empty: undated"),
        ("date_basis", basis, "printed, metadata, announced or user"),
        ("language", draft.language or "en", "told from its words" if draft.language else "GUESS"),
        ("path", draft.file.relative_to(folder).as_posix(), ""),
    ]  # fmt: skip
    problem = f"# NOT READ: {_plain(draft.problem)}\n" if draft.problem else ""
    lines = (f"{key} = {_quote(value)}{f'  # {note}' if note else ''}\n" for key, value, note in rows)
    return f"\n{problem}[[source]]\n{''.join(lines)}"


def _quote(text: str) -> str:
    """A TOML string; signs that cannot be seen are left out."""
    return json.dumps(_plain(text), ensure_ascii=False)


def _plain(text: str) -> str:
    return "".join(sign for sign in " ".join(text.split()) if sign.isprintable())
