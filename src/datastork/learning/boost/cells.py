"""Cells as numbers: what detectors look at and repairs fill, read the same way from any rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from datastork.learning.encode import Encoder, encode
from datastork.tables.grid import NULL, Column, Grid

if TYPE_CHECKING:
    import numpy as np

    from datastork.tables.kinds import Kind


@dataclass(frozen=True, slots=True)
class Cells:
    """n rows of the d columns that a model sees.

    `values`  float64[n, d]: numbers, and places of categories in the encoder's list; nan for holes and rare categories
    `hole`    bool[n, d]: where nothing is given: nothing at all, a token that says missing, no number among numbers
    """

    values: "np.ndarray"
    hole: "np.ndarray"

    def take(self, rows: "np.ndarray") -> "Cells":
        """Return some rows (int64 or bool)."""
        return Cells(self.values[rows], self.hole[rows])


@dataclass(frozen=True, slots=True)
class Reader:
    """How the columns of a table are read; fitted on rows for training by `reader_of`."""

    encoder: Encoder
    kinds: "Mapping[str, Kind]"

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that are read."""
        return self.encoder.features

    @property
    def category(self) -> "np.ndarray":
        """bool[d]: which columns hold categories."""
        import numpy as np

        return np.array(self.encoder.categorical, bool)

    @property
    def whole(self) -> "np.ndarray":
        """bool[d]: which columns hold whole numbers."""
        import numpy as np

        return np.array([self.kinds[name].name == "integer" for name in self.names], bool)

    def read(self, grid: Grid) -> Cells:
        """Return the cells of a grid with the same columns."""
        import numpy as np

        values = self.encoder.matrix(grid)
        hole = np.isnan(values)
        for place in np.flatnonzero(self.category):
            column = grid[self.names[place]]
            hole[:, place] = said_missing(column, self.kinds[column.name])[column.codes]
        return Cells(values, hole)

    def wide(self, values: "np.ndarray", marks: "np.ndarray | None" = None) -> Any:
        """Return values (float64[n, d]) as scipy's `csr_matrix`: numbers scaled, categories a column each.

        marks: bool[n, m], appended as they are
        """
        import numpy as np
        from scipy.sparse import coo_matrix, csr_matrix, hstack

        parts = []
        for place, one in enumerate(self.encoder.columns):
            mine = values[:, place]
            known = np.flatnonzero(~np.isnan(mine))
            if self.encoder.categorical[place]:
                shape = (len(mine), len(one.values))  # type: ignore[union-attr]
                where = (known, mine[known].astype(np.int64))
                parts.append(coo_matrix((np.ones(len(known)), where), shape=shape))
            else:
                scaled = np.clip((mine - one.centre) / one.scale, -10, 10)  # type: ignore[union-attr]
                parts.append(coo_matrix(np.where(np.isnan(scaled), 0, scaled)[:, None]))
        if marks is not None:
            parts.append(coo_matrix(marks.astype(float)))
        return csr_matrix(hstack(parts))

    def texts(self, place: int, values: "np.ndarray", column: Column) -> list[str | None]:
        """Return values (float64[m]) of one column as the table writes them.

        None for what cannot be written: no value, and moments that no row has.
        """
        import numpy as np

        one, kind = self.encoder.columns[place], self.kinds[self.names[place]]
        if self.encoder.categorical[place]:
            return [None if np.isnan(value) else one.values[int(value)] for value in values]  # type: ignore[union-attr]
        numbers = one.of(column)
        known = np.flatnonzero(~np.isnan(numbers))
        distinct, first = np.unique(numbers[known], return_index=True)
        written = {value: column.text(row) for value, row in zip(distinct.tolist(), known[first].tolist(), strict=True)}
        return [
            None
            if np.isnan(value) or (kind.is_moment and value not in written)
            else written.get(value) or _number(value, kind.decimal)
            for value in values.tolist()
        ]


def reader_of(
    grid: Grid, rows: "np.ndarray", *, kinds: "Mapping[str, Kind] | None" = None, ignore: Sequence[str] = ()
) -> Reader:
    """Return how to read the columns of a grid, fitted on some rows (int64[m]).

    kinds: what the columns are; found in these rows where it is not given
    ignore: columns that the model must not see, such as the label
    """
    from datastork.tables.kinds import kinds_of

    seen = kinds_of(grid.take(rows)) if kinds is None else kinds
    return Reader(encode(grid, seen, rows, form="codes", ignore=ignore), seen)


def said_missing(column: Column, kind: "Kind") -> "np.ndarray":
    """Return bool[k + 1]: which distinct values say missing; the last stands for a cell that is not given."""
    import numpy as np

    tokens = set(kind.missing_tokens)
    return np.array([*(not value.strip() or value in tokens for value in column.values), True], bool)


def hole_counts(grid: Grid, reader: Reader) -> list[tuple[str, int, int, int]]:
    """Return for each column with holes: name, cells not given, tokens that say missing, values that are no number."""
    import numpy as np

    found = []
    hole = reader.read(grid).hole
    for place, name in enumerate(reader.names):
        column = grid[name]
        empty = column.codes == NULL
        said = said_missing(column, reader.kinds[name])[column.codes] & ~empty
        other = hole[:, place] & ~empty & ~said
        one = (name, int(np.count_nonzero(empty)), int(np.count_nonzero(said)), int(np.count_nonzero(other)))
        if any(one[1:]):
            found.append(one)
    return found


def _number(value: float, decimal: str) -> str:
    text = f"{value:.10g}" if abs(value) < 1e15 else repr(value)
    return text.replace(".", decimal)
