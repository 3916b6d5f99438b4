"""Vectors on disk, found again by model hash and text, shared by all cases on a machine."""

import hashlib
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic, sleep
from types import MappingProxyType
from typing import Any
from zlib import crc32

import numpy as np

from pipeline.embed.encoder import Encoder, Side, Vectors
from pipeline.errors import ClausetraceError
from pipeline.weights import find_cache
from pipeline.words import content_stems, split_words

_SEAL = 4  # bytes
_CHUNKS = {"vectors": 2_048, "words": 512}  # texts encoded between two commits, what a killed run can lose; by table
_ASKED = 500  # keys in one question
_PATIENCE = 60.0  # seconds, for other processes that use the file
_HELD = 10_000  # vectors of texts that stay in memory: those of a target are asked for with every document
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_PROTOCOL)  # others have the file
_Keyed = tuple[bytes, str]
_Rows = dict[str, list[tuple[bytes, bytes]]]  # by table: key and vectors


class VectorStore:
    """An encoder with a memory. One SQLite file; the key is sha256 over model hash, prompt side and text."""

    def __init__(self, encoder: Encoder, path: Path | None = None) -> None:
        """`path` defaults to vectors-2.sqlite in $CLAUSETRACE_CACHE, or in the user's cache folder."""
        self.encoder = encoder
        self.path = path or _default_path()
        self._held: dict[bytes, bytes] = {}  # rows of whole texts

    @property
    def model(self) -> str:
        """The name of the encoder."""
        return self.encoder.name

    def embed(self, texts: Sequence[str], side: Side, advance: Callable[[int], None] = lambda count: None) -> Vectors:
        """Unit vectors of n texts, n x dimensions; texts not seen before are encoded, each once.

        `advance` is told how many texts have become ready. Raises ClausetraceError when the file cannot be written.
        """
        if not texts:
            return np.zeros((0, 0), np.float32)
        keys = [self._make_key(text, side) for text in texts]
        known = self._remember("vectors", keys, texts, side, advance, self._held)
        self._hold(known)
        return np.frombuffer(b"".join([known[key] for key in keys]), dtype=np.float32).reshape(len(keys), -1)

    def _hold(self, rows: dict[bytes, bytes]) -> None:
        if len(self._held) + len(rows) > _HELD:
            self._held.clear()
        if len(rows) <= _HELD:
            self._held |= rows

    def embed_words(
        self, texts: Sequence[str], side: Side, advance: Callable[[int], None] = lambda count: None
    ) -> list[Vectors]:
        """For each text the unit vectors of its content words, words x dimensions (see `Encoder.encode_words`).

        Kept in half precision, which moves a cosine by less than 0.001. The vectors of the whole texts, which come
        with them, are kept as well. Raises ClausetraceError when the file cannot be written.
        """
        keys = [self._make_key(text, side, _list_places(text)) for text in texts]
        known = self._remember("words", keys, texts, side, advance)
        counts = [len(content_stems(text)) for text in texts]
        return [
            np.frombuffer(known[key], dtype=np.float16).astype(np.float32).reshape(count, -1 if count else 0)
            for key, count in zip(keys, counts, strict=True)
        ]

    def fill(
        self, texts: Sequence[str], side: Side, worded: bool, advance: Callable[[int], None] = lambda count: None
    ) -> None:
        """Encode the texts not seen before, with their words when `worded`, and hold none of the vectors in memory."""
        table = "words" if worded else "vectors"
        keys = {self._make_key(text, side, _list_places(text) if worded else ""): text for text in texts}
        with _open(self.path) as store:
            known = {key for key, _ in _select(store, table, "length(vector)", keys)}
            advance(len(texts) - len(keys) + len(known))
            missing = {key: text for key, text in keys.items() if key not in known}
            for _ in self._encode(store, table, missing, side, advance):
                pass

    def _remember(
        self,
        table: str,
        keys: Sequence[bytes],
        texts: Sequence[str],
        side: Side,
        advance: Callable[[int], None],
        held: Mapping[bytes, bytes] = MappingProxyType({}),
    ) -> dict[bytes, bytes]:
        """The rows of `table` under these keys, some of them `held`; what is missing is encoded and written."""
        known = {key: held[key] for key in keys if key in held}
        wanted = set(keys) - known.keys()
        if not wanted:
            advance(len(keys))
            return known
        with _open(self.path) as store:
            known |= _fetch(store, table, wanted)
            advance(sum(key in known for key in keys))
            missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
            for rows in self._encode(store, table, missing, side, advance):
                known |= dict(rows[table])
        return known

    def _encode(
        self,
        store: sqlite3.Connection,
        table: str,
        missing: Mapping[bytes, str],
        side: Side,
        advance: Callable[[int], None],
    ) -> Iterator[_Rows]:
        """Encode texts, like lengths together, and write their rows, chunk by chunk."""
        ordered = sorted(missing.items(), key=lambda item: (len(item[1]), item[0]))  # like lengths pad least
        for start in range(0, len(ordered), _CHUNKS[table]):
            part = ordered[start : start + _CHUNKS[table]]
            texts = [text for _, text in part]
            encoder = self.encoder
            found = encoder.encode_words(texts, side) if table == "words" else (encoder.encode(texts, side), [])
            rows = self._make_rows(part, side, *found)
            for name, sealed in rows.items():
                store.executemany(f"insert or replace into {name} values (?, ?)", [_seal(*row) for row in sealed])
            store.commit()
            yield rows
            advance(len(part))

    def _make_rows(self, part: Sequence[_Keyed], side: Side, whole: Vectors, words: list[Vectors]) -> _Rows:
        plain = [self._make_key(text, side) for _, text in part]
        rows = {"vectors": [(key, row.tobytes()) for key, row in zip(plain, whole, strict=True)]}
        if words:
            rows["words"] = [(key, row.astype(np.float16).tobytes()) for (key, _), row in zip(part, words, strict=True)]
        return rows

    def _make_key(self, text: str, side: Side, places: str = "") -> bytes:
        told = [self.encoder.sha256, side, *([places] if places else []), text]
        return hashlib.sha256("\n".join(told).encode("utf-8", "replace")).digest()


