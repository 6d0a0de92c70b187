"""What a recogniser says of a place in a text, and which of several that overlap holds."""

from bisect import bisect_left
from collections.abc import Iterable
from typing import NamedTuple

HOLDS = 0.35  # a finding that holds another one wins although it is this much less sure


class Finding(NamedTuple):
    """Personal data of a kind between two characters of a text, and how sure that is (0 to 1)."""

    kind: str
    start: int
    end: int
    confidence: float


def resolve(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings that do not overlap, in the order of the text.

    A finding inside a longer one gives way to it, unless it is more than `HOLDS` surer; of others that overlap the
    surest wins, then the longest, then the first, then the kind that comes first in the alphabet.
    """
    ordered = sorted(set(findings), key=lambda one: (one.start, -one.end, -one.confidence, one.kind))
    if len(ordered) < 2:
        return ordered
    left: list[Finding] = []
    around: list[Finding] = []
    for one in ordered:
        around = [other for other in around if other.end > one.start]
        if not any(_holds(other, one) for other in around):
            left.append(one)
        around.append(one)
    left.sort(key=lambda one: (-one.confidence, one.start - one.end, one.start, one.kind))
    starts: list[int] = []
    chosen: list[Finding] = []
    for one in left:
        at = bisect_left(starts, one.start)
        if (at == 0 or chosen[at - 1].end <= one.start) and (at == len(starts) or starts[at] >= one.end):
            starts.insert(at, one.start)
            chosen.insert(at, one)
    return chosen


def _holds(outer: Finding, inner: Finding) -> bool:
    longer = outer.end - outer.start > inner.end - inner.start
    return longer and outer.end >= inner.end and outer.confidence >= inner.confidence - HOLDS
