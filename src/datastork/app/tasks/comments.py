"""Comments: what annotators say about a sample beside their answers."""

from typing import TYPE_CHECKING, Any

from datastork.app.door import Call, Door
from datastork.app.security.answers import Refused, not_found
from datastork.app.tasks.values import sample_of, text_of, uuid_of

if TYPE_CHECKING:
    from datastork.app.service import Service

KINDS = ("unclear", "broken", "hard", "note")
LONGEST = 4000


def add(service: "Service", call: Call) -> dict[str, Any]:
    """Add a comment; sent again, it is there once."""
    uuid, sample = uuid_of(call.body.get("uuid")), sample_of(call.body.get("item"))
    kind = call.body.get("kind", "note")
    if kind not in KINDS:
        raise Refused(422, f"kind is one of {', '.join(KINDS)}")
    text = text_of(call.body, "text", LONGEST, default="")
    if not text and kind == "note":
        raise Refused(422, "a note needs words")
    reply = call.body.get("reply_to")
    reply_to = None if reply is None else uuid_of(reply, "reply_to")
    if service.media_of(sample) is None:
        raise not_found("there is no such sample to be labelled")
    new = service.store.comments.add(uuid, sample, call.annotator, kind, text, reply_to)
    service.beside.commented()
    return {"uuid": uuid, "new": bool(new)}


def of_item(service: "Service", call: Call) -> dict[str, Any]:
    """Return the comments on a sample. Annotators see their own and the answers to them; labels stay blind so."""
    sample = sample_of(call.query("item"))
    found = list(service.store.comments.of(sample))
    if call.me.role == "annotator":
        mine = {one.uuid for one in found if one.annotator == call.annotator}
        found = [one for one in found if one.uuid in mine or one.reply_to in mine]
    return {"comments": [comment_json(one, call) for one in found]}


def comment_json(one: Any, call: Call) -> dict[str, Any]:
    """Return a comment; who wrote it is only told to reviewers and owners."""
    mine = one.annotator == call.annotator
    who = one.annotator if mine or call.me.role != "annotator" else "reviewer"
    return {
        "uuid": one.uuid,
        "item": one.sample,
        "by": who,
        "mine": mine,
        "kind": one.kind,
        "text": one.text,
        "reply_to": one.reply_to,
        "created_at": one.created_at,
        "resolved_at": one.resolved_at,
    }


DOORS = (
    Door("POST", "/api/comments", add),
    Door("GET", "/api/comments", of_item),
)
