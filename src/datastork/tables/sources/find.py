"""Which column names the source of a row, found from the data."""

from collections.abc import Sequence

from datastork.tables.grid import Grid

FEWEST = 3  # sources
ROWS_EACH = 4  # rows a source has on average, at the least


def find_source(grid: Grid, given: Sequence[str], taken: Sequence[str] = ()) -> str | None:
    """Return the column that says whose claim a row is, None where no column does.

    It has few values, each in many rows, and next to never the same value twice among the rows of one thing (rows that
    are equal in the columns `given`). Of several the one with the fewest values is chosen. `taken` are columns that
    cannot be it.
    """
    import numpy as np

    groups = group_codes(grid, given)
    size = np.bincount(groups[groups >= 0]) if (groups >= 0).any() else np.zeros(1, int)
    several = (groups >= 0) & (size[groups] > 1)
    best: tuple[int, str] | None = None
    for column in grid.columns:
        if column.name in given or column.name in taken or len(column.values) < FEWEST:
            continue
        told = several & (column.codes >= 0)
        if len(column.values) * ROWS_EACH > column.rows or told.sum() < 0.9 * max(1, several.sum()):
            continue
        pairs = groups[told].astype(np.int64) * len(column.values) + column.codes[told]
        if len(np.unique(pairs)) >= 0.95 * len(pairs) and len(pairs) > 0:
            best = min(best or (len(column.values), column.name), (len(column.values), column.name))
    return best[1] if best and size[size > 0].mean() >= 2 else None


def group_codes(grid: Grid, given: Sequence[str]) -> "np.ndarray":  # type: ignore[name-defined]  # noqa: F821
    """Return int64[n]: equal for rows that are equal in these columns, -1 where one of them is not given."""
    import numpy as np

    codes = np.zeros(grid.rows, np.int64)
    missing = np.zeros(grid.rows, bool)
    for name in given:
        column = grid[name]
        blank = np.array([not value.strip() for value in column.values] + [True])
        missing |= blank[column.codes]
        codes = np.unique(codes * (len(column.values) + 1) + column.codes, return_inverse=True)[1]
    codes = np.unique(codes, return_inverse=True)[1].astype(np.int64)
    codes[missing] = -1
    return codes
