"""Fill the cells of a table that are not given."""

from typing import TYPE_CHECKING, Annotated, Literal

from datastork.clean._table.columns import check_columns, label_columns, train_rows
from datastork.core import ColumnOrder, Findings, Frame, step
from datastork.core.findings import Table, plural
from datastork.core.settings import Range
from datastork.media.row_table import corrections_of, grid_of
from datastork.media.stored import Media
from datastork.store.columns import put, take

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from datastork.tables.changes import Changes
    from datastork.tables.grid import Grid
    from datastork.tables.imputing.fill import Gaps

SHOWN = 50  # columns in the report


@step(needs=(Media,), corrects=True)
def impute(
    frame: Frame,
    *,
    method: Literal["draw", "median"] = "draw",
    columns: list[str] | None = None,
    ignore: list[str] | None = None,
    label: str | None = None,
    missing: list[str] | None = None,
    max_missing: Annotated[float, Range(0, 1)] = 0.5,
    seed: int = 0,
    order: Annotated[list[str] | None, ColumnOrder()] = None,
) -> tuple[Frame, Findings]:
    """Fill cells that are not given with values of rows that are alike.

    The value is drawn from rows that agree in the up to three columns that tell this one best (random hot deck; at
    least ten rows, else agreement in fewer columns), so that the spread of the column and its ties to others stay as
    they are; a mean or median would shrink them. The draw hangs on the ids of the rows: it stays when the table grows.
    Rows in the split "train" are the only ones learned from, where there is a split. The label is never filled and
    never looked at, be it named or repeated by the votes on it. Names, texts and ids are left as they are, for
    another row's would say nothing.

    The column `imputed` lists the columns that were filled in a row; every filled cell is in the ledger, with where it
    came from and the share of those rows that hold the value as confidence. Warns where gaps go with the label: then
    that a value is missing says something itself, and the column may better be left (`ignore`) for a model that takes
    gaps, or be beside `imputed`.

    Settings:
    method: "draw" as above; "median" takes the median of numbers and the most frequent of other values
    columns: the columns to fill; all by default
    ignore: columns whose gaps stay: where missing means something of its own, such as "does not apply"
    label: the column a model is to predict
    missing: words that say missing, such as "N/A", beside cells that are null or blank
    max_missing: the greatest share of gaps with which a column is filled (0 to 1)
    seed: for the draws

    Example: `missing = ["N/A"]`, `ignore = ["bitterness"]` fills all gaps but those of beers that nobody measured.

    Source: Andridge and Little, A review of hot deck imputation for survey non-response, International Statistical
    Review 2010.
    Raises RecipeError for columns that are not there.
    """
    import numpy as np
    import pyarrow as pa

    from datastork.tables.imputing.chance import row_keys
    from datastork.tables.imputing.fill import fill, with_gaps
    from datastork.tables.kinds import kinds_of

    table = take(frame, "media", "votes", split="string")
    whole = grid_of(table["media"], order)
    check_columns(whole, columns=columns, ignore=ignore, label=None if label is None else [label])
    labels = label_columns(whole, table["votes"], label)
    grid = with_gaps(whole, missing or ())
    rows = train_rows(table["split"])
    filled = fill(
        grid,
        row_keys(table["id"].to_pylist()),
        columns=[n for n in columns or grid.names if n not in (ignore or ()) and n not in labels],
        labels=labels,
        rows=rows,
        method=method,
        max_missing=max_missing,
        kinds=kinds_of(grid),
        seed=seed,
    )
    made = {
        "id": table["id"],
        "corrections": corrections_of(filled.changes, whole),
        "imputed": _named(filled.changes, whole),
    }
    learned = np.arange(grid.rows) if rows is None else rows
    return put(frame, pa.table(made)), _findings(grid, filled.columns, labels, learned, split=rows is not None)


def _named(changes: "Changes", grid: "Grid") -> "pa.Array":
    """Return for each row the names of the columns that were filled in it, in the order of the table; null for none."""
    import numpy as np
    import pyarrow as pa

    order = np.lexsort((changes.column, changes.row))
    counts = np.bincount(changes.row, minlength=grid.rows)
    names = pa.array(grid.names, pa.string()).take(pa.array(changes.column[order]))
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(starts, mask=np.append(counts == 0, False)), names)


def _findings(
    grid: "Grid", columns: "tuple[Gaps, ...]", labels: list[str], rows: "np.ndarray", *, split: bool
) -> Findings:
    """Say which gaps were filled from what, and which say something of the label."""
    from datastork.tables.imputing.telltale import telltale

    gaps, filled = sum(one.gaps for one in columns), sum(one.filled for one in columns)
    told = [telltale(grid[one.column], grid[name], rows) for one in columns for name in labels[:1]]
    warnings = [
        f"that {one.column!r} is missing says something of {labels[0]!r}: it is for {one.share_most:.0%} of "
        f"{one.most!r} and {one.share_least:.0%} of {one.least!r}. A model may want to know: ignore the column here, "
        "or let the model see `imputed`"
        for one in told
        if one is not None
    ]
    lines = [
        (one.column, one.gaps, round(one.share, 4), one.filled, ", ".join(one.alike_in), one.left_because)
        for one in sorted(columns, key=lambda one: (-one.gaps, one.column))
    ]
    sentences = [
        f"{filled:,} of {plural(gaps, 'gap')} in {plural(len(columns), 'column')}"
        f" {'was' if filled == 1 else 'were'} filled."
    ]
    if filled:
        source = (
            f"the {plural(len(rows), 'row')} of the split train" if split else "all rows, since there is no split yet"
        )
        sentences.append(f"Their values come from {source}.")
    more = f" ({SHOWN} of {len(lines):,} columns)" if len(lines) > SHOWN else ""
    table = Table(
        f"Columns with gaps{more}",
        ("column", "gaps", "share", "filled", "from rows alike in", "left because"),
        lines[:SHOWN],
        bar="share",
    )
    return Findings(
        "Gaps",
        sentences=sentences,
        warnings=warnings,
        numbers={"rows": grid.rows, "gaps": gaps, "filled": filled, "columns_with_gaps": len(columns)},
        tables=[table] if lines else [],
    )
