"""Which changed cells now hold what the rows beside them held all along."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from datastork.tables.dependencies.pairs import joint_codes, pair_counts, tells

if TYPE_CHECKING:
    import numpy as np

GAIN = 0.5  # of predicting a column from another, each row from the other rows alone
AGREE = 0.9  # share of the other rows that must hold the new value
ROWS = 2  # of them, at least
TOLD = 4  # columns that tell one best, looked at


def backed(before: "np.ndarray", after: "np.ndarray", others: "Sequence[np.ndarray]") -> "np.ndarray":
    """Return which changed cells of a column the other rows of their group back.

    A group is the rows with the same value in a column that tells this one. At least two rows of it that did not
    change, and nine in ten, must hold what the cell holds now. So "xl" that stands beside rows with "al" is a
    misspelling, and "ak", whose cities have no other state, is a state.

    before, after: codes int (n) of the column, -1 where no value is given
    others: codes int (n) of other columns, as they were before
    """
    import numpy as np

    changed = before != after
    found = np.zeros(len(before), bool)
    if not changed.any():
        return found
    steady = np.where(changed, -1, before)
    gains = [(-tells(one, steady).gain, place) for place, one in enumerate(others)]
    for gain, place in sorted(gains)[:TOLD]:
        if -gain < GAIN:
            break
        given = others[place]
        pairs = pair_counts(given, steady)
        if not len(pairs.count):
            continue
        rows = np.flatnonzero(changed & (given >= 0) & (after >= 0) & ~found)
        rows = rows[given[rows] < len(pairs.size)]
        size = pairs.size[given[rows]]
        width = max(int(before.max()), int(after.max())) + 1
        keys = pairs.given * width + pairs.target
        wanted = given[rows].astype(np.int64) * width + after[rows]
        at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        held = np.where(keys[at] == wanted, pairs.count[at], 0)
        found[rows] = (held >= ROWS) & (held >= AGREE * size) & _not_of_its_own(before, given, rows)
    return found


def _not_of_its_own(before: "np.ndarray", given: "np.ndarray", rows: "np.ndarray") -> "np.ndarray":
    """Return for each of some rows whether its old value was rare in its group: at most a tenth of it, or one row."""
    import numpy as np

    joint = joint_codes([given, before])
    own = np.bincount(joint[joint >= 0], minlength=int(joint.max(initial=-1)) + 1)
    size = np.bincount(given[given >= 0], minlength=int(given.max(initial=-1)) + 1)
    mine = np.where(joint[rows] >= 0, own[joint[rows]], 0)
    rare: np.ndarray = (mine <= 1) | (mine <= (1 - AGREE) * size[given[rows]])
    return rare
