"""A web site to crawl, on loopback: 5,000 pages, hosts with every kind of wish, and answers meant to do harm.

Every address of 127.0.0.0/8 is a host of its own, so each case has its own robots.txt. The log has a line for each
request: time, host, path. Started by the benchmark and by tests; writes its port to the standard output.
"""

import asyncio
import functools
import gzip
import random
import sys
import time
import zlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

PAGES, FAN = 5000, 10
FIRST_CASE = 10  # the first case is the host 127.0.0.10
WORDS = [
    "river",
    "stone",
    "light",
    "morning",
    "green",
    "valley",
    "wind",
    "paper",
    "window",
    "letter",
    "garden",
    "market",
    "road",
    "winter",
    "summer",
    "song",
]
LINK = '<p><a href="/linked.html">more</a></p>'


class Case(NamedTuple):
    """A host with a wish, and what is right: is its page asked for, kept, and its link followed."""

    name: str
    robots: str | int | None = None  # text, status, or a name for something special; None: 404
    files: dict[str, str] = {}  # noqa: RUF012
    path: str = "/page.html"
    headers: str = ""
    meta: str = ""
    link: str = LINK
    asked: bool = True
    kept: bool = True
    followed: bool = True


def no(name: str, robots: str | int | None = None, **more: object) -> Case:
    """Return a case whose page is not asked for."""
    return Case(name, robots, **more, asked=False, kept=False, followed=False)  # type: ignore[arg-type]


def opted(name: str, *, followed: bool = True, **more: object) -> Case:
    """Return a case whose page is asked for and not kept."""
    return Case(name, **more, kept=False, followed=followed)  # type: ignore[arg-type]


