"""The gate before everything: is the request for us, from our own pages, and not too often?

A page of somebody else's can make a browser send requests here with our cookie. Three things stand against it: the
cookie is SameSite=Lax; whatever changes something needs the header `X-Stork: 1`, which other pages cannot send without
asking first (and are refused); and where the browser says from where a request comes (`Sec-Fetch-Site`, else `Origin`)
it must be from our own pages. `Sec-Fetch-Site` is the browser's own word and holds behind tunnels that rewrite `Host`,
where comparing `Origin` with `Host` fails; see https://words.filippo.io/csrf/ (2025).
"""

import sys
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from datastork.app.security.answers import Refused
from datastork.app.security.bodies import encode
from datastork.app.security.headers import complete
from datastork.app.security.hosts import Hosts, parse_host
from datastork.app.security.rates import ADDRESS, Rates

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE = frozenset({"GET", "HEAD"})
METHODS = SAFE | {"POST", "PUT", "DELETE"}
LONGEST_PATH = 2000
_WANTED = frozenset(
    {b"host", b"origin", b"sec-fetch-site", b"x-stork", b"x-forwarded-host", b"x-forwarded-proto", b"x-forwarded-for"}
)


@dataclass(slots=True)
class Guard:
    """An ASGI application around another one; see the top of this file.

    `behind_proxy` believes `X-Forwarded-Host`, `-Proto` and `-For`, which anybody can send where no proxy sets them.
    """

    app: "ASGIApp"
    hosts: Hosts
    rates: Rates
    behind_proxy: bool = False

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Let a request through, or answer it."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # no websockets here; the server refuses what is not accepted
        begun = False

        async def complete_and_send(message: "Message") -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                message["headers"] = complete(list(message.get("headers", ())))
            await send(message)

        try:
            self._check(scope)
            await self.app(scope, receive, complete_and_send)
        except Refused as refused:
            if not begun:
                await refuse(refused, complete_and_send)
        except Exception:  # whatever it is, it is told here, and clients learn nothing of our insides
            traceback.print_exc(file=sys.stderr)
            if not begun:
                answer = Refused(500, "something broke here; it is not your fault", "try again; nothing sent is lost")
                await refuse(answer, complete_and_send)

    def _check(self, scope: "Scope") -> None:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"] if name in _WANTED}
        name, port = self._host(scope, headers)
        client = (scope.get("client") or ("", 0))[0]
        secure = scope.get("scheme") == "https"
        if self.behind_proxy:
            client = headers.get(b"x-forwarded-for", client).rpartition(",")[2].strip() or client
            secure = headers.get(b"x-forwarded-proto", "https" if secure else "http").split(",")[0].strip() == "https"
        scope["stork"] = {"secure": secure, "client": client, "host": name if not port else f"{name}:{port}"}
        wait = self.rates.take(client, ADDRESS)
        if wait:
            raise too_often(wait)
        if len(scope.get("raw_path") or scope["path"]) > LONGEST_PATH:
            raise Refused(414, "the address is too long")
        method = scope["method"]
        if method not in METHODS:
            raise Refused(405, f"{method} is not known here", headers={"allow": ", ".join(sorted(METHODS))})
        if method not in SAFE:
            self._own_page(headers, name, port)

    def _host(self, scope: "Scope", headers: dict[bytes, str]) -> tuple[str, str]:
        given = headers.get(b"host", "")
        if self.behind_proxy:
            given = headers.get(b"x-forwarded-host", given).split(",")[0].strip()
        parsed = parse_host(given)
        if parsed is None:
            raise Refused(400, "the request names no host")
        local = (scope.get("server") or (None, 0))[0]
        if not self.hosts.allow(parsed[0], local):
            raise Refused(
                421,
                f"this is not {parsed[0]}",
                f"if it is meant to be, start the app with: stork label --host {parsed[0]}",
            )
        return parsed

    @staticmethod
    def _own_page(headers: dict[bytes, str], name: str, port: str) -> None:
        if headers.get(b"x-stork") != "1":
            raise Refused(403, "the header X-Stork is missing", "send: X-Stork: 1")
        site = headers.get(b"sec-fetch-site")
        if site is not None:
            if site not in ("same-origin", "none"):
                raise Refused(403, "the request comes from another site")
            return
        origin = headers.get(b"origin")
        if origin is None:
            return  # no browser: pages cannot leave it out where they change something
        if not same_place(origin, name, port):
            raise Refused(403, "the request comes from another site")


def same_place(origin: str, name: str, port: str) -> bool:
    """Return whether an Origin is the host asked; the scheme is not compared, for tunnels take TLS off on the way."""
    try:
        parts = urlsplit(origin)
        given = parts.port
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or (parts.hostname or "") != name:
        return False
    usual = {"http": "80", "https": "443"}[parts.scheme]
    return str(given or usual) == (port or usual)


def too_often(wait: int) -> Refused:
    """Return the answer for a caller who asks too often."""
    return Refused(429, "too many requests", f"try again in {wait} s", headers={"retry-after": str(wait)})


async def refuse(refused: Refused, send: "Send") -> None:
    """Send the answer of a refusal."""
    body = encode(refused.body)
    headers: list[Any] = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    headers += [(name.encode(), value.encode()) for name, value in refused.headers.items()]
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
