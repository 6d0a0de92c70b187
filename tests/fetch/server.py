"""A server on loopback that answers as it is told."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress

Answers = bytes | Callable[[socket.socket], None]


class Server:
    """Answers each path with bytes as they are, or by a function; lists what was asked for, with its head."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Answers]] = {}
        self.asked: list[str] = []
        self.heads: list[str] = []
        self.connections = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def on(self, path: str, *answers: Answers) -> str:
        """Answer `path` with the first, the second, …, and the last for ever. Return its address."""
        self.answers[path] = list(answers)
        return self.base + path

    def close(self) -> None:
        for one in [self._socket, *self._open]:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                self.connections += 1
                self._open.append(connection)
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        held = b""
        with suppress(OSError), connection:
            while True:
                while b"\r\n\r\n" not in held:
                    piece = connection.recv(65536)
                    if not piece:
                        return
                    held += piece
                head, _, held = held.partition(b"\r\n\r\n")
                path = head.split(b" ")[1].decode()
                self.asked.append(path)
                self.heads.append(head.decode("latin-1"))
                answers = self.answers.get(path, [b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"])
                answer = answers.pop(0) if len(answers) > 1 else answers[0]
                if callable(answer):
                    answer(connection)
                    return
                connection.sendall(answer)
                if b"onnection: close" in answer.partition(b"\r\n\r\n")[0]:
                    return


def ok(body: bytes = b"hello", headers: str = "", status: str = "200 OK") -> bytes:
    """Return an answer."""
    return f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body


def to(place: str, status: str = "302 Found") -> bytes:
    """Return a redirect."""
    return ok(b"", f"Location: {place}\r\n", status)
