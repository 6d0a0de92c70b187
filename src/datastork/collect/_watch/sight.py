"""What there is to see of a pattern, by names, sizes and times alone: nothing is opened."""

import os
from collections.abc import Iterator
from pathlib import Path

from datastork.collect._walks.pattern import Levels, Pattern, parse
from datastork.collect._walks.walk import JUNK

BESIDE = (".json", ".jsonl", "metadata.csv", "metadata.parquet")  # what may tell about other files


def sight(root: Path, text: str, *, hidden: bool = False) -> Iterator[tuple[str, int, int]]:
    """Yield (path, size, time of writing in ns) of what a pattern takes, and of sidecars; archives as wholes; no order.

    Folders that cannot be read are passed over: the build will say so.
    """
    for pattern in parse(root, text):
        base = os.path.join(root, pattern.base)
        if pattern.segments and os.path.isdir(base):
            yield from _below(base, pattern, hidden)
        else:
            yield from _seen(base)


def _below(base: str, pattern: Pattern, hidden: bool) -> Iterator[tuple[str, int, int]]:
    levels = Levels(pattern.segments)
    todo = [(base, levels.start)]
    visited: set[tuple[int, int]] = set()
    while todo:
        folder, state = todo.pop()
        taken = levels.files(state)
        try:
            seen = os.stat(folder)
            if (seen.st_dev, seen.st_ino) in visited:
                continue
            visited.add((seen.st_dev, seen.st_ino))
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.name in JUNK:
                        continue
                    if entry.is_dir():
                        within = levels.enter(state, entry.name, hidden)
                        if within:
                            todo.append((entry.path, within))
                    elif taken is None or (entry.name[0] == "." and not (hidden or levels.names_hidden)):
                        continue
                    elif taken.match(entry.name) or entry.name.endswith(BESIDE):
                        yield from _seen(entry.path)
        except OSError:
            continue


def _seen(path: str) -> Iterator[tuple[str, int, int]]:
    try:
        seen = os.stat(path)
    except OSError:
        return
    yield path, seen.st_size, seen.st_mtime_ns
