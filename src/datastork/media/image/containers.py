"""The parts of image files, walked without decoding a pixel. A file that ends too early is found here.

JPEG: ITU-T T.81 annex B. PNG: W3C, third edition. WebP: RFC 9649. GIF: GIF89a. AVIF, HEIC: ISO/IEC 14496-12.
"""

import re
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from datastork.core.errors import DataError

PNG_PIXELS = frozenset((b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"))
WEBP_PIXELS = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF"))
SOS, EOI = 0xDA, 0xD9
MAX_SEGMENTS = 10_000  # a JPEG has tens; progressive ones with hundreds of scans are made to burn time
MAX_SCANS = 100

# In coded data 0xFF is followed by 0x00, by a restart marker or by more 0xFF; anything else ends the scan.
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


class Part(NamedTuple):
    """One part of a file: `data[start:end]` is all of it, `data[body:end]` its content (PNG: and CRC)."""

    kind: bytes
    start: int
    body: int
    end: int


def jpeg_parts(data: bytes) -> Iterator[Part]:
    """Yield the segments of a JPEG, its end marker last. `kind` is one byte; a scan includes its coded data.

    Bytes behind the end marker, which some cameras write, are not looked at.
    """
    position, scans = 2, 0
    for _ in range(MAX_SEGMENTS):
        start = position
        if start + 1 >= len(data):
            raise DataError("the JPEG is cut short: no end marker")
        if data[start] != 0xFF:
            raise DataError(f"the JPEG is damaged: no marker at byte {start}")
        while position < len(data) and data[position] == 0xFF:
            position += 1
        if position >= len(data):
            raise DataError("the JPEG is cut short: no end marker")
        marker = data[position]
        position += 1
        if marker == EOI:
            yield Part(b"\xd9", start, position, position)
            return
        length = int.from_bytes(data[position : position + 2], "big")
        end = position + length
        if end > len(data) or position + 2 > len(data):
            raise DataError("the JPEG is cut short: no end marker")
        if length < 2 or marker < 0xC0 or 0xD0 <= marker <= 0xD8:
            raise DataError(f"the JPEG is damaged: no marker at byte {start}")
        body = position + 2
        if marker == SOS:
            scans += 1
            if scans > MAX_SCANS:
                raise DataError(f"the JPEG has more than {MAX_SCANS} scans")
            found = _MARKER.search(data, end)
            if found is None:
                raise DataError("the JPEG is cut short: no end marker")
            end = found.start()
        yield Part(bytes((marker,)), start, body, end)
        position = end
    raise DataError(f"the JPEG has more than {MAX_SEGMENTS} segments")


def png_parts(data: bytes) -> Iterator[Part]:
    """Yield the chunks of a PNG, IEND last. Every check sum is verified."""
    position = 8
    while True:
        body = position + 8
        end = body + int.from_bytes(data[position : position + 4], "big") + 4
        if body > len(data) or end > len(data):
            raise DataError("the PNG is cut short: no IEND chunk")
        kind = data[position + 4 : body]
        if zlib.crc32(memoryview(data)[position + 4 : end - 4]) != int.from_bytes(data[end - 4 : end], "big"):
            raise DataError(f"the PNG is damaged: wrong check sum of the chunk at byte {position}")
        yield Part(kind, position, body, end)
        if kind == b"IEND":
            return
        position = end


def png_pixels(data: bytes) -> bytes:
    """Return a PNG reduced to its pixels, so that no decoder trips over its texts, profiles or animation."""
    return data[:8] + b"".join(data[p.start : p.end] for p in png_parts(data) if p.kind in PNG_PIXELS)


def webp_parts(data: bytes) -> Iterator[Part]:
    """Yield the chunks of a WebP (padding byte included in `end`)."""
    total = int.from_bytes(data[4:8], "little") + 8
    if total > len(data):
        raise DataError(f"the WebP is cut short: {len(data)} of {total} bytes")
    position = 12
    while position + 8 <= total:
        size = int.from_bytes(data[position + 4 : position + 8], "little")
        end = position + 8 + size + size % 2
        if end - size % 2 > total:
            raise DataError("the WebP is damaged: a chunk is longer than the file")
        yield Part(data[position : position + 4], position, position + 8, min(end, total))
        position = end


def webp_pixels(data: bytes) -> bytes:
    """Return a WebP reduced to its pixels: behind a damaged image the decoder reads on, and finds nothing."""
    inside = bytearray(b"WEBP")
    for kind, start, body, end in webp_parts(data):
        if kind in WEBP_PIXELS:
            inside += data[start:end]
            if kind == b"VP8X" and end > body:
                inside[body - end] &= ~0x2C  # no profile, EXIF or XMP any more
    return b"RIFF" + len(inside).to_bytes(4, "little") + bytes(inside)


def gif_parts(data: bytes) -> Iterator[Part]:
    """Yield the blocks of a GIF: `,` an image with its pixels, `!` + label an extension, `;` the trailer.

    The first part, `head`, is everything before the first block.
    """
    cut = DataError("the GIF is cut short: no trailer")
    if len(data) < 13:
        raise cut
    position = 13 + (3 << ((data[10] & 7) + 1) if data[10] & 0x80 else 0)
    yield Part(b"head", 0, 0, position)
    while True:
        start = position
        if start >= len(data):
            raise cut
        introducer = data[start : start + 1]
        if introducer == b";":
            yield Part(b";", start, start + 1, start + 1)
            return
        if introducer == b",":
            kind, position = b",", start + 10
            if position > len(data):
                raise cut
            flags = data[start + 9]
            position += (3 << ((flags & 7) + 1) if flags & 0x80 else 0) + 1
        elif introducer == b"!":
            kind, position = data[start : start + 2], start + 2
        elif introducer == b"\0":  # written by some encoders between blocks, and skipped by every reader
            position += 1
            continue
        else:
            raise DataError(f"the GIF is damaged: no block at byte {start}")
        body = position
        while True:
            if position >= len(data):
                raise cut
            size = data[position]
            position += 1 + size
            if size == 0:
                break
        yield Part(kind, start, body, position)


def boxes(data: bytes) -> Iterator[Part]:
    """Yield the boxes at the top of an AVIF or HEIC file."""
    position = 0
    while position < len(data):
        size, body = int.from_bytes(data[position : position + 4], "big"), position + 8
        if size == 1:
            size, body = int.from_bytes(data[position + 8 : position + 16], "big"), position + 16
        end = len(data) if size == 0 else position + size
        if end > len(data) or body > len(data):
            raise DataError("the AVIF or HEIC file is cut short: its last box is incomplete")
        if end < body:
            raise DataError(f"the AVIF or HEIC file is damaged: no box at byte {position}")
        yield Part(data[position + 4 : position + 8], position, body, end)
        position = end
