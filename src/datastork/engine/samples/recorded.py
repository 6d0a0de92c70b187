"""What steps recorded of their changes inside a sample's media, on its way to the ledger: type and span, no values."""

import json
from typing import TYPE_CHECKING, Any

from datastork.engine.context import Context
from datastork.engine.plan import SamplePass
from datastork.engine.samples.verdicts import Verdicts
from datastork.store.ledger import ledger_schema

if TYPE_CHECKING:
    import pyarrow as pa


def record_changes(ctx: Context, stage: SamplePass, rows: "pa.Table", verdicts: Verdicts, samples: "pa.Table") -> None:
    """Put into the ledger what the pass changed inside samples that the last version has not like this.

    `rows` is the finished work of the pass; `samples` are the samples it became, row by row.
    """
    import numpy as np
    import pyarrow as pa

    recording = [(index, op) for index, op in enumerate(stage.ops) if "spans" in op.columns]
    if not recording:
        return
    mine = samples.select(["id", "media_pass", "media_row"])
    old = _old(ctx, mine)
    for index, op in recording:
        spans = rows[op.columns["spans"]]
        told = np.asarray(spans.is_valid()) & verdicts.reached[index] & ~old
        if not told.any():
            continue
        at = pa.array(np.flatnonzero(told))
        entries: dict[str, list[Any]] = {"id": [], "reason": [], "confidence": []}
        for sample, text in zip(mine["id"].take(at).to_pylist(), spans.take(at).to_pylist(), strict=True):
            for kind, start, end, action, confidence in json.loads(text):
                entries["id"].append(sample)
                entries["reason"].append(f"{kind} at {start}–{end} {action}")
                entries["confidence"].append(confidence)
        count = len(entries["id"])
        columns: dict[str, Any] = {f.name: pa.nulls(count, f.type) for f in ledger_schema()}
        columns |= {name: pa.array(values, ledger_schema().field(name).type) for name, values in entries.items()}
        columns["step"] = pa.array(np.full(count, op.name), pa.string())
        columns["column"] = pa.array(np.full(count, "media"), pa.string())
        ctx.ledger.append(pa.table(columns, schema=ledger_schema()))


def _old(ctx: Context, mine: "pa.Table") -> Any:
    """Say which samples the last version had with the same media."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if ctx.previous is None:
        return np.zeros(mine.num_rows, bool)
    at = pc.index_in(mine["id"], ctx.previous["id"].combine_chunks())
    known = np.asarray(at.is_valid())
    for name in ("media_pass", "media_row"):
        before = ctx.previous[name].combine_chunks().take(at.combine_chunks())
        marker = "" if pa.types.is_string(before.type) else -1
        same = pc.equal(pc.fill_null(before, marker), pc.fill_null(mine[name].combine_chunks(), marker))
        known &= np.asarray(same)
    return known
