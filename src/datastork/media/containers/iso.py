"""Boxes of MP4, M4A, MOV and 3GP: ISO/IEC 14496-12, QuickTime File Format."""

from collections.abc import Iterator

from datastork.core.errors import DataError
from datastork.media.containers import Part

_NESTED = frozenset((b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"moof", b"traf", b"mvex"))
_PRIVATE = frozenset((b"udta", b"meta", b"uuid", b"Xtra", b"loci"))
_TIMED = {b"mvhd": 2, b"tkhd": 2, b"mdhd": 2}  # how many times stand behind version and flags
MAX_BOXES = 1_000_000
_TOP = frozenset((b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"moof", b"styp", b"sidx", b"uuid"))


def begins(head: bytes) -> bool:
    """Say whether data begins like one of these files."""
    return head[4:8] in _TOP - {b"styp", b"sidx", b"moof", b"uuid"}


def boxes(data: bytes, title: str, start: int = 0, end: int | None = None) -> Iterator[Part]:
    """Yield the boxes between two places, not those inside. Raises DataError where one ends too late."""
    at, end = start, len(data) if end is None else end
    for _ in range(MAX_BOXES):
        if at + 8 > end:
            return
        size, kind, body = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8], at + 8
        if size == 1:
            size, body = int.from_bytes(data[at + 8 : at + 16], "big"), at + 16
        elif size == 0:
            if not kind.strip(b"\0"):
                return  # zeros at the end, as QuickTime puts behind its lists
            size = end - at
        if at + size > end:
            name = kind.decode("latin-1")
            raise DataError(
                f"the {title} is cut short: its part {name!r} should have {size:,} bytes, {end - at:,} are there"
            )
        if size < body - at:
            raise DataError(f"the {title} is damaged: a part of {size} bytes at byte {at:,}")
        yield Part(kind, at, body, at + size)
        at += size
    raise DataError(f"the {title} is damaged: more than {MAX_BOXES:,} parts")


def check(data: bytes, title: str) -> None:
    """Raise DataError where the file ends within a part, or lacks the part that says what is in it."""
    kinds = {part.kind for part in boxes(data, title)}
    if b"moov" not in kinds:
        raise DataError(f"the {title} is cut short: the part 'moov', which says what is in it, is missing")


def without_private(data: bytes, title: str, spans: list[tuple[int, int]]) -> bytes:
    """Return the file with zeros in place of descriptions, times of creation and `spans` of (place, size).

    Nothing moves: a description becomes free space of the same size, and what is seen and heard stays byte for byte.
    """
    out = bytearray(data)
    for start, size in spans:
        out[start : start + size] = bytes(len(out[start : start + size]))
    _blank(out, data, title, 0, len(data), 0)
    return bytes(out)


def _blank(out: bytearray, data: bytes, title: str, start: int, end: int, depth: int) -> None:
    for part in boxes(data, title, start, end):
        if part.kind in _PRIVATE:
            out[part.start + 4 : part.start + 8] = b"free"
            out[part.body : part.end] = bytes(part.end - part.body)
        elif part.kind in _TIMED:
            width = 8 if data[part.body : part.body + 1] == b"\1" else 4
            stop = min(part.body + 4 + 2 * width, part.end)
            out[part.body + 4 : stop] = bytes(max(stop - part.body - 4, 0))
        elif part.kind in (b"free", b"skip", b"wide"):
            out[part.body : part.end] = bytes(part.end - part.body)
        elif part.kind in _NESTED and depth < 8:
            _blank(out, data, title, part.body, part.end, depth + 1)
