"""Documents of a case come from their publishers: by symbol from the UN document service, else by the address given.

Only addresses that the case lists (or that follow from a symbol it lists) are asked for, politely and one at a time.
What came, from where and when, is written into documents.lock.toml beside case.toml.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from pipeline.case import Case
from pipeline.fetch.addresses import explain_by_hand, list_address
from pipeline.fetch.kinds import check_kind, tell_kind
from pipeline.fetch.lock import Entry, read_lock, write_lock
from pipeline.fetch.visit import Gone, Got, Unchanged, Visitor, download
from pipeline.records import Source
from pipeline.weights import hash_file

__all__ = ["LOCK_NAME", "Fetched", "Visitor", "fetch_case"]

LOCK_NAME = "documents.lock.toml"
Status = Literal["fetched", "unchanged", "kept", "missing", "differs"]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What became of one document; `problem` is one sentence, "" when all is well."""

    source: Source
    status: Status
    file: Path
    problem: str = ""


def fetch_case(
    case: Case, visitor: Visitor, today: date, tell: Callable[[int, int], None] = lambda done, total: None
) -> list[Fetched]:
    """Fetch the documents of a case that are not there, and ask whether those fetched before have changed.

    The lock is written after each document, so what was fetched stays when the next one fails. A file that is there
    is never overwritten. Raises ClausetraceError when the lock cannot be read.
    """
    path = case.folder / LOCK_NAME
    lock = read_lock(path)
    results = []
    for done, source in enumerate(case.sources, start=1):
        result, entry = _fetch_one(case, source, lock, visitor, today)
        if entry is not None and entry != lock.get(source.id):
            lock[source.id] = entry
            write_lock(path, lock)
        results.append(result)
        tell(done, len(case.sources))
    return results


def _fetch_one(
    case: Case, source: Source, lock: Mapping[str, Entry], visitor: Visitor, today: date
) -> tuple[Fetched, Entry | None]:
    """What became of a document, and its row of the lock when there is something new to note."""
    file, known = case.files[source.id], lock.get(source.id)
    if file.is_file():
        return _look_after(case, source, file, known, visitor, today)
    address = list_address(source)
    place = f"{source.id} ({source.role}) is missing"
    if not file.is_relative_to(case.folder):
        return Fetched(source, "missing", file, f"{place}: its path lies outside the case folder."), None
    if not address:
        why = f"{place}: the case file gives no address. {explain_by_hand(source, case.folder, file)}"
        return Fetched(source, "missing", file, why), None
    outcome = download(visitor, address, file, None)
    if isinstance(outcome, Gone):
        why = f"{place}: {outcome.why} {explain_by_hand(source, case.folder, file)}"
        return Fetched(source, "missing", file, why), None
    assert isinstance(outcome, Got)
    return _accept(case, source, outcome, lock, today)


def _accept(
    case: Case, source: Source, got: Got, lock: Mapping[str, Entry], today: date
) -> tuple[Fetched, Entry | None]:
    """Move what came to its place, when it is the document that was meant."""
    file = case.files[source.id]
    by_hand = explain_by_hand(source, case.folder, file)
    complaint = check_kind(got.part, file, source)
    if complaint:
        got.part.unlink()
        return Fetched(source, "missing", file, f"{source.id} ({source.role}) is missing: {complaint} {by_hand}"), None
    digest = hash_file(got.part)
    wanted, whose = _expected_hash(case, source, lock.get(source.id))
    if wanted and digest != wanted:
        kept = file.with_name(file.name + ".differs")
        got.part.replace(kept)
        why = (
            f"{source.id}: the document at {got.address} has sha256 {digest[:12]}…, {whose} names {wanted[:12]}…;"
            f" it was saved as {kept.name}: compare them, and change what {whose} says if the new one is right."
        )
        return Fetched(source, "differs", file, why), None
    twin = next((name for name, entry in lock.items() if entry.sha256 == digest and name != source.id), "")
    if twin:
        got.part.unlink()
        why = f"{source.id} ({source.role}) is missing: the site sent the same file as for {twin}. {by_hand}"
        return Fetched(source, "missing", file, why), None
    got.part.replace(file)
    return Fetched(source, "fetched", file), _note(case, file, digest, today, got)


def _look_after(
    case: Case, source: Source, file: Path, known: Entry | None, visitor: Visitor, today: date
) -> tuple[Fetched, Entry | None]:
    """A file that is there: is it the one meant, and has its publisher changed it since?"""
    digest = hash_file(file)
    wanted, whose = _expected_hash(case, source, known)
    if wanted and digest != wanted:
        why = (
            f"{source.id}: {file.name} has sha256 {digest[:12]}…, {whose} names {wanted[:12]}…;"
            f" delete the file to fetch it again, or change what {whose} says if this one is right."
        )
        return Fetched(source, "differs", file, why), None
    if known is None:
        return _take_over(case, source, file, digest, today)
    if not (known.address and (known.etag or known.last_modified)):
        return Fetched(source, "kept", file), None
    outcome = download(visitor, known.address, file, known)
    if isinstance(outcome, Unchanged):
        return Fetched(source, "unchanged", file), None
    if isinstance(outcome, Gone):  # we have the document; that the site is away today is no problem
        return Fetched(source, "kept", file), None
    return _compare(source, file, known, outcome)


def _take_over(case: Case, source: Source, file: Path, digest: str, today: date) -> tuple[Fetched, Entry | None]:
    """A file that a person saved is noted in the lock, unless it lies outside the case folder."""
    complaint = check_kind(file, file, source)
    if complaint:
        by_hand = explain_by_hand(source, case.folder, file)
        return Fetched(source, "differs", file, f"{source.id}: {file.name}: {complaint} {by_hand}"), None
    note = _note(case, file, digest, today, None) if file.is_relative_to(case.folder) else None
    return Fetched(source, "kept", file), note


def _compare(source: Source, file: Path, known: Entry, got: Got) -> tuple[Fetched, Entry | None]:
    """The publisher sent the document again: the same bytes under another tag, or another text?"""
    digest, html = hash_file(got.part), tell_kind(got.part) == "HTML" and known.kind != "HTML"
    if digest == known.sha256 or html:
        got.part.unlink()
        return Fetched(source, "unchanged" if digest == known.sha256 else "kept", file), None
    kept = file.with_name(file.name + ".differs")
    got.part.replace(kept)
    why = (
        f"{source.id}: the document at {got.address} has changed since it was fetched on {known.retrieved}"
        f" (sha256 now {digest[:12]}…, the lock names {known.sha256[:12]}…); {file.name} is kept and the new one saved"
        f" as {kept.name}: compare them; to use the new one, replace the file and delete its entry in {LOCK_NAME}."
    )
    return Fetched(source, "differs", file, why), None


def _expected_hash(case: Case, source: Source, known: Entry | None) -> tuple[str, str]:
    """The sha256 that a document must have, and who says so; "" where nobody does."""
    given = case.digests.get(source.id, "").lower()
    if given:
        return given, "case.toml"
    return (known.sha256, LOCK_NAME) if known else ("", "")


def _note(case: Case, file: Path, digest: str, today: date, got: Got | None) -> Entry:
    return Entry(
        path=file.relative_to(case.folder).as_posix(),
        sha256=digest,
        size=file.stat().st_size,
        kind=tell_kind(file),
        address=got.asked if got else "",
        final_address=got.address if got else "",
        etag=got.etag if got else "",
        last_modified=got.last_modified if got else "",
        retrieved=today.isoformat(),
        by_hand=got is None,
    )
