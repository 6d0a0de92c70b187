"""collect.web, against servers on loopback."""

import json
import os
import runpy
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from tests.fetch.server import Server, ok, to

import datastork as ds
from datastork.collect._web.archive import LEDGER, Archive, read_ledger
from datastork.collect._web.crawl import crawl
from datastork.collect._web.entry import Entry
from datastork.collect._web.plan import Plan
from datastork.collect.web import web
from datastork.core.errors import LockedError, RecipeError, SourceError, StoreError
from datastork.fetch import AGENT
from datastork.store.listing import Listing
from datastork.store.sources import read_bytes

SITE = Path(__file__).parents[2] / "benchmarks" / "crawl_site.py"
SERVED = runpy.run_path(str(SITE))
CASES, FIRST_CASE, HOSTILE = (SERVED[name] for name in ("CASES", "FIRST_CASE", "HOSTILE"))
FAST: dict[str, Any] = {"rate": 10_000.0, "allow": ["127.0.0.0/8"], "timeout": 60.0, "retries": 0}
HTML = "Content-Type: text/html\r\n"


def page(text: str = "hello", *links: str, headers: str = "") -> bytes:
    """Return a page."""
    return ok((f"<html><p>{text}</p>" + "".join(f"<a href='{link}'>x</a>" for link in links)).encode(), HTML + headers)


def rows(found: Listing) -> dict[str, dict[str, Any]]:
    """Return the rows by the path of their address."""
    return {"/" + row["uri"].split("/", 3)[-1]: row for row in found.table.to_pylist()}


def ledger(root: Path) -> list[Entry]:
    """Return the ledger."""
    return [entry for path in root.glob(f".stork/collected/web-*/{LEDGER}") for entry in read_ledger(path)]


@pytest.fixture
def server() -> Iterator[Server]:
    """Return a server that answers as it is told, pages with `page` and anything else with 404."""
    made = Server()
    yield made
    made.close()


Sites = Callable[[int, str], tuple[int, Path]]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Sites]:
    """Return a function that starts the site of the benchmark and gives its port and its log."""
    started: list[subprocess.Popen[str]] = []

    def start(pages: int, kind: str) -> tuple[int, Path]:
        log = tmp_path / "server.log"
        command = [sys.executable, str(SITE), str(log), str(pages), kind]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        assert started[-1].stdout is not None
        return int(started[-1].stdout.readline()), log

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_a_site_becomes_samples(server: Server, tmp_path: Path) -> None:
    cc = '<link rel=license href="https://creativecommons.org/licenses/by/4.0/"><meta name=author content="Ada">'
    server.on("/", page("start" + cc, "/news/1?a=2", "b", "/photo.jpg", "http://elsewhere.example/", "/missing"))
    server.on("/news/1?a=2", page("näws", "/"))
    server.on("/b", ok("café".encode("latin-1"), "Content-Type: text/plain; charset=latin1\r\n"))
    found = web(Listing.empty(tmp_path), start=[server.base], label="section", **FAST)
    got = rows(found)

    assert list(got) == ["/", "/news/1?a=2", "/b"]
    assert (got["/"]["license"], got["/"]["author"], got["/"]["group"]) == ("CC-BY-4.0", "Ada", "127.0.0.1")
    assert [vote["value"] for vote in got["/news/1?a=2"]["votes"]] == ["news"]
    assert got["/"]["votes"] == []
    assert b"n\xc3\xa4ws" in read_bytes(tmp_path, got["/news/1?a=2"]["media_place"])
    assert read_bytes(tmp_path, got["/b"]["media_place"]).decode("utf-8-sig") == "café"
    assert sorted(server.asked) == [
        "/", "/.well-known/tdmrep.json", "/ai.txt", "/b", "/missing", "/news/1?a=2", "/robots.txt"
    ]  # fmt: skip
    notes = "\n".join(found.notes)
    assert "3 pages were collected" in notes
    assert "1 page was left out: answered 404" in notes
    assert {entry.kind for entry in ledger(tmp_path)} == {"page", "robots", "ai.txt", "tdmrep", "finished"}


