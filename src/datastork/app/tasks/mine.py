"""One's own submissions, newest first: to look at them again, and to change them."""

from typing import TYPE_CHECKING, Any

from datastork.app.door import Call, Door
from datastork.app.tasks.submission import MARK

if TYPE_CHECKING:
    from datastork.app.service import Service


def mine(service: "Service", call: Call) -> dict[str, Any]:
    """Return up to `limit` own submissions before the vote numbered `before`."""
    limit = call.whole("limit", 50, 1, 200)
    before = call.whole("before", 2**53, 1, 2**53)
    found: dict[str, dict[str, Any]] = {}
    oldest = None
    for held in service.store.read.mine(call.annotator, before=before, limit=limit * len(service.plan.questions)):
        uuid = held.vote.uuid.rpartition(MARK)[0]
        oldest = held.seq
        one = found.get(uuid)
        if one is None:
            if len(found) == limit:
                break
            one = found[uuid] = {
                "uuid": uuid,
                "item": held.vote.sample,
                "answers": {},
                "skipped": held.vote.skipped,
                "created_at": held.vote.created_at,
                "repeat": held.vote.repeat,
                "decides": held.vote.decides,
            }
        if held.vote.value is not None:
            one["answers"][held.vote.question] = held.vote.value
    return {"submissions": list(found.values()), "before": oldest}


DOORS = (Door("GET", "/api/mine", mine),)
