"""What of a column is looked at to say what it is: distinct values that say something."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from datastork.tables.grid import Column
from datastork.tables.kinds.kind import Kind, Name
from datastork.tables.kinds.missing import says_missing

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """The distinct values of a column that do not say missing in words: their places, texts stripped, and counts.

    `every` are all distinct values, stripped.
    """

    column: Column
    every: "pa.Array"
    places: "np.ndarray"
    texts: "pa.Array"
    counts: "np.ndarray"

    @classmethod
    def of(cls, column: Column) -> "Seen":
        """Return what there is to see."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        every = pc.utf8_trim_whitespace(pa.array(column.values, pa.large_string()))
        places = np.flatnonzero(~says_missing(every, numeric=False) & (column.counts > 0))
        texts = every if len(places) == len(every) else every.take(pa.array(places))
        return cls(column, every, places, texts, column.counts[places])

    @property
    def given(self) -> int:
        """How many rows have them."""
        return int(self.counts.sum())

    def all(self) -> "np.ndarray":
        """Return that all of them fit."""
        import numpy as np

        return np.ones(len(self.places), bool)

    def tokens(self, *, numeric: bool) -> "np.ndarray":
        """Return bool[k]: the values that say missing."""
        return says_missing(self.every, numeric=numeric)

    def kind(self, name: Name, fits: "np.ndarray", *, tokens: "np.ndarray", **more: Any) -> Kind:
        """Return the kind whose values these are; `tokens` of the words say missing, the rest is odd."""
        import numpy as np

        odd = np.zeros(len(self.column.values), bool)
        odd[self.places[~fits]] = True
        odd &= ~tokens
        said = ~tokens[self.places]
        told = int(self.counts[said].sum())
        share = float(self.counts[fits & said].sum() / told) if told else 1.0
        order = sorted(
            np.flatnonzero(tokens).tolist(), key=lambda at: (-int(self.column.counts[at]), self.column.values[at])
        )
        listed = tuple(self.column.values[at] for at in order if self.column.counts[at])
        return Kind(name, round(share, 6), odd, missing_tokens=listed, **more)
