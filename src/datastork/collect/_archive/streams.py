"""Compressed files read as a stream of blocks, and the lines in them; memory and expansion are bounded."""

import bz2
import gzip
import lzma
import os
import shutil
import subprocess
import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from importlib import import_module
from typing import Any

from datastork.core.errors import SourceError
from datastork.store.archives import Limits

BLOCK = 4 << 20
WINDOW = 128 << 20  # what pyarrow's decompressor allows
LONGEST = 16 << 20  # of one line
_DAMAGED = (OSError, EOFError, lzma.LZMAError, zlib.error, ValueError)


def blocks(path: str) -> Iterator[bytes]:
    """Yield what a file holds, unpacked. Raises SourceError where it is damaged, cut short, or expands without end."""
    name = os.path.basename(path)
    limits = Limits()
    try:
        most = max(limits.ratio_from, limits.ratio * os.stat(path).st_size)
        source = _source(path)
    except OSError as error:
        raise SourceError(f"{path} cannot be opened: {error.strerror or error}") from error
    done = 0
    with closing(source):
        while True:
            try:
                block = source.read(BLOCK)
            except _DAMAGED as error:
                raise SourceError(
                    f"{name} is damaged or cut short, {done:,} bytes into its text: {error}", hint="download it again"
                ) from error
            if not block:
                return
            done += len(block)
            if done > most:
                raise SourceError(f"{name} would expand to more than {limits.ratio} times its size")
            yield block


def lines(source: Iterator[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """Yield every line with its number, from 1; None for one longer than `LONGEST`, which is not kept in memory."""
    number, rest, long = 0, b"", False
    for block in source:
        first, *others = block.split(b"\n")
        if not long:
            rest += first
            long = len(rest) > LONGEST
        if others:
            number += 1
            yield number, None if long else rest
            for line in others[:-1]:
                number += 1
                yield number, line
            rest, long = others[-1], False
        if long:
            rest = b""
    if rest or long:
        yield number + 1, None if long else rest


def window(path: str) -> int:
    """Return how far back (bytes) the first frame of a zstd file reaches; 0 where it is none."""
    with open(path, "rb") as file:
        head = file.read(18)
        while len(head) >= 8 and head[1:4] == b"\x2a\x4d\x18" and head[0] & 0xF0 == 0x50:  # a frame to skip
            file.seek(int.from_bytes(head[4:8], "little") + 8 - len(head), os.SEEK_CUR)
            head = file.read(18)
    if len(head) < 6 or head[:4] != b"\x28\xb5\x2f\xfd":
        return 0
    if head[4] & 0x20:  # a single segment: the window is the content
        at = 5 + (0, 1, 2, 4)[head[4] & 3]
        size = (1, 2, 4, 8)[head[4] >> 6]
        return int.from_bytes(head[at : at + size], "little") + (256 if size == 2 else 0)
    base = 1 << (10 + (head[5] >> 3))
    return base + base // 8 * (head[5] & 7)


def _source(path: str) -> Any:
    if path.endswith(".gz"):
        return gzip.open(path)
    if path.endswith(".bz2"):
        return bz2.open(path)
    if path.endswith(".xz"):
        return lzma.open(path)
    if not path.endswith(".zst"):
        return open(path, "rb", buffering=0)
    needed = window(path)
    if needed <= WINDOW:
        import pyarrow as pa

        return pa.CompressedInputStream(pa.OSFile(path), "zstd")
    return _far_reaching(path, needed)


def _far_reaching(path: str, needed: int) -> Any:
    """Open a file made by `zstd --long=28` and above, which needs as much memory as its window."""
    with suppress(ImportError):
        zstandard = import_module("zstandard")
        decompressor = zstandard.ZstdDecompressor(max_window_size=1 << 31)
        return decompressor.stream_reader(open(path, "rb"), read_across_frames=True, closefd=True)
    program = shutil.which("zstd")
    if program is not None:
        return _Program([program, "-dcq", "--long=31", "--", os.path.abspath(path)])
    name = os.path.basename(path)
    raise SourceError(
        f"{name} needs a window of {needed >> 20:,} MiB to be unpacked, more than the {WINDOW >> 20} MiB of pyarrow",
        hint=f"pip install 'datastork[archives]'; or install the program zstd; or unpack it: zstd -d --long=31 {name}",
    )


class _Program:
    """What a program writes, as a file to read; its failure is an error."""

    def __init__(self, command: list[str]) -> None:
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def read(self, size: int) -> bytes:
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        block = self._process.stdout.read(size)
        if not block and self._process.wait() != 0:
            said = self._process.stderr.read(500).decode(errors="replace").strip()
            raise OSError(said or f"zstd ended with {self._process.returncode}")
        return block

    def close(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()
        self._process.wait()