ALL = "User-agent: *\n"
LONG = "# " + "x" * 1000 + "\n"
CASES = [
    Case("no robots.txt"),
    Case("robots.txt is forbidden", 403),
    no("robots.txt fails", 500),
    no("robots.txt is busy", 503),
    no("robots.txt: too many requests", 429),
    no("robots.txt: the connection drops", "drop"),
    Case("robots.txt is empty", ""),
    no("all is disallowed", ALL + "Disallow: /"),
    Case("another agent is disallowed", "User-agent: otherbot\nDisallow: /"),
    no("we are disallowed", "User-agent: datastork\nDisallow: /"),
    Case("our own group wins", ALL + "Disallow: /\n\nUser-agent: datastork\nDisallow: /private"),
    no("the name in capitals", "User-Agent: DATASTORK\nDISALLOW: /"),
    no("several agents of one group", "User-agent: otherbot\nUser-agent: datastork\nDisallow: /"),
    Case("the longer Allow wins", ALL + "Disallow: /a\nAllow: /a/b", path="/a/b.html", followed=True),
    no("the longer Disallow wins", ALL + "Allow: /a\nDisallow: /a/b", path="/a/b.html"),
    Case("Allow wins a tie", ALL + "Disallow: /page\nAllow: /page"),
    no("a star", ALL + "Disallow: /*.php", path="/a/x.php"),
    no("an end", ALL + "Disallow: /*.html$"),
    Case("an end that is none", ALL + "Disallow: /page.html$", path="/page.html?a=1"),
    no("percent-encoded", ALL + "Disallow: /caf%C3%A9", path="/café.html"),
    no("written as it is", ALL + "Disallow: /café", path="/caf%C3%A9.html"),
    Case("Disallow without a path", ALL + "Disallow:"),
    no("a comment, a byte order mark, spaces", "\ufeff# hello\n User-agent : * # all\n  Disallow : / # all"),
    no("two groups for one agent", ALL + "Disallow: /x\n\n" + ALL + "Disallow: /page"),
    no("robots.txt redirects", "redirect 3"),
    Case("robots.txt redirects six times", "redirect 6"),
    Case("a rule beyond 500 KiB", ALL + LONG * 520 + "Disallow: /"),
    no("a rule within 500 KiB", ALL + "Disallow: /\n" + LONG * 520),
    Case("a page instead of robots.txt", "<html><body>Not found. Disallow: /</body></html>"),
    no("Content-Usage", ALL + "Allow: /\nContent-Usage: bots=y, train-ai=n"),
    no("Content-Signal", ALL + "Content-Signal: search=yes, ai-train=no\nAllow: /"),
    Case("Content-Usage of another path", ALL + "Content-Usage: /private train-ai=n"),
    Case("Content-Signal that allows", ALL + "Content-Signal: search=no, ai-train=yes"),
    no("ai.txt", files={"/ai.txt": ALL + "Disallow: /"}),
    Case("ai.txt for images", files={"/ai.txt": ALL + "Disallow: *.jpg\nDisallow: *.png"}),
    no("tdmrep.json", files={"/.well-known/tdmrep.json": '[{"location": "/", "tdm-reservation": 1}]'}),
    Case("tdmrep.json elsewhere", files={"/.well-known/tdmrep.json": '[{"location": "/x*", "tdm-reservation": 1}]'}),
    opted("X-Robots-Tag: noai", headers="X-Robots-Tag: noai, noimageai\r\n"),
    Case("X-Robots-Tag for another", headers="X-Robots-Tag: otherbot: noindex, nofollow\r\n"),
    opted("X-Robots-Tag for us", headers="X-Robots-Tag: otherbot: nofollow, datastork: noindex\r\n"),
    opted(
        "X-Robots-Tag: noindex, nofollow", headers="X-Robots-Tag: noindex\r\nX-Robots-Tag: nofollow\r\n", followed=False
    ),
    opted("unavailable after a day gone by", headers="X-Robots-Tag: unavailable_after: 25 Jun 2010 15:00:00 GMT\r\n"),
    Case("unavailable after a day to come", headers="X-Robots-Tag: unavailable_after: 25 Jun 2090 15:00:00 GMT\r\n"),
    opted("meta noai", meta='<meta name="robots" content="noai">'),
    Case("meta nofollow", meta='<META NAME="ROBOTS" CONTENT="NOFOLLOW">', followed=False),
    opted("meta none", meta='<meta name="robots" content="none">', followed=False),
    opted("meta for us: noarchive", meta='<meta name="datastork" content="noarchive">'),
    Case("meta for another: noai", meta='<meta name="otherbot" content="noai">'),
    Case("meta noimageai", meta='<meta name="robots" content="noimageai, max-snippet:20">'),
    Case("rel=nofollow", link='<a rel="external nofollow" href="/linked.html">more</a>', followed=False),
    opted("tdm-reservation: 1", headers="tdm-reservation: 1\r\n"),
    Case("tdm-reservation: 0", headers="tdm-reservation: 0\r\n"),
    opted("meta tdm-reservation", meta='<meta name="tdm-reservation" content="1">'),
    opted("header Content-Usage", headers="Content-Usage: train-ai=n\r\n"),
    Case("Crawl-delay", ALL + "Crawl-delay: 0.5"),
]


def words(seed: int, count: int) -> str:
    """Return text that is like no other."""
    rng = random.Random(seed)
    return " ".join(rng.choice(WORDS) + (str(seed) if rng.random() < 0.02 else "") for _ in range(count))


def page(number: int, count: int, hostile: bool) -> bytes:
    """Return one page of the site: it links to its children, and to two others."""
    children = range(number * FAN + 1, min(number * FAN + FAN + 1, count))
    others = [(number * 7 + 3) % count, (number * 31 + 17) % count]
    links = "".join(f'<li><a href="/p/{one}.html">page {one}</a></li>' for one in [*children, *others])
    if number == 0 and hostile:
        links += "".join(f'<li><a href="/hostile/{one}">bad</a></li>' for one in HOSTILE)
    text = "".join(f"<p>{words(number * 100 + part, 80)}</p>" for part in range(4))
    head = f"<!doctype html><html><head><title>Page {number}</title></head>"
    return f"{head}<body>{text}<ul>{links}</ul></body></html>".encode()


def answer(body: bytes, headers: str = "", status: str = "200 OK", kind: str = "text/html; charset=utf-8") -> bytes:
    """Return a whole answer."""
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body


