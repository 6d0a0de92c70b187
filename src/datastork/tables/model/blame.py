"""Where a cell and its parents disagree: which of them is wrong."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from datastork.tables.model.parents import Parent
from datastork.tables.model.votes import Votes

if TYPE_CHECKING:
    import numpy as np

VOUCHED, OPEN, DOUBTED = 0.99, 0.5, 0.1  # how likely a parent's own cell is right: others confirm it, say nothing, deny
TOGETHER = 0.2  # how likely two wrong parents agree on the same value


def blame(target: int, parents: Sequence[Sequence[Parent]], votes: Sequence[Votes]) -> "np.ndarray":
    """Return how likely each doubt of a column is due to its own cell and not to its parents': float64[m].

    A single parent that nothing else in its row vouches for leaves it open which of the two is wrong; two parents
    that agree hardly err together. Columns that a rule names as determining another are believed unless denied.
    """
    import numpy as np

    doubts = votes[target].doubts
    astray = np.ones(len(doubts.row))
    voters = np.zeros(len(doubts.row), np.int64)
    for place, parent in enumerate(parents[target]):
        votes_for = (doubts.against >> place) & 1 == 1
        right = np.full(len(doubts.row), VOUCHED)
        for given in parent.given:
            free = _bits(target, parents[given])
            yes = votes[given].confirm[doubts.row] & free > 0
            no = votes[given].against[doubts.row] & free > 0
            unknown = VOUCHED if parent.forced else OPEN
            right = np.minimum(right, np.where(yes & ~no, VOUCHED, np.where(no & ~yes, DOUBTED, unknown)))
        astray = np.where(votes_for, astray * (1 - right) * np.where(voters > 0, TOGETHER, 1), astray)
        voters += votes_for
    return np.asarray(1 - astray)


def _bits(target: int, parents: Sequence[Parent]) -> int:
    """Return the bits of the parents that do not use the target column."""
    return sum(1 << place for place, parent in enumerate(parents) if target not in parent.given)