def test_a_finished_crawl_is_not_done_again(server: Server, tmp_path: Path) -> None:
    server.on("/", page("start", "/a"))
    server.on("/a", page("a", "/b"))
    server.on("/b", page("b", "/c"))
    first = web(Listing.empty(tmp_path), start=[server.base], depth=1, **FAST)
    asked = len(server.asked)
    again = web(Listing.empty(tmp_path), start=[server.base], depth=1, **FAST)
    assert again.table.equals(first.table)
    assert len(server.asked) == asked

    deeper = web(Listing.empty(tmp_path), start=[server.base], depth=2, **FAST)
    assert list(rows(deeper)) == ["/", "/a", "/b"]
    assert server.asked[asked:] == ["/b"]


@pytest.mark.parametrize("limit", [1, 7, 40])
def test_the_pages_within_a_limit_are_always_the_same(site: Sites, tmp_path: Path, limit: int) -> None:
    port, log = site(60, "calm")
    start = [f"http://127.0.0.1:{port}/"]
    results = []
    for name in ("a", "b"):
        found = web(Listing.empty(tmp_path / name), start=start, depth=9, limit=limit, **FAST)
        results.append(found.table["uri"].to_pylist())
    asked = [line.split()[2] for line in log.read_text().splitlines()]

    assert results[0] == results[1]
    assert len(results[0]) == limit
    assert len([path for path in asked if path == "/" or path.startswith("/p/")]) == 2 * limit


def test_every_wish_of_a_host_is_honoured(site: Sites, tmp_path: Path) -> None:
    port, log = site(1, "calm")
    hosts = [f"127.0.0.{FIRST_CASE + number}" for number in range(len(CASES))]
    start = [f"http://{host}:{port}{case.path}" for host, case in zip(hosts, CASES, strict=True)]
    found = web(Listing.empty(tmp_path), start=start, **FAST)
    lines = [line.split() for line in log.read_text().splitlines()]
    asked = {(host, path) for _, host, path in lines}
    uris = found.table["uri"].to_pylist()

    for host, case in zip(hosts, CASES, strict=True):
        path = case.path.replace("é", "%C3%A9")
        told = ((host, path) in asked, f"http://{host}:{port}{path}" in uris, (host, "/linked.html") in asked)
        assert told == (case.asked, case.kept, case.followed), case.name
        if case.name == "Crawl-delay":
            began = {entry.url: entry.when / 1e9 for entry in ledger(tmp_path)}
            here = f"http://{host}:{port}"
            assert began[f"{here}/linked.html"] - began[f"{here}{path}"] >= 0.49  # as it asked, not as it was heard
    assert found.table["problem"].null_count == len(uris)
    for entry in ledger(tmp_path):
        if entry.opt_out is not None:
            assert entry.content is None
            assert entry.warc is not None
            assert read_bytes(tmp_path, entry.warc) == b""  # its head is kept, the page is not


def test_each_hostile_answer_costs_one_quarantine_entry(site: Sites, tmp_path: Path) -> None:
    port, _ = site(30, "hostile")
    recipe = f"""
[dataset]
name    = "crawl"
license = "CC0-1.0"
task    = "text-classification"
max_quarantine = 1.0

[[step]]
use     = "collect.web"
start   = ["http://127.0.0.1:{port}/"]
rate    = 10000.0
timeout = 3.0
retries = 0
allow   = ["127.0.0.0/8"]
"""
    (tmp_path / "stork.toml").write_text(recipe)
    ds.open(tmp_path).build()
    samples = ds.open(tmp_path).samples().to_pylist()
    bad = sorted(one["source"]["uri"].rpartition("/")[2] for one in samples if one["state"] == "quarantined")

    assert bad == sorted(HOSTILE)
    assert len(samples) - len(bad) == 30


COLLECT = """
import sys
from itertools import pairwise
from pathlib import Path
from datastork.collect.web import web
from datastork.store.listing import Listing
web(Listing.empty(Path(sys.argv[1])), start=[sys.argv[2]], depth=99, rate=10000.0, allow=["127.0.0.0/8"])
"""


def test_a_crawl_killed_at_any_moment_goes_on_and_asks_for_nothing_twice(site: Sites, tmp_path: Path) -> None:
    port, log = site(400, "calm")
    log.touch()
    start = f"http://127.0.0.1:{port}/"
    for length in (1, 30, 170, 300):
        process = subprocess.Popen([sys.executable, "-c", COLLECT, str(tmp_path), start])
        while process.poll() is None and log.read_bytes().count(b"\n") < length:
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.wait()
    found = web(Listing.empty(tmp_path), start=[start], depth=99, **FAST)
    asked = [line.split()[2] for line in log.read_text().splitlines()]

    assert found.table.num_rows == 401
    assert len(asked) == len(set(asked)) == 404


