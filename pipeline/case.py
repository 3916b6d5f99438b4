"""case.toml becomes a Case, or a CaseError that says which line of thought is wrong and how to mend it."""

import re
import tomllib
from calendar import monthrange
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from pipeline.errors import CaseError
from pipeline.records import DateBasis, DocumentKind, Role, Source


def _as_iso(value: object) -> object:
    """TOML knows dates; a case may also give them in quotes."""
    return value.isoformat() if isinstance(value, date) else value


_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")
IsoText = Annotated[str, BeforeValidator(_as_iso)]


_HIDDEN = r"\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069"  # control signs and those that turn the direction of writing
Id = Annotated[str, Field(pattern=rf"^[^\s{_HIDDEN}][^{_HIDDEN}]*$")]
Cue = Annotated[str, Field(pattern=r"\w")]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Head(_Entry):
    id: str = Field(min_length=1)
    title: str = ""
    tabled: IsoText
    adopted: IsoText = ""
    significance: float = Field(default=0.05, gt=0, lt=1)
    mask: tuple[str, ...] = ()


class _SourceEntry(_Entry):
    id: Id
    role: Role
    kind: DocumentKind
    publisher: str = ""
    title: str = ""
    date: IsoText = ""
    date_basis: DateBasis = "user"
    language: str = "en"
    path: str = ""
    url: str = ""
    sha256: str = ""
    licence: str = ""


class Theme(_Entry):
    """A subject of the case; `cues` are words and phrases, matched by lemma."""

    id: Id
    label: str
    cues: tuple[Cue, ...]


class Claim(_Entry):
    """A public statement to be checked against the evidence."""

    id: str
    text: str
    clauses: tuple[str, ...] = ()


class _CaseFile(_Entry):
    case: _Head
    source: tuple[_SourceEntry, ...]
    theme: tuple[Theme, ...] = ()
    claim: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """A validated case: its folder, dates, sources with files found, themes and claims."""

    folder: Path
    out: Path  # holds work/ and reports/; the case folder itself unless --out says otherwise
    id: str
    title: str
    tabled: date
    adopted: date | None
    significance: float
    mask: tuple[str, ...]
    sources: tuple[Source, ...]
    files: dict[str, Path]  # source id -> file, resolved
    themes: tuple[Theme, ...]
    claims: tuple[Claim, ...]
    digests: dict[str, str] = field(default_factory=dict)  # source id -> sha256 that the case file names

    @property
    def target(self) -> Source:
        return next(source for source in self.sources if source.role == "target")

    def sources_as(self, *roles: Role) -> tuple[Source, ...]:
        """The sources that have one of the roles, in the order of the case file."""
        return tuple(source for source in self.sources if source.role in roles)


def load_case(folder: Path, roots: tuple[Path, ...] = (), out: Path | None = None) -> Case:
    """Read `folder`/case.toml (or the file itself) and check it.

    `roots` are folders outside the case folder in which documents may lie: where their paths lead, or under their
    names. Raises CaseError: file missing or not TOML, unknown key, role or kind, bad date, duplicate id, no target or
    several, a path outside the case folder and the roots. A document that is merely missing is not refused here: it
    becomes a problem when it is read.
    """
    path = folder if folder.suffix == ".toml" else folder / "case.toml"
    parsed = _parse(path)
    _check_ids(path, parsed)
    head, home = parsed.case, resolve_folder(path.parent)
    tabled, _ = _date_limits(path, "tabled", head.tabled)
    adopted = _date_limits(path, "adopted", head.adopted)[1] if head.adopted else None
    if adopted and adopted < tabled:
        raise CaseError(f"{path}: adopted ({adopted}) lies before tabled ({tabled}); mend the dates.")
    files = {entry.id: _locate(path, home, entry, roots) for entry in parsed.source}
    _refuse_twins(path, files)
    return Case(
        folder=home,
        out=resolve_folder(out or home),
        id=head.id,
        title=head.title or head.id,
        tabled=tabled,
        adopted=adopted,
        significance=head.significance,
        mask=head.mask,
        sources=tuple(_make_source(path, entry) for entry in parsed.source),
        files=files,
        themes=parsed.theme,
        claims=parsed.claim,
        digests={entry.id: entry.sha256 for entry in parsed.source if entry.sha256},
    )


