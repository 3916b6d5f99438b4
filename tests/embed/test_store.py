"""Vectors are computed once per text and model."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from threading import Barrier

import numpy as np
import pytest

from pipeline.embed import VectorStore, load_encoder, make_toy_encoder, store
from pipeline.errors import ClausetraceError
from pipeline.settings import load_settings


def make_counting_encoder():
    seen = []
    toy = make_toy_encoder()

    def encode(texts, side):
        seen.extend(texts)
        return toy.encode(texts, side)

    return replace(toy, encode=encode), seen


def test_no_text_is_encoded_twice(tmp_path):
    encoder, seen = make_counting_encoder()
    first = VectorStore(encoder, tmp_path / "v.sqlite").embed(["prison", "camp", "prison"], "query")
    again = VectorStore(encoder, tmp_path / "v.sqlite").embed(["camp", "prison"], "query")
    assert sorted(seen) == ["camp", "prison"]
    assert np.array_equal(first[0], first[2]) and np.array_equal(first[1], again[0])
    assert np.allclose(np.linalg.norm(first, axis=1), 1)


def test_another_model_or_side_never_hits(tmp_path):
    encoder, seen = make_counting_encoder()
    VectorStore(encoder, tmp_path / "v.sqlite").embed(["prison"], "query")
    VectorStore(encoder, tmp_path / "v.sqlite").embed(["prison"], "passage")
    VectorStore(replace(encoder, sha256="other"), tmp_path / "v.sqlite").embed(["prison"], "query")
    assert len(seen) == 3


def test_many_open_a_new_store_at_the_same_moment(tmp_path):
    def embed(path, gate):
        gate.wait(10)
        return VectorStore(make_toy_encoder(), path).embed(["prison", "camp"], "query")

    with ThreadPoolExecutor(4) as pool:
        for number in range(60):
            gate = Barrier(4)
            waiting = [pool.submit(embed, tmp_path / f"{number}.sqlite", gate) for _ in range(4)]
            assert len({vectors.result().tobytes() for vectors in waiting}) == 1


@pytest.mark.parametrize("damage", ["x'00000000'", "x''", "null", "'text'"])
def test_damaged_vectors_are_computed_again(tmp_path, damage):
    path = tmp_path / "v.sqlite"
    good = VectorStore(make_toy_encoder(), path).embed(["prison"], "query")
    with closing(sqlite3.connect(path)) as opened:
        opened.execute(f"update vectors set vector = {damage}")
        opened.commit()
    assert np.array_equal(VectorStore(make_toy_encoder(), path).embed(["prison"], "query"), good)


def test_a_store_is_waited_for_where_sqlite_does_not_wait():
    answers = [sqlite3.SQLITE_BUSY, sqlite3.SQLITE_PROTOCOL, 0]

    class Connection:
        def execute(self, statement):
            error = sqlite3.OperationalError("not now")
            error.sqlite_errorcode = answers.pop(0)
            if error.sqlite_errorcode:
                raise error

    store._write_ahead(Connection())
    assert not answers


def test_a_store_that_others_keep_is_not_to_be_deleted(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "_PATIENCE", 0.2)
    with closing(sqlite3.connect(tmp_path / "v.sqlite")) as other:
        other.execute("begin exclusive")
        with pytest.raises(ClausetraceError, match=r"locked.*another run is using it; let that go on or end it"):
            VectorStore(make_toy_encoder(), tmp_path / "v.sqlite").embed(["prison"], "query")


def test_an_unusable_store_is_one_sentence(tmp_path):
    (tmp_path / "v.sqlite").write_bytes(b"not a database, but long enough to look like one" * 100)
    with pytest.raises(ClausetraceError, match=r"delete it and the files named like it.*CLAUSETRACE_CACHE"):
        VectorStore(make_toy_encoder(), tmp_path / "v.sqlite").embed(["prison"], "query")
    (tmp_path / "folder.sqlite").mkdir()
    with pytest.raises(ClausetraceError, match="get the right to write"):
        VectorStore(make_toy_encoder(), tmp_path / "folder.sqlite").embed(["prison"], "query")
    with pytest.raises(ClausetraceError, match="mend the folder, or point CLAUSETRACE_CACHE"):
        VectorStore(make_toy_encoder(), tmp_path / "v.sqlite" / "v.sqlite").embed(["prison"], "query")


def test_the_encoder_s_errors_are_not_the_store_s(tmp_path):
    def fail(texts, side):
        raise OSError("no such device")

    with pytest.raises(OSError, match=r"^no such device$"):
        VectorStore(replace(make_toy_encoder(), encode=fail), tmp_path / "v.sqlite").embed(["prison"], "query")


def test_lexical_mode_has_no_encoder():
    assert load_encoder(load_settings(encoder="none").embed) is None


@pytest.mark.weights
def test_prompts_of_the_user_make_another_encoder(tmp_path):
    mine = tmp_path / "settings.toml"
    mine.write_text('[embed]\nquery_prompt = "query: "\n')
    plain, prompted = load_encoder(load_settings().embed), load_encoder(load_settings(mine).embed)
    assert plain.sha256 != prompted.sha256
    text = ["The prisoners were beaten."]
    vectors = [VectorStore(encoder, tmp_path / "v.sqlite").embed(text, "query") for encoder in (plain, prompted)]
    assert not np.allclose(*vectors, atol=1e-3)


@pytest.mark.weights
def test_the_packaged_model_knows_meaning(tmp_path):
    encoder = load_encoder(load_settings().embed)
    vectors = VectorStore(encoder, tmp_path / "v.sqlite").embed(
        ["The prisoners were beaten.", "Guards hit the detainees.", "Rice prices rose."], "query"
    )
    assert vectors.shape == (3, 384)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2
