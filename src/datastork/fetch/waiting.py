"""How long to wait: between requests to one host, and before a request is tried again."""

import threading
import time
from collections.abc import Callable
from datetime import UTC
from email.utils import parsedate_to_datetime

AGAIN = frozenset({429, 502, 503, 504})
LONGEST_BACKOFF = 30.0


def retry_after(value: str | None, now: float) -> float | None:
    """Return the seconds a header Retry-After asks for, a number or a date; None where it says nothing.

    >>> retry_after("120", 0.0), retry_after("Thu, 01 Jan 1970 00:01:00 GMT", 15.0), retry_after("soon", 0.0)
    (120.0, 45.0, None)
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9]) if len(text) <= 9 else 1e9
    moment = moment_of(text)
    return None if moment is None else max(0.0, moment - now)


def moment_of(date: str) -> float | None:
    """Return the seconds since 1970 of a date of HTTP, UTC where it names no zone; None for what is none (RFC 9110).

    >>> moment_of("Thu, 01 Jan 1970 00:01:00 GMT"), moment_of("Thu Jan  1 00:01:00 1970"), moment_of("soon")
    (60.0, 60.0, None)
    """
    try:
        found = parsedate_to_datetime(date)
        return (found.replace(tzinfo=UTC) if found.tzinfo is None else found).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def backoff(attempt: int) -> float:
    """Return the seconds to wait after the failed try number `attempt`, counted from 0: 0.5, 1, 2, 4, …"""
    return float(min(LONGEST_BACKOFF, 0.5 * 2.0 ** min(attempt, 16)))


class Pace:
    """At most `rate` requests a second to each host, from however many threads."""

    def __init__(self, rate: float | None, sleep: Callable[[float], None] = time.sleep) -> None:
        self._gap = 1.0 / rate if rate else 0.0
        self._sleep = sleep
        self._next: dict[str, float] = {}
        self._lock = threading.Lock()

    def wait(self, host: str) -> None:
        """Return when a request to this host may begin."""
        if not self._gap:
            return
        with self._lock:
            now = time.monotonic()
            begin = max(now, self._next.get(host, 0.0))
            self._next[host] = begin + self._gap
        if begin > now:
            self._sleep(begin - now)
