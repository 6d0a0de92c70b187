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
MOST_COLUMNS = 40  # with the fewest values, that are tried
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
    few = [one for one in grid.columns if one.name != column and 2 <= len(one.values) <= grid.rows // LEAST]
    some = sorted(few, key=lambda one: (len(one.values), one.name))[:MOST_COLUMNS]
    single = sorted((spread, one.name) for one in some if (spread := _within(logs, [one.codes[rows]])) is not None)
    tried: list[tuple[str, ...]] = [(name,) for _, name in single]
    tried += combinations([name for _, name in single[:TRIED]], 2)
    best = BETTER * _spread(logs, whole[rows])
    chosen: tuple[str, ...] = ()
    for names in tried:
        spread = _within(logs, [grid[name].codes[rows] for name in names])
        if spread is not None and spread < best:
            best, chosen = BETTER * spread, names
    return joint_codes([grid[name].codes for name in chosen]) if chosen else whole


def _within(values: "np.ndarray", codes: "Sequence[np.ndarray]") -> float | None:
    """Return the spread within the values of columns together; None where groups are too small on average."""
    import numpy as np

    joint = joint_codes(codes)
    return _spread(values, joint) if len(np.unique(joint)) * LEAST <= len(values) else None


def _spread(values: "np.ndarray", codes: "np.ndarray") -> float:
    """Return the median distance from the median of the group."""
    import numpy as np

    dense = np.unique(codes, return_inverse=True)[1]
    return float(np.median(np.abs(values - medians(values, dense)[dense])))
