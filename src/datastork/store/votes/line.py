"""Writers in a line: those who wait for their turn share one transaction, and one wait for the disk.

Whoever comes to the front does the work of all who wait behind, in the order they came, commits once, and only then is
anybody told. Where the work of one cannot stand, nothing of that transaction is kept and each is done by itself.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.engine import Connection

T = TypeVar("T")
Work = Callable[[Connection], Any]
MOST = 64  # turns in one transaction


@dataclass(slots=True, eq=False)
class Turn:
    """What one writer wants done, and what came of it."""

    work: Work
    durable: bool
    done: bool = False
    result: Any = None
    error: Exception | None = None


class Line:
    """The line before one database. `run` does pieces of work in one transaction and returns what each gave; with
    `durable` once that is on disk. `lock` lets one at a time through.
    """

    def __init__(self, lock: "threading.RLock", run: Callable[[Sequence[Work], bool], list[Any]]) -> None:
        self._lock, self._run = lock, run
        self._waiting: deque[Turn] = deque()

    def join(self, work: Callable[[Connection], T], durable: bool) -> T:
        """Return what `work` gave, once it is committed. It must bear to be done again after a failure."""
        turn = Turn(work, durable)
        self._waiting.append(turn)
        try:
            with self._lock:
                while not turn.done:
                    self._serve(turn)
        except BaseException:
            if turn in self._waiting:  # interrupted before its turn: nobody waits for it any more
                self._waiting.remove(turn)
            raise
        if turn.error is not None:
            raise turn.error
        done: T = turn.result
        return done

    def _serve(self, own: Turn) -> None:
        turns = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST))]
        try:
            if not self._do(turns):
                for turn in turns:
                    self._do([turn])
        finally:  # an interruption of this thread is not one of the others
            self._waiting.extendleft(turn for turn in reversed(turns) if not turn.done and turn is not own)

    def _do(self, turns: list[Turn]) -> bool:
        """Do some turns in one transaction; say whether they are done."""
        try:
            results = self._run([turn.work for turn in turns], any(turn.durable for turn in turns))
        except Exception as error:  # whose it is shows once each is alone; it is raised there
            if len(turns) > 1:
                return False
            turns[0].error = error
        else:
            for turn, result in zip(turns, results, strict=True):
                turn.result = result
        for turn in turns:
            turn.done = True
        return True
