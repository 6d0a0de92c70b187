"""One address: what is known of it already, whether it may be asked for, what came back, what is kept of that."""

import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from datastork.collect._web.archive import Archive
from datastork.collect._web.entry import Entry
from datastork.collect._web.hosts import Hosts
from datastork.collect._web.pages.look import Looked, look
from datastork.collect._web.pages.page import read_page
from datastork.collect._web.pages.sitemap import LARGEST as SITEMAP_BYTES
from datastork.collect._web.plan import Plan
from datastork.collect._web.queues import Later, Queues
from datastork.core.errors import DataError
from datastork.fetch import Answer, Fetcher, FetchError, Refused
from datastork.fetch.redirects import REDIRECTS, redirect_of
from datastork.fetch.robots import LARGEST as ROBOTS_BYTES
from datastork.fetch.target import Target, target_of
from datastork.fetch.waiting import AGAIN, backoff, retry_after
from datastork.store.web.warc import records

FILE_SECONDS = 24 * 3600  # how long a file of a host that was read holds
LONGEST_WAIT = 300.0
HTML = frozenset({"text/html", "application/xhtml+xml"})
_NO_PAGE = Looked()


class Visit(NamedTuple):
    """What came of an address, and the links of it that may be followed, as they stand on the page."""

    entry: Entry
    links: tuple[str, ...] = ()


