"""Undo: the last version, a step's drops and changes, a column's changes, or one sample's. Nothing is lost."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from datastork.core.errors import NotFoundError
from datastork.core.nearest import did_you_mean
from datastork.engine.versions.why import find_sample
from datastork.store import ledger, overrides
from datastork.store.home import Home
from datastork.store.lock import locked
from datastork.store.samples import Samples

if TYPE_CHECKING:
    import pyarrow as pa


def undo_version(home: Home) -> int:
    """Commit the state of the version before the last one as a new version; return its number.

    Raises NotFoundError where there is only one version.
    """
    with locked(home):
        samples = Samples(home)
        numbers = samples.numbers()
        if len(numbers) < 2:
            raise NotFoundError("there is only one version; nothing to go back to")
        last, target = numbers[-1], _before(samples, numbers)
        record = samples.record(target)
        record |= {"undoes": last, "same_as": target, "plan_key": ""}
        return samples.commit(samples.table(target), record)


def _before(samples: Samples, numbers: list[int]) -> int:
    """Return the version to go back to: undoing twice goes back two, not to and fro."""
    record = samples.record(numbers[-1])
    start = record.get("same_as", numbers[-1])
    earlier = [number for number in numbers if number < start]
    if not earlier:
        raise NotFoundError(f"version {start} is the first; nothing to go back to")
    return earlier[-1]


def undo_step(home: Home, step: str) -> dict[str, Any]:
    """Note that the drops of a step, and its changes of cells, do not count any more. The next build takes them back.

    Raises NotFoundError for a step that is not in the recipe of the last version, or that did neither.
    """
    with locked(home):
        record = Samples(home).record()
        steps = {entry["name"]: entry for entry in record["steps"]}
        did = {name: entry for name, entry in steps.items() if entry["dropped"] or entry.get("changed")}
        if step not in steps:
            raise NotFoundError(f"no step {step!r} in the last version{did_you_mean(step, did)}", hint=_doing(did))
        if step not in did:
            raise NotFoundError(f"{step} dropped nothing and changed no cell", hint=_doing(did))
        undone = overrides.load(home)
        if steps[step]["dropped"]:
            undone = undone.with_step(step)
        if steps[step].get("changed"):
            undone = undone.with_cells(step=step)
        overrides.save(home, undone)
        return {"step": step, "samples": steps[step]["dropped"], "cells": steps[step].get("changed", 0)}


def _doing(names: Iterable[str]) -> str:
    told = ", ".join(names)
    return f"steps that dropped samples or changed cells: {told}" if told else "no step dropped or changed anything"


def undo_sample(home: Home, sample: str) -> dict[str, Any]:
    """Note that a sample may not be dropped by the step that dropped it, or its cells not changed by any step.

    The next build brings it back. Raises NotFoundError for an unknown sample, or one that nothing was done to.
    """
    with locked(home):
        samples = Samples(home)
        table = samples.table(columns=["id", "state", "dropped", "source"])
        row = table.slice(find_sample(table, sample), 1).to_pylist()[0]
        if row["state"] == "dropped":
            if row["dropped"]["step"].startswith("collect."):
                raise NotFoundError(f"{row['id']}: {row['dropped']['reason']}", hint="put the file back where it was")
            overrides.save(home, overrides.load(home).with_sample(row["id"], row["dropped"]["step"]))
            return {"sample": row["id"], "step": row["dropped"]["step"], "cells": 0}
        cells = changed_cells(home, samples.number_of(None), row["id"])
        if not cells.num_rows:
            raise NotFoundError(f"{row['id']} is {row['state']}, not dropped or changed; there is nothing to undo")
        overrides.save(home, overrides.load(home).with_cells(sample=row["id"]))
        return {"sample": row["id"], "step": cells["step"][0].as_py(), "cells": cells.num_rows}


def undo_column(home: Home, column: str, step: str | None = None, sample: str | None = None) -> dict[str, Any]:
    """Note that the changes of a column of rows do not count any more: those of one step or sample, or of all.

    The next build puts back what was there. Raises NotFoundError where nothing of the kind was changed.
    """
    import pyarrow.compute as pc

    with locked(home):
        samples = Samples(home)
        if sample is not None:
            table = samples.table(columns=["id", "source"])
            sample = table["id"][find_sample(table, sample)].as_py()
        cells = changed_cells(home, samples.number_of(None), sample)
        if step is not None:
            cells = cells.filter(pc.equal(cells["step"], step))
        mine = cells.filter(pc.equal(cells["column"], column))
        if not mine.num_rows:
            known = sorted(set(cells["column"].to_pylist()))
            hint = f"columns with changes: {', '.join(known[:20])}" if known else "no cell was changed"
            raise NotFoundError(f"no change of a column {column!r} to undo{did_you_mean(column, known)}", hint=hint)
        given = {"step": step, "sample": sample}
        chosen = {name: value for name, value in given.items() if value is not None}
        overrides.save(home, overrides.load(home).with_cells(column=column, **chosen))
        return {"column": column, "cells": mine.num_rows, **chosen}


def changed_cells(home: Home, version: int, sample: str | None = None) -> "pa.Table":
    """Return the changes of cells of rows that are in force in a version, one line each, as the ledger has them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    record = Samples(home).record(version)
    steps = [step["name"] for step in record["steps"] if step.get("changed")]
    table = ledger.entries(home, version, sample)
    table = table.filter(pc.is_in(table["step"], pa.array(steps, pa.string())))
    columns = (table[name].to_pylist() for name in ("step", "id", "column"))
    last = {cell: place for place, cell in enumerate(zip(*columns, strict=True))}
    table = table.take(pa.array(sorted(last.values()), pa.int64()))
    return table.filter(pc.invert(pc.is_in(pc.coalesce(table["reason"], ""), pa.array(ledger.TAKEN_BACK))))


def redo(home: Home) -> int:
    """Forget all that was undone; return how many entries were forgotten. The next build does it again."""
    with locked(home):
        before = overrides.load(home)
        overrides.save(home, overrides.Overrides())
        return len(before.steps) + len(before.samples) + len(before.cells)
