"""Vectors on disk, found again by model hash and text, shared by all cases on a machine."""

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol
from zlib import crc32

import numpy as np

from pipeline.embed.encoder import Encoder, Side, Vectors
from pipeline.errors import ClausetraceError
from pipeline.weights import find_cache
from pipeline.words import content_stems, split_words

_SEAL = 4  # bytes
_CHUNK = 512  # texts encoded between two commits: what a killed run can lose
_Keyed = tuple[bytes, str]
_Rows = dict[str, list[tuple[bytes, bytes]]]  # by table: key and vectors


class EncodeChunks(Protocol):
    """Encodes chunks of texts: yields, in any order, a chunk's place and vectors, with those of words when `worded`."""

    def __call__(
        self, chunks: Sequence[Sequence[str]], side: Side, worded: bool
    ) -> Iterator[tuple[int, Vectors, list[Vectors]]]: ...


def encode_chunk(encoder: Encoder, texts: Sequence[str], side: Side, worded: bool) -> tuple[Vectors, list[Vectors]]:
    """Unit vectors of the texts and, when `worded`, of their content words."""
    return encoder.encode_words(texts, side) if worded else (encoder.encode(texts, side), [])


class VectorStore:
    """An encoder with a memory. One SQLite file; the key is sha256 over model hash, prompt side and text."""

    def __init__(self, encoder: Encoder, path: Path | None = None, encode: EncodeChunks | None = None) -> None:
        """`path` defaults to vectors-2.sqlite in $CLAUSETRACE_CACHE, or in the user's cache folder.

        `encode` encodes chunks elsewhere than in this process.
        """
        self.encoder = encoder
        self.encode = encode or self._encode_here
        self.path = path or _default_path()

    @property
    def model(self) -> str:
        """The name of the encoder."""
        return self.encoder.name

    def embed(self, texts: Sequence[str], side: Side, advance: Callable[[int], None] = lambda count: None) -> Vectors:
        """Unit vectors of n texts, n x dimensions; texts not seen before are encoded, each once.

        `advance` is told how many texts have become ready. Raises ClausetraceError when the file cannot be written.
        """
        keys = [self._make_key(text, side) for text in texts]
        known = self._remember("vectors", keys, texts, side, advance)
        return (
            np.stack([np.frombuffer(known[key], dtype=np.float32) for key in keys])
            if keys
            else np.zeros((0, 0), np.float32)
        )

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

    def _remember(
        self,
        table: str,
        keys: Sequence[bytes],
        texts: Sequence[str],
        side: Side,
        advance: Callable[[int], None],
    ) -> dict[bytes, bytes]:
        """The rows of `table` under these keys; what is missing is encoded, like lengths together, and written."""
        with _open(self.path) as store:
            known = _fetch(store, table, set(keys))
            advance(sum(key in known for key in keys))
            missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
            ordered = sorted(missing.items(), key=lambda item: (len(item[1]), item[0]))  # like lengths pad least
            parts = [ordered[start : start + _CHUNK] for start in range(0, len(ordered), _CHUNK)]
            chunks = [[text for _, text in part] for part in parts]
            for place, whole, words in self.encode(chunks, side, table == "words"):
                part = parts[place]
                found = self._make_rows(part, side, whole, words)
                for name, rows in found.items():
                    store.executemany(f"insert or replace into {name} values (?, ?)", [_seal(*row) for row in rows])
                store.commit()
                known |= dict(found[table])
                advance(len(part))
        return known

    def _make_rows(self, part: Sequence[_Keyed], side: Side, whole: Vectors, words: list[Vectors]) -> _Rows:
        plain = [self._make_key(text, side) for _, text in part]
        rows = {"vectors": [(key, row.tobytes()) for key, row in zip(plain, whole, strict=True)]}
        if words:
            rows["words"] = [(key, row.astype(np.float16).tobytes()) for (key, _), row in zip(part, words, strict=True)]
        return rows

    def _encode_here(
        self, chunks: Sequence[Sequence[str]], side: Side, worded: bool
    ) -> Iterator[tuple[int, Vectors, list[Vectors]]]:
        for place, texts in enumerate(chunks):
            yield place, *encode_chunk(self.encoder, texts, side, worded)

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
        with closing(sqlite3.connect(path, timeout=60)) as store:
            store.execute("pragma journal_mode=wal")
            for table in ("vectors", "words"):
                store.execute(f"create table if not exists {table} (key blob primary key, vector blob) without rowid")
            yield store
    except (OSError, sqlite3.Error) as error:
        raise ClausetraceError(
            f"{path}: cannot be used ({error}); delete it or free space, or point CLAUSETRACE_CACHE to another folder."
        ) from error


def _fetch(store: sqlite3.Connection, table: str, keys: set[bytes]) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    wanted = sorted(keys)
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        marks = ",".join("?" * len(part))
        for key, sealed in store.execute(f"select key, vector from {table} where key in ({marks})", part):
            if _seal(key, sealed[_SEAL:]) == (key, sealed):  # else it is damaged, and encoded again
                found[key] = sealed[_SEAL:]
    return found


def _seal(key: bytes, vector: bytes) -> tuple[bytes, bytes]:
    """The row as stored: a checksum over key and vector goes before the vector."""
    return key, crc32(key + vector).to_bytes(_SEAL, "big") + vector
