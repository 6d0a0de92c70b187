"""Columns of quantities in one unit: what has another unit's word is converted."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from datastork.tables.grid import Column, Grid
from datastork.tables.units.groups import groups_of
from datastork.tables.units.mixups import Conversion, find_mixup
from datastork.tables.units.numbers import fixed_decimals, number_of
from datastork.tables.units.quantities import has_unit, pointed, read_quantity
from datastork.tables.units.table import Measure, measure

if TYPE_CHECKING:
    import numpy as np

LEAST_DECIMALS = 2


def converted(column: Column, unit: str, clock: bool = False) -> list[str | None]:
    """Return each value of a column as a number in `unit`; itself where it is one already, or is no quantity of it.

    What does not come out even is rounded to as many decimals as the column has, two at least. Decimal commas become
    points.

    Example:
        >>> converted(Column.of("t", ["90", "1.5 h", "soon"]), "minutes")
        ['90', '90', 'soon']
    """
    target = known(unit)
    values = pointed(column).values
    numbers = [value for value in values if not has_unit(value) and ":" not in value]
    decimals = max(max((len(value.partition(".")[2]) for value in numbers), default=0), LEAST_DECIMALS)
    told = [_one(value, target, clock, decimals) for value in values]
    return [old if number_of(new) is None else new for old, new in zip(column.values, told, strict=True)]


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


def misplaced(
    grid: Grid, column: str, unit: str, maybe: Sequence[str], by: Sequence[str] | None = None
) -> "tuple[np.ndarray, list[str], np.ndarray]":
    """Return rows (int64[m]) whose number is in one of `maybe`, the number in `unit`, and how sure that is.

    by: the columns of which a number is compared within the same values; those that tell most if not given.
    """
    import numpy as np

    target = known(unit)
    conversions = [_conversion(word, target) for word in maybe]
    values = numbers_in(grid[column])
    found = find_mixup(values, groups_of(grid, column, values, by), conversions, declared=True)
    if found is None:
        return np.zeros(0, np.int64), [], np.zeros(0)
    return found.rows, texts_of(grid[column], found.rows, found.conversion), found.sure


def _conversion(word: str, target: Measure) -> Conversion:
    from datastork.core.errors import DataError

    other = measure(word, target.dimension)
    if other is None:
        raise DataError(f"{word!r} is no unit of {target.dimension}")
    zero = other.to(0, target)
    return Conversion(f"in {word}", other.to(1, target) - zero, zero)


def numbers_in(column: Column) -> "np.ndarray":
    """Return the bare numbers of a column: float64[n], nan where there is none."""
    import numpy as np

    told = [number_of(value) for value in column.values]
    spread: np.ndarray = np.array([*(np.nan if one is None else one for one in told), np.nan], float)[column.codes]
    return spread


def texts_of(column: Column, rows: "np.ndarray", conversion: Conversion) -> list[str]:
    """Return the numbers of some rows converted, as text: with as many decimals as the column always has, or as few."""
    fixed = fixed_decimals(column.values, column.counts.tolist())
    most = max((len(value.partition(".")[2]) for value in column.values), default=0)
    told = []
    for row in rows.tolist():
        number = number_of(column.text(row) or "") or 0.0
        new = float(f"{number * conversion.factor + conversion.offset:.12g}")
        told.append(f"{new:.{fixed}f}" if fixed is not None else text_of(new, max(min(most, 6), LEAST_DECIMALS)))
    return told
