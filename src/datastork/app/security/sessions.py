"""Who asks: a cookie holds a random token, the store holds its hash.

The cookie is HttpOnly and SameSite=Lax, and over HTTPS `__Host-` and Secure. Its name has a part of the dataset's own,
because browsers give cookies of one port to all ports of a host, and two datasets may be labelled at once.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datastork.core.hashing import key_of

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request
    from starlette.responses import Response

KEPT = 90 * 86_400  # seconds a session lasts
REMEMBERED = 2.0  # seconds for which who a token belongs to is not asked of the store again
MOST_REMEMBERED = 1000
LONGEST_TOKEN = 200


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: name and role of the annotator, and the hash of the session."""

    annotator: str
    role: str
    session: str


class Cookies:
    """The cookie of the sessions of one dataset."""

    def __init__(self, root: "Path") -> None:
        self.plain = f"stork-{key_of(str(root.resolve()), length=8)}"

    def name(self, secure: bool) -> str:
        """Return what the cookie is called."""
        return f"__Host-{self.plain}" if secure else self.plain

    def token(self, request: "Request") -> str | None:
        """Return the token a request comes with, or None."""
        found = request.cookies.get(self.name(request.scope["stork"]["secure"]))
        return found if found and len(found) <= LONGEST_TOKEN else None

    def put(self, request: "Request", response: "Response", token: str) -> None:
        """Give the browser a session."""
        secure = request.scope["stork"]["secure"]
        response.set_cookie(self.name(secure), token, max_age=KEPT, secure=secure, httponly=True, samesite="lax")

    def remove(self, request: "Request", response: "Response") -> None:
        """Take the session back."""
        secure = request.scope["stork"]["secure"]
        response.delete_cookie(self.name(secure), secure=secure, httponly=True, samesite="lax")


class Remembered:
    """Callers by the hash of their token, for a moment: one person asks for many things at once."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, tuple[float, Caller]] = OrderedDict()

    def get(self, key: str) -> Caller | None:
        """Return the caller, or None where it must be asked of the store."""
        found = self._held.get(key)
        return found[1] if found is not None and time.monotonic() - found[0] < REMEMBERED else None

    def put(self, key: str, caller: Caller) -> None:
        """Remember a caller."""
        self._held[key] = (time.monotonic(), caller)
        self._held.move_to_end(key)
        while len(self._held) > MOST_REMEMBERED:
            self._held.popitem(last=False)

    def forget(self) -> None:
        """Forget all: somebody's rights changed."""
        self._held.clear()
