"""RIFF (WAV, AVI), its 64-bit kin RF64 and BW64, and IFF (AIFF): chunks with a name and a size.

Multimedia Programming Interface and Data Specifications 1.0 (IBM, Microsoft, 1991); EBU Tech 3306;
AIFF-C (Apple, 1991).
"""

from collections.abc import Callable, Iterator
from typing import Literal

from datastork.core.errors import DataError
from datastork.media.containers import Part

UNKNOWN = (0xFFFFFFFF, 0xFFFFFFFE, 0x7FFFFFFF, 0x7FFFF000, 0x80000000)  # sizes of programs that write into a pipe
MAX_CHUNKS = 100_000


def chunks(data: bytes, title: str, *, order: Literal["little", "big"]) -> Iterator[Part]:
    """Yield the chunks after the 12 bytes of the head; `order` is that of their sizes, "little" or "big".

    Padding is not part of a chunk. A chunk of unknown size, or of one that RF64 tells elsewhere, ends with the file.
    Raises DataError where one ends behind the file; once the samples have come, what is no chunk is passed over.
    """
    at, wide, sounded = 12, 0, False
    for _ in range(MAX_CHUNKS):
        if at + 8 > len(data):
            return
        kind = data[at : at + 4]
        size = int.from_bytes(data[at + 4 : at + 8], order)
        body = at + 8
        if kind == b"ds64":
            wide = int.from_bytes(data[body + 8 : body + 16], "little")
        if kind == b"data" and size in UNKNOWN and body + size > len(data):
            size = wide if wide and size == UNKNOWN[0] else len(data) - body
        if body + size > len(data):
            if sounded or not kind.strip(b"\0"):
                return  # what some programs put behind the end
            name = kind.decode("latin-1").strip()
            raise DataError(
                f"the {title} is cut short: its part {name!r} should have {size:,} bytes, "
                f"{len(data) - body:,} are there"
            )
        yield Part(kind, at, body, body + size)
        sounded = sounded or kind in (b"data", b"SSND")
        at = body + size + size % 2
    raise DataError(f"the {title} is damaged: more than {MAX_CHUNKS:,} parts")


def with_chunks(data: bytes, title: str, *, order: Literal["little", "big"], keeps: Callable[[bytes], bool]) -> bytes:
    """Return the file with those chunks alone whose name `keeps` says to keep, byte for byte."""
    parts = list(chunks(data, title, order=order))
    kept = []
    for part in parts:
        if keeps(part.kind):
            kept.append(data[part.start : part.end] + bytes((part.end - part.start) % 2))
    if len(kept) == len(parts):
        return data
    inside = data[8:12] + b"".join(kept)
    size = UNKNOWN[0] if data[:4] in (b"RF64", b"BW64") else len(inside)
    return data[:4] + size.to_bytes(4, order) + inside
