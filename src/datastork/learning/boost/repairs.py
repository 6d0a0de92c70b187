"""Repairs of cells: what goes in place of a value that is missing or that a detector takes for wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    import numpy as np

    from datastork.learning.boost.cells import Cells, Reader

Repair = Literal[
    "none",
    "mean",
    "median",
    "mode",
    "min",
    "max",
    "expected",
    "draw",
    "class expected",
    "class draw",
    "mark",
    "discard",
]
"""What is done with a flagged cell.

"none" nothing (a model that takes no holes sees the mean there); "mean" to "max" that of the column (categories: the
most frequent); "expected" what the other columns of the row let expect, by a tree; "draw" a value at random of those
that rows alike have; the same with "class": among rows of the same label, for rows for training only; "mark" the mean,
and a column that says so; "discard" the row is not trained on."""
REPAIRS: tuple[Repair, ...] = get_args(Repair)
SIMPLE: tuple[Repair, ...] = ("mean", "median", "mode", "min", "max")
LEARNED: tuple[Repair, ...] = ("expected", "draw", "class expected", "class draw")
LEAF = (3, 10)  # rows that are alike, at least: fewer where little is known
WORDS = {
    "mean": "the mean of the column",
    "median": "the median of the column",
    "mode": "the most frequent value of the column",
    "min": "the smallest value of the column",
    "max": "the greatest value of the column",
    "expected": "what the other columns of the row let expect",
    "draw": "a value at random of those in rows alike",
    "class expected": "what the other columns and the label of the row let expect",
    "class draw": "a value at random of those in rows alike with the same label",
}

Fill = Callable[["np.ndarray", "np.ndarray", "np.ndarray | None"], "np.ndarray"]
"""(values float64[n, d], mask bool[n, d], classes int64[n] or None) → float64[n, d] with the masked cells filled."""


def partner(repair: Repair) -> Repair:
    """Return what a repair of training rows is where the label is not known."""
    if repair == "discard":
        return "none"
    return repair.removeprefix("class ")  # type: ignore[return-value]


def fill_of(
    repair: Repair, reader: "Reader", cells: "Cells", flagged: "np.ndarray", classes: "np.ndarray", seed: int
) -> Fill:
    """Return a repair, fitted on rows for training.

    flagged: bool[n, d], the cells not to learn from (holes are not learned from in any case)
    classes: int64[n], the place of each row's label
    """
    import numpy as np

    known = np.where(flagged, np.nan, cells.values)
    if repair in SIMPLE:
        return _constant(np.array([_one(known[:, at], repair, reader, at) for at in range(known.shape[1])]))
    if repair in LEARNED:
        return _Learned(repair, reader, known, classes, seed).fill
    return lambda values, mask, classes: np.where(mask, np.nan, values)


def _constant(by_column: "np.ndarray") -> Fill:
    import numpy as np

    return lambda values, mask, classes: np.where(mask, by_column, values)


def _one(values: "np.ndarray", repair: str, reader: "Reader", place: int) -> float:
    """Return what one column's flagged cells become; nan where nothing is known of it."""
    import numpy as np

    given = values[~np.isnan(values)]
    if not len(given):
        return float("nan")
    if repair == "mode" or reader.category[place]:
        return _mode(given)
    found = {"mean": given.mean, "median": lambda: np.median(given), "min": given.min, "max": given.max}[repair]()
    return float(round(found)) if reader.whole[place] else float(found)


def _mode(given: "np.ndarray") -> float:
    import numpy as np

    distinct, counts = np.unique(given, return_counts=True)
    return float(distinct[counts.argmax()])


@dataclass(frozen=True, slots=True)
class _Leaves:
    """A tree over the other columns, and the values of one column in each of its leaves (sorted by leaf)."""

    tree: "object"
    leaf: "np.ndarray"
    value: "np.ndarray"


class _Learned:
    """Repairs by the other columns: a decision tree for each column that has something to fill."""

    def __init__(self, repair: str, reader: "Reader", known: "np.ndarray", classes: "np.ndarray", seed: int) -> None:
        self.by_class = repair.startswith("class")
        self.drawn = repair.endswith("draw")
        self.reader, self.known, self.classes, self.seed = reader, known, classes, seed
        self.count = int(classes.max()) + 1
        self.fitted: dict[int, _Leaves | None] = {}

    def fill(self, values: "np.ndarray", mask: "np.ndarray", classes: "np.ndarray | None") -> "np.ndarray":
        """Fill the masked cells, each from what is given in the rest of its row."""
        import numpy as np

        rng = np.random.default_rng(self.seed)
        given = np.where(mask, np.nan, values)
        filled = given.copy()
        for place in np.flatnonzero(mask.any(0)).tolist():
            rows = np.flatnonzero(mask[:, place])
            if place not in self.fitted:
                self.fitted[place] = self._fit(place)
            leaves = self.fitted[place]
            if leaves is None:
                continue
            asked = self._features(given[rows], None if classes is None else classes[rows], place)
            leaf = leaves.tree.apply(asked)  # type: ignore[attr-defined]
            first, last = np.searchsorted(leaves.leaf, leaf, "left"), np.searchsorted(leaves.leaf, leaf, "right")
            if self.drawn:
                filled[rows, place] = leaves.value[first + (rng.random(len(rows)) * (last - first)).astype(np.int64)]
            else:
                filled[rows, place] = self._expected(leaves, first, last, place)
        return filled

    def _expected(self, leaves: _Leaves, first: "np.ndarray", last: "np.ndarray", place: int) -> "np.ndarray":
        import numpy as np

        starts, back = np.unique(first, return_inverse=True)
        ends = last[np.unique(first, return_index=True)[1]]
        middle = _mode if self.reader.category[place] else np.mean
        found = np.array([middle(leaves.value[a:b]) for a, b in zip(starts, ends, strict=True)])
        if self.reader.whole[place]:
            found = found.round()
        told: np.ndarray = found[back]
        return told

    def _fit(self, place: int) -> _Leaves | None:
        import numpy as np
        from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

        rows = np.flatnonzero(~np.isnan(self.known[:, place]))
        if not len(rows):
            return None
        target = self.known[rows, place]
        features = self._features(self.known[rows], self.classes[rows], place)
        least = int(np.clip(len(rows) // 10, *LEAF))
        kind = DecisionTreeClassifier if self.reader.category[place] else DecisionTreeRegressor
        tree = kind(min_samples_leaf=least, random_state=0).fit(features, target)
        leaf = tree.apply(features)
        order = np.argsort(leaf, kind="stable")
        return _Leaves(tree, leaf[order], target[order])

    def _features(self, values: "np.ndarray", classes: "np.ndarray | None", place: int) -> "np.ndarray":
        import numpy as np

        rest = np.delete(values, place, 1)
        if not self.by_class:
            return rest if rest.shape[1] else np.zeros((len(values), 1))
        if classes is None:
            raise ValueError("a repair by class needs the classes")
        return np.column_stack([rest, classes[:, None] == np.arange(1 if self.count == 2 else self.count)])
