"""`clean.table.boost`: the repair that serves a model best, made in the rows, or none."""

import json
import random
from pathlib import Path
from typing import Any

import daft
import pyarrow as pa
import pytest

from datastork.clean.table.boost import boost
from datastork.core.errors import DataError
from datastork.core.findings import Findings
from datastork.core.hashing import canonical
from datastork.dataset import open as open_dataset
from datastork.testing import check_step


def rows_of(lost: bool = True, rows: int = 900) -> list[dict[str, Any]]:
    """Return points of two classes at the corners of a square; for training, those on the right mostly lack `x`."""
    draw = random.Random(4)
    found = []
    for number in range(rows):
        right, top = draw.random() < 0.5, draw.random() < 0.5
        x = f"{4 * right + draw.gauss(0, 0.5):.2f}"
        gone = lost and right and draw.random() < 0.85 and number % 3 == 0
        y = f"{4 * top + draw.gauss(0, 0.5):.2f}"
        found.append({"x": None if gone else x, "y": y, "side": "a" if right == top else "b"})
    return found


def run(rows: list[dict[str, Any]], split: bool = True, **settings: Any) -> tuple[list[dict[str, Any]], Findings]:
    parts = ("train", "validation", "test")
    table = pa.table(
        {
            "id": [f"{number:04}" for number in range(len(rows))],
            "media": pa.array([canonical(row).encode() for row in rows], pa.large_binary()),
            "split": pa.array([parts[number % 3] if split else None for number in range(len(rows))], pa.string()),
        }
    )
    found, told = boost(daft.from_arrow(table), **{"label": "side", "model": "knn", **settings})
    return found.to_arrow().sort_by("id").to_pylist(), told


def test_it_keeps_what_every_step_promises() -> None:
    check_step("clean.table.boost", settings={"label": "income"})


def test_the_repair_that_helps_is_made_in_rows_for_training_and_the_report_says_why() -> None:
    rows, told = run(rows_of())
    changed = [row for row in rows if row["corrections"]]
    assert len(changed) == sum(one["x"] is None for one in rows_of()) > 50
    assert {row["split"] for row in changed} == {"train"}
    one = changed[0]["corrections"][0]
    assert (one["column"], one["old"]) == ("x", None)
    assert one["why"].startswith("not given, or not readable: ")
    assert 0 <= one["confidence"] <= 1
    assert told.numbers["gain"] > 0.01  # type: ignore[operator]
    assert told.numbers["cells_filled"] == len(changed)
    assert told.tables[0].rows[0][0] == "as it is"
    assert told.tables[-1].rows == [("x", len(changed), 0, 0)]


def test_where_nothing_is_wrong_no_repair_is_needed() -> None:
    rows, told = run(rows_of(lost=False))
    assert not any(row["corrections"] for row in rows)
    assert told.numbers["chosen"] == "no repair"
    assert "No repair needed" in told.sentences[1]


def test_trees_stand_beside_and_often_need_no_repair() -> None:
    _, told = run(rows_of())
    assert "Gradient-boosted trees" in told.sentences[-1]
    assert told.numbers["trees_as_is"] > 0.9  # type: ignore[operator]


def test_without_a_split_no_repair_knows_the_label_and_the_report_warns() -> None:
    rows, told = run(rows_of(), split=False)
    assert "no split" in told.warnings[0]
    assert not any("label" in one["why"] for row in rows for one in row["corrections"] or [])
    assert not any("class" in str(row[1]) for row in told.tables[0].rows)


def test_without_enough_rows_for_validation_some_for_training_are_set_aside() -> None:
    _, told = run(rows_of(rows=120), split=True)
    assert "set aside from those for training" in told.sentences[0]


def test_a_label_that_is_not_there_is_refused() -> None:
    with pytest.raises(DataError, match="no column 'sides'; did you mean 'side'"):
        run(rows_of(rows=60), label="sides")


RECIPE = """
[dataset]
name    = "points"
task    = "table-classification"
license = "CC0-1.0"

[[step]]
use   = "collect.table"
path  = "points.csv"
label = "side"

[[step]]
use        = "split.random"
train      = 0.4
validation = 0.3
test       = 0.3

[[step]]
use   = "clean.table.boost"
label = "side"
model = "knn"
"""


def test_in_a_recipe_the_rows_are_filled_and_the_ledger_knows(tmp_path: Path) -> None:
    lines = ["x,y,side"]
    draw = random.Random(0)
    for one in rows_of(lost=False):
        gone = float(one["x"]) > 2 and draw.random() < 0.8
        lines.append(f"{'' if gone else one['x']},{one['y']},{one['side']}")
    (tmp_path / "points.csv").write_text("\n".join(lines) + "\n")
    (tmp_path / "stork.toml").write_text(RECIPE)
    dataset = open_dataset(tmp_path)
    dataset.build(workers=1)
    frame = dataset.frame().to_pydict()
    train = [json.loads(row) for row, split in zip(frame["row"], frame["split"], strict=True) if split == "train"]
    assert all(row["x"] for row in train)
