"""One line of the ledger of a crawl: one answer, or one address that was not asked for."""

import json
from dataclasses import dataclass, fields
from typing import Any

FILES = frozenset({"robots", "tdmrep", "ai.txt", "sitemap"})


@dataclass(slots=True)
class Entry:
    """What came of one address.

    `kind`      "page", or the file of a host: "robots", "tdmrep", "ai.txt", "sitemap"
    `run`       which crawl this was, from 1; `attempt` which try, from 0; `final` whether there is no other
    `when`      nanoseconds since 1970; `seconds` how long it took; `address` the IP that answered
    `status`    of HTTP, or null where none came; `type` as the header says; `length` of the body in bytes, decompressed
    `verdict`   why it was not asked for: "robots.txt", "tdmrep.json", "ai.txt", "bytes of the host"; else null
    `opt_out`   what the page says against its use, and where; `follow` whether its links may be followed
    `license`   SPDX id, and `license_from` how it is declared; `licences` all that was named, certain or not
    `author`    as the page names it
    `to`        where it redirects; `problem` what is wrong with it
    `warc`      the place of its record; `end` where in that file the next one begins
    `content`   content id of the page as it is handed on, and `size` its bytes
    `etag`, `modified`  as the server named them, for the next crawl
    `links`     of a page whose body is not kept
    """

    url: str
    kind: str = "page"
    run: int = 1
    attempt: int = 0
    final: bool = True
    when: int = 0
    seconds: float = 0.0
    address: str | None = None
    status: int | None = None
    type: str | None = None
    length: int | None = None
    verdict: str | None = None
    opt_out: str | None = None
    follow: bool = True
    license: str | None = None
    license_from: str | None = None
    licences: list[str] | None = None
    author: str | None = None
    to: str | None = None
    problem: str | None = None
    warc: str | None = None
    end: int | None = None
    content: str | None = None
    size: int | None = None
    etag: str | None = None
    modified: str | None = None
    links: list[str] | None = None

    @property
    def key(self) -> str:
        """What the entry is known by: a page by its address, the file of a host by its kind as well."""
        return self.url if self.kind == "page" else f"{self.kind} {self.url}"

    def line(self) -> bytes:
        """Return the line of the ledger."""
        told = {name: value for name in _NAMES if (value := getattr(self, name)) != _DEFAULTS[name]}
        return json.dumps({"url": self.url, **told}, ensure_ascii=True).encode() + b"\n"


_DEFAULTS: dict[str, Any] = {field.name: field.default for field in fields(Entry) if field.name != "url"}
_NAMES = tuple(_DEFAULTS)


def entry_of(line: bytes) -> Entry:
    """Return the entry in a line of the ledger. Raises ValueError for what is none."""
    told = json.loads(line)
    if not isinstance(told, dict) or not isinstance(told.get("url"), str):
        raise ValueError("no entry")
    return Entry(**{name: value for name, value in told.items() if name == "url" or name in _DEFAULTS})
