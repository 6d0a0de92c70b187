"""Flagged rows: which rows may be wrong, in which cells, and the classes of errors these make up."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

MOST = 24  # classes of errors; rarer ones are one class


@dataclass(frozen=True, eq=False)
class Flags:
    """What a detector flags in n rows.

    `columns`  names of the c columns with a flagged cell
    `cells`    bool[n, c]
    `rows`     bool[n]: flagged rows, in some cell or as a whole
    """

    columns: tuple[str, ...]
    cells: "np.ndarray"
    rows: "np.ndarray"

    @classmethod
    def of(cls, count: int, cells: "Mapping[str, np.ndarray]", rows: "np.ndarray | None" = None) -> "Flags":
        """Return the flags of `count` rows: bool masks by column, and of rows flagged as a whole."""
        import numpy as np

        columns = tuple(sorted(name for name, mask in cells.items() if mask.any()))
        packed = np.zeros((count, len(columns)), bool)
        for place, name in enumerate(columns):
            packed[:, place] = cells[name]
        found = np.zeros(count, bool) if rows is None else rows.copy()
        found |= packed.any(axis=1)
        return cls(columns, packed, found)

    def of_column(self, name: str) -> "np.ndarray":
        """Return which cells of a column are flagged: bool[n]."""
        import numpy as np

        return self.cells[:, self.columns.index(name)] if name in self.columns else np.zeros(len(self.rows), bool)

    @cached_property
    def classes(self) -> "tuple[np.ndarray, list[tuple[str, ...]]]":
        """The class of errors of each row (int64[n], -1 where it is not flagged), and the flagged columns of each.

        A class is a set of flagged columns. Beyond the 24 most frequent, all others are one class with all columns
        that any of them has.
        """
        import numpy as np

        code = np.full(len(self.rows), -1, np.int64)
        at = np.flatnonzero(self.rows)
        if not len(at):
            return code, []
        patterns, place, counts = np.unique(self.cells[at], axis=0, return_inverse=True, return_counts=True)
        order = np.argsort(-counts, kind="stable")
        rank = np.empty(len(order), np.int64)
        rank[order] = np.minimum(np.arange(len(order)), MOST)
        code[at] = rank[place.ravel()]
        masks = [patterns[one] for one in order[:MOST]]
        if len(order) > MOST:
            masks.append(patterns[order[MOST:]].any(axis=0))
        return code, [tuple(name for name, on in zip(self.columns, mask, strict=True) if on) for mask in masks]