def test_a_crawl_asked_to_stop_finishes_the_page_in_hand(server: Server, tmp_path: Path) -> None:
    stop = threading.Event()
    server.on("/", lambda connection: (stop.set(), connection.sendall(page("start", "/a"))))  # type: ignore[func-returns-value]
    server.on("/a", page())
    plan = Plan(start=((server.base, None),), rate=None, agent=AGENT, allow=("127.0.0.1",))
    with pytest.raises(KeyboardInterrupt):
        crawl(tmp_path, plan, stop)
    assert "/a" not in server.asked
    crawl(tmp_path, plan, threading.Event())
    assert sorted(server.asked).count("/") == server.asked.count("/a") == 1


def test_control_c_stops_the_helper_too(server: Server, tmp_path: Path) -> None:
    reached, interrupted = threading.Event(), threading.Event()

    def slow(connection: Any) -> None:
        reached.set()
        interrupted.wait(300)
        time.sleep(1.0)  # the helper hears of it before the page comes
        connection.sendall(page("start", "/a"))

    server.on("/", slow)
    process = subprocess.Popen(
        [sys.executable, "-c", COLLECT, str(tmp_path), server.base], start_new_session=True, stderr=subprocess.PIPE
    )
    try:
        assert reached.wait(300)
        os.killpg(process.pid, signal.SIGINT)
    finally:
        interrupted.set()
        _, cried = process.communicate(timeout=300)

    assert b"KeyboardInterrupt" in cried
    assert [entry.url for entry in ledger(tmp_path) if entry.kind == "page"] == [server.base + "/"]
    assert "/a" not in server.asked


@pytest.mark.parametrize("lost", [0, 1, 30, 200])
def test_what_a_kill_left_torn_is_cut_off(server: Server, tmp_path: Path, lost: int) -> None:
    server.on("/", page("start", "/a", "/b"))
    server.on("/a", page("a"))
    server.on("/b", page("b"))
    plan = Plan(start=((server.base, None),), rate=None, agent=AGENT, allow=("127.0.0.1",))
    crawl(tmp_path, plan, threading.Event())
    folder = tmp_path / ".stork" / "collected" / f"web-{plan.folder_key}"
    (folder / f"rows-{plan.result_key}.arrow").unlink()
    lines = (folder / LEDGER).read_bytes()
    (folder / LEDGER).write_bytes(lines[: len(lines) - lost])
    with (folder / "00001.warc.gz").open("ab") as file:
        file.write(b"\x1f\x8btorn")
    (folder / "00002.warc.gz").write_bytes(b"torn")
    crawl(tmp_path, plan, threading.Event())
    found = web(Listing.empty(tmp_path), start=[server.base], **{**FAST, "rate": 1000.0})

    assert list(rows(found)) == ["/", "/a", "/b"]
    for row in rows(found).values():
        assert b"<p>" in read_bytes(tmp_path, row["media_place"])
    assert not (folder / "00002.warc.gz").exists()
    assert server.asked.count("/") == 1


def test_a_ledger_that_is_damaged_is_not_cut(tmp_path: Path) -> None:
    with Archive(tmp_path, "key", warc_bytes=1000, again=False) as archive:
        for number in range(3):
            archive.put(Entry(f"http://a/{number}"))
        path = archive.folder / LEDGER
    path.write_bytes(path.read_bytes().replace(b'"http://a/1"', b"broken"))
    with pytest.raises(StoreError, match="is damaged after"), Archive(tmp_path, "key", warc_bytes=1000, again=False):
        pass


def test_warc_files_rotate(site: Sites, tmp_path: Path) -> None:
    port, _ = site(30, "calm")
    plan = Plan(((f"http://127.0.0.1:{port}/", None),), rate=None, agent=AGENT, allow=("127.0.0.1",), warc_bytes=9000)
    crawl(tmp_path, plan, threading.Event())
    found = web(Listing.empty(tmp_path), start=[f"http://127.0.0.1:{port}/"], **FAST)
    files = sorted(path.name for path in tmp_path.rglob("*.warc.gz"))

    assert len(files) > 3
    for row in found.table.to_pylist():
        assert b"<title>" in read_bytes(tmp_path, row["media_place"])


