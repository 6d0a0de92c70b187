"""How the values of one column are spread before and after a change, and what of that no listed repair explains."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datastork.tables.grid import Column

if TYPE_CHECKING:
    import numpy as np

FEW = 5  # rows from which a value is a category of its own
BINS = 20  # of equal size, into which numbers are put
MANY = 50  # more distinct numbers than this are put into bins
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True)
class Gone:
    """A value no row has any more: how many had it, what most of them hold now, and how many no repair explains."""

    value: str
    rows: int
    now: str | None
    unexplained: int


@dataclass(frozen=True, slots=True)
class Shift:
    """What became of one column.

    `cells`        how many cells changed, of rows that are still there
    `variation`    total variation between the shares of values before and after (0 to 1)
    `unexplained`  the same among categories (values of at least five rows; numbers in bins of equal size) and without
                   the repairs that a rule, form, unit, vote, person or the rows beside explain
    `moved`        `unexplained` in rows
    `p`            of a chi-square test of these categories (nan where there are fewer than two), by itself
    `quantiles`    before and after, for numbers, at QUANTILES; with `ks` and `wasserstein` (in units of the column)
    `gone`         values that vanished, the most frequent first
    """

    column: str
    cells: int
    missing_before: float
    missing_after: float
    values_before: int
    values_after: int
    variation: float
    unexplained: float
    moved: float
    p: float
    gone: tuple[Gone, ...]
    ks: float | None = None
    wasserstein: float | None = None
    quantiles: tuple[tuple[float, ...], tuple[float, ...]] | None = None


def joint_codes(before: Column, after: Column) -> "tuple[list[str], np.ndarray]":
    """Return the distinct values of both, those of `before` first, and the codes of `after` among them."""
    import numpy as np

    known = {value: code for code, value in enumerate(before.values)}
    place = np.fromiter((known.setdefault(one, len(known)) for one in after.values), np.int64, len(after.values))
    return list(known), np.append(place, -1)[after.codes]


def shift_of(
    column: str,
    values: Sequence[str],
    before: "np.ndarray",
    after: "np.ndarray",
    rows: "np.ndarray",
    explained: "np.ndarray",
    numbers: "np.ndarray | None",
) -> Shift:
    """Return how one column shifted.

    values: the distinct values (k)
    before, after: codes int64 (n, m), -1 where no value is given
    rows: int64 (m): which row of `before` each row of `after` is
    explained: bool (m): changes of cells that need no further explanation
    numbers: float64 (k), nan for a value that is no number; None for a column that holds none
    """
    import numpy as np

    count = len(values)
    changed = before[rows] != after
    base = before.copy()
    base[rows[explained]] = after[explained]
    was, due, now = (np.bincount(one[one >= 0], minlength=count) for one in (before, base, after))
    bins = None
    if numbers is not None and (due > 0).sum() > MANY:
        bins = _bins(numbers, due)
    unexplained, moved, p = _unexplained(due, now, bins)
    gone = _gone(values, before[rows], after, was, due, now)
    ks, wasserstein, quantiles = (None, None, None) if numbers is None else _spread(numbers, was, now)
    return Shift(
        column,
        int(changed.sum()),
        float((before < 0).mean()) if len(before) else 0.0,
        float((after < 0).mean()) if len(after) else 0.0,
        int((was > 0).sum()),
        int((now > 0).sum()),
        _variation(was, now),
        unexplained,
        moved,
        p,
        gone,
        ks,
        wasserstein,
        quantiles,
    )


def _variation(was: "np.ndarray", now: "np.ndarray") -> float:
    import numpy as np

    return float(np.abs(was / max(was.sum(), 1) - now / max(now.sum(), 1)).sum() / 2) if was.sum() else 0.0


def _bins(numbers: "np.ndarray", counts: "np.ndarray") -> "np.ndarray":
    """Return which of about BINS bins of equal size each value lies in; values that are no numbers in the last."""
    import numpy as np

    order = np.argsort(numbers, kind="stable")
    order = order[: int(np.isfinite(numbers).sum())]
    through = np.cumsum(counts[order])
    bins = np.full(len(numbers), BINS, np.int64)
    if len(order) and through[-1]:
        bins[order] = np.minimum((through - 1) * BINS // through[-1], BINS - 1)
    return bins


def _unexplained(due: "np.ndarray", now: "np.ndarray", bins: "np.ndarray | None") -> tuple[float, float, float]:
    """Return total variation among the categories, the same in rows, and p of a chi-square test."""
    import numpy as np
    from scipy.special import chdtrc

    if bins is not None:
        due, now = np.bincount(bins, due, BINS + 1), np.bincount(bins, now, BINS + 1)
    there = due >= FEW
    due, now = due[there].astype(np.float64), now[there].astype(np.float64)
    if len(due) < 2:
        return 0.0, 0.0, float("nan")
    if not now.sum():
        return 1.0, float(due.sum()), 0.0
    apart = _variation(due, now)
    expected = due / due.sum() * now.sum()
    statistic = float(((now - expected) ** 2 / expected).sum())
    return apart, apart * float(now.sum()), float(chdtrc(len(due) - 1, statistic))


def _gone(
    values: Sequence[str],
    before: "np.ndarray",
    after: "np.ndarray",
    was: "np.ndarray",
    due: "np.ndarray",
    now: "np.ndarray",
) -> tuple[Gone, ...]:
    """Return the values that vanished, and what most of their rows hold now (None: nothing, or they were dropped)."""
    import numpy as np

    lost = np.flatnonzero((was > 0) & (now == 0))
    if not len(lost):
        return ()
    became: dict[int, int] = {}
    flagged = np.zeros(len(values) + 1, bool)
    flagged[lost] = True
    mine = flagged[before] & (after >= 0)
    pairs, often = np.unique(before[mine] * len(values) + after[mine], return_counts=True)
    for pair in pairs[np.lexsort((-pairs, often))].tolist():  # the last one stays: the most frequent
        became[pair // len(values)] = pair % len(values)
    order = lost[np.lexsort((lost, -was[lost]))].tolist()
    return tuple(
        Gone(values[one], int(was[one]), values[became[one]] if one in became else None, int(due[one])) for one in order
    )


def _spread(
    numbers: "np.ndarray", was: "np.ndarray", now: "np.ndarray"
) -> tuple[float | None, float | None, tuple[tuple[float, ...], tuple[float, ...]] | None]:
    """Return KS, Wasserstein distance and quantiles of the numbers, from the counts of the distinct ones."""
    import numpy as np

    order = np.argsort(numbers, kind="stable")[: int(np.isfinite(numbers).sum())]
    x, was, now = numbers[order], was[order], now[order]
    if not was.sum() or not now.sum():
        return None, None, None
    first, second = (np.cumsum(one) / one.sum() for one in (was, now))
    gap = np.abs(first - second)

    def quantiles(through: "np.ndarray") -> tuple[float, ...]:
        at = np.minimum(np.searchsorted(through, np.array(QUANTILES) - 1e-12), len(x) - 1)
        return tuple(float(one) for one in x[at])

    return float(gap.max()), float((gap[:-1] * np.diff(x)).sum()), (quantiles(first), quantiles(second))
