"""Turn the finished work of a pass into samples: ids, states, facts, and where the media lies."""

from typing import TYPE_CHECKING, Any

from datastork.core.hashing import key_of
from datastork.engine.context import Context
from datastork.engine.plan import SamplePass
from datastork.engine.samples.inputs import Inputs
from datastork.engine.samples.recorded import record_changes
from datastork.engine.samples.verdicts import DROPPED, KEPT, QUARANTINED, Verdicts
from datastork.engine.state import COPY, PLACE, copy_suffix, set_column
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
    as_they_are = np.array_equal(source_row, np.arange(samples.num_rows))
    new = samples if as_they_are else samples.take(pa.array(source_row))
    new = _identify(ctx, stage, new, inputs, rows, place)
    new = _settle(stage, new, rows, verdicts)
    new = _locate(stage, new, rows, verdicts)
    new = _describe(ctx, stage, new, rows, _measured(stage, inputs, verdicts, place))
    record_changes(ctx, stage, rows, verdicts, new)
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
        base = content_ids(ctx, inputs, rows, place)
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


def content_ids(ctx: Context, inputs: Inputs, rows: "pa.Table", place: "np.ndarray") -> list[str]:
    """Return the id of each row's input: its content hash, and for further copies of the same bytes a suffix.

    A file keeps the id it had. The plain id goes to the first that has none, unless its bearer is still there.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    bearers, copies = _before(ctx)
    contents = rows["content"].combine_chunks()
    code = contents.dictionary_encode().indices.fill_null(-1).to_numpy(zero_copy_only=False)
    # rows of one input lie together and share its content; what is in several inputs needs a closer look
    first = np.ones(len(place), bool)
    first[1:] = place[1:] != place[:-1]
    inputs_of = np.bincount(code[first & (code >= 0)], minlength=int(code.max(initial=-1)) + 1)
    known = pc.is_in(contents, pa.array(list(copies), pa.string()))
    plain = (code >= 0) & ~np.asarray(known)
    plain[plain] = inputs_of[code[plain]] == 1
    odd = np.flatnonzero(~plain)
    ids: list[str] = contents.to_pylist()
    uris = dict(zip(place[odd].tolist(), inputs.table["uri"].take(pa.array(place[odd])).to_pylist(), strict=True))
    holders: dict[str, list[int]] = {}
    for index, content in sorted({(int(place[row]), ids[row]) for row in odd if ids[row]}):
        holders.setdefault(content, []).append(index)
    named: dict[int, str] = {}
    for content, found in holders.items():
        if len(found) == 1 and content not in copies:
            named[found[0]] = content
            continue
        suffixed = {index: content + copy_suffix(uris[index]) for index in found}
        before = copies.get(content, set())
        lead = next((index for index in found if uris[index] == bearers.get(content)), None)
        if lead is None:
            lead = next((index for index in found if suffixed[index] not in before), None)
        named |= {index: content if index == lead else suffixed[index] for index in found}
    for row in odd.tolist():
        index = int(place[row])
        ids[row] = named.get(index) or UNREAD + key_of("unread", uris[index])
    return ids


def _before(ctx: Context) -> tuple[dict[str, str], dict[str, set[str]]]:
    """Return, of contents with copies in the last version, the uri of the plain id, and the ids of the copies."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if ctx.previous is None:
        return {}, {}
    ids = ctx.previous["id"]
    copies: dict[str, set[str]] = {}
    for name in ids.filter(pc.match_substring_regex(ids, f"^[0-9a-f]+{COPY}[0-9a-f]+$")).to_pylist():
        copies.setdefault(name.split(COPY, 1)[0], set()).add(name)
    plain = ctx.previous.filter(pc.is_in(ids, pa.array(list(copies), pa.string())))
    uris = pc.struct_field(plain["source"], "uri").to_pylist()
    return dict(zip(plain["id"].to_pylist(), uris, strict=True)), copies


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
    parts = ("step", "type", "message", "traceback")
    columns = [rows[f"error_{part}"].to_pylist() for part in parts]
    errors = [
        verdicts.errors.get(row) or dict(zip(parts, told, strict=True)) if state == QUARANTINED else None
        for row, (state, *told) in enumerate(zip(states, *columns, strict=True))
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


def _measured(stage: SamplePass, inputs: Inputs, verdicts: Verdicts, place: "np.ndarray") -> dict[str, "np.ndarray"]:
    """Say, by column of the pass table, which rows came to an op that measures it under the recipe as it is now.

    Stored rows may hold more: what was measured under an earlier recipe does not count.
    """
    import numpy as np

    found: dict[str, np.ndarray] = {}
    for index, op in enumerate(stage.ops):
        came = verdicts.reached[index] & ~inputs.skip[index][place]
        for column in op.columns.values():
            found[column] = found.get(column, False) | came
    return found


def _describe(
    ctx: Context, stage: SamplePass, new: "pa.Table", rows: "pa.Table", measured: dict[str, "np.ndarray"]
) -> "pa.Table":
    """Add the facts measured in this pass as columns; heavy ones stay in the pass table, with a note of the place."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    for name, (column, kind) in stage.logical().items():
        if kind == "bytes":
            ctx.heavy[stage.key, name] = column
            new = set_column(new, f"{PLACE}pass_{name}", pa.array(np.full(new.num_rows, stage.key), pa.string()))
            new = set_column(new, f"{PLACE}row_{name}", rows["__row"])
        else:
            if name in sample_schema().names:
                name = f"{name}_measured"
            values = rows[column].combine_chunks()
            before = pa.nulls(new.num_rows, values.type)
            if not stage.first and name in new.column_names:
                before = new[name].combine_chunks().cast(values.type)
            new = set_column(new, name, pc.if_else(pa.array(measured[column]), values, before))
    return new
