"""Rows that would poison a model: labels that all else speaks against, and rows far from all others of their label."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

FAR = 8.0  # robust standard deviations of the distance to the middle of a class, from which a row is far
REASONS = ("", "label", "far")


@dataclass(frozen=True, slots=True)
class Suspected:
    """What is suspected of n rows.

    `kind`    int8[n]: place in REASONS; 0 for a row that is not suspected
    `sure`    float64[n]: of a doubtful label, the probability of the likelier one; 0 elsewhere
    `likely`  int64[n]: the class that is likelier, or the row's own
    """

    kind: "np.ndarray"
    sure: "np.ndarray"
    likely: "np.ndarray"

    @property
    def rows(self) -> "np.ndarray":
        """bool[n]: which rows are suspected."""
        found: np.ndarray = self.kind > 0
        return found


def suspected(
    told: "np.ndarray",
    classes: "np.ndarray",
    numbers: "np.ndarray | None" = None,
    *,
    sure: float = 0.9,
    cells: "np.ndarray | None" = None,
    most: float = 0.2,
) -> Suspected:
    """Return rows that are likely to mislead a model.

    A label is doubted as in confident learning (Northcutt, Jiang and Chuang, 2021): another class is as probable as it
    is on average for rows of that class, and here also at least `sure`. A row is far if its numbers are further from
    the median of its class than 8 robust standard deviations above the median distance (after the sphere of
    Steinhardt, Koh and Liang, Certified defenses for data poisoning, 2017), and another class is more probable: what
    is rare and in its place stays.

    told: float64[n, c], the probability of each class by models that were not fitted on the row
    classes: int64[n], the place of each row's label
    numbers: float64[n, d], scaled; nan where there is none; without it nothing is far
    cells: int64[n], a group for each row (protected group and label): of each at most `most` (0 to 1) is suspected,
        the surest first, so that no minority vanishes
    """
    import numpy as np

    rows = np.arange(len(classes))
    own = told[rows, classes]
    count = np.maximum(np.bincount(classes, minlength=told.shape[1]), 1)
    usual = np.bincount(classes, own, minlength=told.shape[1]) / count
    other = np.where((told >= usual) & (told >= sure), told, 0.0)
    other[rows, classes] = 0.0
    likely, best = other.argmax(1), other.max(1)
    doubted = (best > own) & (best > 0)
    kind = np.where(doubted, np.int8(1), np.int8(0))
    score = np.where(doubted, best, 0.0)
    if numbers is not None and numbers.shape[1]:
        reach = _reach(numbers, classes)
        far = (reach > FAR) & (own < told.max(1)) & ~doubted
        kind[far] = 2
        score = np.where(far, np.minimum(reach / 1e6, 0.5), score)
    if cells is not None:
        kind[_beyond(kind > 0, score, cells, most)] = 0
    return Suspected(kind, np.where(kind == 1, best, 0.0), np.where(kind == 1, likely, classes))


def _reach(numbers: "np.ndarray", classes: "np.ndarray") -> "np.ndarray":
    """Return float64[n]: how many robust standard deviations beyond the usual distance a row is from its class."""
    import numpy as np

    found = np.zeros(len(classes))
    for one in np.unique(classes).tolist():
        mine = np.flatnonzero(classes == one)
        some = np.nan_to_num(numbers[mine] - np.median(np.nan_to_num(numbers[mine]), axis=0))
        distance = np.sqrt((some**2).sum(1))
        middle = np.median(distance)
        spread = 1.4826 * np.median(np.abs(distance - middle))
        if spread > 0:
            found[mine] = (distance - middle) / spread
    return found


def _beyond(flags: "np.ndarray", score: "np.ndarray", cells: "np.ndarray", most: float) -> "np.ndarray":
    """Return bool[n]: flagged rows beyond what their cell may lose, the least sure ones."""
    import numpy as np

    allowed = np.floor(most * np.bincount(cells))
    order = np.lexsort((np.arange(len(score)), -score, ~flags, cells))
    first = np.searchsorted(cells[order], np.arange(len(allowed)))
    rank = np.arange(len(order)) - first[cells[order]]
    out = np.zeros(len(flags), bool)
    out[order] = flags[order] & (rank >= allowed[cells[order]])
    return out
