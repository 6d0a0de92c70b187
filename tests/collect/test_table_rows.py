"""Rows that are samples: taken out once, of a file that grew the end alone, and always as a first build would."""

import json
import os

import pytest
from tests.tables.reading.xlsx_files import write_xlsx

import datastork as ds
from datastork.collect._tables import sheets
from datastork.collect._tables.ends import ends_of
from datastork.collect.table import table
from datastork.core.errors import RecipeError
from datastork.media.row import MODALITY
from datastork.store.listing import Listing
from datastork.store.sources import read_bytes
from datastork.tables.reading import records


def collect(root, path="t.csv", **settings):
    return table(Listing.empty(root), path=path, **settings)


def values(found):
    places = found.table["media_place"].to_pylist()
    return [None if place is None else MODALITY.decode(read_bytes(found.root, place)).values for place in places]


def parsed(monkeypatch):
    """Return a list that grows by the number of bytes that are read as rows."""
    seen = []
    read = records.parsed
    monkeypatch.setattr(records, "parsed", lambda data, *rest: seen.append(len(data)) or read(data, *rest))
    return seen


def spools(root):
    return sorted(path.name for path in (root / ".stork/collected").glob("*.values"))


def test_a_file_that_is_as_it_was_is_not_read_again(tmp_path, monkeypatch):
    (tmp_path / "t.csv").write_text("a,b\n1,2\n3,4\n1\n")
    first = collect(tmp_path)
    seen = parsed(monkeypatch)
    again = collect(tmp_path)
    assert seen == []
    assert again.table.equals(first.table)
    assert again.notes == first.notes == ("t.csv has 1 bad row: line 4: 1 field, not 2",)


def test_a_file_changed_at_the_same_size_and_time_is_read_again(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a,b\n1,2\n")
    collect(tmp_path)
    stamp = path.stat()
    path.write_text("a,b\n1,9\n")
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert values(collect(tmp_path)) == [{"a": "1", "b": "9"}]
    assert len(spools(tmp_path)) == 1


@pytest.mark.parametrize("more", ["5,6\n", '"7\n8",9\n10\n', "é,x\n"])
def test_of_a_file_that_grew_the_end_alone_is_read_and_numbered_on(tmp_path, monkeypatch, more):
    text = "a,b\n" + "1,2\n" * 1000
    (tmp_path / "t.csv").write_text(text)
    before = collect(tmp_path, label="b")
    seen = parsed(monkeypatch)
    with (tmp_path / "t.csv").open("a") as file:
        file.write(more)
    grown = collect(tmp_path, label="b")
    assert sum(seen) == len(more.encode())
    (tmp_path / "fresh").mkdir()
    (tmp_path / "fresh/t.csv").write_text(text + more)
    fresh = collect(tmp_path / "fresh", label="b")
    assert values(grown) == values(fresh)
    for name in ("uri", "problem", "votes"):
        assert grown.table[name].to_pylist() == fresh.table[name].to_pylist()
    assert grown.table["uri"].to_pylist()[:1000] == before.table["uri"].to_pylist()


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("a,b\n1,2\n", "a,b\n9,2\n3,4\n"),  # the beginning is another
        ("a,b\n1,2", "a,b\n1,23\n"),  # the last line was not whole
        ('a,b\n1,2\n"3,4\n', 'a,b\n1,2\n"3,4\n5",6\n'),  # a quote that never closed is closed now
        ("1,2\n3,4\n", "1,2\n3,4\nx;y;z\n1;2;3\n4;5;6\n7;8;9\n1;2;4\n"),  # the form is another
    ],
)
def test_a_file_that_did_more_than_grow_is_read_as_new(tmp_path, first, then):
    (tmp_path / "t.csv").write_text(first)
    collect(tmp_path)
    (tmp_path / "t.csv").write_text(then)
    again = collect(tmp_path)
    (tmp_path / "fresh").mkdir()
    (tmp_path / "fresh/t.csv").write_text(then)
    fresh = collect(tmp_path / "fresh")
    assert values(again) == values(fresh)
    assert (again.table["problem"].to_pylist(), again.notes) == (fresh.table["problem"].to_pylist(), fresh.notes)
    assert len(spools(tmp_path)) == len(spools(tmp_path / "fresh"))  # nothing is left behind


