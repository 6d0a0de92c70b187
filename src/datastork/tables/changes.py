"""Changes of cells: what was, what should be, why, and how sure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from datastork.tables.grid import Grid

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

Layer = Literal["answer", "rule", "format", "unit", "source", "example", "model"]
"""What a change comes from, the most trusted first: a person's answer, a rule the user gave, the form of a value,
its unit, a vote among sources, a transform learned from answers, the model of the table."""
LAYERS: tuple[Layer, ...] = get_args(Layer)


@dataclass(frozen=True, slots=True)
class Changes:
    """Proposed values of m cells, in the columns of one grid. All arrays have length m.

    `row`         int64
    `column`      int32: the place of the column in the grid
    `new`         object: text, or None for a cell that should be empty
    `confidence`  float64 in [0, 1]: the probability that `new` is right
    `why`         object: one short sentence a user understands
    `layer`       int8: place in LAYERS
    """

    row: "np.ndarray"
    column: "np.ndarray"
    new: "np.ndarray"
    confidence: "np.ndarray"
    why: "np.ndarray"
    layer: "np.ndarray"

    @classmethod
    def of(
        cls,
        layer: Layer,
        row: "Sequence[int] | np.ndarray",
        column: "int | Sequence[int] | np.ndarray",
        new: Sequence[str | None],
        confidence: "float | Sequence[float] | np.ndarray",
        why: str | Sequence[str],
    ) -> "Changes":
        """Return changes of one layer; a single column, confidence or reason stands for all."""
        import numpy as np

        count = len(row)
        told = np.empty(count, object)
        told[:] = why if isinstance(why, str) else list(why)
        values = np.empty(count, object)
        values[:] = list(new)
        return cls(
            np.asarray(row, np.int64),
            np.broadcast_to(np.asarray(column, np.int32), count).copy(),
            values,
            np.broadcast_to(np.asarray(confidence, np.float64), count).copy(),
            told,
            np.full(count, LAYERS.index(layer), np.int8),
        )

    @classmethod
    def none(cls) -> "Changes":
        """Return no changes."""
        return cls.of("model", [], [], [], [], [])

    @classmethod
    def joined(cls, parts: Iterable["Changes"]) -> "Changes":
        """Return all changes of several, in order."""
        import numpy as np

        found = list(parts) or [cls.none()]
        names = ("row", "column", "new", "confidence", "why", "layer")
        return cls(*(np.concatenate([getattr(one, name) for one in found]) for name in names))

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.row)

    def where(self, mask: "np.ndarray") -> "Changes":
        """Return those that a mask (bool[m]) or places (int64) choose."""
        return Changes(
            self.row[mask], self.column[mask], self.new[mask], self.confidence[mask], self.why[mask], self.layer[mask]
        )

    def best(self) -> "Changes":
        """Return one change a cell: of the most trusted layer, then the surest; sorted by row and column."""
        import numpy as np

        order = np.lexsort((-self.confidence, self.layer, self.column, self.row))
        row, column = self.row[order], self.column[order]
        first = np.ones(len(order), bool)
        first[1:] = (row[1:] != row[:-1]) | (column[1:] != column[:-1])
        return self.where(order[first])

    def real(self, grid: Grid) -> "Changes":
        """Return those that differ from what the cell holds."""
        import numpy as np

        old = self.old(grid)
        return self.where(np.fromiter((a != b for a, b in zip(old, self.new, strict=True)), bool, len(self)))

    def old(self, grid: Grid) -> "list[str | None]":
        """Return what the cells hold."""
        return [grid.columns[c].text(r) for r, c in zip(self.row.tolist(), self.column.tolist(), strict=True)]

    def applied(self, grid: Grid) -> Grid:
        """Return the grid with all of these changes made; of two for one cell, `best` counts."""
        import numpy as np

        chosen = self.best()
        for place in np.unique(chosen.column).tolist():
            mine = chosen.column == place
            grid = grid.with_column(grid.columns[place].replaced(chosen.row[mine], chosen.new[mine].tolist()))
        return grid

    def to_arrow(self, grid: Grid) -> "pa.Table":
        """Return a table with the columns row, column, old, new, why, confidence, layer."""
        import pyarrow as pa

        return pa.table(
            {
                "row": pa.array(self.row),
                "column": pa.array([grid.columns[c].name for c in self.column.tolist()], pa.string()),
                "old": pa.array(self.old(grid), pa.string()),
                "new": pa.array(self.new.tolist(), pa.string()),
                "why": pa.array(self.why.tolist(), pa.string()),
                "confidence": pa.array(self.confidence),
                "layer": pa.array([LAYERS[one] for one in self.layer.tolist()], pa.string()),
            }
        )
