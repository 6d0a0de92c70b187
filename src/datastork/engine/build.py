"""Build a dataset: check, collect, run the passes, account, commit a version."""

import dataclasses
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from datastork.core.errors import BuildError, DatastorkError, RecipeError
from datastork.core.hashing import key_of
from datastork.engine import runner
from datastork.engine.context import Account, Context, Interrupted
from datastork.engine.interrupt import STOP, stoppable
from datastork.engine.memory import few_collections, give_back
from datastork.engine.plan import Plan, SamplePass, make_plan
from datastork.engine.progress import Progress, Silent
from datastork.engine.samples.run import run_pass
from datastork.engine.state import PLACE, from_listing, table_key
from datastork.engine.tables.run import run_table_step
from datastork.engine.versions.departed import keep_departed
from datastork.engine.voting.stored import votes_key, with_votes
from datastork.recipe.check import Checked, check
from datastork.store import ledger, overrides
from datastork.store.home import Home
from datastork.store.listing import Listing
from datastork.store.lock import locked
from datastork.store.samples import Samples, content_hash

if TYPE_CHECKING:
    import pyarrow as pa

ON_VOTES = frozenset({"measure.agreement"})  # steps outside the stage `label` that look at votes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a build came to. `changed` is false where the dataset was already as the recipe says."""

    version: int
    record: dict[str, Any]
    changed: bool
    decoded: int
    warnings: tuple[str, ...]
    notes: tuple[str, ...]


