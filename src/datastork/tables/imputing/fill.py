"""What to put into cells that are not given."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from datastork.core.findings import plural
from datastork.core.seeds import seed_for
from datastork.tables.changes import Changes
from datastork.tables.dependencies.pairs import joint_codes, pair_counts
from datastork.tables.grid import NULL, Column, Grid
from datastork.tables.imputing.alike import level_codes, telling
from datastork.tables.imputing.chance import fractions
from datastork.tables.kinds import Kind, kinds_of, numbers_of

if TYPE_CHECKING:
    import numpy as np

Method = Literal["draw", "median"]
DONORS = 10  # rows alike to draw from, at least; else rows alike in fewer columns
REPEATS = 2.0  # rows a value of words must have on average, for another row's to mean something


@dataclass(frozen=True, slots=True)
class Gaps:
    """What became of the gaps of a column: how many, what they were filled from, or why they were not."""

    column: str
    gaps: int
    share: float
    filled: int
    alike_in: tuple[str, ...] = ()
    left_because: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """Changes that fill gaps, and what became of the gaps of each column that has some."""

    changes: Changes
    columns: tuple[Gaps, ...]


def with_gaps(grid: Grid, missing: Collection[str] = ()) -> Grid:
    """Return a grid in which blank cells, and those with a word of `missing`, are not given."""
    import numpy as np

    columns = []
    for column in grid.columns:
        gone = np.array([value in missing or not value.strip() for value in column.values] + [True], bool)
        codes = np.where(gone[column.codes], NULL, column.codes).astype(np.int32)
        columns.append(Column(column.name, column.values, codes, np.where(gone[:-1], 0, column.counts)))
    return Grid(tuple(columns))


def fill(
    grid: Grid,
    keys: "np.ndarray",
    *,
    columns: Collection[str] | None = None,
    labels: Collection[str] = (),
    rows: "np.ndarray | None" = None,
    method: Method = "draw",
    max_missing: float = 0.5,
    kinds: dict[str, Kind] | None = None,
    seed: int = 0,
) -> Filled:
    """Return values for the gaps of a grid (see `with_gaps`).

    "draw" takes the value of another row, drawn from those that are alike in the up to three columns that tell the
    column best (random hot deck within adjustment cells; Andridge and Little, 2010), so that the spread of the column
    and its ties to others stay. Which row is drawn depends on the ids of the two alone: a table that grows keeps most
    of what was drawn. "median" takes the median of numbers, and the most frequent of other values.

    keys: uint64[n] of `chance.row_keys`
    columns: which to fill; by default all
    labels: columns that are never filled and never looked at
    rows: int64: those to learn from; by default all
    max_missing: the greatest share of gaps with which a column is filled
    """
    import numpy as np

    kinds = kinds or kinds_of(grid)
    rows = np.arange(grid.rows) if rows is None else rows
    parts: list[Changes] = []
    told: list[Gaps] = []
    levels: dict[str, np.ndarray] = {}
    for place, column in enumerate(grid.columns):
        gaps = np.flatnonzero(column.codes < 0)
        if not len(gaps) or column.name in labels or (columns is not None and column.name not in columns):
            continue
        donors = rows[column.codes[rows] >= 0]
        share = len(gaps) / grid.rows
        why = _senseless(column, kinds[column.name], donors, share, max_missing)
        if why:
            told.append(Gaps(column.name, len(gaps), share, 0, left_because=why))
            continue
        if method == "median":
            parts.append(_median(column, kinds[column.name], place, gaps, donors))
            told.append(Gaps(column.name, len(gaps), share, len(gaps)))
            continue
        if not levels:
            levels = {
                one.name: level_codes(one, kinds[one.name], rows) for one in grid.columns if one.name not in labels
            }
        others = {name: codes for name, codes in levels.items() if name != column.name}
        alike = telling(levels[column.name], others, rows)
        cells = [levels[name] + 1 for name in alike]
        parts.append(_drawn(column, place, gaps, donors, cells, alike, keys, seed))
        told.append(Gaps(column.name, len(gaps), share, len(gaps), tuple(alike)))
    return Filled(Changes.joined(parts), tuple(told))


def _senseless(column: Column, kind: Kind, donors: "np.ndarray", share: float, max_missing: float) -> str:
    """Return why the gaps of a column are better left, or nothing."""
    if not len(donors):
        return "no row to learn from has a value"
    if share > max_missing:
        return f"{share:.0%} are missing, more than max_missing = {max_missing:.0%}"
    if kind.name == "identifier":
        return "each row has a value of its own"
    distinct = int((column.counts > 0).sum())
    if kind.name == "text" and len(donors) < REPEATS * distinct:
        return "hardly any value occurs twice: another row's would say nothing"
    return ""


def _median(column: Column, kind: Kind, place: int, gaps: "np.ndarray", donors: "np.ndarray") -> Changes:
    import numpy as np

    counts = np.bincount(column.codes[donors], minlength=len(column.values))
    if kind.is_number:
        numbers = numbers_of(column, kind)
        order = np.argsort(numbers, kind="stable")
        order = order[np.isfinite(numbers[order]) & (counts[order] > 0)]
        through = np.cumsum(counts[order])
        code, what = int(order[np.searchsorted(through, (through[-1] + 1) // 2)]), "median"
    else:
        best = np.flatnonzero(counts == counts.max())
        code, what = min(best.tolist(), key=column.values.__getitem__), "most frequent value"
    sure = counts[code] / len(donors)
    return Changes.of(
        "model", gaps, place, [column.values[code]] * len(gaps), sure, f"{what} of {plural(len(donors), 'row')}"
    )


def _drawn(
    column: Column,
    place: int,
    gaps: "np.ndarray",
    donors: "np.ndarray",
    cells: "list[np.ndarray]",
    names: list[str],
    keys: "np.ndarray",
    seed: int,
) -> Changes:
    """Return a donor's value for each gap: of rows alike in all `cells`, in fewer where these are too few, in none."""
    import numpy as np

    at, wanted = fractions(keys[donors], seed), fractions(keys[gaps], seed_for(seed, column.name))
    drawn = np.full(len(gaps), -1, np.int64)
    among = np.zeros(len(gaps), np.int64)
    held = np.zeros(len(gaps), np.int64)
    depth = np.zeros(len(gaps), np.int64)
    for level in range(len(cells), -1, -1):
        group = joint_codes(cells[:level]) if level else np.zeros(len(column.codes), np.int64)
        size = np.bincount(group[donors], minlength=int(group.max(initial=0)) + 1)
        left = np.flatnonzero((drawn < 0) & (size[group[gaps]] >= (DONORS if level else 1)))
        if not len(left):
            continue
        # donors stand on a ring by their own number; a gap takes the next one: a new donor moves few gaps
        order = np.lexsort((donors, at, group[donors]))
        ring = group[donors][order] + at[order]
        mine = group[gaps[left]]
        end = np.cumsum(size)[mine]
        spot = np.searchsorted(ring, mine + wanted[left])
        spot = np.where(spot >= end, end - size[mine], spot)
        drawn[left] = donors[order[spot]]
        among[left], depth[left] = size[mine], level
        pairs = pair_counts(group[donors], column.codes[donors])
        in_donor = np.empty(len(column.codes), np.int64)
        in_donor[donors] = pairs.count[pairs.pair]
        held[left] = in_donor[drawn[left]]
    alike = [_alike(names[:level]) for level in range(len(names) + 1)]
    why = [
        f"drawn from {plural(count, 'row')}{alike[level]}"
        for level, count in zip(depth.tolist(), among.tolist(), strict=True)
    ]
    new = [column.values[code] for code in column.codes[drawn].tolist()]
    return Changes.of("model", gaps, place, new, held / np.maximum(among, 1), why)


def _alike(names: list[str]) -> str:
    return f" alike in {', '.join(name.replace('{', '{{').replace('}', '}}') for name in names)}" if names else ""
