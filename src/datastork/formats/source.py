"""Opening annotation files of others: encodings, and limits to what one entry may hold."""

import codecs
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from datastork.core.errors import DataError, SourceError, TooLargeError

ENTRY = 64 << 20  # bytes of one entry: a task, a line, an XML element
SMALL = 256 << 20  # bytes of a file that is read whole
PIECE = 1 << 20

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """Open a file as UTF-8 bytes without a byte order mark; UTF-16 and UTF-32 with one are converted.

    Raises SourceError where it cannot be opened, DataError where a conversion fails.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror or error}") from error
    with file:
        head = file.read(4)
        encoding = next((name for mark, name in _MARKS if head.startswith(mark)), None)
        if encoding is None or encoding == "utf-8-sig":
            file.seek(0 if encoding is None else 3)
            yield file
            return
        with TemporaryFile() as plain, path.open(encoding=encoding, newline="") as given:
            into = codecs.getwriter("utf-8")(plain)
            try:
                shutil.copyfileobj(given, into, PIECE)
            except UnicodeError as error:
                raise DataError(f"{path.name} is no {encoding.upper()}, though it begins like it") from error
            plain.seek(0)
            yield plain


def lines(path: Path, limit: int = ENTRY) -> Iterator[tuple[int, int, str | DataError]]:
    """Yield (number from 1, byte offset, line without its end); a line that cannot be read comes as the error."""
    with opened(path) as file:
        start, number = file.tell(), 0
        while line := file.readline(limit):
            number += 1
            length = len(line)
            if length == limit and not line.endswith(b"\n"):
                while rest := file.readline(PIECE):
                    length += len(rest)
                    if rest.endswith(b"\n"):
                        break
                yield number, start, TooLargeError(f"the line has {length:,} bytes; the limit is {limit:,}")
            else:
                yield number, start, _text(line)
            start += length


def _text(line: bytes) -> str | DataError:
    try:
        return line.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        return DataError(f"byte {error.start + 1} of the line is no UTF-8")


def text_of(path: Path, limit: int = SMALL) -> str:
    """Return the whole text of a small file, with ends of lines as they are."""
    with opened(path) as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise TooLargeError(f"{path.name} has more than {limit:,} bytes")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DataError(f"{path.name} is no UTF-8: byte {error.start + 1}") from error


def date_of(path: Path) -> str:
    """Return when a file was last changed, as ISO 8601 in UTC."""
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror or error}") from error


def found(folder: Path, suffixes: tuple[str, ...]) -> Iterator[Path]:
    """Yield the files of a folder and its subfolders with one of the suffixes, by name, without following links."""
    try:
        entries = sorted(folder.iterdir(), key=lambda one: one.name)
    except OSError as error:
        raise SourceError(f"{folder}: {error.strerror or error}") from error
    for entry in entries:
        if entry.is_symlink() or entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from found(entry, suffixes)
        elif entry.name.lower().endswith(suffixes):
            yield entry
