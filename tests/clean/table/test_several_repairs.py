"""Several steps that repair one table: what each changed and doubts is kept beside what the others did."""

import json
from pathlib import Path

import pyarrow as pa
import pytest

from datastork.clean._table.noted import cells_of, noted
from datastork.dataset import Dataset
from datastork.dataset import open as open_dataset
from datastork.tables.changes import Changes
from datastork.tables.grid import Grid

PLACES = {"97701": ("Bend", "OR"), "46402": ("Gary", "IN"), "02108": ("Boston", "MA"), "73301": ("Austin", "TX")}
WRONG = {17: ("city", "Bostn"), 30: ("city", "Bonston"), 33: ("state", "ON"), 50: ("state", "MS"), 31: ("ran", "1")}
HEAD = """
[dataset]
name    = "people"
task    = "table-classification"
license = "CC0-1.0"

[[step]]
use   = "collect.table"
path  = "people.csv"
label = "pays"
"""
UNITS = """
[[step]]
use   = "clean.table.units"
units = ["ran: minutes (maybe hours)"]
"""
CITIES = """
[[step]]
name   = "cities"
use    = "clean.table.repair"
ignore = ["name", "state"]
rules  = ["zip -> city"]
apply  = 0.99999
"""
STATES = """
[[step]]
name   = "states"
use    = "clean.table.repair"
ignore = ["name", "city"]
rules  = ["zip -> state"]
"""
REST = """
[label]
suggest = "suspects"
where   = "suspects is not null"
order   = "uncertainty"

[[label.question]]
kind = "cells"
ask  = "Which cells are wrong?"

[[step]]
use = "label.resolve"
"""


def people(root: Path, *steps: str) -> Dataset:
    lines = ["name,zip,city,state,ran,pays"]
    for number in range(120):
        code = list(PLACES)[number % 4]
        row = {"name": f"person {number}", "zip": code, "city": PLACES[code][0], "state": PLACES[code][1]}
        row |= {"ran": str(int(20 * 1.06 ** (number % 60))), "pays": ("no", "yes")[number % 3 == 0]}
        name, value = WRONG.get(number, ("zip", code))
        lines.append(",".join((row | {name: value}).values()))
    (root / "people.csv").write_text("\n".join(lines) + "\n")
    (root / "stork.toml").write_text("".join([HEAD, *steps, REST]))
    dataset = open_dataset(root)
    dataset.build(workers=1)
    return dataset


def column(dataset: Dataset, name: str) -> dict[int, dict[str, str]]:
    frame = dataset.frame(media=False).to_pydict()
    told = zip(frame["uri"], frame[name], strict=True)
    return {int(uri.partition("#")[2]): json.loads(text) for uri, text in told if text}


@pytest.mark.parametrize("steps", [(UNITS, CITIES, STATES), (STATES, CITIES, UNITS)], ids=["first", "last"])
def test_each_step_adds_to_what_the_others_doubt_and_changed(tmp_path: Path, steps: tuple[str, ...]) -> None:
    dataset = people(tmp_path, *steps)

    doubted = column(dataset, "suspects")
    assert {row: list(cells) for row, cells in doubted.items()} == {17: ["city"], 30: ["city"], 31: ["ran"]}
    assert {row: list(cells) for row, cells in column(dataset, "repaired").items()} == {33: ["state"], 50: ["state"]}
    found = json.loads((tmp_path / ".stork/versions/1.json").read_text())["findings"]
    assert [found[name]["numbers"]["suspects"] for name in ("clean.table.units", "cities", "states")] == [1, 2, 0]
    changed = {step["name"]: step.get("changed", 0) for step in dataset.status()["steps"]}
    assert (changed["cities"], changed["states"]) == (0, 2)
    gains = dict(zip(dataset.frame().to_pydict()["uri"], dataset.frame().to_pydict()["ask_gain"], strict=True))
    assert all(gains[f"people.csv#{row}"] > 0 for row in ([17, 30, 31] if steps[0] == UNITS else [17, 30]))
    assert [one["column"] for one in dataset.why("people.csv#50")["changes"]] == ["state"]  # and no bookkeeping


def test_an_answer_on_a_cell_settles_what_an_earlier_step_doubts(tmp_path: Path) -> None:
    dataset = people(tmp_path, UNITS, CITIES, STATES)
    ids = dict(zip(dataset.frame().to_pydict()["uri"], dataset.frame().to_pydict()["id"], strict=True))

    answer = {"sample": ids["people.csv#31"], "annotator": "ada", "question": "cells", "value": {"ran": "1"}}
    dataset.cast([answer])
    dataset.build(workers=1)

    assert sorted(column(dataset, "suspects")) == [17, 30]


def test_a_build_in_which_something_else_changed_does_not_repair_again(tmp_path: Path) -> None:
    dataset = people(tmp_path, STATES)
    recipe = tmp_path / "stork.toml"
    recipe.write_text(recipe.read_text() + '\n[[step]]\nuse = "split.random"\n')
    dataset.build(workers=1)

    reused = {step["name"]: step["reused"] for step in dataset.status()["steps"]}
    assert (reused["states"], reused["split.random"]) == (True, False)


def test_what_was_noted_stays_until_it_is_changed_or_settled() -> None:
    grid = Grid.of({"a": ["1", "2", "3"], "b": ["x", "y", "z"]})
    before = pa.chunked_array([['{"a": "7", "b": "q"}', None, '{"a": "8"}']], pa.string())
    changes = Changes.of("model", [0, 1], 1, ["u", None], 0.6, "a guess")

    told = noted(changes, grid, before, cells_of(Changes.of("model", [2], 0, ["9"], 1.0, "sure")))

    assert told.to_pylist() == ['{"a": "7", "b": "u"}', '{"b": null}', None]
