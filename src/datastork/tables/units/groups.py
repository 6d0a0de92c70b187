"""The columns within whose values a quantity varies least: what a number is compared with."""

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from datastork.tables.dependencies.pairs import joint_codes
from datastork.tables.grid import Grid
from datastork.tables.units.mixups import medians

if TYPE_CHECKING:
    import numpy as np

ROWS = 20_000
LEAST = 8  # rows a group has on average
BETTER = 0.9  # of the spread must be left at most, for a column to be worth grouping by
TRIED = 5  # of the best single columns are tried two by two


def groups_of(grid: Grid, column: str, values: "np.ndarray", by: Sequence[str] | None = None) -> "np.ndarray":
    """Return rows that are alike as codes (int64[n], -1 in none): by the columns named, or by those that tell most.

    values: float64[n], the numbers of `column`, nan where there is none. The spread is that of logarithms, around
    the median of each group.
    """
    import numpy as np

    if by is not None:
        return joint_codes([grid[name].codes for name in by]) if by else np.zeros(grid.rows, np.int64)
    rows = np.flatnonzero(np.isfinite(values) & (values > 0))
    rows = rows[:: max(1, len(rows) // ROWS)]
    whole = np.zeros(grid.rows, np.int64)
    if len(rows) < 2 * LEAST:
        return whole
    logs = np.log(values[rows])
    best, chosen = BETTER * _spread(logs, whole[rows]), whole
    single = []
    for other in grid.columns:
        codes = other.codes
        if other.name != column and len(other.values) >= 2 and len(np.unique(codes[rows])) * LEAST <= len(rows):
            single.append((_spread(logs, codes[rows]), other.name))
    tried: list[tuple[str, ...]] = [(name,) for _, name in sorted(single)]
    tried += combinations([name for _, name in sorted(single)[:TRIED]], 2)
    for names in tried:
        codes = joint_codes([grid[name].codes for name in names])
        if len(np.unique(codes[rows])) * LEAST <= len(rows) and (spread := _spread(logs, codes[rows])) < best:
            best, chosen = BETTER * spread, codes
    return chosen


def _spread(values: "np.ndarray", codes: "np.ndarray") -> float:
    """Return the median distance from the median of the group."""
    import numpy as np

    dense = np.unique(codes, return_inverse=True)[1]
    return float(np.median(np.abs(values - medians(values, dense)[dense])))
