"""WARC (ISO 28500): one record for each answer of the web, written gzipped one by one, read by its offset.

A place is `crawl.warc.gz!/18230`. What is read there is the page as it was meant: chunks joined, compression undone,
and as UTF-8 where the header Content-Type names another charset (then it begins with a byte order mark, which
outranks whatever the page says of itself).
"""

import base64
import hashlib
import os
import time
import uuid
import zlib
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from datastork.core.errors import DataError, TooLargeError
from datastork.store.web.charsets import as_utf8
from datastork.store.web.content_coding import decoded

ENDS = (".warc.gz", ".warc")
MAX_HEAD = 256 << 10
PIECE = 1 << 16
LEVEL = 5


class Stored(NamedTuple):
    """An answer as a WARC record holds it: `body` with chunks joined and compression undone, `when` in ns.

    `truncated` is why its end was not kept ("length"), empty for a whole one.
    """

    url: str
    kind: str
    when: int | None
    status: int
    headers: Mapping[str, str]
    body: bytes
    truncated: str = ""

    @property
    def page(self) -> bytes:
        """The body as it is handed on: UTF-8 where the charset is named. Raises DataError where it is another."""
        return as_utf8(self.body, self.headers.get("content-type", ""))


def records(
    url: str, request: bytes, response: bytes, *, when: int, address: str, truncated: str | None = None
) -> tuple[bytes, bytes]:
    """Return an answer as two gzipped records, response and request. `truncated` says why its end is missing."""
    date = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(when // 10**9)) + f".{when % 10**9:09}Z"
    answer_id, asked_id = (f"<urn:uuid:{uuid.uuid4()}>" for _ in range(2))
    shared = {"WARC-Target-URI": url, "WARC-Date": date, "WARC-IP-Address": address}
    payload = response.partition(b"\r\n\r\n")[2]
    answer = {"WARC-Type": "response", "WARC-Record-ID": answer_id, **shared}
    answer |= {"WARC-Payload-Digest": _digest(payload), "WARC-Block-Digest": _digest(response)}
    if truncated:
        answer["WARC-Truncated"] = truncated
    asked = {"WARC-Type": "request", "WARC-Record-ID": asked_id, **shared, "WARC-Concurrent-To": answer_id}
    return (
        _record(answer, "application/http; msgtype=response", response),
        _record(asked, "application/http; msgtype=request", request),
    )


def information(name: str, software: str) -> bytes:
    """Return the record a WARC file begins with."""
    said = f"software: {software}\r\nformat: WARC File Format 1.1\r\n"
    date = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    head = {"WARC-Type": "warcinfo", "WARC-Record-ID": f"<urn:uuid:{uuid.uuid4()}>", "WARC-Filename": name}
    return _record({**head, "WARC-Date": date}, "application/warc-fields", said.encode())


def read_page(path: str, inside: str, limit: int) -> bytes:
    """Return the page of the record at the offset `inside`. Raises DataError where there is none, or it is broken."""
    if not (inside.isascii() and inside.isdigit() and len(inside) < 19):
        raise DataError("no offset")
    return read_stored(path, int(inside), limit).page


def read_stored(path: str, offset: int, limit: int) -> Stored:
    """Return the answer that the record at `offset` holds.

    Raises DataError where no record begins there or it is broken, TooLargeError beyond `limit` bytes.
    """
    said, block = _read_record(path, offset, 2 * limit + MAX_HEAD)
    if not said.get("content-type", "").startswith("application/http"):
        raise DataError(f"a record of {said.get('content-type', 'no type')[:60]!r}, no answer of the web")
    status, headers, body = parse_http(block, limit)
    return Stored(
        said.get("warc-target-uri", "").strip("<>"),
        said.get("warc-type", ""),
        nanoseconds(said.get("warc-date", "")),
        status,
        headers,
        body,
        said.get("warc-truncated", ""),
    )


def parse_http(block: bytes, limit: int) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers (names in lower case) and body of an answer as it was on the wire."""
    head, gap, body = block.partition(b"\r\n\r\n")
    if not gap:
        head, gap, body = block.partition(b"\n\n")
    first, *lines = head.decode("latin-1").splitlines() or [""]
    parts = first.split(None, 2)
    if len(parts) < 2 or not parts[0].upper().startswith("HTTP/") or not parts[1].isdigit():
        raise DataError(f"no answer of the web (it begins with {first[:40]!r})")
    headers: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        name = name.strip().lower()
        headers[name] = f"{headers[name]}, {value.strip()}" if name in headers else value.strip()
    if headers.get("transfer-encoding", "").lower() == "chunked":
        body = _joined(body)
    coding = headers.get("content-encoding", "")
    if "gzip" in coding.lower() and not body.startswith(b"\x1f\x8b"):
        coding = ""  # some crawlers keep the header and store what was decompressed
    return int(parts[1][:3]), headers, b"".join(decoded([body] if body else [], coding, limit))


def nanoseconds(date: str) -> int | None:
    """Return a WARC-Date as nanoseconds since 1970, or None.

    >>> nanoseconds("1970-01-01T00:00:01.5Z")
    1500000000
    """
    import calendar

    whole, _, fraction = date.removesuffix("Z").partition(".")
    try:
        seconds = calendar.timegm(time.strptime(whole, "%Y-%m-%dT%H:%M:%S"))
    except ValueError:
        return None
    return seconds * 10**9 + (int(fraction[:9].ljust(9, "0")) if fraction.isdigit() else 0)


def _record(head: Mapping[str, str], content_type: str, block: bytes) -> bytes:
    lines = [f"{name}: {value}" for name, value in head.items() if value]
    text = "\r\n".join(["WARC/1.1", *lines, f"Content-Type: {content_type}", f"Content-Length: {len(block)}", "", ""])
    machine = zlib.compressobj(LEVEL, zlib.DEFLATED, 31)
    return b"".join(
        [machine.compress(text.encode()), machine.compress(block), machine.compress(b"\r\n\r\n"), machine.flush()]
    )


def _digest(data: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


def _read_record(path: str, offset: int, most: int) -> tuple[dict[str, str], bytes]:
    held = bytearray()
    pieces = _pieces(path, offset)
    while (end := held.find(b"\r\n\r\n")) < 0:
        piece = next(pieces, b"")
        if not piece or len(held) > MAX_HEAD:
            raise DataError("no WARC record begins here" if not held.startswith(b"WARC/") else "its head has no end")
        held += piece
        if not held.startswith(b"WARC/"[: len(held)]):
            raise DataError("no WARC record begins here")
    head = {}
    for line in held[:end].decode("utf-8", "replace").splitlines()[1:]:
        name, _, value = line.partition(":")
        head[name.strip().lower()] = value.strip()
    length = head.get("content-length", "")
    if not (length.isascii() and length.isdigit() and len(length) < 19):
        raise DataError("its WARC head names no length")
    if int(length) > most:
        raise TooLargeError(f"a record of {int(length):,} bytes; the limit is {most:,}")
    need = end + 4 + int(length)
    while len(held) < need:
        piece = next(pieces, b"")
        if not piece:
            raise DataError("the WARC record is cut short")
        held += piece
    return head, bytes(held[end + 4 : need])


def _pieces(path: str, offset: int) -> Iterator[bytes]:
    """Yield what lies at `offset` of a file, decompressed where it is a gzip member, to its end."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
    try:
        piece = os.pread(descriptor, PIECE, offset)
        machine = zlib.decompressobj(31) if piece.startswith(b"\x1f\x8b") else None
        while piece:
            offset += len(piece)
            if machine is None:
                yield piece
            while machine is not None and piece and not machine.eof:
                yield machine.decompress(piece, PIECE)
                piece = machine.unconsumed_tail
            if machine is not None and machine.eof:
                return
            piece = os.pread(descriptor, PIECE, offset)
    except zlib.error as error:
        raise DataError(f"the WARC record is broken ({error})") from error
    finally:
        os.close(descriptor)


def _joined(body: bytes) -> bytes:
    """Return the chunks of a body joined; the body itself where a crawler stored it joined already."""
    parts: list[bytes] = []
    at = 0
    while True:
        end = body.find(b"\n", at, at + 1024)
        size = body[at:end].split(b";")[0].strip() if end >= 0 else b""
        try:
            if not size or size[:1] in b"+-" or b"_" in size:
                raise ValueError
            count = int(size, 16)
        except ValueError:
            if at == 0:
                return body
            raise DataError("its chunks are broken") from None
        if count == 0:
            return b"".join(parts)
        parts.append(body[end + 1 : end + 1 + count])
        if len(parts[-1]) < count:
            raise DataError("it is cut short")
        at = end + 1 + count
        at += 2 if body[at : at + 1] == b"\r" else 1
