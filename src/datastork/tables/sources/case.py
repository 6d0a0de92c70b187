"""One column in a vote: what is claimed of each thing, and what is known of it already."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from datastork.tables.answers import Answers
from datastork.tables.grid import Grid
from datastork.tables.sources.authority import Authority
from datastork.tables.sources.claims import Claims, claims_of
from datastork.tables.sources.forms import Forms, forms_of

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True)
class Case:
    """One column in a vote.

    `place`    of the column in the grid
    `forms`    what its values say
    `claims`   what the sources claim
    `told`     the answer for each thing that has one, None for cells that are rightly empty
    `trusted`  bool[n]: rows of an authority
    """

    place: int
    forms: Forms
    claims: Claims
    told: dict[int, str | None]
    trusted: "np.ndarray"

    def known(self) -> "np.ndarray":
        """Return float64[c]: 1 for candidates that are true, 0 for wrong ones, nan where nobody said."""
        import numpy as np

        known = np.full(len(self.claims.thing), np.nan)
        chosen = np.unique(self.claims.row[self.trusted & (self.claims.row >= 0)])
        things, times = np.unique(self.claims.thing[chosen], return_counts=True)
        agreed = chosen[np.isin(self.claims.thing[chosen], things[times == 1])]
        known[np.isin(self.claims.thing, self.claims.thing[agreed])] = 0
        known[agreed] = 1
        if self.told:
            things = np.array(list(self.told), np.int64)
            keys = np.array([self.forms.key_of(value) for value in self.told.values()], np.int64)
            order = np.argsort(things)
            at = np.searchsorted(things[order], self.claims.thing)
            at = order[np.minimum(at, len(things) - 1)]
            hit = things[at] == self.claims.thing
            known[hit] = (keys[at] == self.claims.key)[hit]
        return known


def case_of(
    grid: Grid, column: str, things: "np.ndarray", sources: "np.ndarray", trusts: list[Authority], answers: Answers
) -> Case:
    """Return one column as a vote sees it."""
    import numpy as np

    place = grid.place(column)
    forms = forms_of(grid.columns[place])
    told: dict[int, set[str | None]] = {}
    of_column = answers.of_column(place)
    for row, value in zip(of_column.row.tolist(), of_column.value.tolist(), strict=True):
        if things[row] >= 0:
            told.setdefault(int(things[row]), set()).add(value)
    trusted = np.zeros(grid.rows, bool)
    for one in trusts:
        if column in one.then:
            trusted |= one.rows
    alone = {thing: next(iter(values)) for thing, values in told.items() if len(values) == 1}
    return Case(place, forms, claims_of(grid.columns[place], forms, things, sources), alone, trusted)
