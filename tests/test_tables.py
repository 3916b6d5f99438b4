"""Record tables: what goes in comes out, the bytes are stable, and a write is whole or not at all."""

from dataclasses import dataclass, fields
from typing import get_type_hints

import pytest

from pipeline import records
from pipeline.errors import TableError
from pipeline.records import Box, Paragraph, Quote, cut_quotes, join_quotes
from pipeline.schema import make_schema
from pipeline.tables import read_key, read_table, write_table

ROWS = [
    Paragraph("a¶0", "a", 0, 1, "body", "2", "Text “ü” 한글", boxes=(Box(1, 0.5, 1, 2, 3, 0), Box(2, 0, 1, 2, 3, 4))),
    Paragraph("a¶1", "a", 1, None, "footnote", None, "", confidence=0.5),
]
NOUNS = [noun for noun in vars(records).values() if isinstance(noun, type) and hasattr(noun, "__dataclass_fields__")]


def test_rows_come_back_as_they_were(tmp_path):
    path = tmp_path / "deep" / "t.parquet"
    assert write_table(path, ROWS, Paragraph, "key") == 2
    assert read_table(path, Paragraph) == ROWS
    assert read_key(path) == "key"


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun.__name__)
def test_every_noun_has_a_schema(noun):
    assert make_schema(noun).names == [field.name for field in fields(noun)]
    assert get_type_hints(noun)


def test_the_same_rows_give_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        write_table(tmp_path / name, ROWS, Paragraph, "key")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_failing_write_leaves_the_old_table(tmp_path):
    path = tmp_path / "t.parquet"
    write_table(path, ROWS, Paragraph, "old")

    def breaks():
        yield ROWS[0]
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_table(path, breaks(), Paragraph, "new")
    assert read_key(path) == "old" and len(list(tmp_path.iterdir())) == 1


def test_damaged_missing_and_foreign_tables_are_refused(tmp_path):
    path = tmp_path / "t.parquet"
    with pytest.raises(TableError, match="run the stage"):
        read_table(path, Paragraph)
    write_table(path, ROWS, Paragraph, "key")
    with pytest.raises(TableError, match="another version"):
        read_table(path, Quote)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(TableError, match="damaged"):
        read_table(path, Paragraph)
    assert read_key(path) is None


def test_a_disk_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(TableError, match="cannot be written"):
        write_table(tmp_path / "file" / "t.parquet", ROWS, Paragraph, "key")


def test_a_record_of_an_unknown_type_is_refused():
    @dataclass(frozen=True)
    class Odd:
        value: bytes

    with pytest.raises(TypeError):
        make_schema(Odd)


def test_cut_quotes_keep_their_places():
    quotes = (Quote("s", 1, "p1", 10, 15, "Calls"), Quote("s", 2, "p2", 0, 9, "upon them"))
    text = join_quotes(quotes)
    start, end = text.index("lls"), text.index("them")
    cut = cut_quotes(quotes, start, end)
    assert [(quote.paragraph, quote.start, quote.end, quote.text) for quote in cut] == [
        ("p1", 12, 15, "lls"),
        ("p2", 0, 5, "upon "),
    ]
