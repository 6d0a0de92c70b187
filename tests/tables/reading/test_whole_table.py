"""A file of any kind becomes a grid of text and notes; no bad row is lost without a word."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.tables.reading.xlsx_files import write_xlsx

from datastork.core.errors import RecipeError, SourceError
from datastork.tables.reading.sheet import read_sheet
from datastork.tables.reading.table import read_table


def rows(grid):
    return [tuple(row.values()) for row in grid.to_arrow().to_pylist()]


def test_a_csv_keeps_its_texts_and_its_order(tmp_path):
    (tmp_path / "t.csv").write_text("zip,age,b,a\n02801,39,1-2,\n35233,,x\n1,2,3,4\n")
    bad: list[str] = []
    grid, notes = read_table(tmp_path / "t.csv", bad=bad)
    assert grid.names == ("zip", "age", "b", "a")
    assert rows(grid) == [("02801", "39", "1-2", ""), ("1", "2", "3", "4")]
    assert notes == ["t.csv has 1 bad row, left out: line 3: 3 fields, not 4"]
    assert bad == ["line 3: 3 fields, not 4"]


def test_lines_of_json_are_text_and_what_a_line_lacks_is_not_given(tmp_path):
    lines = [{"a": 1, "b": "x"}, {"b": "y", "c": [1, {"d": None}]}, {"a": 1.50, "c": True}, {"a": None}]
    text = "".join(json.dumps(line) + "\n" for line in lines) + '[1]\n{"a": NaN}\n{"a": 1, "a": 2}\n{\n'
    (tmp_path / "t.jsonl").write_text(text)
    grid, notes = read_table(tmp_path / "t.jsonl")
    assert grid.names == ("a", "b", "c")
    assert rows(grid) == [("1", "x", None), (None, "y", '[1,{"d":null}]'), ("1.5", None, "true"), (None, None, None)]
    assert notes[0].startswith("t.jsonl has 4 bad rows, left out: line 5: the JSON is no object; line 6: ")


def test_parquet_is_text_as_json_writes_it_and_bytes_are_left_out(tmp_path):
    table = pa.table({"n": [1, None], "x": [1.5, float("nan")], "zip": ["02801", None], "raw": [b"1", b"2"]})
    pq.write_table(table, tmp_path / "t.parquet")
    grid, notes = read_table(tmp_path / "t.parquet")
    assert rows(grid) == [("1", "1.5", "02801"), (None, None, None)]
    assert notes == ["t.parquet: the columns raw hold bytes, and were left out"]


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "book.xlsx"
    one = [["zip", "n", "day", "ok"], ["02801", 39, ("date", 45413), True], [None] * 4, ["1-2", 1.5, ("error", "#N/A")]]
    write_xlsx(path, {"One": one, "Two": [[1.5, "x"], [2, "y"], [3, "x"], [2, "y"]], "Empty": []})
    return path


def test_a_sheet_has_the_values_of_the_file_not_what_cells_show(book):
    grid, notes = read_table(book)
    assert rows(grid) == [("02801", "39", "2024-05-01", "true"), ("1-2", "1.5", None, None)]
    assert notes == ["book.xlsx: the sheet 'One' was read; there are also 'Two', 'Empty'"]
    assert next(read_sheet("book.xlsx", str(book), sheet="One").rows) == ["02801", 39, "2024-05-01", True]


def test_a_sheet_is_chosen_by_its_name_and_may_have_no_header(book):
    grid, notes = read_table(book, sheet="Two")
    assert rows(grid) == [("1.5", "x"), ("2", "y"), ("3", "x"), ("2", "y")]
    assert notes == ["book.xlsx has no header line, by what it holds; its columns are called column_0, column_1, …"]
    assert read_table(book, sheet="Two", names=["n"])[0].names == ("n", "column_1")
    with pytest.raises(RecipeError, match="no sheet 'Onw'; did you mean 'One'"):
        read_table(book, sheet="Onw")
    with pytest.raises(SourceError, match="'Empty' is empty"):
        read_table(book, sheet="Empty")


def test_a_spreadsheet_that_is_none_or_would_fill_the_memory_is_refused(tmp_path, book, monkeypatch):
    (tmp_path / "x.xlsx").write_bytes(b"PK")
    with pytest.raises(SourceError, match="cannot be read as a spreadsheet"):
        read_table(tmp_path / "x.xlsx")
    monkeypatch.setattr("datastork.tables.reading.sheet.FREE", 10)
    monkeypatch.setattr("datastork.tables.reading.sheet.EXPANDS", 1)
    with pytest.raises(SourceError, match="more than 1 times its size"):
        read_table(book)


@pytest.mark.parametrize(
    ("name", "more", "error", "said"),
    [
        ("gone.csv", {}, SourceError, "not there"),
        ("t.docx", {}, RecipeError, "is no table; tables end in"),
        ("t.csv", {"sheet": "One"}, RecipeError, "is no spreadsheet"),
        ("t.parquet", {}, SourceError, "cannot be read as Parquet"),
        ("t.jsonl", {}, None, "has no rows"),
    ],
)
def test_what_cannot_be_read_is_told_for_the_whole_file(tmp_path, name, more, error, said):
    for there in ("t.docx", "t.csv", "t.parquet", "t.jsonl"):
        (tmp_path / there).write_text("a,b\n" if there != "t.jsonl" else "")
    if error is None:
        assert said in read_table(tmp_path / name)[1][0]
    else:
        with pytest.raises(error, match=said):
            read_table(tmp_path / name, **more)


@pytest.mark.real
def test_real_tables_are_read_as_another_reader_reads_them(real_data):
    import pandas as pd

    files = sorted((real_data / "repair").rglob("*.csv")) + sorted((real_data / "tables/compas").glob("*.csv"))
    assert files
    for path in files:
        grid, _ = read_table(path)
        reference = pd.read_csv(path, dtype=str, keep_default_na=False)
        assert rows(grid) == [tuple(row) for row in reference.to_numpy().tolist()], path
