"""The rows most useful to ask a person about: those that settle the most cells of the whole table."""

import re
from typing import TYPE_CHECKING, Protocol

from datastork.tables.changes import Changes
from datastork.tables.examples.shapes import shape_of
from datastork.tables.grid import Grid

if TYPE_CHECKING:
    import numpy as np

UNTOUCHED = 0.1  # doubt about a cell for which nothing is proposed
LEFT = 0.4  # share of the doubt about a cluster that is left after each answer on it


class Proposals(Protocol):
    """What a repair proposes: `changes` it made, and `suspects` it did not."""

    @property
    def changes(self) -> Changes:
        """What was changed."""

    @property
    def suspects(self) -> Changes:
        """What was only suspected."""


def questions(grid: Grid, repaired: Proposals, count: int, seed: int) -> "np.ndarray":
    """Return int64[<= count]: rows to ask about, the most useful first.

    A cell is settled by an answer on a cell like it: one written in the same way in its column (the coverage of error
    patterns of Raha, SIGMOD 2019), one changed for the same reason, one whose row has the same value in some column, as
    rows of one source or of one thing have. Each row asked leaves less doubt about its likes, so that the next is
    another. Of rows that are equally useful `seed` chooses.
    """
    import numpy as np

    likes = _likes(grid, repaired)
    gain = np.random.default_rng(seed).random(grid.rows) * 1e-6
    for codes, doubt in likes:
        gain += doubt[codes]
    chosen: list[int] = []
    for _ in range(min(count, grid.rows)):
        row = int(gain.argmax())
        chosen.append(row)
        for codes, doubt in likes:
            code = codes[row]
            lost = (1 - LEFT) * doubt[code]
            if lost > 0:
                doubt[code] -= lost
                gain[codes == code] -= lost
        gain[row] = -np.inf
    return np.array(chosen, np.int64)


def _likes(grid: Grid, repaired: Proposals) -> "list[tuple[np.ndarray, np.ndarray]]":
    """Return ways to be alike: for each, the cluster of every row (int64[n]) and the doubt about each cluster."""
    import numpy as np

    proposed = Changes.joined([repaired.changes, repaired.suspects]).best()
    found = []
    row_doubt = np.bincount(proposed.row, 1 - proposed.confidence, grid.rows)
    for place, column in enumerate(grid.columns):
        mine = proposed.column == place
        rows = proposed.row[mine]
        doubt = np.full(grid.rows, UNTOUCHED)
        doubt[rows] = 1 - proposed.confidence[mine]
        shapes = {shape: i for i, shape in enumerate(dict.fromkeys(shape_of(v) for v in (*column.values, None)))}
        of_value = np.array([shapes[shape_of(v)] for v in (*column.values, None)], np.int64)
        found.append(_like(of_value[column.codes], doubt))
        reasons = [re.sub(r"\d+", "9", why) for why in proposed.why[mine].tolist()]
        known = {why: i for i, why in enumerate(dict.fromkeys(reasons), 1)}
        why = np.zeros(grid.rows, np.int64)
        why[rows] = [known[one] for one in reasons]
        found.append(_like(why, np.where(why > 0, doubt, 0)))
        if len(column.values) * 2 <= grid.rows:
            found.append(_like(np.where(column.codes < 0, len(column.values), column.codes), row_doubt))
    return found


def _like(cluster: "np.ndarray", doubt: "np.ndarray") -> "tuple[np.ndarray, np.ndarray]":
    """Return clusters with the sum of the doubt about their rows."""
    import numpy as np

    return cluster, np.bincount(cluster, doubt, int(cluster.max(initial=0)) + 1)
