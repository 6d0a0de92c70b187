"""`clean.table.units`: columns of a dataset in one unit, with a ledger."""

import json
from pathlib import Path

import pytest

from datastork.core.errors import DatastorkError
from datastork.dataset import Dataset
from datastork.dataset import open as open_dataset
from datastork.testing import check_step

RECIPE = """
[dataset]
name    = "films"
task    = "table-classification"
license = "CC0-1.0"

[[step]]
use   = "collect.table"
path  = "films.csv"
label = "good"

[[step]]
use = "clean.table.units"
{more}

[[step]]
use = "label.resolve"

[[step]]
use = "split.grouped"

[[publish]]
use = "publish.folder"
to  = "published"
"""


def films(root: Path, more: str = "", wide: bool = False) -> Dataset:
    lines = ["film,kind,runs,good"]
    for number in range(120):
        usual = int(20 * 1.06 ** (number % 60)) if wide else 80 + number % 30
        runs = {5: "1.5 h", 17: "2 hrs", 31: "1" if wide else "1.7"}.get(number, str(usual))
        lines.append(f"film {number},{('drama', 'comedy')[number % 2]},{runs},{('no', 'yes')[number % 3 == 0]}")
    (root / "films.csv").write_text("\n".join(lines) + "\n")
    (root / "stork.toml").write_text(RECIPE.format(more=more))
    dataset = open_dataset(root)
    dataset.build(workers=1)
    return dataset


def runs_of(dataset: Dataset) -> dict[str, str]:
    found = [json.loads(data) for data in dataset.frame().to_pydict()["row"]]
    return {row["film"]: row["runs"] for row in found}


def test_the_step_keeps_its_promises() -> None:
    check_step("clean.table.units")


def test_columns_come_into_one_unit_and_every_cell_is_in_the_ledger(tmp_path: Path) -> None:
    dataset = films(tmp_path, 'units = ["runs: minutes (also h; maybe hours)"]')

    runs = runs_of(dataset)
    assert (runs["film 5"], runs["film 17"], runs["film 31"]) == ("90", "120", "102")
    assert runs["film 6"] == "86"
    (told,) = dataset.why("films.csv#5")["changes"]
    assert (told["column"], told["old"], told["new"], told["confidence"]) == ("runs", "1.5 h", "90", 1.0)
    assert told["reason"] == "rule line 1: runs: minutes (also h; maybe hours)"
    dataset.undo(column="runs")
    assert runs_of(dataset)["film 5"] == "1.5 h"


def test_a_few_words_among_numbers_are_left_without_a_word_from_the_user(tmp_path: Path) -> None:
    runs = runs_of(films(tmp_path))

    assert (runs["film 5"], runs["film 17"], runs["film 31"]) == ("1.5 h", "2 hrs", "1.7")


def test_what_is_doubtful_is_proposed_and_left(tmp_path: Path) -> None:
    dataset = films(tmp_path, 'units = ["runs: minutes (also h; maybe hours)"]', wide=True)

    assert runs_of(dataset)["film 31"] == "1"
    assert [one for one in dataset.frame().to_pydict()["suspects"] if one] == ['{"runs": "60"}']


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ('units = ["runs: minuets"]', "line 1.*did you mean 'minutes'"),
        ('units = ["runs: 0..200"]', "no unit in 'runs: 0..200'"),
        ('columns = ["run"]', "columns: no column 'run'; did you mean 'runs'"),
        ('group = ["kin"]', "group: no column 'kin'; did you mean 'kind'"),
    ],
)
def test_what_cannot_be_meant_is_said(tmp_path: Path, more: str, message: str) -> None:
    with pytest.raises(DatastorkError, match=message):
        films(tmp_path, more)
