"""The codes of a column without the values that say missing."""

from typing import TYPE_CHECKING

from datastork.tables.grid import NULL, Column
from datastork.tables.kinds import Kind

if TYPE_CHECKING:
    import numpy as np

MOST_COLUMNS = 80  # of a table that are held against each other


def said_codes(column: Column, kind: Kind) -> "np.ndarray":
    """Return the codes of a column (int32[n]) with NULL where the value says missing."""
    import numpy as np

    if not kind.missing_tokens:
        return column.codes
    place = np.arange(len(column.values) + 1, dtype=np.int32)
    place[-1] = NULL
    missing = set(kind.missing_tokens)
    for at, value in enumerate(column.values):
        if value in missing:
            place[at] = NULL
    found: np.ndarray = place[column.codes]
    return found
