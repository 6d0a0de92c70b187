"""What a whole-table step changed: taken back, checked, put into the table, written to the ledger."""

from typing import TYPE_CHECKING, Any

from datastork.core.errors import BuildError
from datastork.engine.context import Account, Context
from datastork.engine.state import set_column
from datastork.engine.tables.corrected import CORRECTIONS, correct
from datastork.media.row_table import corrections_type
from datastork.recipe.check import Bound
from datastork.store.ledger import ledger_schema
from datastork.store.samples import sample_schema

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

DROP = ("drop_reason", "drop_evidence")
WHY = ("change_reason", "change_confidence")
NOTED = ("repaired", "suspects", "ask_gain")  # what steps note of a row for those behind them: no value of the sample
FIXED = ("id", "uri", "content", "votes", "media_modality", "media_format", "media_size")


def changes_of(bound: Bound, frame: "pa.Table", out: "pa.Table") -> "pa.Table":
    """Return what a step changed: `id`, and only the columns that are new or differ, in the order of the frame.

    Raises BuildError where rows are missing, or columns were changed that are not a step's to change.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if "id" not in out.column_names or out.num_rows != frame.num_rows:
        raise BuildError(
            f"step {bound.name} got {frame.num_rows} rows and returned {out.num_rows}; it must return them all"
        )
    at = pc.index_in(frame["id"], out["id"].cast(pa.string()).combine_chunks())
    if at.null_count:
        raise BuildError(f"step {bound.name} lost {at.null_count} ids")
    out = out.take(at.combine_chunks())
    changed: dict[str, Any] = {"id": frame["id"]}
    for name in out.column_names:
        column = _plain(out[name])
        if name in frame.column_names:
            column = column.cast(frame.schema.field(name).type)
            if column.equals(frame[name].combine_chunks()):
                continue
            if name in FIXED:
                raise BuildError(f"step {bound.name} changed {name!r}, which steps may not change")
        changed[name] = column
    if bound.spec.mark.corrects:
        _check_corrections(bound, changed)
    return pa.table(changed)


def _check_corrections(bound: Bound, changed: dict[str, Any]) -> None:
    """Raise BuildError where a step that corrects rows does not say how."""
    column = changed.get(CORRECTIONS)
    if column is None or column.type != corrections_type():
        got = "none" if column is None else str(column.type)
        raise BuildError(f"step {bound.name} must return a column {CORRECTIONS!r} of {corrections_type()}, got {got}")


def _plain(column: Any) -> Any:
    """Return a column in the types samples are stored in: Daft gives large texts and lists."""
    column = column.combine_chunks()
    return column.cast(_small(column.type))


def _small(kind: "pa.DataType") -> "pa.DataType":
    """Return a type with plain texts and lists for large ones, however deep."""
    import pyarrow as pa

    if pa.types.is_large_string(kind):
        return pa.string()
    if pa.types.is_large_binary(kind):
        return pa.binary()
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return pa.list_(_small(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([(field.name, _small(field.type)) for field in kind])
    return kind


def apply(
    ctx: Context, bound: Bound, samples: "pa.Table", at: "np.ndarray", changes: "pa.Table", account: Account
) -> "pa.Table":
    """Put a step's columns and drops into the table of samples; write changed values to the ledger."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    everywhere = np.full(samples.num_rows, -1, dtype=np.int64)
    everywhere[at] = np.arange(len(at))
    index = pa.array(everywhere, mask=everywhere < 0)
    inside = pa.array(everywhere >= 0)
    for name in changes.column_names:
        if name in ("id", CORRECTIONS, *DROP, *WHY):
            continue
        values = changes[name].combine_chunks().take(index)
        if name in samples.column_names:
            if name not in NOTED:
                _to_ledger(ctx, bound, samples, at, changes, name)
            values = pc.if_else(inside, values.cast(samples.schema.field(name).type), samples[name].combine_chunks())
        samples = set_column(samples, name, values)
    if CORRECTIONS in changes.column_names:
        samples = correct(ctx, bound, samples, at, changes, account)
    if "drop_reason" not in changes.column_names:
        return samples
    reasons = changes["drop_reason"].to_pylist()
    evidence = (
        changes["drop_evidence"].to_pylist() if "drop_evidence" in changes.column_names else [None] * len(reasons)
    )
    ids = changes["id"].to_pylist()
    states, dropped = samples["state"].to_pylist(), samples["dropped"].to_pylist()
    for row, sample, reason, value in zip(at.tolist(), ids, reasons, evidence, strict=True):
        if reason is None or ctx.overrides.spares(sample, bound.name):
            continue
        states[row] = "dropped"
        dropped[row] = {"step": bound.name, "reason": reason, "evidence": value}
        account.dropped += 1
    account.kept = account.out = account.inputs - account.dropped
    samples = set_column(samples, "state", pa.array(states, pa.string()))
    return set_column(samples, "dropped", pa.array(dropped, sample_schema().field("dropped").type))


def _to_ledger(
    ctx: Context, bound: Bound, samples: "pa.Table", at: "np.ndarray", changes: "pa.Table", name: str
) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    old, new = samples[name].take(pa.array(at)), changes[name]
    if pa.types.is_nested(old.type):
        return
    # a value that was not there before is no change; one that differs is
    differs = pc.and_(old.is_valid(), pc.fill_null(pc.not_equal(old, new.cast(old.type)), True))
    rows = _places(differs)
    if not len(rows):
        return
    picked = changes.take(pa.array(rows))
    count = len(rows)
    ctx.ledger.append(
        pa.table(
            {
                "version": pa.nulls(count, pa.int64()),
                "build": pa.nulls(count, pa.string()),
                "id": picked["id"],
                "step": pa.array([bound.name] * count, pa.string()),
                "column": pa.array([name] * count, pa.string()),
                "old": old.take(pa.array(rows)).cast(pa.string()),
                "new": picked[name].cast(pa.string()),
                "reason": picked["change_reason"]
                if "change_reason" in picked.column_names
                else pa.nulls(count, pa.string()),
                "confidence": picked["change_confidence"]
                if "change_confidence" in picked.column_names
                else pa.nulls(count, pa.float64()),
            },
            schema=ledger_schema(),
        )
    )


def _places(mask: Any) -> "np.ndarray":
    """Return the places where an Arrow mask is true."""
    import numpy as np

    return np.flatnonzero(np.asarray(mask.combine_chunks()))
