"""Which columns tell a column, and rows that are alike in them."""

from typing import TYPE_CHECKING

from datastork.tables.dependencies.pairs import joint_codes, tells
from datastork.tables.grid import Column
from datastork.tables.kinds import Kind, moments_of, numbers_of

if TYPE_CHECKING:
    import numpy as np

BINS = 10  # of equal size, into which numbers are put
FEW = 12  # different numbers that are left as they are
MOST = 3  # columns in which rows must be alike
LEAST = 0.01  # gain that a further column must bring
SAMPLE = 50_000  # rows looked at to choose them


def level_codes(column: Column, kind: Kind, rows: "np.ndarray") -> "np.ndarray":
    """Return int64[n]: the level of each cell, numbers and dates in bins of equal size (of `rows`); -1 not given."""
    import numpy as np

    codes = column.codes.astype(np.int64)
    if not (kind.is_number or kind.is_moment) or len(column.values) <= FEW:
        return codes
    numbers = np.append(numbers_of(column, kind) if kind.is_number else moments_of(column, kind), np.nan)
    known = np.sort(numbers[codes[rows]])
    known = known[np.isfinite(known)]
    if not len(known):
        return codes
    edges = np.unique(known[np.arange(1, BINS) * len(known) // BINS])
    level = np.where(np.isfinite(numbers), np.searchsorted(edges, numbers, "right"), -1)
    return level[codes].astype(np.int64)


def telling(target: "np.ndarray", others: "dict[str, np.ndarray]", rows: "np.ndarray") -> list[str]:
    """Return the names of up to `MOST` columns that together tell a target best, the best first.

    target, others: levels by row, -1 where not given; for the others that is a level of its own
    rows: those to look at. Each row is predicted from the others, so that a column of names tells nothing.
    """
    rows = rows[target[rows] >= 0]
    rows = rows[:: max(1, -(-len(rows) // SAMPLE))]
    goal = target[rows]
    chosen: list[str] = []
    joint, best = None, 0.0
    while len(chosen) < MOST:
        found = []
        for name, levels in others.items():
            if name not in chosen:
                mine = levels[rows] + 1
                both = mine if joint is None else joint_codes([joint, mine])
                found.append((-tells(both, goal).gain, name))
        if not found or -min(found)[0] < best + LEAST:
            break
        best, name = -min(found)[0], min(found)[1]
        chosen.append(name)
        mine = others[name][rows] + 1
        joint = mine if joint is None else joint_codes([joint, mine])
    return chosen
