"""Columns of a table that a step's settings name."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from datastork.core.errors import RecipeError
from datastork.core.nearest import did_you_mean
from datastork.core.questions import MAIN
from datastork.tables.grid import Grid

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa


def check_columns(grid: Grid, **settings: Sequence[str] | None) -> None:
    """Raise RecipeError for all columns that settings name and the table does not have. A grid without rows has all."""
    wrong = [
        f"{setting}: the table has no column {name!r}{did_you_mean(name, grid.names)}"
        for setting, names in settings.items()
        for name in names or ()
        if name not in grid.names
    ]
    if wrong and grid.rows:
        raise RecipeError(wrong)


def label_columns(grid: Grid, votes: "pa.ChunkedArray", label: str | None) -> list[str]:
    """Return the columns that hold the label: the one that is named, and those that every vote on it repeats.

    votes: the column `votes` of the samples, in the order of the grid's rows.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    named = [] if label is None else [label]
    packed = votes.combine_chunks()
    flat, rows = pc.list_flatten(packed), pc.list_parent_indices(packed)
    if not pa.types.is_struct(flat.type):
        return named
    values = pc.struct_field(flat, "value").cast(pa.large_string())
    if "question" in [field.name for field in flat.type]:
        asked = np.asarray(pc.equal(pc.fill_null(pc.struct_field(flat, "question"), MAIN), MAIN))
        rows, values = rows.filter(pa.array(asked)), values.filter(pa.array(asked))
    if not len(rows):
        return named
    same = [
        one.name
        for one in grid.columns
        if pc.all(pc.equal(one.to_arrow().take(rows), values), skip_nulls=False).as_py()
    ]
    return list(dict.fromkeys([*named, *same]))


def train_rows(split: "pa.ChunkedArray") -> "np.ndarray | None":
    """Return the rows (int64) to learn from where the samples were split before, else None."""
    import numpy as np
    import pyarrow.compute as pc

    rows = np.flatnonzero(np.asarray(pc.fill_null(pc.equal(split, "train"), False)))
    return rows if len(rows) else None
