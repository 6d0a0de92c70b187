"""Rows that should agree in a column because they agree in others."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datastork.tables.dependencies.pairs import Pairs, joint_codes, pair_counts
from datastork.tables.grid import Grid
from datastork.tables.rules.evaluate import given_codes

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """The groups of a dependency: which rows agree in `given`, and what they have in `column`."""

    given: tuple[str, ...]
    column: str
    codes: "np.ndarray"
    target: "np.ndarray"
    pairs: Pairs

    @classmethod
    def of(cls, grid: Grid, given: tuple[str, ...], column: str) -> "Groups":
        """Return the groups; cells that are not given or blank belong to none."""
        codes = joint_codes([given_codes(grid[name]) for name in given])
        target = given_codes(grid[column])
        return cls(given, column, codes, target, pair_counts(codes, target))

    def usual(self) -> "tuple[np.ndarray, np.ndarray]":
        """Return for each row the usual value of its group (code, -1 where more than half have none) and its rows."""
        import numpy as np

        first = self.pairs.ranked[0]
        count = np.where(first >= 0, self.pairs.count[first], 0)
        value = np.where(2 * count > self.pairs.size, self.pairs.target[first], -1)
        return np.append(value, -1)[self.codes], np.append(count, 0)[self.codes]

    def unusual(self) -> "np.ndarray":
        """Return the rows that have another value than is usual in their group: bool[n]."""
        usual, _ = self.usual()
        mask: np.ndarray = (self.pairs.pair >= 0) & (usual != self.target)
        return mask

    def examples(self, grid: Grid, rows: "np.ndarray", most: int) -> Iterator[str]:
        """Give some groups with several values: what is usual, and what a row has instead."""
        import numpy as np

        places = np.flatnonzero(rows)
        size = self.pairs.size[self.codes[places]]
        places = places[np.argsort(-size, kind="stable")]
        seen = np.unique(self.codes[places], return_index=True)[1]
        column, (usual, count) = grid[self.column], self.usual()
        for row in places[np.sort(seen)[:most]].tolist():
            key = ", ".join(f"{name} {grid[name].text(row)!r}" for name in self.given)
            mine = f"row {row:,} has {column.text(row)!r}"
            value = int(usual[row])
            rest = f"{int(count[row]):,} have {column.values[value]!r}" if value >= 0 else "no value has more than half"
            yield f"{key}: {rest}, {mine}"
