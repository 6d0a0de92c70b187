"""Numbers of a table that lie far out, in their column or among rows that are alike."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datastork.tables.grid import Column, Grid
from datastork.tables.imputing.alike import level_codes
from datastork.tables.kinds import Kind, kinds_of, moments_of, numbers_of
from datastork.tables.outlying.extremes import Extremes, extremes

if TYPE_CHECKING:
    import numpy as np

NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?")
LESS = 0.7  # of the spread of a column is left within the values of another, for rows to be compared there
GROUP = 20  # rows of a group, from which they are
SAMPLE = 50_000  # rows looked at to choose a column to compare within


@dataclass(frozen=True, slots=True)
class Looked:
    """What was seen in a column: the scale, the middle, how many lie far out, and how many of a group of their own.

    `within` is the column within whose values rows were compared, too; "" where none tells this one.
    """

    column: str
    scale: str
    middle: float
    flagged: int
    apart: int
    within: str


@dataclass(frozen=True, slots=True)
class Outliers:
    """What lies far out in a table of `n` rows.

    `row`, `column` int64[m], int32[m]: the cells; `why` their reasons; sorted by row and column
    `score`   float64[n]: the greatest distance of a row's numbers, in spreads; nan where it has none
    `columns` what was seen in each
    """

    row: "np.ndarray"
    column: "np.ndarray"
    why: list[str]
    score: "np.ndarray"
    columns: tuple[Looked, ...]


def find_outliers(
    grid: Grid,
    *,
    columns: Collection[str] | None = None,
    by: Sequence[str] | None = None,
    labels: Collection[str] = (),
    rows: "np.ndarray | None" = None,
    threshold: float = 5.0,
    kinds: dict[str, Kind] | None = None,
) -> Outliers:
    """Return the numbers and dates that lie far out (see `extremes`), in their column or within a column that tells it.

    columns: where to look; by default in all
    by: columns within whose values rows are compared; by default, for each column, the one that tells it best
    labels: columns that are never looked at
    rows: int64: those to learn from; by default all
    threshold: spreads from the middle
    """
    import numpy as np

    kinds = kinds or kinds_of(grid)
    rows = np.arange(grid.rows) if rows is None else rows
    score = np.full(grid.rows, np.nan)
    found: list[tuple[np.ndarray, int, list[str]]] = []
    looked: list[Looked] = []
    levels: dict[str, np.ndarray] = {}
    for place, column in enumerate(grid.columns):
        kind = kinds[column.name]
        if not (kind.is_number or kind.is_moment) or column.name in labels:
            continue
        if columns is not None and column.name not in columns:
            continue
        numbers = _numbers(column, kind)
        alone = extremes(numbers, rows=rows, threshold=threshold)
        if not levels:
            levels = {one.name: _groups(one, kinds[one.name], rows) for one in grid.columns if one.name not in labels}
        within = _within(column.name, alone.score, levels, by, rows)
        inside = _inside(alone.score, levels[within], rows, threshold) if within else None
        flagged = alone.flagged if inside is None else alone.flagged | inside.flagged
        far = np.abs(alone.score) if inside is None else np.fmax(np.abs(alone.score), np.abs(inside.score))
        score = np.fmax(score, far)
        at = np.flatnonzero(flagged)
        found.append((at, place, _why(column, at, alone, inside, grid[within] if within else None)))
        looked.append(Looked(column.name, alone.scale, alone.middle, len(at), alone.apart, within))
    row = np.concatenate([at for at, _, _ in found] or [np.zeros(0, np.int64)])
    col = np.concatenate([np.full(len(at), place, np.int32) for at, place, _ in found] or [np.zeros(0, np.int32)])
    why = [one for _, _, told in found for one in told]
    order = np.lexsort((col, row))
    return Outliers(row[order], col[order], [why[at] for at in order.tolist()], score, tuple(looked))


def _numbers(column: Column, kind: Kind) -> "np.ndarray":
    """Return a column of numbers or dates as float64[n], dates in days; numbers that say missing (-999) are numbers."""
    import numpy as np

    values = numbers_of(column, kind) if kind.is_number else moments_of(column, kind) / 86_400
    if kind.is_number:
        for at, value in enumerate(column.values):
            if value in kind.missing_tokens and NUMBER.fullmatch(value):
                values[at] = float(value)
    found: np.ndarray = np.append(values, np.nan)[column.codes]
    return found


def _groups(column: Column, kind: Kind, rows: "np.ndarray") -> "np.ndarray":
    """Return int64[n]: the value of each row, numbers in bins; -1 where its group is small."""
    import numpy as np

    codes = level_codes(column, kind, rows)
    mine = codes[rows]
    size = np.bincount(mine[mine >= 0], minlength=int(codes.max(initial=-1)) + 1)
    return np.where(np.append(size, 0)[codes] >= GROUP, codes, -1)


def _within(
    name: str, score: "np.ndarray", levels: "dict[str, np.ndarray]", by: Sequence[str] | None, rows: "np.ndarray"
) -> str:
    """Return the column within whose values a column spreads least, or "" where it hardly spreads less in any."""
    import numpy as np

    rows = rows[np.isfinite(score[rows])]
    rows = rows[:: max(1, -(-len(rows) // SAMPLE))]
    whole = float(np.median(np.abs(score[rows]))) if len(rows) else 0.0
    least, best = LESS * whole if by is None else whole, ""
    if not whole:
        return best
    for one in levels if by is None else by:
        if one == name or one not in levels:
            continue
        mine = rows[levels[one][rows] >= 0]
        if len(mine) * 2 < len(rows):
            continue
        groups = levels[one][mine]
        spread = float(np.median(np.abs(score[mine] - _medians(score[mine], groups)[groups])))
        if spread < least:
            least, best = spread, one
    return best


def _inside(numbers: "np.ndarray", groups: "np.ndarray", rows: "np.ndarray", threshold: float) -> Extremes:
    """Return how far out numbers lie from the middle of their group, in spreads of it."""
    import numpy as np

    mine = rows[np.isfinite(numbers[rows]) & (groups[rows] >= 0)]
    middle = _medians(numbers[mine], groups[mine])
    spread = _medians(np.abs(numbers[mine] - middle[groups[mine]]), groups[mine])
    usual = np.nanmedian(spread) if np.isfinite(spread).any() else np.nan
    spread = np.fmax(spread, usual / 4)
    known = (groups >= 0) & (groups < len(middle))
    rest = np.full(len(numbers), np.nan)
    at = groups[known]
    with np.errstate(divide="ignore", invalid="ignore"):
        rest[known] = (numbers[known] - middle[at]) / spread[at]
    rest[~np.isfinite(rest)] = np.nan
    return extremes(rest, rows=rows, threshold=threshold)


def _medians(numbers: "np.ndarray", groups: "np.ndarray") -> "np.ndarray":
    """Return the median of each group, nan for one without numbers."""
    import numpy as np

    order = np.lexsort((numbers, groups))
    size = np.bincount(groups)
    start = np.cumsum(size) - size
    found = np.full(len(size), np.nan)
    there = size > 0
    low, high = start + np.maximum(size - 1, 0) // 2, start + size // 2
    ordered = numbers[order]
    found[there] = (ordered[low[there]] + ordered[high[there]]) / 2
    return found


def _why(
    column: Column, at: "np.ndarray", alone: Extremes, inside: Extremes | None, within: Column | None
) -> list[str]:
    told = []
    for row in at.tolist():
        value = column.text(row)
        if alone.flagged[row] or inside is None or within is None:
            far = abs(float(alone.score[row]))
            told.append(f"{column.name} {value!r} lies {far:.1f} spreads from the middle of the column")
        else:
            far = abs(float(inside.score[row]))
            beside = f"{within.name} {within.text(row)!r}"
            told.append(f"{column.name} {value!r} lies {far:.1f} spreads from the middle of rows like {beside}")
    return told
