"""What a search for rows that are one thing has to say: how many, by which columns, and which to look at."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from datastork.core.findings import Cell, Findings, Pair, Table, plural
from datastork.tables.changes import Changes
from datastork.tables.entities.find import Entities
from datastork.tables.grid import Grid
from datastork.tables.guards.representative import representative

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

SHOWN = 20  # things shown with their rows
LONGEST = 40  # characters of a cell


def findings(
    grid: Grid,
    found: Entities,
    table: "pa.Table",
    *,
    keeper: "np.ndarray | None",
    changes: Changes,
    label: str | None,
    protect: Sequence[str],
) -> Findings:
    """Return what was found.

    table: the samples' columns `id`, `split` and `uri`
    keeper: which row stays for each row, where others are dropped
    changes: the cells that the rows that stay take over
    """
    import numpy as np

    size = np.bincount(found.cluster, minlength=grid.rows) if grid.rows else np.zeros(0, np.int64)
    things, members = int((size > 1).sum()), int(size[size > 1].sum())
    numbers: dict[str, Cell] = {
        "rows": grid.rows,
        "things_with_several_rows": things,
        "rows_of_those": members,
        "largest": int(size.max(initial=0)),
        "pairs_compared": found.compared,
    }
    sentences = [
        f"{members:,} of {grid.rows:,} rows are {plural(things, 'thing')} with several rows; "
        f"{plural(grid.rows - members + things, 'thing')} in all."
        if things
        else f"No two of {plural(grid.rows, 'row')} are one thing."
    ]
    if unsure := len(found.unsure[0]):
        sentences.append(
            f"{plural(unsure, 'pair')} may be one thing and {'was' if unsure == 1 else 'were'} left apart: see the "
            "column perhaps_copy_of."
        )
    numbers["unsure_pairs"] = unsure
    warnings = _apart(grid, found.cluster, size, table, label)
    tables = [_weights(found), _unsure(grid, found, table), _examples(grid, found, size, table)]
    if keeper is not None and grid.columns:
        after = changes.applied(grid)
        kept = np.flatnonzero(keeper == np.arange(grid.rows))
        told = representative(grid, after.take(kept), rows=kept, changes=changes, label=label, protect=protect)
        warnings += [*told.problems, *told.warnings]
        tables += told.tables()
        numbers |= {"dropped_rows": grid.rows - len(kept), "merged_cells": len(changes)}
    return Findings(
        "Duplicate rows",
        sentences=[*sentences, *found.notes],
        warnings=warnings,
        numbers=numbers,
        tables=[one for one in tables if one.rows],
        pairs=[*_left_apart(found, table), *_pairs(found, size, table)],
    )


def _apart(grid: Grid, cluster: "np.ndarray", size: "np.ndarray", table: "pa.Table", label: str | None) -> "list[str]":
    """Return warnings on things whose rows lie in several splits or carry several labels."""
    import numpy as np
    import pyarrow.compute as pc

    def several(codes: "np.ndarray") -> int:
        rows = np.flatnonzero((codes >= 0) & (size[cluster] > 1))
        pairs = np.unique(cluster[rows] * (int(codes.max(initial=0)) + 1) + codes[rows]) // (
            int(codes.max(initial=0)) + 1
        )
        return int((np.unique(pairs, return_counts=True)[1] > 1).sum())

    told = []
    split = pc.fill_null(table["split"].combine_chunks().dictionary_encode().indices, -1).to_numpy(zero_copy_only=False)
    if count := several(split.astype(np.int64)):
        told.append(
            f"{plural(count, 'thing has', 'things have')} rows in several splits: a model is asked what it was taught. "
            "Put this step before the split."
        )
    if label is not None and label in grid.names and (count := several(grid[label].codes.astype(np.int64))):
        told.append(f"{plural(count, 'thing carries', 'things carry')} several values of {label!r}")
    return told


def _weights(found: Entities) -> Table:
    if found.weights is None:
        return Table("", (), ())
    rows: list[tuple[Cell, ...]] = [
        (column.name, column.how, *(round(float(one), 4) for one in same[::-1]), float(f"{chance[-1]:.3g}"))
        for column, same, chance in zip(found.columns, found.weights.same, found.weights.chance, strict=True)
    ]
    return Table(
        "How alike rows of one thing are in each column (learned from the table), and how often any two rows are the "
        "same there by chance",
        ("column", "compared as", "same", "nearly", "somewhat", "different", "same by chance"),
        rows,
        bar="same",
    )


def _unsure(grid: Grid, found: Entities, table: "pa.Table") -> Table:
    """Return the cells in which the rows of pairs differ that were left apart, the surest pairs first."""
    rows: list[tuple[Cell, ...]] = []
    pairs = [(first, second, round(sure, 3)) for first, second, sure in _first_unsure(found)]
    for first, second, sure in pairs:
        names = _name(table, first), _name(table, second)
        texts = [(column.name, column.text(first), column.text(second)) for column in grid.columns]
        differ = [(*names, sure, name, _short(one), _short(other)) for name, one, other in texts if one != other]
        rows += differ or [(*names, sure, "(none)", "", "")]
    many = len(found.unsure[0])
    more = f" ({SHOWN} of {many:,} pairs)" if many > SHOWN else ""
    return Table(
        f"Rows that may be one thing and were left apart{more}: where they differ",
        ("row", "other row", "probability", "column", "in the row", "in the other"),
        rows,
    )


def _left_apart(found: Entities, table: "pa.Table") -> list[Pair]:
    ids = table["id"]
    return [
        Pair(ids[first].as_py(), ids[second].as_py(), f"perhaps one thing ({sure:.3f}); left apart")
        for first, second, sure in _first_unsure(found)
    ]


def _first_unsure(found: Entities) -> list[tuple[int, int, float]]:
    first, second, sure = (part[:SHOWN].tolist() for part in found.unsure)
    return list(zip(first, second, sure, strict=True))


def _name(table: "pa.Table", row: int) -> str:
    """Return what a row is called: the row of its table it came from, else its id."""
    uri = table["uri"][row].as_py()
    return uri if uri is not None else str(table["id"][row].as_py())


def _examples(grid: Grid, found: Entities, size: "np.ndarray", table: "pa.Table") -> Table:
    """Return the cells that differ in some things, those first whose rows differ in most."""
    import numpy as np

    things = np.flatnonzero(size > 1)
    if not len(things):
        return Table("", (), ())
    rows: list[tuple[Cell, ...]] = []
    differ = np.zeros(grid.rows, np.int64)
    for column in grid.columns:
        differ += column.codes != column.codes[found.cluster]
    most = np.zeros(grid.rows, np.int64)
    np.maximum.at(most, found.cluster, differ)
    for thing in things[np.lexsort((things, -most[things]))][:SHOWN].tolist():
        mine = np.flatnonzero(found.cluster == thing)
        for column in grid.columns:
            texts = list(dict.fromkeys(_short(column.text(row)) for row in mine[:8].tolist()))
            if len(texts) > 1:
                rows.append(
                    (
                        _name(table, thing),
                        len(mine),
                        round(float(found.probability[mine].min()), 3),
                        column.name,
                        " | ".join(texts),
                    )
                )
    more = f" ({SHOWN} of {len(things):,} things)" if len(things) > SHOWN else ""
    return Table(
        f"Things whose rows differ most{more}: what is written in each",
        ("first row", "rows", "least probability", "column", "values"),
        rows,
    )


def _pairs(found: Entities, size: "np.ndarray", table: "pa.Table") -> list[Pair]:
    """Return the least sure rows, beside the first of their thing."""
    import numpy as np

    rows = np.flatnonzero((size[found.cluster] > 1) & (found.cluster != np.arange(len(found.cluster))))
    least = rows[np.lexsort((rows, found.probability[rows]))][:SHOWN]
    ids = table["id"]
    return [
        Pair(
            ids[int(found.cluster[row])].as_py(),
            ids[row].as_py(),
            f"one thing with probability {found.probability[row]:.3f}",
        )
        for row in least.tolist()
    ]


def _short(text: str | None) -> str:
    if text is None:
        return "(nothing)"
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
