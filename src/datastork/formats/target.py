"""Writing annotation files: beside their place, then moved there, so that what lies there is old or new, never half."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from datastork.core.errors import StoreError
from datastork.formats.format import Options

_NO_NAME = re.compile(r"[\x00-\x1f\x7f]")
_LONGEST = 255  # bytes of one part of a path


def safe_name(name: str) -> str | None:
    """Return `name` where it can be a path below a folder, else None: "../x", "/x", "C:/x", addresses.

    >>> safe_name("birds/7.jpg"), safe_name("../../x")
    ('birds/7.jpg', None)
    """
    if _NO_NAME.search(name) or "\\" in name:
        return None
    parts = name.split("/")
    if any(part in ("", ".", "..") or len(part.encode(errors="replace")) > _LONGEST for part in parts):
        return None
    if len(parts[0]) > 1 and parts[0][1] == ":":
        return None
    return name


@contextmanager
def new_file(path: Path, options: Options) -> Iterator[IO[str]]:
    """Open a file beside `path` that takes its place when the block ends well. Raises StoreError."""
    _free(path, options)
    descriptor, beside = tempfile.mkstemp(prefix=f".{path.name[:100]}.", suffix=".writing", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(beside, 0o644)
        os.replace(beside, path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


class Folder:
    """A folder being written. Every file in it is opened once."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def write(self, name: str, text: str) -> bool:
        """Write a new file below the folder; return False where a file of that name is there, or it cannot be."""
        safe = safe_name(name)
        if safe is None:
            return False
        target = self.place / safe
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("x", encoding="utf-8", errors="backslashreplace", newline="") as file:
                file.write(text)
        except (FileExistsError, NotADirectoryError, IsADirectoryError):
            return False
        return True

    @contextmanager
    def opened(self, name: str) -> Iterator[IO[str]]:
        """Open one of the format's own files, to be written piece by piece."""
        target = self.place / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8", errors="backslashreplace", newline="") as file:
            yield file

    def files(self, at: Path) -> tuple[Path, ...]:
        """Return what was written, as paths below `at`, in order; beyond 1,000 the first level only."""
        names = sorted(path.relative_to(self.place) for path in self.place.rglob("*") if path.is_file())
        if len(names) > 1000:
            names = sorted({Path(name.parts[0]) for name in names})
        return tuple(at / name for name in names)


@contextmanager
def new_folder(path: Path, options: Options) -> Iterator[Folder]:
    """Open a folder beside `path` that takes its place when the block ends well. Raises StoreError."""
    _free(path, options)
    beside = Path(tempfile.mkdtemp(prefix=f".{path.name[:100]}.", suffix=".writing", dir=path.parent))
    old = beside.with_suffix(".old")
    try:
        beside.chmod(0o755)
        yield Folder(beside)
        if path.exists():
            os.replace(path, old)
        os.replace(beside, path)
    except BaseException:
        if old.exists() and not path.exists():
            os.replace(old, path)
        shutil.rmtree(beside, ignore_errors=True)
        raise
    if old.is_dir():
        shutil.rmtree(old)
    else:
        old.unlink(missing_ok=True)


def _free(path: Path, options: Options) -> None:
    empty = path.is_dir() and not any(path.iterdir())
    if path.exists() and not empty and not options.replace:
        raise StoreError(f"{path} is there already", hint="name another place, or have it replaced")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{path.parent}: {error.strerror or error}") from error
