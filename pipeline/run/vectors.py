"""The texts of `embed` encoded on a cluster: chunks go there and vectors come back as files, not by the scheduler."""

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from pipeline.errors import ClausetraceError
from pipeline.run.line import Line, make_key
from pipeline.run.spread import copy_here, join_address, remove, spread_over
from pipeline.settings import EmbedSettings
from pipeline.tables import Address, write_bytes

if TYPE_CHECKING:
    from pipeline.embed import Encoder
    from pipeline.embed.encoder import Side, Vectors


@dataclass(frozen=True)
class _Chunk:
    """Where the texts of a chunk lie, and where their vectors shall."""

    place: int
    texts: Address
    vectors: Address
    side: "Side"
    worded: bool


def encode_on_cluster(
    line: Line, encoder: "Encoder", chunks: Sequence[Sequence[str]], side: "Side", worded: bool
) -> Iterator[tuple[int, "Vectors", list["Vectors"]]]:
    """An `embed.store.EncodeChunks`: the same chunks as on one machine, so the same vectors, each from some worker."""
    tasks = [_put_chunk(line, place, texts, side, worded) for place, texts in enumerate(chunks)]
    work = partial(_encode_one, line.settings.embed, encoder.sha256)
    for task, outcome in spread_over(line, work, tasks):
        if isinstance(outcome, Exception):
            raise outcome
        yield task.place, *_read_vectors(task)
        remove(task.texts)
        remove(task.vectors)


def _put_chunk(line: Line, place: int, texts: Sequence[str], side: "Side", worded: bool) -> _Chunk:
    name = make_key(side, str(worded), *texts)[:20]
    folder = join_address(line.exchange, "vectors")
    chunk = _Chunk(place, join_address(folder, f"{name}.json"), join_address(folder, f"{name}.npz"), side, worded)
    write_bytes(chunk.texts, json.dumps(texts).encode())
    return chunk


def _encode_one(settings: EmbedSettings, sha256: str, chunk: _Chunk) -> int:
    """On a worker: encode a chunk with the model that this process keeps. Returns the number of texts."""
    import numpy as np

    from pipeline.embed import encode_chunk, load_encoder

    encoder = load_encoder(settings)
    if encoder is None or encoder.sha256 != sha256:
        raise ClausetraceError(
            f"--cluster: the model {settings.encoder} of a worker has other weights than ours; install the same."
        )
    with copy_here(chunk.texts) as file:
        texts = json.loads(file.read_bytes())
    whole, words = encode_chunk(encoder, texts, chunk.side, chunk.worded)
    lengths = np.array([len(rows) for rows in words], dtype=np.int64)
    sink = io.BytesIO()
    np.savez(sink, whole=whole, words=np.concatenate(words) if words else np.zeros((0, 0), np.float32), lengths=lengths)
    write_bytes(chunk.vectors, sink.getvalue())
    return len(texts)


def _read_vectors(chunk: _Chunk) -> tuple["Vectors", list["Vectors"]]:
    import numpy as np

    with copy_here(chunk.vectors) as file, np.load(file) as found:
        ends = np.cumsum(found["lengths"])
        return found["whole"], np.split(found["words"], ends[:-1]) if len(ends) else []
