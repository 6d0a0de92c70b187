"""SQLite's log is worked into its file beside those who write, who else would wait for it: every fiftieth vote, and all
behind it, for some ten milliseconds. What is committed lies on disk either way.
"""

import contextlib
import sqlite3
import threading
from contextlib import closing

EVERY = 50  # pieces of work; about 500 pages of the log
BACKSTOP = 4_000  # pages of the log after which a writer does it itself: 16 MB


class Checkpoints:
    """A thread that does so, made once there is something to do."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.done = 0
        self.paused = False
        self._written = 0
        self._due = threading.Event()
        self._over = False
        self._thread: threading.Thread | None = None

    def written(self, works: int) -> None:
        """Note that so many pieces of work were committed; by one at a time."""
        self._written += works
        if self._written < EVERY or self.paused:
            return
        self._written = 0
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="checkpoints", daemon=True)
            self._thread.start()
        self._due.set()

    def end(self) -> None:
        """End the thread; SQLite itself does the rest once the last connection is closed."""
        if self._thread is not None:
            self._over = True
            self._due.set()
            self._thread.join()
        self._thread, self._over = None, False

    def _run(self) -> None:
        # what goes wrong here goes wrong for a writer, too, who tells it; at the latest after BACKSTOP pages
        with contextlib.suppress(sqlite3.Error), closing(sqlite3.connect(self.path, isolation_level=None)) as own:
            while True:
                self._due.wait()
                if self._over:
                    return
                self._due.clear()
                own.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()  # waits for nobody
                self.done += 1
