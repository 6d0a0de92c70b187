"""Bodies of requests: bounded in bytes while they come in, and in depth once they are read."""

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import msgspec

from datastork.app.security.answers import Refused

if TYPE_CHECKING:
    from starlette.requests import Request

SMALL = 64 * 1024
VOTES = 8 * 1024 * 1024  # masks of a hundred answers
DEPTH = 24
PATIENCE = 30.0  # seconds that a body may take to come, and a second more for every
SLOWEST = 1000  # bytes of it: who sends slower only means to keep us waiting

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


async def read_body(request: "Request", limit: int) -> bytes:
    """Return the body, or refuse it at the first byte beyond `limit`."""
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared[:18]) > limit:
        raise too_large(limit)
    parts: list[bytes] = []
    size = 0
    async for part in arriving(request):
        size += len(part)
        if size > limit:
            raise too_large(limit)
        parts.append(part)
    return b"".join(parts)


async def arriving(request: "Request") -> "AsyncIterator[bytes]":
    """Give the parts of a body as they come. Raises Refused (408) where they come too slowly."""
    begun = asyncio.get_running_loop().time()
    size = 0
    try:
        async with asyncio.timeout_at(begun + PATIENCE) as limit:
            async for part in request.stream():
                size += len(part)
                limit.reschedule(begun + PATIENCE + size / SLOWEST)
                yield part
    except TimeoutError:
        headers = {"connection": "close"}
        raise Refused(
            408, "the request came too slowly", "try again with a better connection", headers=headers
        ) from None


def too_large(limit: int) -> Refused:
    """Return the answer for a body beyond its limit."""
    headers = {"connection": "close"}  # what is still coming is not read
    return Refused(413, f"that is more than {limit:,} bytes", "send less at once", headers=headers)


def parse(data: bytes) -> dict[str, Any]:
    """Return the JSON object in `data`: no NaN, no invalid UTF-8, at most `DEPTH` levels."""
    if not data:
        return {}
    try:
        value = _decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        said = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise Refused(400, f"the body is no JSON: {said}") from None
    if not isinstance(value, dict):
        raise Refused(400, "the body must be a JSON object", "such as {}")
    level: list[Any] = [value]
    for _ in range(DEPTH):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return value
    raise Refused(400, f"the body is nested more than {DEPTH} levels deep")


def encode(value: Any) -> bytes:
    """Return a value as JSON."""
    return _encode(value)
