"""Taking back: the answers of one submission stand no longer, and the sample is the annotator's again."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from datastork.app.door import Call, Door
from datastork.app.judging.judge import judge
from datastork.app.security.answers import Refused, not_found
from datastork.app.tasks.hand_out import lease_json
from datastork.app.tasks.submission import vote_uuid
from datastork.app.tasks.task import beside, complete
from datastork.app.tasks.values import moment, uuid_of
from datastork.core.votes import CastVote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from datastork.app.service import Service


async def undo(service: "Service", call: Call) -> dict[str, Any]:
    """Take back one's own submission and return its task, with the answers that were given. Sent again, it is the same.

    The votes stay in the record, with the votes that took them back behind them.
    """
    task = await beside(service, _undo, service, call)
    await complete(service, [task])
    return {"task": task}


def _undo(service: "Service", call: Call) -> dict[str, Any]:
    uuid, of = uuid_of(call.body.get("uuid")), uuid_of(call.body.get("of"), "of")
    if uuid == of:
        raise Refused(422, "uuid and of are the same", "make a new uuid for the undo")
    names = [question.name for question in service.plan.questions]
    found = service.store.read.find(
        [*(vote_uuid(of, name) for name in names), *(vote_uuid(uuid, name) for name in names)]
    )
    given = {
        name: held.vote
        for name in names
        if (held := found.get(vote_uuid(of, name))) is not None and held.vote.annotator == call.annotator
    }
    if not given:
        raise not_found("there is no such submission of yours")
    sample = next(iter(given.values())).sample
    now = moment(datetime.now(UTC).isoformat())
    made = [
        CastVote(
            sample=sample,
            question=name,
            annotator=call.annotator,
            value=None,
            uuid=vote_uuid(uuid, name),
            created_at=now,
            schema_version=service.plan.version,
            replaces=vote.uuid,
            repeat=vote.repeat,
            decides=vote.decides,
        )
        for name, vote in given.items()
    ]
    service.store.cast([one for one in made if not _known(one, found)])
    judge(service, sample)
    lease = service.store.queue.hold(call.annotator, sample, seconds=service.plan.lease)
    if lease is None:
        raise not_found("the answers are taken back; the sample itself is no longer to be labelled")
    answers = {name: vote.value for name, vote in given.items() if vote.value is not None}
    return lease_json(service, call.annotator, lease, answers=answers)


def _known(one: CastVote, found: "Mapping[str, Any]") -> bool:
    """Return whether the undo came before; only when that was, and under which plan, may differ."""
    held = found.get(one.uuid)
    return held is not None and held.vote.replaces == one.replaces and held.vote.annotator == one.annotator


DOORS = (Door("POST", "/api/undo", undo),)
