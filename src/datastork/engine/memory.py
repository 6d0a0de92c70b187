"""Memory that is free again goes back to the system, so that a long build does not keep its highest tide."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

RARELY = (100_000, 20, 100)


def give_back() -> None:
    """Hand free memory back to the operating system, where its C library lets a process do so (glibc does)."""
    import ctypes

    import pyarrow as pa

    pa.default_memory_pool().release_unused()
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # other C libraries have no malloc_trim
            ctypes.CDLL(None).malloc_trim(0)


@contextmanager
def few_collections() -> Iterator[None]:
    """Look for reference cycles rarely: a build makes millions of small objects and next to no cycles."""
    before = gc.get_threshold()
    gc.set_threshold(*RARELY)
    try:
        yield
    finally:
        gc.set_threshold(*before)
