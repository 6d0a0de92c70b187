"""Published rows: columns in the order of their source, with types that lose nothing, and no cell that is run."""

import csv
import glob
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import datastork as ds
from datastork.engine.versions.publish import release_of
from datastork.publish._rows import Numbers
from datastork.publish.folder import folder
from datastork.publish.huggingface import huggingface

RECIPE = """
[dataset]
name = "people"
modality = "row"
license = "CC0-1.0"

[[step]]
use = "collect.table"
path = "t.csv"
label = "income"
"""
TABLE = """zip,age,income,note,price,exact,empty,long,plus
02801,39,>50K,=cmd|' /C calc'!A0,1.5,1.50,,99999999999999999999,+1
35233,,<=50K,plain,-2.25,2.00,,1,-3
"""


@pytest.fixture
def release(tmp_path):
    (tmp_path / "stork.toml").write_text(RECIPE)
    (tmp_path / "t.csv").write_text(TABLE)
    dataset = ds.open(tmp_path)
    dataset.build()
    return release_of(dataset.home)


def lines(place):
    with open(place, newline="") as file:
        return list(csv.DictReader(file))


def test_columns_keep_their_order_and_types_that_lose_nothing(release):
    place = huggingface(release, to="hf").place
    [shard] = glob.glob(f"{place}/data/*.parquet")
    table = pq.read_table(shard)
    assert table.column_names[:9] == ["zip", "age", "income", "note", "price", "exact", "empty", "long", "plus"]
    kinds = {name: str(table.schema.field(name).type) for name in table.column_names[:9]}
    assert kinds == {
        "zip": "string", "age": "int64", "income": "string", "note": "string", "price": "double", "exact": "string",
        "empty": "string", "long": "string", "plus": "string",
    }  # fmt: skip
    rows = {row["zip"]: row for row in table.to_pylist()}
    assert (rows["02801"]["age"], rows["35233"]["age"], rows["35233"]["price"]) == (39, None, -2.25)
    assert rows["02801"]["note"] == "=cmd|' /C calc'!A0"
    features = json.loads(table.schema.metadata[b"huggingface"])["info"]["features"]
    assert features["age"] == {"dtype": "int64", "_type": "Value"}


def test_a_published_csv_holds_what_the_source_held_and_runs_nothing(release, tmp_path):
    place = folder(release, to="out").place
    first = {row["zip"]: row for row in lines(f"{place}/train.csv")}["02801"]
    given = next(csv.DictReader(TABLE.splitlines()))
    assert {name: first[name] for name in given} == {**given, "note": f"'{given['note']}"}
    with open(f"{place}/README.md") as card:
        text = card.read()
    assert "1 cell that a spreadsheet would run as a formula" in text
    assert "| `age` | int64 |" in text
    place = folder(release, to="raw", formulas=True).place
    assert {row["note"] for row in lines(f"{place}/train.csv")} == {given["note"], "plain"}


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["39", "-1", "0", "", None], pa.int64()),
        (["999999999999999999"], pa.int64()),
        (["9999999999999999999"], pa.string()),
        (["1.5", "0.1", "-2.25"], pa.float64()),
        (["1e-07", "1.5"], pa.float64()),
        (["1.5", "2"], pa.string()),
        (["1.50"], pa.string()),
        (["02801", "1"], pa.string()),
        (["+1"], pa.string()),
        (["-0"], pa.string()),
        ([" 1"], pa.string()),
        (["1\n"], pa.string()),
        (["1,000"], pa.string()),
        (["0.10000000000000001"], pa.string()),
        (["nan"], pa.string()),
        (["1", 2], pa.string()),
        (["", None], pa.string()),
        ([], pa.string()),
    ],
)
def test_text_becomes_numbers_only_where_each_is_written_as_the_number(values, kind):
    numbers = Numbers()
    for value in values:
        numbers.look([value])
    assert numbers.kind() == kind
    again = Numbers()
    again.look(values)
    assert again.kind() == kind