def test_pages_that_changed_are_taken_again(server: Server, tmp_path: Path) -> None:
    server.on("/", page("one", "/a", "/b", headers='ETag: "1"\r\nLast-Modified: Tue, 01 Jan 2030 00:00:00 GMT\r\n'))
    server.on("/a", page("a", headers='ETag: "a"\r\n'))
    server.on("/b", page("b"))
    again: dict[str, Any] = {**FAST, "recrawl": "changed"}
    first = rows(web(Listing.empty(tmp_path), start=[server.base], **again))
    server.on("/", b"HTTP/1.1 304 Not Modified\r\n\r\n")
    server.on("/a", page("other", headers='ETag: "b"\r\n'))
    server.asked.clear()
    server.heads.clear()
    second = rows(web(Listing.empty(tmp_path), start=[server.base], **again))

    assert list(second) == ["/", "/a", "/b"]
    assert second["/"]["media_content"] == first["/"]["media_content"]
    assert second["/a"]["media_content"] != first["/a"]["media_content"]
    assert second["/"]["stamp"] > first["/"]["stamp"]
    head = next(head for head in server.heads if head.startswith("GET / "))
    assert 'If-None-Match: "1"' in head
    assert "If-Modified-Since: Tue, 01 Jan 2030" in head
    assert sorted(server.asked) == ["/", "/.well-known/tdmrep.json", "/a", "/ai.txt", "/b", "/robots.txt"]


def test_a_busy_host_is_left_alone_and_asked_again(server: Server, tmp_path: Path) -> None:
    server.on("/", ok(b"", "Retry-After: 1\r\n", "503 Busy"), page())
    started = time.monotonic()
    found = web(Listing.empty(tmp_path), start=[server.base], **{**FAST, "retries": 2})

    assert rows(found)["/"]["problem"] is None
    assert time.monotonic() - started >= 1
    assert [(one.status, one.attempt, one.final) for one in ledger(tmp_path) if one.kind == "page"] == [
        (503, 0, False),
        (200, 1, True),
    ]


def test_a_keyword_is_query_and_label(server: Server, tmp_path: Path) -> None:
    server.on("/find?q=red%20fox", page("fox", "/fox"))
    server.on("/find?q=owl", page("owl", "/owl"))
    server.on("/fox", page("the fox"))
    server.on("/owl", page("the owl"))
    start = [server.base + "/find?q={keyword}"]
    found = web(Listing.empty(tmp_path), start=start, keywords=["red fox", "owl"], label="keyword", **FAST)

    assert {path: row["query"] for path, row in rows(found).items()} == {
        "/find?q=red%20fox": "red fox",
        "/find?q=owl": "owl",
        "/fox": "red fox",
        "/owl": "owl",
    }
    assert rows(found)["/owl"]["votes"][0]["value"] == "owl"


def test_lists_of_addresses_and_sitemaps_are_taken_as_they_are(server: Server, tmp_path: Path) -> None:
    (tmp_path / "urls.txt").write_text(f"# pages\n{server.base}/a\n\n{server.base}/missing\nftp://x/y\n")
    server.on("/a", page("a", "/not-followed"))
    server.on("/robots.txt", ok(f"Sitemap: {server.base}/s.xml\nUser-agent: *\nDisallow: /no".encode()))
    locs = "".join(f"<url><loc>{server.base}/{name}</loc></url>" for name in ("b", "no", "b", "gone"))
    server.on("/s.xml", ok(f"<urlset>{locs}<url><loc>http://other.example/</loc></url></urlset>".encode()))
    server.on("/b", page("b", "/not-followed"))
    found = web(Listing.empty(tmp_path), urls="urls.txt", sitemap=[server.base + "/robots.txt"], **FAST)
    problems = {path: row["problem"] for path, row in rows(found).items()}

    assert problems == {
        "/y": "only http and https are fetched, not ftp",
        "/a": None,
        "/missing": "the server answered 404",
        "/b": None,
    }
    assert "1 page was left out: not asked for: robots.txt" in found.notes
    assert "/not-followed" not in server.asked


