"""Where answers go: WARC files and the ledger beside them. Both only grow, but for what a killed process left torn.

`.stork/collected/web-<key>/` holds `00001.warc.gz` and on, `ledger.jsonl` with a line for each answer (`Entry`), and
`rows-<key>.arrow`, the finished result of a crawl. A record is written first and its line then, each in one piece; a
process that is killed between the two leaves a record without a line, which is cut off. So what has a line is there.
"""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from datastork import __version__
from datastork.collect._web.entry import Entry, entry_of
from datastork.core.errors import LockedError, StoreError
from datastork.store.home import reason
from datastork.store.spool import FOLDER
from datastork.store.web.warc import Stored, information, read_stored

PATIENCE = 60.0  # seconds to wait for a crawl that is finishing the pages in hand
LEDGER = "ledger.jsonl"


def folder_of(key: str) -> Path:
    """Return the folder of answers, relative to the recipe."""
    return FOLDER / f"web-{key}"


def read_ledger(path: Path) -> Iterator[Entry]:
    """Yield the whole lines of a ledger."""
    if path.is_file():
        with path.open("rb") as file:
            for line in file:
                if line.endswith(b"\n"):
                    yield entry_of(line)


class Archive:
    """The answers of one folder, to be added to by one process and many threads.

    `entries` is what came of each address in this run, `before` what earlier runs have; `run` counts from 1.
    """

    def __init__(
        self,
        root: Path,
        key: str,
        *,
        warc_bytes: int,
        again: bool,
        patience: float = PATIENCE,
        stop: threading.Event | None = None,
    ) -> None:
        self.place = folder_of(key)
        self.folder = root / self.place
        self.entries: dict[str, Entry] = {}
        self.before: dict[str, Entry] = {}
        self.verdicts: dict[str, str] = {}
        self.attempts: dict[str, int] = {}
        self.run = 1
        self._again = again
        self._most = warc_bytes
        self._patience, self._stop = patience, stop or threading.Event()
        self._lock = threading.Lock()
        self._held = self._ledger = self._warc = -1
        self._number = self._size = 0

    def __enter__(self) -> "Archive":
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._held = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            self._wait_for_lock()
            self._recover()
            self._ledger = _open_end(self.folder / LEDGER)
        except OSError as error:
            self.close()
            raise StoreError(f"cannot write to {self.folder}: {reason(error)}") from error
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the files."""
        for descriptor in (self._warc, self._ledger, self._held):
            if descriptor >= 0:
                os.close(descriptor)
        self._held = self._ledger = self._warc = -1

    def put(self, entry: Entry, response: bytes = b"", request: bytes = b"") -> None:
        """Keep an entry, with the two records of its answer where there is one. Raises StoreError."""
        entry.run = self.run
        with self._lock:
            try:
                if response:
                    if self._warc < 0 or self._size + len(response) > self._most:
                        self._begin_file()
                    entry.warc = f"{(self.place / _name(self._number)).as_posix()}!/{self._size}"
                    _write(self._warc, response + request)
                    self._size += len(response) + len(request)
                    entry.end = self._size
                _write(self._ledger, entry.line())
            except OSError as error:
                raise StoreError(f"cannot write to {self.folder}: {reason(error)}", hint="is the disk full?") from error
            self._note(entry)

    def stored(self, entry: Entry, limit: int) -> Stored:
        """Return the answer an entry has a record of."""
        assert entry.warc is not None
        name, _, offset = entry.warc.rpartition("!/")
        return read_stored(str(self.folder / Path(name).name), int(offset), limit)

    def finish(self, result_key: str) -> None:
        """Take note that this run is over."""
        self.put(Entry("", kind="finished", content=result_key, when=time.time_ns()))

    def _note(self, entry: Entry) -> None:
        if entry.verdict is not None:
            self.verdicts[entry.key] = entry.verdict
        elif not entry.final:
            self.attempts[entry.key] = entry.attempt + 1
        elif entry.kind != "finished":
            self.entries[entry.key] = entry

    def _wait_for_lock(self) -> None:
        until = time.monotonic() + self._patience
        while True:
            try:
                fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() > until:
                    raise LockedError("another crawl of this dataset is still running") from None
                if self._stop.wait(0.05):
                    raise KeyboardInterrupt from None

    def _recover(self) -> None:
        """Read the ledger, and cut off what a killed process left without a line or half-written."""
        path = self.folder / LEDGER
        ends = {file.name: file.stat().st_size for file in self.folder.glob("*.warc.gz")}
        whole = 0
        last = ""
        known: list[Entry] = []
        if path.is_file():
            with path.open("rb") as file:
                for line in file:
                    if not line.endswith(b"\n"):
                        break
                    try:
                        entry = entry_of(line)
                    except (ValueError, TypeError) as error:
                        raise StoreError(f"{path} is damaged after {whole:,} bytes") from error
                    name = "" if entry.end is None else Path((entry.warc or "").rpartition("!/")[0]).name
                    if name and (entry.end or 0) > ends.get(name, 0):
                        break
                    whole += len(line)
                    known.append(entry)
                    if name:
                        last = max(last, name)
            os.truncate(path, whole)
        until = max(((one.end or 0) for one in known if one.end and last in (one.warc or "")), default=0) if last else 0
        for name in ends:
            if name > last:
                (self.folder / name).unlink()
            elif name == last:
                os.truncate(self.folder / name, until)
        self._number, self._size = (int(last.partition(".")[0]), until) if last else (0, 0)
        if last:
            self._warc = _open_end(self.folder / last)
        self._choose_run(known)

    def _choose_run(self, known: list[Entry]) -> None:
        self.run = max((one.run for one in known), default=1)
        if self._again and any(one.kind == "finished" and one.run == self.run for one in known):
            self.run += 1
        for entry in known:
            if entry.run == self.run or not self._again:
                self._note(entry)
            elif entry.kind == "page" and entry.final and entry.verdict is None:
                self.before[entry.url] = entry

    def _begin_file(self) -> None:
        if self._warc >= 0:
            os.close(self._warc)
        self._number += 1
        self._warc = _open_end(self.folder / _name(self._number))
        first = information(_name(self._number), f"datastork {__version__}")
        _write(self._warc, first)
        self._size = len(first)


def _name(number: int) -> str:
    return f"{number:05}.warc.gz"


def _open_end(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)


def _write(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
