"""Turn the finished work of a pass into samples: ids, states, facts, and where the media lies."""

from typing import TYPE_CHECKING, Any

from datastork.core.hashing import key_of
from datastork.engine.context import Context
from datastork.engine.plan import SamplePass
from datastork.engine.samples.inputs import Inputs
from datastork.engine.samples.verdicts import DROPPED, KEPT, QUARANTINED, Verdicts
from datastork.engine.state import PLACE, copy_suffix, set_column
from datastork.store.samples import sample_schema

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

STATES = {KEPT: "kept", DROPPED: "dropped", QUARANTINED: "quarantined"}
UNREAD = "unread-"  # begins the id of what could not be read: it has no content to be named after


def to_samples(
    ctx: Context, stage: SamplePass, samples: "pa.Table", inputs: Inputs, rows: "pa.Table", verdicts: Verdicts
) -> "pa.Table":
    """Return the samples after the pass: the rows worked on in place of their inputs, the others as they were."""
    import numpy as np
    import pyarrow as pa

    place = np.asarray(rows["__input"])
    source_row = inputs.at[place] if len(place) else place.astype(np.int64)
    new = samples.take(pa.array(source_row))
    new = _identify(ctx, stage, new, inputs, rows, place)
    new = _settle(stage, new, rows, verdicts)
    new = _locate(stage, new, rows, verdicts)
    new = _describe(ctx, stage, new, rows)
    untouched = np.ones(samples.num_rows, dtype=bool)
    untouched[inputs.at] = False
    rest = samples.filter(pa.array(untouched))
    if not rest.num_rows:
        return new
    merged = pa.concat_tables([rest, new], promote_options="default")
    order = np.argsort(np.concatenate([np.flatnonzero(untouched), source_row]), kind="stable")
    return merged.take(pa.array(order))


def _identify(
    ctx: Context, stage: SamplePass, new: "pa.Table", inputs: Inputs, rows: "pa.Table", place: "np.ndarray"
) -> "pa.Table":
    """Give every row its id: content hash, what tells copies apart, and what tells derived samples apart."""
    import pyarrow as pa

    suffixes = [suffix or "" for suffix in rows["suffix"].to_pylist()]
    if stage.first:
        base = _content_ids(ctx, inputs, rows, place)
        new = set_column(new, "content", rows["content"])
    else:
        base = new["id"].to_pylist()
    ids = [name + suffix for name, suffix in zip(base, suffixes, strict=True)]
    new = set_column(new, "id", pa.array(ids, pa.string()))
    if any(suffixes):
        # what is derived has bytes of its own: its content is its parent's, and what was done to it
        contents = zip(new["content"].to_pylist(), suffixes, strict=True)
        new = set_column(new, "content", pa.array([text + end if end else text for text, end in contents], pa.string()))
        parents = [name if suffix else None for name, suffix in zip(base, suffixes, strict=True)]
        new = set_column(new, "source", _with_parent(new["source"], parents))
    return new


def _content_ids(ctx: Context, inputs: Inputs, rows: "pa.Table", place: "np.ndarray") -> list[str]:
    uris = inputs.table["uri"].to_pylist()
    contents: dict[int, str | None] = dict(zip(place.tolist(), rows["content"].to_pylist(), strict=True))
    holders: dict[str, list[int]] = {}
    for index in sorted(contents):
        if content := contents[index]:
            holders.setdefault(content, []).append(index)
    named: dict[int, str] = {}
    copies = {content: found for content, found in holders.items() if len(found) > 1}
    first_before = _first_holders(ctx, copies)
    for content, found in holders.items():
        if len(found) == 1 and content not in first_before:
            named[found[0]] = content
            continue
        known = first_before.get(content)
        first = next((index for index in found if uris[index] == known), found[0])
        for index in found:
            named[index] = content if index == first else content + copy_suffix(uris[index])
    return [named.get(index) or UNREAD + key_of("unread", uris[index]) for index in place.tolist()]


