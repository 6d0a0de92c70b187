"""Pilot rounds: a few samples answered by several, then a look at agreement and guideline before all the others.

A round runs until each of its samples has as many annotators as it wants. Then nothing more is handed out until the
owner has looked, and either starts another round or opens all samples. Agreement, the pair of classes most often
confused and the version of the guideline are kept with each round.
"""

from datetime import UTC, datetime
from threading import Lock
from typing import TYPE_CHECKING, Any

from datastork.app.security.answers import Refused

if TYPE_CHECKING:
    from datastork.app.service import Service

KEPT = "pilot"  # setting: {"state", "round", "rounds": [...]}
_CHANGING = Lock()  # several answers come in at once, and owners decide meanwhile
WANTED = 2  # annotators of each sample of a round, at least


def kept(service: "Service") -> dict[str, Any]:
    """Return the state: "none", "running", "over" (waiting for the owner) or "finished", and the rounds so far."""
    found: dict[str, Any] = service.store.settings.get(KEPT) or {"state": "none", "rounds": []}
    return found


def begin_first(service: "Service") -> None:
    """Start the first round where the plan wants one and there was none; run after samples came in."""
    if service.plan.pilot and kept(service)["state"] == "none" and service.store.read.counts().items:
        start(service)


def start(service: "Service") -> dict[str, Any]:
    """Start a round. Raises Refused where one is running, or no sample is left."""
    with _CHANGING:
        return _start(service)


def _start(service: "Service") -> dict[str, Any]:
    state = kept(service)
    if state["state"] == "running":
        raise Refused(409, "a pilot round is running", "wait until it is over, or finish the pilot")
    plan = service.plan
    service.store.queue.adopt(plan)
    size = service.store.queue.start_pilot(plan.pilot or 50, max(WANTED, plan.overlap))
    if not size:
        service.store.queue.end_pilot()
        raise Refused(409, "no sample is left for a pilot round", "open all: finish the pilot")
    pilot = service.store.queue.pilot()
    number = pilot["round"] if pilot is not None else len(state["rounds"]) + 1
    one = {
        "round": number,
        "samples": [] if pilot is None else pilot["samples"],
        "started_at": _now(),
        "guideline_version": service.guideline_version,
    }
    new = {"state": "running", "rounds": [*state["rounds"], one]}
    service.store.settings.put(KEPT, new)
    service.pilot_state = "running"
    return new


def finish(service: "Service") -> dict[str, Any]:
    """End the pilot: all samples are handed out."""
    with _CHANGING:
        service.store.queue.end_pilot()
        new = kept(service) | {"state": "finished"}
        service.store.settings.put(KEPT, new)
        service.pilot_state = "finished"
    return new


def look(service: "Service") -> None:
    """End the round that is running where all its samples are done; run after votes came in."""
    if service.pilot_state is None:
        service.pilot_state = kept(service)["state"]
    if service.pilot_state != "running":
        return
    with _CHANGING:
        _look(service)


def _look(service: "Service") -> None:
    if service.pilot_state != "running":
        return
    pilot = service.store.queue.pilot()
    if pilot is not None and pilot["done"] < len(pilot["samples"]):
        return
    service.store.queue.end_pilot()
    state = kept(service)
    if state["rounds"]:
        state["rounds"][-1]["ended_at"] = _now()
    service.store.settings.put(KEPT, state | {"state": "over"})
    service.pilot_state = "over"


def is_over(service: "Service") -> bool:
    """Return whether a round is over and the owner has not gone on yet."""
    if service.pilot_state is None:
        service.pilot_state = kept(service)["state"]
    return service.pilot_state == "over"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
