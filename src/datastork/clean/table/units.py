"""Bring the numbers of a column into one unit."""

from typing import TYPE_CHECKING, Annotated

from datastork.clean._table.noted import cells_of, noted
from datastork.core import ColumnOrder, Findings, Frame, step
from datastork.core.errors import RecipeError
from datastork.core.findings import Table, plural
from datastork.core.nearest import did_you_mean
from datastork.core.settings import Range
from datastork.media.row_table import corrections_of, grid_of
from datastork.media.stored import Media
from datastork.store.columns import put, take

if TYPE_CHECKING:
    import pyarrow as pa

    from datastork.tables.changes import Changes
    from datastork.tables.grid import Grid

SHOWN = 20


@step(needs=(Media,), corrects=True)
def units(
    frame: Frame,
    *,
    units: list[str] | None = None,
    columns: list[str] | None = None,
    ignore: list[str] | None = None,
    group: list[str] | None = None,
    apply: Annotated[float, Range(0, 1)] = 0.95,
    suspect: Annotated[float, Range(0, 1)] = 0.5,
    order: Annotated[list[str] | None, ColumnOrder()] = None,
) -> tuple[Frame, Findings]:
    """Bring the numbers of a column into one unit: minutes and hours, kilograms and pounds, dollars and thousands.

    A word beside a number tells its unit ("1.5 h" among minutes is 90). Where numbers have no word, those that lie far
    from their group, at a known factor (1000, 3600, 100, 60, 12, 2.54, 2.2046, or between °F and °C), are converted if
    the factor explains at least 95 % of what lies apart and they are within the central range of their group then.
    What is not so plain goes into the column `suspects`, as `{"column": "value"}`, beside what earlier steps put there.
    A tail of a skewed distribution is no cluster: it has more numbers near its middle than far from it, and is left
    alone.

    Settings:
    units: what is in which unit, such as "duration: minutes (also h)" or "rent: dollars (maybe thousands)"; then only
        these columns are looked at, and two numbers in thousands do
    columns: where to look if `units` says nothing; all columns by default
    ignore: columns to leave alone, such as the label
    group: the columns of which numbers are compared within the same values (rents of one county and size); for each
        column those in which it varies least by default
    apply: how sure a conversion must be to be made (probability)
    suspect: how sure it must be to be proposed (probability)

    Example: `units = ["rent: dollars (maybe thousands)"]` makes 1.25 among rents of a thousand dollars 1250.

    Source: units as a part of a mixture, as in PClean (Lew et al., AISTATS 2021); factors of the SI brochure (9th
    edition) and NIST Special Publication 811.
    Raises RecipeError for lines that cannot be read and columns that are not there.
    """
    table = take(frame, "media", suspects="string")
    grid = grid_of(table["media"], order)
    found = _found(grid, units, columns, ignore or [], group)
    made = found.where(found.confidence >= apply)
    doubted = found.where((found.confidence < apply) & (found.confidence >= suspect))
    return put(frame, _result(table, made, doubted, grid)), _findings(made, doubted, grid)


def _found(
    grid: "Grid", lines: list[str] | None, columns: list[str] | None, ignore: list[str], group: list[str] | None
) -> "Changes":
    """Return the conversions of every column that is looked at. Raises RecipeError."""
    from datastork.tables.rules import Unit, parse
    from datastork.tables.rules.effects.certain import carried_out
    from datastork.tables.units.find import find_units

    wrong = [
        f"{setting}: no column {name!r}{did_you_mean(name, grid.names)}"
        for setting, several in (("columns", columns), ("ignore", ignore), ("group", group))
        for name in several or ()
        if name not in grid.names
    ]
    if wrong:
        raise RecipeError(wrong)
    if lines is None:
        return find_units(grid, columns=[n for n in columns or grid.names if n not in ignore], by=group)
    rules = parse("\n".join(lines), grid.names)
    other = [f"units: no unit in {one.text!r}" for one in rules.lines if not isinstance(one, Unit)]
    if other:
        raise RecipeError(other, hint='such as "duration: minutes (also h)"; other rules belong to clean.table.repair')
    kept = [one for one in rules.of(Unit) if one.column not in ignore]
    return carried_out(kept, grid, by=group).changes()


def _result(table: "pa.Table", made: "Changes", doubted: "Changes", grid: "Grid") -> "pa.Table":
    import pyarrow as pa

    suspects = noted(doubted, grid, table["suspects"], cells_of(made))
    return pa.table({"id": table["id"], "corrections": corrections_of(made, grid), "suspects": suspects})


def _findings(made: "Changes", doubted: "Changes", grid: "Grid") -> Findings:
    """Return how many cells of which columns were in another unit."""
    from collections import Counter

    rows = []
    for what, changes in (("converted", made), ("in doubt", doubted)):
        counts = Counter(zip(changes.column.tolist(), changes.why.tolist(), strict=True))
        old = dict(zip(zip(changes.column.tolist(), changes.why.tolist(), strict=True), changes.old(grid), strict=True))
        new = dict(zip(zip(changes.column.tolist(), changes.why.tolist(), strict=True), changes.new, strict=True))
        rows += [
            (grid.names[key[0]], what, count, f"{old[key]} → {new[key]}", key[1])
            for key, count in counts.most_common(SHOWN)
        ]
    sentences = [
        plural(
            len(made),
            "cell was in another unit than its column and was converted.",
            "cells were in another unit than their columns and were converted.",
        )
    ]
    if len(doubted):
        sentences.append(
            plural(
                len(doubted),
                "more may be and was left; it is in the column suspects.",
                "more may be and were left; they are in the column suspects.",
            )
        )
    return Findings(
        title="Units",
        sentences=sentences,
        numbers={"rows": grid.rows, "converted_cells": len(made), "suspects": len(doubted)},
        tables=[Table("Units", ("column", "what", "cells", "such as", "why"), rows)] if rows else (),
    )
