"""Repair of a table: the layers in turn, and how what they say is split."""

from pathlib import Path

import numpy as np
import pytest
from tests.tables.model.planted import places, with_cells

from datastork.core.errors import RecipeError
from datastork.tables.answers import Answers
from datastork.tables.changes import LAYERS
from datastork.tables.grid import Grid
from datastork.tables.repair import Repaired, repair
from datastork.tables.rules import parse


def texts(found: Repaired, column: str, rows: list[int]) -> list[str | None]:
    return [found.grid[column].text(row) for row in rows]


def with_doubts() -> tuple[Grid, Grid]:
    """Return a clean table, and one with a misspelt town and two columns of which either may be wrong."""
    clean = places(900)
    town = clean["town"].text(5) or ""
    other = next(text for text in clean["condition"].values if text != clean["condition"].text(6))
    return clean, with_cells(with_cells(clean, "town", {5: town[:2] + "q" + town[3:]}), "condition", {6: other})


def test_sure_changes_are_made_and_doubtful_ones_listed() -> None:
    clean, dirty = with_doubts()
    found = repair(dirty, suspect=0.01, trial=False)
    assert texts(found, "town", [5]) == [clean["town"].text(5)]
    assert found.changes.row.tolist() == [5]
    assert 6 in found.suspects.row.tolist()
    report = {one.name: one for one in found.columns}
    assert (report["town"].applied, report["town"].suspects, report["town"].refused) == (1, 0, "")
    assert report["condition"].suspects == 1


def test_a_lower_bar_makes_a_suspect_a_change() -> None:
    _, dirty = with_doubts()
    found = repair(dirty, apply=0.01, suspect=0.01, trial=False)
    assert {5, 6} <= set(found.changes.row.tolist())
    assert len(found.suspects) == 0


def test_rules_come_before_the_model_and_say_their_line() -> None:
    clean = places(900)
    size = ["12 oz" if row % 3 else "12" for row in range(900)]
    grid = Grid((*with_cells(clean, "town", {7: "Nowhere"}).columns, *Grid.of({"size": size}).columns))
    found = repair(grid, rules=parse('size: number, strip "oz"\nname -> town', grid.names), trial=False)
    assert set(found.grid["size"].values) == {"12"}
    assert texts(found, "town", [7]) == [clean["town"].text(7)]
    layers = {LAYERS[layer] for layer in found.changes.layer.tolist()}
    assert {"format", "rule"} == layers


def test_what_people_answered_is_set_and_never_changed() -> None:
    clean = places(900)
    typo = (clean["town"].text(5) or "") + "q"
    dirty = with_cells(clean, "town", {5: typo, 9: "Nowhere"})
    place = dirty.place("town")
    found = repair(dirty, answers=Answers.of([5, 9], [place, place], [typo, "Here"]), trial=False)
    assert texts(found, "town", [5, 9]) == [typo, "Here"]
    assert 5 not in found.changes.row.tolist()
    assert found.changes.where(found.changes.row == 9).confidence.tolist() == [1.0]


def test_reference_tables_are_looked_up() -> None:
    clean = places(300)
    dirty = with_cells(clean, "town", {3: "Nowhere", 4: "Elsewhere"})
    reference = Grid.of({"zip": clean["zip"].texts(), "town": clean["town"].texts()})
    found = repair(dirty, references=[(reference, "zip")], trial=False)
    assert texts(found, "town", [3, 4]) == [clean["town"].text(3), clean["town"].text(4)]
    with pytest.raises(RecipeError, match="post"):
        repair(dirty, references=[(reference, "post")])


def test_ignored_columns_and_the_label_stay_as_they_are() -> None:
    clean = places(900)
    town, name = clean["town"].text(5) or "", clean["name"].text(6) or ""
    dirty = with_cells(with_cells(clean, "town", {5: town + "q"}), "name", {6: name + "q"})
    found = repair(dirty, ignore=["town"], label="name", trial=False)
    assert len(found.changes) == len(found.suspects) == 0
    assert repair(dirty, trial=False).changes.row.tolist() == [5, 6]


def test_the_trial_tells_shares_per_column_and_takes_no_repair_back_that_is_right() -> None:
    clean = places(900)
    typo = clean["town"].text(5) or ""
    steps: list[str] = []
    found = repair(with_cells(clean, "town", {5: typo + "q"}), progress=steps.append)
    assert found.changes.row.tolist() == [5]
    report = {one.name: one for one in found.columns}
    assert report["town"].injected > 10
    assert report["town"].precision == 1
    assert report["score"].precision is None
    assert steps == ["kinds of columns", "model", "trial on damaged cells"]


def test_a_column_that_does_harm_in_its_trial_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    from datastork.tables import repair as module
    from datastork.tables.guards.injection import Trial

    monkeypatch.setattr(module, "tried", lambda *_: {"town": Trial(20, 20, 3)})
    clean = places(900)
    found = repair(with_cells(clean, "town", {5: (clean["town"].text(5) or "") + "q"}))
    assert len(found.changes) == 0
    assert found.suspects.row.tolist() == [5]
    assert "3 were right" in {one.name: one.refused for one in found.columns}["town"]


def test_nothing_happens_to_an_empty_table() -> None:
    found = repair(Grid.of({"a": [], "b": []}))
    assert len(found.changes) == len(found.suspects) == 0
    assert [one.name for one in found.columns] == ["a", "b"]
    assert repair(Grid(())).columns == ()


@pytest.mark.real
@pytest.mark.parametrize("path", ["repair/hospital/clean.csv", "tables/jbrownlee/german.csv"])
def test_clean_tables_stay_as_they_are(real_data: Path, path: str) -> None:
    rows = [line.split(",") for line in (real_data / path).read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if len(row) == len(rows[0])]
    grid = Grid.of({f"column {place}": values for place, values in enumerate(zip(*rows, strict=True))})
    found = repair(grid, trial=False)
    assert len(found.changes) < 0.001 * grid.rows * len(grid.columns)


@pytest.mark.real
def test_a_published_table_is_repaired_without_breaking_good_cells(real_data: Path) -> None:
    from pyarrow import csv

    clean, dirty = (
        Grid.of({f"column {at}": one.cast("string") for at, one in enumerate(csv.read_csv(path).columns)})
        for path in (real_data / "repair/hospital/clean.csv", real_data / "repair/hospital/dirty.csv")
    )
    found = repair(dirty, trial=False)
    changes = found.changes
    truth = [clean.columns[c].text(r) for r, c in zip(changes.row.tolist(), changes.column.tolist(), strict=True)]
    right = np.array([new == true for new, true in zip(changes.new.tolist(), truth, strict=True)], bool)
    assert right.mean() >= 0.98
    assert right.sum() >= 450


def test_of_a_wide_table_the_model_looks_at_the_first_columns_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("datastork.tables.repair.WIDE", 2)
    grid = Grid.of({"a": ["x"] * 60, "b": [str(row) for row in range(60)], "city": ["Portland"] * 59 + ["Portlnad"]})

    found = repair(grid)

    assert len(found.changes) == 0
    assert "of 3 columns the model of the table looked at the first 2" in found.notes[0]
    ruled = repair(grid, rules=parse("a -> city", grid.names))
    assert ruled.grid["city"].values == ("Portland",)  # rules count for all columns
