"""A published folder appears whole or not at all, and never takes away what somebody else put there."""

import errno
import hashlib
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from datastork.core.errors import LockedError, RecipeError, StoreError

RECORD, CHECKSUMS = "dataset.json", "checksums.sha256"
FORMAT = 1  # of dataset.json
STRAY = {".DS_Store", "Thumbs.db", "desktop.ini"}  # file managers leave these behind


@dataclass(slots=True)
class Folder:
    """A folder being written: the files in it with their SHA-256 and size."""

    path: Path
    sums: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)

    def write(self, name: str, data: bytes) -> None:
        """Write one file; `name` is relative, with forward slashes. Raises StoreError where it is taken."""
        if name in self.sums:
            raise StoreError(f"two files of the dataset would be called {name}")
        place = self.path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        self.sums[name] = hashlib.sha256(data).hexdigest()
        self.sizes[name] = len(data)

    def add(self, name: str) -> None:
        """Take note of a file that was written by other means."""
        self.sums[name] = _sha256(self.path / name)
        self.sizes[name] = (self.path / name).stat().st_size

    def write_record(self, facts: dict[str, Any]) -> None:
        """Write `dataset.json`, by which the folder is known as ours."""
        text = json.dumps({"datastork": FORMAT, **facts}, indent=1, ensure_ascii=False, allow_nan=False)
        self.write(RECORD, text.encode() + b"\n")

    def seal(self) -> None:
        """Write the checksums of all files, in the form `sha256sum -c` reads."""
        lines = [f"{self.sums[name]}  {name}\n" for name in sorted(self.sums)]
        self.write(CHECKSUMS, "".join(lines).encode())


def target(to: str, root: Path, step: str) -> Path:
    """Return the folder a setting `to` names. Raises RecipeError for an address that is no local folder."""
    if to.startswith("hf:"):
        rest = to.removeprefix("hf:").strip("/")
        raise RecipeError(
            [
                f"{step}.to: {to!r} is an address on the Hugging Face Hub; "
                "for now publishing writes local folders, uploading comes later"
            ],
            hint='write to a folder (to = "published") and upload it with: '
            f"hf upload {rest or 'NAME'} published . --repo-type=dataset",
        )
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", to) or "\0" in to:
        raise RecipeError([f"{step}.to: {to!r} is no local folder"], hint='give a path, such as to = "published"')
    if not to.strip():
        raise RecipeError([f"{step}.to: no folder is given"], hint='give a path, such as to = "published"')
    final = (root / Path(to).expanduser()).resolve()
    if not final.name:
        raise RecipeError([f"{step}.to: {to!r} is the root of a file system"], hint="give a folder of its own")
    return final


@contextmanager
def whole(final: Path) -> Iterator[Folder]:
    """Give an empty folder beside `final` to write into; it takes that name when the block ends well.

    A folder of ours with that name is replaced; anything else is refused. A killed process leaves a hidden
    sibling, which the next run removes. Raises StoreError, and LockedError where another process publishes
    to the same place.
    """
    part = final.with_name(f".{final.name}.stork-{os.getpid()}-{secrets.token_hex(4)}.part")
    old = final.with_name(f".{final.name}.stork.old")
    lock = -1
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        _clean(final, old)
        _refuse_foreign(final)
        part.mkdir()
        lock = _lock(part, final)
        folder = Folder(part)
        yield folder
        folder.seal()
        os.sync()  # the names must not reach the disk before what they name
        _refuse_foreign(final)
        if final.exists():
            final.rename(old)
        part.rename(final)
        if old.exists():
            shutil.rmtree(old)
    except OSError as error:
        hint = "is the disk full?" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "check space and permissions"
        raise StoreError(f"cannot publish to {final}: {error.strerror or error}", hint=hint) from error
    finally:
        if part.exists():
            shutil.rmtree(part, ignore_errors=True)
        if lock >= 0:
            os.close(lock)


def _lock(part: Path, final: Path) -> int:
    """Hold the unfinished folder while this process lives, so that nobody takes it for a leftover."""
    import fcntl

    handle = os.open(part, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        raise LockedError(f"another process is publishing to {final}", hint="wait for it, or stop it") from error
    return handle


def _clean(final: Path, old: Path) -> None:
    """Remove what a killed run left beside `final`; bring an old folder back that nothing replaced."""
    head = f".{final.name}.stork-"
    for left in final.parent.iterdir():
        if left.name.startswith(head) and left.name.endswith(".part") and left.is_dir() and not left.is_symlink():
            handle = _lock(left, final)
            shutil.rmtree(left)
            os.close(handle)
    if old.is_dir():
        if final.exists():
            shutil.rmtree(old)
        else:
            old.rename(final)


def _refuse_foreign(final: Path) -> None:
    """Raise StoreError unless `final` is free, empty, or holds nothing but what datastork wrote there."""
    if not final.exists():
        return
    if not final.is_dir():
        raise StoreError(f"{final} is a file", hint="give another folder, or move the file away")
    if not any(final.iterdir()):
        return
    ours = _checksums(final)
    if ours is None:
        raise StoreError(
            f"{final} exists and was not made by datastork", hint="give another folder, or move that one away"
        )
    foreign = []
    for folder, _, names in os.walk(final):
        for name in names:
            path = (Path(folder) / name).relative_to(final).as_posix()
            if path not in ours and path != CHECKSUMS and name not in STRAY:
                foreign.append(path)
    if foreign:
        shown = ", ".join(sorted(foreign)[:5]) + (f" and {len(foreign) - 5} more" if len(foreign) > 5 else "")
        raise StoreError(
            f"{final} holds files datastork did not write: {shown}", hint="move them away, then publish again"
        )
    for name, digest in ours.items():
        file = final / name
        if "/" not in name and file.is_file() and _sha256(file) != digest:
            raise StoreError(
                f"{file} was changed by hand; publishing again would lose the change",
                hint="move the file away (or the whole folder), then publish again",
            )


def _sha256(file: Path) -> str:
    with file.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


def _checksums(final: Path) -> dict[str, str] | None:
    """Return the files of a folder of ours with their SHA-256, or None where it is not ours."""
    try:
        record = json.loads((final / RECORD).read_bytes())
        lines = (final / CHECKSUMS).read_text().splitlines()
    except (OSError, ValueError):
        return None
    if not isinstance(record, dict) or "datastork" not in record:
        return None
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
