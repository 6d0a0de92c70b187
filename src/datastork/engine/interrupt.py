"""Ctrl-C: finish the sample in hand, commit, say how to go on. A second Ctrl-C stops at once."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from datastork.core.stop import STOP
from datastork.engine.progress import Progress

__all__ = ["SIGNALS", "STOP", "rearm", "stoppable"]
SIGNALS = (signal.SIGINT, signal.SIGTERM)
_asking: list[Callable[[int, FrameType | None], None]] = []


def rearm() -> None:
    """Take the signals back from Daft, which on its first query begins to listen to Ctrl-C and drops work in hand."""
    if _asking and threading.current_thread() is threading.main_thread():
        for number in SIGNALS:
            signal.signal(number, _asking[-1])


@contextmanager
def stoppable(progress: Progress) -> Iterator[None]:
    """Turn the first SIGINT or SIGTERM into a request to stop; only in the main thread, where signals arrive."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    STOP.clear()

    def ask(number: int, frame: FrameType | None) -> None:
        if STOP.is_set():
            raise KeyboardInterrupt
        STOP.set()
        progress.note("stopping after the work in hand; once more stops at once")

    before = {number: signal.signal(number, ask) for number in SIGNALS}
    _asking.append(ask)
    try:
        yield
    finally:
        _asking.pop()
        for number, handler in before.items():
            signal.signal(number, handler)
        STOP.clear()
