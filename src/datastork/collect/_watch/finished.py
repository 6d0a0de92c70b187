"""Whether a file is finished: nobody writes it any more, as far as names, times and the system can tell."""

import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

TEMPORARY = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".filepart", ".swp", "~")
MARKER = ".done"
PROCESSES = Path("/proc")

How = Literal["settled", "renamed", "marked"]


@dataclass(slots=True)
class Finished:
    """Judges files at one moment. `how` and `settle` are the settings of `collect.watch`."""

    how: How
    settle: float
    now: float = field(default_factory=lambda: time.time())
    _written: set[tuple[int, int]] | None = field(default=None, init=False)

    def problem(self, path: str) -> str | None:
        """Return why a file is not finished, or None. "" says that it is no sample at all but a marker."""
        name = os.path.basename(path)
        if name.endswith(MARKER) and len(name) > len(MARKER):
            return ""
        if name.lower().endswith(TEMPORARY):
            return "has a temporary name"
        try:
            seen = os.stat(path)
        except OSError:
            return None  # gone meanwhile, or a link that leads nowhere: reading it will say so
        # the time of the last change of any kind: copying with the old time of writing, and renaming, count
        settled = self.how == "renamed" or (self.how == "settled" and self.now - seen.st_ctime >= self.settle)
        if not settled and not _marked(path):
            lately = f"was touched less than {self.settle:g} s ago"
            return lately if self.how == "settled" else f"has no {MARKER} beside it"
        return "is being written by another process" if (seen.st_dev, seen.st_ino) in self._open() else None

    def _open(self) -> set[tuple[int, int]]:
        """Return device and number of the files that other processes have open to write, as far as /proc tells."""
        if self._written is None:
            self._written = set()
            own = str(os.getpid())
            try:
                processes = [name for name in os.listdir(PROCESSES) if name.isdecimal() and name != own]
            except OSError:
                processes = []
            for process in processes:
                self._written |= _written_by(PROCESSES / process / "fd")
        return self._written


def _marked(path: str) -> bool:
    return os.path.exists(path + MARKER) or os.path.exists(os.path.splitext(path)[0] + MARKER)


def _written_by(folder: Path) -> set[tuple[int, int]]:
    found = set()
    try:
        for name in os.listdir(folder):
            link = folder / name
            if os.lstat(link).st_mode & 0o200 and os.readlink(link).startswith("/"):
                seen = os.stat(link)
                found.add((seen.st_dev, seen.st_ino))
    except OSError:
        pass  # the process ended, or it is not ours to look at
    return found
