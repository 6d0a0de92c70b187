"""`clean.table.repair` in a dataset: rows are repaired, doubts are columns, answers of people come back as repairs."""

import json
from pathlib import Path

import pytest

from datastork.core.errors import DatastorkError
from datastork.core.findings import Findings
from datastork.dataset import Dataset
from datastork.dataset import open as open_dataset
from datastork.testing import check_step

PLACES = {"97701": ("Bend", "OR"), "46402": ("Gary", "IN"), "02108": ("Boston", "MA"), "73301": ("Austin", "TX")}
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
use    = "clean.table.repair"
ignore = ["name"]
{more}

[label]
suggest = "suspects"
order   = "uncertainty"

[[label.question]]
kind = "cells"
ask  = "Which cells are wrong?"

[[step]]
use = "label.resolve"

[[step]]
use = "split.grouped"

[[publish]]
use = "publish.folder"
to  = "published"
"""


def people(root: Path, more: str = "", rows: int = 120) -> Dataset:
    lines = ["name,zip,city,state,pays"]
    for number in range(rows):
        code = list(PLACES)[number % 4]
        city, state = PLACES[code]
        city = {17: "Bostn", 30: "Bonston", 41: "Gray"}.get(number, city)
        lines.append(f"person {number},{code},{city},{state},{('no', 'yes')[number % 3 == 0]}")
    (root / "people.csv").write_text("\n".join(lines) + "\n")
    (root / "stork.toml").write_text(RECIPE.format(more=more))
    dataset = open_dataset(root)
    dataset.build(workers=1)
    return dataset


def rows_of(dataset: Dataset) -> dict[str, dict[str, str]]:
    found = [json.loads(data) for data in dataset.frame().to_pydict()["row"]]
    return {row["name"]: row for row in found}


def test_the_step_keeps_its_promises() -> None:
    check_step("clean.table.repair")


def test_wrong_cells_are_repaired_and_all_is_told(tmp_path: Path) -> None:
    dataset = people(tmp_path, 'rules = ["zip -> city, state"]')

    wrong = {name: row["city"] for name, row in rows_of(dataset).items() if row["city"] != PLACES[row["zip"]][0]}
    assert wrong == {}
    assert all(row["zip"] in PLACES for row in rows_of(dataset).values())
    told = dataset.why("people.csv#17")["changes"]
    assert [(one["column"], one["old"], one["new"]) for one in told] == [("city", "Bostn", "Gary")]
    assert told[0]["reason"]
    assert told[0]["confidence"] >= 0.95
    record = dataset.status()
    assert record["steps"][-3]["name"] == "clean.table.repair"
    found = Findings.from_dict(
        json.loads((tmp_path / ".stork/versions/1.json").read_text())["findings"]["clean.table.repair"]
    )
    assert found.numbers["repaired_cells"] == 3
    assert found.numbers["rows"] == 120
    assert dataset.frame().to_pydict()["label"].count("yes") == 40
    dataset.publish()
    dataset.undo(column="city")
    assert sum(row["city"] != PLACES[row["zip"]][0] for row in rows_of(dataset).values()) == 3


def test_a_column_that_is_ignored_or_not_named_stays(tmp_path: Path) -> None:
    dataset = people(tmp_path, 'rules = ["zip -> city, state"]\ncolumns = ["zip", "state"]')

    assert rows_of(dataset)["person 17"]["city"] == "Bostn"


def test_answers_of_people_are_repairs_and_what_they_left_is_right(tmp_path: Path) -> None:
    dataset = people(tmp_path)
    ids = {json.loads(one["row"])["name"]: one["id"] for one in dataset.frame().to_pylist()}
    before = rows_of(dataset)

    dataset.cast(
        [
            {"sample": ids["person 5"], "annotator": "ada", "question": "cells", "value": {"state": "XX"}},
            {"sample": ids["person 6"], "annotator": "ada", "question": "cells", "value": {}},
        ]
    )
    dataset.build(workers=1)

    after = rows_of(dataset)
    assert after["person 5"] == {**before["person 5"], "state": "XX"}
    assert after["person 6"] == before["person 6"]
    assert [one["reason"] for one in dataset.why(ids["person 5"])["changes"]] == ["a person corrected it"]
    assert set(dataset.frame().to_pydict()["label"]) == {"yes", "no"}  # answers on cells are no labels


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ('rules = ["zipp -> city"]', "line 1.*zip"),
        ('protect = ["sate"]', "no column 'sate'.*state"),
        ('rules_file = "rules.txt"', "rules.txt"),
    ],
)
def test_what_cannot_be_meant_is_said(tmp_path: Path, more: str, message: str) -> None:
    with pytest.raises(DatastorkError, match=message):
        people(tmp_path, more, rows=8)
