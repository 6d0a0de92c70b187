"""robots.txt, as RFC 9309 wants it read: one file for each origin, read once.

| what the origin answers to /robots.txt              | what that means                              |
|-----------------------------------------------------|----------------------------------------------|
| 2xx                                                 | its rules, of the first 500 KiB              |
| 4xx but 429; more than 5 redirects, or in a circle  | there are no rules: all is allowed           |
| 429, 5xx, no answer, no proper answer               | nothing is allowed, until it is asked again  |
"""

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from datastork.core.errors import MissingExtraError
from datastork.fetch.errors import FetchError, Refused
from datastork.fetch.redirects import REDIRECTS, redirect_of
from datastork.fetch.target import Target

if TYPE_CHECKING:
    from collections.abc import Callable

    from datastork.fetch.answer import Answer
    from datastork.fetch.fetcher import Fetcher

LARGEST = 500 << 10
GOOD_FOR = 24 * 3600.0  # seconds; where nothing could be learned a tenth of an hour
GOOD_FOR_FAILED = 360.0
MOST_REDIRECTS = 5
ACCEPT = {"Accept": "text/plain,*/*;q=0.5"}


@dataclass(frozen=True, slots=True)
class Rules:
    """What one robots.txt says to one agent. `verdict` is why, in a few words."""

    verdict: str
    everything: bool | None = None  # True: all allowed, False: nothing; None: as `parsed` says
    parsed: Any = None
    agent: str = ""
    delay: float | None = None
    sitemaps: tuple[str, ...] = ()
    known_at: float = field(default_factory=time.monotonic)

    def allows(self, url: str) -> bool:
        """Say whether the agent may fetch `url`."""
        if self.everything is not None:
            return self.everything
        path = urlsplit(url).path
        return path == "/robots.txt" or bool(self.parsed.can_fetch(url, self.agent))

    @property
    def stale(self) -> bool:
        """Whether the file should be asked for again."""
        age = time.monotonic() - self.known_at
        return age > (GOOD_FOR_FAILED if self.everything is False else GOOD_FOR)


class Robots:
    """The rules of every origin met so far. Safe to use from many threads."""

    def __init__(self, fetcher: "Fetcher") -> None:
        self._fetcher = fetcher
        self._known: dict[str, Rules] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def of(self, target: Target) -> Rules:
        """Return the rules of the origin `target` belongs to."""
        origin = target.origin
        with self._lock:
            mine = self._locks.setdefault(origin, threading.Lock())
        with mine:
            rules = self._known.get(origin)
            if rules is None or rules.stale:
                rules = self._known[origin] = read_rules(self._ask, origin, self._fetcher.policy.name)
            return rules

    def _ask(self, url: str) -> "Answer":
        return self._fetcher.hop(url, ACCEPT, LARGEST, cut=True)

    def check(self, target: Target) -> None:
        """Raise Refused where robots.txt does not allow `target`."""
        rules = self.of(target)
        if not rules.allows(target.url):
            raise Refused(target.url, f"robots.txt does not allow it ({rules.verdict})")


def read_rules(ask: "Callable[[str], Answer]", origin: str, agent: str) -> Rules:
    """Ask an origin for its robots.txt: `ask` gives the answer of one address, its body cut at `LARGEST` bytes.

    Raises Refused where the origin itself may not be reached.
    """
    url = f"{origin}/robots.txt"
    for _ in range(MOST_REDIRECTS + 1):
        try:
            answer = ask(url)
            place = answer.headers.get("location")
            if answer.status not in REDIRECTS or not place:
                return _read(answer, agent)
            url = redirect_of(answer.url, place, (), MOST_REDIRECTS).url
        except FetchError as error:
            if isinstance(error, Refused) and url.startswith(f"{origin}/"):
                raise
            return Rules(f"robots.txt cannot be read: {error.what}", everything=False)
    return Rules("robots.txt redirects without end", everything=True)


def _read(answer: "Answer", agent: str) -> Rules:
    if answer.ok:
        return rules_of(answer.body, agent)
    if answer.status < 500 and answer.status != 429:
        return Rules(f"robots.txt: {answer.status}", everything=True)
    return Rules(f"robots.txt: {answer.status}", everything=False)


def rules_of(data: bytes, agent: str) -> Rules:
    """Return what the text of a robots.txt says to `agent`."""
    try:
        from protego import Protego
    except ModuleNotFoundError as error:
        raise MissingExtraError("reading robots.txt", "protego", "web") from error
    parsed = Protego.parse(data[:LARGEST].decode("utf-8-sig", "replace"))
    delay = parsed.crawl_delay(agent)
    return Rules("robots.txt", None, parsed, agent, delay, tuple(parsed.sitemaps))
