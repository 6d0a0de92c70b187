"""Run a step that sees the whole table: hand it a lazy frame, take back columns and drops, keep the result."""

import time
from typing import TYPE_CHECKING, Any

from datastork.core.errors import BuildError, DatastorkError
from datastork.core.findings import Findings
from datastork.core.hashing import key_of
from datastork.core.labelling import LabelPlan, column_of
from datastork.core.nearest import did_you_mean
from datastork.core.questions import MAIN
from datastork.core.seeds import seed_for
from datastork.engine import runner
from datastork.engine.condition import matches
from datastork.engine.context import Account, Context
from datastork.engine.state import frame_columns, table_key
from datastork.engine.tables.changes import apply, changes_of
from datastork.engine.tables.frame import carry, lazy_frame, places_of, remember
from datastork.recipe.check import Bound
from datastork.store.home import read_json, write_json, write_whole
from datastork.store.listing import order_of

if TYPE_CHECKING:
    import pyarrow as pa


def run_table_step(ctx: Context, bound: Bound, samples: "pa.Table") -> "pa.Table":
    """Return the samples after a whole-table step. Raises BuildError where it fails or loses rows."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    at = np.flatnonzero(np.asarray(pc.equal(samples["state"], "kept")))
    kept = samples.take(pa.array(at))
    frame = frame_columns(kept)
    if bound.use.where:
        chosen = matches(frame, bound.use.where, bound.name)
        at, frame, kept = at[chosen], frame.filter(pa.array(chosen)), kept.filter(pa.array(chosen))
    account = _account(ctx, bound, len(at))
    frame = remember(ctx, bound, account, frame)
    settings = _settings(ctx, bound)
    places = places_of(bound, kept)
    key = key_of(
        bound.key, {**settings, **bound.settings}, table_key(frame), table_key(places) if places.num_columns else ""
    )
    started = time.monotonic()
    if bound.spec.kind == "measure":
        _measure(ctx, bound, frame, places, settings, key, account)
        changes = None
    else:
        changes = _load(ctx, key)
        account.reused = changes is not None
        if changes is None:
            ctx.progress.begin(bound.name, None)
            changes, found = _changes(ctx, bound, frame, places, settings)
            if found is not None:
                write_json(ctx.home.step_result(key).with_suffix(".json"), found.as_dict())
            _save(ctx, key, changes)
            ctx.progress.end()
        if bound.spec.finds:
            ctx.findings[bound.name] = read_json(ctx.home.step_result(key).with_suffix(".json"), {})
    account.seconds = time.monotonic() - started
    if not account.reused:
        own = ctx.change_since(bound.name, account)
        account.why = own or "its input changed"
    account.kept = account.out = account.inputs
    if changes is not None:
        samples = apply(ctx, bound, samples, at, changes, account)
        samples = carry(ctx, bound, account, samples)
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
    """Fill in what is given to every step that asks: seed, closed set of labels, question, order of columns."""
    settings = bound.given(ctx.home.root)
    names = {setting.name for setting in bound.spec.settings}
    facts = ctx.plan.checked.dataset
    if "seed" in names and "seed" not in settings:
        settings["seed"] = seed_for(facts.seed, bound.name)
    if "question" in names:
        settings |= _asked(ctx.plan.checked.label, settings, names)
    if "labels" in names and settings.get("labels") is None and facts.labels is not None:
        settings["labels"] = list(facts.labels)
    if bound.spec.order:
        settings[bound.spec.order] = order_of(ctx.home.root)
    return settings


def _asked(plan: LabelPlan, settings: dict[str, Any], names: set[str]) -> dict[str, Any]:
    """Return what a step on votes takes from the question it is about: its column, kind and classes."""
    if settings["question"] == MAIN and not plan.labels:  # only cells are asked about; labels came with the samples
        return {}
    question = plan.question(settings["question"]) or (plan.main if settings["question"] == MAIN else None)
    if question is None:
        known = [one.name for one in plan.questions]
        raise BuildError(
            f"the recipe asks no question {settings['question']!r}{did_you_mean(settings['question'], known)}",
            hint="add a [[label.question]] of this name",
        )
    given: dict[str, Any] = {"question": column_of(question.name, plan.labels)}
    if "kind" in names and settings.get("kind") is None:
        given["kind"] = question.kind
    if "labels" in names and settings.get("labels") is None and question.classes and question.kind != "open":
        given["labels"] = list(question.class_ids)
    return given


def _call(
    ctx: Context, bound: Bound, frame: "pa.Table", places: "pa.Table", settings: dict[str, Any]
) -> tuple[Any, list[str]]:
    runner.set_up(ctx.on, ctx.workers)
    lazy, heavy = lazy_frame(ctx, frame, places)
    if bound.spec.scratch:
        folder = ctx.home.cache / bound.spec.name
        folder.mkdir(parents=True, exist_ok=True)
        settings = {**settings, bound.spec.scratch: str(folder)}
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


def _changes(
    ctx: Context, bound: Bound, frame: "pa.Table", places: "pa.Table", settings: dict[str, Any]
) -> "tuple[pa.Table, Findings | None]":
    """Run a step and return what it changed, and what it has to say."""
    result, heavy = _call(ctx, bound, frame, places, settings)
    found: Findings | None = None
    if bound.spec.finds:
        result, found = result
    drop = [
        name for name in (*heavy, *(f"{n}_before" for n in bound.spec.mark.remembers)) if name in result.column_names
    ]
    try:
        out = (result.exclude(*drop) if drop else result).to_arrow()
    except DatastorkError:
        raise
    except Exception as error:
        raise BuildError(f"step {bound.name} failed: {type(error).__name__}: {error}") from error
    return changes_of(bound, frame, out), found


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
    try:
        return pa.ipc.open_file(pa.BufferReader(path.read_bytes())).read_all()
    except pa.ArrowInvalid:  # cut short by the death of a disk; it is made again
        return None
