"""Record tables: what goes in comes out, the bytes are stable, and a write is whole or not at all."""

from dataclasses import dataclass, fields
from typing import get_type_hints

import pyarrow.parquet as pq
import pytest

from pipeline import records
from pipeline.errors import TableError
from pipeline.records import Box, Finding, Paragraph, Quote, cut_quotes, join_quotes
from pipeline.schema import make_schema
from pipeline.tables import (
    DamageError,
    hold_rows,
    join_tables,
    open_later,
    open_table,
    read_key,
    read_table,
    write_table,
)

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


def make_rows(source, count):
    return [Paragraph(f"{source}¶{n}", source, n, 1, "body", None, f"Text {n}") for n in range(count)]


def test_rows_are_read_where_they_lie(tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.tables._GROUP", 4)
    monkeypatch.setattr("pipeline.tables._BATCH", 3)
    rows = make_rows("a", 3) + make_rows("b", 7)
    write_table(tmp_path / "t.parquet", rows, Paragraph, "key")
    for opened in (open_table(tmp_path / "t.parquet", Paragraph), hold_rows(rows, Paragraph)):
        assert len(opened) == 10 and list(opened) == rows
        assert opened.take([8, 0, 4, 0]) == [rows[8], rows[0], rows[4], rows[0]]
        assert opened.take([]) == []
        assert opened.find("source", ["b", "c"]) == rows[3:]
        assert list(opened.sift([8, 0, 4])) == [(0, rows[0]), (4, rows[4]), (8, rows[8])]
        coded = [row for group in opened.read_coded("source", "order") for row in group.to_pylist()]
        assert coded == [{"source": row.source, "order": row.order} for row in rows]
        names = [name for batch in opened.read_batches("id") for name in batch["id"].to_pylist()]
        assert names == [row.id for row in rows]
        assert opened.read_columns("order")["order"].to_pylist() == [row.order for row in rows]
        assert [group.num_rows for group in opened.read_groups("order")] in ([4, 4, 2], [10])
        assert [name for table in opened.read_slices(2, 9) for name in table["id"].to_pylist()] == [
            row.id for row in rows[2:9]
        ]


def test_a_table_to_come_is_opened_when_its_rows_are_asked_for(tmp_path):
    table, asked = tmp_path / "t.parquet", []

    def find_path():
        asked.append(table)
        return table

    rows = open_later(find_path, Paragraph, table)
    write_table(table, make_rows("a", 3), Paragraph, "key")
    assert not asked
    assert list(rows) == make_rows("a", 3) and len(rows) == 3
    assert asked == [table]


def test_texts_alone_are_packed_by_dictionary(tmp_path):
    quotes = (Quote("a", 1, "p1", 0, 10, "same words"),) * 3
    rows = [Finding(f"f{n}", "a", n, "finding", "", quotes) for n in range(50)]
    write_table(tmp_path / "t.parquet", rows, Finding, "key")
    group = pq.ParquetFile(tmp_path / "t.parquet").metadata.row_group(0)
    columns = {group.column(place).path_in_schema: group.column(place) for place in range(group.num_columns)}
    packed = {path for path, column in columns.items() if column.has_dictionary_page}
    assert {"source", "quotes.list.element.text"} <= packed
    assert packed.isdisjoint({"id", "order", "quotes.list.element.start"})


def list_parts(folder, names):
    return {name: folder / f"{name}.parquet" for name in names}


def test_parts_become_one_table_and_what_it_holds_is_taken_over(tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.tables._GROUP", 4)
    rows = {name: make_rows(name, count) for name, count in (("a", 3), ("b", 0), ("c", 6), ("d", 2))}
    for name, held in rows.items():
        write_table(tmp_path / f"{name}.parquet", held, Paragraph, name)
    table = tmp_path / "joined.parquet"
    assert join_tables(table, list_parts(tmp_path, "abc"), Paragraph, "1") == 9
    assert read_table(table, Paragraph) == rows["a"] + rows["b"] + rows["c"] and read_key(table) == "1"
    for name in "abc":
        (tmp_path / f"{name}.parquet").unlink()  # from now on only the table has them
    for names in ("abcd", "dca", "cad", "cd"):
        join_tables(table, list_parts(tmp_path, names), Paragraph, names)
        assert read_table(table, Paragraph) == [row for name in names for row in rows[name]]


def test_however_a_table_was_joined_its_bytes_are_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.tables._GROUP", 4)
    for name, count in (("a", 3), ("b", 5), ("c", 6)):
        write_table(tmp_path / f"{name}.parquet", make_rows(name, count), Paragraph, name)
    for steps in (("abc",), ("a", "ac", "abc"), ("cb", "abc")):
        table = tmp_path / f"joined-{'-'.join(steps)}.parquet"
        for names in steps:
            join_tables(table, list_parts(tmp_path, names), Paragraph, names)
    assert len({table.read_bytes() for table in tmp_path.glob("joined-*")}) == 1


def test_a_damaged_part_is_named_and_the_old_table_stays(tmp_path):
    for name in "ab":
        write_table(tmp_path / f"{name}.parquet", make_rows(name, 3), Paragraph, name)
    table = tmp_path / "joined.parquet"
    join_tables(table, list_parts(tmp_path, "a"), Paragraph, "old")
    (tmp_path / "b.parquet").write_bytes(b"PAR1 nothing of the kind PAR1")
    with pytest.raises(DamageError, match="damaged") as caught:
        join_tables(table, list_parts(tmp_path, "ab"), Paragraph, "new")
    assert caught.value.path == tmp_path / "b.parquet"
    assert read_key(table) == "old" and not list(tmp_path.glob("*.partial"))


def test_one_bit_that_has_changed_is_noticed(tmp_path):
    table = tmp_path / "t.parquet"
    rows = make_rows("a", 300)
    write_table(table, rows, Paragraph, "key")
    whole, noticed = table.read_bytes(), 0
    for place in range(8, 600, 37):
        table.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        try:
            assert read_table(table, Paragraph) == rows  # what a page says of itself may not matter for reading it
        except TableError as error:
            noticed += 1
            assert "damaged" in str(error)
    assert noticed > 12


def test_columns_are_set_when_parts_are_joined(tmp_path):
    write_table(tmp_path / "a.parquet", make_rows("a", 3), Paragraph, "a")

    def finish(table):
        import pyarrow as pa

        return table.set_column(table.schema.get_field_index("text"), "text", pa.array(["x"] * table.num_rows))

    join_tables(tmp_path / "joined.parquet", list_parts(tmp_path, "a"), Paragraph, "key", finish)
    assert {row.text for row in read_table(tmp_path / "joined.parquet", Paragraph)} == {"x"}
