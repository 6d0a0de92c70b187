"""A rare value that rows of its own group back is a real value."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

LEAST, SHARE, CHANCE = 3, 0.4, 0.01  # exceptions in one group, their share of its rows, how improbable that must be


def explained(rows: "np.ndarray", columns: "Sequence[np.ndarray]") -> "np.ndarray":
    """Return which exceptions (rows: int64[m]) another column explains: bool[m].

    columns: the codes of the other columns, int64[n] each, none below 0. Errors fall on rows as they come. Exceptions
    that make up much of the rows of one value of another column (all hospitals of one small state, say) do not, and
    are how things are there.
    """
    import numpy as np
    from scipy.stats import poisson

    found = np.zeros(len(rows), bool)
    if len(rows) < LEAST:
        return found
    for codes in columns:
        size = np.bincount(codes)
        seen = np.bincount(codes[rows], minlength=len(size))
        likely = np.flatnonzero((seen >= LEAST) & (seen >= SHARE * size) & (size < len(codes)))
        if not len(likely):
            continue
        expected = len(rows) * size[likely] / len(codes)
        chance = poisson.sf(seen[likely] - 1, expected) * np.count_nonzero(size)
        real = np.zeros(len(size), bool)
        real[likely[chance < CHANCE]] = True
        found |= real[codes[rows]]
    return found