def test_redirects_are_kept_and_their_page_counts_once(server: Server, tmp_path: Path) -> None:
    server.on("/", page("start", "/old", "/older", "/out", "/new"))
    server.on("/old", to("/new"))
    server.on("/older", to("/old"))
    server.on("/out", to("http://127.0.0.77:1/"))
    server.on("/new", page("new"))
    found = web(Listing.empty(tmp_path), start=[server.base], **FAST)

    assert list(rows(found)) == ["/", "/new"]
    assert server.asked.count("/new") == 1
    assert "redirects to other hosts that were not followed: 1" in found.notes


def test_private_addresses_are_not_reached_unless_named(server: Server, tmp_path: Path) -> None:
    server.on("/", page())
    found = web(Listing.empty(tmp_path), start=[server.base], **{**FAST, "allow": None})
    assert "loopback, not public" in rows(found)["/"]["problem"]
    assert server.asked == []
    named = web(Listing.empty(tmp_path), start=[server.base], **{**FAST, "allow": [f"127.0.0.1:{server.port}"]})
    assert rows(named)["/"]["problem"] is None


def test_a_host_has_a_budget_of_bytes(server: Server, tmp_path: Path) -> None:
    server.on("/", page("start", "/a"))
    server.on("/a", page("x" * 5000, "/b"))
    server.on("/b", page("b"))
    found = web(Listing.empty(tmp_path), start=[server.base], host_bytes=4000, depth=5, **FAST)

    assert list(rows(found)) == ["/", "/a"]
    assert "1 page was left out: bytes of the host" in found.notes


def test_patterns_choose_what_is_followed(server: Server, tmp_path: Path) -> None:
    server.on("/", page("start", "/news/a", "/news/old/b", "/shop"))
    for path in ("/news/a", "/news/old/b", "/shop"):
        server.on(path, page(path))
    patterns = {"include": ["*/news/*"], "exclude": ["*/old/*"]}
    found = web(Listing.empty(tmp_path), start=[server.base], **patterns, **FAST)

    assert list(rows(found)) == ["/", "/news/a"]


def test_other_types_are_left_where_they_are(server: Server, tmp_path: Path) -> None:
    server.on("/", page("start", "/doc", "/plain", "/bin"))
    server.on("/doc", ok(b"%PDF" + b"x" * 100_000, "Content-Type: application/pdf\r\n"))
    server.on("/plain", ok(b"plain text"))
    server.on("/bin", ok(b"\0\1\2\xff" * 100))
    found = web(Listing.empty(tmp_path), start=[server.base], **FAST)

    assert list(rows(found)) == ["/", "/plain"]
    assert "1 page was left out: of another type: application/pdf" in found.notes
    assert "1 page was left out: of another type: no type" in found.notes
    assert sum(path.stat().st_size for path in tmp_path.rglob("*.warc.gz")) < 20_000


def test_warc_files_are_read_as_samples(server: Server, tmp_path: Path) -> None:
    server.on("/", page("start", "/a", "/no"))
    server.on("/a", page("<meta name=robots content=noai>"))
    server.on("/no", page("<meta name=author content=Ada> no"))
    source = tmp_path / "source"
    web(Listing.empty(source), start=[server.base], **FAST)
    (tmp_path / "crawl").mkdir()
    whole = next(source.rglob("*.warc.gz")).read_bytes()
    (tmp_path / "crawl" / "a.warc.gz").write_bytes(whole)
    (tmp_path / "crawl" / "torn.warc.gz").write_bytes(whole[:-20])
    found = web(Listing.empty(tmp_path), warc=["crawl/a*.warc.gz"], label="host")
    got = rows(found)

    assert list(got) == ["/", "/no"]
    assert got["/no"]["author"] == "Ada"
    assert got["/no"]["media_place"].startswith("crawl/a.warc.gz!/")
    assert b"start" in read_bytes(tmp_path, got["/"]["media_place"])
    assert got["/"]["votes"][0] == {"annotator": "web:host", "value": "127.0.0.1", "confidence": 1.0}
    assert "pages that were not kept whole" in "".join(found.notes)
    torn = web(Listing.empty(tmp_path), warc=["crawl/torn.warc.gz"])
    assert list(rows(torn)) == ["/", "/no"]
    with pytest.raises(SourceError, match="names no file"):
        web(Listing.empty(tmp_path), warc=["none/*.warc.gz"])


