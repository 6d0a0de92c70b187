"""Build again and again: whenever the recipe, or a file that it collects, is another one than before."""

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from datastork.collect._watch.finished import Finished
from datastork.collect._watch.sight import sight
from datastork.core.errors import DatastorkError, LockedError, SourceError, StoreError
from datastork.engine.build import Outcome, build
from datastork.engine.context import Interrupted
from datastork.engine.progress import Progress
from datastork.recipe.read import Use, read
from datastork.store.home import Home

LONGEST_WAIT = 60.0  # seconds until what failed is tried again
SHARE = 4  # the time between two looks is at least this many times what a look takes
PASSING = (LockedError, SourceError, StoreError)  # what may be over without a change that can be seen


@dataclass(frozen=True, slots=True)
class Round:
    """One build of a watch: what it came to, or why it failed."""

    number: int
    seconds: float
    outcome: Outcome | None = None
    error: Exception | None = None


def watch(
    home: Home,
    *,
    interval: float,
    workers: int | None = None,
    on: str | None = None,
    progress: Progress | None = None,
    wait: Callable[[float], None] = time.sleep,
) -> Iterator[Round]:
    """Build, then look every `interval` seconds whether there is reason to build again. Yields every round.

    A round that fails is yielded with its error, and the watch goes on: when something changes, and for a source that
    cannot be read or a dataset that another build holds also by itself, after a while. Ctrl-C in a build raises
    `Interrupted`, between two builds KeyboardInterrupt.
    """
    before: str | None = None
    number, retry, failures = 0, float("inf"), 0
    while True:
        began = time.monotonic()
        now = look(home)  # before the build: what comes while it runs is a reason for the next
        looked = time.monotonic() - began
        if now != before or began >= retry:
            before = now
            number += 1
            done = _round(home, number, workers, on, progress)
            failures = failures + 1 if isinstance(done.error, PASSING) else 0
            later = min(LONGEST_WAIT, interval * 2 ** min(failures, 20))
            retry = time.monotonic() + later if failures else float("inf")
            yield done
        wait(max(interval, SHARE * looked))


def _round(home: Home, number: int, workers: int | None, on: str | None, progress: Progress | None) -> Round:
    began = time.monotonic()
    outcome: Outcome | None = None
    failed: Exception | None = None
    try:
        outcome = build(home, workers=workers, on=on, progress=progress)
    except Interrupted:
        raise
    except Exception as error:  # shown by who asked for the round; the next may do better
        failed = error
    return Round(number, time.monotonic() - began, outcome, failed)


def look(home: Home) -> str:
    """Return a word that is another one when the recipe is, or a file it names, or the finished files it collects."""
    sink = hashlib.sha256()
    try:
        sink.update(home.recipe.read_bytes())
        recipe = read(home.recipe)
    except (OSError, DatastorkError) as error:
        sink.update(repr(error).encode())
        return sink.hexdigest()
    for use in recipe.steps:
        for path, size, stamp in sorted(_files(home, use)):
            sink.update(f"{use.index}\0{path}\0{size}\0{stamp}\n".encode("utf-8", "surrogateescape"))
    return sink.hexdigest()


def _files(home: Home, use: Use) -> Iterator[tuple[str, int, int]]:
    """Yield the files that the settings of a step name."""
    judge = _judge(use) if use.use == "collect.watch" else None
    for name, value in use.settings.items():
        for text in _texts(value):
            if name == "path" and use.use.startswith("collect."):
                try:
                    found = list(sight(home.root, text, hidden=use.settings.get("hidden") is True))
                except (DatastorkError, ValueError):
                    continue  # the build says what is wrong with it
                yield from (one for one in found if judge is None or judge.problem(one[0]) is None)
            elif "\0" not in text and len(text) < 4096 and os.path.isfile(home.root / text):
                seen = os.stat(home.root / text)
                yield text, seen.st_size, seen.st_mtime_ns


def _judge(use: Use) -> Finished:
    how, settle = use.settings.get("finished", "settled"), use.settings.get("settle", 10.0)
    return Finished(how, settle if isinstance(settle, int | float) else 10.0)


def _texts(value: Any) -> list[str]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]
