"""Run one fused pass: find what is not finished, do it, commit in batches, and turn finished work into samples."""

import json
import os
import time
import uuid
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from datastork.core.errors import BuildError, SourceError, StoreError
from datastork.engine import runner
from datastork.engine.context import Context, Interrupted
from datastork.engine.interrupt import STOP
from datastork.engine.memory import give_back
from datastork.engine.plan import SamplePass
from datastork.engine.samples import processes, worker
from datastork.engine.samples.accounting import account_for_pass
from datastork.engine.samples.inputs import Inputs, chunks, gather
from datastork.engine.samples.judged import Judged
from datastork.engine.samples.outputs import to_samples
from datastork.engine.samples.undone import spared, undone
from datastork.engine.samples.unforked import unforked
from datastork.engine.samples.verdicts import UNFINISHED, Verdicts, judge
from datastork.media.modality import modality
from datastork.store.passes import PassTable

if TYPE_CHECKING:
    import pyarrow as pa

WAVE = 8_192  # inputs handed to the runner at a time, for each worker, so that memory does not grow with the dataset
COMMIT_SECONDS = 0.5
ROUNDS = 2  # for which of several copies a drop was undone is known when all of them are read
MANY = 40_000  # steps on samples for which it pays to start processes
ROW_COLUMNS = (
    "input", "attempt", "part", "content", "suffix", "done", "error_step", "error_type", "error_message",
    "error_traceback", "modality", "format", "size", "media_row",
)  # fmt: skip


def run_pass(ctx: Context, stage: SamplePass, samples: "pa.Table", listing: "pa.Table | None" = None) -> "pa.Table":
    """Return the samples after a pass. `listing` is given to the first pass, which reads raw material.

    Raises BuildError, SourceError, StoreError, Interrupted; what was finished by then is committed.
    """
    inputs = gather(ctx, stage, samples, listing)
    table = PassTable(ctx.home.pass_table(stage.key))
    begun = table.exists
    table.open(worker.pass_schema(stage.ops))
    rows, verdicts = _finished(ctx, stage, table, inputs)
    todo = _todo(inputs, rows, verdicts)
    seconds: dict[str, float] = {}
    left = todo
    for _ in range(ROUNDS):
        if not left.num_rows:
            break
        seen = table.count
        for name, spent in _work(ctx, stage, table, _with_history(ctx, left, rows)).items():
            seconds[name] = seconds.get(name, 0.0) + spent
        rows, verdicts = _finished(ctx, stage, table, inputs, rows, seen)
        left = _todo(inputs, rows, verdicts, retry=False)
        if left.num_rows and STOP.is_set():
            done = inputs.table.num_rows - left.num_rows
            raise Interrupted(
                f"stopped: {done:,} of {inputs.table.num_rows:,} inputs are finished and committed",
                hint="go on with the same command; nothing finished is done again",
            )
    if left.num_rows:
        raise BuildError(f"{left.num_rows} inputs were worked on but are not finished; this is a fault of datastork")
    rows, verdicts = unforked(rows, verdicts, stage.ops)
    result = to_samples(ctx, stage, samples, inputs, rows, verdicts)
    ctx.accounts += account_for_pass(ctx, stage, inputs, rows, verdicts, todo.num_rows, seconds, begun=begun)
    return result


