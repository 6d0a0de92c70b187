"""The inputs of a pass: what is to be worked on, what is finished already, and the chunks workers get."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from datastork.core.errors import BuildError
from datastork.core.hashing import canonical, content_id, key_of
from datastork.core.nearest import did_you_mean
from datastork.engine.condition import matches
from datastork.engine.context import Context
from datastork.engine.plan import SamplePass
from datastork.engine.state import frame_columns

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

CHUNK, CHUNK_OF_SMALL = 128, 2048  # inputs in one piece of work
SMALL = 64 << 10  # bytes
CHUNK_BYTES = 64 << 20


@dataclass(slots=True)
class Inputs:
    """What a pass works on. `at` gives the row of each input in the table of samples, `skip` the ops it leaves out."""

    table: "pa.Table"
    at: "np.ndarray"
    skip: list["np.ndarray"]


def gather(ctx: Context, stage: SamplePass, samples: "pa.Table", listing: "pa.Table | None") -> Inputs:
    """Return the inputs of a pass: the listing for the first one, kept samples for a later one."""
    import numpy as np
    import pyarrow as pa

    count = samples.num_rows
    frame = frame_columns(samples) if any(op.where for op in stage.ops) else None
    skip = []
    for op in stage.ops:
        if op.where is None:
            skip.append(np.zeros(count, dtype=bool))
        else:
            assert frame is not None
            skip.append(~matches(frame, op.where, op.name))
    at = np.arange(count)
    if not stage.first:
        kept = np.asarray(pa.compute.equal(samples["state"], "kept"))
        wanted = np.zeros(count, dtype=bool)
        for op, left_out in zip(stage.ops, skip, strict=True):
            if op.use:
                wanted |= ~left_out
        at = np.flatnonzero(kept & wanted)
        skip = [mask[at] for mask in skip]
    if stage.first:
        assert listing is not None
        table = _from_listing(listing)
    else:
        table = _from_samples(samples.take(pa.array(at)))
        table = _with_columns(stage, samples, at, table)
    return Inputs(_with_left_out(stage, table, skip), at, skip)


def _with_left_out(stage: SamplePass, table: "pa.Table", skip: list["np.ndarray"]) -> "pa.Table":
    """Add which ops each input leaves out. Where these make the media, the work is another and gets another key."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    from datastork.engine.state import set_column

    conditional = [index for index, mask in enumerate(skip) if mask.any()]
    kind = pa.list_(pa.int32())
    if not conditional:
        return table.append_column("skip", pa.nulls(table.num_rows, kind))
    patterns, code = np.unique(np.stack([skip[i] for i in conditional], axis=1), axis=0, return_inverse=True)
    left = [[conditional[i] for i in np.flatnonzero(row)] for row in patterns]
    changes = [[stage.ops[i].key for i in indices if stage.ops[i].changes_media] for indices in left]
    ends = pa.array(["/" + key_of(names) if names else "" for names in changes], pa.string())
    codes = pa.array(code.reshape(-1))
    table = set_column(table, "input", pc.binary_join_element_wise(table["input"], ends.take(codes), ""))
    return table.append_column("skip", pa.array(left, kind).take(codes))


def _from_listing(listing: "pa.Table") -> "pa.Table":
    import pyarrow as pa

    count = listing.num_rows
    return pa.table(
        {
            "input": _listing_keys(listing),
            "uri": listing["uri"],
            "media_place": listing["media_place"],
            "data": listing["data"],
            "problem": listing["problem"],
            "size": listing["size"],
            "sample": pa.nulls(count, pa.string()),
            "media_pass": pa.nulls(count, pa.string()),
            "media_row": pa.nulls(count, pa.int64()),
            "columns": pa.nulls(count, pa.string()),
        }
    )