def test_rows_by_columns_are_those_by_batches(tmp_path, monkeypatch):
    text = 'z,a,ü "q"\n1,"x\n\\y",\t\nlonger,"é ""\u2028",3\n1\n,,\n'
    (tmp_path / "t.csv").write_text(text)
    settings = {"label": "a", "group": "z", "author": "a", "votes": ["z"], "columns": ["z"]}
    found = collect(tmp_path, **settings)
    monkeypatch.setattr("datastork.collect._tables.rows._as_columns", lambda *_: False)
    (tmp_path / "other").mkdir()
    (tmp_path / "other/t.csv").write_text(text)
    other = collect(tmp_path / "other", **settings)
    assert values(found) == values(other)
    for name in ("uri", "size", "votes", "group", "author", "problem", "z", "media_content"):
        assert found.table[name].to_pylist() == other.table[name].to_pylist(), name


def test_typed_rows_by_columns_are_those_by_batches(tmp_path, monkeypatch):
    import datetime
    from decimal import Decimal

    import pyarrow as pa
    import pyarrow.parquet as pq

    day = datetime.datetime(2024, 5, 1, 12, 30, tzinfo=datetime.UTC)
    columns = {
        "n": pa.array([1, None, -(2**62)]), "x": [1.5, float("nan"), 1e300], "y": [0.1, float("inf"), float("-inf")],
        "f": pa.array([0.1, None, 2], pa.float32()), "ok": [True, None, False], "t": ['q"\n', "", None],
        "none": pa.nulls(3),
        "day": [day.date(), None, day.date()], "at": [day, None, day], "p": [Decimal("1.10"), None, Decimal("2.00")],
        "c": pa.array(["u", "v", "u"]).dictionary_encode(), "big": pa.array([2**64 - 1, 0, None], pa.uint64()),
    }  # fmt: skip
    settings = {"label": "n", "group": "ok", "author": "x", "votes": ["day", "c", "f"], "columns": ["n", "at"]}
    found = []
    for name, by_columns in (("a", True), ("b", False)):
        (tmp_path / name).mkdir()
        pq.write_table(pa.table(columns), tmp_path / name / "t.parquet")
        if not by_columns:
            monkeypatch.setattr("datastork.collect._tables.rows._as_columns", lambda *_: False)
        found.append(collect(tmp_path / name, "t.parquet", **settings))
    one, other = found
    assert values(one) == values(other)
    assert values(one)[0]["p"] == "1.10"
    assert one.notes == other.notes
    for name in ("uri", "size", "votes", "group", "author", "problem", "media_content", "n"):
        assert one.table[name].to_pylist() == other.table[name].to_pylist(), name


def test_an_annotator_of_each_row_is_who_votes(tmp_path):
    (tmp_path / "t.csv").write_text("x,l,w\n1,cat,ann\n2,dog,\n3,,ben\n")
    found = collect(tmp_path, label="l", annotator="w")
    votes = [[(vote["annotator"], vote["value"]) for vote in row] for row in found.table["votes"].to_pylist()]
    assert votes == [[("ann", "cat")], [("table:t.csv", "dog")], []]


def test_types_read_numbers_as_the_table_writes_them(tmp_path):
    (tmp_path / "t.csv").write_text("n;x\n1.234.567;1.234,50\n" + "2;0,5\n" * 12 + "3;1.5\n")
    found = collect(tmp_path, types={"n": "int", "x": "float"})
    assert values(found) == [{"n": 1_234_567, "x": 1234.5}, *[{"n": 2, "x": 0.5}] * 12, None]
    assert found.table["problem"][13].as_py() == "row 13: x '1.5' is no float"
    (tmp_path / "u.csv").write_text('n,x\n"1,234","1,234.50"\n"2,000",0.5\n7,"1,5"\n')
    found = collect(tmp_path, "u.csv", types={"n": "int", "x": "float"})
    assert values(found) == [{"n": 1234, "x": 1234.5}, {"n": 2000, "x": 0.5}, None]


def test_the_names_a_recipe_speaks_of_prove_a_header(tmp_path):
    (tmp_path / "t.csv").write_text("1,3\n5,7\n2,2\n")
    assert collect(tmp_path).table.num_rows == 3
    assert collect(tmp_path, label="3").table.num_rows == 2
    assert collect(tmp_path, header=True).table.num_rows == 2


