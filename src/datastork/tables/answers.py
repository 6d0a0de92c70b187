"""Cells that a person vouched for: what they hold, right or corrected."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datastork.tables.changes import Changes
from datastork.tables.grid import Grid

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True)
class Answers:
    """True values of m cells of one grid, whether the cells held them or not. All arrays have length m.

    `row`     int64
    `column`  int32: the place of the column in the grid
    `value`   object: text, or None for a cell that is rightly empty
    """

    row: "np.ndarray"
    column: "np.ndarray"
    value: "np.ndarray"

    @classmethod
    def of(cls, row: Sequence[int], column: Sequence[int], value: Sequence[str | None]) -> "Answers":
        """Return answers on these cells."""
        import numpy as np

        values = np.empty(len(value), object)
        values[:] = list(value)
        return cls(np.asarray(row, np.int64), np.asarray(column, np.int32), values)

    @classmethod
    def of_rows(cls, grid: Grid, rows: "Sequence[int] | np.ndarray", truth: Grid) -> "Answers":
        """Return answers on all cells of these rows, from a grid of true values with the same columns and rows."""
        import numpy as np

        chosen = np.asarray(rows, np.int64)
        width = len(grid.columns)
        columns = [truth[column.name] for column in grid.columns]
        values = [column.text(row) for row in chosen.tolist() for column in columns]
        return cls.of(np.repeat(chosen, width).tolist(), list(range(width)) * len(chosen), values)

    def __len__(self) -> int:
        """Return how many cells."""
        return len(self.row)

    @property
    def rows(self) -> "np.ndarray":
        """The rows with an answer, each once, ascending: int64."""
        import numpy as np

        return np.unique(self.row)

    def of_column(self, place: int) -> "Answers":
        """Return the answers on one column."""
        mine = self.column == place
        return Answers(self.row[mine], self.column[mine], self.value[mine])

    def changes(self, grid: Grid) -> Changes:
        """Return all answers as sure changes, also those that say that a cell is right: so that no layer alters it."""
        held = [grid.columns[c].text(r) for r, c in zip(self.row.tolist(), self.column.tolist(), strict=True)]
        why = [
            "a person said that this is right" if old == new else "a person corrected it"
            for old, new in zip(held, self.value.tolist(), strict=True)
        ]
        return Changes.of("answer", self.row, self.column, self.value.tolist(), 1.0, why)
