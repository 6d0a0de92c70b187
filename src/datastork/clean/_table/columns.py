"""Columns of a table that a step's settings name."""

from collections.abc import Sequence

from datastork.core.errors import RecipeError
from datastork.core.nearest import did_you_mean
from datastork.tables.grid import Grid


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
