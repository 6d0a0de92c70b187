"""Groups of people, and the outcome that is good for them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from datastork.core.errors import DataError
from datastork.core.nearest import did_you_mean
from datastork.tables.grid import NULL, Grid

if TYPE_CHECKING:
    import numpy as np

LEAST, ENOUGH, SHARE = 10, 100, 10  # rows from which a group is compared: a tenth of all, within these bounds
NOT_GIVEN = "(not given)"


@dataclass(frozen=True, slots=True)
class Groups:
    """n rows by group and outcome.

    `names`       of the g groups: values of the protected columns, joined by " · "
    `code`        int64[n]: the group of each row
    `favourable`  bool[n]: which rows have the label that is good for a person
    `known`       bool[n]: which rows have a label
    `label`       the label that is good
    `privileged`  the group that most often has it, among those with enough rows to compare
    """

    names: tuple[str, ...]
    code: "np.ndarray"
    favourable: "np.ndarray"
    known: "np.ndarray"
    label: str
    privileged: int

    @property
    def compared(self) -> list[int]:
        """The groups with enough labelled rows to say something of: 100, in small tables a tenth of all, at least 10.

        Fewer tell chance: with 30 rows a disparate impact of 0.8 has a standard error of 0.26. The privileged group is
        always among them.
        """
        size = self.counts().sum(1)
        least = min(max(int(size.sum()) // SHARE, LEAST), ENOUGH)
        return [at for at in range(len(size)) if size[at] >= least or at == self.privileged]

    def take(self, rows: "np.ndarray") -> "Groups":
        """Return some rows (int64 or bool) with the same groups."""
        return Groups(self.names, self.code[rows], self.favourable[rows], self.known[rows], self.label, self.privileged)

    def counts(self, weight: "np.ndarray | None" = None) -> "np.ndarray":
        """Return float64[g, 2]: rows, or their weight, by group and outcome (0 other, 1 favourable)."""
        import numpy as np

        place = 2 * self.code + self.favourable
        mass = (np.ones(len(place)) if weight is None else weight) * self.known
        return np.bincount(place, mass, minlength=2 * len(self.names)).reshape(-1, 2)


def groups_of(grid: Grid, label: str, protect: Sequence[str], *, favourable: str | None = None) -> Groups:
    """Return the groups that protected columns make together.

    favourable: the label that is good for a person; the rarest where it is not given

    Raises DataError where a column is not there, where the label has fewer than two values or not the one called
    favourable, and where fewer than two groups have enough labelled rows to compare.
    """
    import numpy as np

    for name in (label, *protect):
        if name not in grid.names:
            raise DataError(f"the table has no column {name!r}{did_you_mean(name, grid.names)}")
    if not protect or label in protect:
        raise DataError("name the columns with groups of people, which the label is not" if protect else "no column")
    column = grid[label]
    if len(column.values) < 2:
        raise DataError(f"the label {label!r} has fewer than two values")
    if favourable is None:
        favourable = min(zip(column.counts.tolist(), column.values, strict=True))[1]
    if favourable not in column.values:
        raise DataError(f"the label {label!r} has no value {favourable!r}{did_you_mean(favourable, column.values)}")
    good = column.codes == column.values.index(favourable)
    known = column.codes != NULL
    texts = [
        np.array([*(grid[name].values), NOT_GIVEN if len(protect) == 1 else f"{name} {NOT_GIVEN}"], object)[
            grid[name].codes
        ]
        for name in protect
    ]
    joined = texts[0]
    for more in texts[1:]:
        joined = joined + " · " + more
    names, code = np.unique(joined.astype(str), return_inverse=True)
    found = Groups(tuple(names.tolist()), code.astype(np.int64), good & known, known, favourable, -1)
    large = found.compared
    if len(large) < 2:
        raise DataError(f"{' and '.join(protect)}: fewer than two groups have enough labelled rows to compare")
    counts = found.counts()
    rate = counts[large, 1] / counts[large].sum(1)
    return replace(found, privileged=large[int(rate.argmax())])
