"""A program that casts votes in a storm and is killed: nothing that was acknowledged is missing, nothing is double."""

import os
import random
import select
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from datastork.store.home import Home
from datastork.store.votes import Item, VoteStore, open_votes

KILLS = int(os.environ.get("DATASTORK_KILLS", "5"))  # on each database; benchmarks/votes_store.py does 50
STORM = Path(__file__).with_name("storm.py")
SECONDS = 60.0


def test_no_acknowledged_vote_is_lost_when_the_program_is_killed(
    home: Home, url: str | None, items: Callable[[int], list[Item]]
) -> None:
    with open_votes(home, url) as store:
        store.queue.sync(items(2_000), 1)
        acknowledged: list[str] = []
        rng = random.Random(0)
        for number in range(KILLS):
            acknowledged += killed(home, url, number, rng)
            assert store.audit() == []
        missing_and_double(store, acknowledged)


def test_two_programs_at_once_killed_one_after_the_other(
    home: Home, url: str | None, items: Callable[[int], list[Item]]
) -> None:
    with open_votes(home, url) as store:
        store.queue.sync(items(2_000), 1)
        both = [start(home, url, number) for number in range(2)]
        heard = [listen(one, at_least=10) for one in both]
        for one in both:
            one.kill()
        acknowledged = [uuid for one, first in zip(both, heard, strict=True) for uuid in first + rest(one)]
        missing_and_double(store, acknowledged)
        assert store.audit() == []


def killed(home: Home, url: str | None, number: int, rng: random.Random) -> list[str]:
    """Start a storm, kill it somewhere, return what it had said."""
    process = start(home, url, number)
    heard = listen(process, at_least=1 + rng.randrange(30))
    time.sleep(rng.random() * 0.005)  # somewhere within a transaction
    process.kill()
    return heard + rest(process)


def start(home: Home, url: str | None, number: int) -> "subprocess.Popen[bytes]":
    command = [sys.executable, str(STORM), str(home.root), url or "", str(number)]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def listen(process: "subprocess.Popen[bytes]", at_least: int) -> list[str]:
    """Return what a storm says until it said so many lines."""
    assert process.stdout is not None
    said, deadline = b"", time.monotonic() + SECONDS
    while said.count(b"\n") < at_least:
        ready, _, _ = select.select([process.stdout], [], [], max(0.0, deadline - time.monotonic()))
        part = os.read(process.stdout.fileno(), 1 << 16) if ready else b""
        assert part, "the storm ended, or said nothing"
        said += part
    return lines(said, process)


def rest(process: "subprocess.Popen[bytes]") -> list[str]:
    """Return what was still in the pipe; a line cut short was not acknowledged as a whole."""
    assert process.stdout is not None
    said = process.stdout.read()
    process.stdout.close()
    process.wait()
    return [one for one in (process.cut + said).decode().split("\n")[:-1] if one]  # type: ignore[attr-defined]


def lines(said: bytes, process: "subprocess.Popen[bytes]") -> list[str]:
    whole, _, cut = said.rpartition(b"\n")
    process.cut = cut  # type: ignore[attr-defined]
    return whole.decode().split("\n")


def missing_and_double(store: VoteStore, acknowledged: list[str]) -> None:
    with store.base.read() as connection:
        stored = Counter(connection.exec_driver_sql("SELECT uuid FROM votes").scalars())
    assert len(acknowledged) > KILLS
    assert [uuid for uuid in acknowledged if uuid not in stored] == []
    assert [uuid for uuid, count in stored.items() if count > 1] == []
