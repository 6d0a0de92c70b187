"""Dependencies a user vouches for: a row that breaks one is brought to what its group says, where that is plain."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from datastork.tables.changes import Changes
from datastork.tables.dependencies.pairs import joint_codes, pair_counts
from datastork.tables.grid import Grid
from datastork.tables.guards.support import explained

if TYPE_CHECKING:
    import numpy as np

FEWEST = 3  # rows of a group that must say the same
MOST = 0.25  # share of a group that may say something else, and what it says is still plainly wrong
SURE, LIKELY, OPEN = 0.98, 0.96, 0.7


def majority(grid: Grid, fds: Sequence[tuple[tuple[str, ...], str]]) -> Changes:
    """Return what breaks dependencies that are known to hold, in the words of the other rows of the group.

    Along zip -> city a row with another city than the rest of its ZIP code has a wrong cell: its city, or its ZIP code.
    It is the city where no other ZIP code has that city (SURE, for a value written once; LIKELY for one written more
    often), and where nothing speaks against the ZIP code, which the user calls what tells (LIKELY). Where the row differs
    in other columns too that its ZIP code determines, it may be the ZIP code (OPEN): a proposal for a person. Cells that are not
    given are filled. Where another column explains the exceptions (all of one small state, say), the rule is what is
    wrong, and they stay.

    fds: as (given columns, column). Groups of fewer than 3 equal rows, and those of which more than a quarter differs,
    say nothing.
    """
    import numpy as np

    parts = []
    columns: dict[tuple[str, ...], list[str]] = {}
    for given, name in fds:
        columns.setdefault(given, []).append(name)
    for given, told in columns.items():
        groups = joint_codes([grid[name].codes for name in given])
        found = [(grid.place(name), *_minority(groups, grid[name].codes)) for name in told]
        for place, rows, best, elsewhere in found:
            column = grid.columns[place]
            others = [(grid.columns[at].codes, other) for at, _, other, _ in found if at != place]
            doubted = _doubted(groups, rows, others)
            backed = explained(rows, [np.maximum(one.codes, 0) for at, one in enumerate(grid.columns) if at != place])
            rows, elsewhere, doubted = rows[~backed], elsewhere[~backed], doubted[~backed]
            held = column.codes[rows]
            alone = (held >= 0) & (column.counts[np.maximum(held, 0)] == 1)
            sure = np.where(elsewhere & doubted, OPEN, np.where(alone | (held < 0), SURE, LIKELY))
            new = [column.values[code] for code in best[groups[rows]].tolist()]
            why = f"other rows with the same {' and '.join(given)} have it, as your rule wants"
            parts.append(Changes.of("rule", rows, place, new, sure, why))
    return Changes.joined(parts)


def _minority(groups: "np.ndarray", codes: "np.ndarray") -> "tuple[np.ndarray, np.ndarray, np.ndarray]":
    """Return rows that differ from a plain majority of their group; its value by group (-1: none is plain); and which
    of the rows have a value that is the plain majority of another group.
    """
    import numpy as np

    pairs = pair_counts(groups, codes)
    if not len(pairs.count):
        nothing = np.zeros(0, np.int64)
        return nothing, np.full(len(pairs.start), -1), nothing.astype(bool)
    first, _ = pairs.ranked
    top = np.where(first >= 0, pairs.count[first], 0)
    plain = (top >= FEWEST) & (pairs.size - top <= MOST * pairs.size)
    best = np.append(np.where(plain, pairs.target[first], -1), -1)
    wanted = best[groups]
    rows = np.flatnonzero((wanted >= 0) & (codes != wanted))
    right = np.zeros(int(codes.max(initial=-1)) + 2, bool)
    right[best[best >= 0]] = True
    right[-1] = False
    return rows, best, right[codes[rows]]


def _doubted(
    groups: "np.ndarray", rows: "np.ndarray", others: "Sequence[tuple[np.ndarray, np.ndarray]]"
) -> "np.ndarray":
    """Return which rows differ from their group in another column that it determines: bool[m]."""
    import numpy as np

    differs = np.zeros(len(rows), bool)
    for codes, best in others:
        wanted, held = best[groups[rows]], codes[rows]
        differs |= (wanted >= 0) & (held >= 0) & (held != wanted)
    return differs
