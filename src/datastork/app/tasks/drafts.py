"""Drafts: answers that are not given yet, kept in case a device is lost or changed."""

from typing import TYPE_CHECKING, Any

from datastork.app.door import Call, Door
from datastork.app.security.answers import Refused, not_found
from datastork.app.security.bodies import encode
from datastork.app.tasks.values import moment, sample_of

if TYPE_CHECKING:
    from datastork.app.service import Service

LONGEST = 2 * 1024 * 1024  # bytes


def draft(service: "Service", call: Call) -> dict[str, Any]:
    """Keep a draft, in place of the one before. It is shown to its writer alone, and ends with the answer."""
    sample = sample_of(call.part("item"))
    answers = call.body.get("answers")
    if not isinstance(answers, dict):
        raise Refused(422, "answers must be an object")
    if len(encode(answers)) > LONGEST:
        raise Refused(413, f"a draft has at most {LONGEST:,} bytes")
    if service.media_of(sample) is None:
        raise not_found("there is no such sample to be labelled")
    at = moment(call.body.get("at"))
    service.store.drafts.put(call.annotator, sample, answers, at)
    service.beside.drafted(call.annotator)
    return {"at": at}


DOORS = (Door("PUT", "/api/drafts/{item}", draft, limit=LONGEST + 4096),)
