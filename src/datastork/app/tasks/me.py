"""Who one is here, and what is asked: what a page needs before the first task."""

import gzip
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from datastork.app.door import Call, Door
from datastork.app.security.answers import not_found
from datastork.app.security.bodies import encode
from datastork.app.tasks.questions import classes_json, classes_key, question_json

if TYPE_CHECKING:
    from datastork.app.service import Service

FOREVER = "private, max-age=31536000, immutable"


def me(service: "Service", call: Call) -> dict[str, Any]:
    """Return name and role, the dataset, the plan, and the build of the pages."""
    plan, declared = service.plan, service.facts.declared
    pilot = service.store.queue.pilot()
    told = None
    if pilot is not None:
        told = {"round": pilot["round"], "size": len(pilot["samples"]), "done": pilot["done"]}
    return {
        "annotator": call.annotator,
        "role": call.me.role,
        "dataset": {
            "id": service.identity,
            "name": service.facts.name,
            "title": declared.get("title") or service.facts.name,
            "task": declared.get("task"),
            "modality": service.facts.modality,
            "license": declared.get("license"),
        },
        "plan": {
            "questions": [question_json(question) for question in plan.questions],
            "version": plan.version,
            "also_ask": list(plan.also_ask),
            "skips": list(plan.skips),
            "instructions": plan.instructions,
            "lease": plan.lease,
            "blind": True,
            "pilot": told,
            "guideline_version": service.guideline_version,
        },
        "build": service.static.build,
        "server_time": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "preparing": service.preparing or False,
        "problem": service.problem or None,
    }


def classes(service: "Service", call: Call) -> Response:
    """Return the classes of a question that has many; kept by browsers under the key in the address."""
    question = service.plan.question(call.part("question"))
    if question is None:
        raise not_found("there is no such question")
    key = classes_key(question)
    asked = call.query("v") == key
    headers = {"cache-control": FOREVER if asked else "no-cache", "etag": f'"{key}"', "vary": "accept-encoding"}
    data = encode({"classes": classes_json(question)})
    if "gzip" in call.request.headers.get("accept-encoding", ""):
        data, headers["content-encoding"] = gzip.compress(data, 6, mtime=0), "gzip"
    return Response(data, headers=headers, media_type="application/json")


DOORS = (
    Door("GET", "/api/me", me),
    Door("GET", "/api/classes/{question}", classes),
)
