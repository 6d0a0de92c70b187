"""One request and its answer over one connection, read within bounds."""

import http.client
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from datastork.core.errors import DataError
from datastork.fetch.connecting import said
from datastork.fetch.errors import FetchError
from datastork.fetch.target import Target
from datastork.fetch.wire import Overflow, Response, Wire
from datastork.store.web.content_coding import decoded

HEAD_BYTES = 256 << 10
PIECE = 1 << 16
ACCEPT = "text/html,application/xhtml+xml,text/plain;q=0.9,*/*;q=0.8"
BODILESS = frozenset({204, 304})


class Unused(Exception):
    """A connection kept from before was closed before it answered; another may do."""


class Head(NamedTuple):
    """Status and headers, and the answer they belong to."""

    status: int
    headers: Mapping[str, str]
    response: Any
    connection: Any


def ask(wire: Wire, target: Target, headers: Mapping[str, str], deadline: float, *, keep: bool, used: bool) -> Head:
    """Send a request and return the head of the answer. Raises FetchError; `Unused` where `used` and nothing came."""
    from urllib3.connection import HTTPConnection
    from urllib3.exceptions import HTTPError

    wire.begin(deadline, HEAD_BYTES, keep=keep)
    connection = HTTPConnection(target.host, target.port)
    connection.sock = wire
    connection.response_class = Response
    sent = {"Host": target.authority, "Accept-Encoding": "gzip, deflate", "Accept": ACCEPT, **headers}
    try:
        connection.request("GET", target.path, headers=sent, preload_content=False, decode_content=False)
        response = connection.getresponse()
    except (OSError, http.client.HTTPException, HTTPError, Overflow, ValueError) as error:
        wire.abort()
        if used and not wire.received and not isinstance(error, (TimeoutError, ValueError)):
            raise Unused from error
        raise _failed(target, error, wire) from error
    if response.status == 101:
        wire.abort()
        raise FetchError(target.url, "the server wants another protocol (101)")
    return Head(response.status, response.headers, response, connection)


def body(wire: Wire, target: Target, head: Head, limit: int) -> Iterator[bytes]:
    """Yield the body, decompressed. Raises FetchError where it is broken, cut short, or beyond `limit` bytes."""
    from urllib3.exceptions import HTTPError

    _check_framing(target, head, limit)
    wire.widen(wire.received + 2 * limit + HEAD_BYTES)
    try:
        if head.status in BODILESS:
            return
        pieces = head.response.stream(PIECE, decode_content=False)
        yield from decoded(pieces, head.headers.get("content-encoding", ""), limit)
        if wire.extra and head.headers.get("content-length"):
            raise FetchError(target.url, "more came than its Content-Length says")
    except DataError as error:
        wire.abort()
        raise error if isinstance(error, FetchError) else FetchError(target.url, error.message) from error
    except (OSError, http.client.HTTPException, HTTPError, Overflow, ValueError) as error:
        wire.abort()
        raise _failed(target, error, wire) from error


def reusable(wire: Wire, head: Head) -> bool:
    """Say whether another request may go over this connection, once the answer was read to its end."""
    said_close = "close" in (head.headers.get("connection") or "").lower()
    old = head.response.version < 11
    framed = head.status in BODILESS or head.response.chunked or head.headers.get("content-length") is not None
    return framed and not said_close and not old and not wire.extra


def _check_framing(target: Target, head: Head, limit: int) -> None:
    coding = (head.headers.get("transfer-encoding") or "").strip().lower()
    if coding and coding != "chunked":
        raise FetchError(target.url, f"its Transfer-Encoding is {coding[:40]!r}; only chunked is known")
    length = (head.headers.get("content-length") or "").strip()
    if coding or not length:
        return
    if not (length.isascii() and length.isdigit() and len(length) < 19):
        raise FetchError(target.url, f"its Content-Length is {length[:60]!r}")
    if int(length) > limit and head.status not in BODILESS:
        raise FetchError(target.url, f"it is larger than {limit:,} bytes")


def _failed(target: Target, error: Exception, wire: Wire) -> FetchError:
    from urllib3.exceptions import HTTPError, IncompleteRead, InvalidChunkLength, ProtocolError

    url = target.url
    if isinstance(error, TimeoutError) or (isinstance(error, HTTPError) and isinstance(error.__cause__, TimeoutError)):
        return FetchError(url, "no whole answer in time", again=True)
    if isinstance(error, Overflow) or isinstance(error.__cause__, Overflow):
        return FetchError(url, f"it does not end: {wire.received:,} bytes came")
    if isinstance(error, InvalidChunkLength) or "InvalidChunkLength" in repr(error):
        return FetchError(url, "its chunks are broken")
    if isinstance(error, (IncompleteRead, http.client.IncompleteRead)) or "IncompleteRead" in repr(error):
        return FetchError(url, "it is cut short", again=True)
    if isinstance(error, http.client.RemoteDisconnected):
        return FetchError(url, "the server hung up without an answer", again=True)
    if isinstance(error, http.client.LineTooLong) or "more than" in str(error):
        return FetchError(url, "its headers are too long or too many")
    if isinstance(error, (http.client.BadStatusLine, http.client.UnknownProtocol)):
        return FetchError(url, f"the answer is no HTTP (it begins with {str(error)[:40]!r})")
    if isinstance(error, OSError) or (isinstance(error, ProtocolError) and isinstance(error.__cause__, OSError)):
        return FetchError(url, f"the connection broke ({said(error)})", again=True)
    return FetchError(url, f"the answer is no proper HTTP ({said(error)})")
