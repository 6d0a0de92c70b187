"""Looking at a page that came: its charset, its kind, its wishes, its licence, its links."""

import re
from dataclasses import dataclass

from datastork.collect._spdx import spdx
from datastork.collect._web.entry import Entry
from datastork.collect._web.pages.optouts import wish_of
from datastork.collect._web.pages.page import read_page
from datastork.collect._web.plan import Plan
from datastork.core.errors import DataError
from datastork.core.hashing import content_id
from datastork.fetch import Answer
from datastork.store.web.charsets import as_utf8

_HTML_BEGINS = (b"<!doctype html", b"<html", b"<head", b"<body", b"<!--", b"<?xml")
_LINK = re.compile(r"<([^<>]{1,2000})>\s*((?:;[^,<]{0,300})?)")


@dataclass(frozen=True, slots=True)
class Looked:
    """The links of a page."""

    links: tuple[str, ...] = ()


def look(entry: Entry, answer: Answer, plan: Plan, agent: str) -> Looked:
    """Write into `entry` what the page says; return its links."""
    named = answer.headers.get("content-type") or ""
    try:
        data = as_utf8(answer.body, named)
    except DataError as error:
        entry.problem = error.message
        return Looked()
    kind = named.partition(";")[0].strip().lower() or _kind_of(data)
    if kind not in plan.types:
        return Looked()
    entry.content, entry.size = content_id(data), len(data)
    if kind == "text/plain":
        wish = wish_of(answer.headers, (), agent)
        entry.opt_out, entry.follow = wish
        _licence(entry, _link_header(answer.headers.get("link") or ""), [])
        entry.content = entry.content if entry.opt_out is None else None
        return Looked()
    page = read_page(answer.url, data)
    wish = wish_of(answer.headers, page.metas, agent)
    entry.opt_out, entry.follow = wish
    entry.author = page.author
    _licence(entry, _link_header(answer.headers.get("link") or "") + page.licences, page.seen)
    if entry.opt_out is not None:
        entry.content = None
    return Looked(tuple(page.links))


def _licence(entry: Entry, declared: list[tuple[str, str]], seen: list[str]) -> None:
    """A licence is certain where all that the page declares is one and the same, and known."""
    ids = {spdx(named) for _, named in declared}
    if len(ids) == 1 and None not in ids:
        entry.license, entry.license_from = ids.pop(), declared[0][0]
    named = [f"{how}: {what[:300]}" for how, what in declared] + [f"link: {url}" for url in seen]
    entry.licences = list(dict.fromkeys(named))[:20] or None


def _link_header(value: str) -> list[tuple[str, str]]:
    found = []
    for url, parameters in _LINK.findall(value[:8000]):
        if re.search(r"rel\s*=\s*\"?[^\";]*\blicense\b", parameters, re.IGNORECASE):
            found.append(("header Link", url))
    return found


def _kind_of(data: bytes) -> str:
    """Return the type of a page that came without one."""
    head = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(_HTML_BEGINS):
        return "text/html"
    try:
        data[:4096].decode()
    except UnicodeDecodeError as error:
        if error.start < min(len(data), 4096) - 4:
            return ""
    return "" if b"\0" in data[:4096] else "text/plain"
