"""How often somebody may ask: buckets that fill with time, one per session or address."""

import time
from collections import OrderedDict
from dataclasses import dataclass
from math import ceil

MOST_BUCKETS = 20_000  # the emptiest knowledge is forgotten first: one that was not used for longest


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` requests at once, then `each_second`."""

    each_second: float
    burst: int


# A person at a keyboard makes some five requests a second; scripts that import their own work make more.
WORK = Rate(200, 600)
MEDIA = Rate(100, 400)
ADDRESS = Rate(600, 2000)  # many phones may share one address
TOKEN = Rate(1, 60)  # tries of links and codes of 79 bits and more; a class of 30 may come at once from one address
FEW = Rate(0.5, 30)  # what is dear: figures, exports, uploads


class Rates:
    """The buckets of all callers. Kept by the event loop's thread alone."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[tuple[str, Rate], tuple[float, float]] = OrderedDict()

    def take(self, who: str, rate: Rate, now: float | None = None) -> int:
        """Take one from the bucket of `who`; return 0, or the seconds to wait where it is empty."""
        now = time.monotonic() if now is None else now
        key = (who, rate)
        level, at = self._buckets.pop(key, (float(rate.burst), now))
        level = min(float(rate.burst), level + (now - at) * rate.each_second)
        wait = 0 if level >= 1 else max(1, ceil((1 - level) / rate.each_second))
        self._buckets[key] = (level if wait else level - 1, now)
        while len(self._buckets) > MOST_BUCKETS:
            self._buckets.popitem(last=False)
        return wait