def date_limits(text: str) -> tuple[date, date] | None:
    """The first and last day that "2024-04-04", "2024-04" or "2024" allows; None when empty.

    Raises ValueError when the text is none of the three.
    """
    if not text:
        return None
    if not _DATE.fullmatch(text):
        raise ValueError(text)
    parts = [int(part) for part in text.split("-")]
    if len(parts) == 3:
        day = date(*parts)
        return day, day
    if len(parts) == 2:
        first = date(parts[0], parts[1], 1)
        return first, first.replace(day=monthrange(*parts)[1])
    return date(parts[0], 1, 1), date(parts[0], 12, 31)


def _parse(path: Path) -> _CaseFile:
    if not path.is_file():
        raise CaseError(f"{path}: there is no case file here; give the folder that holds case.toml.")
    try:
        return _CaseFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CaseError(f"{path}: not a valid TOML file ({error}); mend the line it names.") from error
    except ValidationError as error:
        raise CaseError(f"{path}: {_describe(error)}") from error


def _describe(error: ValidationError) -> str:
    """The first complaint, with the place in the file and what is accepted there."""
    first = error.errors()[0]
    place = ".".join(str(part + 1) if isinstance(part, int) else part for part in first["loc"]) or "the file"
    given = first.get("input")
    shown = f" (it says {given!r})" if isinstance(given, str | int | float) else ""
    return f"{place}: {first['msg'][0].lower()}{first['msg'][1:]}{shown}; change it and run again."


def _check_ids(path: Path, parsed: _CaseFile) -> None:
    for kind, ids in (
        ("source", [entry.id for entry in parsed.source]),
        ("theme", [theme.id for theme in parsed.theme]),
        ("claim", [claim.id for claim in parsed.claim]),
    ):
        double = [name for name, count in Counter(ids).items() if count > 1]
        if double:
            raise CaseError(f"{path}: the {kind} id {double[0]!r} stands twice; give every {kind} an id of its own.")
    targets = [entry.id for entry in parsed.source if entry.role == "target"]
    if len(targets) != 1:
        found = " and ".join(targets) or "none"
        raise CaseError(f"{path}: a case needs exactly one source with role target (found: {found}); mend the roles.")


def _date_limits(path: Path, key: str, text: str) -> tuple[date, date]:
    try:
        limits = date_limits(text)
    except ValueError:
        limits = None
    if limits is None:
        raise CaseError(f"{path}: {key} = {text!r} is no date; write it as 2024-04-04 (or 2024-04, or 2024).")
    return limits


def _make_source(path: Path, entry: _SourceEntry) -> Source:
    if entry.date:
        _date_limits(path, f"date of {entry.id}", entry.date)
    fields = entry.model_dump(exclude={"sha256"})
    return Source(**fields)


def resolve_folder(folder: Path) -> Path:
    """The folder without links; raises CaseError when a link leads back to itself."""
    try:
        return folder.resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise CaseError(f"{folder}: this folder cannot be followed ({error}); name another.") from error


def _refuse_twins(path: Path, files: dict[str, Path]) -> None:
    """No file may stand for two documents: it would count twice, or prove itself."""
    owners: dict[Path, str] = {}
    for name, file in files.items():
        if file in owners:
            raise CaseError(f"{path}: {owners[file]} and {name} name the same file {file.name}; keep one of them.")
        owners[file] = name


def _locate(path: Path, home: Path, entry: _SourceEntry, roots: tuple[Path, ...]) -> Path:
    """The document's file. Links are followed first, so that none leads out of the allowed folders."""
    if not entry.path:
        return home / "documents" / entry.id.replace("/", "_")
    try:
        file = (home / entry.path).resolve()
        file.exists()  # a name too long, or a link that leads back to itself, shows here
    except (OSError, RuntimeError, ValueError) as error:
        raise CaseError(f"{path}: the path of {entry.id} cannot be followed ({error}); mend it.") from error
    allowed = (home, *(resolve_folder(root) for root in roots))
    if not file.exists():  # the same document may lie in one of the folders that --root names, under its name
        file = next((found for root in allowed[1:] if (found := (root / file.name).resolve()).is_file()), file)
    if not any(file.is_relative_to(root) for root in allowed):
        raise CaseError(
            f"{path}: the document of {entry.id} ({entry.path}) lies outside the case folder;"
            " move it inside or allow its folder with --root."
        )
    return file
