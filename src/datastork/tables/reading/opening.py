"""Opening a file of text: unpacked within bounds, as UTF-8 whatever it is in."""

import codecs
import gzip
import io
import os
import zlib
from collections.abc import Callable
from typing import IO, Any

from datastork.core.errors import SourceError

Opener = Callable[[], IO[bytes]]
EXPANDS = 200  # times its size that a packed file may become
FREE = 256 << 20  # bytes it may become whatever its size
UNDECODABLE = "datastork.undecodable"


class Bytes:
    """The bytes of a file from its beginning; those of a `.gz` unpacked."""

    def __init__(self, name: str, opener: Opener) -> None:
        self.name = name
        self._raw = opener()
        self._file: IO[bytes] | gzip.GzipFile = self._raw
        self._given = 0
        self._most: int | None = None
        if name.lower().endswith(".gz"):
            packed = self._raw.seek(0, os.SEEK_END)
            self._raw.seek(0)
            self._most = max(FREE, EXPANDS * packed)
            self._file = gzip.GzipFile(fileobj=self._raw)

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes, none at the end. Raises SourceError for what is damaged or expands too far."""
        try:
            data = self._file.read(size)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise SourceError(f"{self.name} is damaged or cut short: {error}") from error
        except OSError as error:
            raise SourceError(f"{self.name} cannot be read: {error.strerror or error}") from error
        self._given += len(data)
        if self._most is not None and self._given > self._most:
            hint = "unpack it, if you trust it, and give the file inside"
            raise SourceError(f"{self.name} becomes more than {EXPANDS} times its size when unpacked", hint=hint)
        return data

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        self._raw.close()


class _Raw(io.RawIOBase):
    """Bytes as a file."""

    def __init__(self, source: Bytes) -> None:
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._source.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._source.close()
        super().close()


def unpacking(name: str, opener: Opener) -> Opener:
    """Return what opens a file as one whose bytes are unpacked within bounds, where its name ends in `.gz`."""
    return (lambda: io.BufferedReader(_Raw(Bytes(name, opener)))) if name.lower().endswith(".gz") else opener


class Utf8:
    """The bytes of a file as UTF-8, without a mark at the beginning; what cannot be decoded is no valid UTF-8."""

    def __init__(self, source: Bytes, encoding: str) -> None:
        self._source = source
        self._plain = encoding == "utf-8"
        self._first = True
        if not self._plain:
            codecs.register_error(UNDECODABLE, _marked)
            self._decoder = codecs.getincrementaldecoder(encoding)(UNDECODABLE)

    def read(self, size: int) -> bytes:
        """Return about `size` bytes, none at the end."""
        while True:
            data = self._source.read(size)
            ended = not data
            if not self._plain:
                data = self._decoder.decode(data, final=ended).encode("utf-8", "surrogateescape")
            if self._first and data:
                data = data.removeprefix(codecs.BOM_UTF8)
                self._first = False
            if data or ended:
                return data


def _marked(error: UnicodeError) -> tuple[str, int]:
    """Stand in for bytes that mean nothing with a character that UTF-8 has not."""
    assert isinstance(error, UnicodeDecodeError)
    return "\udcff", error.end
