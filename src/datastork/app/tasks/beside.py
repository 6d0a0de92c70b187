"""What lies beside tasks, kept in memory: which samples have comments, drafts, known answers.

Few samples have any, and asking the store for each task would cost more than the task. What this process changes is
known at once; what another changes (an import, a second app) within a few seconds.
"""

import time
from collections import Counter, OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from datastork.store.votes.tables import drafts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from datastork.store.votes import VoteStore
    from datastork.store.votes.beside.gold import GoldAnswer

FRESH = 5.0  # seconds
PAGE = 500
MOST_PEOPLE = 1000


class Beside:
    """See the top of this file."""

    def __init__(self, store: "VoteStore") -> None:
        self.store = store
        self._lock = Lock()
        self._comments: Counter[str] = Counter()
        self._seen = 0  # number of the newest comment counted
        self._comments_at = self._gold_at = float("-inf")
        self._gold: frozenset[str] = frozenset()
        self._drafts: OrderedDict[str, tuple[float, set[str]]] = OrderedDict()

    def comments(self, sample: str, *, fresh: bool = False) -> int:
        """Return how many comments a sample has."""
        now = time.monotonic()
        with self._lock:
            if fresh or now - self._comments_at > FRESH:
                self._comments_at = now
                while found := self.store.comments.list(self._seen, PAGE):
                    self._comments.update(one.sample for one in found)
                    self._seen = found[-1].seq
                    if len(found) < PAGE:
                        break
            return self._comments[sample]

    def commented(self) -> None:
        """Count anew: a comment came."""
        self._comments_at = float("-inf")

    def draft(self, annotator: str, sample: str) -> dict[str, Any] | None:
        """Return what an annotator has begun on a sample, or None."""
        now = time.monotonic()
        with self._lock:
            held = self._drafts.get(annotator)
            if held is None or now - held[0] > FRESH:
                query = sa.select(drafts.c.sample).where(drafts.c.annotator == annotator)
                with self.store.base.read() as connection:
                    held = (now, set(connection.execute(query).scalars()))
                self._drafts[annotator] = held
                while len(self._drafts) > MOST_PEOPLE:
                    self._drafts.popitem(last=False)
            if sample not in held[1]:
                return None
        found = self.store.drafts.get(annotator, sample)
        return None if found is None else {"answers": found.answers, "at": found.at}

    def drafted(self, annotator: str) -> None:
        """Look anew: a draft came."""
        with self._lock:
            self._drafts.pop(annotator, None)

    def gold(self, sample: str) -> "Mapping[str, GoldAnswer]":
        """Return the known answers about a sample, by question."""
        now = time.monotonic()
        if now - self._gold_at > FRESH:
            self._gold = frozenset(one.sample for one in self.store.gold.list())
            self._gold_at = now
        return self.store.gold.get([sample]).get(sample, {}) if sample in self._gold else {}

    def taught(self) -> None:
        """Look anew: known answers changed."""
        self._gold_at = float("-inf")
