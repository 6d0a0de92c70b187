"""Empty cells filled as people filled cells like them: from another column of the row, or with one value for all."""

from collections import Counter
from typing import TYPE_CHECKING

from datastork.tables.changes import Changes
from datastork.tables.examples.evidence import Example, Learned, doubt_after, explain
from datastork.tables.examples.rewriting import SEARCHED, as_in, shapes_of_true
from datastork.tables.examples.search import transforms
from datastork.tables.grid import Column, Grid

if TYPE_CHECKING:
    import numpy as np

FILLS = 3  # empty cells that people have to fill with one value for the others to get it


def filled(grid: Grid, place: int, told: dict[int, str | None]) -> Changes:
    """Return changes of the empty cells of a column, but for those in `told`, the true values by row."""
    import numpy as np

    column = grid.columns[place]
    empty = {row: value or "" for row, value in told.items() if not (column.text(row) or "").strip()}
    if not any(empty.values()):
        return Changes.none()
    blank = np.array([not text.strip() for text in column.values] + [True])[column.codes]
    blank[list(told)] = False
    ways = [(_ways(source, empty), source) for i, source in enumerate(grid.columns) if i != place]
    best, source = max(ways, key=lambda one: sum(way.rows for way in one[0]), default=([], column))
    if best:
        return _from_column(column, place, source, best, blank)
    value, *others = sorted(set(empty.values()))
    if others or len(empty) < FILLS:
        return Changes.none()
    rows = np.flatnonzero(blank)
    why = f"an empty cell stands for {value!r} ({as_in(len(empty))})"
    return Changes.of("example", rows, place, [value] * len(rows), 1 - doubt_after(len(empty), fits=False), why)


def _ways(source: Column, empty: dict[int, str]) -> list[Learned]:
    """Return the transforms of a column that make what people put into empty cells (the values by row)."""
    pairs = Counter((source.text(row) or "", value) for row, value in empty.items())
    examples = [Example(old, new, rows) for (old, new), rows in pairs.items()]
    inside = [one for one in examples if one.new and one.new != one.old and one.new.casefold() in one.old.casefold()]
    return explain(examples, dict.fromkeys(t for one in inside[:SEARCHED] for t in transforms(one.old, one.new)))


def _from_column(column: Column, place: int, source: Column, ways: list[Learned], blank: "np.ndarray") -> Changes:
    """Return changes of empty cells from what another column of their rows holds."""
    import numpy as np

    true_shapes = shapes_of_true(column, [])
    made: dict[int, tuple[str, float, str]] = {}
    for code in np.unique(source.codes[blank & (source.codes >= 0)]).tolist():
        text = source.values[code]
        for way in ways:
            new = way.run(text)
            if new:
                sure = way.confidence(text, new, true_shapes)
                made[code] = new, sure, f"from {source.name}: {way.transform.says} ({as_in(way.rows)})"
                break
    rows = np.flatnonzero(blank & np.isin(source.codes, np.array(list(made), np.int64)))
    found = [made[code] for code in source.codes[rows].tolist()]
    return Changes.of("example", rows, place, [m[0] for m in found], [m[1] for m in found], [m[2] for m in found])