def test_a_spreadsheet_that_is_as_it_was_is_not_opened_again(tmp_path, monkeypatch):
    opened = []
    read = sheets.read_sheet
    monkeypatch.setattr(
        sheets, "read_sheet", lambda name, *rest, **more: opened.append(name) or read(name, *rest, **more)
    )
    write_xlsx(tmp_path / "b.xlsx", {"S": [["zip", "n"], ["02801", 39], ["1-2", 1.5]], "T": [["x"], [1]]})
    first = collect(tmp_path, "b.xlsx", label="n")
    again = collect(tmp_path, "b.xlsx", label="n")
    assert opened == ["b.xlsx"]
    assert (values(again), again.notes, again.table) == (values(first), first.notes, first.table)
    assert "the sheet 'S' was read" in again.notes[0]
    with pytest.raises(RecipeError, match="no column 'm'"):
        collect(tmp_path, "b.xlsx", label="m")

    assert len(values(collect(tmp_path, "b.xlsx", sheet="T"))) == 1  # another sheet is another table
    for spool in (tmp_path / ".stork/collected").glob("*.arrow"):
        spool.unlink()
    assert values(collect(tmp_path, "b.xlsx", label="n")) == values(first)  # what is gone is taken out again

    count, stamp = len(opened), os.stat(tmp_path / "b.xlsx")
    write_xlsx(tmp_path / "b.xlsx", {"S": [["zip", "n"], ["02802", 39], ["1-2", 1.5]], "T": [["x"], [1]]})
    os.utime(tmp_path / "b.xlsx", ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert values(collect(tmp_path, "b.xlsx", label="n"))[0] == {"zip": "02802", "n": 39}  # same size, same time
    assert len(opened) == count + 1
    for state in (tmp_path / ".stork/collected").glob("*.json"):
        if state.name != "columns.json":
            state.write_text("{")
    assert values(collect(tmp_path, "b.xlsx", label="n"))[0] == {"zip": "02802", "n": 39}


def test_a_spreadsheet_gives_typed_values_and_a_packed_table_is_read(tmp_path):
    import gzip

    write_xlsx(tmp_path / "b.xlsx", {"S": [["zip", "n", "day"], ["02801", 39, ("date", 45413)], ["1-2", 1.5, None]]})
    found = collect(tmp_path, "b.xlsx", label="n")
    assert values(found) == [{"zip": "02801", "n": 39, "day": "2024-05-01"}, {"zip": "1-2", "n": 1.5, "day": None}]
    assert found.table["votes"][0].as_py()[0]["value"] == "39"
    (tmp_path / "t.jsonl.gz").write_bytes(gzip.compress(json.dumps({"a": 1}).encode() + b"\n"))
    assert values(collect(tmp_path, "t.jsonl.gz")) == [{"a": 1}]
    for setting, said in (
        ({"sheet": "S"}, "no spreadsheet"),
        ({"encoding": "utf-8"}, "no CSV"),
        ({"query": "x"}, "no data"),
    ):
        with pytest.raises(RecipeError, match=said):
            collect(tmp_path, "t.jsonl.gz", **setting)


def test_a_build_of_a_table_that_grew_keeps_its_samples(tmp_path):
    (tmp_path / "stork.toml").write_text(
        '[dataset]\nname = "t"\nmodality = "row"\nlicense = "CC0-1.0"\n'
        '[[step]]\nuse = "collect.table"\npath = "t.csv"\nlabel = "b"\n'
    )
    (tmp_path / "t.csv").write_text("a,b\n" + "".join(f"{n},x\n" for n in range(50)))
    dataset = ds.open(tmp_path)
    dataset.build()
    before = {row["source"]["uri"]: row["id"] for row in dataset.samples().to_pylist()}
    with (tmp_path / "t.csv").open("a") as file:
        file.write("50,y\n")
    dataset.build()
    after = {row["source"]["uri"]: row["id"] for row in dataset.samples().to_pylist()}
    assert after == {**before, "t.csv#50": after["t.csv#50"]}


def test_a_damaged_note_of_what_was_taken_out_is_none(tmp_path):
    (tmp_path / "t.csv").write_text("a\n1\n")
    first = collect(tmp_path)
    [state] = [path for path in (tmp_path / ".stork/collected").glob("*.json") if path.name != "columns.json"]
    state.write_text("{")
    assert values(collect(tmp_path)) == values(first)
    assert ends_of(tmp_path / "gone") == ""
