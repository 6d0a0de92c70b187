"""A server that answers as it is told, and a fetcher that may reach it."""

from collections.abc import Iterator

import pytest
from tests.fetch.server import Server

from datastork.fetch import Fetcher, Policy


@pytest.fixture
def server() -> Iterator[Server]:
    """Return a server that answers as it is told."""
    made = Server()
    yield made
    made.close()


@pytest.fixture
def slept() -> list[float]:
    """Return the waits of `fetcher`, which are not waited for."""
    return []


@pytest.fixture
def fetcher(server: Server, slept: list[float]) -> Iterator[Fetcher]:
    """Return a fetcher that may reach the server."""
    with Fetcher(Policy(allow=(f"127.0.0.1:{server.port}",), timeout=60), sleep=slept.append) as made:
        yield made
