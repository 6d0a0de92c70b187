"""Dependencies among rows of several sources: found where sources contradict each other, held against answers."""

import numpy as np

from datastork.tables.answers import Answers
from datastork.tables.grid import Grid
from datastork.tables.topics import contradicted, topics


def reports(things: int = 60, sources: int = 12, wrong: float = 0.35, seed: int = 3) -> tuple[Grid, Grid]:
    """Return what sources say of the gate and hour of trains, and the truth; hours are contradicted, gates hardly."""
    rng = np.random.default_rng(seed)
    gates, hours = rng.integers(1, 30, things), rng.integers(0, 24, things)
    rows: dict[str, list[str]] = {name: [] for name in ("site", "train", "gate", "hour")}
    true: dict[str, list[str]] = {name: [] for name in rows}
    for source in range(sources):
        bad = wrong * (0.2 + 1.6 * source / sources)
        for thing in range(things):
            hour = int(hours[thing])
            said = hour if rng.random() > bad else (hour + int(rng.integers(1, 6))) % 24
            for told, value in ((rows, said), (true, hour)):
                told["site"].append(f"site {source}")
                told["train"].append(f"T{thing}")
                told["gate"].append(f"gate {gates[thing]}")
                told["hour"].append(f"{value}:00")
    return Grid.of(rows), Grid.of(true)


def test_only_dependencies_along_which_rows_differ_are_contradicted() -> None:
    grid, _ = reports()

    assert contradicted(grid, [(("train",), "hour")]) == [(("train",), "hour")]
    assert contradicted(grid, [(("train",), "gate")]) == []
    assert contradicted(grid, [(("train", "site"), "hour")]) == []  # no two rows speak of one thing


def test_answers_bear_out_what_the_table_only_suggests() -> None:
    grid, truth = reports()
    rows = np.random.default_rng(1).choice(grid.rows, 25, replace=False)

    assert topics(grid, Answers.of_rows(grid, rows, truth)) == [(("train",), "hour")]
    assert topics(grid, Answers.of_rows(grid, rows, grid)) == []  # all was right: nothing to gain
