"""Coming in and going: the owner's link that works once, invites, joining under a name, leaving."""

import re
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from datastork.app.door import ANNOTATORS, EVERYBODY, Call, Door
from datastork.app.security.answers import Refused, not_found
from datastork.app.security.rates import TOKEN
from datastork.app.security.sessions import KEPT
from datastork.app.tasks.values import person, text_of
from datastork.core.errors import NotFoundError
from datastork.store.votes import ConflictError

if TYPE_CHECKING:
    from datastork.app.service import Service

LONGEST = 200
PREVIEWS = re.compile(
    r"(slack|twitter|telegram|discord|linkedin|google|bing|apple)bot|facebookexternalhit|^whatsapp/|skypeuripreview",
    re.IGNORECASE,
)
RESERVED = frozenset({"folder", "file name"})  # annotators that no person is


def once(service: "Service", call: Call) -> Response:
    """Let in whoever holds a link that works once. Who is in already stays in, also with a link that is used up."""
    agent = call.request.headers.get("user-agent", "")[:400]
    if call.request.method == "HEAD" or PREVIEWS.search(agent):  # messengers look at a link before people do
        return Response(status_code=204)
    token = call.part("token")
    found = service.store.people.look(token) if len(token) <= LONGEST else None
    if found is not None and found.name is None:
        return RedirectResponse(f"/i/{token}", 303)
    home = RedirectResponse("/", 303)
    try:
        if found is None:
            raise NotFoundError("the link opens nothing")
        _, session = service.store.people.join(token, seconds=KEPT, device=_device(call))
    except NotFoundError:
        if call.caller is not None:
            return home
        said = "This link was used already, or is too old. Ask for a new one; owners run stork label again.\n"
        return PlainTextResponse(said, 410)  # people read it
    service.cookies.put(call.request, home, session)
    return home


def join(service: "Service", call: Call) -> Response:
    """Make a session for somebody with an invite, under a name that nobody else has."""
    token = text_of(call.body, "token", LONGEST)
    name = person(call.body.get("name"))
    if name.casefold() in RESERVED or ":" in name:
        raise Refused(409, f"{name!r} is the name of a source of votes", "choose another name")
    try:
        found, session = service.store.people.join(token, name, seconds=KEPT, device=_device(call))
    except ConflictError as error:
        raise Refused(409, error.message, error.hint) from error
    answer = JSONResponse({"me": found.name, "role": found.role})
    service.cookies.put(call.request, answer, session)
    return answer


def leave(service: "Service", call: Call) -> Response:
    """End the session; what was answered stays."""
    token = service.cookies.token(call.request)
    if token is not None:
        service.store.people.leave(token)
    service.remembered.forget()
    answer = JSONResponse({"left": True})
    service.cookies.remove(call.request, answer)
    return answer


def _device(call: Call) -> str | None:
    said = call.request.headers.get("user-agent", "")[:200]
    return said if said.isprintable() and said else None


def invited(service: "Service", call: Call) -> dict[str, Any]:
    """Say to what an invite invites, before somebody joins."""
    token = text_of(call.body, "token", LONGEST)
    found = service.store.people.look(token)
    if found is None:
        raise not_found("this invite is used up, or too old", "ask for a new one")
    declared = service.facts.declared
    return {
        "role": found.role,
        "name": found.name,
        "dataset": {"name": service.facts.name, "title": declared.get("title") or service.facts.name},
        "instructions": service.plan.instructions,
    }


DOORS = (
    Door("GET", "/t/{token}", once, EVERYBODY, TOKEN),
    Door("POST", "/api/invited", invited, EVERYBODY, TOKEN),
    Door("POST", "/api/join", join, EVERYBODY, TOKEN),
    Door("POST", "/api/leave", leave, ANNOTATORS),
)
