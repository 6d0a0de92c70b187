"""What steps recorded of their changes inside a sample's media, on its way to the ledger: type and span, no values."""

import json
from typing import TYPE_CHECKING, Any

from datastork.engine.context import Context
from datastork.engine.plan import SamplePass
from datastork.engine.samples.verdicts import KEPT, Verdicts
from datastork.store import ledger

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

COLUMN = "media"
Told = list[tuple[str, float | None]]  # reason and confidence of each change


def record_changes(ctx: Context, stage: SamplePass, rows: "pa.Table", verdicts: Verdicts, samples: "pa.Table") -> None:
    """Put into the ledger what the pass changed inside the samples it keeps, unless that is what was told of them last.

    `rows` is the finished work of the pass; `samples` are the samples it became, row by row.
    """
    import numpy as np
    import pyarrow as pa

    recording = [op for op in stage.ops if "spans" in op.columns]
    if not recording:
        return
    schema = ledger.ledger_schema()
    fresh = (verdicts.state == KEPT) & ~_as_it_was(ctx, samples)
    before = _told_last(ctx, samples["id"].filter(pa.array(fresh)))
    for op in recording:
        spans = rows[op.columns["spans"]]
        at = pa.array(np.flatnonzero(np.asarray(spans.is_valid()) & fresh))
        entries: dict[str, list[Any]] = {"id": [], "reason": [], "confidence": []}
        for sample, text in zip(samples["id"].take(at).to_pylist(), spans.take(at).to_pylist(), strict=True):
            told = [
                (f"{kind} at {start}–{end} {action}", confidence)
                for kind, start, end, action, confidence in json.loads(text)
            ]
            if told == before.get((op.name, sample)):
                continue
            entries["id"] += [sample] * len(told)
            entries["reason"] += [reason for reason, _ in told]
            entries["confidence"] += [confidence for _, confidence in told]
        count = len(entries["id"])
        if not count:
            continue
        columns: dict[str, Any] = {f.name: pa.nulls(count, f.type) for f in schema}
        columns |= {name: pa.array(values, schema.field(name).type) for name, values in entries.items()}
        columns["step"] = pa.array([op.name] * count, pa.string())
        columns["column"] = pa.array([COLUMN] * count, pa.string())
        ctx.ledger.append(pa.table(columns, schema=schema))


def _as_it_was(ctx: Context, samples: "pa.Table") -> "np.ndarray":
    """Say which samples the last version had with the very same media: what was done to it is told."""
    import numpy as np
    import pyarrow.compute as pc

    if ctx.previous is None:
        return np.zeros(samples.num_rows, bool)
    at = pc.index_in(samples["id"], ctx.previous["id"].combine_chunks()).combine_chunks()
    known = np.asarray(at.is_valid())
    for name in ("media_pass", "media_row"):
        same = pc.equal(ctx.previous[name].combine_chunks().take(at), samples[name].combine_chunks())
        known &= np.asarray(pc.fill_null(same, False))
    return known


def _told_last(ctx: Context, ids: "pa.ChunkedArray") -> dict[tuple[str, str], Told]:
    """Return what the ledger said last of the changes of each step inside each of these samples."""
    import pyarrow.compute as pc

    if not ctx.record or not len(ids):
        return {}
    table = ledger.entries(ctx.home, ctx.record["version"])
    table = table.filter(pc.and_(pc.equal(table["column"], COLUMN), pc.is_in(table["id"], ids.combine_chunks())))
    found: dict[tuple[str, str], tuple[int, Told]] = {}
    columns = (table[name].to_pylist() for name in ("step", "id", "version", "reason", "confidence"))
    for step, sample, version, reason, confidence in zip(*columns, strict=True):
        last, told = found.get((step, sample), (version, []))
        if last != version:
            told = []
        told.append((reason, confidence))
        found[step, sample] = (version, told)
    return {key: told for key, (_, told) in found.items()}
