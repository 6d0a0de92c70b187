"""The gate: only requests for us, from our own pages, not too often, not too large; nothing of our insides told."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from tests.app.desk import Desk

from datastork.app.door import ANNOTATORS, Door
from datastork.app.routes import DOORS
from datastork.app.security import rates
from datastork.app.security.bodies import DEPTH, SMALL
from datastork.app.security.guard import same_place
from datastork.app.security.hosts import Hosts, machine_addresses, machine_names, parse_host
from datastork.app.security.rates import Rate, Rates

Make = Callable[..., Desk]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("localhost:80", ("localhost", "80")),
        ("LOCALHOST.", ("localhost", "")),
        ("127.0.0.1", ("127.0.0.1", "")),
        ("[::1]:9", ("::1", "9")),
        ("", None),
        ("a b", None),
        ("user@host", None),
        ("host:port", None),
        ("[::1", None),
        ("host/path", None),
        ("x" * 300, None),
        (".", None),
    ],
)
def test_host_headers_are_taken_apart(header: str, expected: tuple[str, str] | None) -> None:
    assert parse_host(header) == expected


def test_only_our_own_names_are_answered_to() -> None:
    hosts = Hosts(["label.example.org", "*.tunnel.example"])
    for name in ("localhost", "127.0.0.1", "::1", "label.example.org", "a.tunnel.example", "b.a.tunnel.example"):
        assert hosts.allow(name, None), name
    for name in (
        "evil.example",
        "example.org",
        "tunnel.example",
        "xtunnel.example",
        "10.0.0.7",
        "localhost.evil.example",
    ):
        assert not hosts.allow(name, None), name
    assert hosts.allow("10.0.0.7", "10.0.0.7")
    assert hosts.allow("10.0.0.7", "::ffff:10.0.0.7")


def test_in_the_network_the_machine_has_its_names_and_addresses() -> None:
    hosts = Hosts(lan=True)
    for name in (*machine_names(), *machine_addresses()):
        assert hosts.allow(name, None)
    assert not any(name.startswith("127.") for name in machine_addresses())


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "a b"])
def test_another_host_is_refused_before_anything(desk: Make, host: str) -> None:
    app = desk()
    found = app.ask("ada", "GET", "/api/me", headers={"host": host or " "})
    assert found.status_code in (400, 421)
    assert "ada" not in found.text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"x-stork": ""}, 403),
        ({"x-stork": "yes"}, 403),
        ({"origin": "http://127.0.0.1:8787"}, 200),
        ({"origin": "https://127.0.0.1:8787"}, 200),  # TLS taken off on the way
        ({"origin": "http://127.0.0.1:9999"}, 403),
        ({"origin": "http://127.0.0.1"}, 403),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "file://"}, 403),
        ({"origin": "http://[::1"}, 403),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "cross-site", "origin": "http://127.0.0.1:8787"}, 403),
        # behind a tunnel that rewrites Host: the browser's own word holds
        ({"sec-fetch-site": "same-origin", "origin": "https://abc.tunnel.example"}, 200),
        ({"sec-fetch-site": "cross-site", "origin": "https://abc.tunnel.example"}, 403),
    ],
)
def test_changes_come_from_our_own_pages(desk: Make, headers: dict[str, str], status: int) -> None:
    app = desk()
    assert app.ask("ada", "POST", "/api/next", {"count": 1}, headers=headers).status_code == status
    assert app.ask("ada", "GET", "/api/me", headers={**headers, "x-stork": ""}).status_code == 200


def test_a_tunnel_that_keeps_host_needs_its_name() -> None:
    assert same_place("https://abc.tunnel.example", "abc.tunnel.example", "")
    assert same_place("https://abc.tunnel.example:443", "abc.tunnel.example", "")
    assert not same_place("https://abc.tunnel.example:8443", "abc.tunnel.example", "")
    assert not same_place("https://evil.example", "abc.tunnel.example", "")
    assert not same_place("javascript:1", "abc.tunnel.example", "")


def test_forwarded_headers_count_only_behind_a_proxy(desk: Make) -> None:
    forwarded = {"x-forwarded-host": "label.example.org", "x-forwarded-proto": "https", "x-forwarded-for": "9.9.9.9"}
    plain = desk()
    assert plain.ask("ada", "GET", "/api/me", headers=forwarded).status_code == 200  # Host is our own
    proxied = desk(hosts=["label.example.org"], behind_proxy=True)
    proxied.enter("ada")
    cookie = {"cookie": f"__Host-{proxied.service.cookies.plain}={proxied.cookies['ada']}"}
    found = proxied.ask(None, "GET", "/api/me", headers=forwarded | cookie)
    assert found.json()["annotator"] == "ada"
    evil = forwarded | cookie | {"x-forwarded-host": "evil.example"}
    assert proxied.ask(None, "GET", "/api/me", headers=evil).status_code == 421


def test_every_answer_has_the_headers_that_shut_everything_else_out(desk: Make) -> None:
    app = desk()
    for path in ("/", "/api/me", "/nothing", "/api/health", "/static/none.js", "/media/none"):
        found = app.ask("ada", "GET", path)
        assert found.headers["x-content-type-options"] == "nosniff", path
        assert found.headers["x-frame-options"] == "DENY"
        assert found.headers["referrer-policy"] == "same-origin"
        policy = found.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "*" not in policy
        assert "access-control-allow-origin" not in found.headers
        assert "server" not in found.headers
    assert app.ask("ada", "GET", "/api/me").headers["cache-control"] == "no-store"


def test_bodies_are_bounded_in_bytes_and_depth(desk: Make) -> None:
    app = desk()
    deep = b"[" * 100_000
    for body, status in (
        (b"{}", 200),
        (b"", 200),
        (b"[]", 400),
        (b"{", 400),
        (b"\xff", 400),
        (b'{"a": NaN}', 400),
        (deep, 413),
        (b'{"a":' + b"[" * 20_000 + b"]" * 20_000 + b"}", 400),
        (b'{"a":' + b"[" * DEPTH + b"]" * DEPTH + b"}", 400),
        (b'{"a":"' + b"x" * SMALL + b'"}', 413),
    ):
        found = app.ask("ada", "POST", "/api/next", content=body)
        assert found.status_code == status, (body[:20], found.text)
        assert set(found.json()) >= ({"error", "hint"} if status != 200 else {"tasks"})


def test_a_body_without_its_length_is_bounded_as_well(desk: Make) -> None:
    app = desk()

    async def endless() -> object:
        for _ in range(1000):
            yield b" " * 1000

    assert app.ask("ada", "POST", "/api/next", content=endless()).status_code == 413


def test_unknown_paths_and_methods_are_told_as_json(desk: Make) -> None:
    app = desk()
    assert app.ask("ada", "GET", "/api/nothing").json()["error"] == "there is nothing here"
    assert app.ask("ada", "PUT", "/api/next").status_code == 405
    assert app.ask("ada", "PUT", "/api/next").json()["error"] == "PUT cannot be done here"
    assert app.ask("ada", "PATCH", "/api/next").status_code == 405
    assert app.ask("ada", "GET", "/" + "x" * 3000).status_code == 414


def test_what_breaks_here_is_not_told_to_clients(
    desk: Make, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    app = desk()

    def broken(*given: object) -> None:
        raise ValueError("a secret of the inside")

    monkeypatch.setattr(type(app.store.queue), "left", broken)
    found = app.ask("ada", "POST", "/api/next", {"count": 0})
    assert found.status_code == 500
    assert "secret" not in found.text
    assert "Traceback" not in found.text
    assert "a secret of the inside" in capfd.readouterr().err


def test_buckets_empty_and_fill() -> None:
    buckets, rate = Rates(), Rate(2, 3)
    assert [buckets.take("ada", rate, now=0.0) for _ in range(4)] == [0, 0, 0, 1]
    assert buckets.take("bob", rate, now=0.0) == 0
    assert buckets.take("ada", rate, now=0.6) == 0
    assert buckets.take("ada", rate, now=0.6) == 1
    assert [buckets.take("ada", rate, now=100.0) for _ in range(4)] == [0, 0, 0, 1]


def test_buckets_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "MOST_BUCKETS", 10)
    buckets = Rates()
    for number in range(100):
        buckets.take(str(number), Rate(1, 1), now=0.0)
    assert len(buckets._buckets) == 10


def test_links_cannot_be_guessed_at_speed(desk: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "time", SimpleNamespace(monotonic=lambda: 0.0))
    app = desk()
    found = [app.ask(None, "POST", "/api/join", {"token": f"guess-{number}", "name": "eve"}) for number in range(90)]
    assert [one.status_code for one in found] == [404] * 60 + [429] * 30
    assert int(found[-1].headers["retry-after"]) >= 1
    assert app.ask("ada", "GET", "/api/me").status_code == 200


def test_no_door_is_there_twice_and_changes_are_never_open_to_everybody() -> None:
    doors = [(door.method, door.path) for door in DOORS]
    assert len(doors) == len(set(doors))
    open_to_all = {(door.method, door.path) for door in DOORS if not door.roles and door.method != "GET"}
    assert open_to_all == {("POST", "/api/invited"), ("POST", "/api/join"), ("POST", "/api/capture/withdraw")}
    assert all(isinstance(door, Door) and door.roles <= ANNOTATORS for door in DOORS)
