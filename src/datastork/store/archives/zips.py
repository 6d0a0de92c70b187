"""Zip archives: listed from their directory, read by position, nothing written anywhere."""

import bz2
import calendar
import os
import stat
import zipfile
import zlib

from datastork.core.errors import DataError, TooLargeError
from datastork.store.archives.members import File, Index, Limits, Member, problem_of_name, tidy

_STORED, _DEFLATED, _BZIP2 = 0, 8, 12
_ENCRYPTED = 0x1 | 0x40


class ZipArchive:
    """A zip file. `members` in the order of its directory; `notes` for the user."""

    def __init__(self, path: str, limits: Limits) -> None:
        self._file = File(path)
        self._index = Index(limits)
        name = os.path.basename(path)
        try:
            with zipfile.ZipFile(path) as opened:
                infos = opened.infolist()
        except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, UnicodeError) as error:
            raise DataError(f"{name} {self._what_is_wrong(error)}") from error
        ends = self._ends(infos)
        odd = 0
        for info in infos:
            shown, encoded_oddly = _readable(info)
            odd += encoded_oddly
            if shown.endswith("/") and problem_of_name(tidy(shown) or "x") is None:
                continue  # a folder
            shown = tidy(shown)
            problem = problem_of_name(shown) or self._problem(info, ends, limits)
            where = (info.header_offset, info.compress_size, info.file_size, info.CRC, info.compress_type)
            self._index.add(Member(shown, info.file_size, _stamp(info), problem), where)
        self.notes = [f"{odd} names in {name} are not UTF-8; they were read as code page 437"] if odd else []

    @property
    def members(self) -> list[Member]:
        """Every file in it, also those that cannot be read."""
        return self._index.members

    def find(self, name: str) -> Member | None:
        """Return the member `name`, or None."""
        return self._index.find(name)

    def read(self, name: str, limit: int) -> bytes:
        """Return the bytes of one member. Declared and actual size and the checksum must agree."""
        where = self._index.where.get(name)
        if where is None:
            raise DataError(self._index.problem(name))
        offset, packed, size, checksum, method = where
        if size > limit:
            raise TooLargeError(f"{size:,} bytes; the limit is {limit:,}")
        header = self._file.read_at(offset, 30)
        if header[:4] != b"PK\x03\x04":
            raise DataError("the zip is damaged: no member where its directory says")
        start = offset + 30 + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
        data = _expand(self._file.read_at(start, packed), size, method) if packed else b""
        if len(data) != size:
            raise DataError(f"the zip is damaged: {size:,} bytes are declared, not {len(data):,}")
        if zlib.crc32(data) != checksum:
            raise DataError("the zip is damaged: the checksum does not fit")
        return data

    def _what_is_wrong(self, error: Exception) -> str:
        if self._file.size == 0:
            return "is empty"
        head = self._file.read_at(0, min(4, self._file.size))
        if head.startswith(b"PK\x03\x04") and "not a zip" in str(error):
            return "is cut short: the directory at its end is missing"
        return f"cannot be read as a zip: {error} (it begins with {head!r})"

    def _ends(self, infos: list[zipfile.ZipInfo]) -> dict[int, int]:
        """Return, for each member's offset, where the next one begins: members must not share bytes."""
        offsets = sorted(info.header_offset for info in infos)
        return dict(zip(offsets, [*offsets[1:], self._file.size], strict=True))

    def _problem(self, info: zipfile.ZipInfo, ends: dict[int, int], limits: Limits) -> str | None:
        mode = info.external_attr >> 16
        if stat.S_ISLNK(mode):
            return "it is a link"
        if stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
            return "it is a device or a pipe"
        if info.flag_bits & _ENCRYPTED:
            return "it is encrypted"
        if info.compress_type not in {_STORED, _DEFLATED, _BZIP2}:
            return f"it is packed by method {info.compress_type}; only stored, deflate and bzip2 are read"
        # 30 bytes of local header come before the data; a bomb lets thousands of members share the same bytes
        if info.header_offset < 0 or info.header_offset + 30 + info.compress_size > ends[info.header_offset]:
            return "its bytes overlap those of another member"
        if info.file_size > limits.ratio_from and info.file_size > limits.ratio * max(info.compress_size, 1):
            return f"it would expand to more than {limits.ratio} times its size"
        return None


def _expand(packed: bytes, size: int, method: int) -> bytes:
    """Return unpacked bytes, at most one more than were declared."""
    try:
        if method == _STORED:
            return packed
        if method == _DEFLATED:
            return zlib.decompressobj(-15).decompress(packed, size + 1)
        return bz2.BZ2Decompressor().decompress(packed, size + 1)
    except (zlib.error, OSError, ValueError, EOFError) as error:
        raise DataError(f"the zip is damaged: {error}") from error


def _readable(info: zipfile.ZipInfo) -> tuple[str, bool]:
    """Return the name, and whether it had to be guessed: many programs write UTF-8 and do not say so."""
    name = info.orig_filename
    if info.flag_bits & 0x800 or name.isascii():
        return name, False
    try:
        return name.encode("cp437").decode(), False
    except UnicodeError:
        return name, True


def _stamp(info: zipfile.ZipInfo) -> int:
    """Return the time of the member in nanoseconds (as if UTC), with its checksum as the fraction.

    Both come from the directory, so adding a member to the zip does not touch the stamps of the others.
    """
    year, month, day, hour, minute, second = info.date_time
    try:
        seconds = calendar.timegm((year, month, day, hour, minute, second))
    except (ValueError, OverflowError):
        seconds = 0
    return seconds * 1_000_000_000 + (info.CRC >> 2)
