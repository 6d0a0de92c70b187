"""Elements of Matroska and WebM: RFC 8794 (EBML), RFC 9559 (Matroska)."""

from collections.abc import Iterator

from datastork.core.errors import DataError
from datastork.media.containers import Part

MAGIC = b"\x1a\x45\xdf\xa3"
SEGMENT, CLUSTER, INFO, TRACKS = b"\x18\x53\x80\x67", b"\x1f\x43\xb6\x75", b"\x15\x49\xa9\x66", b"\x16\x54\xae\x6b"
TAGS, ATTACHMENTS, VOID, DOCTYPE = b"\x12\x54\xc3\x67", b"\x19\x41\xa4\x69", b"\xec", b"\x42\x82"
TRACK, CRC = b"\xae", b"\xbf"
_TITLE, _DATE, _MUXER, _WRITER, _FILE = b"\x7b\xa9", b"\x44\x61", b"\x4d\x80", b"\x57\x41", b"\x73\x84"
_TRACK_NAME = b"\x53\x6e"
MAX_ELEMENTS = 2_000_000


def elements(data: bytes, title: str, start: int = 0, end: int | None = None) -> Iterator[tuple[Part, bool]]:
    """Yield the elements between two places, not those inside, and whether the size of each is known.

    One of unknown size, as browsers record, reaches to the end. Raises DataError where one ends too late.
    """
    at, end = start, len(data) if end is None else end
    for _ in range(MAX_ELEMENTS):
        if at >= end:
            return
        first = data[at]
        width = 9 - first.bit_length()
        body = at + width
        if width > 4 or body >= end:
            raise DataError(f"the {title} is damaged: no element begins at byte {at:,}")
        kind, lead = data[at:body], data[body]
        long = 9 - lead.bit_length()
        if long > 8:
            raise DataError(f"the {title} is damaged: no element begins at byte {at:,}")
        size = int.from_bytes(data[body : body + long], "big") & ((1 << (7 * long)) - 1)
        known = size != (1 << (7 * long)) - 1
        body += long
        stop = body + size if known else end
        if stop > end:
            raise DataError(f"the {title} is cut short: {stop - end:,} bytes are missing at its end")
        yield Part(kind, at, body, stop), known
        at = stop
    raise DataError(f"the {title} is damaged: more than {MAX_ELEMENTS:,} elements")


def doctype(head: bytes) -> str:
    """Return the kind of file a head of at least 64 bytes tells: "webm", "matroska" or ""."""
    at = head.find(DOCTYPE, 4, 80)
    if at < 0 or at + 3 > len(head):
        return ""
    size = head[at + 2] & 0x7F
    return head[at + 3 : at + 3 + size].rstrip(b"\0").decode("latin-1")


def parts(data: bytes, title: str) -> Iterator[Part]:
    """Yield the elements at the top and those in the segment. Raises DataError for a file cut short."""
    for part, known in elements(data, title):
        yield part
        if part.kind != SEGMENT:
            continue
        at = part.body
        while at < part.end:
            inner, sized = next(iter(elements(data, title, at, part.end)))
            if sized:
                yield inner
                at = inner.end
                continue
            stop = _end_of_cluster(data, title, inner, part.end)
            yield inner._replace(end=stop)
            at = stop
        if not known:
            return


def _end_of_cluster(data: bytes, title: str, cluster: Part, end: int) -> int:
    """Return where a cluster of unknown size ends: where an element begins that belongs beside it."""
    beside = {CLUSTER, INFO, TRACKS, TAGS, ATTACHMENTS, b"\x1c\x53\xbb\x6b", b"\x10\x43\xa7\x70", b"\x11\x4d\x9b\x74"}
    if cluster.kind != CLUSTER:
        raise DataError(f"the {title} is damaged: no size at byte {cluster.start:,}")
    at = cluster.body
    while at < end:
        inner, _ = next(iter(elements(data, title, at, end)))
        if inner.kind in beside:
            return at
        at = inner.end
    return end


def check(data: bytes, title: str) -> None:
    """Raise DataError where the file ends within an element."""
    kinds = {part.kind for part in parts(data, title)}
    if SEGMENT not in kinds or TRACKS not in kinds:
        raise DataError(f"the {title} is cut short: the part that says what is in it is missing")


def without_private(data: bytes, title: str) -> bytes:
    """Return the file with void in place of tags, attachments, title and date, and no names of programs.

    Nothing moves, so all that is seen and heard stays byte for byte.
    """
    out = bytearray(data)
    for part in list(parts(data, title)):
        if part.kind in (TAGS, ATTACHMENTS, VOID):
            _void(out, part)
        elif part.kind == INFO:
            _strip(out, data, title, part, {_TITLE, _DATE, _FILE}, {_MUXER, _WRITER})
        elif part.kind == TRACKS:
            for track, _ in elements(data, title, part.body, part.end):
                if track.kind == CRC:
                    _void(out, track)
                if track.kind == TRACK:
                    _strip(out, data, title, track, {_TRACK_NAME}, set())
    return bytes(out)


def _strip(out: bytearray, data: bytes, title: str, parent: Part, gone: set[bytes], emptied: set[bytes]) -> None:
    """Void the elements `gone` in `parent` and a check sum over them; fill the `emptied` ones with zeros."""
    for inner, _ in elements(data, title, parent.body, parent.end):
        if inner.kind in gone or inner.kind == CRC:
            _void(out, inner)
        elif inner.kind in emptied:
            out[inner.body : inner.end] = bytes(inner.end - inner.body)


def _void(out: bytearray, part: Part) -> None:
    """Write a void element of the same size over an element (at least 2 bytes)."""
    total = part.end - part.start
    if total >= 9:
        head = VOID + b"\x01" + (total - 9).to_bytes(7, "big")
    else:
        head = VOID + bytes((0x80 | (total - 2),))
    out[part.start : part.end] = head + bytes(total - len(head))
