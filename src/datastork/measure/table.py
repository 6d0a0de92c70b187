"""What a table is like: columns, dependencies, and what a careful person would look into."""

from typing import TYPE_CHECKING, Annotated

from datastork.core import ColumnOrder, Findings, Frame, step
from datastork.core.errors import RecipeError
from datastork.core.nearest import did_you_mean
from datastork.media.stored import Media
from datastork.store.columns import take

if TYPE_CHECKING:
    import pyarrow as pa

    from datastork.tables.grid import Grid

MOSTLY = 0.99  # share of labels that a column must have to be the label's


@step(needs=(Media,))
def table(
    frame: Frame,
    *,
    columns: list[str] | None = None,
    ignore: list[str] | None = None,
    label: str | None = None,
    protect: list[str] | None = None,
    order: Annotated[list[str] | None, ColumnOrder()] = None,
) -> Findings:
    """Profile rows: kinds of columns, missing and odd values, keys, dependencies, what gives the label away.

    Works on samples that are rows; others are left out. Says of each column what it is (numbers, dates, codes with
    leading zeros, categories, identifiers, text …), what is missing, how many values there are and how they are
    spread. Between columns it looks for functional dependencies of one and two columns with their exceptions, ranked
    by how much the other rows of a group tell beyond the commonest value (each row left out); for keys; for columns
    made of others; and for associations: Cramér's V, correlation ratio, Spearman's rank correlation.

    Warns of what makes a model wrong (a column that gives the label away, twins of train rows in other splits, lost
    leading zeros, dates that can be read in two ways), of what costs quality (values that do not fit, units that
    differ, codes for missing values, misspelt categories, rows against a dependency), of columns nothing can be
    learned from, and of those that call for care: grounds of discrimination and names of persons, by the names of the
    columns and by e-mail addresses in them. Nothing is changed.

    columns: the columns to look at; default all
    ignore: columns to leave out
    label: the column that is to be predicted; default the one whose values are the samples' labels
    protect: columns whose groups must be treated alike: their groups are counted by label, and columns that could
        stand in for them are named

    Source: Bergsma 2013, A bias-correction for Cramér's V and Tschuprow's T; Kivinen & Mannila 1995, Approximate
    inference of functional dependencies from relations (why their g measures alone do not rank); leave-one-out gain
    over the modal value as in Goodman & Kruskal 1954 (lambda)

    Example: `use = "measure.table"`, `label = "repaid"`, `protect = ["gender"]`
    """
    from datastork.measure._table.say import numbers, sentences, warnings
    from datastork.measure._table.show import tables
    from datastork.media.row_table import grid_of
    from datastork.tables.profile import profile

    rows = take(frame, "media", media_modality="string", label="string", split="string")
    rows = _of_rows(rows)
    whole = grid_of(rows["media"], order) if rows.num_rows else None
    if whole is None or not whole.columns:
        return Findings("Table", ("No sample is a row of a table.",), numbers={"rows": 0, "columns": 0})
    _check(whole, [*(columns or ()), *(ignore or ()), *([label] if label else ()), *(protect or ())])
    told = label if label is not None else _label_column(whole, rows["label"])
    grid = _chosen(whole, columns, ignore, told, protect)
    split = rows["split"].to_pylist() if rows["split"].null_count < rows.num_rows else None
    found = profile(grid, label=told, protect=protect or (), split=split)
    return Findings("Table", sentences(found), warnings(found), numbers(found), tables(found, protect or ()))


def _of_rows(samples: "pa.Table") -> "pa.Table":
    """Return those samples that are rows of a table."""
    import pyarrow.compute as pc

    return samples.filter(pc.fill_null(pc.equal(samples["media_modality"], "row"), False))


def _check(grid: "Grid", named: list[str]) -> None:
    problems = [
        f"the rows have no column '{name}'{did_you_mean(name, grid.names)}"
        for name in dict.fromkeys(named)
        if name not in grid.names
    ]
    if problems:
        raise RecipeError(problems)


def _label_column(grid: "Grid", labels: "pa.ChunkedArray") -> str | None:
    """Return the column whose values are the samples' labels, if there is one."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if labels.null_count == len(labels):
        return None
    labels = labels.cast(pa.large_string())
    for column in grid.columns:
        same = pc.equal(column.to_arrow(), labels.combine_chunks())
        if same.null_count < len(same) and (pc.mean(same.cast("float64")).as_py() or 0) > MOSTLY:
            return column.name
    return None


def _chosen(
    grid: "Grid", columns: list[str] | None, ignore: list[str] | None, label: str | None, protect: list[str] | None
) -> "Grid":
    from datastork.tables.grid import Grid

    needed = {*(protect or ()), *([label] if label else ())}
    kept = {*(columns if columns is not None else grid.names)} - {*(ignore or ())} | needed
    return Grid(tuple(column for column in grid.columns if column.name in kept))
