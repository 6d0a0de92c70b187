"""Fetching: redirects, retries, bounds, and names that change what they mean."""

import gzip
import socket
import ssl
import subprocess
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from email.utils import formatdate
from pathlib import Path

import pyarrow as pa
import pytest
from tests.fetch.server import Server, ok, to

from datastork.core.errors import DataError
from datastork.fetch import Fetcher, FetchError, Policy, Refused
from datastork.fetch import connecting as connecting_module
from datastork.fetch.waiting import backoff, moment_of, retry_after


def test_an_answer_tells_all(server: Server, fetcher: Fetcher) -> None:
    url = server.on("/a", ok(b"hello", "X-Kind: test\r\nX-Kind: again\r\n"))
    found = fetcher.get(url, raw=True)

    assert (found.url, found.status, found.body, found.hops, found.address) == (url, 200, b"hello", (), "127.0.0.1")
    assert found.headers["x-kind"] == found.headers["X-KIND"] == "test, again"
    assert found.raw.startswith(b"HTTP/1.1 200 OK\r\n")
    assert found.raw.endswith(b"hello")
    assert found.request.startswith(b"GET /a HTTP/1.1\r\nHost: 127.0.0.1:")
    assert f"User-Agent: {fetcher.policy.agent}" in server.heads[0]


def test_connections_are_used_again(server: Server, fetcher: Fetcher) -> None:
    url = server.on("/a", ok())
    for _ in range(5):
        fetcher.get(url)

    assert server.connections == 1


def test_a_connection_that_was_closed_meanwhile_is_replaced(server: Server, fetcher: Fetcher) -> None:
    url = server.on("/a", ok(headers="Keep-Alive: timeout=1\r\n"))
    fetcher.get(url)
    server._open[0].shutdown(socket.SHUT_RDWR)

    assert fetcher.get(url).body == b"hello"
    assert server.connections == 2


def test_cookies_are_not_kept(server: Server, fetcher: Fetcher) -> None:
    url = server.on("/a", ok(headers="Set-Cookie: a=1\r\n"))
    fetcher.get(url)
    fetcher.get(url)

    assert "ookie" not in server.heads[1]


