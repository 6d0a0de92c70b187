"""Changes of cells: the most trusted of several counts."""

import numpy as np

from datastork.tables.changes import Changes
from datastork.tables.grid import Grid

GRID = Grid.of({"city": ["Bend", "Bnd", None], "state": ["OR", "OR", "oR"]})


def test_of_several_changes_of_a_cell_the_most_trusted_counts_then_the_surest() -> None:
    model = Changes.of("model", [1, 1, 2], [0, 0, 1], ["Bond", "Bend", "OR"], [0.5, 0.99, 0.9], "common in OR")
    rule = Changes.of("rule", [1], 0, ["BEND"], 0.6, "your rule")

    found = Changes.joined([model, rule]).best()

    assert found.to_arrow(GRID).to_pylist() == [
        {"row": 1, "column": "city", "old": "Bnd", "new": "BEND", "why": "your rule", "confidence": 0.6,
         "layer": "rule"},
        {"row": 2, "column": "state", "old": "oR", "new": "OR", "why": "common in OR", "confidence": 0.9,
         "layer": "model"},
    ]  # fmt: skip


def test_applied_changes_are_in_the_grid_and_nothing_else_is() -> None:
    changes = Changes.of("model", [1, 2], [0, 0], ["Bend", "Gary"], 1.0, "")

    assert changes.applied(GRID).to_arrow().to_pydict() == {
        "city": ["Bend", "Bend", "Gary"],
        "state": ["OR", "OR", "oR"],
    }


def test_a_change_to_what_is_there_already_is_none() -> None:
    changes = Changes.of("format", [0, 2, 2], [0, 0, 1], ["Bend", None, "OR"], 1.0, "")

    assert changes.real(GRID).row.tolist() == [2]
    assert len(Changes.none().best().applied(GRID).columns) == 2
    assert np.array_equal(Changes.joined([]).row, [])
