"""How strongly columns go together, before and after: Cramér's V, and Spearman's rank correlation of numbers."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from datastork.tables.guards.shift import FEW

if TYPE_CHECKING:
    import numpy as np

LEVELS = 20  # most frequent values that are told apart; the others count as one


@dataclass(frozen=True, slots=True)
class Tie:
    """How strongly two columns go together: `measure` is "Cramér's V" (0 to 1) or "Spearman" (-1 to 1)."""

    first: str
    second: str
    measure: str
    before: float
    after: float

    @property
    def change(self) -> float:
        """How much it changed, without sign."""
        return abs(self.after - self.before)


@dataclass(frozen=True, slots=True)
class Levels:
    """One column made small enough to count pairs: `before` and `after` are levels by row, -1 where not given.

    `ranks` are those of numbers (before, after) as float64, nan where none; None for a column of categories.
    """

    column: str
    before: "np.ndarray"
    after: "np.ndarray"
    ranks: "tuple[np.ndarray, np.ndarray] | None"


def levels_of(column: str, before: "np.ndarray", after: "np.ndarray", numbers: "np.ndarray | None") -> Levels | None:
    """Return the levels of a column, or None where its values hardly repeat and have no order: an id, a text.

    before, after: codes int64 (n, m), -1 where no value is given
    numbers: float64 by code, nan for a value that is no number; None for a column that holds none
    """
    import numpy as np

    top = int(max(before.max(initial=-1), after.max(initial=-1))) + 1
    counts = np.bincount(before[before >= 0], minlength=top)
    if numbers is not None:
        by_row = np.append(numbers, np.nan)
        ranked = np.sort(by_row[before])
        ranked = ranked[np.isfinite(ranked)]
        if not len(ranked):
            return None
        edges = np.unique(ranked[(np.arange(1, LEVELS // 2) * len(ranked)) // (LEVELS // 2)])
        level = np.where(np.isfinite(by_row), np.searchsorted(edges, by_row, "right"), -1)
        ranks = (_midranks(by_row, before), _midranks(by_row, after))
        return Levels(column, level[before], level[after], ranks)
    if counts[counts >= FEW].sum() * 2 < counts.sum() or not counts.sum():
        return None
    common = np.lexsort((np.arange(top), -counts))[: LEVELS - 1]
    level = np.full(top + 1, LEVELS - 1, np.int64)
    level[common] = np.arange(len(common))
    level[-1] = -1
    return Levels(column, level[before], level[after], None)


def tie(one: Levels, other: Levels) -> Tie | None:
    """Return how two columns go together before and after; None where one of them never varies."""
    if one.ranks is not None and other.ranks is not None:
        name = "Spearman"
        values = [_spearman(a, b) for a, b in zip(one.ranks, other.ranks, strict=True)]
    else:
        name = "Cramér's V"
        values = [_cramers_v(one.before, other.before), _cramers_v(one.after, other.after)]
    before, after = values
    return None if before is None or after is None else Tie(one.column, other.column, name, before, after)


def _cramers_v(one: "np.ndarray", other: "np.ndarray") -> float | None:
    import numpy as np

    both = (one >= 0) & (other >= 0)
    table = np.bincount(one[both] * LEVELS + other[both], minlength=LEVELS * LEVELS).reshape(LEVELS, LEVELS)
    table = table[table.any(axis=1)][:, table.any(axis=0)].astype(np.float64)
    if min(table.shape) < 2:
        return None
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    chi = ((table - expected) ** 2 / expected).sum()
    return float(np.sqrt(chi / table.sum() / (min(table.shape) - 1)))


def _spearman(one: "np.ndarray", other: "np.ndarray") -> float | None:
    """Return the correlation of two columns of ranks (each among all given numbers of its own column)."""
    import numpy as np

    both = np.isfinite(one) & np.isfinite(other)
    a, b = one[both], other[both]
    if len(a) < 2 or a.min() == a.max() or b.min() == b.max():
        return None
    return float(np.corrcoef(a, b)[0, 1])


def _midranks(numbers: "np.ndarray", codes: "np.ndarray") -> "np.ndarray":
    """Return the rank of each row's number, equal ones sharing theirs; `numbers` by code, the last for code -1."""
    import numpy as np

    values, place = np.unique(numbers, return_inverse=True)
    counts = np.bincount(place[codes], minlength=len(values))
    ranks = np.cumsum(counts) - (counts - 1) / 2
    by_code: np.ndarray = np.where(np.isfinite(numbers), ranks[place], np.nan)[codes]
    return by_code
