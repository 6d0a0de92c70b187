"""What a host allows, before any of its pages is asked for.

| file                       | what keeps us from asking for a page                                         |
|----------------------------|------------------------------------------------------------------------------|
| `/robots.txt`              | `Disallow` for us, else for `*` (RFC 9309); or it cannot be read             |
| `/robots.txt`              | `Content-Usage: train-ai=n` or `Content-Signal: ai-train=no`, for us or `*`  |
| `/.well-known/tdmrep.json` | `"tdm-reservation": 1` where `location` matches; the longest pattern decides |
| `/ai.txt`                  | `Disallow` for us, else for `*`; the same form as robots.txt                 |
"""

import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from datastork.collect._web.pages.optouts import reserves_training
from datastork.fetch import Answer, FetchError
from datastork.fetch.redirects import REDIRECTS, redirect_of
from datastork.fetch.robots import LARGEST, MOST_REDIRECTS, Rules, read_rules, rules_of
from datastork.fetch.target import Target

LONGEST_DELAY = 3600.0
_USAGE = re.compile(r"\s*(?:content-usage|content-signal)\s*:\s*(/\S*)?\s*(.*)", re.IGNORECASE)
_RESERVES_NOT = re.compile(r"(?:train-ai|ai-train|train-genai)\s*=\s*y", re.IGNORECASE)

Ask = Callable[[str, str], Answer]  # kind of file, address


@dataclass(frozen=True, slots=True)
class HostRules:
    """What the files of one origin say."""

    robots: Rules
    usage: Rules | None = None
    ai: Rules | None = None
    tdm: tuple[tuple[str, bool], ...] = field(default=())

    @property
    def delay(self) -> float:
        """Seconds between requests that robots.txt asks for."""
        return min(self.robots.delay or 0.0, LONGEST_DELAY)

    def verdict(self, url: str) -> str | None:
        """Return why `url` is not to be asked for, or None."""
        if not self.robots.allows(url):
            return self.robots.verdict
        if self.usage is not None and not self.usage.allows(url):
            return "robots.txt: no use for training"
        if self.ai is not None and not self.ai.allows(url):
            return "ai.txt"
        return "tdmrep.json" if self._reserved(url) else None

    def _reserved(self, url: str) -> bool:
        parts = urlsplit(url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        best: tuple[int, bool] = (-1, False)
        for pattern, reserved in self.tdm:
            if matches(pattern, path):
                best = max(best, (len(pattern), reserved))
        return best[1]


class Hosts:
    """The rules of every origin met. `ask(kind, url)` gives the answer of one file. Safe to use from many threads."""

    def __init__(self, ask: Ask, agent: str) -> None:
        self._ask = ask
        self._agent = agent
        self._known: dict[str, HostRules] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def known(self, origin: str) -> HostRules | None:
        """Return the rules of an origin if its files were read already."""
        return self._known.get(origin)

    def of(self, target: Target) -> HostRules:
        """Return the rules of the origin of `target`; its files are asked for the first time."""
        with self._lock:
            mine = self._locks.setdefault(target.origin, threading.Lock())
        with mine:
            rules = self._known.get(target.origin)
            if rules is None:
                rules = self._known[target.origin] = self._read(target.origin)
            return rules

    def _read(self, origin: str) -> HostRules:
        held: list[bytes] = []

        def ask(url: str) -> Answer:
            answer = self._ask("robots", url)
            held[:] = [answer.body] if answer.ok else []
            return answer

        robots = read_rules(ask, origin, self._agent)
        if robots.everything is False:
            return HostRules(robots)
        usage = _usage(held[0], self._agent) if held else None
        tdm = self._file(robots, "tdmrep", f"{origin}/.well-known/tdmrep.json")
        ai = self._file(robots, "ai.txt", f"{origin}/ai.txt")
        plain = ai is not None and ai.body.lstrip()[:1] != b"<"
        return HostRules(
            robots,
            usage,
            rules_of(ai.body, self._agent) if ai is not None and plain else None,
            _reservations(tdm.body) if tdm is not None else (),
        )

    def _file(self, robots: Rules, kind: str, url: str) -> Answer | None:
        """Return a file that is there, or None."""
        try:
            for _ in range(MOST_REDIRECTS + 1):
                if not robots.allows(url):
                    return None
                answer = self._ask(kind, url)
                place = answer.headers.get("location")
                if answer.status not in REDIRECTS or not place:
                    return answer if answer.ok else None
                url = redirect_of(url, place, (), MOST_REDIRECTS).url
        except FetchError:
            return None  # the ledger has it; nothing is reserved by a file that cannot be read
        return None


def matches(pattern: str, path: str) -> bool:
    """Say whether a pattern of robots.txt form (`*`, and `$` at the end) matches a path.

    >>> matches("/a/*.html$", "/a/b.html"), matches("/a", "/abc"), matches("/a$", "/abc")
    (True, True, False)
    """
    anchored = pattern.endswith("$")
    parts = re.sub(r"\*+", "*", pattern.removesuffix("$")).split("*")
    if not path.startswith(parts[0]):
        return False
    at = len(parts[0])
    for part in parts[1:-1]:
        found = path.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    if len(parts) == 1:
        return not anchored or at == len(path)
    last = parts[-1]
    return path[at:].endswith(last) if anchored else path.find(last, at) >= 0


def _reservations(data: bytes) -> tuple[tuple[str, bool], ...]:
    try:
        told: Any = json.loads(data)
    except (ValueError, RecursionError):
        return ()
    found = []
    for one in told[:10_000] if isinstance(told, list) else []:
        if isinstance(one, dict) and isinstance(one.get("location"), str):
            found.append((one["location"][:2000], str(one.get("tdm-reservation")) == "1"))
    return tuple(found)


def _usage(data: bytes, agent: str) -> Rules | None:
    """Return the usage preferences of a robots.txt for training, as rules of their own, or None."""
    lines: list[str] = []
    any_found = False
    for line in data[:LARGEST].decode("utf-8-sig", "replace").splitlines():
        plain = line.partition("#")[0].strip()
        found = _USAGE.fullmatch(plain)
        if plain.lower().startswith(("user-agent", "user agent", "useragent")):
            lines.append(plain)
        elif found is None:
            lines.append("Allow:" if plain else "")  # it ends a group, and says nothing
        elif reserves_training(found[2]):
            lines.append(f"Disallow: {found[1] or '/'}")
            any_found = True
        elif _RESERVES_NOT.search(found[2]):
            lines.append(f"Allow: {found[1] or '/'}")
    return rules_of("\n".join(lines).encode(), agent) if any_found else None
