"""A crawl: from the pages that were named, breadth first, to its end.

Pages are visited level by level, and the pages of a level in the order in which they were found. So the same site
gives the same pages under a bound, whoever is quicker. A crawl that goes on after an interruption walks the same way
again: what has a line in the ledger is taken from there, and nobody is asked for it.
"""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path

from datastork.collect._web.archive import PATIENCE, Archive
from datastork.collect._web.entry import Entry
from datastork.collect._web.pages.sitemap import read_sitemap
from datastork.collect._web.plan import Plan, is_page_name
from datastork.collect._web.queues import Later
from datastork.collect._web.rows import write_rows
from datastork.collect._web.visit import Visit, Visitor
from datastork.core.errors import DataError
from datastork.fetch import Fetcher, Refused
from datastork.fetch.connecting import Resolver, look_up
from datastork.fetch.target import Target, target_of

MOST_HOPS = 10
SITEMAP_DEPTH, MOST_SITEMAP_PAGES = 3, 5_000_000
BATCH = 1000  # pages of a level visited before their links are looked at, which bounds memory


@dataclass(frozen=True, slots=True)
class Item:
    """An address to visit: `named` by the user, not found; whether to `follow` its links; `hops` that led here."""

    url: str
    origin: str
    depth: int = 0
    keyword: str | None = None
    named: bool = False
    follow: bool = False
    hops: tuple[str, ...] = ()


