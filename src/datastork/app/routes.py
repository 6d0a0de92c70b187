"""All doors of the app, and the ASGI application they make."""

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.routing import Router

from datastork.app.capture import accept, withdraw
from datastork.app.door import Door
from datastork.app.files import media, pages
from datastork.app.owner import adjudicate, decide, figures, invites
from datastork.app.security.answers import Refused, not_found
from datastork.app.security.guard import Guard
from datastork.app.tasks import comments, drafts, enter, hand_out, me, mine, submit, undo

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from datastork.app.service import Service

PARTS = (
    *(hand_out, submit, enter, me, undo, mine, drafts, comments),
    *(adjudicate, invites, figures, decide),
    *(accept, withdraw),
    *(media, pages),
)
DOORS: tuple[Door, ...] = tuple(door for part in PARTS for door in part.DOORS)


def application(service: "Service") -> "ASGIApp":
    """Return the app behind its guard."""
    routes = [door.route(service) for door in DOORS]

    async def nothing(scope: "Scope", receive: "Receive", send: "Send") -> None:
        raise not_found()

    router = Router(routes, redirect_slashes=False, default=nothing)

    async def answer(scope: "Scope", receive: "Receive", send: "Send") -> None:
        scope["app"] = router  # Starlette then raises what it refuses
        try:
            await router(scope, receive, send)
        except HTTPException as error:  # what Starlette itself refuses
            said = {405: f"{scope['method']} cannot be done here"}.get(error.status_code, error.detail)
            raise Refused(error.status_code, said, headers=dict(error.headers or {})) from error

    return Guard(answer, service.hosts, service.rates, service.behind_proxy)
