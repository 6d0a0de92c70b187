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
from datastork.store.votes import Item, open_votes

KILLS = int(os.environ.get("DATASTORK_KILLS", "10"))  # on each database
STORM = Path(__file__).with_name("storm.py")
SECONDS = 60.0


def test_no_acknowledged_vote_is_lost_when_programs_are_killed(
    home: Home, url: str | None, items: Callable[[int], list[Item]]
) -> None:
    with open_votes(home, url) as store:
        store.queue.sync(items(2_000), 1)
        acknowledged: list[str] = []
        rng = random.Random(0)
        for number in range(0, KILLS, 2):  # two at once, killed one after the other
            both = [start(home, url, number + at) for at in range(2)]
            for one in both:
                acknowledged += killed(one, rng)
            assert store.audit() == []
        with store.base.read() as connection:
            stored = Counter(connection.exec_driver_sql("SELECT uuid FROM votes").scalars())
    assert len(acknowledged) > KILLS
    assert [uuid for uuid in acknowledged if uuid not in stored] == []
    assert [uuid for uuid, count in stored.items() if count > 1] == []
    sys.stdout.write(f"{KILLS} kills: {len(acknowledged)} votes acknowledged, {len(stored)} stored\n")


def killed(process: "subprocess.Popen[bytes]", rng: random.Random) -> list[str]:
    """Kill a storm somewhere, return what it had said."""
    heard, cut = listen(process, at_least=1 + rng.randrange(30))
    time.sleep(rng.random() * 0.005)  # somewhere within a transaction
    process.kill()
    assert process.stdout is not None
    said = cut + process.stdout.read()  # what was still in the pipe; a line cut short was not acknowledged
    process.stdout.close()
    process.wait()
    return heard + said.decode().split("\n")[:-1]


def start(home: Home, url: str | None, number: int) -> "subprocess.Popen[bytes]":
    command = [sys.executable, str(STORM), str(home.root), url or "", str(number)]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def listen(process: "subprocess.Popen[bytes]", at_least: int) -> tuple[list[str], bytes]:
    """Return what a storm says until it said so many lines, and the beginning of the next one."""
    assert process.stdout is not None
    said, deadline = b"", time.monotonic() + SECONDS
    while said.count(b"\n") < at_least:
        ready, _, _ = select.select([process.stdout], [], [], max(0.0, deadline - time.monotonic()))
        part = os.read(process.stdout.fileno(), 1 << 16) if ready else b""
        assert part, "the storm ended, or said nothing"
        said += part
    whole, _, cut = said.rpartition(b"\n")
    return whole.decode().split("\n"), cut
