"""Archives: zip, tar, and tar compressed by gzip, bzip2, xz or zstandard, listed and read in place.

Nothing in an archive is trusted. A member whose name leads out of it, a link, a device, an encrypted or
absurdly large member is listed with the reason and never read; archives inside archives are not opened.
No member's name ever becomes a path on this machine.
"""

import os
from pathlib import Path
from typing import Protocol

from datastork.core.errors import DataError, SourceError
from datastork.store.archives.members import SUFFIXES, Limits, Member, suffix_of
from datastork.store.archives.tars import TarArchive
from datastork.store.archives.zips import ZipArchive

__all__ = ["Archive", "Limits", "Member", "is_archive", "open_archive"]


class Archive(Protocol):
    """An open archive: safe for many threads, and for processes that were forked."""

    notes: list[str]

    @property
    def members(self) -> list[Member]:
        """Every file in it, also those that cannot be read (these have a `problem`)."""
        ...

    def find(self, name: str) -> Member | None:
        """Return the member `name`, or None."""
        ...

    def read(self, name: str, limit: int) -> bytes:
        """Return the bytes of the member `name`; DataError where it has a problem or is not there."""
        ...


def is_archive(name: str) -> bool:
    """Say whether a file is called like an archive.

    >>> is_archive("photos.tar.gz"), is_archive("photos.jpg"), is_archive(".zip")
    (True, False, False)
    """
    return suffix_of(name) is not None


def open_archive(path: str, cache: Path, limits: Limits | None = None) -> Archive:
    """Open the archive at `path`. Compressed tars are expanded once into `cache`.

    Raises DataError for an archive that is cut short, damaged or beyond a limit, SourceError where it
    cannot be opened at all, StoreError where `cache` cannot be written.
    """
    limits = limits or Limits()
    name = os.path.basename(path)
    suffix = suffix_of(name)
    if suffix is None:
        raise DataError(f"{name} is not called like an archive ({', '.join(SUFFIXES)})")
    try:
        if not os.path.isfile(path):
            raise SourceError(f"no such archive: {path}")
        if SUFFIXES[suffix] == "zip":
            return ZipArchive(path, limits)
        return TarArchive(path, cache, limits)
    except OSError as error:
        raise SourceError(f"{path} cannot be opened: {error.strerror or error}") from error
