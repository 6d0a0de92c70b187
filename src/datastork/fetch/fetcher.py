"""The fetcher: GET, within the bounds of a policy."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from datastork.core.errors import StoreError
from datastork.fetch.answer import Answer
from datastork.fetch.connecting import Connections, Resolver, look_up, said
from datastork.fetch.errors import FetchError
from datastork.fetch.exchange import Unused, ask, body, reusable
from datastork.fetch.policy import Policy
from datastork.fetch.redirects import REDIRECTS, redirect_of
from datastork.fetch.target import Target, target_of
from datastork.fetch.waiting import AGAIN, Pace, backoff, retry_after

if TYPE_CHECKING:
    from datastork.fetch.robots import Robots

_GOES_ANYWHERE = ("accept", "if-")  # headers that tell nothing secret
Sink = Callable[[bytes], object]
Want = Callable[[int, Mapping[str, str]], bool]


class Fetcher:
    """Fetches within the bounds of a policy, keeping connections alive. Safe to use from many threads.

    `resolver(host, port)` looks a name up; `sleep` waits. Both are given in tests.
    """

    def __init__(
        self,
        policy: Policy | None = None,
        *,
        resolver: Resolver = look_up,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.policy = policy or Policy()
        self._connections = Connections(self.policy, resolver)
        self._pace = Pace(self.policy.rate, sleep)
        self._sleep = sleep
        self._robots: Robots | None = None

    def get(
        self, url: str, headers: Mapping[str, str] | None = None, limit: int | None = None, *, raw: bool = False
    ) -> Answer:
        """Return the answer of an address, redirects followed, whatever its status.

        `limit` bounds the body in bytes, for this answer. Raises Refused for an address that may not be reached or
        that robots.txt forbids, FetchError where no whole answer came. The first hop and every other is checked.
        """
        return self._followed(url, dict(headers or {}), limit, None, raw=raw)

    def json(self, url: str, headers: Mapping[str, str] | None = None, limit: int | None = None) -> Any:
        """Return what an address says in JSON. Raises FetchError where the status is not 2xx or it is no JSON."""
        given = {"Accept": "application/json", **(headers or {})}
        return self.get(url, given, limit).checked().json()

    def download(
        self, url: str, to: Path, headers: Mapping[str, str] | None = None, limit: int | None = None
    ) -> Answer:
        """Write what an address gives into a file, whole or not at all; the answer has no body.

        Raises FetchError as `get`, and where the status is not 2xx; StoreError where the file cannot be written.
        """
        part = to.with_name(f".{to.name}.{os.getpid()}.part")
        try:
            to.parent.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as file:

                def begin() -> Sink:
                    file.seek(0)
                    file.truncate()
                    return file.write

                answer = self._followed(url, dict(headers or {}), limit, begin).checked()
                file.flush()
                os.fsync(file.fileno())
            part.replace(to)
        except OSError as error:
            raise StoreError(f"cannot write {to}: {said(error)}", hint="check space and permissions") from error
        finally:
            with suppress(OSError):
                part.unlink()
        return answer

    def hop(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,
        limit: int | None = None,
        *,
        raw: bool = False,
        cut: bool = False,
        want: Want | None = None,
        begin: Callable[[], Sink] | None = None,
    ) -> Answer:
        """Return the answer of this address itself; a redirect is an answer like any other. See `get`.

        With `cut` a body beyond the limit is cut there and no error. Where `want(status, headers)` is false the body
        is left where it is. `begin` gives a place for the pieces of the body to go to, again for each try.
        """
        target = target_of(url)
        if self.policy.robots:
            self.robots.check(target)
        most = self.policy.retries
        for attempt in range(most + 1):
            self._pace.wait(target.host)
            try:
                answer = self._once(target, dict(headers or {}), limit, begin, want, raw=raw, cut=cut)
            except FetchError as error:
                if attempt == most or not error.again:
                    raise
                self._sleep(backoff(attempt))
                continue
            if answer.status not in AGAIN or attempt == most:
                break
            asked = retry_after(answer.headers.get("retry-after"), time.time())
            wait = backoff(attempt) if asked is None else asked
            if wait > self.policy.longest_wait:
                break
            self._sleep(wait)
        return answer

    def check(self, url: str) -> None:
        """Raise Refused where this address may not be reached; it is looked up, and not asked for anything."""
        self._connections.addresses(target_of(url))

    @property
    def robots(self) -> "Robots":
        """What the robots.txt files of the hosts say."""
        if self._robots is None:
            from datastork.fetch.robots import Robots

            asker = Fetcher(replace(self.policy, robots=False, retries=0, max_redirects=5))
            asker._connections, asker._pace, asker._sleep = self._connections, self._pace, self._sleep
            self._robots = Robots(asker)
        return self._robots

    def close(self) -> None:
        """Close the connections."""
        self._connections.close()

    def __enter__(self) -> "Fetcher":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _followed(
        self,
        url: str,
        headers: dict[str, str],
        limit: int | None,
        begin: Callable[[], Sink] | None,
        *,
        raw: bool = False,
    ) -> Answer:
        hops: list[str] = []
        started = time.monotonic()
        while True:
            answer = self.hop(url, headers, limit, raw=raw, begin=begin)
            place = answer.headers.get("location")
            if answer.status not in REDIRECTS or not place:
                return replace(answer, hops=tuple(hops), seconds=time.monotonic() - started)
            hops.append(answer.url)
            following = redirect_of(answer.url, place, hops, self.policy.max_redirects)
            if following.origin != target_of(answer.url).origin:
                headers = {name: said for name, said in headers.items() if name.lower().startswith(_GOES_ANYWHERE)}
            url = following.url

    def _once(
        self,
        target: Target,
        headers: dict[str, str],
        limit: int | None,
        begin: Callable[[], Sink] | None,
        want: Want | None,
        *,
        raw: bool,
        cut: bool,
    ) -> Answer:
        most = self.policy.max_bytes if limit is None else limit
        started = time.monotonic()
        deadline = started + self.policy.timeout
        headers.setdefault("User-Agent", self.policy.agent)
        while True:
            kept = self._connections.idle(target)
            wire = kept or self._connections.fresh(target, deadline)
            try:
                head = ask(wire, target, headers, deadline, keep=raw, used=kept is not None)
            except Unused:
                continue
            except BaseException:
                wire.abort()
                raise
            break
        parts: list[bytes] = []
        whole = want is None or want(head.status, head.headers)
        sink = parts.append if begin is None or head.status // 100 != 2 else begin()
        try:
            if whole:
                whole = _read(body(wire, target, head, self.policy.max_bytes if cut else most), sink, most, cut=cut)
        except BaseException:
            wire.abort()
            raise
        if whole and reusable(wire, head):
            self._connections.give_back(target, wire)
        else:
            wire.abort()
        seconds = time.monotonic() - started
        kept_bytes = final_answer(bytes(wire.kept)) if wire.kept is not None else b""
        found = b"".join(parts)[:most]
        return Answer(
            target.url,
            head.status,
            head.headers,
            found,
            seconds=seconds,
            address=wire.address,
            raw=kept_bytes,
            cut=not whole,
            request=wire.sent,
        )


def _read(pieces: Iterator[bytes], sink: Sink, most: int, *, cut: bool) -> bool:
    """Give pieces to `sink`; return whether that was all, or it was cut at `most` bytes."""
    read = 0
    for piece in pieces:
        sink(piece)
        read += len(piece)
        if cut and read > most:
            return False
    return True


def final_answer(raw: bytes) -> bytes:
    """Return what was on the wire without interim answers (1xx) before it."""
    while raw[:7] == b"HTTP/1." and raw[8:10] == b" 1":
        ends = [at for end in (b"\r\n\r\n", b"\n\n") if (at := raw.find(end)) >= 0]
        if not ends:
            break
        at = min(ends)
        raw = raw[at + (4 if raw[at : at + 1] == b"\r" else 2) :]
    return raw
