"""Undoing Content-Encoding (gzip, deflate, br, zstd), piece by piece and never beyond a limit."""

import zlib
from collections.abc import Callable, Iterable, Iterator

from datastork.core.errors import DataError, TooLargeError

MOST_CODINGS = 2
PIECE = 1 << 18
RATIO, RATIO_FROM = 300, 4 << 20  # more than this many times its size, once it is past 4 MiB, is a bomb
BY_ARROW = {"br": "brotli", "brotli": "brotli", "zstd": "zstd"}
_PLAIN = {"", "identity", "none"}
Undo = Callable[[Iterator[bytes], str], Iterator[bytes]]


def decoded(chunks: Iterable[bytes], encoding: str, limit: int) -> Iterator[bytes]:
    """Yield what `chunks` hold once the codings named by a Content-Encoding header are undone.

    Raises DataError for data that is broken, cut short or coded in a way not known, TooLargeError beyond `limit`
    bytes or where the data grows more than any page does.
    """
    codings = [name for part in encoding.lower().split(",") if (name := part.strip()) not in _PLAIN]
    if len(codings) > MOST_CODINGS:
        raise DataError(f"compressed {len(codings)} times over ({encoding[:80]!r})")
    for name in reversed(codings):
        if name in {"gzip", "x-gzip", "deflate"}:
            chunks = _bounded(_inflated, chunks, name, limit)
        elif name in BY_ARROW:
            chunks = _bounded(_by_arrow, chunks, BY_ARROW[name], limit)
        else:
            raise DataError(f"its Content-Encoding is {name[:40]!r}, which nothing here can undo")
    total = 0
    for chunk in chunks:
        total += len(chunk)
        if total > limit:
            raise TooLargeError(f"more than {limit:,} bytes")
        yield chunk


def _bounded(undo: Undo, chunks: Iterable[bytes], name: str, limit: int) -> Iterator[bytes]:
    read = made = 0

    def counted() -> Iterator[bytes]:
        nonlocal read
        for chunk in chunks:
            read += len(chunk)
            yield chunk

    for piece in undo(counted(), name):
        made += len(piece)
        if made > limit:
            raise TooLargeError(f"more than {limit:,} bytes once decompressed, from {read:,}")
        if made > RATIO_FROM and made > RATIO * read:
            raise TooLargeError(f"a decompression bomb: {read:,} bytes became {made:,} and more")
        yield piece


def _inflated(chunks: Iterator[bytes], name: str) -> Iterator[bytes]:
    machine = None
    for chunk in chunks:
        rest = chunk
        while rest:
            if machine is None:
                machine = zlib.decompressobj(_window(name, rest))
            elif machine.eof:
                if name == "deflate" or not rest.startswith(b"\x1f"):
                    raise DataError(f"{len(rest):,} bytes behind the end of its {name} data")
                machine = zlib.decompressobj(31)  # gzip data may have several members
            try:
                while True:
                    piece = machine.decompress(rest, PIECE)
                    rest = machine.unconsumed_tail
                    if piece:
                        yield piece
                    elif not rest:
                        break
            except zlib.error as error:
                raise DataError(f"its {name} data is broken ({error})") from error
            rest = machine.unused_data if machine.eof else b""
    if machine is not None and not machine.eof:
        raise DataError(f"its {name} data is cut short")


def _window(name: str, head: bytes) -> int:
    """Return what zlib is to expect; "deflate" is sent with and without a header by one server and another."""
    if name != "deflate":
        return 31
    headed = head[0] & 0x0F == 8 and (len(head) < 2 or (head[0] << 8 | head[1]) % 31 == 0)
    return 15 if headed else -15


def _by_arrow(chunks: Iterator[bytes], name: str) -> Iterator[bytes]:
    import pyarrow as pa

    data = b"".join(chunks)
    if not data:
        return
    try:
        with pa.CompressedInputStream(pa.BufferReader(data), name) as stream:
            while piece := stream.read(PIECE):
                yield piece
    except (OSError, pa.ArrowInvalid) as error:
        raise DataError(f"its {name} data is broken ({error})") from error