@pytest.mark.parametrize(
    ("settings", "what"),
    [
        ({}, "there is nowhere to begin"),
        ({"start": ["http://a/{keyword}"]}, "there are no keywords"),
        ({"start": ["http://a/"], "keywords": ["x"]}, "no start page has"),
        ({"start": ["http://a/"], "label": "keyword"}, "needs keywords"),
        ({"start": ["http://a/"], "allow": ["http://x/"]}, "is no host or address"),
        ({"start": ["example.org/a"]}, "did you mean 'https://example.org/a'"),
        ({"urls": "missing.txt"}, "cannot be read"),
    ],
)
def test_settings_that_cannot_be_are_errors(tmp_path: Path, settings: dict[str, Any], what: str) -> None:
    with pytest.raises(RecipeError, match=what):
        web(Listing.empty(tmp_path), **settings)


def test_the_ledger_is_plain_json(server: Server, tmp_path: Path) -> None:
    server.on("/", page())
    web(Listing.empty(tmp_path), start=[server.base], **FAST)
    lines = [json.loads(line) for line in next(tmp_path.rglob(LEDGER)).read_text().splitlines()]

    assert [line.get("status") for line in lines] == [404, 404, 404, 200, None]
    assert lines[3]["url"] == server.base + "/"


def test_the_helper_imports_nothing_from_where_it_stands(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('imported from the folder of the data')")
    monkeypatch.chdir(tmp_path)
    server.on("/", page())
    found = web(Listing.empty(tmp_path), start=[server.base], **FAST)

    assert list(rows(found)) == ["/"]


def test_a_crawl_that_cannot_write_says_so(server: Server, tmp_path: Path) -> None:
    (tmp_path / ".stork").write_text("a file")
    with pytest.raises(StoreError, match="cannot write to"):
        web(Listing.empty(tmp_path), start=[server.base], **FAST)


def test_samples_are_the_same_in_any_number_of_threads(
    site: Sites, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port, _ = site(120, "calm")
    plan = Plan(((f"http://127.0.0.1:{port}/", None),), rate=None, agent=AGENT, allow=("127.0.0.1",))
    found = []
    for threads in (1, 5, 16):
        monkeypatch.setattr("datastork.collect._web.queues.THREADS", threads)
        root = tmp_path / str(threads)
        crawl(root, plan, threading.Event())
        table = web(Listing.empty(root), start=[plan.start[0][0]], depth=1000, limit=999, **FAST).table
        found.append(table.select(["uri", "media_content", "size"]).to_pylist())

    assert found[0] == found[1] == found[2]
    assert len(found[0]) == 121


def test_a_crawl_waits_for_the_one_that_is_finishing(server: Server, tmp_path: Path) -> None:
    server.on("/", page())
    plan = Plan(((server.base, None),), rate=None, agent=AGENT, allow=("127.0.0.1",))
    with Archive(tmp_path, plan.folder_key, warc_bytes=1000, again=False):
        with pytest.raises(LockedError), Archive(tmp_path, plan.folder_key, warc_bytes=1, again=False, patience=0.1):
            pass
        waiting = threading.Thread(target=crawl, args=(tmp_path, plan, threading.Event()))
        waiting.start()
        assert server.asked == []
    waiting.join(300)
    assert server.asked.count("/") == 1


def test_waiting_for_another_crawl_can_be_stopped(tmp_path: Path) -> None:
    stop = threading.Event()
    stop.set()
    with Archive(tmp_path, "key", warc_bytes=1, again=False), pytest.raises(KeyboardInterrupt):
        Archive(tmp_path, "key", warc_bytes=1, again=False, stop=stop).__enter__()


def test_the_rate_of_each_host_is_kept_and_hosts_do_not_wait_for_each_other(site: Sites, tmp_path: Path) -> None:
    port, log = site(6, "calm")
    start = [f"http://127.0.0.{number}:{port}/" for number in (2, 3, 4)]
    web(Listing.empty(tmp_path), start=start, depth=0, **{**FAST, "rate": 2.0})
    times: dict[str, list[float]] = {}
    for line in log.read_text().splitlines():
        times.setdefault(line.split()[1], []).append(float(line.split()[0]))

    for host in times.values():
        assert len(host) == 4  # robots.txt, tdmrep.json, ai.txt, the page
        assert all(later - before > 0.49 for before, later in pairwise(host))
    assert max(map(min, times.values())) < min(map(max, times.values())), "one host was done before another was begun"
