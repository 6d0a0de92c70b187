"""How requests are read off a connection: by uvicorn, in a hurry both ways."""

import asyncio
from typing import TYPE_CHECKING, Any

from datastork.app.joined import Joined

if TYPE_CHECKING:
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 20.0  # that the head of a request may take: connections are few, and who opens one is to use it


def protocol() -> "type[HttpToolsProtocol]":
    """Return uvicorn's protocol with two changes: small answers leave in one packet, and a head that does not come
    ends the connection (uvicorn itself waits for ever).
    """
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

    class Protocol(HttpToolsProtocol):  # type: ignore[misc]
        """See above."""

        late: asyncio.TimerHandle | None = None

        def connection_made(self, transport: Any) -> None:
            """Write through a transport that joins what is written at once."""
            super().connection_made(Joined(transport, self.loop))
            self._wait()

        def on_message_begin(self) -> None:
            """Wait for the head."""
            super().on_message_begin()
            self._wait()

        def on_headers_complete(self) -> None:
            """Wait no longer."""
            self._here()
            super().on_headers_complete()

        def connection_lost(self, exc: Exception | None) -> None:
            """Wait no longer."""
            self._here()
            super().connection_lost(exc)

        def _wait(self) -> None:
            if self.late is None:
                self.late = self.loop.call_later(HEAD_SECONDS, self.transport.close)

        def _here(self) -> None:
            if self.late is not None:
                self.late.cancel()
                self.late = None

    return Protocol
