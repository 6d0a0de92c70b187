"""Undo: the last version, one step's drops, or the drop of one sample. Nothing undone is lost either."""

from typing import Any

from datastork.core.errors import NotFoundError
from datastork.core.nearest import did_you_mean
from datastork.engine.versions.why import find_sample
from datastork.store import overrides
from datastork.store.home import Home
from datastork.store.lock import locked
from datastork.store.samples import Samples


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
    """Note that the drops of a step do not count any more. The next build brings its samples back.

    Raises NotFoundError for a step that is not in the recipe of the last version, or that dropped nothing.
    """
    with locked(home):
        record = Samples(home).record()
        steps = {entry["name"]: entry for entry in record["steps"]}
        if step not in steps:
            known = [name for name, entry in steps.items() if entry["dropped"]]
            raise NotFoundError(
                f"no step {step!r} in the last version{did_you_mean(step, known)}", hint=_dropping(known)
            )
        if not steps[step]["dropped"]:
            raise NotFoundError(
                f"{step} dropped nothing", hint=_dropping([n for n, e in steps.items() if e["dropped"]])
            )
        overrides.save(home, overrides.load(home).with_step(step))
        return {"step": step, "samples": steps[step]["dropped"]}


def _dropping(names: list[str]) -> str:
    return f"steps that dropped samples: {', '.join(names)}" if names else "no step dropped anything"


def undo_sample(home: Home, sample: str) -> dict[str, Any]:
    """Note that a sample may not be dropped by the step that dropped it. The next build brings it back.

    Raises NotFoundError for an unknown sample or one that is not dropped.
    """
    with locked(home):
        table = Samples(home).table(columns=["id", "state", "dropped", "source"])
        row = table.slice(find_sample(table, sample), 1).to_pylist()[0]
        if row["state"] != "dropped":
            raise NotFoundError(f"{row['id']} is {row['state']}, not dropped; there is nothing to undo")
        if row["dropped"]["step"].startswith("collect."):
            raise NotFoundError(f"{row['id']}: {row['dropped']['reason']}", hint="put the file back where it was")
        overrides.save(home, overrides.load(home).with_sample(row["id"], row["dropped"]["step"]))
        return {"sample": row["id"], "step": row["dropped"]["step"]}


def redo(home: Home) -> int:
    """Forget every undone drop; return how many entries were forgotten. The next build drops them again."""
    with locked(home):
        before = overrides.load(home)
        overrides.save(home, overrides.Overrides())
        return len(before.steps) + len(before.samples)
