"""Where a cell and its parents disagree: which of them is wrong."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from datastork.tables.model.cells import Cells
from datastork.tables.model.parents import Parent
from datastork.tables.model.votes import Votes

if TYPE_CHECKING:
    import numpy as np

USUAL = -3.0  # log odds that a cell is wrong, before its row is asked
RULE = -4.0  # what it adds that a rule names the column as determining another
SAYS = 3.0  # how much one witness counts at most, as log odds
TOGETHER = 0.2  # how likely two wrong parents agree on the same value


def blame(
    table: Sequence[Cells], target: int, parents: Sequence[Sequence[Parent]], votes: Sequence[Votes]
) -> "np.ndarray":
    """Return how likely each doubt of a column is due to its own cell and not to its parents': float64[m].

    The rest of the row is asked about both: the parents of each that confirm or deny it, and the columns that it tells
    in turn, which count the more the rarer what they hold. A single parent that nothing speaks for leaves it open
    which of the two is wrong; two parents that agree hardly err together. A cell that is not given is no rival of its
    parents: all that counts is that they are right.
    """
    import numpy as np

    doubts = votes[target].doubts
    rows = doubts.row
    told = _told(parents)
    clean = np.ones(len(rows))  # that no voter is wrong
    astray = np.ones(len(rows))  # that all voters are
    voters = np.zeros(len(rows), np.int64)
    own = np.zeros(len(rows))
    witnesses: dict[int, np.ndarray] = {}
    for place, parent in enumerate(parents[target]):
        said = (doubts.against >> place) & 1 == 1
        odds = np.full(len(rows), -np.inf)
        for given in parent.given:
            sound = _sound(table, given, rows, parents, votes, told, {target: np.ones(len(rows), bool)})
            odds = np.logaddexp(odds, USUAL + (RULE if parent.forced else 0.0) - sound)
            witnesses[given] = witnesses.get(given, np.zeros(len(rows), bool)) | said
        wrong = 1 / (1 + np.exp(-odds))
        clean = np.where(said, clean * (1 - wrong), clean)
        astray = np.where(said, astray * wrong * np.where(voters > 0, TOGETHER, 1), astray)
        voters += said
    own = USUAL - _sound(table, target, rows, parents, votes, told, witnesses)
    wrong = 1 / (1 + np.exp(-own))
    cell = wrong * clean / np.maximum(wrong * clean + (1 - wrong) * astray, 1e-300)
    missing = table[target].codes[rows] == table[target].missing
    return np.asarray(np.where(missing, np.maximum(cell, clean), cell))


def _told(parents: Sequence[Sequence[Parent]]) -> list[list[tuple[int, int]]]:
    """Return for each column which columns it tells alone, and as which of their parents."""
    found: list[list[tuple[int, int]]] = [[] for _ in parents]
    for child, mine in enumerate(parents):
        for place, parent in enumerate(mine):
            if len(parent.given) == 1:
                found[parent.given[0]].append((child, place))
    return found


def _sound(
    table: Sequence[Cells],
    column: int,
    rows: "np.ndarray",
    parents: Sequence[Sequence[Parent]],
    votes: Sequence[Votes],
    told: Sequence[Sequence[tuple[int, int]]],
    without: "dict[int, np.ndarray]",
) -> "np.ndarray":
    """Return what the rest of each row says for a column's cell (log odds), leaving out some columns in some rows."""
    import numpy as np

    sum_ = np.zeros(len(rows))
    here = votes[column]
    for place, parent in enumerate(parents[column]):
        heard = np.ones(len(rows), bool)
        for given in parent.given:
            if given in without:
                heard &= ~without[given]
        yes = (here.confirm[rows] >> place) & 1
        no = (here.against[rows] >> place) & 1
        sum_ += np.where(heard, SAYS * yes - SAYS * no, 0)
    for child, place in told[column]:
        heard = ~without[child] if child in without else np.ones(len(rows), bool)
        yes = (votes[child].confirm[rows] >> place) & 1
        no = (votes[child].against[rows] >> place) & 1
        cells = table[child]
        worth = np.minimum(SAYS, -np.log(cells.counts[cells.codes[rows]] / len(cells.codes)))
        sum_ += np.where(heard, worth * yes - SAYS * no, 0)
    return sum_
