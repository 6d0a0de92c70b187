"""Many values of spools at once: what lies side by side is read in one go."""

import os
from collections.abc import Sequence
from pathlib import Path

from datastork.store.sources import MARK
from datastork.store.spool import END

GAP = 4096  # bytes between two values that are read along rather than read around
MOST = 16 << 20  # bytes read in one go


def read_values(root: Path, places: Sequence[str | None]) -> dict[str, bytes]:
    """Return the values at those of `places` that lie in a spool and can be read there.

    What is missing here is for `store.sources.read_bytes`, which says what is wrong with it.
    """
    wanted: dict[str, list[tuple[int, int, str]]] = {}
    for place in places:
        container, _, inside = (place or "").rpartition(MARK)
        first, _, length = inside.partition("+")
        if container.endswith(END) and first.isdecimal() and length.isdecimal():
            wanted.setdefault(container, []).append((int(first), int(length), place or ""))
    found: dict[str, bytes] = {}
    for container, values in wanted.items():
        try:
            descriptor = os.open(root / container, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
        except OSError:
            continue
        try:
            for start, stop, group in _together(sorted(values)):
                data = os.pread(descriptor, stop - start, start)
                for at, size, place in group:
                    value = data[at - start : at - start + size]
                    if len(value) == size:
                        found[place] = value
        except OSError:
            continue
        finally:
            os.close(descriptor)
    return found


def _together(values: list[tuple[int, int, str]]) -> "list[tuple[int, int, list[tuple[int, int, str]]]]":
    groups: list[tuple[int, int, list[tuple[int, int, str]]]] = []
    for offset, size, place in values:
        if size > MOST:
            continue
        if groups:
            start, stop, held = groups[-1]
            if offset - stop <= GAP and offset + size - start <= MOST:
                held.append((offset, size, place))
                groups[-1] = (start, max(stop, offset + size), held)
                continue
        groups.append((offset, offset + size, [(offset, size, place)]))
    return groups