@dataclass(slots=True)
class Found:
    """What a crawl came to: addresses in the order they were found, with what came of each."""

    visited: list[tuple[Item, Entry]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    elsewhere: int = 0  # redirects that leave the hosts
    bad_links: list[tuple[str, str]] = field(default_factory=list)  # named addresses that are none
    beyond: int = 0  # pages known and not asked for, because of the limit


def crawl(root: Path, plan: Plan, stop: threading.Event, *, resolver: Resolver = look_up) -> None:
    """Crawl to the end and write the rows. Raises KeyboardInterrupt where `stop` was set before; StoreError."""
    patience = 2 * plan.timeout + PATIENCE
    held = Archive(
        root,
        plan.folder_key,
        warc_bytes=plan.warc_bytes,
        again=plan.recrawl == "changed",
        patience=patience,
        stop=stop,
    )
    with (
        held as archive,
        Fetcher(plan.policy, resolver=resolver) as fetcher,
    ):
        found = _Crawl(plan, Visitor(plan, fetcher, archive, stop), stop).run()
        write_rows(archive.folder, plan, found)
        archive.finish(plan.result_key)


class _Crawl:
    def __init__(self, plan: Plan, visitor: Visitor, stop: threading.Event) -> None:
        self.plan = plan
        self.visitor = visitor
        self.stop = stop
        self.found = Found()
        self.seen: set[str] = set()
        self.hosts: set[str] = set(plan.hosts)
        self.asked = 0
        self.target = lru_cache(1 << 16)(_target)

    def run(self) -> Found:
        level = self._first()
        while level:
            following: list[Item] = []
            for batch in self._batches(level):
                for item, visit in self._visit(batch):
                    self.found.visited.append((item, visit.entry))
                    for url in visit.links:
                        self._add(following, url, replace(item, depth=item.depth + 1, named=False, hops=()))
            level = following
        return self.found

    def _first(self) -> list[Item]:
        """Return the pages of the settings and sitemaps."""
        level: list[Item] = []
        named = [(url, keyword, True) for url, keyword in self.plan.start]
        named += [(url, None, False) for url in self.plan.urls]
        for url, keyword, follow in named:
            try:
                target = target_of(url)
            except Refused as error:
                self.found.bad_links.append((url, error.what))
                continue
            if not self.plan.hosts and follow:
                self.hosts.add(target.authority)
            self._add(level, target.url, Item("", "", keyword=keyword, named=True, follow=follow))
        for url in self._sitemap_pages():
            self._add(level, url, Item("", ""))
        return level

    def _sitemap_pages(self) -> Iterable[str]:
        pages: list[str] = []
        waiting = [(url, 0) for url in self.plan.sitemap]
        done: set[str] = set()
        most = MOST_SITEMAP_PAGES if self.plan.limit is None else 2 * self.plan.limit + 1000  # some are not allowed
        while waiting:
            if len(pages) > most:
                self.found.notes.append(f"sitemaps not read when {len(pages):,} pages were known: {len(waiting):,}")
                break
            url, depth = waiting.pop(0)
            if url in done or self.stop.is_set():
                continue
            done.add(url)
            try:
                target = target_of(url)
                verdict = None if target.path == "/robots.txt" else self.visitor.hosts.of(target).verdict(target.url)
                if verdict is not None:
                    self.found.notes.append(f"the sitemap {_shown(url)} was not asked for: {verdict}")
                    continue
                listed = read_sitemap(self.visitor.file("sitemap", target.url).checked().body)
            except DataError as error:
                self.found.notes.append(f"the sitemap {_shown(url)} cannot be read: {error.message}")
                continue
            if not self.plan.hosts:
                self.hosts.add(target.authority)
            here = [one for page in listed.pages if (one := self._accepted(page)) is not None]
            if len(here) < len(listed.pages):
                out = len(listed.pages) - len(here)
                self.found.notes.append(
                    f"{out} addresses of the sitemap {_shown(url)} are of other hosts or left out by pattern"
                )
            pages += here
            if depth < SITEMAP_DEPTH:
                waiting += [(one, depth + 1) for one in listed.sitemaps]
        return pages

    def _batches(self, level: list[Item]) -> Iterable[list[Item]]:
        """Yield a level in parts that together do not go beyond the limit, however many are not asked for."""
        at = 0
        while at < len(level):
            room = BATCH if self.plan.limit is None else min(BATCH, self.plan.limit - self.asked)
            if room <= 0:
                self.found.beyond += len(level) - at
                return
            yield level[at : at + room]
            at += room

    def _visit(self, items: Sequence[Item]) -> list[tuple[Item, Visit]]:
        """Visit pages, and what they redirect to."""
        done: list[tuple[Item, Visit]] = []
        while items:
            results = self.visitor.queues.run(items, _origin, self._work, self._is_known)
            if self.stop.is_set():
                raise KeyboardInterrupt
            onward: list[Item] = []
            for item, visit in zip(items, results, strict=True):
                assert visit is not None
                done.append((item, visit))
                entry = visit.entry
                self.asked += entry.verdict is None and entry.to is None
                if entry.to is not None and len(item.hops) < MOST_HOPS:
                    self._redirect(onward, item, entry.to)
            items = onward
        return done

    def _redirect(self, onward: list[Item], item: Item, to: str) -> None:
        target = self.target(to)
        if target is None:
            return
        if item.named and not self.plan.hosts and item.follow:
            self.hosts.add(target.authority)
        if item.named or self._accepted(to) is not None:
            self._add(onward, to, replace(item, hops=(*item.hops, item.url)))
        else:
            self.found.elsewhere += 1

    def _work(self, item: Item) -> Visit | Later:
        deeper = item.follow and (self.plan.depth is None or item.depth < self.plan.depth)
        visit = self.visitor.page(item.url, links=deeper)
        if isinstance(visit, Later) or not deeper:
            return visit if isinstance(visit, Later) else Visit(visit.entry)
        accepted = (self._accepted(link) for link in visit.links)
        return Visit(visit.entry, tuple(dict.fromkeys(one for one in accepted if one is not None)))

    def _is_known(self, item: Item) -> bool:
        return self.visitor.known(item.url)

    def _accepted(self, link: str) -> str | None:
        """Return a link in its normal form, or None where it is not to be followed."""
        target = self.target(link)
        if target is None or not self._is_ours(target) or not is_page_name(target.path):
            return None
        return target.url if self.plan.wants(target.url) else None

    def _is_ours(self, target: Target) -> bool:
        if target.authority in self.hosts or target.host in self.hosts:
            return True
        return any("*" in one and fnmatchcase(target.host, one) for one in self.plan.hosts)

    def _add(self, level: list[Item], url: str, like: Item) -> None:
        if url not in self.seen:
            self.seen.add(url)
            target = self.target(url)
            assert target is not None
            level.append(replace(like, url=url, origin=target.origin))


def _origin(item: Item) -> str:
    return item.origin


def _shown(url: str) -> str:
    """Return an address from elsewhere as it may be shown."""
    return url[:200] if url.isprintable() else ascii(url[:200])


def _target(url: str) -> Target | None:
    try:
        return target_of(url)
    except Refused:
        return None
