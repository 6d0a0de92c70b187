"""Samples whose source is no longer there: they stay in the table, dropped, so that nothing ever just disappears."""

from typing import TYPE_CHECKING

from datastork.engine.context import Context
from datastork.engine.samples.outputs import UNREAD
from datastork.engine.state import set_column
from datastork.store.samples import sample_schema

if TYPE_CHECKING:
    import pyarrow as pa


def keep_departed(ctx: Context, table: "pa.Table", step: str) -> "pa.Table":
    """Return the table with the samples of the last version that this build did not see, dropped by `step`.

    What could never be read has no content to keep, and a derived sample (a window, a variant) is made again from
    its source whenever the recipe asks for it; both just leave.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if ctx.previous is None:
        return table
    before = ctx.previous
    seen = pc.is_in(before["id"], table["id"].combine_chunks())
    parents = pc.struct_field(table["source"].combine_chunks(), "parent").drop_null()
    seen = pc.or_(seen, pc.is_in(before["id"], parents))  # it was dropped whole, and is here in pieces now
    derived = pc.struct_field(before["source"], "parent").is_valid()
    unread = pc.starts_with(before["id"], UNREAD)
    gone = before.filter(pc.invert(pc.or_(seen, pc.or_(derived, unread))))
    if not gone.num_rows:
        return table
    uris = pc.struct_field(gone["source"], "uri").to_pylist()
    listed = set(pc.struct_field(table["source"], "uri").to_pylist())
    drops, states = gone["dropped"].to_pylist(), gone["state"].to_pylist()
    fresh = 0
    for row, uri in enumerate(uris):
        reason = "its source now has other content" if uri in listed else "its source is no longer there"
        if states[row] == "dropped" and drops[row]["step"] == step and drops[row]["reason"] == reason:
            continue
        fresh += 1
        drops[row], states[row] = {"step": step, "reason": reason, "evidence": None}, "dropped"
    gone = set_column(gone, "state", pa.array(states, pa.string()))
    gone = set_column(gone, "dropped", pa.array(drops, sample_schema().field("dropped").type))
    gone = set_column(gone, "error", pa.nulls(gone.num_rows, sample_schema().field("error").type))
    if fresh:
        ctx.notes.append(f"{fresh:,} samples of the last version have no source any more; they are kept as dropped")
    for field in gone.schema:
        if field.name not in table.column_names or table.schema.field(field.name).type == field.type:
            continue
        kind = table.schema.field(field.name).type
        if pa.types.is_null(kind):  # nothing is in it any more; what was keeps its type
            continue
        try:
            values = gone[field.name].cast(kind)
        except pa.ArrowException:
            values = pa.nulls(gone.num_rows, kind)
            ctx.notes.append(f"column {field.name!r} is now {kind}; what departed samples had there does not fit")
        gone = set_column(gone, field.name, values)
    return pa.concat_tables([table, gone], promote_options="default")