def test_proxies_of_the_environment_are_not_used(
    server: Server, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")

    assert fetcher.get(server.on("/a", ok())).ok


def test_redirects_are_followed_and_told(server: Server, fetcher: Fetcher) -> None:
    first = server.on("/a", to("b?x=ä"))
    server.on("/b?x=%C3%A4", to("//" + server.base[7:] + "/c", "301 Moved"))
    last = server.on("/c", ok())
    found = fetcher.get(first)

    assert (found.url, found.hops) == (last, (first, server.base + "/b?x=%C3%A4"))


@pytest.mark.parametrize("place", ["/a", "/b"])
def test_redirects_in_a_circle_end(server: Server, fetcher: Fetcher, place: str) -> None:
    url = server.on("/a", to(place))
    server.on("/b", to("/a"))
    with pytest.raises(FetchError, match="its redirects go in a circle"):
        fetcher.get(url)


def test_redirects_without_end_end(server: Server) -> None:
    for number in range(30):
        server.on(f"/{number}", to(f"/{number + 1}"))
    policy = Policy(allow=("127.0.0.1",), max_redirects=4)
    with Fetcher(policy) as fetcher, pytest.raises(FetchError, match="more than 4 redirects"):
        fetcher.get(server.base + "/0")
    assert len(server.asked) == 5


@pytest.mark.parametrize(
    "place",
    ["http://10.0.0.1/", "http://[::1]/", "http://169.254.169.254/", "file:///etc/passwd", "http://127.0.0.1:1/"],
)
def test_a_redirect_to_a_private_address_is_refused(server: Server, fetcher: Fetcher, place: str) -> None:
    url = server.on("/a", to(place))
    with pytest.raises(Refused):
        fetcher.get(url)


def test_a_secret_header_does_not_go_to_another_host(server: Server) -> None:
    other = Server()
    try:
        url = server.on("/a", to("/b"))
        server.on("/b", to(other.on("/c", ok())))
        with Fetcher(Policy(allow=("127.0.0.1",))) as fetcher:
            fetcher.get(url, {"Authorization": "secret", "Accept": "text/x", "X-Api-Key": "secret"})
        assert "Authorization: secret" in server.heads[1]
        assert "secret" not in other.heads[0]
        assert "Accept: text/x" in other.heads[0]
    finally:
        other.close()


def test_a_name_is_looked_up_once_and_the_checked_address_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server that first gives a public address and then a private one wins nothing."""
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])
    connected: list[str] = []

    def connect(family: int, address: str, port: int, timeout: float) -> socket.socket:
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(connecting_module, "connect", connect)
    fetcher = Fetcher(Policy(retries=1), resolver=lambda *_: next(answers), sleep=lambda _: None)
    with fetcher, pytest.raises(Refused, match=r"127\.0\.0\.1, is loopback"):
        fetcher.get("http://rebind.example/")
    assert connected == ["93.184.216.34"]


def test_every_hop_is_looked_up_and_checked(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first hop is public (and led to the test server here), the second has become private."""
    answers = iter([["93.184.216.34"], ["192.168.0.1"]])
    real = connecting_module.connect
    monkeypatch.setattr(
        connecting_module, "connect", lambda family, _, port, wait: real(family, "127.0.0.1", server.port, wait)
    )
    server.on("/a", ok(b"", "Location: /b\r\nConnection: close\r\n", "302 Found"))
    with Fetcher(Policy(), resolver=lambda *_: next(answers)) as fetcher, pytest.raises(Refused, match="is private"):
        fetcher.get("http://rebind.example/a")
    assert server.asked == ["/a"]
    assert "Host: rebind.example\r\n" in server.heads[0] + "\r\n"


def test_the_next_address_is_tried_where_one_does_not_answer(server: Server) -> None:
    policy = Policy(allow=("127.0.0.0/8",))
    url = f"http://many.example:{server.port}/a"
    server.on("/a", ok())
    with Fetcher(policy, resolver=lambda *_: ["127.0.0.9", "127.0.0.1"]) as fetcher:
        assert fetcher.get(url).address == "127.0.0.1"


@pytest.mark.parametrize(("value", "wait"), [("7", 7.0), ("DATE", 40.0), ("soon", 0.5), ("-3", 0.5), (None, 0.5)])
def test_a_busy_host_is_asked_again_when_it_says(
    server: Server, fetcher: Fetcher, slept: list[float], value: str | None, wait: float
) -> None:
    given = value
    if value == "DATE":  # it comes nearer while this runs
        given = formatdate(time.time() + wait, usegmt=True)
    header = "" if given is None else f"Retry-After: {given}\r\n"
    found = fetcher.get(server.on("/a", ok(b"", header, "503 Busy"), ok()))

    assert found.status == 200
    assert len(slept) == 1
    assert wait - (30 if value == "DATE" else 0) <= slept[0] <= wait


def test_tries_are_bounded_and_the_last_answer_is_given(server: Server, fetcher: Fetcher, slept: list[float]) -> None:
    found = fetcher.get(server.on("/a", ok(b"", status="429 Slow down")))

    assert (found.status, len(server.asked), slept) == (429, 3, [0.5, 1.0])
    with pytest.raises(FetchError, match="the server answered 429"):
        found.checked()


def test_a_host_that_wants_to_be_left_alone_for_long_is(server: Server, fetcher: Fetcher, slept: list[float]) -> None:
    found = fetcher.get(server.on("/a", ok(b"", "Retry-After: 999999999999\r\n", "503 Busy"), ok()))

    assert (found.status, slept) == (503, [])


def test_waits_grow_and_are_bounded() -> None:
    assert [backoff(attempt) for attempt in (0, 1, 2, 3, 50)] == [0.5, 1, 2, 4, 30]
    assert retry_after("Wed, 99 Foo 2020", 0) is None


@pytest.mark.parametrize("date", ["Thu Jan  1 00:01:00 1970", "Thu, 01 Jan 1970 00:01:00 -0000"])
def test_a_date_that_names_no_zone_is_in_utc_wherever_it_is_read(monkeypatch: pytest.MonkeyPatch, date: str) -> None:
    monkeypatch.setenv("TZ", "America/Los_Angeles")
    time.tzset()
    try:
        assert (moment_of(date), retry_after(date, 15.0)) == (60.0, 45.0)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_the_rate_of_a_host_is_kept(server: Server) -> None:
    waits: list[float] = []
    with Fetcher(Policy(allow=("127.0.0.1",), rate=0.01), sleep=waits.append) as fetcher:
        for number in range(4):
            fetcher.get(server.on(f"/{number}", ok()))

    assert [round(wait / 100) for wait in waits] == [1, 2, 3]  # less what the requests themselves took


def chunked(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body


def endless(first: bytes, piece: bytes, pause: float = 0) -> Callable[[socket.socket], None]:
    def send(connection: socket.socket) -> None:
        connection.sendall(first)
        while True:
            connection.sendall(piece)
            time.sleep(pause)

    return send


HEAD = b"HTTP/1.1 200 OK\r\n"
BAD = {
    "short": (HEAD + b"Content-Length: 50\r\nConnection: close\r\n\r\nonly this", "it is cut short"),
    "long": (
        HEAD + b"Content-Length: 3\r\nConnection: close\r\n\r\nmore than three",
        "more came than its Content-Length",
    ),
    "two lengths": (HEAD + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc", "Content-Length"),
    "no number": (HEAD + b"Content-Length: many\r\n\r\nabc", "its Content-Length is 'many'"),
    "minus": (HEAD + b"Content-Length: -1\r\n\r\nabc", "its Content-Length is '-1'"),
    "huge": (HEAD + b"Content-Length: 99999999999\r\n\r\nabc", "larger than"),
    "chunk size": (chunked(b"zz\r\nhello\r\n0\r\n\r\n"), "chunks are broken"),
    "chunk cut": (chunked(b"50\r\nhello")[:-5] + b"", "chunks are broken|cut short"),
    "coding": (HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n", "its Transfer-Encoding is"),
    "endless": (endless(HEAD + b"\r\n", b"x" * 65536), "more than 1,048,576 bytes"),
    "endless head": (endless(HEAD, b"A: b\r\n" * 1000), "headers are too long"),
    "endless chunk line": (endless(chunked(b""), b"0" * 65536), "chunks|does not end|too long|no proper"),
    "endless trailer": (endless(chunked(b"0\r\n"), b"a: b\r\n" * 5000), "does not end|too long|no proper"),
    "interim": (endless(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"), "too many interim"),
    "slow": (endless(HEAD, b"A: b\r\n", 0.05), "no whole answer in time"),
    "slow body": (endless(HEAD + b"Content-Length: 9999\r\n\r\n", b"x", 0.05), "no whole answer in time"),
    "101": (b"HTTP/1.1 101 Switching\r\n\r\n", "another protocol"),
    "no http": (b"SSH-2.0-x\r\n\r\n", "no HTTP"),
    "status": (b"HTTP/1.1 9999999999 OK\r\n\r\n", "no HTTP"),
    "gzip": (ok(b"no gzip", "Content-Encoding: gzip\r\n"), "its gzip data is broken"),
    "gzip cut": (ok(gzip.compress(b"x" * 999)[:-9], "Content-Encoding: gzip\r\n"), "its gzip data is cut short"),
    "gzip and more": (ok(gzip.compress(b"x", mtime=0) + b"more", "Content-Encoding: gzip\r\n"), "behind the end"),
    "bomb": (ok(gzip.compress(bytes(5 << 20)), "Content-Encoding: gzip\r\n"), "more than 1,048,576 bytes once"),
    "bomb in bomb": (
        ok(gzip.compress(gzip.compress(bytes(32 << 20))), "Content-Encoding: gzip, gzip\r\n"),
        "more than 1,048,576 bytes once",
    ),
    "brotli bomb": (
        ok(pa.Codec("brotli").compress(bytes(5 << 20), asbytes=True), "Content-Encoding: br\r\n"),
        "more than 1,048,576 bytes once",
    ),
    "brotli": (ok(b"no brotli", "Content-Encoding: br\r\n"), "its brotli data is broken"),
    "codings": (ok(b"x", "Content-Encoding: gzip, gzip, gzip\r\n"), "3 times over"),
    "unknown": (ok(b"x", "Content-Encoding: rot13\r\n"), "nothing here can undo"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_answer_is_an_error_a_user_understands(server: Server, name: str) -> None:
    answer, what = BAD[name]
    patience = 2.0 if "in time" in what else 60.0
    policy = Policy(allow=("127.0.0.1",), timeout=patience, retries=0, max_bytes=1 << 20)
    url = server.on("/bad", answer)
    if name == "chunk cut":
        url = server.on("/bad", lambda connection: connection.sendall(chunked(b"50\r\nhello")))
    with Fetcher(policy) as fetcher:
        with pytest.raises(FetchError, match=what) as caught:
            fetcher.get(url)
        assert str(caught.value).startswith(url)
        assert isinstance(caught.value, DataError)
        assert fetcher.get(server.on("/good", ok())).body == b"hello"


GOOD = {
    "gzip": ok(gzip.compress(b"hello", mtime=0), "Content-Encoding: gzip\r\n"),
    "gzip in parts": ok(gzip.compress(b"hel", mtime=0) + gzip.compress(b"lo", mtime=0), "Content-Encoding: x-gzip\r\n"),
    "deflate": ok(zlib.compress(b"hello"), "Content-Encoding: deflate\r\n"),
    "raw deflate": ok(zlib.compress(b"hello")[2:-4], "Content-Encoding: deflate\r\n"),
    "brotli": ok(pa.Codec("brotli").compress(b"hello", asbytes=True), "Content-Encoding: br\r\n"),
    "zstd": ok(pa.Codec("zstd").compress(b"hello", asbytes=True), "Content-Encoding: zstd\r\n"),
    "twice": ok(gzip.compress(gzip.compress(b"hello", mtime=0)), "Content-Encoding: gzip, gzip\r\n"),
    "identity": ok(b"hello", "Content-Encoding: identity\r\n"),
    "chunks": chunked(b"3;name=value\r\nhel\r\n2\r\nlo\r\n0\r\nTrailer: x\r\n\r\n"),
    "early hints": b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + b"HTTP/1.1 100 Continue\r\n\r\n" + ok(),
    "to the end": HEAD + b"Connection: close\r\n\r\nhello",
    "old": b"HTTP/1.0 200 OK\r\nConnection: close\r\n\r\nhello",
}


@pytest.mark.parametrize("name", GOOD)
def test_what_is_coded_in_one_way_or_another_is_read(server: Server, fetcher: Fetcher, name: str) -> None:
    found = fetcher.get(server.on("/a", GOOD[name]), raw=True)

    assert found.body == b"hello"
    assert found.raw.split(b"\r\n")[0].endswith(b"200 OK")


@pytest.mark.parametrize("body", [b"{", b"<html>", b"", b"[" * 100_000, b"\xff\xfe"])
def test_what_is_no_json_is_an_error(server: Server, fetcher: Fetcher, body: bytes) -> None:
    with pytest.raises(FetchError, match="the answer is no JSON"):
        fetcher.json(server.on("/a", ok(body)))


def test_json_is_read_where_the_status_is_good(server: Server, fetcher: Fetcher) -> None:
    assert fetcher.json(server.on("/a", ok(b'{"a": [1]}'))) == {"a": [1]}
    with pytest.raises(FetchError, match="the server answered 404"):
        fetcher.json(server.base + "/missing")


def test_a_limit_holds_for_one_answer_and_may_cut(server: Server, fetcher: Fetcher) -> None:
    url = server.on("/a", chunked(b"400\r\n" + b"x" * 1024 + b"\r\n0\r\n\r\n"))
    with pytest.raises(FetchError, match="more than 100 bytes"):
        fetcher.get(url, limit=100)
    found = fetcher.hop(url, limit=100, cut=True)

    assert (len(found.body), found.cut) == (100, True)


def test_a_body_that_is_not_wanted_stays_where_it_is(server: Server, fetcher: Fetcher) -> None:
    url = server.on("/a", endless(HEAD + b"Content-Type: video/mp4\r\n\r\n", b"x" * 65536))
    found = fetcher.hop(url, want=lambda status, headers: headers["content-type"] == "text/html")

    assert (found.status, found.body, found.cut) == (200, b"", True)


def test_a_download_is_whole_or_not_there(server: Server, fetcher: Fetcher, tmp_path: Path) -> None:
    good = server.on("/a", HEAD + b"Content-Length: 9\r\nConnection: close\r\n\r\nshort", ok(b"x" * 100_000))
    found = fetcher.download(good, tmp_path / "deep" / "file")

    assert (found.body, (tmp_path / "deep" / "file").read_bytes()) == (b"", b"x" * 100_000)
    with pytest.raises(FetchError, match="404"):
        fetcher.download(server.base + "/missing", tmp_path / "other")
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["file"]


def test_an_agent_with_a_line_break_smuggles_nothing(server: Server) -> None:
    with Fetcher(Policy(allow=("127.0.0.1",), agent="x\r\nX-Evil: 1")) as fetcher, pytest.raises(FetchError):
        fetcher.get(server.on("/a", ok()))
    assert server.asked == []


@pytest.fixture
def secure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, list[str | None]]]:
    """Return the port of an https server for secure.example, and the names it was asked for while shaking hands."""
    key, certificate = str(tmp_path / "key.pem"), str(tmp_path / "certificate.pem")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key]
    command += ["-out", certificate, "-subj", "/CN=secure.example", "-addext", "subjectAltName=DNS:secure.example"]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("openssl makes no certificate here")
    monkeypatch.setenv("SSL_CERT_FILE", certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    names: list[str | None] = []
    context.sni_callback = lambda sock, name, _: names.append(name)
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                with suppress(OSError), context.wrap_socket(connection, server_side=True) as wrapped:
                    while wrapped.recv(65536):
                        wrapped.sendall(ok(b"secret"))

    threading.Thread(target=serve, daemon=True).start()
    yield listening.getsockname()[1], names
    listening.shutdown(socket.SHUT_RDWR)  # whoever waits for a connection ends
    listening.close()


def test_https_is_for_the_name_though_the_address_was_checked(secure: tuple[int, list[str | None]]) -> None:
    port, names = secure
    policy = Policy(allow=("127.0.0.1",), retries=0)
    with Fetcher(policy, resolver=lambda *_: ["127.0.0.1"]) as fetcher:
        for _ in range(2):
            assert fetcher.get(f"https://secure.example:{port}/").body == b"secret"
    assert set(names) == {"secure.example"}


def test_a_certificate_of_another_name_does_not_hold(secure: tuple[int, list[str | None]]) -> None:
    policy = Policy(allow=("127.0.0.1",), retries=0)
    fetcher = Fetcher(policy, resolver=lambda *_: ["127.0.0.1"])
    with fetcher, pytest.raises(FetchError, match="its certificate does not hold"):
        fetcher.get(f"https://other.example:{secure[0]}/")


def test_what_is_no_https_is_an_error(server: Server) -> None:
    fetcher = Fetcher(Policy(allow=("127.0.0.1",), retries=0, timeout=2.0))
    with fetcher, pytest.raises(FetchError, match="no secure connection"):
        fetcher.get(f"https://127.0.0.1:{server.port}/")
