"""Files with ranges: what players of sound and video ask for (RFC 9110, section 14)."""

import os
import re
from typing import TYPE_CHECKING

import anyio.to_thread
from starlette.responses import Response

from datastork.app.security import headers as content

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

PIECE = 256 * 1024
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def span(header: str | None, size: int) -> tuple[int, int] | None:
    """Return (first, behind the last) of the one range asked for; None for the whole. Raises ValueError: no such part.

    Several ranges at once are answered with the whole, as the standard allows.
    """
    found = _RANGE.fullmatch(header.strip()) if header else None
    if found is None or (not found[1] and not found[2]):
        return None
    if not found[1]:  # the last so many bytes
        many = min(int(found[2]), size)
        if not many:
            raise ValueError("no such part")
        return size - many, size
    first = int(found[1])
    last = min(int(found[2]), size - 1) if found[2] else size - 1
    if found[2] and int(found[2]) < first:
        return None
    if first >= size:
        raise ValueError("no such part")
    return first, last + 1


class Ranged(Response):
    """The part of a file behind its first `skip` bytes that a request asks for."""

    def __init__(self, request: "Request", path: str, *, skip: int, mime: str, tag: str, cache: str) -> None:
        self.path, self.skip = path, skip
        size = os.stat(path).st_size - skip
        asked = request.headers
        kept = f'"{tag}"'
        headers = {
            "content-type": mime,
            "cache-control": cache,
            "etag": kept,
            "accept-ranges": "bytes",
            "content-security-policy": content.MEDIA,
        }
        self.first, self.end = 0, size
        status = 200
        if kept in (one.strip() for one in asked.get("if-none-match", "").split(",")):
            status, self.end = 304, 0
        elif asked.get("if-range", kept) == kept:
            try:
                part = span(asked.get("range"), size)
            except ValueError:
                status, self.end = 416, 0
                headers["content-range"] = f"bytes */{size}"
            else:
                if part is not None:
                    status = 206
                    self.first, self.end = part
                    headers["content-range"] = f"bytes {self.first}-{self.end - 1}/{size}"
        if status != 304:
            headers["content-length"] = str(self.end - self.first)
        super().__init__(None, status_code=status, headers=headers)
        self.raw_headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Send it in pieces."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        if scope["method"] == "HEAD" or self.end <= self.first:
            await send({"type": "http.response.body", "body": b""})
            return
        handle = await anyio.to_thread.run_sync(os.open, self.path, os.O_RDONLY)
        try:
            at = self.skip + self.first
            behind = self.skip + self.end
            while at < behind:
                piece = await anyio.to_thread.run_sync(os.pread, handle, min(PIECE, behind - at), at)
                if not piece:
                    break  # the file was cut short underneath; the client sees that bytes are missing
                at += len(piece)
                await send({"type": "http.response.body", "body": piece, "more_body": at < behind})
        finally:
            os.close(handle)
