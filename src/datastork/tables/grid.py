"""A table of text in memory: for each column its distinct values once, and a code for each row."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

NULL = -1  # the code of a cell that is not given


@dataclass(frozen=True, slots=True)
class Column:
    """One column of `n` cells with `k` distinct values.

    `values`  the distinct values, exactly as they were written (k)
    `codes`   int32[n]: which of them each row has; NULL (-1) where none is given
    `counts`  int64[k]: how many rows have each; never 0 in a grid made by `Grid.of`
    """

    name: str
    values: tuple[str, ...]
    codes: "np.ndarray"
    counts: "np.ndarray"

    @classmethod
    def of(cls, name: str, texts: "Iterable[str | None] | pa.Array | pa.ChunkedArray") -> "Column":
        """Return a column of these texts; null and None are cells that are not given, "" is a value."""
        import numpy as np
        import pyarrow as pa

        if not isinstance(texts, pa.Array | pa.ChunkedArray):
            texts = pa.array(list(texts), pa.string())
        if isinstance(texts, pa.ChunkedArray):
            texts = texts.combine_chunks()
        if pa.types.is_dictionary(texts.type):
            texts = texts.cast(texts.type.value_type)
        packed = texts.cast(pa.large_string()).dictionary_encode()
        codes = packed.indices.fill_null(NULL).to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
        values = tuple(packed.dictionary.to_pylist())
        return cls(name, values, codes, np.bincount(codes[codes >= 0], minlength=len(values)))

    @property
    def rows(self) -> int:
        """How many cells there are."""
        return len(self.codes)

    @property
    def missing(self) -> int:
        """How many cells are not given."""
        return int((self.codes < 0).sum())

    def text(self, row: int) -> str | None:
        """Return one cell."""
        code = int(self.codes[row])
        return None if code < 0 else self.values[code]

    def texts(self) -> list[str | None]:
        """Return all cells."""
        array: list[str | None] = self.to_arrow().to_pylist()
        return array

    def to_arrow(self) -> "pa.Array":
        """Return all cells as Arrow strings."""
        import pyarrow as pa

        indices = pa.array(self.codes, mask=self.codes < 0)
        return pa.array(self.values, pa.large_string()).take(indices)

    def replaced(self, rows: "np.ndarray", texts: Sequence[str | None]) -> "Column":
        """Return the column with other texts in these rows (int64[m], m texts)."""
        known = {value: code for code, value in enumerate(self.values)}
        codes = self.codes.copy()
        codes[rows] = [NULL if text is None else known.setdefault(text, len(known)) for text in texts]
        return _packed(self.name, tuple(known), codes)


def _packed(name: str, values: tuple[str, ...], codes: "np.ndarray") -> Column:
    """Return a column without the values that no row has any more."""
    import numpy as np

    counts = np.bincount(codes[codes >= 0], minlength=len(values))
    if (counts > 0).all():
        return Column(name, values, codes, counts)
    kept = np.flatnonzero(counts)
    place = np.full(len(values) + 1, NULL, np.int32)
    place[kept] = np.arange(len(kept), dtype=np.int32)
    return Column(name, tuple(values[i] for i in kept.tolist()), place[codes], counts[kept])


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of text: columns of equal length, in the order of the source."""

    columns: tuple[Column, ...]

    @classmethod
    def of(cls, table: "pa.Table | Mapping[str, Iterable[str | None]]") -> "Grid":
        """Return the grid of an Arrow table with columns of text, or of lists by column name."""
        import pyarrow as pa

        if isinstance(table, pa.Table):
            return cls(tuple(Column.of(name, table[name]) for name in table.column_names))
        return cls(tuple(Column.of(name, texts) for name, texts in table.items()))

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return self.columns[0].rows if self.columns else 0

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)

    def __getitem__(self, name: str) -> Column:
        """Return a column. Raises KeyError for a name that is not there."""
        return self.columns[self.place(name)]

    def place(self, name: str) -> int:
        """Return which column has this name. Raises KeyError where none has."""
        for place, column in enumerate(self.columns):
            if column.name == name:
                return place
        raise KeyError(name)

    def with_column(self, column: Column) -> "Grid":
        """Return the grid with this column in place of the one of its name, or at the end."""
        if column.name not in self.names:
            return Grid((*self.columns, column))
        return Grid(tuple(column if one.name == column.name else one for one in self.columns))

    def take(self, rows: "np.ndarray") -> "Grid":
        """Return some rows (int64[m]) in this order."""
        return Grid(tuple(_packed(one.name, one.values, one.codes[rows]) for one in self.columns))

    def to_arrow(self) -> "pa.Table":
        """Return the grid as an Arrow table of large strings."""
        import pyarrow as pa

        return pa.table({column.name: column.to_arrow() for column in self.columns})
