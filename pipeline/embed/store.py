"""Vectors on disk, found again by model hash and text, shared by all cases on a machine."""

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from zlib import crc32

import numpy as np

from pipeline.embed.encoder import Encoder, Side, Vectors
from pipeline.errors import ClausetraceError

_SEAL = 4  # bytes
_CHUNK = 512  # texts encoded between two commits: what a killed run can lose


class VectorStore:
    """An encoder with a memory. One SQLite file; the key is sha256 over model hash, prompt side and text."""

    def __init__(self, encoder: Encoder, path: Path | None = None) -> None:
        """`path` defaults to vectors-2.sqlite in $CLAUSETRACE_CACHE, or in the user's cache folder."""
        self.encoder = encoder
        self.path = path or _default_path()

    def embed(self, texts: Sequence[str], side: Side, advance: Callable[[int], None] = lambda count: None) -> Vectors:
        """Unit vectors of n texts, n x dimensions; texts not seen before are encoded, each once.

        `advance` is told how many texts have become ready. Raises ClausetraceError when the file cannot be written.
        """
        keys = [self._make_key(text, side) for text in texts]
        with _open(self.path) as store:
            known = _fetch(store, set(keys))
            advance(sum(key in known for key in keys))
            missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
            ordered = sorted(missing.items(), key=lambda item: (len(item[1]), item[0]))  # like lengths pad least
            for start in range(0, len(ordered), _CHUNK):
                part = ordered[start : start + _CHUNK]
                vectors = self.encoder.encode([text for _, text in part], side)
                rows = [(key, vector.tobytes()) for (key, _), vector in zip(part, vectors, strict=True)]
                store.executemany("insert or replace into vectors values (?, ?)", [_seal(*row) for row in rows])
                store.commit()
                known |= dict(rows)
                advance(len(part))
        return (
            np.stack([np.frombuffer(known[key], dtype=np.float32) for key in keys])
            if keys
            else np.zeros((0, 0), np.float32)
        )

    def _make_key(self, text: str, side: Side) -> bytes:
        return hashlib.sha256(f"{self.encoder.sha256}\n{side}\n{text}".encode("utf-8", "replace")).digest()


def _default_path() -> Path:
    home = os.environ.get("CLAUSETRACE_CACHE") or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "clausetrace" / "vectors-2.sqlite"


@contextmanager
def _open(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path, timeout=60)) as store:
            store.execute("pragma journal_mode=wal")
            store.execute("create table if not exists vectors (key blob primary key, vector blob) without rowid")
            yield store
    except (OSError, sqlite3.Error) as error:
        raise ClausetraceError(
            f"{path}: cannot be used ({error}); delete it or free space, or point CLAUSETRACE_CACHE to another folder."
        ) from error


def _fetch(store: sqlite3.Connection, keys: set[bytes]) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    wanted = sorted(keys)
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        marks = ",".join("?" * len(part))
        for key, sealed in store.execute(f"select key, vector from vectors where key in ({marks})", part):
            if _seal(key, sealed[_SEAL:]) == (key, sealed):  # else it is damaged, and encoded again
                found[key] = sealed[_SEAL:]
    return found


def _seal(key: bytes, vector: bytes) -> tuple[bytes, bytes]:
    """The row as stored: a checksum over key and vector goes before the vector."""
    return key, crc32(key + vector).to_bytes(_SEAL, "big") + vector
