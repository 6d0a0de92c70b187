"""How much of a column repairs may change before a person is asked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datastork.core.errors import BuildError
from datastork.core.nearest import did_you_mean
from datastork.tables.changes import LAYERS, Changes
from datastork.tables.grid import NULL, Grid

if TYPE_CHECKING:
    import numpy as np

FEW = 5  # changes in one group of rows from which its share says something


@dataclass(frozen=True, slots=True)
class Refusal:
    """A column whose changes are not to be applied, and what to tell the user."""

    column: str
    message: str
    cells: int
    share: float


@dataclass(frozen=True, slots=True)
class Budgeted:
    """Changes within the budget, and those of columns beyond it: for `suspects`, never for the table."""

    allowed: Changes
    refused: Changes
    refusals: tuple[Refusal, ...]


def within_budget(
    grid: Grid, changes: Changes, max_change: float, *, label: str | None = None, protect: Sequence[str] = ()
) -> Budgeted:
    """Return which changes stay within a budget.

    A column is refused as a whole, since half of its repairs would leave a mixture: where more than `max_change` of
    its rows would change, or more than that of the rows of one group (the values of a column of `protect`, by
    themselves and with each value of `label`) and at least five of them. Answers of people do not count and are
    never refused.

    max_change: the greatest share of the rows of a column that may change (0 to 1)
    label, protect: names of columns; `changes` to them are within the budget of their own column

    Raises BuildError for a column that is not there.
    """
    import numpy as np

    for name in (*protect, *([label] if label else [])):
        if name not in grid.names:
            raise BuildError(f"the table has no column {name!r}{did_you_mean(name, grid.names)}")
    answered = changes.layer == LAYERS.index("answer")
    counted = changes.where(~answered).real(grid)
    groups = list(_groups(grid, label, protect)) if len(counted) else []
    refusals = []
    for place in np.unique(counted.column).tolist():
        changed = np.zeros(grid.rows, bool)
        changed[counted.row[counted.column == place]] = True
        if found := _refused(grid.columns[place].name, changed, groups, max_change):
            refusals.append(found)
    places = [grid.place(one.column) for one in refusals]
    refused = np.isin(changes.column, places) & ~answered
    refusals.sort(key=lambda one: (-one.share, one.column))
    return Budgeted(changes.where(~refused), changes.where(refused), tuple(refusals))


def _groups(grid: Grid, label: str | None, protect: Sequence[str]) -> "Iterator[tuple[np.ndarray, list[str]]]":
    """Yield for each division of the rows its group by row (NULL: in none), and what the groups are called."""
    import numpy as np

    for name in protect:
        group = grid[name]
        yield group.codes, [f"{name} = {value}" for value in group.values]
        if label and label != name:
            told = grid[label]
            both = (group.codes >= 0) & (told.codes >= 0)
            joint = group.codes.astype(np.int64) * max(len(told.values), 1) + told.codes
            there, codes = np.unique(joint[both], return_inverse=True)
            cells = np.full(grid.rows, NULL, np.int64)
            cells[both] = codes
            pairs = (divmod(one, len(told.values)) for one in there.tolist())
            yield cells, [f"{name} = {group.values[g]}, {label} = {told.values[one]}" for g, one in pairs]


def _refused(
    column: str, changed: "np.ndarray", groups: "list[tuple[np.ndarray, list[str]]]", max_change: float
) -> Refusal | None:
    import numpy as np

    cells, rows = int(changed.sum()), len(changed)
    told = f"{cells:,} of {rows:,} rows of {column!r} would change ({cells / rows:.1%}; at most {max_change:.1%} may)"
    if cells > max_change * rows:
        return Refusal(column, f"{told}: nothing of it is applied", cells, cells / rows)
    for codes, names in groups:
        size = np.bincount(codes[codes >= 0], minlength=len(names))
        hit = np.bincount(codes[changed & (codes >= 0)], minlength=len(names))
        share = hit / np.maximum(size, 1)
        over = np.flatnonzero((hit > max_change * size) & (hit >= FEW))
        if len(over):
            worst = int(over[np.argmax(share[over])])
            return Refusal(
                column,
                f"{hit[worst]:,} of {size[worst]:,} rows with {names[worst]} would change in {column!r} "
                f"({share[worst]:.1%}; at most {max_change:.1%} may): nothing of it is applied",
                int(hit[worst]),
                float(share[worst]),
            )
    return None
