"""Columns as the model sees them: missing is a value of its own."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datastork.tables.grid import Column

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True)
class Cells:
    """One column of n cells.

    `values`   its distinct texts, and None at the end: not given
    `codes`    int64[n]: which each row has; `missing` where it is not given, empty, or a word that says missing
    `counts`   int64[k + 1]: how many rows have each
    """

    values: tuple[str | None, ...]
    codes: "np.ndarray"
    counts: "np.ndarray"

    @property
    def missing(self) -> int:
        """The code of a missing cell."""
        return len(self.values) - 1

    @property
    def given(self) -> "np.ndarray":
        """int64[n]: the codes, -1 where missing, as the given side of pairs wants them."""
        import numpy as np

        given: np.ndarray = np.where(self.codes == self.missing, -1, self.codes)
        return given


def cells_of(column: Column, missing_tokens: Collection[str] = ()) -> Cells:
    """Return a column with blanks and words that say missing as one code."""
    import numpy as np

    width = len(column.values)
    place = np.arange(width + 1)
    said = {token.strip() for token in missing_tokens}
    place[[code for code, text in enumerate(column.values) if not text.strip() or text.strip() in said]] = width
    codes = place[column.codes]
    return Cells((*column.values, None), codes, np.bincount(codes, minlength=width + 1))
