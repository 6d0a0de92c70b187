"""Many hosts asked at once, each at its own pace."""

import heapq
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
THREADS, MOST_AT_ONCE = 16, 8


class Later(NamedTuple):
    """Not now: the host is to be left alone for some seconds, and the item tried again after."""

    seconds: float


@dataclass(slots=True)
class _Host(Generic[Item]):
    waiting: "deque[tuple[int, Item]]" = field(default_factory=deque)
    running: int = 0
    queued: bool = False


class Queues:
    """Runs work on items, at most `rate` a second for each host, and a few at a time.

    `delay(host)` gives the seconds between requests that the host asks for, None before that is known. The pace of a
    host lasts from one call of `run` to the next. `stop` ends the work after the items in hand.
    """

    def __init__(self, rate: float | None, delay: Callable[[str], float | None], stop: threading.Event) -> None:
        self._gap = 1.0 / rate if rate else 0.0
        self._at_once = MOST_AT_ONCE if rate is None else min(MOST_AT_ONCE, max(1, math.ceil(rate / 4)))
        self._delay = delay
        self._stop = stop
        self._next: dict[str, float] = {}
        self._change = threading.Condition()

    def run(
        self,
        items: Sequence[Item],
        host_of: Callable[[Item], str],
        work: Callable[[Item], "Result | Later"],
        free: Callable[[Item], bool],
    ) -> list[Result | None]:
        """Return what `work` gave for each item, None where it was stopped before.

        Items that are `free` ask no host for anything and do not wait. What `work` raises ends everything.
        """
        results: list[Result | None] = [None] * len(items)
        round_ = _Round(self, items, results, work)
        with self._change:
            for index, item in enumerate(items):
                round_.add(index, item, "" if free(item) else host_of(item))
        threads = [
            threading.Thread(target=round_.labour, name=f"fetch-{number}", daemon=True)
            for number in range(min(THREADS, len(items)))
        ]
        for thread in threads:
            thread.start()
        try:
            for thread in threads:
                while thread.is_alive():
                    thread.join(0.2)
        except BaseException:
            self._stop.set()
            with self._change:
                self._change.notify_all()
            for thread in threads:
                thread.join()
            raise
        if round_.failed is not None:
            raise round_.failed
        return results

    def asked(self, host: str) -> None:
        """Take note that a host is asked now."""
        if host:
            self._next[host] = time.monotonic() + max(self._gap, self._delay(host) or 0.0)

    def leave_alone(self, host: str, seconds: float) -> None:
        """Ask a host for nothing for some seconds."""
        self._next[host] = max(self.due(host), time.monotonic() + seconds)

    def due(self, host: str) -> float:
        """Return when a host may be asked (monotonic)."""
        return self._next.get(host, 0.0) if host else 0.0

    def gap(self, host: str) -> float:
        """Return the seconds between two requests to a host."""
        return max(self._gap, self._delay(host) or 0.0)

    def at_once(self, host: str) -> int:
        """Return how many requests may run at one time: one until it is known what the host asks for."""
        if not host:
            return THREADS
        delay = self._delay(host)
        return 1 if delay is None or delay > self._gap else self._at_once


class _Round:
    """The items of one call."""

    def __init__(self, queues: Queues, items: Sequence[Any], results: list[Any], work: Callable[[Any], Any]) -> None:
        self._queues = queues
        self._results = results
        self._work = work
        self._left = len(items)
        self._hosts: dict[str, _Host[Any]] = {}
        self._ready: list[tuple[float, str]] = []
        self.failed: BaseException | None = None

    def add(self, index: int, item: Any, host: str) -> None:
        self._hosts.setdefault(host, _Host()).waiting.append((index, item))
        self._queue(host)

    def labour(self) -> None:
        """Work until nothing is left; the life of one thread."""
        while True:
            taken = self._take()
            if taken is None:
                return
            host, index, item = taken
            try:
                result = self._work(item)
            except BaseException as error:
                with self._queues._change:
                    self.failed = self.failed or error
                    self._queues._stop.set()
                    self._queues._change.notify_all()
                return
            self._give(host, index, item, result)

    def _take(self) -> tuple[str, int, Any] | None:
        queues = self._queues
        with queues._change:
            while True:
                if queues._stop.is_set() or not self._left or self.failed is not None:
                    return None
                now = time.monotonic()
                if self._ready and self._ready[0][0] <= now:
                    _, name = heapq.heappop(self._ready)
                    host = self._hosts[name]
                    host.queued = False
                    if queues.due(name) > now or host.running >= queues.at_once(name):
                        self._queue(name)
                        continue
                    index, item = host.waiting.popleft()
                    host.running += 1
                    queues.asked(name)
                    self._queue(name)
                    return name, index, item
                queues._change.wait(min(self._ready[0][0] - now, 0.5) if self._ready else 0.5)

    def _give(self, name: str, index: int, item: Any, result: Any) -> None:
        queues = self._queues
        with queues._change:
            host = self._hosts[name]
            host.running -= 1
            if isinstance(result, Later):
                queues.leave_alone(name, result.seconds)
                host.waiting.appendleft((index, item))
            else:
                self._results[index] = result
                self._left -= 1
            self._queue(name)
            if not self._left:
                queues._change.notify_all()

    def _queue(self, name: str) -> None:
        """Let a host stand in line where it has something to do and may have it done."""
        host = self._hosts[name]
        if host.waiting and not host.queued and host.running < self._queues.at_once(name):
            heapq.heappush(self._ready, (self._queues.due(name), name))
            host.queued = True
            self._queues._change.notify()
