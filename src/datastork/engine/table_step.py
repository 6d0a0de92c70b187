"""Run a step that sees the whole table: hand it a lazy frame, take back columns and drops, keep the result."""

import time
from typing import TYPE_CHECKING, Any

from datastork.core.errors import BuildError, DatastorkError
from datastork.core.findings import Findings
from datastork.core.hashing import key_of
from datastork.core.seeds import seed_for
from datastork.engine import runner
from datastork.engine.condition import matches
from datastork.engine.context import Account, Context
from datastork.engine.plan import fact_types
from datastork.engine.state import PLACE, frame_columns, set_column, table_key
from datastork.recipe.check import Bound
from datastork.store.home import read_json, write_json, write_whole
from datastork.store.ledger import ledger_schema
from datastork.store.passes import take
from datastork.store.samples import sample_schema

if TYPE_CHECKING:
    import daft
    import numpy as np
    import pyarrow as pa

DROP = ("drop_reason", "drop_evidence")
WHY = ("change_reason", "change_confidence")
FIXED = ("id", "uri", "content", "votes", "media_modality", "media_format", "media_size")


def run_table_step(ctx: Context, bound: Bound, samples: "pa.Table") -> "pa.Table":
    """Return the samples after a whole-table step. Raises BuildError where it fails or loses rows."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    at = np.flatnonzero(np.asarray(pc.equal(samples["state"], "kept")))
    frame = frame_columns(samples.take(pa.array(at)))
    if bound.use.where:
        chosen = matches(frame, bound.use.where, bound.name)
        at, frame = at[chosen], frame.filter(pa.array(chosen))
    account = _account(ctx, bound, len(at))
    frame = _remember(ctx, bound, account, frame)
    settings = _settings(ctx, bound)
    places = _places(bound, samples.take(pa.array(at)))
    key = key_of(bound.key, settings, table_key(frame), table_key(places) if places.num_columns else "")
    started = time.monotonic()
    if bound.spec.kind == "measure":
        _measure(ctx, bound, frame, places, settings, key, account)
        changes = None
    else:
        changes = _load(ctx, key)
        account.reused = changes is not None
        if changes is None:
            ctx.progress.begin(bound.name, None)
            changes = _changes(ctx, bound, frame, places, settings)
            _save(ctx, key, changes)
            ctx.progress.end()
    account.seconds = time.monotonic() - started
    if not account.reused:
        own = ctx.change_since(bound.name, account)
        account.why = own or "its input changed"
    account.kept = account.out = account.inputs
    if changes is not None:
        samples = _apply(ctx, bound, samples, at, changes, account)
    account.balance()
    ctx.accounts.append(account)
    return samples


def _account(ctx: Context, bound: Bound, count: int) -> Account:
    return Account(
        bound.name,
        bound.spec.name,
        inputs=count,
        settings=bound.settings,
        version=bound.spec.mark.version,
        where=bound.use.where,
    )


def _settings(ctx: Context, bound: Bound) -> dict[str, Any]:
    """Fill in what the recipe gives to every step that asks: the seed, and the closed set of labels."""
    settings = dict(bound.settings)
    names = {setting.name for setting in bound.spec.settings}
    facts = ctx.plan.checked.dataset
    if "seed" in names and "seed" not in settings:
        settings["seed"] = seed_for(facts.seed, bound.name)
    if "labels" in names and settings.get("labels") is None and facts.labels is not None:
        settings["labels"] = list(facts.labels)
    return settings


def _remember(ctx: Context, bound: Bound, account: Account, frame: "pa.Table") -> "pa.Table":
    """Add `<column>_before` for every column a step remembers; null where the step itself has changed since."""
    import pyarrow as pa
    import pyarrow.compute as pc

    before = ctx.before(bound.name)
    same = before is not None and not ctx.change_since(bound.name, account)
    for name in bound.spec.mark.remembers:
        values: Any = pa.nulls(frame.num_rows, pa.string())
        if same and ctx.previous is not None and name in ctx.previous.column_names:
            at = pc.index_in(frame["id"], ctx.previous["id"].combine_chunks())
            values = ctx.previous[name].combine_chunks().take(at.combine_chunks())
        frame = frame.append_column(f"{name}_before", values)
    return frame


def _places(bound: Bound, samples: "pa.Table") -> "pa.Table":
    """Return where the heavy facts that a step needs lie. Raises BuildError where nothing measured them."""
    import pyarrow as pa

    columns: dict[str, Any] = {}
    for group in bound.spec.mark.needs:
        for name, kind in fact_types(group).items():
            if kind != "bytes":
                continue
            for part in ("pass", "row"):
                column = f"{PLACE}{part}_{name}"
                if column not in samples.column_names:
                    raise BuildError(f"{bound.name} needs {name}, which no pass measured")
                columns[column] = samples[column]
    return pa.table(columns)


def _lazy_frame(ctx: Context, frame: "pa.Table", places: "pa.Table") -> tuple["daft.DataFrame", list[str]]:
    """Return the frame a step gets; heavy facts are read from disk, batch by batch, when the step asks for them."""
    import daft
    import pyarrow as pa
    from daft import DataType

    names = sorted({name.removeprefix(f"{PLACE}pass_") for name in places.column_names if "pass_" in name})
    whole = pa.table({**{n: frame[n] for n in frame.column_names}, **{n: places[n] for n in places.column_names}})
    lazy = daft.from_arrow(whole)
    for name in names:
        columns = {key: column for (key, fact), column in ctx.heavy.items() if fact == name}
        read = daft.func.batch(return_dtype=DataType.binary(), batch_size=4096)(_reader(ctx, columns))
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


def _call(
    ctx: Context, bound: Bound, frame: "pa.Table", places: "pa.Table", settings: dict[str, Any]
) -> tuple[Any, list[str]]:
    runner.set_up(ctx.on, ctx.workers)
    lazy, heavy = _lazy_frame(ctx, frame, places)
    try:
        return bound.spec.function(lazy, **settings), heavy
    except DatastorkError:
        raise
    except Exception as error:
        raise BuildError(f"step {bound.name} failed: {type(error).__name__}: {error}") from error


def _measure(
    ctx: Context,
    bound: Bound,
    frame: "pa.Table",
    places: "pa.Table",
    settings: dict[str, Any],
    key: str,
    account: Account,
) -> None:
    path = ctx.home.step_result(key).with_suffix(".json")
    saved = read_json(path)
    account.reused = saved is not None
    if saved is None:
        ctx.progress.begin(bound.name, None)
        findings, _ = _call(ctx, bound, frame, places, settings)
        if not isinstance(findings, Findings):
            raise BuildError(f"step {bound.name} returned {type(findings).__name__}, not Findings")
        saved = findings.as_dict()
        write_json(path, saved)
        ctx.progress.end()
    ctx.findings[bound.name] = saved


def _changes(ctx: Context, bound: Bound, frame: "pa.Table", places: "pa.Table", settings: dict[str, Any]) -> "pa.Table":
    """Return what a step changed: `id`, and only the columns that are new or differ, in the order of the frame."""
    import pyarrow as pa
    import pyarrow.compute as pc

    result, heavy = _call(ctx, bound, frame, places, settings)
    drop = [
        name for name in (*heavy, *(f"{n}_before" for n in bound.spec.mark.remembers)) if name in result.column_names
    ]
    try:
        out = (result.exclude(*drop) if drop else result).to_arrow()
    except DatastorkError:
        raise
    except Exception as error:
        raise BuildError(f"step {bound.name} failed: {type(error).__name__}: {error}") from error
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
    return pa.table(changed)


def _plain(column: Any) -> Any:
    """Return a column in the types samples are stored in: Daft gives large texts and lists."""
    import pyarrow as pa

    column = column.combine_chunks()
    if pa.types.is_large_string(column.type):
        return column.cast(pa.string())
    if pa.types.is_large_list(column.type):
        inner = column.type.value_type
        return column.cast(pa.list_(pa.string() if pa.types.is_large_string(inner) else inner))
    return column


def _apply(
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
        if name in ("id", *DROP, *WHY):
            continue
        values = changes[name].combine_chunks().take(index)
        if name in samples.column_names:
            _to_ledger(ctx, bound, samples, at, changes, name)
            values = pc.if_else(inside, values.cast(samples.schema.field(name).type), samples[name].combine_chunks())
        samples = set_column(samples, name, values)
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
    rows = np_flat(differs)
    if not len(rows):
        return
    picked = changes.take(pa.array(rows))
    count = len(rows)
    ctx.ledger.append(
        pa.table(
            {
                "version": pa.nulls(count, pa.int64()),
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


def np_flat(mask: Any) -> "np.ndarray":
    """Return the places where an Arrow mask is true."""
    import numpy as np

    return np.flatnonzero(np.asarray(mask.combine_chunks()))


def _save(ctx: Context, key: str, changes: "pa.Table") -> None:
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, changes.schema) as writer:
        writer.write_table(changes)
    write_whole(ctx.home.step_result(key), sink.getvalue().to_pybytes())


def _load(ctx: Context, key: str) -> "pa.Table | None":
    import pyarrow as pa

    path = ctx.home.step_result(key)
    if not path.is_file():
        return None
    return pa.ipc.open_file(pa.BufferReader(path.read_bytes())).read_all()
