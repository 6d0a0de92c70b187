"""Memory that is free again goes back to the system, so that a long build does not keep its highest tide."""

import sys
from contextlib import suppress


def give_back() -> None:
    """Hand free memory back to the operating system, where its C library lets a process do so (glibc does)."""
    import ctypes

    import pyarrow as pa

    pa.default_memory_pool().release_unused()
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # other C libraries have no malloc_trim
            ctypes.CDLL(None).malloc_trim(0)
