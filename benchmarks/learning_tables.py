"""Tables to learn from: read from the folder of real data, or made and damaged here."""

import csv
import itertools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.datasets import load_breast_cancer, load_digits

from datastork.tables.grid import Grid

LABEL = "label"


def read(path: Path) -> tuple[list[str], list[list[str]]]:
    """Return the first row of a CSV file and the others."""
    with path.open(newline="") as file:
        first, *rest = csv.reader(file, skipinitialspace=True)
    return first, [row for row in rest if row]


def grid_of(names: Sequence[str], rows: Sequence[Sequence[str | None]]) -> Grid:
    """Return a table; cells without text are not given."""
    return Grid.of({name: [row[at] or None for row in rows] for at, name in enumerate(names)})


def is_number(text: str | None) -> bool:
    """Whether a cell reads as a number, or is not given."""
    try:
        return text is None or np.isfinite(float(text))
    except ValueError:
        return False


def cpclean(folder: Path) -> tuple[Grid, Grid, list[np.ndarray]]:
    """Return the dirty and the true table, rows for training, validation and testing below one another."""
    labels = [row[0] for part in ("train", "val", "test") for row in read(folder / f"y_{part}.csv")[1]]
    grids, parts = [], []
    for train in ("X_train_dirty.csv", "X_train_ground_truth.csv"):
        tables = [read(folder / name) for name in (train, "X_val.csv", "X_test.csv")]
        rows = [row for _, table in tables for row in table]
        grids.append(grid_of([*tables[0][0], LABEL], [[*row, label] for row, label in zip(rows, labels, strict=True)]))
        ends = np.cumsum([0, *(len(table) for _, table in tables)])
        parts = [np.arange(a, b) for a, b in itertools.pairwise(ends)]
    return grids[0], grids[1], parts


def clean_tables(data: Path) -> dict[str, list[list[str | None]]]:
    """Return tables with the label last."""
    folder = data / "tables" / "jbrownlee"
    found: dict[str, list[list[str | None]]] = {}
    for name in ("german", "pima-indians-diabetes", "adult-train"):
        first, rest = read(folder / f"{name}.csv")
        found[name] = [[None if cell == "?" else cell for cell in row] for row in [first, *rest]]
    for name, load in (("breast cancer", load_breast_cancer), ("digits", load_digits)):
        values, target = load(return_X_y=True)
        found[name] = [[*(f"{v:g}" for v in row), str(t)] for row, t in zip(values.tolist(), target, strict=True)]
    rng = np.random.default_rng(0)
    words = rng.integers(0, 4, (4000, 8))  # a table of words whose label follows a rule
    rule = np.where(words[:, 0] == 0, 0, 1 + (words[:, 1] + words[:, 2] + (words[:, 3] > 1) > 4))
    found["words"] = [[*("abcd"[v] for v in row), str(t)] for row, t in zip(words.tolist(), rule, strict=True)]
    numbers = rng.normal(size=(4000, 8))  # a noisy curve through numbers
    curve = np.sin(2 * numbers[:, 0]) + numbers[:, 1] * numbers[:, 2] + 0.5 * numbers[:, 3] + rng.normal(size=4000) / 2
    found["curve"] = [
        [*(f"{v:.4f}" for v in row), "NP"[int(t > 0)]] for row, t in zip(numbers.tolist(), curve, strict=True)
    ]
    return found


def damage(
    rows: list[list[str | None]], how: str, where: str, rng: np.random.Generator
) -> tuple[Grid, Grid, list[np.ndarray]]:
    """Return a table with cells lost, the table as it was, and its rows in three parts."""
    table = np.array(rows, object)[rng.permutation(len(rows))[:4000]]
    count, width = table.shape[0], table.shape[1] - 1
    train = min(1200, int(0.4 * count))
    ends = [0, train, train + min(1400, int(0.3 * count)), count]
    parts = [np.arange(a, b) for a, b in itertools.pairwise(ends)]
    lost = np.zeros((count, width), bool)
    if how == "random":
        lost = rng.random((count, width)) < 0.2
    elif how == "systematic":
        for at in rng.choice(width, max(2, width // 3), replace=False):
            cell = table[:, at]
            order = (
                np.array([float(v or 0) for v in cell])
                if all(map(is_number, cell))
                else np.unique(cell.astype(str), return_inverse=True)[1]
            )
            lost[:, at] = rng.random(count) < np.where(order > np.median(order), 0.6, 0.1)
    if where == "training":
        lost[train:] = False
    names = [*(f"c{at}" for at in range(width)), LABEL]
    dirty = table.copy()
    dirty[:, :width][lost] = None
    return grid_of(names, dirty.tolist()), grid_of(names, table.tolist()), parts


def adult(data: Path) -> tuple[Grid, list[str], str]:
    """Return Adult, its protected column and the favourable label."""
    parts = [read(data / f"tables/jbrownlee/adult-{part}.csv") for part in ("train", "test")]
    rows = [row for first, others in parts for row in (first, *others)]
    names = [*(f"c{at}" for at in range(14)), LABEL]
    names[9] = "sex"
    rows = [[None if cell == "?" else cell.rstrip(".") for cell in row] for row in rows if len(row) == 15]
    return grid_of(names, rows), ["sex"], ">50K"


def compas(data: Path) -> tuple[Grid, list[str], str]:
    """Return COMPAS with ProPublica's filter, its protected column and the favourable label."""
    names, rows = read(data / "tables/compas/compas-scores-two-years.csv")
    kept = []
    for row in rows:
        one = dict(zip(names, row, strict=True))
        days = one["days_b_screening_arrest"]
        usual = days and abs(float(days)) <= 30 and one["is_recid"] != "-1" and one["c_charge_degree"] != "O"
        if usual and one["score_text"] != "N/A" and one["race"] in ("African-American", "Caucasian"):
            kept.append(one)
    wanted = ["sex", "age", "age_cat", "race", "juv_fel_count", "juv_misd_count", "juv_other_count", "priors_count"]
    rows = [[*(one[name] for name in (*wanted, "c_charge_degree")), one["two_year_recid"]] for one in kept]
    return grid_of([*wanted, "c_charge_degree", LABEL], rows), ["race"], "0"


def planted(grid: Grid, group: str, least: str, rng: np.random.Generator) -> tuple[Grid, np.ndarray]:
    """Return rows with a tenth of one group's labels flipped and a tenth of all rows copied with a slip in a cell.

    Also bool[n]: which rows neither carry a flipped label nor are a copy.
    """
    cells = np.array([column.texts() for column in grid.columns], object).T
    label = grid.place(LABEL)
    values = list(grid[LABEL].values)
    mine = np.flatnonzero(cells[:, grid.place(group)] == least)
    flipped = rng.choice(mine, len(mine) // 10, replace=False)
    cells[flipped, label] = [values[1 - values.index(text)] for text in cells[flipped, label]]
    copied = rng.choice(len(cells), len(cells) // 10, replace=False)
    copies = cells[copied].copy()
    for row in copies:
        at = rng.integers(len(row))
        text = row[at]
        if text is None or at == label:
            continue
        place = rng.integers(len(text))
        row[at] = (
            str(int(float(text)) + int(rng.integers(1, 3))) if is_number(text) else text[:place] + text[place + 1 :]
        )
    good = np.ones(len(cells) + len(copies), bool)
    good[flipped] = good[len(cells) :] = False
    return grid_of(grid.names, [*cells.tolist(), *copies.tolist()]), good
