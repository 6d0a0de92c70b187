"""Tar archives. A plain tar is read by position; a compressed one is first unpacked, once, to a plain tar.

A compressed tar can only be read from its beginning, so that members read in any order, by several threads
or workers, would cost the square of their number. It is therefore expanded once into `cache` (the build gives
`.stork/cache`), written under a temporary name and renamed when whole. The name holds the size and the time
of the original, so a changed archive is expanded anew. A zip or a plain tar needs no copy.
"""

import bz2
import gzip
import hashlib
import lzma
import os
import tarfile
import tempfile
import zlib
from contextlib import closing, suppress
from pathlib import Path
from typing import IO, Any

from datastork.core.errors import DataError, StoreError, TooLargeError
from datastork.store.archives.members import (
    MIB,
    SUFFIXES,
    File,
    Index,
    Limits,
    Member,
    problem_of_name,
    suffix_of,
    tidy,
)


class TarArchive:
    """A tar file, compressed or not. `members` in the order of the archive; `notes` for the user."""

    def __init__(self, path: str, cache: Path, limits: Limits) -> None:
        self.notes: list[str] = []
        name = os.path.basename(path)
        kind = SUFFIXES[suffix_of(name) or ".tar"]
        plain = path if kind == "tar" else str(_unpacked(path, kind, cache, limits))
        stamp = os.stat(path).st_mtime_ns
        self._file = File(plain)
        self._index = Index(limits)
        odd = self._read_headers(name, stamp, limits)
        if odd:
            self.notes.append(f"{odd} names in {name} are not UTF-8; they were read as Latin-1")
        if plain != path:
            self.notes.append(
                f"{name} was expanded into {cache} ({self._file.size / 1e6:,.0f} MB); a zip needs no copy"
            )

    @property
    def members(self) -> list[Member]:
        """Every file in it, also those that cannot be read."""
        return self._index.members

    def find(self, name: str) -> Member | None:
        """Return the member `name`, or None."""
        return self._index.find(name)

    def read(self, name: str, limit: int) -> bytes:
        """Return the bytes of one member."""
        where = self._index.where.get(name)
        if where is None:
            raise DataError(self._index.problem(name))
        offset, size = where
        if size > limit:
            raise TooLargeError(f"{size:,} bytes; the limit is {limit:,}")
        return self._file.read_at(offset, size) if size else b""

    def _read_headers(self, name: str, stamp: int, limits: Limits) -> int:
        odd = 0
        headers = _Headers(self._file, limits.header)
        try:
            with tarfile.TarFile(name=name, mode="r", fileobj=headers, errors="surrogateescape") as opened:  # type: ignore[arg-type]
                while (info := opened.next()) is not None:
                    opened.members.clear()  # type: ignore[attr-defined]  # tarfile would keep them all
                    shown, encoded_oddly = _readable(info.name)
                    odd += encoded_oddly
                    shown = tidy(shown)
                    if info.isdir():
                        continue
                    problem = problem_of_name(shown) or _problem(info)
                    if problem is None and info.offset_data + info.size > self._file.size:
                        raise DataError(f"{name} is cut short in {shown!r}")
                    self._index.add(Member(shown, info.size, stamp, problem), (info.offset_data, info.size))
                end = opened.offset
        except tarfile.TarError as error:
            reason = "is cut short" if "unexpected end" in str(error) else f"cannot be read as a tar: {error}"
            raise DataError(f"{name} {reason}") from error
        except (ValueError, OverflowError, UnicodeError) as error:
            raise DataError(f"{name} is damaged: {error}") from error
        self._check_end(name, end)
        return odd

    def _check_end(self, name: str, end: int) -> None:
        """A tar ends with zeros; where it does not, tarfile stops without a word."""
        rest = self._file.read_at(end, min(512, self._file.size - end)) if end < self._file.size else b""
        if len(rest) < 512:
            raise DataError(f"{name} is cut short: no end marker")
        if any(rest):
            raise DataError(f"{name} is damaged at byte {end:,}")


class _Headers:
    """The file as tarfile sees it while listing: only headers are read, and none that is absurdly long."""

    def __init__(self, file: File, longest: int) -> None:
        self._file = file
        self._longest = longest
        self._at = 0

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset if whence == 0 else self._at + offset if whence == 1 else self._file.size + offset
        return self._at

    def read(self, count: int) -> bytes:
        if count > self._longest:
            raise TooLargeError(f"a header of {count:,} bytes; the limit is {self._longest:,}")
        there = max(0, min(count, self._file.size - self._at))
        data = self._file.read_at(self._at, there) if there else b""
        self._at += there
        return data


def _problem(info: tarfile.TarInfo) -> str | None:
    if info.islnk() or info.issym():
        return "it is a link"
    if info.issparse():
        return "it is a sparse file; pack it without holes"
    if not info.isreg():
        return "it is a device or a pipe"
    return "it has a negative size" if info.size < 0 else None


def _readable(name: str) -> tuple[str, bool]:
    if name.isascii():
        return name, False
    raw = name.encode("utf-8", "surrogateescape")
    try:
        return raw.decode(), False
    except UnicodeError:
        return raw.decode("latin-1"), True


def _unpacked(path: str, kind: str, cache: Path, limits: Limits) -> Path:
    """Return the plain tar of a compressed one, made where it is not there yet."""
    name = os.path.basename(path)
    seen = os.stat(path)
    same_archive = hashlib.sha256(os.path.abspath(path).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    target = cache / f"{same_archive}-{seen.st_size}-{seen.st_mtime_ns}.tar"
    if target.exists():
        return target
    temporary = ""
    try:
        cache.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=cache, prefix=f"{same_archive}-", suffix=".part")
        with os.fdopen(handle, "wb") as out:
            _expand(path, kind, out, max(limits.ratio_from, min(limits.total, limits.ratio * seen.st_size)))
            out.flush()
            os.fsync(out.fileno())
        for old in cache.glob(f"{same_archive}-*.tar"):
            old.unlink(missing_ok=True)
        os.replace(temporary, target)
    except OSError as error:
        raise StoreError(f"{name} cannot be expanded into {cache}: {error.strerror or error}") from error
    finally:
        if temporary:
            with suppress(FileNotFoundError):
                os.unlink(temporary)
    return target


def _expand(path: str, kind: str, out: IO[bytes], most: int) -> None:
    name = os.path.basename(path)
    written = 0
    try:
        source = _decompressor(path, kind)
    except OSError as error:
        raise DataError(f"{name} cannot be opened: {error.strerror or error}") from error
    with closing(source):
        while True:
            try:
                part = source.read(MIB)
            except EOFError as error:
                raise DataError(f"{name} is cut short") from error
            except (OSError, lzma.LZMAError, zlib.error, ValueError) as error:
                reason = "is cut short" if "truncated" in str(error).lower() else f"is damaged: {error}"
                raise DataError(f"{name} {reason}") from error
            if not part:
                return
            written += len(part)
            if written > most:
                raise TooLargeError(f"{name} would expand to more than {most:,} bytes, {written // MIB:,} MiB so far")
            out.write(part)


def _decompressor(path: str, kind: str) -> Any:
    if kind == "gz":
        return gzip.open(path)
    if kind == "bz2":
        return bz2.open(path)
    if kind == "xz":
        return lzma.open(path)
    import pyarrow as pa

    return pa.CompressedInputStream(pa.OSFile(path), "zstd")
