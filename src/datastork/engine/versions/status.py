"""The state of a dataset, for people and for machines."""

from typing import Any

from datastork.core.errors import DatastorkError
from datastork.core.hashing import key_of
from datastork.engine.plan import make_plan
from datastork.recipe.check import check
from datastork.store import overrides
from datastork.store.home import Home
from datastork.store.samples import Samples


def status(home: Home, version: int | str | None = None) -> dict[str, Any]:
    """Return the version, its samples by state, and every step with its account.

    `stale` says in words why the next build has something to do (the recipe changed, drops were undone), or is empty;
    new files are only seen by a build.
    """
    samples = Samples(home)
    if not samples.exists:
        nothing = {"total": 0, "kept": 0, "dropped": 0, "quarantined": 0}
        return {"version": 0, "samples": nothing, "steps": [], "stale": "never built", "tags": []}
    number = samples.number_of(version)
    record = samples.record(number)
    keep = ("name", "use", "in", "out", "kept", "dropped", "quarantined", "changed", "seconds", "reused", "why")
    return {
        "version": number,
        "dataset": record["dataset"]["name"],
        "made_at": record["made_at"],
        "content_hash": record["content_hash"],
        "samples": record["samples"],
        "steps": [{key: step.get(key, 0) for key in keep} for step in record["steps"]],
        "decoded": record["decoded"],
        "stale": _stale(home, record),
        "tags": sorted(name for name, tagged in samples.tags().items() if tagged == number),
    }


def _stale(home: Home, record: dict[str, Any]) -> str:
    try:
        plan = make_plan(check(home.recipe))
    except DatastorkError as error:
        return f"the recipe cannot be built: {error.message.splitlines()[0]}"
    if record["plan_key"] == key_of(plan.key, overrides.load(home).as_json()):
        return ""
    if not record["plan_key"]:
        return f"version {record['undoes']} was undone; a build makes it again"
    return (
        "the recipe changed"
        if record["recipe"] != plan.checked.recipe.text
        else "drops were undone, or a step is newer"
    )
