"""Numbers of a table that lie far from all others."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from datastork.clean._table.columns import check_columns, label_columns, train_rows
from datastork.core import ColumnOrder, Findings, Frame, step
from datastork.core.findings import Table, plural
from datastork.core.settings import Range
from datastork.media.row_table import grid_of
from datastork.media.stored import Media
from datastork.store.columns import put, take

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from datastork.tables.grid import Grid
    from datastork.tables.outlying.find import Outliers

SHOWN = 50  # cells, and columns, in the report
WHOLE = "(whole row)"  # in `outlier`, where no single column is odd


@step(needs=(Media,))
def outliers(
    frame: Frame,
    *,
    action: Literal["flag", "drop"] = "flag",
    method: Literal["columns", "forest"] = "columns",
    threshold: Annotated[float, Range(1)] = 5.0,
    columns: list[str] | None = None,
    ignore: list[str] | None = None,
    by: list[str] | None = None,
    label: str | None = None,
    seed: int = 0,
    order: Annotated[list[str] | None, ColumnOrder()] = None,
) -> tuple[Frame, Findings]:
    """Flag rows with a number or a date that lies far from all others.

    Each column is looked at on the scale on which it is most even (as it is, root, logarithm), so that the long tail
    of incomes is none. A number is far out where it is more than `threshold` robust spreads from the median, and where
    the column's own tail would have less than 0.05 such numbers if it went on as it began: on a clean table hardly
    anything is flagged. Numbers are also held against rows alike in the column that tells them best: a rent of 900 is
    odd for a villa. Where more than one in fifty are far out, they are a group of their own (another unit, a code for
    missing) and no outliers; the report says so.

    Nothing is clipped. `outlier` lists the columns by name, `outlier_score` is the greatest distance in the row. Rows
    in the split "train" are the only ones learned from, where there is a split.

    Settings:
    action: "flag" only marks rows; "drop" drops flagged ones, with the distance as evidence. That helps a model rarely
        (CleanML, Li and others 2021: no effect in 61 % of cases, a better one in 31 %, a worse one in 8 %)
    method: "columns" as above; "forest" looks for rows that are odd as a whole instead, by an isolation forest (needs
        datastork[learn])
    threshold: how far out a number must be, in spreads (of normal numbers: standard deviations)
    columns: where to look; all columns of numbers and dates by default
    ignore: columns that are not looked at
    by: columns within whose values numbers are compared; by default, for each column, the one that tells it best
    label: the column a model is to predict: it is not looked at
    seed: for the forest

    Example: `by = ["species"]` finds a wren of 40 g, which would be small for a crow.

    Source: Rousseeuw and Hubert, Robust statistics for outlier detection, 2011; Hubert and Vandervieren, An adjusted
    boxplot for skewed distributions, 2008; Liu, Ting and Zhou, Isolation forest, 2008.
    Raises RecipeError for columns that are not there.
    """
    import numpy as np

    from datastork.tables.imputing.fill import with_gaps
    from datastork.tables.kinds import kinds_of
    from datastork.tables.outlying.find import find_outliers

    table = take(frame, "media", "votes", split="string")
    grid = with_gaps(grid_of(table["media"], order))
    check_columns(grid, columns=columns, ignore=ignore, by=by, label=None if label is None else [label])
    labels = label_columns(grid, table["votes"], label)
    rows = train_rows(table["split"])
    kinds = kinds_of(grid)
    wanted = [name for name in columns or grid.names if name not in (*(ignore or ()), *labels)]
    found = find_outliers(
        grid,
        columns=wanted if method == "columns" else (),
        by=by,
        labels=labels,
        rows=rows,
        threshold=threshold,
        kinds=kinds,
    )
    names = [[grid.names[place]] for place in found.column.tolist()]
    row, score, told = found.row, found.score, found.why
    if method == "forest" and grid.columns:
        from datastork.clean._table.forest import odd_rows

        learned = np.arange(grid.rows) if rows is None else rows
        left = [name for name in grid.names if name not in wanted]
        odd, score = odd_rows(grid, kinds, learned, ignore=left, threshold=threshold, seed=seed)
        row = np.flatnonzero(odd)
        names = [[WHOLE]] * len(row)
        told = [f"the row as a whole lies {far:.1f} spreads from the middle" for far in score[row].tolist()]
    made = _columns(table["id"], row, names, told, score, action)
    return put(frame, made), _findings(grid, found, row, told, score, method)


def _columns(
    ids: "pa.ChunkedArray", row: "np.ndarray", names: list[list[str]], told: list[str], score: "np.ndarray", action: str
) -> "pa.Table":
    """Return the columns of flags, and of drops where they are wanted."""
    import numpy as np
    import pyarrow as pa

    flags: list[list[str] | None] = [None] * len(ids)
    why: list[str | None] = [None] * len(ids)
    for at, name, reason in zip(row.tolist(), names, told, strict=True):
        flags[at] = [*(flags[at] or []), *name]
        why[at] = reason if why[at] is None else f"{why[at]}; {reason}"
    made: dict[str, Any] = {
        "id": ids,
        "outlier": pa.array(flags, pa.list_(pa.string())),
        "outlier_score": pa.array(score, mask=~np.isfinite(score)),
    }
    if action == "drop":
        made["drop_reason"] = pa.array(why, pa.string())
        made["drop_evidence"] = pa.array(score, mask=np.array([one is None for one in why], bool))
    return pa.table(made)


def _findings(
    grid: "Grid", found: "Outliers", row: "np.ndarray", told: list[str], score: "np.ndarray", method: str
) -> Findings:
    """Say how many lie far out, in which columns, and show those farthest out."""
    import numpy as np

    rows = len(np.unique(row))
    sentences = [
        f"{rows:,} of {plural(grid.rows, 'row')} {'has' if rows == 1 else 'have'} a value far from all others."
        if rows
        else "No value is far out."
    ]
    if method == "forest":
        sentences = [f"{rows:,} of {plural(grid.rows, 'row')} {'is' if rows == 1 else 'are'} odd as a whole."]
    warnings = [
        f"{one.apart:,} numbers of {one.column!r} lie far from the others and are too many to be outliers: another "
        "unit, or a code that says missing? They are not flagged"
        for one in found.columns
        if one.apart
    ]
    seen = [
        (one.column, one.flagged, one.scale, float(f"{one.middle:.6g}"), one.within)
        for one in sorted(found.columns, key=lambda one: (-one.flagged, one.column))
        if one.flagged
    ]
    far = np.lexsort((row, -score[row]))[:SHOWN].tolist()
    cells = [(told[at], round(float(score[row[at]]), 2)) for at in far]
    more = f" ({SHOWN} of {len(row):,})" if len(row) > SHOWN else ""
    tables = [
        Table(
            "Columns with values far out: looked at on this scale, and within the values of another column",
            ("column", "far out", "scale", "median", "within"),
            seen[:SHOWN],
            bar="far out",
        ),
        Table(f"Values farthest out{more}", ("value", "spreads of the row"), cells),
    ]
    return Findings(
        "Outliers",
        sentences=sentences,
        warnings=warnings,
        numbers={"rows": grid.rows, "outlier_rows": rows, "outlier_values": len(row)},
        tables=[one for one in tables if one.rows],
    )
