"""Tables as matrices: what a model learns from is fitted on rows for training alone, and applied to any rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from datastork.core.errors import DataError
from datastork.core.nearest import did_you_mean
from datastork.tables.grid import NULL, Column, Grid

if TYPE_CHECKING:
    import numpy as np

    from datastork.tables.kinds import Kind

Form = Literal["wide", "codes"]
"""How a matrix holds a table: "wide" is sparse, with numbers scaled, missing ones at the mean and marked, and a column
for each category; "codes" is dense, with numbers as they are, categories as codes, and nan for what is missing."""

LEFT_OUT = frozenset({"empty", "identifier"})
MOST = 254  # categories of a column, the most frequent; what HistGradientBoosting takes
RARE = 5  # a value in fewer rows than this tells a model nothing
TAIL = 0.005  # of the numbers at either end, which do not count for the scale
FAR = 10.0  # scaled numbers stop here: one misplaced decimal point must not steer a linear model


@dataclass(frozen=True, slots=True)
class _Numbers:
    """A column of numbers or moments: value → (value - centre) / scale."""

    name: str
    kind: "Kind"
    centre: float
    scale: float
    marked: bool  # whether missing numbers were seen, and so have a column of their own

    @property
    def features(self) -> tuple[str, ...]:
        return (self.name, f"{self.name} is missing") if self.marked else (self.name,)

    def of(self, column: Column) -> "np.ndarray":
        """Return the number of each row, nan where there is none; a moment is a number of seconds."""
        import numpy as np

        from datastork.tables.kinds import moments_of, numbers_of

        kind = replace(self.kind, odd=np.zeros(len(column.values), bool))  # of a column with other values
        values = moments_of(column, kind) if kind.is_moment else numbers_of(column, kind)
        found: np.ndarray = np.append(values, np.nan)[column.codes]  # a cell that is not given takes the last
        return found


@dataclass(frozen=True, slots=True)
class _Categories:
    """A column of categories: value → its place, -1 for a value not known."""

    name: str
    values: tuple[str, ...]
    marked: bool

    @property
    def features(self) -> tuple[str, ...]:
        known = tuple(f"{self.name} = {value}" for value in self.values)
        return (*known, f"{self.name} is missing") if self.marked else known

    def of(self, column: Column) -> "np.ndarray":
        """Return the place of each row's value; -1 for an unknown one, the number of values where none is given."""
        import numpy as np

        places = {value: place for place, value in enumerate(self.values)}
        table = np.array([*(places.get(value, -1) for value in column.values), len(places)], np.int64)
        found: np.ndarray = table[column.codes]
        return found


@dataclass(frozen=True, slots=True)
class Encoder:
    """Turns rows of a table into a matrix; made by `encode`."""

    form: Form
    columns: "tuple[_Numbers | _Categories, ...]"

    @property
    def features(self) -> tuple[str, ...]:
        """The name of each column of the matrix."""
        if self.form == "codes":
            return tuple(one.name for one in self.columns)
        return tuple(name for one in self.columns for name in one.features)

    @property
    def owners(self) -> list[str]:
        """The column of the table that each column of the matrix comes from."""
        return [one.name for one in self.columns for _ in (one.features if self.form == "wide" else (one.name,))]

    @property
    def categorical(self) -> list[bool]:
        """Which columns of a matrix of codes hold categories."""
        return [isinstance(one, _Categories) for one in self.columns]

    def matrix(self, grid: Grid) -> Any:
        """Return the rows as float64: (n, d) as scipy's `csr_matrix` where the form is "wide", else as an array."""
        return self._codes(grid) if self.form == "codes" else self._wide(grid)

    def _codes(self, grid: Grid) -> "np.ndarray":
        import numpy as np

        out = np.empty((grid.rows, len(self.columns)))
        for place, one in enumerate(self.columns):
            values = one.of(grid[one.name])
            if isinstance(one, _Categories):
                values = np.where((values < 0) | (values == len(one.values)), np.nan, values)
            out[:, place] = values
        return out

    def _wide(self, grid: Grid) -> Any:
        import numpy as np
        from scipy.sparse import csr_matrix

        rows, places, cells, first = [np.empty(0, np.int64)], [np.empty(0, np.int64)], [np.empty(0)], 0
        for one in self.columns:
            values = one.of(grid[one.name])
            if isinstance(one, _Numbers):
                missing = np.isnan(values)
                scaled = np.clip((values - one.centre) / one.scale, -FAR, FAR)
                found = np.flatnonzero(~missing & (scaled != 0))
                rows.append(found)
                places.append(np.full(len(found), first))
                cells.append(scaled[found])
                found, place = np.flatnonzero(missing), np.full(grid.rows, first + 1)
            else:
                found, place = np.flatnonzero((values >= 0) & (values < len(one.features))), first + values
            if isinstance(one, _Categories) or one.marked:
                rows.append(found)
                places.append(place[found])
                cells.append(np.ones(len(found)))
            first += len(one.features)
        return csr_matrix(
            (np.concatenate(cells), (np.concatenate(rows), np.concatenate(places))), shape=(grid.rows, first)
        )


