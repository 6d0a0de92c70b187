"""Pairs of texts that may be near-duplicates, by their bands: locality-sensitive hashing."""

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from datastork.media.text.near.fingerprint import BANDS, ROWS

if TYPE_CHECKING:
    import numpy as np

MANY = 16  # texts with one band in common: more are a crowd, in which not every two are compared
BESIDE = 4  # texts of a crowd that each is compared with, band by band, and the first of all
MISSED = 0.005  # of the pairs exactly at the threshold may be missed, where bands suffice
ROUNDS = (range(1), range(1, 3), range(3, 8), range(8, BANDS))  # bands whose crowds are looked at together


@cache
def bands_needed(threshold: float) -> int:
    """Return how many of their bands two texts `threshold` alike have in common, but for `MISSED` of such pairs."""
    from math import comb

    equal = threshold**ROWS
    missed, needed = 0.0, 0
    while needed < BANDS:
        missed += comb(BANDS, needed) * equal**needed * (1 - equal) ** (BANDS - needed)
        if missed > MISSED:
            break
        needed += 1
    return max(needed, 1)


def few(bands: "np.ndarray", threshold: float) -> "np.ndarray":
    """Return codes (see `coded`) of the pairs with enough bands in common, one of them shared by at most `MANY`."""
    import numpy as np

    found = np.zeros(0, np.int64)
    waiting: list[np.ndarray] = []
    for order, size, after in (runs(bands, band) for band in range(BANDS)):
        for step in range(1, MANY):
            at = np.flatnonzero((size <= MANY) & (after >= step))
            if not len(at):
                break
            waiting.append(coded(order[at], order[at + step], len(bands)))
        if sum(map(len, waiting)) > 4_000_000:
            found, waiting = np.unique(np.concatenate([found, *waiting])), []
    return enough(np.unique(np.concatenate([found, *waiting])), bands, threshold)


def crowds(bands: "np.ndarray", threshold: float) -> Iterator["np.ndarray"]:
    """Yield, round by round, codes of pairs within crowds: each text with the first of its crowd and some beside it.

    Beside it are those that have the next bands in common too. So a crowd stays connected where its texts are alike,
    and the number of pairs is no more than `BESIDE` + 1 for each text and band.
    """
    import numpy as np

    for numbers in ROUNDS:
        found = []
        for order, size, after in (runs(bands, band) for band in numbers):
            crowded = size > MANY
            first = np.arange(len(order)) + after - size + 1
            for step in range(1, BESIDE + 1):
                at = np.flatnonzero(crowded & (after >= step))
                found.append(coded(order[at], order[at + step], len(bands)))
            at = np.flatnonzero(crowded & (first < np.arange(len(order))))
            found.append(coded(order[first[at]], order[at], len(bands)))
        yield enough(np.unique(np.concatenate(found)), bands, threshold)


def runs(bands: "np.ndarray", band: int) -> tuple["np.ndarray", "np.ndarray", "np.ndarray"]:
    """Return the texts in the order of a band and those following it; of each place, the texts with the same band,
    and how many of those come after."""
    import numpy as np

    keys = bands[:, band].astype(np.uint64) << np.uint64(32) | bands[:, (band + 1) % BANDS]
    order = np.argsort(keys, kind="stable")
    mine = bands[order, band]
    ends = np.flatnonzero(np.append(mine[1:] != mine[:-1], True)) if len(mine) else np.zeros(0, np.int64)
    sizes = np.diff(ends, prepend=-1)
    return order, np.repeat(sizes, sizes), np.repeat(ends, sizes) - np.arange(len(order))


def coded(one: "np.ndarray", other: "np.ndarray", count: int) -> "np.ndarray":
    """Return pairs of `count` texts as one number each, the smaller first."""
    import numpy as np

    codes: np.ndarray = np.minimum(one, other) * count + np.maximum(one, other)
    return codes


def enough(codes: "np.ndarray", bands: "np.ndarray", threshold: float) -> "np.ndarray":
    """Return the codes of the pairs that have as many bands in common as the threshold needs."""
    import numpy as np

    needed = bands_needed(threshold)
    if needed == 1:
        return codes
    kept = []
    for start in range(0, len(codes), 100_000):
        part = codes[start : start + 100_000]
        common = (bands[part // len(bands)] == bands[part % len(bands)]).sum(axis=1)
        kept.append(part[common >= needed])
    return np.concatenate([codes[:0], *kept])
