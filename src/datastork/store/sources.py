"""Reading what a listing found: the bytes behind a uri, wherever they are.

A uri is one of

    recordings/robin/1.wav            a file; relative to the recipe's folder, or absolute
    photos.zip!/cats/1.jpg            a member of an archive (`store.archives`)
    train.parquet!/image/17           a cell of a Parquet file: column, and row counted from 0 (`store.cells`)
    .stork/collected/ab.values!/0+17  a value in a spool: where it begins, and its bytes (`store.spool`)
    crawl.warc.gz!/18230              the page of a WARC record: where the record begins (`store.web.warc`)

A bad sample raises DataError and is quarantined. SourceError stops the build; it means that the source as a
whole is gone, as when a disk is unplugged: the recipe's folder is missing; or the first folder named in a
relative uri; or for an absolute uri the folder of the file and the folder above that; or the archive or table
that the uri names; or the operating system says that the device or network share is no longer there.
"""

import errno
import os
import stat
import threading
from collections import OrderedDict
from pathlib import Path
from typing import NamedTuple

from datastork.core.errors import DataError, SourceError, TooLargeError
from datastork.store.archives import Archive, is_archive, open_archive
from datastork.store.cells import ParquetCells
from datastork.store.spool import END as SPOOL
from datastork.store.spool import read_value
from datastork.store.web.warc import ENDS as WARC
from datastork.store.web.warc import read_page

MAX_BYTES = 2 << 30
MARK = "!/"
KEPT_OPEN = 16  # archives and tables

_GONE = {errno.ENODEV, errno.ENXIO, errno.ESTALE, errno.ENOTCONN, errno.ENOMEDIUM}
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_opened: OrderedDict[str, tuple[tuple[int, int], Archive | ParquetCells]] = OrderedDict()
_lock = threading.Lock()


class Stat(NamedTuple):
    """What can be known of a uri without reading it; nulls and a problem where it cannot be read."""

    size: int | None
    stamp: int | None
    problem: str | None


def read_bytes(root: Path, uri: str, *, limit: int = MAX_BYTES) -> bytes:
    """Return the bytes behind `uri`. Safe to call from many threads and processes.

    Raises DataError for a sample that is missing or cannot be read, TooLargeError above `limit` bytes, and
    SourceError where the source is gone (see the top of this file).
    """
    if MARK in uri:
        container, inside = split_uri(root, uri)
        if inside:
            try:
                return _read_inside(root, container, inside, limit)
            except DataError as error:
                raise type(error)(f"{container}{MARK}{inside}: {error.message}") from error
    return _read_file(root, uri, limit)


def stat_of(root: Path, uri: str) -> Stat:
    """Return size and stamp of what is behind `uri`, or the problem. Reads no sample."""
    if MARK in uri:
        container, inside = split_uri(root, uri)
        if inside and is_archive(container):
            try:
                member = archive_at(root, container).find(inside)
            except (DataError, SourceError) as error:
                return Stat(None, None, error.message)
            if member is None:
                return Stat(None, None, f"no such member in {container}")
            return Stat(member.size, member.stamp, member.problem)
    try:
        seen = os.stat(os.path.join(root, uri))
    except (OSError, ValueError) as error:
        return Stat(None, None, _said(error))
    if not stat.S_ISREG(seen.st_mode):
        return Stat(None, None, kind_of(seen.st_mode))
    return Stat(seen.st_size, seen.st_mtime_ns, None)


def split_uri(root: Path, uri: str) -> tuple[str, str]:
    """Return (container, what is inside it), or (uri, "") for a plain file.

    `!/` counts only behind something called like an archive or a Parquet file that is a file: a folder may be
    called `wow!`.
    """
    at = uri.find(MARK)
    while at >= 0:
        container = uri[:at]
        if container.endswith(SPOOL):
            return container, uri[at + len(MARK) :]
        if (is_archive(container) or container.endswith((".parquet", *WARC))) and not os.path.isdir(
            os.path.join(root, uri[: at + 1])
        ):
            return container, uri[at + len(MARK) :]
        at = uri.find(MARK, at + 1)
    return uri, ""


def archive_at(root: Path, container: str) -> Archive:
    """Return the open archive of this uri; it stays open for the next call."""
    found = _open(root, container)
    if isinstance(found, ParquetCells):
        raise DataError(f"{container} is a table, not an archive")
    return found


def cache_folder(root: Path) -> Path:
    """Return where compressed tars are expanded: `.stork/cache` beside the recipe."""
    return root / ".stork" / "cache"


