"""The frame a whole-table step gets: kept samples, what the step remembers, and heavy facts read when asked for."""

from typing import TYPE_CHECKING, Any

from datastork.core.errors import BuildError
from datastork.core.facts import fact_types
from datastork.engine.context import Account, Context
from datastork.engine.state import PLACE, set_column
from datastork.media.stored import Media
from datastork.recipe.check import Bound
from datastork.store.passes import MEDIA, take

if TYPE_CHECKING:
    import daft
    import pyarrow as pa

MEDIA_BYTES = 32 << 20  # of media read at a time, about


def remember(ctx: Context, bound: Bound, account: Account, frame: "pa.Table") -> "pa.Table":
    """Add `<column>_before` for every column a step remembers; null where the step itself has changed since.

    A step that corrects rows sees what it made of them only where people answered: it is what they were shown. Of other
    rows it would learn nothing, but its input would be another in the build behind the one in which it first ran.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    same = _as_before(ctx, bound, account)
    for name in bound.spec.mark.remembers:
        values: Any = pa.nulls(frame.num_rows, pa.string())
        if same and ctx.previous is not None and name in ctx.previous.column_names:
            at = pc.index_in(frame["id"], ctx.previous["id"].combine_chunks()).combine_chunks()
            if bound.spec.mark.corrects and name != "state":
                at = pc.if_else(_answered(frame["votes"]), at, None)
            values = ctx.previous[name].combine_chunks().take(at)
        frame = frame.append_column(f"{name}_before", values)
    return frame


def _answered(votes: "pa.ChunkedArray") -> "pa.Array":
    """Return for each sample whether a question other than the main one was answered about it."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    packed = votes.combine_chunks()
    asked = pc.is_valid(pc.struct_field(pc.list_flatten(packed), "question"))
    found = np.zeros(len(packed), bool)
    found[pc.list_parent_indices(packed).filter(asked).to_numpy()] = True
    return pa.array(found)


def _as_before(ctx: Context, bound: Bound, account: Account) -> bool:
    return ctx.before(bound.name) is not None and not ctx.change_since(bound.name, account)


def carry(ctx: Context, bound: Bound, account: Account, samples: "pa.Table") -> "pa.Table":
    """Let samples that are set aside keep what a remembering step decided for them, for the day they come back."""
    import pyarrow.compute as pc

    if ctx.previous is None or not _as_before(ctx, bound, account):
        return samples
    for name in bound.spec.mark.remembers:
        if name == "state" or name not in ctx.previous.column_names:
            continue
        at = pc.index_in(samples["id"], ctx.previous["id"].combine_chunks())
        before = ctx.previous[name].combine_chunks().take(at.combine_chunks())
        mine = samples[name].combine_chunks()
        aside = pc.not_equal(samples["state"], "kept").combine_chunks()
        samples = set_column(samples, name, pc.if_else(aside, pc.coalesce(mine, before), mine))
    return samples


def places_of(bound: Bound, samples: "pa.Table") -> "pa.Table":
    """Return where the heavy facts that a step needs lie. Raises BuildError where nothing measured them."""
    import pyarrow as pa

    columns: dict[str, Any] = {}
    for group in bound.spec.mark.needs:
        if group is Media:
            columns |= {f"{PLACE}{part}_media": samples[f"media_{part}"] for part in ("pass", "row")}
            continue
        for name, kind in fact_types(group).items():
            if kind != "bytes":
                continue
            for part in ("pass", "row"):
                column = f"{PLACE}{part}_{name}"
                if column not in samples.column_names:
                    raise BuildError(f"{bound.name} needs {name}, which no pass measured")
                columns[column] = samples[column]
    return pa.table(columns)


def lazy_frame(ctx: Context, frame: "pa.Table", places: "pa.Table") -> tuple["daft.DataFrame", list[str]]:
    """Return the frame a step gets; heavy facts are read from disk, batch by batch, when the step asks for them."""
    import daft
    import pyarrow as pa
    import pyarrow.compute as pc
    from daft import DataType

    names = sorted({name.removeprefix(f"{PLACE}pass_") for name in places.column_names if "pass_" in name})
    whole = pa.table({**{n: frame[n] for n in frame.column_names}, **{n: places[n] for n in places.column_names}})
    lazy = daft.from_arrow(whole)
    for name in names:
        columns = {key: column for (key, fact), column in ctx.heavy.items() if fact == name}
        if name == "media":
            columns = dict.fromkeys(pc.unique(whole[f"{PLACE}pass_media"]).drop_null().to_pylist(), MEDIA)
        most = 4096
        if name == "media":  # long texts and large images in fewer at a time
            mean = pc.mean(frame["media_size"]).as_py() or 0
            most = max(1, min(most, int(MEDIA_BYTES / max(mean, 1))))
        read = daft.func.batch(return_dtype=DataType.binary(), batch_size=most)(_reader(ctx, columns))
        lazy = lazy.with_column(name, read(lazy[f"{PLACE}pass_{name}"], lazy[f"{PLACE}row_{name}"]))
    return lazy.exclude(*places.column_names) if places.num_columns else lazy, names


def _reader(ctx: Context, columns: dict[str, str]) -> Any:
    paths = {key: str(ctx.home.pass_table(key).resolve()) for key in columns}

    def read(keys: "daft.Series", rows: "daft.Series") -> "pa.Array":
        from pathlib import Path

        import pyarrow as pa

        found: list[bytes | None] = [None] * len(keys)
        wanted: dict[str, list[int]] = {}
        numbers = rows.to_pylist()
        for index, key in enumerate(keys.to_pylist()):
            if key is not None:
                wanted.setdefault(key, []).append(index)
        for key, indices in wanted.items():
            values = take(Path(paths[key]), [numbers[index] for index in indices], columns[key])
            for index, value in zip(indices, values, strict=True):
                found[index] = value
        return pa.array(found, pa.large_binary())

    return read