def encode(
    grid: Grid,
    kinds: "Mapping[str, Kind]",
    rows: "np.ndarray",
    *,
    form: Form = "wide",
    ignore: Sequence[str] = (),
) -> Encoder:
    """Return an encoder of the columns, fitted on some rows (int64[m], those for training).

    Numbers are centred on the mean and divided by the standard deviation that they have without the outermost 0.5 % at
    either end, and stop at ten deviations. Categories are the values that at least five of the rows have, the 254 most
    frequent; others have no column. Missing values have a column of their own where the rows have any. Columns that
    are empty, identifiers, or texts that hardly repeat are left out.

    ignore: columns that the model must not see, such as the label

    Raises DataError where no column is left to learn from.
    """
    seen = grid.take(rows)
    found = [_fitted(one, kinds[one.name]) for one in seen.columns if one.name not in ignore]
    columns = tuple(one for one in found if one is not None)
    if not columns:
        raise DataError(f"no column of {', '.join(grid.names) or 'the table'} can be learned from")
    return Encoder(form, columns)


def _fitted(column: Column, kind: "Kind") -> "_Numbers | _Categories | None":
    import numpy as np

    if kind.name in LEFT_OUT or not len(column.values):
        return None
    if kind.is_number or kind.is_moment:
        values = _Numbers(column.name, kind, 0.0, 1.0, marked=False).of(column)
        known = values[np.isfinite(values)]
        if not len(known):
            return None
        low, high = np.quantile(known, [TAIL, 1 - TAIL])
        known = np.clip(known, low, high)
        scale = float(known.std())
        return _Numbers(column.name, kind, float(known.mean()), scale or 1.0, marked=len(values) > len(known))
    order = np.lexsort((np.arange(len(column.counts)), -column.counts))
    empty = set(kind.missing_tokens)
    kept = [place for place in order.tolist() if column.counts[place] >= RARE and column.values[place] not in empty]
    if len(column.values) > 1 and not kept:
        return None
    names = tuple(sorted(column.values[place] for place in kept[:MOST]))
    return _Categories(column.name, names, marked=bool((column.codes == NULL).any()))


@dataclass(frozen=True, slots=True)
class Target:
    """The label as numbers. `codes` is int64[n]: the place of each row's label in `classes`, -1 where it has none."""

    classes: tuple[str, ...]
    codes: "np.ndarray"


def target_of(grid: Grid, label: str, rows: "np.ndarray") -> Target:
    """Return the label column as codes of the classes that some rows (int64[m], those for training) have.

    A label that those rows do not have counts as none. Raises DataError where the table has no such column, or where
    the rows have fewer than two classes.
    """
    import numpy as np

    if label not in grid.names:
        raise DataError(f"the table has no column {label!r}{did_you_mean(label, grid.names)}")
    column = grid[label]
    seen = np.unique(column.codes[rows])
    classes = tuple(sorted(column.values[code] for code in seen.tolist() if code != NULL))
    if len(classes) < 2:
        raise DataError(
            f"the label {label!r} has {'one class' if classes else 'no class'} in the {len(rows):,} rows for training;"
            " a model needs two"
        )
    places = {value: place for place, value in enumerate(classes)}
    table = np.array([*(places.get(value, -1) for value in column.values), -1], np.int64)
    return Target(classes, table[column.codes])