def _listing_keys(listing: "pa.Table") -> "pa.ChunkedArray":
    """Return what each input is known by: a file by where it lies, its size and time; a value by its content.

    A value's table may grow, and its place in it may change. Of equal values the second is `<content>#2`. What has a
    problem is known by it.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    known = listing["media_content"]
    inline = np.flatnonzero(np.asarray(pc.and_(listing["data"].is_valid(), known.is_null())))
    if len(inline):
        made: list[str | None] = known.to_pylist()
        for row, data in zip(inline.tolist(), listing["data"].take(pa.array(inline)).to_pylist(), strict=True):
            made[row] = content_id(data)
        known = pa.chunked_array([pa.array(made, pa.string())])
    if listing["problem"].null_count < listing.num_rows:
        known = pc.coalesce(pc.binary_join_element_wise(listing["uri"], listing["problem"], "|"), known)
    keys = known
    if known.null_count:
        parts = [pc.coalesce(listing[name].cast(pa.string()), "-") for name in ("uri", "size", "stamp")]
        keys = pc.coalesce(known, pc.binary_join_element_wise(*parts, "|"))
    again = occurrences(keys)
    if not again.any():
        return keys
    ends = pc.binary_join_element_wise("#", pc.add(pa.array(again), 1).cast(pa.string()), "")
    return pc.if_else(pa.array(again > 0), pc.binary_join_element_wise(keys, ends, ""), keys)


def occurrences(values: "pa.ChunkedArray") -> "np.ndarray":
    """Return for each value how many equal ones come before it.

    >>> import pyarrow as pa
    >>> occurrences(pa.chunked_array([["a", "b", "a", "a"]])).tolist()
    [0, 0, 1, 2]
    """
    import numpy as np

    code = values.combine_chunks().dictionary_encode().indices.to_numpy(zero_copy_only=False)
    order = np.argsort(code, kind="stable")
    starts = np.searchsorted(code[order], code[order], side="left")
    rank = np.empty(len(code), np.int64)
    rank[order] = np.arange(len(code)) - starts
    return rank


def _from_samples(samples: "pa.Table") -> "pa.Table":
    import pyarrow as pa
    import pyarrow.compute as pc

    parts = [pc.coalesce(samples[name].cast(pa.string()), "-") for name in ("id", "media_pass", "media_row")]
    count = samples.num_rows
    return pa.table(
        {
            "input": pc.binary_join_element_wise(*parts, "|"),
            "uri": pc.struct_field(samples["source"], "uri"),
            "media_place": pa.nulls(count, pa.string()),
            "data": pa.nulls(count, pa.large_binary()),
            "problem": pa.nulls(count, pa.string()),
            "size": samples["media_size"],
            "sample": samples["id"],
            "media_pass": samples["media_pass"],
            "media_row": samples["media_row"],
            "columns": pa.nulls(count, pa.string()),
        }
    )


def _with_columns(stage: SamplePass, samples: "pa.Table", at: "np.ndarray", table: "pa.Table") -> "pa.Table":
    """Add the columns of the sample that steps read, as JSON; other values are other work, under another key."""
    import pyarrow as pa

    from datastork.engine.state import set_column

    names = sorted({column for op in stage.ops for _, column in op.reads})
    if not names:
        return table
    for name in names:
        if name not in samples.column_names:
            step = next(op.name for op in stage.ops if any(column == name for _, column in op.reads))
            nearest = did_you_mean(name, samples.column_names)
            raise BuildError(f"step {step} reads the column {name!r}, which no step before it made{nearest}")
    columns = [samples[name].take(pa.array(at)).to_pylist() for name in names]
    told = [canonical(dict(zip(names, row, strict=True))) for row in zip(*columns, strict=True)]
    keys = [f"{key}?{key_of(text)}" for key, text in zip(table["input"].to_pylist(), told, strict=True)]
    table = set_column(table, "input", pa.array(keys, pa.string()))
    return set_column(table, "columns", pa.array(told, pa.string()))


def chunks(todo: "pa.Table", workers: int) -> Iterator[bytes]:
    """Yield the inputs as Arrow streams of a bounded number of samples and bytes."""
    import pyarrow as pa

    sizes: list[Any] = todo["size"].to_pylist()
    small = sum(size or SMALL for size in sizes) < SMALL * len(sizes)
    most = max(8, min(CHUNK_OF_SMALL if small else CHUNK, -(-todo.num_rows // (workers * 4))))
    start, held = 0, 0
    bounds = []
    for row, size in enumerate(sizes):
        if row > start and (row - start >= most or held + (size or 0) > CHUNK_BYTES):
            bounds.append((start, row))
            start, held = row, 0
        held += size or 0
    if start < len(sizes):
        bounds.append((start, len(sizes)))
    for low, high in bounds:
        sink = pa.BufferOutputStream()
        part = todo.slice(low, high - low).combine_chunks()
        with pa.ipc.new_stream(sink, part.schema) as writer:
            writer.write_table(part)
        yield sink.getvalue().to_pybytes()