def _finished(
    ctx: Context, stage: SamplePass, table: PassTable, inputs: Inputs, before: "pa.Table | None" = None, seen: int = 0
) -> tuple["pa.Table", Verdicts]:
    """Return the newest finished rows of each input, in the order of the inputs, and what becomes of them.

    `before` is what was returned when the table had `seen` rows; only those that came since are read then.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    facts = {column for op in stage.ops for name, column in op.columns.items() if op.types[name] != "bytes"}
    rows = table.rows([*ROW_COLUMNS, *sorted(facts)], start=seen)
    rows = rows.append_column("__row", pa.array(np.arange(seen, seen + rows.num_rows)))
    at = pc.index_in(rows["input"], inputs.table["input"].combine_chunks())
    rows = rows.append_column("__input", at.combine_chunks() if isinstance(at, pa.ChunkedArray) else at)
    if rows["__input"].null_count:
        rows = rows.filter(rows["__input"].is_valid())
    if before is not None and before.num_rows:
        rows = pa.concat_tables([before, rows])
    place, attempt = np.asarray(rows["__input"]), np.asarray(rows["attempt"])
    newest = np.full(inputs.table.num_rows, -1)
    np.maximum.at(newest, place, attempt)
    fresh = np.flatnonzero(attempt == newest[place]) if len(place) else np.zeros(0, dtype=np.int64)
    order = np.lexsort((np.asarray(rows["part"])[fresh], place[fresh]))
    if len(order) < rows.num_rows or not np.array_equal(fresh[order], np.arange(rows.num_rows)):
        rows = rows.take(pa.array(fresh[order]))
    place = np.asarray(rows["__input"])
    skip = [mask[place] for mask in inputs.skip]
    return rows, judge(rows, stage.ops, skip, spared(ctx, stage, inputs, rows, place), Judged(ctx.home, stage.key))


def _todo(inputs: Inputs, rows: "pa.Table", verdicts: Verdicts, *, retry: bool = True) -> "pa.Table":
    """Return the inputs with no finished work, or with work that is not finished under the recipe as it is now.

    What could not be read is tried again by every build (`retry`): the file may be back. Where the listing itself has
    a problem there is nothing to try.
    """
    import numpy as np
    import pyarrow as pa

    finished = np.zeros(inputs.table.num_rows, dtype=bool)
    place = np.asarray(rows["__input"])
    finished[place] = True
    finished[place[verdicts.state == UNFINISHED]] = False
    if retry and rows.num_rows:
        unread = np.asarray(pa.compute.equal(rows["error_step"], "read").fill_null(False))
        finished[place[unread & np.asarray(inputs.table["problem"].is_null())[place]]] = False
    return inputs.table.filter(pa.array(~finished)) if finished.any() else inputs.table


def _with_history(ctx: Context, todo: "pa.Table", rows: "pa.Table") -> "pa.Table":
    """Add to the inputs how often they were worked on, which media is there already, and which drops are undone."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    place = pa.struct([("suffix", pa.string()), ("row", pa.int64())])
    count = todo.num_rows
    rows = rows.filter(pc.is_in(rows["input"], todo["input"].combine_chunks()))
    attempts: dict[str, int] = {}
    stored: dict[str, list[dict[str, Any]]] = {}
    names = ("input", "attempt", "suffix", "size", "media_row", "__row")
    for key, attempt, suffix, size, media_row, row in zip(*(rows[n].to_pylist() for n in names), strict=True):
        attempts[key] = attempt + 1
        if size is not None:
            stored.setdefault(key, []).append({"suffix": suffix, "row": row if media_row is None else media_row})
    attempt, reuse = pa.array(np.zeros(count, np.int32)), pa.nulls(count, pa.list_(place))
    if attempts:
        keys = todo["input"].to_pylist()
        attempt = pa.array([attempts.get(key, 0) for key in keys], pa.int32())
        reuse = pa.array([stored.get(key) for key in keys], pa.list_(place))
    spare = pa.nulls(count, pa.list_(pa.string()))
    if ctx.overrides.steps or ctx.overrides.samples:
        spare = pa.array([sorted(steps) for steps in undone(ctx, todo)], spare.type)
    return todo.append_column("attempt", attempt).append_column("reuse", reuse).append_column("spare", spare)


def _work(ctx: Context, stage: SamplePass, table: PassTable, todo: "pa.Table") -> dict[str, float]:
    """Do the work that is left, committing as it comes. Returns the seconds spent in each step."""
    workers = ctx.workers or os.cpu_count() or 1
    runner.set_up(ctx.on, ctx.workers)
    job = worker.Job(
        root=str(ctx.home.root.resolve()),
        pass_path=str(table.path.resolve()),
        passes=str(table.path.parent.resolve()),
        ops=stage.ops,
        modalities=worker.modality_names(ctx.plan.checked.dataset.modality),
        seed=ctx.plan.checked.dataset.seed,
        run=uuid.uuid4().hex,
    )
    ctx.progress.begin("reading and cleaning" if stage.first else "working on samples", todo.num_rows)
    seconds: dict[str, float] = {}
    waiting: list[str] = []
    last = time.monotonic()
    fatal: dict[str, str] | None = None
    results = _results(ctx, job, todo, workers)
    try:
        for text in results:
            result = json.loads(text)
            fatal = fatal or result["fatal"]
            waiting += result["fragments"]
            ctx.decoded += result["decoded"]
            for name, spent in result["seconds"].items():
                seconds[name] = seconds.get(name, 0.0) + spent
            if time.monotonic() - last >= COMMIT_SECONDS:
                table.commit(waiting)
                waiting, last = [], time.monotonic()
            ctx.progress.advance(result["inputs"], result["dropped"], result["quarantined"])
            if fatal:
                break
    finally:
        results.close()
        table.commit(waiting)
        ctx.progress.end()
        give_back()
        worker.HALTED.discard(job.run)
    if fatal:
        kinds = {"SourceError": SourceError, "StoreError": StoreError}
        raise kinds.get(fatal["type"], BuildError)(
            fatal["message"], hint="\n  → ".join(filter(None, [fatal["hint"], "what was finished by then is kept"]))
        )
    return seconds


def _results(ctx: Context, job: worker.Job, todo: "pa.Table", workers: int) -> "Generator[str]":
    """Yield what the workers answer: processes where samples are small and many, threads, or the cluster."""
    small = all(getattr(modality(name), "batches", False) for name in job.modalities)
    work = todo.num_rows * (1 + sum(bool(op.use) for op in job.ops))
    if small and ctx.on is None:
        if workers > 1 and work >= MANY:
            yield from processes.stream(job, chunks(todo, workers), workers)
        else:  # threads would wait for one another, and pay for it
            for piece in chunks(todo, workers):
                yield worker.work(job, piece)
                if STOP.is_set():
                    return
        return
    for start in range(0, todo.num_rows, WAVE * workers):
        pieces = list(chunks(todo.slice(start, WAVE * workers), workers))
        yield from runner.stream(_Bound(job), pieces, parts=workers * 2)
        if STOP.is_set():
            return


class _Bound:
    """A job bound to its worker; a class and not a closure, so that it pickles small."""

    def __init__(self, job: worker.Job) -> None:
        self.job = job

    def __call__(self, chunk: bytes) -> str:
        return worker.work(self.job, chunk)
