"""Keys: columns, alone or two together, that no two rows share."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from datastork.tables.dependencies.pairs import joint_codes
from datastork.tables.dependencies.said import MOST_COLUMNS, said_codes
from datastork.tables.grid import Grid
from datastork.tables.kinds import Kind, kinds_of, numbers_of

if TYPE_CHECKING:
    import numpy as np

NEARLY = 0.001  # share of rows that may repeat a key for it still to be meant as one
BY_CHANCE = 10.0  # times as many repeats must unrelated columns be expected to have
LEAST_ROWS = 10
DENSE = 3  # times as wide as there are rows is the range of whole numbers that count something, at most
CHECKED = 4_000_000  # rows, of all pairs of columns together, that are looked at; first where it says most
FIRST = (4_000, 40_000)  # rows that are looked at before all are


@dataclass(frozen=True, slots=True)
class Key:
    """Columns that name a row. `repeats` rows have the values of a row before them; `missing` rows lack a value."""

    columns: tuple[str, ...]
    repeats: int
    missing: int


def find_keys(grid: Grid, *, kinds: Mapping[str, Kind] | None = None) -> list[Key]:
    """Return the keys of a table: single columns first, then pairs of columns of which neither is one.

    A key has no missing cells to speak of and at most 0.1 % of its rows repeat it. Pairs that columns without any
    relation would make unique by chance are left out, and so are numbers with gaps: measurements name nothing.

    Example:
        >>> rows = range(900)
        >>> grid = Grid.of({"day": [str(one % 30) for one in rows], "place": [str(one // 30) for one in rows]})
        >>> [key.columns for key in find_keys(grid)]
        [('day', 'place')]
    """
    import numpy as np

    kinds = kinds_of(grid) if kinds is None else kinds
    if grid.rows < LEAST_ROWS:
        return []
    codes = {
        column.name: said_codes(column, kinds[column.name])
        for column in grid.columns[:MOST_COLUMNS]
        if kinds[column.name].name not in ("number", "empty") and len(column.values) > 1
    }

    def measures(name: str) -> bool:
        """Whether whole numbers have gaps, as those that count something have not."""
        values = numbers_of(grid[name], kinds[name]) if kinds[name].name == "integer" else np.zeros(1)
        return bool(np.nanmax(values) - np.nanmin(values) > DENSE * grid.rows)

    found = []
    for name, mine in codes.items():
        given = int((mine >= 0).sum())
        distinct = len(np.unique(mine[mine >= 0]))
        if not measures(name) and _is_key(grid.rows, given, distinct):
            found.append(Key((name,), given - distinct, grid.rows - given))
    lone = {key.columns[0] for key in found}
    full = {name: mine for name, mine in codes.items() if name not in lone and _given(mine) >= (1 - NEARLY) * grid.rows}
    alike = {name: _pairs(mine) for name, mine in full.items()}
    expected = {
        pair: alike[pair[0]] * alike[pair[1]] / (grid.rows * (grid.rows - 1) / 2) for pair in combinations(full, 2)
    }
    checked = 0
    for pair in sorted(expected, key=lambda one: (-expected[one], one)):
        sizes = [int(full[name].max()) + 1 for name in pair]
        few = sizes[0] * sizes[1] < (1 - NEARLY) * grid.rows or expected[pair] < BY_CHANCE  # none would say nothing
        if few or checked >= CHECKED or not all(_unique([full[name][:first] for name in pair]) for first in FIRST):
            continue
        checked += grid.rows
        joint = joint_codes([full[name] for name in pair])
        given, distinct = _given(joint), int(joint.max(initial=-1)) + 1
        if _is_key(grid.rows, given, distinct) and given - distinct <= expected[pair] / BY_CHANCE:
            found.append(Key(pair, given - distinct, grid.rows - given))
    return found


def _given(codes: "np.ndarray") -> int:
    return int((codes >= 0).sum())


def _pairs(codes: "np.ndarray") -> float:
    """Return how many pairs of rows have the same value."""
    import numpy as np

    counts = np.bincount(codes[codes >= 0]).astype(np.float64)
    return float((counts * (counts - 1) / 2).sum())


def _is_key(rows: int, given: int, distinct: int) -> bool:
    return given >= (1 - NEARLY) * rows and given - distinct <= NEARLY * given


def _unique(codes: "list[np.ndarray]") -> bool:
    """Whether the first rows of a pair of columns repeat next to nothing."""
    joint = joint_codes(codes)
    given, distinct = _given(joint), int(joint.max(initial=-1)) + 1
    return given - distinct <= NEARLY * given + 2
