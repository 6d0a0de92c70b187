"""Repairs and detectors of cells, fitted on rows for training."""

import numpy as np
import pytest

from datastork.learning.boost.cells import Reader, hole_counts, reader_of
from datastork.learning.boost.detectors import detectors_of
from datastork.learning.boost.repairs import REPAIRS, Repair, fill_of, partner
from datastork.tables.grid import Grid
from datastork.tables.rules import parse


def people(rows: int = 400) -> Grid:
    """Return people whose pay follows age and whose town follows the state, with holes in both."""
    draw = np.random.default_rng(2)
    age = draw.integers(20, 70, rows)
    pay = 100 * age + draw.integers(-50, 50, rows)
    state = draw.choice(["OR", "IN"], rows)
    town = np.where(state == "OR", "Bend", "Gary")
    lost = draw.random((2, rows)) < 0.2
    return Grid.of(
        {
            "age": [str(one) for one in age],
            "pay": [None if gone else f"{one}" for one, gone in zip(pay, lost[0], strict=True)],
            "state": state.tolist(),
            "town": ["?" if gone else str(one) for one, gone in zip(town, lost[1], strict=True)],
            "high": np.where(pay > 4500, "yes", "no").tolist(),
        }
    )


def fitted(repair: Repair, grid: Grid) -> tuple[Reader, np.ndarray, np.ndarray, np.ndarray]:
    """Return the reader, the cells' values, the holes, and the values with holes filled."""
    rows = np.arange(grid.rows)
    reader = reader_of(grid, rows, ignore=("high",))
    cells = reader.read(grid)
    classes = (np.array(grid["high"].texts()) == "yes").astype(int)
    fill = fill_of(repair, reader, cells, cells.hole, classes, 0)
    return reader, cells.values, cells.hole, fill(cells.values, cells.hole, classes)


@pytest.mark.parametrize("repair", [one for one in REPAIRS if one not in ("none", "mark", "discard")])
def test_every_repair_fills_all_holes_and_nothing_else_and_twice_the_same(repair: Repair) -> None:
    grid = people()
    _, values, hole, filled = fitted(repair, grid)
    assert hole.any()
    assert not np.isnan(filled).any()
    assert np.array_equal(values[~hole], filled[~hole])
    assert np.array_equal(filled, fitted(repair, grid)[3])


@pytest.mark.parametrize(
    ("repair", "want"), [("mean", np.mean), ("median", np.median), ("min", np.min), ("max", np.max)]
)
def test_simple_repairs_are_what_their_name_says(repair: Repair, want: object) -> None:
    reader, values, hole, filled = fitted(repair, people())
    at = reader.names.index("pay")
    assert np.unique(filled[hole[:, at], at]).tolist() == [round(want(values[~hole[:, at], at]))]  # type: ignore[operator]


def test_the_rest_of_the_row_tells_more_than_the_mean() -> None:
    grid = people()
    reader, _, hole, expected = fitted("expected", grid)
    pay, age, town = (reader.names.index(name) for name in ("pay", "age", "town"))
    near = np.abs(expected[hole[:, pay], pay] - 100 * expected[hole[:, pay], age])
    assert near.mean() < 300
    names = np.array(reader.texts(town, expected[:, town], grid["town"]))
    assert (names == np.where(np.array(grid["state"].texts()) == "OR", "Bend", "Gary")).mean() > 0.99


def test_draws_keep_the_spread_that_the_mean_takes_away() -> None:
    reader, values, hole, drawn = fitted("draw", people())
    at = reader.names.index("pay")
    assert drawn[hole[:, at], at].std() > 0.8 * values[~hole[:, at], at].std()


def test_where_the_label_is_unknown_a_repair_by_class_is_its_plain_partner() -> None:
    assert [partner(one) for one in ("class draw", "class expected", "discard", "mean")] == [
        *("draw", "expected", "none", "mean")
    ]


def test_tokens_and_what_is_no_number_are_holes_and_counted_apart() -> None:
    grid = Grid.of(
        {"size": [*(str(one % 20 + 0.5) for one in range(60)), "N/A", "tall", None], "y": ["a", "b", "a"] * 21}
    )
    reader = reader_of(grid, np.arange(grid.rows), ignore=("y",))
    assert hole_counts(grid, reader) == [("size", 1, 1, 1)]


def test_written_values_are_those_of_the_column_or_plain() -> None:
    grid = Grid.of({"price": [f"{one},5" for one in range(40)], "y": ["a", "b"] * 20})
    reader = reader_of(grid, np.arange(40), ignore=("y",))
    assert reader.texts(0, np.array([3.5, 7.25, np.nan]), grid["price"]) == ["3,5", "7,25", None]


def test_detectors_find_the_far_number_and_leave_columns_of_few_values() -> None:
    draw = np.random.default_rng(0)
    normal = [f"{one:.2f}" for one in draw.normal(50, 5, 300)]
    rare = ["1" if one < 4 else "0" for one in range(300)]
    grid = Grid.of({"weight": ["5000", *normal[1:]], "flag": rare, "y": ["a", "b"] * 150})
    rows = np.arange(300)
    reader = reader_of(grid, rows, ignore=("y",))
    cells = reader.read(grid)
    found = {one.name: one.flags(grid, cells) for one in detectors_of(reader, cells)}
    for name in ("far", "deviations"):
        assert np.argwhere(found[name]).tolist() == [[0, reader.names.index("weight")]]
    assert found["forest"][0].all()
    assert not found["missing"].any()


def test_a_cell_that_breaks_a_rule_is_flagged() -> None:
    ages = ["30", "41", "290", "52"] * 20
    grid = Grid.of({"age": ages, "y": ["a", "b"] * 40})
    reader = reader_of(grid, np.arange(80), ignore=("y",))
    cells = reader.read(grid)
    found = {one.name: one for one in detectors_of(reader, cells, rules=parse("age: 0..120", grid.names))}
    assert found["rules"].flags(grid, cells)[:, 0].tolist() == [age == "290" for age in ages]
