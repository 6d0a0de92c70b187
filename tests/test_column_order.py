"""Wherever a table is shown, its columns stand in the order in which they came, though rows themselves have none."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from datastork.app.aside.samples import synchronise
from datastork.cli.main import stork
from datastork.dataset import Dataset
from datastork.dataset import open as open_dataset
from datastork.media.row import reordered
from datastork.media.row_table import grid_of
from datastork.store.votes import open_votes

NAMES = ["zip", "name", "city", "age", "pays"]
RECIPE = """
[dataset]
name    = "people"
task    = "table-classification"
license = "CC0-1.0"

[[step]]
use   = "collect.table"
path  = "people.csv"
label = "pays"

[[step]]
use = "measure.table"

[[step]]
use = "clean.table.repair"

[[step]]
use = "clean.table.dedupe"

[label]
suggest = "suspects"

[[label.question]]
kind = "cells"
ask  = "Which cells are wrong?"

[[step]]
use = "label.resolve"
"""


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    root = tmp_path_factory.mktemp("people")
    lines = [",".join(NAMES)]
    lines += [
        f"9770{n % 5},person {n},{'BGASP'[n % 5]}end,{20 + n % 40},{('no', 'yes')[n % 3 == 0]}" for n in range(80)
    ]
    (root / "people.csv").write_text("\n".join(lines) + "\n")
    (root / "stork.toml").write_text(RECIPE)
    dataset = open_dataset(root)
    dataset.build(workers=1)
    return dataset


def test_in_the_profile_and_wherever_a_step_tells_of_columns(people: Dataset) -> None:
    found = json.loads((people.home.root / ".stork/versions/1.json").read_text())["findings"]

    assert [row[0] for row in found["measure.table"]["tables"][0]["rows"]] == NAMES
    assert [row[0] for row in found["clean.table.dedupe"]["tables"][0]["rows"]] == NAMES[:4]


def test_in_the_report(people: Dataset) -> None:
    page = people.report().read_text()

    assert "zip 97700 · name person 0 · city Bend · age 20 · pays yes" in page


def test_in_the_labelling_app(people: Dataset) -> None:
    synchronise(people.home, {}, lambda _: None)

    with open_votes(people.home) as store, store.base.read() as connection:
        shown = connection.exec_driver_sql("SELECT media FROM shown").scalars().all()
    assert [list(json.loads(media)["values"]) for media in shown] == [NAMES] * 80


def test_in_what_is_written_for_a_person_to_correct(people: Dataset, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    arguments = ["clean-next", str(people.home.root), "--label", "pays", "-k", "3", "-o", str(file)]
    result = CliRunner().invoke(stork, arguments)
    assert result.exit_code == 0, result.output

    with file.open() as lines:
        assert next(csv.reader(lines)) == ["id", *NAMES]


def test_columns_that_no_table_named_come_last_and_none_is_lost() -> None:
    rows = [b'{"a":"1","b":"2","c":null}', b'{"a":"3","b":"4","c":"5"}']

    assert grid_of(rows, ["c", "gone", "a"]).names == ("c", "a", "b")
    assert grid_of([b'{"a":1,"b":[2]}', b'{"b":true}'], ["b"]).names == ("b", "a")
    assert grid_of([], ["b"]).names == ()
    assert list(reordered({"a": 1, "b": 2, "c": 3}, ["c", "gone", "a"])) == ["c", "a", "b"]
