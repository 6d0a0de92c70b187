"""How strongly each two columns go together, on one scale from 0 to 1."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Literal

from datastork.tables.dependencies.pairs import pair_counts
from datastork.tables.dependencies.said import MOST_COLUMNS, said_codes
from datastork.tables.grid import Grid
from datastork.tables.kinds import Kind, kinds_of, moments_of, numbers_of

if TYPE_CHECKING:
    import numpy as np

Measure = Literal["cramers_v", "correlation_ratio", "spearman"]
ROWS = 10_000  # of a seeded sample, from which associations are known to about ±0.01
MOST_VALUES = 200  # distinct values of a column that is compared as a category
LEAST = 20  # rows with both columns


@dataclass(frozen=True, slots=True)
class Association:
    """Two columns, how their association is measured, and the value: 0 to 1, Spearman's -1 to 1."""

    first: str
    second: str
    measure: Measure
    value: float


def associations(
    grid: Grid,
    *,
    kinds: Mapping[str, Kind] | None = None,
    values: "Mapping[str, np.ndarray] | None" = None,
    seed: int = 0,
) -> list[Association]:
    """Return the association of each two columns that can be compared, the strongest first.

    Categories with categories by Cramér's V with its bias corrected (Bergsma 2013), numbers with categories by the
    correlation ratio, its bias corrected likewise (Kelley's epsilon 1935), numbers, dates and times with each other by
    Spearman's rank correlation. Text, identifiers and columns of more than 200 categories are left out; of a table with
    more than 10,000 rows a sample is taken, of one with more than 80 columns the first 80. `values` may hold
    the distinct values as numbers (float64[k]) where they were read before.

    Example:
        >>> ages = [str(one) for one in range(60)]
        >>> grid = Grid.of({"age": ages * 2, "old": ["no"] * 30 + ["yes"] * 30 + ["no"] * 60})
        >>> [(one.measure, round(one.value, 1)) for one in associations(grid)]
        [('correlation_ratio', 0.5)]
    """
    import numpy as np

    kinds = kinds_of(grid) if kinds is None else kinds
    rows = np.arange(grid.rows)
    if grid.rows > ROWS:
        rows = np.sort(np.random.default_rng(seed).choice(grid.rows, ROWS, replace=False))
    groups: dict[str, np.ndarray] = {}
    ranks: dict[str, np.ndarray] = {}
    for column in grid.columns[:MOST_COLUMNS]:
        kind = kinds[column.name]
        if kind.is_number or kind.is_moment:
            known = values[column.name] if values else None
            if known is None:
                known = numbers_of(column, kind) if kind.is_number else moments_of(column, kind)
            cells = np.append(known, np.nan)[column.codes[rows]]
            if np.unique(cells[np.isfinite(cells)]).size > 1:
                ranks[column.name] = _ranks(cells)
        elif kind.name in ("category", "boolean", "code") and 1 < len(column.values) <= MOST_VALUES:
            groups[column.name] = said_codes(column, kind)[rows]
    found = [_spearman(a, b, ranks[a], ranks[b]) for a, b in combinations(ranks, 2)]
    found += [_cramer(a, b, groups[a], groups[b]) for a, b in combinations(groups, 2)]
    found += [_ratio(a, b, ranks[a], groups[b]) for a in ranks for b in groups]
    real = [one for one in found if one is not None]
    return sorted(real, key=lambda one: (-abs(one.value), one.first, one.second))


def _ranks(cells: "np.ndarray") -> "np.ndarray":
    """Return mean ranks of float64[n], nan where nothing is given."""
    import numpy as np

    given = np.isfinite(cells)
    _, place, counts = np.unique(cells[given], return_inverse=True, return_counts=True)
    found = np.full(len(cells), np.nan)
    found[given] = (counts.cumsum() - (counts - 1) / 2)[place]
    return found


def _spearman(a: str, b: str, first: "np.ndarray", second: "np.ndarray") -> Association | None:
    import numpy as np

    both = np.isfinite(first) & np.isfinite(second)
    if both.sum() < LEAST:
        return None
    x, y = first[both], second[both]
    if not both.all():
        x, y = _ranks(x), _ranks(y)
    x, y = x - x.mean(), y - y.mean()
    spread = float(np.sqrt((x @ x) * (y @ y)))
    return Association(a, b, "spearman", round(float(x @ y) / spread, 4)) if spread > 0 else None


def _cramer(a: str, b: str, first: "np.ndarray", second: "np.ndarray") -> Association | None:
    import numpy as np

    pairs = pair_counts(first, second)
    rows = int(pairs.count.sum())
    if rows < LEAST:
        return None
    left, right = np.bincount(pairs.given, pairs.count), np.bincount(pairs.target, pairs.count)
    square = float((np.square(pairs.count) / (left[pairs.given] * right[pairs.target])).sum()) - 1
    k, r = int((left > 0).sum()), int((right > 0).sum())
    if min(k, r) < 2:
        return None
    corrected = max(0.0, square - (k - 1) * (r - 1) / (rows - 1))
    least = min(k - (k - 1) ** 2 / (rows - 1), r - (r - 1) ** 2 / (rows - 1)) - 1
    return Association(a, b, "cramers_v", round(min(1.0, (corrected / least) ** 0.5), 4)) if least > 0 else None


def _ratio(a: str, b: str, ranks: "np.ndarray", groups: "np.ndarray") -> Association | None:
    """Return how much of the spread of ranks lies between the groups (square root of the share)."""
    import numpy as np

    both = np.isfinite(ranks) & (groups >= 0)
    x, mine = ranks[both], groups[both]
    sizes = np.bincount(mine)
    count = int((sizes > 0).sum())
    if len(x) < LEAST or count < 2 or len(x) - count < 1:
        return None
    x = x - x.mean()
    whole = float(x @ x)
    means = np.bincount(mine, x) / np.maximum(sizes, 1)
    between = float((sizes * np.square(means)).sum())
    if whole <= 0:
        return None
    share = 1 - (whole - between) / (len(x) - count) / (whole / (len(x) - 1))
    return Association(a, b, "correlation_ratio", round(max(0.0, share) ** 0.5, 4))
