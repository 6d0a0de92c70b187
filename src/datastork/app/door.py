"""A door: one method and path of the app, who may come in, and the plain function behind it.

The function gets the service and the call, and returns what is sent as JSON (or a response of its own). It may raise
`Refused`. A plain function runs on a thread, so it may wait for the store; an `async` one runs in the event loop.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import anyio.to_thread
from starlette.responses import Response
from starlette.routing import Route

from datastork.app.security.answers import Refused
from datastork.app.security.bodies import SMALL, encode, parse, read_body
from datastork.app.security.guard import SAFE, too_often
from datastork.app.security.rates import WORK, Rate
from datastork.app.security.sessions import Caller
from datastork.core.errors import DataError, DatastorkError, NotFoundError
from datastork.store.votes import ConflictError

if TYPE_CHECKING:
    from starlette.requests import Request

    from datastork.app.service import Service

EVERYBODY: frozenset[str] = frozenset()  # also without a session
ANNOTATORS = frozenset({"annotator", "reviewer", "owner"})
REVIEWERS = frozenset({"reviewer", "owner"})
OWNERS = frozenset({"owner"})


@dataclass(frozen=True, slots=True)
class Call:
    """One request as the function behind a door sees it."""

    request: "Request"
    body: dict[str, Any]
    caller: Caller | None

    @property
    def me(self) -> Caller:
        """Who asks; only behind doors that need a session."""
        assert self.caller is not None
        return self.caller

    @property
    def annotator(self) -> str:
        """The name of who asks."""
        return self.me.annotator

    def part(self, name: str) -> str:
        """Return a part of the path."""
        return str(self.request.path_params[name])

    def query(self, name: str, default: str = "") -> str:
        """Return a value of the query."""
        return self.request.query_params.get(name, default)

    def number(self, name: str, default: float, low: float, high: float) -> float:
        """Return a number of the query between `low` and `high`."""
        text = self.query(name)
        if not text:
            return default
        try:
            value = float(text[:40])
        except ValueError:
            value = float("nan")
        if not low <= value <= high:
            raise Refused(422, f"{name} must be a number from {low:g} to {high:g}", f"such as {name}={default:g}")
        return value

    def whole(self, name: str, default: int, low: int, high: int) -> int:
        """Return a whole number of the query between `low` and `high`."""
        value = self.number(name, default, low, high)
        if value != int(value):
            raise Refused(422, f"{name} must be a whole number", f"such as {name}={default}")
        return int(value)


@dataclass(frozen=True, slots=True)
class Door:
    """See the top of this file. `roles` empty: everybody. `rate` counts per session, or per address without one.

    `many`: the function may run beside itself and what else writes.
    """

    method: str
    path: str
    work: Callable[["Service", Call], Any]
    roles: frozenset[str] = ANNOTATORS
    rate: Rate = WORK
    limit: int = SMALL
    reads: bool = field(default=True)  # whether the body is JSON and read here
    many: bool = False

    def route(self, service: "Service") -> Route:
        """Return the route of this door."""

        async def endpoint(request: "Request") -> Response:
            return await self.open(service, request)

        return Route(self.path, endpoint, methods=[self.method])

    async def open(self, service: "Service", request: "Request") -> Response:
        """Answer a request."""
        caller = await service.caller(request)
        who = caller.session if caller is not None else request.scope["stork"]["client"]
        wait = service.rates.take(who, self.rate)
        if wait:
            raise too_often(wait)
        if self.roles and caller is None:
            raise Refused(401, "you are not signed in here", "open the link you were given")
        if self.roles and caller is not None and caller.role not in self.roles:
            raise Refused(403, f"this is for the {' and the '.join(sorted(self.roles - {'annotator'}))}")
        named = request.headers.get("x-stork-as")
        if named is not None and caller is not None and unquote(named) != caller.annotator:
            # what one person answered is never taken in the name of another
            raise Refused(401, "somebody else is signed in here now", "open your own link again in this browser")
        body = {}
        if self.reads and self.method not in SAFE:
            body = parse(await read_body(request, self.limit))
        call = Call(request, body, caller)
        try:
            if inspect.iscoroutinefunction(self.work):
                done = await self.work(service, call)
            else:
                limiter = service.readers if self.method in SAFE else service.voters if self.many else service.writers
                done = await anyio.to_thread.run_sync(self.work, service, call, limiter=limiter)
        except NotFoundError as error:
            raise Refused(404, error.message, error.hint) from error
        except ConflictError as error:
            raise Refused(409, error.message, error.hint) from error
        except DataError as error:
            raise Refused(422, error.message, error.hint, problems=[error.message]) from error
        except DatastorkError as error:
            service.note(error)
            raise Refused(503, "that cannot be done at the moment", "try again; nothing sent is lost") from error
        if isinstance(done, Response):
            return done
        return Response(encode(done), media_type="application/json")
