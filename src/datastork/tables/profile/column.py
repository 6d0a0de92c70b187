"""One column in figures."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from datastork.tables.grid import Column
from datastork.tables.kinds import Kind, moments_of, numbers_of

if TYPE_CHECKING:
    import numpy as np

COMMON = 12  # values


@dataclass(frozen=True, slots=True, eq=False)
class ColumnProfile:
    """One column of n rows.

    `missing`   cells that are not given; `said_missing` cells whose value says so ("N/A")
    `distinct`  different values that say something
    `odd`       cells that do not fit the kind
    `common`    the most frequent values that say something, with their rows
    `values`    float64[k]: distinct values as numbers, dates and times as seconds; nan where there is none
    `low`, `high`, `median`, `mean`, `deviation`: of the numbers (of seconds for dates and times); None without
    """

    column: Column
    kind: Kind
    missing: int
    said_missing: int
    distinct: int
    odd: int
    common: tuple[tuple[str, int], ...]
    values: "np.ndarray"
    low: float | None = None
    high: float | None = None
    median: float | None = None
    mean: float | None = None
    deviation: float | None = None

    @property
    def name(self) -> str:
        """The name of the column."""
        return self.column.name

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return self.column.rows

    @property
    def given(self) -> int:
        """How many cells say something."""
        return self.rows - self.missing - self.said_missing

    def cells(self) -> "np.ndarray":
        """Return float64[n]: each cell as a number, nan where there is none."""
        import numpy as np

        found: np.ndarray = np.append(self.values, np.nan)[self.column.codes]
        return found

    def written(self, value: float) -> str:
        """Return a number of this column as it is read: dates as dates.

        Whole numbers keep all digits, others six.
        """
        import numpy as np

        if self.kind.is_moment:
            text = str(np.datetime64(round(value), "s"))
            if self.kind.name == "date":
                return text.split("T")[0]
            return text.split("T")[1][:5] if self.kind.name == "time" else text.replace("T", " ")[:-3]
        return f"{round(value):,}" if float(value).is_integer() and abs(value) < 1e15 else f"{value:,.6g}"


def column_profile(column: Column, kind: Kind) -> ColumnProfile:
    """Return the figures of a column, from its distinct values and their counts."""
    import numpy as np

    tokens = set(kind.missing_tokens)
    says = (
        np.array([value not in tokens for value in column.values], bool)
        if tokens
        else np.ones(len(column.values), bool)
    )
    counts = column.counts
    places = np.flatnonzero(says)
    order = places[np.argsort(-counts[places], kind="stable")][: 4 * COMMON].tolist()
    order.sort(key=lambda at: (-int(counts[at]), column.values[at]))
    values = moments_of(column, kind) if kind.is_moment else numbers_of(column, kind)
    found = ColumnProfile(
        column,
        kind,
        missing=column.missing,
        said_missing=int(counts[~says].sum()),
        distinct=len(places),
        odd=int(counts[kind.odd].sum()),
        common=tuple((column.values[at], int(counts[at])) for at in order[:COMMON]),
        values=values,
    )
    finite = np.isfinite(values)
    if kind.name == "boolean" or not finite.any():
        return found
    some, weight = values[finite], counts[finite]
    inside = np.argsort(some, kind="stable")
    middle = some[inside][np.searchsorted(weight[inside].cumsum(), weight.sum() / 2)]
    mean = float(np.average(some, weights=weight))
    spread = float(np.sqrt(np.average(np.square(some - mean), weights=weight)))
    return replace(
        found, low=float(some.min()), high=float(some.max()), median=float(middle), mean=mean, deviation=spread
    )