def _list_places(text: str) -> str:
    """Where the content words stand: another division into words needs other vectors."""
    return "words " + " ".join(f"{token.start}-{token.end}" for token in split_words(text) if token.is_content)


def _default_path() -> Path:
    return find_cache() / "vectors-2.sqlite"


@contextmanager
def _open(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _explain(path, error) from error
    try:
        with closing(sqlite3.connect(path, timeout=_PATIENCE)) as store:
            _write_ahead(store)
            for table in ("vectors", "words"):
                store.execute(f"create table if not exists {table} (key blob primary key, vector blob) without rowid")
            yield store
    except sqlite3.Error as error:
        raise _explain(path, error) from error


def _explain(path: Path, error: Exception) -> ClausetraceError:
    match getattr(error, "sqlite_errorcode", 0) & 0xFF:
        case code if code in _BUSY:
            advice = "another run is using it; let that go on or end it, and try again"
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            advice = "end other runs, delete it and the files named like it with -wal and -shm"
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            advice = "get the right to write to it and to its folder"
        case _:
            advice = "free space, or mend the folder"
    return ClausetraceError(
        f"{path}: cannot be used ({error}); {advice}, or point CLAUSETRACE_CACHE to a folder on a local disk."
    )


def _write_ahead(store: sqlite3.Connection) -> None:
    """Let readers and a writer use the file together (write-ahead log).

    SQLite does not wait where waiting could be a deadlock: of two processes that open a new file at once, one is told
    at once that it is locked. See https://www.sqlite.org/c3ref/busy_handler.html.
    """
    until = monotonic() + _PATIENCE
    while True:
        try:
            store.execute("pragma journal_mode=wal")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in _BUSY or monotonic() > until:
                raise
        sleep(0.01)


def _fetch(store: sqlite3.Connection, table: str, keys: Collection[bytes]) -> dict[bytes, bytes]:
    """The vectors under these keys, but those that are damaged: they are encoded again."""
    return {
        key: sealed[_SEAL:]
        for key, sealed in _select(store, table, "vector", keys)
        if isinstance(sealed, bytes) and _seal(key, sealed[_SEAL:]) == (key, sealed)
    }


def _select(store: sqlite3.Connection, table: str, column: str, keys: Collection[bytes]) -> Iterator[tuple[bytes, Any]]:
    wanted = sorted(keys)
    for start in range(0, len(wanted), _ASKED):
        part = wanted[start : start + _ASKED]
        marks = ",".join("?" * len(part))
        yield from store.execute(f"select key, {column} from {table} where key in ({marks})", part)


def _seal(key: bytes, vector: bytes) -> tuple[bytes, bytes]:
    """The row as stored: a checksum over key and vector goes before the vector."""
    return key, crc32(key + vector).to_bytes(_SEAL, "big") + vector
