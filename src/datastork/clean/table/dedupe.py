"""Rows of a table that are the same thing, written differently or not."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from datastork.clean._table.columns import check_columns, label_columns
from datastork.clean._table.duplicates import findings
from datastork.core import ColumnOrder, Findings, Frame, step
from datastork.core.settings import Range
from datastork.media.row_table import corrections_of, grid_of
from datastork.media.stored import Media
from datastork.store.columns import put, take
from datastork.tables.changes import Changes

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from datastork.tables.entities.find import Entities

Action = Literal["weight", "flag", "merge", "drop"]


@step(needs=(Media,), remembers=("state",), corrects=True)
def dedupe(
    frame: Frame,
    *,
    action: Action = "weight",
    threshold: Annotated[float, Range(0.5, 1)] = 0.95,
    columns: list[str] | None = None,
    ignore: list[str] | None = None,
    exact: list[str] | None = None,
    label: str | None = None,
    protect: list[str] | None = None,
    seed: int = 0,
    order: Annotated[list[str] | None, ColumnOrder()] = None,
) -> tuple[Frame, Findings]:
    """Find the rows of a table that are one and the same thing, and weight, flag, merge or drop them.

    Rows that share something rare (a value, a word in whatever column, two values together, a place in the alphabet)
    are compared column by column: short values by Jaro-Winkler and edit distance, long ones by their words, numbers
    and dates by their difference or one slip, codes as equal or not. What agreement is worth is learned from the table
    without labels (Fellegi and Sunter 1969; Winkler 1988, 2000): agreeing on a rare name says much, on a town that
    the street tells already nothing. Columns that agree in groups of ten rows and more are taken for what they are,
    several rows about one thing (a hospital's measures), not copies. Rows that say too little to tell are left alone,
    even equal ones; see `clean.exact_dup` for those. Two groups become one only where most pairs between them agree,
    so that A like B and B like C do not make A and C one.

    All rows of one thing get the same `cluster`, which no split tears apart, and `copy_probability`. Rows that are more
    probably one thing than not, but less so than `threshold`, are left apart: `perhaps_copy_of` is the likeliest other
    row, `perhaps_probability` how likely it is, and the report shows such pairs side by side.

    Settings:
    action: "weight" gives each row of a thing with n rows the `weight` 1/n (times the weight it had) and drops nothing,
        since deleting duplicates harms models in a good part of cases (CleanML, Li and others 2021); "flag" marks them
        only; "merge" puts what most rows say into one of them and drops the others; "drop" keeps the one that agrees
        best with the others, or the one kept in the last version
    threshold: how probable it must be that two rows are one (0.5 to 1)
    columns: the columns by which rows are compared; all by default
    ignore: columns that are neither compared nor merged
    exact: columns that are equal or not, and never similar: ids, serial numbers
    label: the column a model is to predict: it is neither compared nor merged, nor is one that all votes repeat
    protect: columns with groups of people, whose rows are counted before and after
    seed: for the pairs drawn to see what chance does

    Example: `action = "merge"`, `exact = ["isbn"]` makes one row of each book.

    Source: Fellegi and Sunter, A theory for record linkage, JASA 1969; Winkler, Frequency-based matching, 2000;
    sorted neighbourhood: Hernandez and Stolfo 1995; blocking by what is rare: Papadakis and others, TKDE 2014.
    Raises RecipeError for columns that are not there.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    from datastork.tables.entities.find import find_entities
    from datastork.tables.entities.merging import keepers, merged
    from datastork.tables.kinds import kinds_of

    earlier = {"cluster": "string", "copy_of": "string", "state_before": "string", "weight": "float64"}
    table = take(frame, "media", "votes", split="string", uri="string", **earlier)
    grid = grid_of(table["media"], order)
    named = [] if label is None else [label]
    check_columns(grid, columns=columns, ignore=ignore, exact=exact, protect=protect, label=named)
    labels = label_columns(grid, table["votes"], label)
    table = table.drop_columns(["media", "votes"])
    aside = [*(ignore or ()), *labels]
    kinds = kinds_of(grid)
    found = find_entities(
        grid, columns=columns, ignore=aside, exact=exact or (), threshold=threshold, kinds=kinds, seed=seed
    )
    before = np.asarray(pc.fill_null(pc.equal(table["state_before"].combine_chunks(), "kept"), False))
    keeper = keepers(grid, found.cluster, before, kinds) if grid.columns else np.arange(grid.rows)
    changes = merged(grid, found.cluster, keeper, kinds, aside) if action == "merge" else Changes.none()
    result = {"id": table["id"], "corrections": corrections_of(changes, grid)}
    result |= _columns(table, found, keeper, action)
    told = findings(
        grid,
        found,
        table,
        keeper=keeper if action in ("merge", "drop") else None,
        changes=changes,
        label=labels[0] if labels else None,
        protect=protect or (),
    )
    return put(frame, pa.table(result)), told


def _columns(table: "pa.Table", found: "Entities", keeper: "np.ndarray", action: Action) -> dict[str, Any]:
    """Return the columns that say what is one thing, and those that weight or drop."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    count = table.num_rows
    size = np.bincount(found.cluster, minlength=count)[found.cluster]
    ids = table["id"].combine_chunks().cast(pa.string())
    other, sure = _perhaps(found, count)
    columns: dict[str, Any] = {
        "cluster": _names(table, found.cluster),
        "copy_probability": pa.array(found.probability, mask=size < 2),
        "perhaps_copy_of": ids.take(pa.array(other, mask=sure == 0)),
        "perhaps_probability": pa.array(sure, mask=sure == 0),
    }
    if action == "weight":
        columns["weight"] = pc.divide(pc.fill_null(table["weight"], 1.0), pa.array(size.astype(np.float64)))
    elif action in ("merge", "drop"):
        kept = keeper == np.arange(count)
        where = pa.array(keeper, mask=kept)
        stands = pc.coalesce(table["uri"].combine_chunks(), pa.scalar("no address"))
        reason = pc.binary_join_element_wise("duplicate of ", ids, " (", stands, ")", "")
        columns["copy_of"] = pc.coalesce(ids.take(where), table["copy_of"].combine_chunks())
        columns["drop_reason"] = reason.take(where)
        columns["drop_evidence"] = pa.array(found.probability, mask=kept)
    return columns


def _perhaps(found: "Entities", count: int) -> "tuple[np.ndarray, np.ndarray]":
    """Return for each row the likeliest of those it may be one with and is not, and the probability; 0 where none."""
    import numpy as np

    first, second, probability = found.unsure
    rows, partners, likely = (np.concatenate(pair) for pair in ((first, second), (second, first), (probability,) * 2))
    order = np.lexsort((partners, -likely, rows))
    rows, at = np.unique(rows[order], return_index=True)
    other, sure = np.zeros(count, np.int64), np.zeros(count)
    other[rows], sure[rows] = partners[order][at], likely[order][at]
    return other, sure


def _names(table: "pa.Table", cluster: "np.ndarray") -> "pa.Array":
    """Return the name of each row's cluster: the smallest id of what is tied here or was before; null where alone."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    from datastork.media.ties import components

    count = table.num_rows
    rows = np.arange(count)
    earlier = pc.fill_null(table["cluster"].combine_chunks().dictionary_encode().indices, -1)
    code = earlier.to_numpy(zero_copy_only=False).astype(np.int64)
    held = np.flatnonzero(code >= 0)
    _, first = np.unique(code[held], return_index=True)
    root = components(count, np.concatenate([cluster, held[first][code[held]]]), np.concatenate([rows, held]))
    alone = np.bincount(root, minlength=count)[root] < 2
    named = table["id"].combine_chunks().cast(pa.string()).take(pa.array(root, mask=alone))
    return pc.coalesce(named, table["cluster"].combine_chunks())
