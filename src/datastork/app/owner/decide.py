"""What owners decide: gold questions, pilot rounds, who may go on, guidelines, which samples are closed."""

from typing import TYPE_CHECKING, Any

from datastork.app.door import OWNERS, REVIEWERS, Call, Door
from datastork.app.rounds import pilot
from datastork.app.rounds.guideline import revise, revisions
from datastork.app.security.answers import Refused, not_found, wrong
from datastork.app.security.bodies import VOTES
from datastork.app.tasks.task import limits
from datastork.app.tasks.values import sample_of, text_of, uuid_of
from datastork.core.answers import canonical, problems_of
from datastork.core.nearest import did_you_mean

if TYPE_CHECKING:
    from datastork.app.service import Service

MOST = 1000  # samples closed or opened at once


def gold(service: "Service", call: Call) -> dict[str, Any]:
    """Say what the right answer to a question about a sample is; with `value` null, take that back."""
    sample = sample_of(call.body.get("item"))
    name = call.body.get("question", service.plan.main.name)
    question = service.plan.question(name) if isinstance(name, str) else None
    if question is None:
        names = [one.name for one in service.plan.questions]
        raise Refused(422, f"no question {str(name)[:40]!r}{did_you_mean(str(name)[:40], names)}")
    media = service.media_of(sample)
    if media is None:
        raise not_found("there is no such sample to be labelled")
    value = call.body.get("value")
    if value is None:
        service.store.gold.remove(sample, question.name)
    else:
        problems = problems_of(question, value, limits(media))
        if problems:
            raise wrong(problems)
        says = text_of(call.body, "says", 4000, default="")
        service.store.gold.set(sample, question.name, canonical(question, value), says, call.annotator)
    service.known.forget()
    service.beside.taught()
    return {"item": sample, "question": question.name, "gold": value is not None}


def golds(service: "Service", call: Call) -> dict[str, Any]:
    """Return all gold questions."""
    return {
        "gold": [
            {"item": one.sample, "question": one.question, "value": one.value, "says": one.says, "by": one.by}
            for one in service.store.gold.list()
        ]
    }


def move_pilot(service: "Service", call: Call) -> dict[str, Any]:
    """Start a pilot round ("start"), the next one ("next"), or open all samples ("finish")."""
    action = call.body.get("action")
    if action not in ("start", "next", "finish"):
        raise Refused(422, "action is start, next or finish")
    return pilot.finish(service) if action == "finish" else pilot.start(service)


def annotator(service: "Service", call: Call) -> dict[str, Any]:
    """Shut somebody out, let them in again, or change their role. What they answered stays."""
    name, people = call.part("name"), service.store.people
    found = people.get(name)
    if found is None:
        raise not_found("there is no such annotator")
    role, disabled = call.body.get("role"), call.body.get("disabled")
    if name == call.annotator:
        raise Refused(409, "that is you", "another owner can do it")
    if role is None and disabled is None:
        raise Refused(422, "give disabled or role")
    if role is not None:
        if role not in ("annotator", "reviewer", "owner"):
            raise Refused(422, "role is annotator, reviewer or owner")
        people.set_role(name, role)
    if disabled is not None:
        if not isinstance(disabled, bool):
            raise Refused(422, "disabled is true or false")
        people.disable(name, disabled)
    service.remembered.forget()
    found = people.get(name) or found
    return {"annotator": found.name, "role": found.role, "disabled": found.disabled}


def guideline(service: "Service", call: Call) -> dict[str, Any]:
    """Revise the guideline of a class."""
    record = revise(service.store, service.plan, call.annotator, call.body)
    service.replan()
    return record


def guidelines(service: "Service", call: Call) -> dict[str, Any]:
    """Return every revision of the guideline."""
    return {"version": service.guideline_version, "revisions": revisions(service.store)}


def samples(service: "Service", call: Call) -> dict[str, Any]:
    """Close samples (nobody gets them any more) or open them again."""
    action, given = call.body.get("action"), call.body.get("items")
    if not isinstance(given, list) or len(given) > MOST:
        raise Refused(422, f"items must be a list of at most {MOST} samples")
    items = [sample_of(one, "items") for one in given]
    if action == "close":
        service.store.queue.close(items, text_of(call.body, "why", 500, default="closed by the owner"))
    elif action == "reopen":
        service.store.queue.reopen(items)
    else:
        raise Refused(422, "action is close or reopen")
    return {"items": len(items)}


def resolve(service: "Service", call: Call) -> dict[str, Any]:
    """Say that a comment is dealt with."""
    uuid = uuid_of(call.part("uuid"))
    if not service.store.comments.resolve(uuid, call.annotator):
        raise not_found("there is no such comment, or it is resolved already")
    return {"uuid": uuid}


DOORS = (
    Door("GET", "/api/owner/gold", golds, OWNERS),
    Door("POST", "/api/owner/gold", gold, OWNERS, limit=VOTES),
    Door("POST", "/api/owner/pilot", move_pilot, OWNERS),
    Door("POST", "/api/owner/annotators/{name}", annotator, OWNERS),
    Door("GET", "/api/owner/guideline", guidelines, OWNERS),
    Door("POST", "/api/owner/guideline", guideline, OWNERS),
    Door("POST", "/api/owner/samples", samples, OWNERS),
    Door("POST", "/api/comments/{uuid}/resolve", resolve, REVIEWERS),
)
