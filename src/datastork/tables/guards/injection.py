"""A repair is tried on errors planted into good cells, and a column where it does harm is left alone."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datastork.tables.changes import Changes
from datastork.tables.grid import Column, Grid

if TYPE_CHECKING:
    import numpy as np

PLANTED, SHARE = 200, 0.02  # cells of a column, and the most of its rows
MOST_ROWS = 20_000  # of a larger table whole groups of rows alike are tried
NEEDED, CHANCE = 0.95, 0.05  # precision that repairs must have, and how improbable it must be that they have it
KEYS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Trial:
    """How a repair did on one column: good cells damaged, repairs made in it, and how many of them were right.

    `changed` counts repairs of damaged cells and of good ones; not those that the untried table has too.
    """

    damaged: int
    changed: int
    right: int

    @property
    def precision(self) -> float | None:
        """Share of the repairs that were right; None where nothing was repaired."""
        return self.right / self.changed if self.changed else None

    @property
    def recall(self) -> float | None:
        """Share of the damaged cells that were repaired right; None where none was damaged."""
        return self.right / self.damaged if self.damaged else None

    @property
    def passed(self) -> bool:
        """Whether the column may be repaired."""
        from scipy.stats import binom

        return bool(binom.cdf(self.right, self.changed, NEEDED) >= CHANCE)

    @property
    def message(self) -> str:
        """What to tell the user."""
        return (
            f"of {self.changed} repairs tried on {self.damaged} damaged cells {self.right} were right: "
            "the column is left alone"
        )


def tried(
    grid: Grid, doubtful: "np.ndarray", repair: Callable[[Grid], Changes], apply: float, seed: int
) -> dict[str, Trial]:
    """Return for each column how a repair does on damaged cells.

    Up to 200 cells of each column, 2 % of its rows at most, are damaged: half get a slip of the keyboard, half the
    value of another row; not those that are changed or suspected in the table itself (`doubtful`: row * columns +
    column), where nobody knows what is right.
    """
    import numpy as np

    draw = np.random.default_rng(seed)
    rows = _rows(grid, draw)
    width = len(grid.columns)
    small = grid if len(rows) == grid.rows else grid.take(rows)
    back = np.full(grid.rows, -1)
    back[rows] = np.arange(len(rows))
    old_row, old_column = np.divmod(doubtful, width)
    kept = back[old_row] >= 0
    unsure = back[old_row[kept]] * width + old_column[kept]
    damaged, planted = _damage(small, unsure, draw)
    if not len(planted):
        return {}
    found = repair(damaged)
    found = found.where(found.confidence >= apply).real(damaged).best()
    cell = found.row * width + found.column
    found = found.where(~np.isin(cell, unsure))
    open_ = np.stack([_blank(column) for column in small.columns], axis=1)[found.row, found.column]
    found = found.where(~open_)  # nobody knows what belongs there
    right = np.fromiter((a == b for a, b in zip(found.old(small), found.new, strict=True)), bool, len(found))
    trials = {}
    for place, column in enumerate(grid.columns):
        mine = found.column == place
        count = int((planted % width == place).sum())
        if count or mine.any():
            trials[column.name] = Trial(count, int(mine.sum()), int((mine & right).sum()))
    return trials


def _rows(grid: Grid, draw: "np.random.Generator") -> "np.ndarray":
    """Return the rows to try on: all, or of a large table those of whole groups of the column that groups it best."""
    import numpy as np

    if grid.rows <= MOST_ROWS:
        return np.arange(grid.rows)
    wanted = MOST_ROWS / grid.rows
    grouping = [one for one in grid.columns if 20 / wanted <= len(one.values) <= grid.rows / 3]
    if not grouping:
        return np.sort(draw.choice(grid.rows, MOST_ROWS, replace=False))
    column = max(grouping, key=lambda one: len(one.values))
    chosen = draw.random(len(column.values)) < wanted
    return np.flatnonzero(np.append(chosen, False)[column.codes])


def _damage(grid: Grid, unsure: "np.ndarray", draw: "np.random.Generator") -> "tuple[Grid, np.ndarray]":
    """Return a damaged table and its damaged cells: row * columns + column."""
    import numpy as np

    width = len(grid.columns)
    cells = [np.zeros(0, np.int64)]
    columns = list(grid.columns)
    for place, column in enumerate(grid.columns):
        good = np.flatnonzero(~_blank(column))
        good = good[~np.isin(good * width + place, unsure)]
        count = min(PLANTED, int(SHARE * grid.rows), len(good))
        if not count or len(column.values) < 2:
            continue
        rows = np.sort(draw.choice(good, count, replace=False))
        others = good[draw.integers(0, len(good), count)]
        texts = []
        for number, (row, other) in enumerate(zip(rows.tolist(), others.tolist(), strict=True)):
            text = str(column.text(row))
            texts.append(_slip(text, draw) if number % 2 else str(column.text(other)))
        changed = np.array([text != column.text(row) for text, row in zip(texts, rows.tolist(), strict=True)], bool)
        rows, texts = rows[changed], [text for text, real in zip(texts, changed, strict=True) if real]
        columns[place] = column.replaced(rows, texts)
        cells.append(rows * width + place)
    return Grid(tuple(columns)), np.concatenate(cells)


def _blank(column: Column) -> "np.ndarray":
    """Return which cells hold nothing: bool[n]."""
    import numpy as np

    blank = np.array([*(not text.strip() for text in column.values), True], bool)
    return np.asarray(blank[column.codes])


def _slip(text: str, draw: "np.random.Generator") -> str:
    """Return a text with one character replaced, left out, doubled up with another, or swapped with the next."""
    if not text:
        return KEYS[int(draw.integers(len(KEYS)))]
    at, key = int(draw.integers(len(text))), KEYS[int(draw.integers(len(KEYS)))]
    return (
        text[:at] + key + text[at + 1 :],
        text[:at] + text[at + 1 :],
        text[:at] + key + text[at:],
        text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :],
    )[int(draw.integers(4))]
