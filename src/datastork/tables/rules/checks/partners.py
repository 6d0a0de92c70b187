"""How many rows of a table stand against each row, without a look at every pair."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from datastork.tables.rules.evaluate import compared

if TYPE_CHECKING:
    import numpy as np

MOST_ORDERS = 2
MOST_UNEQUAL = 5


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """A comparison of a value of row a with one of row b: `a op b`, as ranks that compare (int64[n], -1 missing)."""

    op: str
    a: "np.ndarray"
    b: "np.ndarray"

    def turned(self) -> "Side":
        """Return the same comparison told from b's side."""
        turn = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
        return Side(turn.get(self.op, self.op), self.b, self.a)


def countable(sides: Sequence[Side]) -> bool:
    """Return whether `partners` can count comparisons of these kinds."""
    ops = [side.op for side in sides]
    return sum(op == "!=" for op in ops) <= MOST_UNEQUAL and sum(op[0] in "<>" for op in ops) <= MOST_ORDERS


def partners(sides: Sequence[Side], a: "np.ndarray", b: "np.ndarray") -> "np.ndarray":
    """Return for each row as a how many other rows as b all comparisons hold with: int64[n].

    a, b: bool[n], which rows may be a and which b. Equalities make groups; inequalities are counted as what is in the
    group less what is equal there too (inclusion and exclusion); up to two orders are counted by sorting: O(n log n)
    for one, O(n log² n) for two (the counting of inversions, bit by bit).
    """
    import numpy as np

    for side in sides:
        a, b = a & (side.a >= 0), b & (side.b >= 0)
    equal = [side for side in sides if side.op == "=="]
    unequal = [side for side in sides if side.op == "!="]
    orders = [_strict(side) for side in sides if side.op[0] in "<>"]
    rows, others = np.flatnonzero(a), np.flatnonzero(b)
    count = np.zeros(len(a), np.int64)
    for size in range(len(unequal) + 1):
        for chosen in combinations(unequal, size):
            keys = keys_of([*equal, *chosen], rows, others)
            count[rows] += (-1) ** size * _counted(*keys, [(low[rows], high[others]) for low, high in orders])
    own = a & b
    for side in sides:
        own &= compared(side.op, side.a, side.b)
    told: np.ndarray = count - own
    return told


def _strict(side: Side) -> "tuple[np.ndarray, np.ndarray]":
    """Return two arrays of ranks such that a comparison is `the second > the first`."""
    a, b = 2 * side.a, 2 * side.b
    if side.op[0] == ">":
        a, b = -a, -b
    return (a - 1 if side.op[1:] else a), b


def keys_of(equal: Sequence[Side], rows: "np.ndarray", others: "np.ndarray") -> "tuple[np.ndarray, np.ndarray]":
    """Return the group of each a and of each b, as codes."""
    import numpy as np

    joint = np.zeros(len(rows) + len(others), np.int64)
    for side in equal:
        values = np.concatenate([side.a[rows], side.b[others]])
        joint = joint * (int(values.max(initial=0)) + 1) + values
        joint = np.unique(joint, return_inverse=True)[1].astype(np.int64)
    return joint[: len(rows)], joint[len(rows) :]


def _counted(
    mine: "np.ndarray", theirs: "np.ndarray", orders: "Sequence[tuple[np.ndarray, np.ndarray]]"
) -> "np.ndarray":
    """Return for each of `mine` how many of `theirs` are in its group and greater in every order."""
    import numpy as np

    groups = int(max(mine.max(initial=-1), theirs.max(initial=-1))) + 1
    sizes = np.bincount(theirs, minlength=groups)
    if not orders:
        whole: np.ndarray = sizes[mine]
        return whole
    (low, high), *rest = orders
    low, high = _ranked(low, high)
    if rest:
        return _above_both(mine, theirs, (low, high), _ranked(*rest[0]))
    width = int(max(low.max(initial=0), high.max(initial=0))) + 1
    line = np.sort(theirs * width + high)
    ends: np.ndarray = np.cumsum(sizes)[mine] - np.searchsorted(line, mine * width + low, side="right")
    return ends


def _ranked(low: "np.ndarray", high: "np.ndarray") -> "tuple[np.ndarray, np.ndarray]":
    import numpy as np

    codes = np.unique(np.concatenate([low, high]), return_inverse=True)[1].astype(np.int64)
    return codes[: len(low)], codes[len(low) :]


def _above_both(
    mine: "np.ndarray",
    theirs: "np.ndarray",
    first: "tuple[np.ndarray, np.ndarray]",
    second: "tuple[np.ndarray, np.ndarray]",
) -> "np.ndarray":
    """Return for each of `mine` how many of `theirs` of its group are greater in both orders."""
    import numpy as np

    group = np.concatenate([mine, theirs])
    point = np.arange(len(group)) >= len(mine)
    # by group, from the greatest down, and of equals the one that asks first: what is greater stands before
    order = np.lexsort((point, -np.concatenate(first), group))
    height = np.concatenate(second)
    height = group * (int(height.max(initial=0)) + 1) + height  # those of groups before are never greater
    rank = np.unique(height, return_inverse=True)[1].astype(np.int64)
    count = np.zeros(len(group), np.int64)
    for bit in range(int(rank.max(initial=0)).bit_length() - 1, -1, -1):
        branch = rank[order] >> bit
        upper = (branch & 1).astype(bool)
        before = np.cumsum(upper & point[order])
        start = np.flatnonzero(np.diff(branch >> 1, prepend=-1))
        base = np.repeat(np.append(0, before)[start], np.diff(np.append(start, len(order))))
        count[order[~upper]] += (before - base)[~upper]
        order = order[np.argsort(branch, kind="stable")]
    return count[: len(mine)]
