"""A program that casts votes in a storm and is killed: nothing that was acknowledged is missing, nothing is double."""

import json
import os
import random
import select
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from datastork.store.home import Home
from datastork.store.votes import Item, open_votes

KILLS = int(os.environ.get("DATASTORK_KILLS", "10"))  # on each database
STORM = Path(__file__).with_name("storm.py")
SECONDS = 180.0


def test_no_acknowledged_vote_is_lost_when_programs_are_killed(
    home: Home, url: str | None, items: Callable[[int], list[Item]], nursery: socket.socket
) -> None:
    with open_votes(home, url) as store:
        store.queue.sync(items(2_000), 1)
        acknowledged: list[str] = []
        rng = random.Random(0)
        for number in range(0, KILLS, 2):  # two at once, killed one after the other
            both = [Storm(nursery, home, url, number + at) for at in range(2)]
            for one in both:
                acknowledged += one.killed(rng)
            assert store.audit() == []
        with store.base.read() as connection:
            stored = Counter(connection.exec_driver_sql("SELECT uuid FROM votes").scalars())
    assert len(acknowledged) > KILLS
    assert [uuid for uuid in acknowledged if uuid not in stored] == []
    assert [uuid for uuid, count in stored.items() if count > 1] == []
    sys.stdout.write(f"{KILLS} kills: {len(acknowledged)} votes acknowledged, {len(stored)} stored\n")


class Storm:
    """A storm that runs: its pid, and the pipe it speaks through."""

    def __init__(self, nursery: socket.socket, home: Home, url: str | None, number: int) -> None:
        self.pipe, theirs = os.pipe()
        socket.send_fds(nursery, [json.dumps([str(home.root), url or "", str(number)]).encode()], [theirs])
        os.close(theirs)
        self.pid = int(nursery.recv(64))
        assert self.pid > 0

    def killed(self, rng: random.Random) -> list[str]:
        """Kill it somewhere, return what it had said."""
        heard, cut = self.listen(at_least=1 + rng.randrange(30))
        time.sleep(rng.random() * 0.005)  # somewhere within a transaction
        os.kill(self.pid, signal.SIGKILL)
        with os.fdopen(self.pipe, "rb") as rest:
            said = cut + rest.read()  # what was still in the pipe; a line cut short was not acknowledged
        return heard + said.decode().split("\n")[:-1]

    def listen(self, at_least: int) -> tuple[list[str], bytes]:
        """Return what it says until it said so many lines, and the beginning of the next one."""
        said, deadline = b"", time.monotonic() + SECONDS
        while said.count(b"\n") < at_least:
            ready, _, _ = select.select([self.pipe], [], [], max(0.0, deadline - time.monotonic()))
            part = os.read(self.pipe, 1 << 16) if ready else b""
            assert part, "the storm ended, or said nothing"
            said += part
        whole, _, cut = said.rpartition(b"\n")
        return whole.decode().split("\n"), cut


@pytest.fixture(scope="module")
def nursery() -> Iterator[socket.socket]:
    """Return where storms are asked for."""
    mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with mine:
        with theirs:
            process = subprocess.Popen([sys.executable, str(STORM)], stdin=theirs.fileno())
        yield mine
    assert process.wait(SECONDS) == 0
