"""A whole table: its columns, how they hang together, and what is worth a look."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from datastork.tables.dependencies import (
    Association,
    Dependency,
    Derivation,
    Key,
    associations,
    equivalent_columns,
    find_dependencies,
    find_derived,
    find_keys,
)
from datastork.tables.dependencies.said import said_codes
from datastork.tables.grid import Grid
from datastork.tables.kinds import kinds_of
from datastork.tables.profile.alone import remarks_on
from datastork.tables.profile.care import remarks_on_care
from datastork.tables.profile.column import ColumnProfile, column_profile
from datastork.tables.profile.label import MOST_LABELS, Teller, remarks_on_label, tellers
from datastork.tables.profile.remark import Remark
from datastork.tables.profile.repeats import Repeats, remarks_on_repeats, repeats_in
from datastork.tables.profile.several import remarks_on_all
from datastork.tables.profile.together import remarks_together

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """All that is told of a table. `remarks` come with what matters most first."""

    rows: int
    columns: dict[str, ColumnProfile]
    dependencies: list[Dependency]
    equivalents: list[tuple[str, ...]]
    keys: list[Key]
    derived: list[Derivation]
    associations: list[Association]
    repeats: Repeats
    label: str | None
    tellers: list[Teller]
    remarks: list[Remark]


def profile(
    grid: Grid,
    *,
    label: str | None = None,
    protect: Collection[str] = (),
    split: "Sequence[str | None] | None" = None,
    today: date | None = None,
    seed: int = 0,
) -> Profile:
    """Return what a table is like.

    label: the column that is to be predicted, if any
    protect: columns whose groups must be treated alike
    split: for each row which split it is in, if any
    today: the day after which dates lie in the future; by default the present one
    seed: for the samples in which dependencies are searched
    """
    kinds = kinds_of(grid)
    columns = {one.name: column_profile(one, kinds[one.name]) for one in grid.columns}
    values = {name: one.values for name, one in columns.items()}
    dependencies = find_dependencies(grid, kinds=kinds, seed=seed)
    derived = find_derived(grid, kinds=kinds, values=values, seed=seed)
    strengths = associations(grid, kinds=kinds, values=values, seed=seed)
    repeats = repeats_in(columns, label, split)
    found: list[Teller] = []
    remarks = list(remarks_on_all(columns))
    remarks += [one for column in columns.values() for one in remarks_on(column, today or date.today())]
    remarks += remarks_together(columns, dependencies, derived, strengths, label)
    remarks += remarks_on_care(columns, label, protect, strengths)
    if label is not None:
        codes, names = _labels(grid, columns[label])
        if 0 < len(names) <= MOST_LABELS:
            found = tellers(columns, label, codes)
            remarks += remarks_on_label(columns, label, codes, names, found)
    remarks += remarks_on_repeats(repeats, label, grid.rows)
    return Profile(
        grid.rows,
        columns,
        dependencies,
        equivalent_columns(dependencies),
        find_keys(grid, kinds=kinds),
        derived,
        strengths,
        repeats,
        label,
        found,
        sorted(remarks, key=lambda one: -one.weight),
    )


def _labels(grid: Grid, one: ColumnProfile) -> "tuple[np.ndarray, tuple[str, ...]]":
    """Return int64[n], -1 where there is no label, and the labels."""
    import numpy as np

    codes = said_codes(one.column, one.kind)
    kept, packed = np.unique(codes, return_inverse=True)
    missing = int(len(kept) > 0 and kept[0] < 0)
    return packed.astype(np.int64) - missing, tuple(grid[one.name].values[at] for at in kept[missing:].tolist())
