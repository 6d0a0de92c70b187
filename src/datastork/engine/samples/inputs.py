"""The inputs of a pass: what is to be worked on, what is finished already, and the chunks workers get."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from datastork.core.hashing import content_id, key_of
from datastork.engine.condition import matches
from datastork.engine.context import Context
from datastork.engine.plan import SamplePass
from datastork.engine.state import frame_columns

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

CHUNK = 128
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
    left = _left_out(skip, len(at))
    # what is left out of the chain that makes the media makes the work another; filters left out do not
    changes = {index: op.key for index, op in enumerate(stage.ops) if op.changes_media}
    names = [[changes[index] for index in indices if index in changes] for indices in left]
    if stage.first:
        assert listing is not None
        table = _from_listing(listing, left, names)
    else:
        table = _from_samples(samples.take(pa.array(at)), left, names)
    return Inputs(table, at, skip)


def _left_out(skip: list["np.ndarray"], count: int) -> list[list[int]]:
    import numpy as np

    conditional = [index for index, mask in enumerate(skip) if mask.any()]
    if not conditional:
        return [[]] * count
    matrix = np.stack([skip[index] for index in conditional], axis=1)
    return [[conditional[i] for i in np.flatnonzero(row)] for row in matrix]


def _from_listing(listing: "pa.Table", left: list[list[int]], names: list[list[str]]) -> "pa.Table":
    import pyarrow as pa

    uris, sizes, stamps, contents = (listing[name].to_pylist() for name in ("uri", "size", "stamp", "media_content"))
    values = listing["data"]
    inline = values.is_valid().to_pylist()
    seen: dict[str, int] = {}
    keys = []
    for row, (uri, size, stamp, content) in enumerate(zip(uris, sizes, stamps, contents, strict=True)):
        if inline[row] or content is not None:
            # a value is known by its content alone: its table may grow, and its place in it may change
            content = content or content_id(values[row].as_py())
            seen[content] = seen.get(content, 0) + 1
            keys.append(key_of(content, seen[content], names[row]))
        else:
            keys.append(key_of(uri, size, stamp, names[row]))
    count = listing.num_rows
    return pa.table(
        {
            "input": keys,
            "uri": listing["uri"],
            "media_place": listing["media_place"],
            "data": listing["data"],
            "problem": listing["problem"],
            "size": listing["size"],
            "sample": pa.nulls(count, pa.string()),
            "media_pass": pa.nulls(count, pa.string()),
            "media_row": pa.nulls(count, pa.int64()),
            "skip": pa.array(left, pa.list_(pa.int32())),
        }
    )


def _from_samples(samples: "pa.Table", left: list[list[int]], names: list[list[str]]) -> "pa.Table":
    import pyarrow as pa
    import pyarrow.compute as pc

    columns = [samples[name].to_pylist() for name in ("id", "media_pass", "media_row")]
    keys = [key_of(*row, names[index]) for index, row in enumerate(zip(*columns, strict=True))]
    count = samples.num_rows
    return pa.table(
        {
            "input": pa.array(keys, pa.string()),
            "uri": pc.struct_field(samples["source"], "uri"),
            "media_place": pa.nulls(count, pa.string()),
            "data": pa.nulls(count, pa.large_binary()),
            "problem": pa.nulls(count, pa.string()),
            "size": samples["media_size"],
            "sample": samples["id"],
            "media_pass": samples["media_pass"],
            "media_row": samples["media_row"],
            "skip": pa.array(left, pa.list_(pa.int32())),
        }
    )


def chunks(todo: "pa.Table", workers: int) -> Iterator[bytes]:
    """Yield the inputs as Arrow streams of a bounded number of samples and bytes."""
    import pyarrow as pa

    most = max(8, min(CHUNK, -(-todo.num_rows // (workers * 4))))
    sizes: list[Any] = todo["size"].to_pylist()
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
