"""What steps on tables note of each row: cells they changed, cells they doubt; each step adds to what is there."""

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

    from datastork.tables.changes import Changes
    from datastork.tables.grid import Grid


def noted(
    changes: "Changes", grid: "Grid", before: "pa.ChunkedArray", settled: "set[tuple[int, int]] | None" = None
) -> "pa.Array":
    """Return the values of each row's changes as a JSON object by column, null where it has none.

    before: what earlier steps noted, in the order of the grid's rows; it stays, but for cells that changed again here
    settled: cells (row, place of the column) that are decided now, of which nothing earlier stays
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    names = grid.names
    gone: dict[int, set[str]] = {}
    for row, place in settled or ():
        gone.setdefault(row, set()).add(names[place])
    found: dict[int, dict[str, Any]] = {}
    held = np.flatnonzero(np.asarray(pc.is_valid(before)))
    for row, text in zip(held.tolist(), before.take(pa.array(held)).to_pylist(), strict=True):
        found[row] = {name: value for name, value in json.loads(text).items() if name not in gone.get(row, ())}
    for row, place, new in zip(changes.row.tolist(), changes.column.tolist(), changes.new.tolist(), strict=True):
        found.setdefault(row, {})[names[place]] = new
    texts: list[str | None] = [None] * grid.rows
    for row, cells in found.items():
        texts[row] = json.dumps(cells, ensure_ascii=False, sort_keys=True) if cells else None
    return pa.array(texts, pa.string())


def cells_of(*parts: Any) -> set[tuple[int, int]]:
    """Return the cells (row, place of the column) that changes or answers speak of."""
    return {cell for one in parts for cell in zip(one.row.tolist(), one.column.tolist(), strict=True)}