class Visitor:
    """Visits addresses, each once. Safe to use from many threads."""

    def __init__(self, plan: Plan, fetcher: Fetcher, archive: Archive, stop: threading.Event) -> None:
        self.plan = plan
        self.archive = archive
        self._fetcher = fetcher
        self._stop = stop
        self.hosts = Hosts(self.file, fetcher.policy.name)
        self.queues = Queues(plan.rate, self._delay, stop)
        self._spent: dict[str, int] = {}
        for entry in archive.entries.values():
            if entry.kind == "page" and entry.length:
                self._spend(target_of(entry.url).host, entry.length)

    def known(self, url: str) -> bool:
        """Say whether nobody has to be asked for this address."""
        return url in self.archive.entries

    def page(self, url: str, *, links: bool) -> Visit | Later:
        """Return what came of the page at `url`, with its links where they are wanted."""
        kept = self.archive.entries.get(url)
        if kept is not None:
            return Visit(kept, self._links_of(kept) if links else ())
        target = target_of(url)
        try:
            verdict = self._verdict(target)
        except Refused as error:
            return self._refused(url, error)
        if verdict is not None:
            entry = Entry(url, when=time.time_ns(), verdict=verdict)
            if self.archive.verdicts.get(url) != verdict:
                self.archive.put(entry)
            return Visit(entry)
        return self._ask(target, links=links)

    def file(self, kind: str, url: str) -> Answer:
        """Return a file of a host: robots.txt and the like, or a sitemap. Raises FetchError."""
        kept = self.archive.entries.get(Entry(url, kind).key)
        if kept is not None and kept.warc and time.time_ns() - kept.when < FILE_SECONDS * 10**9:
            stored = self.archive.stored(kept, SITEMAP_BYTES)
            return Answer(url, stored.status, stored.headers, stored.body)
        most = SITEMAP_BYTES if kind == "sitemap" else ROBOTS_BYTES
        for attempt in range(self.plan.retries + 1):
            last = attempt == self.plan.retries or self._stop.is_set()
            entry = Entry(url, kind, when=time.time_ns(), attempt=attempt, final=last)
            wait = backoff(attempt)
            try:
                answer = self._fetcher.hop(url, {"Accept": "text/plain,*/*;q=0.5"}, most, raw=True, cut=True)
            except FetchError as error:
                entry.problem = error.what
                entry.final = last or not error.again
                self.archive.put(entry)
                if entry.final:
                    raise
            else:
                entry.final = last or answer.status not in AGAIN
                self._put(entry, answer, truncated="length" if answer.cut else None)
                if entry.final:
                    self._stop.wait(self.queues.gap(target_of(url).origin))
                    return answer
                wait = retry_after(answer.headers.get("retry-after"), time.time()) or wait
            self._stop.wait(min(wait, LONGEST_WAIT))
        raise AssertionError("unreachable")

    def _delay(self, origin: str) -> float | None:
        rules = self.hosts.known(origin)
        return None if rules is None else rules.delay

    def _verdict(self, target: Target) -> str | None:
        if self.plan.host_bytes is not None and self._spent.get(target.host, 0) >= self.plan.host_bytes:
            return "bytes of the host"
        return self.hosts.of(target).verdict(target.url)

    def _ask(self, target: Target, *, links: bool) -> Visit | Later:
        url = target.url
        attempt = self.archive.attempts.get(url, 0)
        entry = Entry(url, when=time.time_ns(), attempt=attempt)
        last = attempt >= self.plan.retries
        self.queues.asked(target.origin)  # again: reading the files of the host took time, and told of its delay
        try:
            answer = self._fetcher.hop(url, self._conditions(url), raw=True, want=self._wants)
        except Refused as error:
            return self._refused(url, error)
        except FetchError as error:
            entry.problem, entry.final = error.what, last or not error.again
            self.archive.put(entry)
            return Visit(entry) if entry.final else Later(backoff(attempt))
        if answer.status in AGAIN and not last:
            asked = retry_after(answer.headers.get("retry-after"), time.time())
            wait = backoff(attempt) if asked is None else asked
            if wait <= LONGEST_WAIT:
                entry.final = False
                self._put(entry, answer)
                return Later(wait)
        return self._take_in(entry, target, answer, links=links)

    def _refused(self, url: str, error: Refused) -> Visit:
        entry = Entry(url, when=time.time_ns(), verdict="refused", problem=error.what)
        if self.archive.verdicts.get(url) != "refused":
            self.archive.put(entry)
        return Visit(entry)

    def _take_in(self, entry: Entry, target: Target, answer: Answer, *, links: bool) -> Visit:
        """Keep what is to be kept of an answer, and say so in the ledger."""
        self._spend(target.host, len(answer.body))
        place = answer.headers.get("location")
        before = self.archive.before.get(target.url)
        looked = _NO_PAGE
        if answer.status in REDIRECTS and place:
            self._redirected(entry, answer, place)
        elif answer.status == 304 and before is not None:
            entry = replace(before, when=entry.when, attempt=entry.attempt, status=304, end=None)
            self.archive.put(entry)
            return Visit(entry, self._links_of(entry) if links else ())
        elif answer.status == 200 and not answer.cut:
            looked = look(entry, answer, self.plan, self._fetcher.policy.name)
        elif answer.status >= 500 or answer.status == 429:
            entry.problem = f"the server answered {answer.status}"
        if entry.opt_out is not None:
            entry.links = list(looked.links) if entry.follow else None
            bare = replace(answer, raw=answer.raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
            self._put(entry, bare, truncated="unspecified")
        else:
            self._put(entry, answer, truncated="length" if answer.cut else None)
        return Visit(entry, looked.links if entry.follow else ())

    def _redirected(self, entry: Entry, answer: Answer, place: str) -> None:
        try:
            entry.to = redirect_of(answer.url, place, (), 1).url
            self._fetcher.check(entry.to)
        except FetchError as error:
            if isinstance(error, Refused) or entry.to is None:
                entry.problem, entry.to = f"it redirects to {place[:200]!r}: {error.what}", None
            # a name that is not known now is found out when that page is asked for

    def _put(self, entry: Entry, answer: Answer, *, truncated: str | None = None) -> None:
        entry.status, entry.seconds, entry.address = answer.status, round(answer.seconds, 4), answer.address
        entry.type = (answer.headers.get("content-type") or "")[:100] or None
        entry.etag = (answer.headers.get("etag") or "")[:300] or None
        entry.modified = (answer.headers.get("last-modified") or "")[:60] or None
        entry.length = len(answer.body)
        response, request = records(
            entry.url, answer.request, answer.raw, when=entry.when, address=answer.address, truncated=truncated
        )
        self.archive.put(entry, response, request)

    def _wants(self, status: int, headers: Mapping[str, str]) -> bool:
        return status != 200 or self.plan.takes(headers.get("content-type") or "")

    def _conditions(self, url: str) -> dict[str, str]:
        before = self.archive.before.get(url)
        if before is None or before.content is None:
            return {}
        given = {"If-None-Match": before.etag, "If-Modified-Since": before.modified}
        return {name: value for name, value in given.items() if value}

    def _links_of(self, entry: Entry) -> tuple[str, ...]:
        if entry.links is not None:
            return tuple(entry.links)
        kind = (entry.type or "").partition(";")[0].strip().lower()
        if not entry.follow or entry.content is None or (kind and kind not in HTML):
            return ()
        try:
            data = self.archive.stored(entry, self.plan.max_bytes).page
        except DataError:
            return ()  # the row of this page says what is wrong with it
        return tuple(read_page(entry.url, data).links)

    def _spend(self, host: str, count: int) -> None:
        self._spent[host] = self._spent.get(host, 0) + count