def redirect(to: str) -> bytes:
    """Return a redirect."""
    return answer(b"", f"Location: {to}\r\n", "302 Found")


def bomb(window: int, size: int = 64 << 20) -> bytes:
    """Return many zeros, compressed."""
    machine = zlib.compressobj(9, zlib.DEFLATED, window)
    piece = bytes(1 << 20)
    return b"".join(machine.compress(piece) for _ in range(size >> 20)) + machine.flush()


@functools.cache
def bombs(name: str) -> bytes:
    """Return a bomb, made when it is first asked for."""
    if name == "nested":
        return answer(gzip.compress(bomb(31, 512 << 20)), "Content-Encoding: gzip, gzip\r\n")
    return answer(bomb(31 if name == "gzip" else 15), f"Content-Encoding: {name}\r\n")


async def send_bomb(writer: asyncio.StreamWriter, name: str) -> None:
    """Send a bomb."""
    writer.write(bombs(name))


async def drip(writer: asyncio.StreamWriter, first: bytes, piece: bytes, pause: float) -> None:
    """Send something, and then more of it for ever."""
    writer.write(first)
    while not writer.is_closing():
        writer.write(piece)
        await writer.drain()
        if pause:
            await asyncio.sleep(pause)


OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
GZIP = gzip.compress(b"<html>" + b"hello " * 1000)
Does = Callable[[asyncio.StreamWriter], Awaitable[None]]
HOSTILE: dict[str, bytes | Does] = {
    "gzip-bomb": lambda writer: send_bomb(writer, "gzip"),
    "deflate-bomb": lambda writer: send_bomb(writer, "deflate"),
    "bomb-in-bomb": lambda writer: send_bomb(writer, "nested"),
    "five-codings": answer(b"x", "Content-Encoding: gzip, gzip, gzip, gzip, gzip\r\n"),
    "invalid-gzip": answer(b"this is no gzip at all", "Content-Encoding: gzip\r\n"),
    "gzip-cut-short": answer(GZIP[:-20], "Content-Encoding: gzip\r\n"),
    "unknown-coding": answer(b"hello", "Content-Encoding: rot13\r\n"),
    "circle": redirect("/hostile-more/circle"),
    "itself": redirect("/hostile/itself"),
    "endless-redirects": redirect("/hostile-more/redirect-1"),
    "to-metadata": redirect("http://169.254.169.254/latest/meta-data/"),
    "to-private": redirect("http://10.0.0.1/"),
    "to-six": redirect("http://[::ffff:10.0.0.1]/"),
    "to-file": redirect("file:///etc/passwd"),
    "to-decimal": redirect("http://2130706433/"),
    "too-short": OK + b"Content-Length: 5000\r\n\r\n<html>only this",
    "too-long": OK + b"Content-Length: 10\r\n\r\n<html>more than ten bytes of it",
    "two-lengths": OK + b"Content-Length: 6\r\nContent-Length: 7\r\n\r\n<html>",
    "no-length": OK + b"Content-Length: many\r\n\r\n<html>",
    "endless-body": lambda writer: drip(writer, OK + b"\r\n", b"<p>more</p>" * 1000, 0),
    "endless-chunks": lambda writer: drip(writer, CHUNKED, b"1000\r\n" + b"x" * 4096 + b"\r\n", 0),
    "header-flood": OK + b"".join(b"X-%d: y\r\n" % one for one in range(500)) + b"\r\n<html>",
    "long-header": OK + b"X: " + b"y" * (1 << 20) + b"\r\n\r\n<html>",
    "endless-headers": lambda writer: drip(writer, OK, b"X: y\r\n" * 1000, 0),
    "slow-head": lambda writer: drip(writer, OK, b"X: y\r\n", 0.2),
    "slow-body": lambda writer: drip(writer, OK + b"Content-Length: 1000000\r\n\r\n", b"x", 0.2),
    "bad-chunks": CHUNKED + b"zz\r\nhello\r\n0\r\n\r\n",
    "negative-chunk": CHUNKED + b"-5\r\nhello\r\n0\r\n\r\n",
    "chunks-cut-short": CHUNKED + b"400\r\nhello",
    "interim-storm": lambda writer: drip(writer, b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 10, 0),
    "other-protocol": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
    "bad-charset": answer(b"<html>caf\xe9", kind="text/html; charset=utf-8"),
    "unknown-charset": answer(b"<html>caf\xe9", kind="text/html; charset=klingon"),
    "no-http": b"SSH-2.0-OpenSSH_9.6\r\n",
    "nothing": b"",
    "fails": answer(b"sorry", status="500 Internal Server Error"),
}
CLOSES = {"too-short", "too-long", "chunks-cut-short", "no-http", "nothing", "header-flood", "long-header"}


