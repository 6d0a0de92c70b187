"""Who only keeps the app waiting: heads and bodies that do not come, forms that never end."""

import asyncio
import http.client
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
import uvicorn
from tests.app.desk import Desk

from datastork.app import protocol
from datastork.app.security import bodies

Make = Callable[..., Desk]


async def hello(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"hi"})


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A server that waits two seconds for heads."""
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 2.0)
    settings = uvicorn.Config(
        hello, http=protocol.protocol(), ws="none", lifespan="off", log_level="critical", timeout_keep_alive=60
    )
    server = uvicorn.Server(settings)
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
    thread.start()
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join(60)
    listener.close()


@pytest.mark.parametrize("sent", [b"", b"G", b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: 1"])
def test_a_connection_whose_head_does_not_come_is_ended_and_others_go_on(port: int, sent: bytes) -> None:
    other = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    other.request("GET", "/")
    assert other.getresponse().read() == b"hi"

    with socket.create_connection(("127.0.0.1", port), timeout=60) as slow:
        slow.sendall(sent)
        assert slow.recv(100) == b""

    other.request("GET", "/")
    assert other.getresponse().read() == b"hi", "one that waits for the next request of a person is kept"
    other.close()


@pytest.mark.parametrize(
    ("path", "kind"), [("/api/votes", "application/json"), ("/api/capture", "multipart/form-data; boundary=b")]
)
def test_a_body_that_does_not_come_is_given_up(
    desk: Make, monkeypatch: pytest.MonkeyPatch, path: str, kind: str
) -> None:
    monkeypatch.setattr(bodies, "PATIENCE", 0.2)
    one = desk()

    async def slowly() -> AsyncIterator[bytes]:
        yield b"--b\r\n"
        await asyncio.Event().wait()

    found = one.ask("ada", "POST", path, headers={"content-type": kind}, content=slowly())

    assert found.status_code == 408
    assert found.headers["connection"] == "close"


@pytest.mark.parametrize("start", [b"", b"--b\r\n", b'--b\r\ncontent-disposition: form-data; name="other"\r\n\r\n'])
def test_a_form_that_never_ends_is_ended(desk: Make, start: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    from datastork.app.capture import accept

    monkeypatch.setattr(accept, "LARGEST", {"photo": 1_000_000, "sound": 1_000_000})
    one = desk()
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield start
        while True:
            sent += 65_536
            yield b"a" * 65_536

    headers = {"content-type": "multipart/form-data; boundary=b"}
    found = one.ask("ada", "POST", "/api/capture", headers=headers, content=endless())

    assert found.status_code in (413, 422)
    assert sent < 3_000_000
    assert list((one.home.captured / "originals").iterdir()) == []
