"""Sitemaps: lists of pages, and lists of such lists (sitemaps.org), as XML or with an address on each line."""

import re
from typing import Any, NamedTuple

from datastork.core.errors import DataError

LARGEST = 50 << 20  # what the protocol allows a sitemap to have
MOST_URLS = 50_000


class Sitemap(NamedTuple):
    """The addresses in a sitemap: of pages, and of further sitemaps."""

    pages: list[str]
    sitemaps: list[str]


def read_sitemap(data: bytes) -> Sitemap:
    """Return what a sitemap, or a robots.txt, lists. Raises DataError for what is neither."""
    if data.startswith(b"\x1f\x8b"):
        from datastork.store.web.content_coding import decoded

        data = b"".join(decoded([data], "gzip", LARGEST))
    head = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"<"):
        return _xml(data)
    lines = [line.strip() for line in data.decode("utf-8-sig", "replace").splitlines()]
    named = [found[1] for line in lines if (found := re.fullmatch(r"(?i)sitemap\s*:\s*(\S+).*", line))]
    pages = [line for line in lines if line.startswith(("http://", "https://")) and " " not in line]
    if not named and not pages and any(lines):
        raise DataError("no sitemap: it is neither XML nor a list of addresses")
    return Sitemap(pages[:MOST_URLS], named[:MOST_URLS])


def _xml(data: bytes) -> Sitemap:
    from xml.parsers import expat

    found = Sitemap([], [])
    parser = expat.ParserCreate(namespace_separator=" ")
    path: list[str] = []
    text: list[str] = []

    def refuse(*_: Any) -> None:
        raise DataError("no sitemap: it declares entities")

    def begin(name: str, _: dict[str, str]) -> None:
        path.append(name.rpartition(" ")[2])
        if len(path) > 20:
            raise DataError("no sitemap: it is nested too deeply")
        text.clear()

    def end(_: str) -> None:
        if path[-2:] in (["url", "loc"], ["sitemap", "loc"]):
            kind = found.pages if path[-2] == "url" else found.sitemaps
            url = "".join(text).strip()
            if url and len(kind) < MOST_URLS:
                kind.append(url)
        path.pop()
        text.clear()

    def more(data: str) -> None:
        if path and path[-1] == "loc" and len(text) < 100:
            text.append(data[:9000])

    parser.EntityDeclHandler = refuse
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = begin, end, more
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise DataError(f"no sitemap: its XML is broken ({error})") from error
    return found
