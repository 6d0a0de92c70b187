"""Handing out tasks: `POST /api/next`, and one task by its name."""

from typing import TYPE_CHECKING, Any

import anyio.to_thread

from datastork.app.door import Call, Door
from datastork.app.files.media import ahead
from datastork.app.rounds import pilot
from datastork.app.security.answers import Refused, not_found
from datastork.app.tasks.task import beside, complete, task_json
from datastork.app.tasks.values import sample_of

if TYPE_CHECKING:
    from datastork.app.service import Service
    from datastork.store.votes import Lease

MOST = 20  # tasks at once
MOST_HELD = 200


async def next_tasks(service: "Service", call: Call) -> dict[str, Any]:
    """Return the next tasks for an annotator, and hold them for a while; what it has already is held longer."""
    tasks, left, why = await anyio.to_thread.run_sync(_next, service, call, limiter=service.voters)
    for task in tasks:
        held = service.media_known(task["item"])
        for media in [side["media"] for side in held["pair"]] if "pair" in held else [held]:
            ahead(service, media)
    await complete(service, tasks)
    return {"tasks": tasks, "left": left, "why": why}


def _next(service: "Service", call: Call) -> tuple[list[dict[str, Any]], dict[str, int], str | None]:
    have, count = call.body.get("have", []), call.body.get("count", 5)
    if not isinstance(have, list) or len(have) > MOST_HELD:
        raise Refused(422, f"have must be a list of at most {MOST_HELD} samples")
    held = [sample_of(one, "have") for one in have]
    if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= MOST:
        raise Refused(422, f"count must be a whole number from 0 to {MOST}")
    plan = service.plan
    if held and service.due(call.annotator, plan.lease / 4):
        service.store.queue.extend(call.annotator, held, seconds=plan.lease)
    leases: list[Lease] = []
    if count and not pilot.is_over(service):
        leases = service.store.queue.next(call.annotator, count=count, have=held, plan=plan)
    tasks = [lease_json(service, call.annotator, lease) for lease in leases]
    left = left_json(service, call.annotator)
    return tasks, left, None if tasks or not count else _why(service, left)


def lease_json(service: "Service", annotator: str, lease: "Lease", **more: Any) -> dict[str, Any]:
    """Return a task that is held for an annotator."""
    return task_json(
        service,
        lease.sample,
        lease.media,
        annotator=annotator,
        columns=lease.columns,
        suggestions=lease.suggestions,
        lease=lease.until,
        repeat=lease.repeat,
        draft=service.beside.draft(annotator, lease.sample),
        comments=service.beside.comments(lease.sample),
        **more,
    )


def left_json(service: "Service", annotator: str) -> dict[str, int]:
    """Return how far it is."""
    left = service.store.queue.left(annotator)
    return {"todo": left.todo, "mine": left.mine, "total": left.total, "done": left.done}


def _why(service: "Service", left: dict[str, int]) -> str:
    if service.preparing is not None:
        return "preparing"
    if service.problem and not left["total"]:
        return service.problem
    if pilot.is_over(service):
        return "pilot round is over"
    return "others are at the rest" if left["todo"] else "all answered"


def _one(service: "Service", call: Call) -> dict[str, Any]:
    sample = sample_of(call.part("item"))
    item = service.item(sample)
    if item is None:
        raise not_found("there is no such sample to be labelled")
    return task_json(
        service,
        sample,
        item.media,
        annotator=call.annotator,
        columns=item.columns,
        answers=own_answers(service, call.annotator, sample),
        draft=service.beside.draft(call.annotator, sample),
        comments=service.beside.comments(sample),
    )


def own_answers(service: "Service", annotator: str, sample: str) -> dict[str, Any]:
    """Return the current answers of one annotator to one sample, by question."""
    votes = service.store.read.current(sample=sample, annotator=annotator)
    return {vote.question: vote.value for vote in votes if vote.value is not None}


async def one_task(service: "Service", call: Call) -> dict[str, Any]:
    """Return one task, with the annotator's own answers."""
    task: dict[str, Any] = await beside(service, _one, service, call)
    await complete(service, [task])
    return task


DOORS = (
    Door("POST", "/api/next", next_tasks),
    Door("GET", "/api/tasks/{item}", one_task),
)
