"""A connection: to an address that was checked, with one deadline and one budget for a whole answer."""

import http.client
import io
import select
import socket
import time
from typing import Any

MOST_INTERIM = 8  # answers of 1xx before the one that counts


class Overflow(Exception):
    """More bytes came than the budget of this answer."""


class Wire:
    """A socket as `http.client` uses one.

    Every read ends at one deadline, so a server that sends a byte now and then wins nothing by it; what arrives is
    counted against a budget, and kept where it was asked for.
    """

    def __init__(self, sock: socket.socket, address: str) -> None:
        self.sock = sock
        self.address = address
        self.idle_since = 0.0
        self.received = 0
        self.extra = 0  # bytes behind the end of the answer
        self.kept: bytearray | None = None
        self.sent = b""
        self._deadline = 0.0
        self._budget = 0
        self._readers = 0
        self._closing = False

    def begin(self, deadline: float, budget: int, *, keep: bool) -> None:
        """Begin an answer."""
        self._deadline = deadline
        self._budget = budget
        self.received = self.extra = 0
        self.sent = b""
        self.kept = bytearray() if keep else None

    def widen(self, budget: int) -> None:
        """Set how many bytes the whole answer may have, now that its head is there."""
        self._budget = budget

    def quiet(self) -> bool:
        """Say whether an idle connection can be used again: nothing came, and it was not closed."""
        if not hasattr(select, "poll"):
            return not select.select([self.sock], [], [], 0)[0]
        watch = select.poll()  # `select` knows the first 1,024 files of a process only
        watch.register(self.sock, select.POLLIN)
        return not watch.poll(0)

    def makefile(self, *_: Any, **__: Any) -> io.BufferedReader:
        """Return a reader for one answer."""
        self._readers += 1
        return _Tail(_Reader(self), 1 << 16)

    def sendall(self, data: bytes) -> None:
        """Send a request."""
        self.sent += data
        self.sock.settimeout(self._left())
        self.sock.sendall(data)

    def settimeout(self, seconds: float | None) -> None:
        """Do nothing; the deadline rules."""

    def close(self) -> None:
        """Close, as soon as the answer in hand is read."""
        self._closing = True
        if not self._readers:
            self.sock.close()

    def abort(self) -> None:
        """Close at once."""
        self.sock.close()

    def _left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def read_into(self, buffer: Any) -> int:
        """Read what is there, once."""
        self.sock.settimeout(self._left())
        count = self.sock.recv_into(buffer)
        self.received += count
        if self.received > self._budget:
            raise Overflow
        if self.kept is not None:
            self.kept += buffer[:count]
        return count

    def done(self) -> None:
        """Take note that a reader was closed."""
        self._readers -= 1
        if self._closing and not self._readers:
            self.sock.close()


class _Reader(io.RawIOBase):
    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return 0 if self.ended else self.wire.read_into(buffer)

    def close(self) -> None:
        if not self.closed:
            self.wire.done()
        super().close()


class _Tail(io.BufferedReader):
    """Sees, when the answer is over, whether more came than belongs to it."""

    def close(self) -> None:
        if not self.closed:
            raw: Any = self.raw
            raw.ended = True
            raw.wire.extra = len(self.peek(1))
        super().close()


class Response(http.client.HTTPResponse):
    """An answer of HTTP/1 that skips the few interim ones (103 Early Hints) that may come first."""

    def _read_status(self) -> tuple[str, int, str]:
        for _ in range(MOST_INTERIM + 1):
            version, status, reason = super()._read_status()  # type: ignore[misc]
            if not 100 <= status < 200 or status == 101:
                return version, status, reason
            http.client.parse_headers(self.fp)
        raise http.client.HTTPException("too many interim answers (1xx)")


def connect(family: int, address: str, port: int, timeout: float) -> socket.socket:
    """Return a socket connected to an address; nothing is looked up."""
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.settimeout(timeout)
        sock.connect((address, port))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        sock.close()
        raise
    return sock
