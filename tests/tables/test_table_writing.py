"""What is written as CSV is read back as it was, and no spreadsheet runs it."""

import csv

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datastork.core.errors import StoreError
from datastork.tables.grid import Grid
from datastork.tables.reading.table import read_table
from datastork.tables.writing import write_csv

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def written(path, **given_settings):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file, **given_settings))


def test_columns_keep_their_order_and_values_their_form(tmp_path):
    grid = Grid.of({"z": ["02801", None, "a,b"], "a": ['q"r', "x\ny", "é"]})
    assert write_csv(grid, tmp_path / "o.csv").note("o.csv") is None
    assert (tmp_path / "o.csv").read_bytes() == 'z,a\r\n02801,"q""r"\r\n,"x\ny"\r\n"a,b",é\r\n'.encode()


@pytest.mark.parametrize(
    "cell", ["=1+1", "=cmd|' /C calc'!A0", "@SUM(A1)", "+cmd|x", "-2+3+cmd|x", "\t=1", "\r=1", "＝1"]
)
def test_a_cell_that_would_be_run_gets_an_apostrophe(tmp_path, cell):
    grid = Grid.of({"=a": [cell, "x", cell]})
    found = write_csv(grid, tmp_path / "o.csv")
    assert written(tmp_path / "o.csv") == [["'=a"], [f"'{cell}"], ["x"], [f"'{cell}"]]
    assert found.cells == 2
    assert "2 cells that a spreadsheet would run" in (found.note("o.csv") or "")
    write_csv(grid, tmp_path / "o.csv", escape=False)
    assert written(tmp_path / "o.csv")[1:] == [[cell], ["x"], [cell]]


@pytest.mark.parametrize(
    "cell", ["-1", "+1.5", "-1,5", "-1.234,50", "-1e-5", "+49 30 1234", "-12%", "-", "--", "a=b", ""]
)
def test_numbers_and_dashes_stay_as_they_are(tmp_path, cell):
    assert write_csv(Grid.of({"a": [cell], "b": ["x"]}), tmp_path / "o.csv").cells == 0
    assert written(tmp_path / "o.csv")[1] == [cell, "x"]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(
    columns=st.lists(st.lists(TEXTS, min_size=3, max_size=3), min_size=1, max_size=3),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_what_is_written_is_read_back(tmp_path, columns, end):
    grid = Grid.of({f"c{place}": texts for place, texts in enumerate(columns)})
    write_csv(grid, tmp_path / "o.csv", escape=False, line_end=end)
    back, _ = read_table(tmp_path / "o.csv", delimiter=",", encoding="utf-8", header=True, quotes=True)
    assert back.to_arrow().to_pylist() == grid.to_arrow().to_pylist()


def test_a_file_that_cannot_be_written_leaves_what_was_there(tmp_path):
    with pytest.raises(StoreError, match="cannot be written"):
        write_csv(Grid.of({"a": ["x"]}), tmp_path / "gone" / "o.csv")
    (tmp_path / "o.csv").mkdir()
    with pytest.raises(StoreError, match="cannot be written"):
        write_csv(Grid.of({"a": ["x"]}), tmp_path / "o.csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["o.csv"]
