"""What an archive may hold: names that stay inside it, and limits against bombs."""

import os
import re
from dataclasses import dataclass
from typing import NamedTuple

from datastork.core.errors import DataError

MIB = 1 << 20
SUFFIXES = {
    ".zip": "zip",
    ".tar": "tar",
    ".tar.gz": "gz",
    ".tgz": "gz",
    ".tar.bz2": "bz2",
    ".tbz2": "bz2",
    ".tbz": "bz2",
    ".tar.xz": "xz",
    ".txz": "xz",
    ".tar.zst": "zst",
    ".tzst": "zst",
}
_ENDS = tuple(sorted(SUFFIXES, key=len, reverse=True))
_DRIVE = re.compile(r"(?s).:")  # Windows reads any one character before a colon as a drive


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may expand to. A member beyond a limit is listed with a problem, and never read.

    `member` bytes of one member; `total` bytes of all members; `count` of members; `ratio` of expanded to
    packed size, asked only above `ratio_from` bytes; `header` bytes of one header of a tar.
    """

    member: int = 2048 * MIB
    total: int = 2 * MIB * MIB  # 2 TiB
    count: int = 5_000_000
    ratio: int = 200
    ratio_from: int = 64 * MIB
    header: int = MIB


class Member(NamedTuple):
    """One file of an archive. `problem` says why it cannot be read, or is None."""

    name: str
    size: int
    stamp: int
    problem: str | None


class File:
    """An open file read by position: safe for many threads, and for processes that were forked."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._descriptor = -1
        flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
        self._descriptor = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
        self.size = os.fstat(self._descriptor).st_size

    def read_at(self, offset: int, count: int) -> bytes:
        """Return `count` bytes from `offset` on; DataError where the file ends before."""
        parts = []
        while count > 0:
            part = os.pread(self._descriptor, min(count, 1024 * MIB), offset)
            if not part:
                raise DataError(f"{os.path.basename(self.path)} is cut short")
            parts.append(part)
            offset += len(part)
            count -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def __del__(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)


def suffix_of(name: str) -> str | None:
    """Return the archive suffix `name` ends with ("zip", "tar.gz" as ".tar.gz"), or None.

    >>> suffix_of("Photos.TAR.GZ")
    '.tar.gz'
    """
    low = name.lower()
    return next((end for end in _ENDS if low.endswith(end) and len(low) > len(end)), None)


def tidy(name: str) -> str:
    """Return a member's name without `./` and doubled slashes.

    >>> tidy("./cats//1.jpg")
    'cats/1.jpg'
    """
    if "./" not in name and "//" not in name:
        return name
    parts = [part for part in name.split("/") if part not in {"", "."}]
    return ("/" if name.startswith("/") else "") + "/".join(parts)


def problem_of_name(name: str) -> str | None:
    """Return why a member may not be called `name`, or None.

    >>> problem_of_name("../../etc/passwd")
    "its name leads out of the archive ('..')"
    """
    if not name:
        return "it has no name"
    if len(name) > 4096:
        return "its name is longer than 4096 characters"
    if name.count("/") > 100:
        return "it lies more than 100 folders deep"
    if "\0" in name:
        return "its name holds a NUL character"
    if "\\" in name:
        return "its name holds a backslash"
    if name[0] == "/" or _DRIVE.match(name):
        return "its name is an absolute path"
    if ".." in name and ".." in name.split("/"):
        return "its name leads out of the archive ('..')"
    if suffix_of(name):
        return "an archive inside an archive is not opened: unpack it first"
    return None


class Index:
    """Members by name. Where a name occurs twice the last one counts; the earlier ones become problems."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.members: list[Member] = []
        self.where: dict[str, tuple[int, ...]] = {}
        self._at: dict[str, int] = {}
        self._total = 0

    def add(self, member: Member, where: tuple[int, ...]) -> None:
        """Take in one member and where its bytes are."""
        if len(self.members) >= self.limits.count:
            raise DataError(f"the archive holds more than {self.limits.count:,} members")
        problem = member.problem
        if problem is None and member.size > self.limits.member:
            problem = f"it would expand to {member.size:,} bytes; the limit is {self.limits.member:,}"
        self._total += max(member.size, 0)
        if self._total > self.limits.total:
            raise DataError(f"the archive would expand to more than {self.limits.total:,} bytes")
        name = member.name.replace("\0", "\\0")
        before = self._at.get(name)
        if before is not None:
            self._set_aside(before)
        self._at[name] = len(self.members)
        self.members.append(Member(name, member.size, member.stamp, problem))
        if problem is None:
            self.where[name] = where
        else:
            self.where.pop(name, None)

    def find(self, name: str) -> Member | None:
        """Return the member `name`, or None."""
        at = self._at.get(name)
        return None if at is None else self.members[at]

    def problem(self, name: str) -> str:
        """Return why `name` cannot be read."""
        found = self.find(name)
        return (found and found.problem) or "no such member"

    def _set_aside(self, at: int) -> None:
        old = self.members[at]
        number = 1
        while f"{old.name}#{number}" in self._at:
            number += 1
        name = f"{old.name}#{number}"
        self._at[name] = at
        reason = old.problem or "its name occurs again later in the archive; the last one counts"
        self.members[at] = Member(name, old.size, old.stamp, reason)
