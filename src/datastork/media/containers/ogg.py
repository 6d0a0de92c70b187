"""Ogg pages: RFC 3533. Each carries a check sum, so that damage anywhere is found."""

import zlib
from collections.abc import Iterator
from typing import NamedTuple

from datastork.core.errors import DataError

_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
HEAD = 27
LAST = 0x04  # flag of the last page of a stream


class Page(NamedTuple):
    """One page: `data[start:end]`, its content `data[body:end]`, and its segments' sizes."""

    start: int
    body: int
    end: int
    flags: int
    serial: int
    sizes: bytes


def pages(data: bytes) -> Iterator[Page]:
    """Yield the pages of a file, each checked. Raises DataError where one is broken or incomplete."""
    at = 0
    while at < len(data):
        if data[at : at + 4] != b"OggS":
            rest = data[at:]
            if at and (rest.startswith(b"TAG") or not rest.strip(b"\0")):
                return  # a tag that some program put behind the end, or zeros
            if b"OggS".startswith(rest):
                raise DataError("the Ogg file is cut short: its last page is incomplete")
            raise DataError(f"the Ogg file is damaged: no page begins at byte {at:,}")
        count = data[at + 26] if at + 26 < len(data) else 255
        sizes = data[at + HEAD : at + HEAD + count]
        body = at + HEAD + count
        end = body + sum(sizes)
        if len(sizes) < count or end > len(data):
            raise DataError("the Ogg file is cut short: its last page is incomplete")
        said = int.from_bytes(data[at + 22 : at + 26], "little")
        if said != check_sum(data[at : at + 22] + bytes(4) + data[at + 26 : end]):
            raise DataError(f"the Ogg file is damaged: the page at byte {at:,} fails its check sum")
        yield Page(at, body, end, data[at + 5], int.from_bytes(data[at + 14 : at + 18], "little"), sizes)
        at = end


def check_sum(page: bytes) -> int:
    """Return the CRC of a page whose own field is zero: polynomial 04C11DB7, not reflected, from zero.

    zlib computes the reflected one, of bytes reversed bit by bit: the same, and quick.
    """
    reflected = zlib.crc32(page.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int.from_bytes(reflected.to_bytes(4, "little").translate(_REVERSED), "big")


def packed(packet: bytes) -> bytes:
    """Return the sizes of the segments of one packet: 255 each, and a last smaller one."""
    return b"\xff" * (len(packet) // 255) + bytes((len(packet) % 255,))


def with_packet(data: bytes, number: int, packet: bytes, headers: int) -> bytes:
    """Return a file of one stream with header packet `number` (from 0) replaced; `headers` is how many there are.

    Page 0 holds the first header alone; the others are put on new pages, the sound's pages are numbered anew.
    Raises DataError where the headers do not end with a page, or there are several streams.
    """
    found = list(pages(data))
    if len({page.serial for page in found}) != 1:
        raise DataError("the Ogg file holds several streams")
    packets: list[bytes] = []
    open_packet = b""
    used = 0
    for used, page in enumerate(found):  # noqa: B007
        at = page.body
        for size in page.sizes:
            open_packet += data[at : at + size]
            at += size
            if size < 255:
                packets.append(open_packet)
                open_packet = b""
        if len(packets) >= headers:
            break
    if len(packets) != headers or open_packet or not number:
        raise DataError("the Ogg file is damaged: its headers do not end with a page")
    packets[number] = packet
    first = found[0]
    made = [data[first.start : first.end]]
    sizes = b"".join(packed(one) for one in packets[1:])
    content = b"".join(packets[1:])
    at = 0
    for start in range(0, len(sizes), 255):
        here = sizes[start : start + 255]
        flags = 1 if start and sizes[start - 1] == 255 else 0
        ends = any(size < 255 for size in here)
        granule = bytes(8) if ends else b"\xff" * 8
        head = b"OggS\0" + bytes((flags,)) + granule + data[first.start + 14 : first.start + 18]
        body = content[at : at + sum(here)]
        at += len(body)
        made.append(head + bytes(8) + bytes((len(here),)) + here + body)
    made += [data[page.start : page.end] for page in found[used + 1 :]]
    return b"".join(_numbered(one, order) for order, one in enumerate(made))


def _numbered(page: bytes, order: int) -> bytes:
    plain = page[:18] + order.to_bytes(4, "little") + bytes(4) + page[26:]
    return plain[:22] + check_sum(plain).to_bytes(4, "little") + plain[26:]
