"""Run the app: sockets, signals, and an end that finishes what is being committed."""

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from datastork.core.errors import StoreError

if TYPE_CHECKING:
    from datastork.app.service import Service

FIRST_PORT, TRIES = 8787, 200
GRACE = 1  # seconds that answers under way may take once the end was asked for
MOST_AT_ONCE = 1000  # connections


def listen(port: int | None, *, before: int | None, lan: bool) -> socket.socket:
    """Return a listening socket: on `port` (0: any), or where that is None on the one used before, or the next free.

    What a browser has not sent yet is kept by it under the address of the app, port and all: so the port stays the same
    from one run to the next wherever it can. Raises StoreError where none can be had.
    """
    wanted = [port] if port is not None else [*([before] if before else []), *range(FIRST_PORT, FIRST_PORT + TRIES)]
    error: OSError | None = None
    for one in wanted:
        try:
            return _listen(one, lan)
        except OSError as failed:
            error = failed
    said = error.strerror if error is not None else "none is free"
    raise StoreError(f"cannot listen on port {wanted[0]}: {said}", hint="take another: stork label --port 0")


def _listen(port: int, lan: bool) -> socket.socket:
    both = lan and socket.has_dualstack_ipv6()
    place = ("::" if both else "0.0.0.0" if lan else "127.0.0.1", port)
    made = socket.create_server(
        place, family=socket.AF_INET6 if both else socket.AF_INET, backlog=256, dualstack_ipv6=both
    )
    # connections inherit it; asyncio would set it itself, were the socket made with a protocol
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


async def serve(
    service: "Service", listener: socket.socket, *, certificate: Path | None, ready: Callable[[], None]
) -> None:
    """Answer requests until SIGINT or SIGTERM; a second one ends at once. `ready` is called once requests come in."""
    import uvicorn

    from datastork.app.protocol import protocol
    from datastork.app.routes import application

    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)

    class Server(uvicorn.Server):  # type: ignore[misc]
        """Signals are ours: uvicorn would raise them anew once it is done."""

        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            """Leave signals alone."""
            yield

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            """Begin to answer, then say so."""
            await super().startup(sockets=sockets)
            ready()

    loop = asyncio.get_running_loop()
    config = uvicorn.Config(
        application(service),
        http=protocol(),
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        access_log=False,  # addresses hold tokens
        server_header=False,
        proxy_headers=False,  # the guard reads them, and only where told to
        timeout_keep_alive=60,
        timeout_graceful_shutdown=GRACE,
        limit_concurrency=MOST_AT_ONCE,
        h11_max_incomplete_event_size=64 * 1024,
        ssl_certfile=str(certificate) if certificate else None,
    )
    server = Server(config)

    def end() -> None:
        server.force_exit = server.should_exit
        server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, end)
    await service.start()
    try:
        await server.serve(sockets=[listener])
    finally:
        await service.stop()