def _first_holders(ctx: Context, copies: dict[str, list[int]]) -> dict[str, str]:
    """Return content -> uri of the copy that bears the plain id since an earlier version."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if ctx.previous is None or not copies:
        return {}
    known = ctx.previous.filter(pc.is_in(ctx.previous["id"], pa.array(list(copies), pa.string())))
    uris = pc.struct_field(known["source"], "uri").to_pylist()
    return dict(zip(known["id"].to_pylist(), uris, strict=True))


def _with_parent(source: "pa.ChunkedArray", parents: list[str | None]) -> "pa.Array":
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = sample_schema().field("source").type
    whole = source.combine_chunks()
    arrays = []
    for place in range(kind.num_fields):
        name = kind.field(place).name
        column = pc.struct_field(whole, name)
        arrays.append(pc.coalesce(pa.array(parents, pa.string()), column) if name == "parent" else column)
    return pa.StructArray.from_arrays(arrays, fields=list(kind))


def _settle(stage: SamplePass, new: "pa.Table", rows: "pa.Table", verdicts: Verdicts) -> "pa.Table":
    """Write state, drop and error of every row."""
    import pyarrow as pa

    schema = sample_schema()
    names = [op.name for op in stage.ops] + [""]
    states = verdicts.state.tolist()
    drops = [
        {"step": names[step], "reason": reason, "evidence": evidence} if state == DROPPED else None
        for state, step, reason, evidence in zip(
            states, verdicts.step.tolist(), verdicts.reason, verdicts.evidence, strict=True
        )
    ]
    columns = [rows[f"error_{part}"].to_pylist() for part in ("step", "type", "message", "traceback")]
    errors = [
        dict(zip(("step", "type", "message", "traceback"), parts, strict=True)) if state == QUARANTINED else None
        for state, *parts in zip(states, *columns, strict=True)
    ]
    new = set_column(new, "state", pa.array([STATES[state] for state in states], pa.string()))
    new = set_column(new, "dropped", pa.array(drops, schema.field("dropped").type))
    return set_column(new, "error", pa.array(errors, schema.field("error").type))


def _locate(stage: SamplePass, new: "pa.Table", rows: "pa.Table", verdicts: Verdicts) -> "pa.Table":
    """Say where the media of every finished row lies: in this pass, or where it lay before."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    schema = sample_schema()
    finished = pa.array(verdicts.state == KEPT)
    here = pc.and_(rows["size"].is_valid(), finished)
    row = pc.coalesce(rows["media_row"].cast(pa.int64()), rows["__row"])
    nothing: dict[str, Any] = {name: pa.nulls(new.num_rows, schema.field(name).type) for name in schema.names}
    table = pa.array(np.full(new.num_rows, stage.key), pa.string())
    for name, value in (
        ("media_pass", table),
        ("media_row", row),
        ("media_modality", rows["modality"]),
        ("media_format", rows["format"]),
        ("media_size", rows["size"]),
    ):
        before = nothing[name] if stage.first else new[name]
        new = set_column(new, name, pc.if_else(here, value, before))
    return new


def _describe(ctx: Context, stage: SamplePass, new: "pa.Table", rows: "pa.Table") -> "pa.Table":
    """Add the facts measured in this pass as columns; heavy ones stay in the pass table, with a note of the place."""
    import numpy as np
    import pyarrow as pa

    for name, (column, kind) in stage.logical().items():
        if kind == "bytes":
            ctx.heavy[stage.key, name] = column
            new = set_column(new, f"{PLACE}pass_{name}", pa.array(np.full(new.num_rows, stage.key), pa.string()))
            new = set_column(new, f"{PLACE}row_{name}", rows["__row"])
        else:
            if name in sample_schema().names:
                name = f"{name}_measured"
            new = set_column(new, name, rows[column])
    return new