def build(
    home: Home,
    *,
    workers: int | None = None,
    on: str | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Bring a dataset up to date with its recipe and its sources.

    `workers` threads (all cores by default) or processes of the cluster `on` ("ray", "ray://host:port") do the
    work; the result is the same. Raises RecipeError, SourceError, BuildError, StoreError, LockedError, and
    `engine.context.Interrupted` after Ctrl-C; the last version stays whole whatever happens.
    """
    checked = check(home.recipe)
    home.create()
    with locked(home), stoppable(progress or Silent()), few_collections():
        return _build(home, checked, workers, on, progress or Silent())


def _build(home: Home, checked: Checked, workers: int | None, on: str | None, progress: Progress) -> Outcome:
    import pyarrow.compute as pc

    started = time.monotonic()
    samples = Samples(home)
    undone = overrides.load(home)
    plan = make_plan(checked)
    record = samples.record() if samples.exists else {}
    if any(bound.use.where for bound in plan.collect):
        runner.set_up(on, workers)
    listing, accounts = _collect(home, plan, progress)
    plan_key = key_of(plan.key, undone.as_json())
    listing_key = table_key(listing.table)
    cast_key = votes_key(home, checked.label)
    as_before = record and record["plan_key"] == plan_key and record["listing_key"] == listing_key
    if as_before and record.get("votes_key", "") == cast_key and not record["unread"]:
        return Outcome(record["version"], _as_reused(record), False, 0, checked.warnings, listing.notes)
    ctx = Context(
        home=home,
        plan=plan,
        overrides=undone,
        progress=progress,
        previous=samples.table() if samples.exists else None,
        record=record,
        workers=workers,
        on=on,
        accounts=accounts,
        notes=list(listing.notes),
        sources=list(listing.sources),
    )
    runner.set_up(on, workers)
    table = _run(ctx, plan, listing)
    _refuse(ctx, table)
    table = keep_departed(ctx, table, plan.collect[0].name)
    table = table.select([name for name in table.column_names if not name.startswith(PLACE)])
    if len(pc.unique(table["id"])) != table.num_rows:
        raise BuildError("two samples have one id; this is a fault of datastork", hint="nothing was committed")
    keys = {"plan_key": plan_key, "listing_key": listing_key, "votes_key": cast_key}
    made = _record(ctx, table, keys, listing, time.monotonic() - started)
    if record and record["plan_key"] == plan_key and record["content_hash"] == made["content_hash"]:
        return Outcome(
            record["version"],
            made | {"version": record["version"]},
            False,
            ctx.decoded,
            checked.warnings,
            tuple(ctx.notes),
        )
    number = (samples.latest() or 0) + 1
    for entries in ctx.ledger:
        place = entries.schema.get_field_index("version")
        entries = entries.set_column(place, "version", _same(number, entries.num_rows))
        ledger.append(home, entries, made["build"])
    version = samples.commit(table, made)
    return Outcome(version, made | {"version": version}, True, ctx.decoded, checked.warnings, tuple(ctx.notes))


def _same(number: int, count: int) -> "pa.Array":
    import pyarrow as pa

    return pa.array([number] * count, pa.int64())


def _collect(home: Home, plan: Plan, progress: Progress) -> tuple[Listing, list[Account]]:
    """Run the collecting steps. Nothing is read but names, sizes and tables of labels."""
    listing = Listing.empty(home.root)
    accounts: list[Account] = []
    for bound in plan.collect:
        before = listing.table.num_rows
        began = time.monotonic()
        progress.begin(bound.name, None)
        try:
            found: Listing = bound.spec.function(listing, **bound.given(home.root))
        except RecipeError as error:
            raise RecipeError([f"{bound.use.title}: {told}" for told in error.problems], hint=error.hint) from error
        except DatastorkError:
            raise
        except KeyboardInterrupt:
            progress.end()
            said = f"stopped while {bound.name} was collecting; what it brought home is kept"
            raise Interrupted(said, hint="go on with the same command") from None
        except Exception as error:
            raise BuildError(f"step {bound.name} failed: {type(error).__name__}: {error}") from error
        if bound.use.where:
            found = _where(listing, found, bound.use.where, bound.name)
        progress.end()
        listing = found
        added = listing.table.num_rows - before
        accounts.append(
            Account(
                bound.name, bound.spec.name, inputs=added, out=added, kept=added, seconds=time.monotonic() - began,
                settings=bound.settings, version=bound.spec.mark.version, where=bound.use.where, reused=False,
            )
        )  # fmt: skip
    if not listing.table.num_rows:
        told = f": {'; '.join(listing.notes[:5])}" if listing.notes else ""
        raise BuildError(f"nothing was collected{told}", hint="look at what the collecting steps are told to look for")
    give_back()
    return listing, accounts


def _where(before: Listing, found: Listing, condition: str, name: str) -> Listing:
    """Keep of what a collecting step added only what meets its condition."""
    import numpy as np
    import pyarrow as pa

    from datastork.engine.condition import matches

    meets = matches(found.table.drop_columns(["data"]), condition, name)
    meets = meets | (np.arange(found.table.num_rows) < before.table.num_rows)
    left = int(np.count_nonzero(~meets))
    note = (f"{name}: {left:,} found but not taken (where {condition})",) if left else ()
    return dataclasses.replace(found, table=found.table.filter(pa.array(meets)), notes=found.notes + note)


def _run(ctx: Context, plan: Plan, listing: Listing) -> "pa.Table":
    measured = {name for stage in plan.stages if isinstance(stage, SamplePass) for name in stage.logical()}
    table, notes = from_listing(listing.table, measured | {plan.checked.dataset.modality})
    ctx.notes += notes
    for stage in plan.stages:
        if STOP.is_set():
            raise Interrupted("stopped", hint="go on with the same command; nothing finished is done again")
        if isinstance(stage, SamplePass):
            table = run_pass(ctx, stage, table, listing.table if stage.first else None)
            if stage.first:
                _refuse(ctx, table, keeping=False)
        else:
            spec = stage.bound.spec
            if spec.stage == "label" or spec.mark.corrects or spec.name in ON_VOTES:
                table = with_votes(ctx, table)
            table = run_table_step(ctx, stage.bound, table)
    table = with_votes(ctx, table)
    if ctx.cast is not None and ctx.cast.num_rows:
        ctx.notes.append(f"{ctx.cast.num_rows:,} votes are about samples that are not in the dataset any more; kept")
    return table


def _counts(table: "pa.Table") -> dict[str, int]:
    import pyarrow.compute as pc

    found = {row["values"]: row["counts"] for row in pc.value_counts(table["state"]).to_pylist()}
    return {
        "total": table.num_rows,
        **{state: found.get(state, 0) for state in ("kept", "dropped", "quarantined")},
    }


def _refuse(ctx: Context, table: "pa.Table", *, keeping: bool = True) -> None:
    """Raise BuildError where too much went to quarantine, or nothing is left."""
    import pyarrow.compute as pc

    counts = _counts(table)
    limit = ctx.plan.checked.dataset.max_quarantine
    if counts["quarantined"] > limit * counts["total"]:
        messages = pc.struct_field(table["error"].filter(pc.equal(table["state"], "quarantined")), "message")
        common = sorted(pc.value_counts(messages).to_pylist(), key=lambda row: (-row["counts"], row["values"]))[:5]
        causes = "\n".join(f"    {row['counts']:>6,} × {row['values']}" for row in common)
        raise BuildError(
            f"{counts['quarantined']:,} of {counts['total']:,} samples went to quarantine, more than "
            f"max_quarantine = {limit:g} allows; the commonest causes:\n{causes}",
            hint="mend the cause, or raise max_quarantine in [dataset]; the last version is as it was",
        )
    if keeping and not counts["kept"]:
        drops = [account for account in ctx.accounts if account.dropped]
        told = [f"{account.name} dropped {account.dropped:,}" for account in drops]
        told += [f"{counts['quarantined']:,} went to quarantine"] if counts["quarantined"] else []
        hint = "mend that, or loosen a threshold" if drops else "look at what went to quarantine"
        reasons = pc.struct_field(table["dropped"].filter(pc.equal(table["state"], "dropped")), "reason")
        common = sorted(pc.value_counts(reasons).to_pylist(), key=lambda row: (-row["counts"], row["values"] or ""))[:3]
        why = "".join(f"\n    {row['counts']:>6,} × {row['values']}" for row in common if row["values"])
        raise BuildError(f"nothing is left of {counts['total']:,} samples: {', '.join(told)}{why}", hint=hint)


def _record(ctx: Context, table: "pa.Table", keys: dict[str, str], listing: Listing, seconds: float) -> dict[str, Any]:
    import pyarrow.compute as pc

    checked = ctx.plan.checked
    unread = pc.sum(pc.equal(pc.struct_field(table["error"], "step"), "read")).as_py() or 0
    unread -= listing.table.num_rows - listing.table["problem"].null_count  # these change with the listing
    return {
        "build": uuid.uuid4().hex,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "dataset": checked.dataset.declared | {"name": checked.dataset.name, "modality": checked.dataset.modality},
        "recipe": checked.recipe.text,
        **keys,
        "content_hash": content_hash(table),
        "samples": _counts(table),
        "steps": [account.as_json() for account in ctx.accounts],
        "findings": ctx.findings,
        "warnings": list(checked.warnings),
        "notes": ctx.notes,
        "asked": [
            {"name": one.name, "kind": one.kind, "ask": one.ask, "classes": [each.name for each in one.classes]}
            for one in checked.label.questions
        ],
        "sources": ctx.sources,
        "unread": int(unread),
        "decoded": ctx.decoded,
        "seconds": round(seconds, 3),
    }


def _as_reused(record: dict[str, Any]) -> dict[str, Any]:
    """Return the record of the last version as the account of a build that had nothing to do."""
    steps = [{**step, "reused": True, "why": "", "seconds": 0.0} for step in record["steps"]]
    return {**record, "steps": steps, "decoded": 0}