def kind_of(mode: int) -> str:
    """Say what something is that is no regular file."""
    if stat.S_ISDIR(mode):
        return "a folder, not a file"
    if stat.S_ISFIFO(mode):
        return "a pipe, not a file"
    if stat.S_ISSOCK(mode):
        return "a socket, not a file"
    return "a device, not a file"


def _read_file(root: Path, uri: str, limit: int) -> bytes:
    path = os.path.join(root, uri)
    try:
        descriptor = os.open(path, _FLAGS)
    except (OSError, ValueError) as error:
        raise _error(error, root, uri) from error
    try:
        seen = os.fstat(descriptor)
        if not stat.S_ISREG(seen.st_mode):
            raise DataError(kind_of(seen.st_mode))
        if seen.st_size > limit:
            raise TooLargeError(f"{seen.st_size:,} bytes; the limit is {limit:,}")
        data = os.read(descriptor, seen.st_size + 1)
        if len(data) == seen.st_size:
            return data
        parts = [data]  # a very large file comes in parts; one that grows meanwhile is read to its end
        read = len(data)
        while part := os.read(descriptor, 1 << 24):
            parts.append(part)
            read += len(part)
            if read > limit:
                raise TooLargeError(f"more than {limit:,} bytes, and growing")
        return b"".join(parts)
    except OSError as error:
        raise _error(error, root, uri) from error
    finally:
        os.close(descriptor)


def _read_inside(root: Path, container: str, inside: str, limit: int) -> bytes:
    if container.endswith((SPOOL, *WARC)):
        read = read_value if container.endswith(SPOOL) else read_page
        try:
            return read(os.path.join(root, container), inside, limit)
        except OSError as error:
            raise SourceError(f"{container}: {_said(error)}", hint="what was collected is gone") from error
    found = _open(root, container)
    if not isinstance(found, ParquetCells):
        return found.read(inside, limit)
    column, _, row = inside.rpartition("/")
    if not column or not (row.isascii() and row.isdigit()) or len(row) > 18:
        raise DataError("no column/row")
    return found.read(column, int(row), limit)


def _open(root: Path, container: str) -> Archive | ParquetCells:
    path = os.path.join(root, container)
    try:
        seen = os.stat(path)
    except (OSError, ValueError) as error:
        raise SourceError(f"{container}: {_said(error)}") from error
    if not stat.S_ISREG(seen.st_mode):
        raise DataError(f"{container} is {kind_of(seen.st_mode)}")
    stamp = (seen.st_size, seen.st_mtime_ns)
    with _lock:
        held = _opened.get(path)
        if held is not None and held[0] == stamp:
            _opened.move_to_end(path)
            return held[1]
        try:
            fresh = open_archive(path, cache_folder(root)) if is_archive(container) else ParquetCells(path)
        except OSError as error:
            raise SourceError(f"{container}: {_said(error)}") from error
        _opened[path] = (stamp, fresh)
        while len(_opened) > KEPT_OPEN:
            _opened.popitem(last=False)  # closed when its last reader lets go
        return fresh


def _said(error: Exception) -> str:
    code = getattr(error, "errno", None)
    if code in {errno.ENOENT, errno.ENOTDIR}:
        return "no such file"
    if code in {errno.EACCES, errno.EPERM}:
        return "no permission to read it"
    if code == errno.ELOOP:
        return "a link that leads in a circle"
    if code == errno.EIO:
        return "the disk cannot read it (input/output error)"
    return f"it cannot be read: {getattr(error, 'strerror', None) or error}"


def _error(error: Exception, root: Path, uri: str) -> DataError | SourceError:
    code = getattr(error, "errno", None)
    if code in _GONE:
        return SourceError(f"the source of {uri} is gone: {os.strerror(code)}", hint="is the disk or share connected?")
    if code in {errno.ENOENT, errno.ENOTDIR} and (gone := _gone_folder(root, uri)):
        return SourceError(f"the source of {uri} is gone: no folder {gone}", hint="is the disk or share connected?")
    return DataError(_said(error))


def _gone_folder(root: Path, uri: str) -> str | None:
    """Return the folder whose absence means that the whole source is gone, or None."""
    if os.path.isabs(uri):
        folder = os.path.dirname(uri)
        above = os.path.dirname(folder)
        return above if above != folder and not os.path.isdir(folder) and not os.path.isdir(above) else None
    if not os.path.isdir(root):
        return str(root)
    folders = uri.split("/")[:-1]
    first = next((at for at, part in enumerate(folders) if part not in {".", ".."}), None)
    if first is None:
        return None
    top = "/".join(folders[: first + 1])
    return None if os.path.isdir(os.path.join(root, top)) else top


def _after_fork() -> None:
    global _lock
    _lock = threading.Lock()
    _opened.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
