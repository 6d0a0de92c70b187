"""Ports that no two servers of a run share: a browser keeps what an address gave it, tasks and answers among it."""

import itertools
import os
import socket

FIRST, EACH = 20_000, 1_000  # below the ports that systems give away by themselves; so many for each worker
_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_ports = itertools.count(FIRST + EACH * _worker)


def bound(port: int | None = None) -> socket.socket:
    """Return a socket on a port, or on one that nobody had."""
    for one in _ports if port is None else (port,):
        held = socket.socket()
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            held.bind(("127.0.0.1", one))
        except OSError:
            held.close()
            if port is not None:
                raise
            continue
        return held
    raise AssertionError("no port is left")


def fresh() -> str:
    """Return a port that nobody had, for a program."""
    with bound() as held:
        return str(held.getsockname()[1])