class Site:
    """The server."""

    def __init__(self, log: Path, pages: int, *, hostile: bool) -> None:
        self.log = log.open("ab", buffering=0)
        self.count = pages
        for name in ("gzip", "deflate", "nested") if hostile else ():
            bombs(name)
        self.pages = [answer(page(number, pages, hostile)) for number in range(pages)]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                path = head.split(" ", 2)[1]
                host = head.lower().partition("\r\nhost: ")[2].partition("\r\n")[0].partition(":")[0]
                self.log.write(f"{time.time():.4f} {host} {path}\n".encode())
                if not await self._answer(writer, host, path):
                    break
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    async def _answer(self, writer: asyncio.StreamWriter, host: str, path: str) -> bool:
        number = int(host.rpartition(".")[2]) - FIRST_CASE
        if host.startswith("127.0.0.") and 0 <= number < len(CASES):
            return await self._case(writer, CASES[number], path)
        if path.startswith("/p/") and (name := path[3:-5]).isdigit() and int(name) < self.count:
            writer.write(self.pages[int(name)])
        elif path == "/":
            writer.write(self.pages[0])
        elif path.startswith("/hostile/") and (does := HOSTILE.get(name := path[9:])) is not None:
            if isinstance(does, bytes):
                writer.write(does)
            else:
                await does(writer)
            await writer.drain()
            return name not in CLOSES
        elif path == "/hostile-more/circle":
            writer.write(redirect("/hostile/circle"))
        elif path.startswith("/hostile-more/redirect-"):
            writer.write(redirect(f"/hostile-more/redirect-{int(path.rpartition('-')[2]) + 1}"))
        else:
            writer.write(answer(b"not here", status="404 Not Found"))
        await writer.drain()
        return True

    async def _case(self, writer: asyncio.StreamWriter, case: Case, path: str) -> bool:
        robots = case.robots
        if path.startswith("/robots"):
            if robots == "drop":
                return False
            if isinstance(robots, int):
                writer.write(answer(b"", status=f"{robots} No"))
            elif robots is None:
                writer.write(answer(b"", status="404 Not Found"))
            elif robots.startswith("redirect "):
                at = int(path.removeprefix("/robots").removesuffix(".txt") or 0)
                last = at == int(robots.split()[1])
                writer.write(answer(b"User-agent: *\nDisallow: /") if last else redirect(f"/robots{at + 1}.txt"))
            else:
                writer.write(answer(robots.encode(), kind="text/plain"))
        elif path in case.files:
            writer.write(answer(case.files[path].encode(), kind="text/plain"))
        elif path in {"/ai.txt", "/.well-known/tdmrep.json"}:
            writer.write(answer(b"", status="404 Not Found"))
        else:
            head = f"<html><head><title>{case.name}</title>{case.meta}</head>"
            body = f"{head}<body><p>{words(len(path), 50)}</p>{case.link}</body></html>"
            writer.write(answer(body.encode(), case.headers if path != "/linked.html" else ""))
        await writer.drain()
        return True


async def main(log: Path, pages: int, hostile: bool) -> None:
    """Serve until killed."""
    site = Site(log, pages, hostile=hostile)
    server = await asyncio.start_server(site.serve, "0.0.0.0", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "hostile"))
