"""Steps that correct rows: the rows change, the ledger says how, the user can undo it, nothing is written twice."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from click.testing import CliRunner

from datastork import catalog
from datastork.cli.main import stork
from datastork.core import Frame, step
from datastork.core.errors import BuildError, NotFoundError
from datastork.dataset import Dataset
from datastork.dataset import open as open_dataset
from datastork.engine.versions.undo import undo_column
from datastork.media.row_table import corrections_of, corrections_type, grid_of
from datastork.media.stored import Media
from datastork.store.columns import put, take
from datastork.store.passes import PassTable
from datastork.tables.changes import Changes

RECIPE = """
[dataset]
name    = "people"
task    = "tabular-classification"
license = "CC0-1.0"

[[step]]
use   = "collect.table"
path  = "people.csv"

[[step]]
use = "clean.table.spell"

[[step]]
name = "again"
use = "clean.table.spell"
wrong = "Bend"
right = "BEND"
"""
CITIES = ["Bend", "Bnd", "Gary", "Bnd", "Gary"]


@step(needs=(Media,), corrects=True)
def spell(frame: Frame, *, wrong: str = "Bnd", right: str = "Bend") -> Frame:
    """Put one word in the place of another."""
    table = take(frame, "media")
    grid = grid_of(table["media"])
    rows = [row for row, text in enumerate(grid["city"].texts()) if text == wrong]
    changes = Changes.of("rule", rows, grid.place("city"), [right] * len(rows), 0.97, f"{wrong} is {right}")
    return put(frame, pa.table({"id": table["id"], "corrections": corrections_of(changes, grid)}))


@dataclass
class Point:
    name: str
    function: Any
    dist: None = None
    value: str = "tests:step"

    def load(self) -> Any:
        return self.function


@pytest.fixture
def plug(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Any], None]]:
    def put(function: Any) -> None:
        monkeypatch.setattr(catalog, "_entry_points", lambda: [Point("clean.table.spell", function)])
        catalog.find.cache_clear()

    yield put
    monkeypatch.undo()
    catalog.find.cache_clear()


@pytest.fixture
def people(tmp_path: Path, plug: Callable[[Any], None]) -> Dataset:
    plug(spell)
    lines = [f"{number},{city},{number:03}" for number, city in enumerate(CITIES)]
    (tmp_path / "people.csv").write_text("\n".join(["n,city,zip", *lines]) + "\n")
    (tmp_path / "stork.toml").write_text(RECIPE)
    dataset = open_dataset(tmp_path)
    dataset.build(workers=1)
    return dataset


def cities(dataset: Dataset) -> list[str]:
    rows = [json.loads(data) for data in dataset.frame().to_pydict()["row"]]
    assert [row["zip"] for row in rows] == [f"{int(row['n']):03}" for row in rows]
    return [row["city"] for row in sorted(rows, key=lambda row: int(row["n"]))]


def test_rows_are_corrected_one_step_after_the_other_and_the_ledger_says_how(people: Dataset) -> None:
    assert cities(people) == ["BEND", "BEND", "Gary", "BEND", "Gary"]

    status = people.status()
    assert [step["name"] for step in status["steps"]][-2:] == ["clean.table.spell", "again"]
    changed = [
        one
        for sample in people.frame().to_pydict()["id"]
        for one in people.why(sample)["changes"]
        if one["old"] == "Bnd"
    ]
    assert [(one["step"], one["column"], one["new"], one["reason"], one["confidence"]) for one in changed] == [
        ("clean.table.spell", "city", "Bend", "Bnd is Bend", 0.97)
    ] * 2


def test_a_build_with_nothing_new_changes_nothing_and_one_with_a_new_row_writes_that_row_alone(people: Dataset) -> None:
    def written() -> list[int]:
        return sorted(PassTable(path).count for path in people.home.pass_table("x").parent.glob("*.lance"))

    assert written() == [2, 3, 5]
    assert not people.build(workers=1).changed
    with (people.home.root / "people.csv").open("a") as file:
        file.write("5,Bnd,005\n")

    assert people.build(workers=1).changed

    assert cities(people) == ["BEND", "BEND", "Gary", "BEND", "Gary", "BEND"]
    assert written() == [3, 4, 6]
    entries = [len(people.why(sample)["changes"]) for sample in people.frame().to_pydict()["id"]]
    assert sorted(entries) == [0, 0, 1, 2, 2, 2]  # none of them is told twice


def test_the_changes_of_a_column_are_undone_and_come_back(people: Dataset) -> None:
    runner = CliRunner()
    root = str(people.home.root)

    said = runner.invoke(stork, ["undo", root, "--column", "city", "--step", "again"])
    assert said.exit_code == 0, said.output
    assert "3 changes of city" in said.output
    assert cities(people) == ["Bend", "Bend", "Gary", "Bend", "Gary"]
    assert "undone by the user" in {one["reason"] for one in people.why("people.csv#1")["changes"]}

    assert runner.invoke(stork, ["undo", root, "--column", "city"]).exit_code == 0
    assert cities(people) == CITIES
    with pytest.raises(NotFoundError, match="no change of a column 'city'"):
        undo_column(people.home, "city")

    assert "2 undone drops and changes forgotten" in runner.invoke(stork, ["undo", root, "--forget"]).output
    assert cities(people) == ["BEND", "BEND", "Gary", "BEND", "Gary"]
    assert people.why("people.csv#1")["changes"][-1]["new"] == "BEND"


def test_one_row_or_one_step_is_undone(people: Dataset) -> None:
    runner = CliRunner()
    root = str(people.home.root)
    sample = next(one["id"] for one in people.frame().to_pylist() if json.loads(one["row"])["n"] == "1")

    assert "2 changed cells" in runner.invoke(stork, ["undo", root, "--sample", sample]).output
    assert cities(people) == ["BEND", "Bnd", "Gary", "BEND", "Gary"]

    said = runner.invoke(stork, ["undo", root, "--step", "clean.table.spell"]).output
    assert "the 1 changed cell of clean.table.spell" in said
    assert cities(people) == ["BEND", "Bnd", "Gary", "Bnd", "Gary"]
    wrong = runner.invoke(stork, ["undo", root, "--column", "town"])
    assert wrong.exit_code == 1
    assert "columns with changes: city" in str(wrong.exception.hint)
    assert runner.invoke(stork, ["undo", root, "--step", "again", "--forget"]).exit_code == 2


def test_a_step_that_corrects_must_say_how_and_of_what_the_row_has(
    people: Dataset, plug: Callable[[Any], None]
) -> None:
    @step(needs=(Media,), corrects=True, version=2)
    def mute(frame: Frame, *, wrong: str = "", right: str = "") -> Frame:
        """Say nothing."""
        return frame

    @step(needs=(Media,), corrects=True, version=3)
    def astray(frame: Frame, *, wrong: str = "", right: str = "") -> Frame:
        """Speak of a value that is not there."""
        ids = take(frame)["id"]
        cell = {"column": "city", "old": "Rome", "new": "Bend", "why": "", "confidence": 1.0}
        told = pa.array([[cell]] * len(ids), corrections_type())
        return put(frame, pa.table({"id": ids, "corrections": told}))

    plug(mute)
    with pytest.raises(BuildError, match="must return a column 'corrections'"):
        people.build(workers=1)
    plug(astray)
    with pytest.raises(BuildError, match="not 'Rome'"):
        people.build(workers=1)
    assert people.status()["version"] == 1
