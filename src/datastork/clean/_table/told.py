"""What a repair has to say for itself: sentences, warnings, numbers, and tables of what was changed."""

import json
import shlex
from collections import Counter
from typing import TYPE_CHECKING, Any

from datastork.clean._table.mending import Mended
from datastork.core.findings import Findings, Table, plural

if TYPE_CHECKING:
    from datastork.tables.changes import Changes
    from datastork.tables.grid import Grid
    from datastork.tables.guards.budget import Refusal

MAPPED = 60  # stretches of rows in the picture
SHOWN = 40  # rows of a table of changes
LONGEST = 120  # characters of a value


def findings(done: Mended) -> Findings:
    """Return what a repair found and did, ready for a report."""
    grid = done.before
    cells = grid.rows * len(grid.columns)
    changed, doubted = len(done.changes), len(done.suspects)
    columns = sorted({grid.columns[place].name for place in done.changes.column.tolist()})
    said = f"{changed:,} of {plural(cells, 'cell')} {'was' if changed == 1 else 'were'} repaired, in {len(columns)} of "
    rows = f"{len(set(done.changes.row.tolist())):,} of {plural(grid.rows, 'row')}"
    sentences = [
        f"{said}{plural(len(grid.columns), 'column')} and {rows}."
        if changed
        else f"Nothing of {plural(cells, 'cell')} was repaired."
    ]
    if doubted:
        sentences.append(
            plural(
                doubted,
                "more repair is proposed and was not made: it is not sure enough, or a guard said no.",
                "more repairs are proposed and were not made: they are not sure enough, or a guard said no.",
            )
        )
    warnings = [_held_back(done, one) for one in done.refusals]
    warnings += [f"{verdict}; it was taken back" for verdict in done.verdicts[1:]]
    warnings += [*done.representation.problems, *done.representation.warnings, *done.notes]
    numbers: dict[str, Any] = {
        "rows": grid.rows,
        "columns": len(grid.columns),
        "cells": cells,
        "repaired_cells": changed,
        "repaired_share": round(changed / cells, 6) if cells else 0.0,
        "repaired_rows": len(set(done.changes.row.tolist())),
        "suspects": doubted,
        "representative": not done.representation.fails,
    }
    tables = [_map(done), _columns(done), _changes(grid, done.changes, "What was repaired, the most frequent first")]
    tables += [_changes(grid, done.suspects, "What is proposed and was not done: for a person to look at")]
    tables += list(done.representation.tables())
    return Findings(
        title="Repair of the table",
        sentences=sentences,
        warnings=warnings,
        numbers=numbers,
        tables=[one for one in tables if one.rows],
    )


def _held_back(done: Mended, refusal: "Refusal") -> str:
    """Return why the changes of a column wait for a person, what wants to make them, and what lets them through."""
    waiting = done.suspects.where(done.suspects.column == done.before.place(refusal.column))
    ((why, _),) = Counter(waiting.why.tolist()).most_common(1)
    name = refusal.column
    return (
        f"{refusal.message}. They come of: {why}. If they are right, allow them: "
        f"stork clean --allow {shlex.quote(name)}, or in the recipe allow = [{json.dumps(name, ensure_ascii=False)}]"
    )


def _map(done: Mended) -> Table:
    """Return how many cells of each column were repaired in each stretch of rows."""
    import numpy as np

    grid = done.before
    stretches = min(MAPPED, max(grid.rows, 1))
    edges = np.linspace(0, grid.rows, stretches + 1).astype(np.int64)
    stretch = np.searchsorted(edges, done.changes.row, side="right") - 1
    counts = np.zeros((len(grid.columns), stretches), np.int64)
    np.add.at(counts, (done.changes.column, stretch), 1)
    places = np.flatnonzero(counts.sum(1))[:SHOWN].tolist()
    rows = [(grid.columns[place].name, *counts[place].tolist()) for place in places]
    return Table(
        "Where it was repaired: a line for each column, the rows of the table from left to right",
        ("column", *(f"row {start}" for start in edges[:-1].tolist())),
        rows,
        chart="map",
    )


def _columns(done: Mended) -> Table:
    grid = done.before
    changed = Counter(done.changes.column.tolist())
    doubted = Counter(done.suspects.column.tolist())
    said = {one.name: one for one in done.repaired.columns}
    rows = []
    for place, column in enumerate(grid.columns):
        report = said.get(column.name)
        if not changed[place] and not doubted[place] and not (report and report.refused):
            continue
        rows.append(
            (
                column.name,
                changed[place],
                doubted[place],
                round(changed[place] / grid.rows, 4) if grid.rows else 0.0,
                None if report is None else report.precision,
                None if report is None else report.recall,
                None if report is None else report.refused or None,
            )
        )
    rows.sort(key=lambda row: (-row[1], -row[2], row[0]))
    names = [
        "column",
        "repaired",
        "proposed",
        "share of rows",
        "planted: precision",
        "planted: recall",
        "held back because",
    ]
    told = [at for at in range(len(names)) if at < 4 or any(row[at] is not None for row in rows)]
    planted = ". Planted: this very repair on errors planted into good cells of the column" if 4 in told else ""
    return Table(
        f"Columns{planted}",
        [names[at] for at in told],
        [tuple(row[at] for at in told) for row in rows],
        bar="repaired",
    )


Grouped = list[tuple[tuple[str, str | None, str | None], tuple[int, float, str]]]


def grouped(grid: "Grid", changes: "Changes") -> Grouped:
    """Return changes by (column, before, after): how many cells, the least confidence, why; the most cells first."""
    counts: dict[tuple[str, str | None, str | None], tuple[int, float, str]] = {}
    told = changes.to_arrow(grid)
    columns = (told[name].to_pylist() for name in ("column", "old", "new", "confidence", "why"))
    for column, old, new, sure, why in zip(*columns, strict=True):
        before, least, first = counts.get((column, old, new), (0, 1.0, why))
        counts[column, old, new] = (before + 1, min(least, sure), first)
    return sorted(counts.items(), key=lambda item: (-item[1][0], item[0][0], str(item[0][1])))


def _changes(grid: "Grid", changes: "Changes", caption: str) -> Table:
    ordered = grouped(grid, changes)
    more = f" ({SHOWN} of {len(ordered):,})" if len(ordered) > SHOWN else ""
    rows = [
        (column, _short(old), _short(new), count, round(sure, 3), why)
        for (column, old, new), (count, sure, why) in ordered[:SHOWN]
    ]
    return Table(f"{caption}{more}", ("column", "before", "after", "cells", "confidence", "why"), rows)


def _short(text: str | None) -> str:
    if text is None:
        return "(nothing)"
    if not text.strip():
        return f"“{text}”"
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]} … {text[-LONGEST // 2 :]}"
