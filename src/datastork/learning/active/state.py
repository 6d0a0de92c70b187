"""Where the cleaning of a table for a model stands: rows, flags, and what people answered."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from datastork.learning.active.flags import Flags
from datastork.learning.encode import Encoder, Target, encode, target_of
from datastork.tables.grid import Grid

if TYPE_CHECKING:
    import numpy as np

    from datastork.tables.kinds import Kind


@dataclass(frozen=True, eq=False)
class State:
    """A table of n rows on the way to be clean.

    `before`    the rows before anybody answered
    `after`     the rows with all answers in them
    `label`     the column to predict
    `ignore`    columns the model must not see
    `kinds`     what the columns are
    `flags`     the rows and cells that may be wrong
    `answered`  bool[n]: rows that a person looked at
    `changed`   bool[n, columns of the grid]: the cells that a person corrected
    `chance`    float64[n] in (0, 1): a lasting random number for each row
    `train`     bool[n]: rows a model may learn from
    `apart`     whether rows for testing are known not to be among these; if not, no detector looks at the label
    """

    before: Grid
    after: Grid
    label: str
    ignore: tuple[str, ...]
    kinds: "Mapping[str, Kind]"
    flags: Flags
    answered: "np.ndarray"
    changed: "np.ndarray"
    chance: "np.ndarray"
    train: "np.ndarray"
    apart: bool = True

    @cached_property
    def pool(self) -> "np.ndarray":
        """Rows to ask about or asked about: flagged ones for training, bool[n]."""
        found: np.ndarray = self.flags.rows & self.train
        return found

    @cached_property
    def trusted(self) -> "np.ndarray":
        """Rows that are taken to be right: those for training that are not flagged, bool[n]."""
        found: np.ndarray = self.train & ~self.flags.rows
        return found

    @cached_property
    def target(self) -> Target:
        """The label of each row as answered."""
        import numpy as np

        return target_of(self.after, self.label, np.flatnonzero(self.train))

    @cached_property
    def encoder(self) -> Encoder:
        """The wide encoder of the rows that are right."""
        import numpy as np

        right = self.trusted | (self.train & self.answered)
        rows = right if right.any() else self.train
        return encode(self.after, self.kinds, np.flatnonzero(rows), ignore=(self.label, *self.ignore))

    @cached_property
    def matrix(self) -> Any:
        """All rows as answered, as a sparse matrix: csr (n, d)."""
        return self.encoder.matrix(self.after)

    @cached_property
    def dirty(self) -> Any:
        """All rows before anybody answered, as a sparse matrix: csr (n, d)."""
        return self.encoder.matrix(self.before)

    def first(self, rows: "np.ndarray") -> "State":
        """Return the state in which only these answers (int64[k]: rows) had been given."""
        import numpy as np

        some = np.zeros(len(self.answered), bool)
        some[rows] = True
        keep = np.flatnonzero(self.answered & ~some)
        after, changed = self.after, self.changed.copy()
        for place in np.flatnonzero(self.changed[keep].any(axis=0)).tolist():
            column = self.before.columns[place]
            after = after.with_column(after.columns[place].replaced(keep, [column.text(row) for row in keep.tolist()]))
        changed[keep] = False
        return replace(self, after=after, answered=some, changed=changed)
