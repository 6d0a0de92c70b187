"""Columns whose gaps say something of the label."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from datastork.tables.dependencies.pairs import pair_counts
from datastork.tables.grid import Column

if TYPE_CHECKING:
    import numpy as np

APART = 0.05  # difference of the shares of gaps between two labels
P = 0.001  # of a chi-square test


@dataclass(frozen=True, slots=True)
class Telltale:
    """The labels of which a column is missing most and least, and how often."""

    column: str
    most: str
    share_most: float
    least: str
    share_least: float


def telltale(column: Column, label: Column, rows: "np.ndarray") -> Telltale | None:
    """Return how the gaps of a column go with the label, or None where they do not.

    They do where a chi-square test says so (p < 0.001) and the shares of gaps are at least 0.05 apart between labels
    of at least 20 rows.
    """
    import numpy as np
    from scipy.special import chdtrc

    gap, told = (column.codes[rows] < 0).astype(np.int64), label.codes[rows].astype(np.int64)
    pairs = pair_counts(told, gap)
    counts = np.zeros((len(label.values), 2))
    counts[pairs.given, pairs.target] = pairs.count
    large = np.flatnonzero(counts.sum(axis=1) >= 20)
    counts = counts[large]
    if len(large) < 2 or not counts.sum(axis=0).all():
        return None
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    statistic = ((counts - expected) ** 2 / expected).sum()
    share = counts[:, 1] / counts.sum(axis=1)
    most, least = int(share.argmax()), int(share.argmin())
    if share[most] - share[least] < APART or chdtrc(len(large) - 1, statistic) >= P:
        return None
    names = [label.values[at] for at in large.tolist()]
    return Telltale(column.name, names[most], float(share[most]), names[least], float(share[least]))
