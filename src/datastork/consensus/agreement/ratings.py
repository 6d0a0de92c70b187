"""Votes on one question as arrays, and what is counted of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from datastork.core.errors import DataError

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Ratings:
    """Votes: `values[n]` (number of the class) of `annotators[n]` on `items[n]`, each annotator once on each item.

    `levels` are the numbers the classes stand for, ascending, where there are such (a rating); by default their places.
    `n_items` and so on are the sizes; items without votes are allowed, and count for nothing.
    Raises DataError where an annotator votes twice on an item, or a number lies outside its size.
    """

    items: "Array"
    annotators: "Array"
    values: "Array"
    n_items: int
    n_annotators: int
    n_classes: int
    levels: "Array | None" = None

    def __post_init__(self) -> None:
        import numpy as np

        for name, size in (("items", self.n_items), ("annotators", self.n_annotators), ("values", self.n_classes)):
            column = np.asarray(getattr(self, name), np.int64)
            if len(column) and (column.min() < 0 or column.max() >= size):
                raise DataError(
                    f"{name} run from {column.min()} to {column.max()}; they must lie between 0 and {size - 1}"
                )
            object.__setattr__(self, name, column)
        if not len(self.items) == len(self.annotators) == len(self.values):
            raise DataError(f"{len(self.items)} items, {len(self.annotators)} annotators and {len(self.values)} values")
        levels = np.arange(self.n_classes, dtype=float) if self.levels is None else np.asarray(self.levels, float)
        if len(levels) != self.n_classes or (np.diff(levels) <= 0).any() or not np.isfinite(levels).all():
            raise DataError(f"levels must be {self.n_classes} finite numbers that ascend")
        object.__setattr__(self, "levels", levels)
        who = np.sort(self.items * self.n_annotators + self.annotators)
        twice = np.flatnonzero(who[1:] == who[:-1])
        if len(twice):
            item, annotator = divmod(int(who[twice[0]]), self.n_annotators)
            raise DataError(f"annotator {annotator} votes twice on item {item}")

    @classmethod
    def of(cls, rows: Sequence[Sequence[float | None]]) -> "Ratings":
        """Return the ratings of a table: a row for each item, a column for each annotator, None where there is none.

        The classes are the numbers found, in ascending order.
        """
        import numpy as np

        table = np.array([[np.nan if one is None else one for one in row] for row in rows], float)
        items, annotators = np.nonzero(~np.isnan(table))
        levels, values = np.unique(table[items, annotators], return_inverse=True)
        return cls(items, annotators, values, len(table), table.shape[1] if len(table) else 0, len(levels), levels)

    @cached_property
    def cells(self) -> "Cells":
        """The different classes voted for on each item, with their counts."""
        import numpy as np

        total = np.bincount(self.items, minlength=self.n_items)
        cell, place, count = np.unique(
            self.items * max(1, self.n_classes) + self.values, return_inverse=True, return_counts=True
        )
        item, value = np.divmod(cell, max(1, self.n_classes))
        return Cells(item, value, count, total[item], place)


@dataclass(frozen=True)
class Cells:
    """Per item and class: `count` votes of `total` on the item; `of_vote[n]` is the cell of each vote."""

    item: "Array"
    value: "Array"
    count: "Array"
    total: "Array"
    of_vote: "Array"


def pairs(ratings: Ratings, most: int = 4_000_000) -> "tuple[Array, Array, Array]":
    """Return each two votes on one item: (n × 2 annotators, n × 2 values, n items), the lower annotator first.

    Where there would be more than `most`, whole items are left out evenly, so that what is left is like the whole.
    """
    import numpy as np

    order = np.lexsort((ratings.annotators, ratings.items))
    item, size = np.unique(ratings.items[order], return_counts=True)
    start = np.cumsum(size) - size
    many = int((size * (size - 1) // 2).sum())
    if many > most:
        every = -(-many // most)
        keep = np.arange(len(item)) % every == 0
        item, size, start = item[keep], size[keep], start[keep]
    found = []
    for one in np.unique(size[size > 1]):
        first, second = np.triu_indices(one, 1)
        begins = start[size == one][:, None]
        found.append(np.stack([(begins + first).ravel(), (begins + second).ravel()], axis=1))
    both = order[np.concatenate(found)] if found else np.zeros((0, 2), np.int64)
    return ratings.annotators[both], ratings.values[both], ratings.items[both[:, 0]]
