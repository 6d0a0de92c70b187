"""Numbers that look random and depend on a row's id alone, so that a table that grows keeps its draws."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


def row_keys(ids: Iterable[str]) -> "np.ndarray":
    """Return uint64[n]: a key for each row, of its id."""
    import hashlib

    import numpy as np

    return np.frombuffer(b"".join(hashlib.blake2b(one.encode(), digest_size=8).digest() for one in ids), np.uint64)


def fractions(keys: "np.ndarray", seed: int) -> "np.ndarray":
    """Return float64[n] in [0, 1) of keys (uint64[n]) and a seed (SplitMix64; Steele and others 2014)."""
    import numpy as np

    with np.errstate(over="ignore"):
        mixed = keys + np.uint64(seed % 2**64) * np.uint64(0x9E3779B97F4A7C15)
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
            mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    drawn = (mixed ^ (mixed >> np.uint64(31))) >> np.uint64(11)
    found: np.ndarray = drawn / np.float64(2**53)
    return found
