"""One table repaired from Python."""

from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import datastork as ds
from datastork.core.errors import DatastorkError

CITIES = {
    "zip": ["97701"] * 20 + ["46402"] * 20,
    "city": ["Bend"] * 19 + ["Bnd"] + ["Gary"] * 20,
    "age": list(range(20, 60)),
}


@pytest.mark.parametrize(
    "made", [pd.DataFrame, pl.DataFrame, pa.table, dict], ids=["pandas", "polars", "arrow", "dict"]
)
def test_a_table_of_any_kind_is_repaired_and_keeps_its_types(made: type) -> None:
    done = ds.clean_table(made(CITIES), rules="zip -> city")

    assert done.table["city"].to_pylist() == ["Bend"] * 20 + ["Gary"] * 20
    assert done.table["age"].to_pylist() == CITIES["age"]
    (change,) = done.changes.to_pylist()
    assert (change["row"], change["column"], change["old"], change["new"]) == (19, "city", "Bnd", "Bend")


def test_what_was_done_is_undone_and_told(tmp_path: Path) -> None:
    done = ds.clean_table(CITIES, rules=["zip -> city"])

    back = done.undo(column="city")
    assert back.table["city"][19].as_py() == "Bnd"
    assert back.changes.num_rows == 0
    assert back.suspects.num_rows == done.suspects.num_rows + 1
    assert done.undo(row=3).changes.num_rows == 1
    assert "Bend" in done.report(tmp_path / "r.html").read_text()


def test_answers_count_more_than_anything() -> None:
    done = ds.clean_table(CITIES, rules="zip -> city", answers={19: "right", 0: {"age": "21"}})

    assert done.table["city"][19].as_py() == "Bnd"
    assert done.table["age"][0].as_py() == 21


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"rules": "zipp -> city"}, "zip"),
        ({"label": "agee"}, "age"),
        ({"answers": {99: "right"}}, "rows 0 to 39"),
        ({"answers": {1: {"towm": "x"}}}, "no column 'towm'"),
    ],
)
def test_what_cannot_be_meant_is_said(settings: dict[str, object], message: str) -> None:
    with pytest.raises(DatastorkError, match=message):
        ds.clean_table(CITIES, **settings)
    with pytest.raises(DatastorkError, match="no table"):
        ds.clean_table(3)


def test_names_in_rules_that_were_taken_for_columns_are_told() -> None:
    assert (
        "'ZIP' is taken for the column 'zip'"
        in ds.clean_table({"zip": ["1"], "city": ["a"]}, rules="ZIP -> city").notes[0]
    )


def test_columns_of_numbers_beside_texts_are_text_and_answers_may_be_numbers() -> None:
    frame = pd.DataFrame({"a": [1, "x", None, 2.5]})

    done = ds.clean_table(frame, answers={0: {"a": 7}})

    assert done.table["a"].to_pylist() == ["7", "x", None, "2.5"]
