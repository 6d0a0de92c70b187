"""Mixed units in any column of a table: words first, then clusters of numbers."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from datastork.tables.changes import Changes
from datastork.tables.grid import Column, Grid
from datastork.tables.kinds import Kind, kind_of
from datastork.tables.units.convert import numbers_in, text_of, texts_of
from datastork.tables.units.groups import groups_of
from datastork.tables.units.mixups import KNOWN, TEMPERATURES, find_mixup
from datastork.tables.units.quantities import Written, pointed, read_quantity, read_written
from datastork.tables.units.table import MEASURES, Measure, measure

if TYPE_CHECKING:
    import numpy as np

QUANTITIES = 0.8  # so many of the given values must be numbers of one dimension, for words to be taken as units
LEAST_WORDS = 2  # rows with a word, for it to be a unit of the column and no slip
LEAST_DISTINCT = 10
DECIMALS = 2


def find_units(grid: Grid, *, columns: Sequence[str] | None = None, by: Sequence[str] | None = None) -> Changes:
    """Return the cells of a table that are in another unit than their column, in the unit of most.

    columns: where to look; all columns by default. by: columns of which numbers are compared within the same values;
    for each column those in which it varies least if not given.

    Words are read where a column is written in several units of one dimension ("90 min", "1.5 h"): sure. Numbers
    without a word are compared with their group, see `mixups.find_mixup`: sure where a cluster lies apart at a known
    factor, and cells of the group do not.

    Example:
        >>> grid = Grid.of({"t": ["90 min", "45 min", "60 min", "1.5 h", "2 h"]})
        >>> find_units(grid).new.tolist()
        ['90 min', '120 min']
    """
    found = []
    for place, column in enumerate(grid.columns):
        if columns is not None and column.name not in columns:
            continue
        kind, column = kind_of(column), pointed(column)
        words = _by_words(column)
        if words is not None:
            rows, texts, why = words
            found.append(Changes.of("unit", rows, place, _as_there(texts, kind), 1.0, why))
        elif kind.is_number and len(column.values) >= LEAST_DISTINCT:
            values = numbers_in(column)
            mixup = find_mixup(values, groups_of(grid, column.name, values, by), (*KNOWN, *TEMPERATURES))
            if mixup is not None:
                new = texts_of(column, mixup.rows, mixup.conversion)
                found.append(Changes.of("unit", mixup.rows, place, _as_there(new, kind), mixup.sure, mixup.why))
    return Changes.joined(found).real(grid)


def _as_there(texts: Sequence[str | None], kind: Kind) -> list[str | None]:
    """Return converted numbers with the decimal sign of their column."""
    return [text.replace(".", ",") if text is not None and kind.decimal == "," else text for text in texts]


def _by_words(column: Column) -> "tuple[np.ndarray, list[str | None], str] | None":
    """Return what to write in a column whose values have several units of one dimension; None where they do not."""
    import numpy as np

    written = [read_written(value) for value in column.values]
    counts = column.counts.tolist()
    given = sum(n for value, n in zip(column.values, counts, strict=True) if value.strip())
    dimension = _dimension(written, counts, given)
    if dimension is None:
        return None
    units = [measure(one.word, dimension) if one is not None and one.word else None for one in written]
    weight: dict[Measure, int] = {}
    for unit, count in zip(units, counts, strict=True):
        if unit is not None:
            weight[unit] = weight.get(unit, 0) + count
    if len([unit for unit in weight if weight[unit] >= LEAST_WORDS]) < 2:
        return None
    target = max(weight, key=lambda unit: weight[unit])
    bare = sum(n for one, n in zip(written, counts, strict=True) if one is not None and not one.word)
    form = None if bare > sum(weight.values()) else _form(written, units, counts, target)
    new: list[str | None] = []
    for value, unit in zip(column.values, units, strict=True):
        number = read_quantity(value, target) if unit not in (None, target) else None
        new.append(value if number is None else (form or "{}").format(text_of(number, DECIMALS)))
    changed = np.array([a != b for a, b in zip(column.values, new, strict=True)] + [False], bool)
    rows = np.flatnonzero(changed[column.codes])
    return rows, [new[code] for code in column.codes[rows].tolist()], f"most of the column is in {target.name}"


def _dimension(written: Sequence[Written | None], counts: Sequence[int], given: int) -> str | None:
    """Return the one dimension whose words nearly all values have, or no word at all."""
    bare = sum(n for one, n in zip(written, counts, strict=True) if one is not None and not one.word)
    fitting = {}
    for name, words in MEASURES.items():
        known = [
            (n, measure(one.word, name)) for one, n in zip(written, counts, strict=True) if one is not None and one.word
        ]
        told = sum(n for n, unit in known if unit is not None)
        if told and told + bare >= QUANTITIES * given and words:
            fitting[name] = told
    return max(fitting, key=lambda name: fitting[name]) if fitting else None


def _form(
    written: Sequence[Written | None], units: Sequence[Measure | None], counts: Sequence[int], target: Measure
) -> str:
    """Return how most values of a unit are written around their number, as "{} min"."""
    told: dict[str, int] = {}
    for one, unit, count in zip(written, units, counts, strict=True):
        if one is not None and unit == target:
            told[one.form] = told.get(one.form, 0) + count
    return max(told, key=lambda form: told[form])
