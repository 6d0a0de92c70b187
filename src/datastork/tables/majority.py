"""Dependencies a user vouches for: a row that breaks one is brought to what its group says, where that is plain."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datastork.tables.changes import Changes
from datastork.tables.dependencies.pairs import joint_codes, pair_counts
from datastork.tables.grid import Grid
from datastork.tables.guards.support import explained

if TYPE_CHECKING:
    import numpy as np

FEWEST = 3  # rows of a group that must say the same
MOST = 0.25  # share of a group that may say something else, and what it says is still plainly wrong
AGAIN = 0.02  # share of a group that says another thing alike, from which that is no slip
SURE, LIKELY, OPEN = 0.98, 0.96, 0.7


def majority(
    grid: Grid,
    fds: Sequence[tuple[tuple[str, ...], str]],
    denied: Collection[tuple[tuple[str, ...], str]] = (),
) -> Changes:
    """Return what breaks dependencies that are known to hold, in the words of the other rows of the group.

    Along zip -> city a row with another city than the rest of its ZIP code has a wrong cell: its city, or its ZIP code.
    It is the city where no other ZIP code has that city (SURE, for a value written once; LIKELY for one written more
    often), and where nothing speaks against the ZIP code, which the user calls what tells (LIKELY). It may be either
    (OPEN, a proposal for a person) where the row differs in other columns too that its ZIP code determines, where
    another dependency tells the city as it stands or is silent, and where rows of the group say so again and again.
    Cells that are not given are filled. Where another column explains the exceptions (all of one small state, say), the
    rule is what is wrong, and they stay.

    denied: those of them that many rows contradict; along these a value that is right elsewhere is never overwritten.
    fds: as (given columns, column). Groups of fewer than 3 equal rows, and those of which more than a quarter differs,
    say nothing.
    """
    import numpy as np

    told = [_told(grid, given, name) for given, name in dict.fromkeys(fds)]
    parts = []
    for one in told:
        column = grid.columns[one.place]
        rest = [other.codes for at, other in enumerate(grid.columns) if at != one.place]
        rows = one.rows[~explained(one.rows, [np.maximum(codes, 0) for codes in rest])]
        held = column.codes[rows]
        elsewhere = (held >= 0) & one.right[held]
        beside = [other for other in told if other.given == one.given and other.place != one.place]
        across = [other for other in told if other.given != one.given and other.place == one.place]
        open_ = elsewhere & (_doubted(rows, beside) | _unsaid(rows, held, one, across))
        open_ |= one.again[rows] & (elsewhere | (held < 0))
        if (one.given, grid.names[one.place]) in denied:
            open_ |= elsewhere
        alone = (held < 0) | (column.counts[np.maximum(held, 0)] == 1)
        sure = np.where(open_, OPEN, np.where(alone, SURE, LIKELY))
        new = [column.values[code] for code in one.wanted[rows].tolist()]
        why = f"other rows with the same {' and '.join(one.given)} have it, as your rule wants"
        parts.append(Changes.of("rule", rows, one.place, new, sure, why))
    return Changes.joined(parts)


@dataclass(frozen=True, slots=True)
class _Told:
    """What a dependency tells of the n rows of a column with k values.

    `wanted`  int64[n]: the code that the plain majority of the row's group has; -1 where none is plain
    `rows`    int64[m]: rows that are given and have another, or none
    `right`   bool[k + 1]: which values are the plain majority of some group
    `again`   bool[n]: whether another value than the commonest is there again and again in the row's group
    """

    given: tuple[str, ...]
    place: int
    codes: "np.ndarray"
    wanted: "np.ndarray"
    rows: "np.ndarray"
    right: "np.ndarray"
    again: "np.ndarray"


def _told(grid: Grid, given: tuple[str, ...], name: str) -> _Told:
    import numpy as np

    codes = grid[name].codes
    groups = joint_codes([grid[one].codes for one in given])
    pairs = pair_counts(groups, codes)
    size = int(groups.max(initial=-1)) + 1
    wanted, again = np.full(size + 1, -1, np.int64), np.zeros(size + 1, bool)
    if len(pairs.count):
        first, second = pairs.ranked
        top = np.where(first >= 0, pairs.count[first], 0)
        plain = (top >= FEWEST) & (pairs.size - top <= MOST * pairs.size)
        wanted[: len(top)][plain] = pairs.target[first[plain]]
        again[: len(top)] = (second >= 0) & (pairs.count[second] >= np.maximum(FEWEST, AGAIN * pairs.size))
    right = np.zeros(len(grid[name].values) + 1, bool)
    right[wanted[wanted >= 0]] = True
    of_row = wanted[groups]
    rows = np.flatnonzero((of_row >= 0) & (codes != of_row))
    return _Told(given, grid.place(name), codes, of_row, rows, right, again[groups])


def _doubted(rows: "np.ndarray", beside: "Sequence[_Told]") -> "np.ndarray":
    """Return which rows differ from their group in another column that it determines: bool[m]."""
    import numpy as np

    differs = np.zeros(len(rows), bool)
    for one in beside:
        wanted, held = one.wanted[rows], one.codes[rows]
        differs |= (wanted >= 0) & (held >= 0) & (held != wanted)
    return differs


def _unsaid(rows: "np.ndarray", held: "np.ndarray", one: _Told, across: "Sequence[_Told]") -> "np.ndarray":
    """Return where other dependencies of the column tell what it holds, or none of them tells what this one does."""
    import numpy as np

    if not across:
        return np.zeros(len(rows), bool)
    backs, agrees = np.zeros(len(rows), bool), np.zeros(len(rows), bool)
    for other in across:
        backs |= other.wanted[rows] == held
        agrees |= other.wanted[rows] == one.wanted[rows]
    return backs | ~agrees
