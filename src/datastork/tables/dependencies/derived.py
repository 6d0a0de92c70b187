"""Columns that others make up: the same again, joined texts, parts of texts, sums and multiples of numbers."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from datastork.tables.dependencies.arithmetic import computed_numbers
from datastork.tables.dependencies.derivation import AGREE, Derivation, How
from datastork.tables.dependencies.joined import joined_texts
from datastork.tables.dependencies.said import MOST_COLUMNS
from datastork.tables.grid import Grid
from datastork.tables.kinds import Kind, kinds_of

if TYPE_CHECKING:
    import numpy as np


def find_derived(
    grid: Grid,
    *,
    kinds: Mapping[str, Kind] | None = None,
    values: "Mapping[str, np.ndarray] | None" = None,
    least: float = AGREE,
    seed: int = 0,
) -> list[Derivation]:
    """Return the columns that others make up, one derivation for each, the simplest.

    Tried are: the same values; two columns joined by up to 3 characters that are always the same; the first or last
    characters of another; another plus or times a constant; sums, differences and products of two columns; the sum of
    several. Searched in a sample of rows drawn by `seed`, verified on all: at least the share `least` of them keeps it.
    `values` may hold the distinct values as numbers (float64[k]) where they were read before.

    Example:
        >>> price = [str(one % 7 + 3) for one in range(40)]
        >>> twice = [str(2 * int(one)) for one in price]
        >>> [str(one.text) for one in find_derived(Grid.of({"price": price, "both": twice}))]
        ['price * 2']
    """
    kinds = kinds_of(grid) if kinds is None else kinds
    names = [
        column.name
        for column in grid.columns[:MOST_COLUMNS]
        if kinds[column.name].name != "empty" and len(column.values) > 1
    ]
    found: dict[str, Derivation] = {}
    made: set[str] = set()  # what already is a part: of two columns that make each other up only one is told
    tried = joined_texts(grid, kinds, names, least, seed), computed_numbers(grid, kinds, names, values, least, seed)
    for one in _ordered(least, *tried):
        if one.column in found or (one.column in made and one.how in ("equal", "scaled", "part", "sum")):
            continue
        found[one.column] = one
        made.update(one.parts)
    return list(found.values())


def _ordered(least: float, *tried: "Iterator[Derivation]") -> list[Derivation]:
    order: tuple[How, ...] = ("equal", "joined", "part", "scaled", "sum", "product")
    every = [one for some in tried for one in some if one.is_real(least)]
    return sorted(every, key=lambda one: (order.index(one.how), len(one.parts), -one.agreement))
