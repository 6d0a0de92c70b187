"""Rows that are odd as a whole: an isolation forest over all columns."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from datastork.learning.encode import encode
from datastork.learning.estimators import need_learn
from datastork.tables.grid import Grid
from datastork.tables.kinds import Kind
from datastork.tables.outlying.extremes import extremes

if TYPE_CHECKING:
    import numpy as np

TREES = 200


def odd_rows(
    grid: Grid,
    kinds: dict[str, Kind],
    rows: "np.ndarray",
    *,
    ignore: Collection[str],
    threshold: float,
    seed: int,
) -> "tuple[np.ndarray, np.ndarray]":
    """Return bool[n], which rows are odd, and float64[n], how odd, in spreads of the forest's score.

    The score is how few cuts set a row apart (Liu, Ting and Zhou, Isolation forest, 2008). A row is odd where its
    score lies far out among the scores of all, as a number of a column does (`tables.outlying.extremes`).

    rows: int64: those the forest grows on
    Raises MissingExtraError where scikit-learn is not installed, DataError where no column is left.
    """
    import numpy as np

    need_learn("clean.table.outliers with method = 'forest'")
    from sklearn.ensemble import IsolationForest

    encoder = encode(grid, kinds, rows, ignore=tuple(ignore))
    matrix = encoder.matrix(grid)
    forest = IsolationForest(n_estimators=TREES, random_state=seed % 2**32).fit(matrix[rows])
    found = extremes(-forest.score_samples(matrix), rows=rows, threshold=threshold)
    return found.flagged & (found.score > 0), np.maximum(found.score, 0.0)
