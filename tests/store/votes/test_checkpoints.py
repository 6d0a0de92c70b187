"""Writers do not wait while SQLite's log is worked into its file; what they wrote is in it, and the thread ends."""

import sqlite3
import threading
import time
from collections.abc import Callable

from datastork.core.votes import CastVote
from datastork.store.home import Home
from datastork.store.votes import open_votes
from datastork.store.votes.checkpoints import BACKSTOP, EVERY

Make = Callable[..., CastVote]


def names() -> list[str]:
    return [thread.name for thread in threading.enumerate()]


def in_the_file(home: Home) -> int:
    """Return how many votes the file holds without its log; -1 at a moment when some pages are written and some not."""
    alone = sqlite3.connect(f"file:{home.votes}?immutable=1", uri=True)
    try:
        there = alone.execute("SELECT count(*) FROM sqlite_master WHERE name = 'votes'").fetchone()[0]
        return int(alone.execute("SELECT count(*) FROM votes").fetchone()[0]) if there else 0
    except sqlite3.DatabaseError:
        return -1
    finally:
        alone.close()


def test_the_log_is_worked_in_beside_the_writers_and_the_thread_ends(home: Home, vote: Make) -> None:
    with open_votes(home) as store:
        for at in range(EVERY - 1):
            store.cast([vote(f"s{at}")])
        before, deadline = max(0, in_the_file(home)), time.monotonic() + 60
        while in_the_file(home) <= before:  # the thread is begun by the next, or was by what came before
            store.cast([vote(f"t{time.monotonic_ns()}")])
            assert time.monotonic() < deadline, "nothing came into the file"
        assert home.votes.with_name("votes.sqlite-wal").stat().st_size < BACKSTOP * 4096, "no writer did it"
        assert "checkpoints" in names()

    assert "checkpoints" not in names()
    with open_votes(home) as again:
        assert again.audit() == []


def test_who_writes_little_starts_no_thread(home: Home, vote: Make) -> None:
    with open_votes(home) as store:
        store.cast([vote()])

        assert "checkpoints" not in names()


def test_many_rows_at_once_are_worked_in_once_and_at_the_end(home: Home, vote: Make) -> None:
    with open_votes(home) as store:
        with store.base.much():
            for at in range(2 * EVERY):
                store.cast([vote(f"s{at}")])
            assert "checkpoints" not in names()
        assert in_the_file(home) == 2 * EVERY
