"""Columns of a lazy frame, out into memory and back: how a whole-table step computes with arrays."""

from typing import TYPE_CHECKING

from datastork.core import Frame
from datastork.core.errors import BuildError
from datastork.core.nearest import did_you_mean

if TYPE_CHECKING:
    import pyarrow as pa


def take(frame: Frame, *names: str, **optional: str) -> "pa.Table":
    """Return `id` and the columns `names`, in the order of `id`: nothing computed can depend on row order.

    `optional` columns are given with their Arrow type (`width="int64"`): one the frame lacks comes as
    nulls, one it has is cast. Raises BuildError for a missing name, and where an id appears twice.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    there = list(frame.column_names)
    wanted = list(dict.fromkeys(("id", *names)))
    for name in wanted:
        if name not in there:
            raise BuildError(f"the samples have no column '{name}'{did_you_mean(name, there)}")
    extra = [name for name in optional if name in there and name not in wanted]
    table = frame.select(*wanted, *extra).to_arrow()
    for name, kind in optional.items():
        if name in extra:
            table = table.set_column(table.column_names.index(name), name, table[name].cast(pa.type_for_alias(kind)))
        elif name not in wanted:
            table = table.append_column(name, pa.nulls(table.num_rows, pa.type_for_alias(kind)))
    for index, column in enumerate(table.schema):
        if pa.types.is_null(column.type):
            table = table.set_column(index, column.name, table[column.name].cast(pa.large_string()))
    if not _in_order(table["id"]):
        table = table.sort_by("id")
    table = table.combine_chunks()
    ids = table["id"]
    if table.num_rows > 1:
        twice = pc.equal(ids.slice(1), ids.slice(0, table.num_rows - 1))
        if pc.any(twice).as_py():
            raise BuildError(f"the sample {ids[pc.index(twice, True).as_py()]} appears twice")
    return table


def _in_order(ids: "pa.ChunkedArray") -> bool:
    import pyarrow.compute as pc

    return len(ids) < 2 or bool(pc.all(pc.less_equal(ids.slice(0, len(ids) - 1), ids.slice(1))).as_py())


def put(frame: Frame, changed: "pa.Table") -> Frame:
    """Return `frame` with the columns of `changed` (an `id`, and what is new for it) added or replaced."""
    import daft

    old = [name for name in changed.column_names if name != "id" and name in frame.column_names]
    rest = frame.exclude(*old) if old else frame
    return rest.join(daft.from_arrow(changed), on="id", how="left")
