"""A web server on loopback that answers as a test says, and remembers what it was asked."""

import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit


class Asked(NamedTuple):
    """One request: its path, decoded; its query, the last value of each name; its headers; the path as it came."""

    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    raw: str


class Reply(NamedTuple):
    """What the server says."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = {}


Answering = Callable[[Asked], Reply]


@dataclass
class Server:
    """A running server. `answer` may be replaced at any time; `asked` is every request so far."""

    address: str
    answer: Answering
    asked: list[Asked] = field(default_factory=list)

    @property
    def host(self) -> str:
        return self.address.removeprefix("http://")

    def paths(self) -> list[str]:
        return [one.raw for one in self.asked]


@contextmanager
def serving(answer: Answering) -> Iterator[Server]:
    """Run a server while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {key: values[-1] for key, values in parse_qs(parts.query, keep_blank_values=True).items()}
            asked = Asked(unquote(parts.path), query, {k.lower(): v for k, v in self.headers.items()}, self.path)
            server.asked.append(asked)
            reply = server.answer(asked)
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.status != 304:
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            if reply.status != 304:
                self.wfile.write(reply.body)

        def log_message(self, *told: Any) -> None:
            pass

    class Listener(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            if not isinstance(sys.exc_info()[1], ConnectionError):  # a client that was killed
                super().handle_error(request, client_address)

    listener = Listener(("127.0.0.1", 0), Handler)
    listener.daemon_threads = True
    server = Server(f"http://127.0.0.1:{listener.server_port}", answer)
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()


def ranged(asked: Asked, content: bytes, etag: str) -> Reply:
    """Return a file, or the piece of it that was asked for, as RFC 9110 says."""
    wanted = asked.headers.get("range", "")
    unchanged = asked.headers.get("if-range", etag) == etag
    if not wanted.startswith("bytes=") or not unchanged:
        return Reply(content, 200, {"ETag": etag, "Accept-Ranges": "bytes"})
    start, _, end = wanted.removeprefix("bytes=").partition("-")
    if int(start) >= len(content):
        return Reply(b"", 416, {"Content-Range": f"bytes */{len(content)}"})
    last = min(int(end) if end else len(content) - 1, len(content) - 1)
    about = {"ETag": etag, "Content-Range": f"bytes {start}-{last}/{len(content)}"}
    return Reply(content[int(start) : last + 1], 206, about)
