"""Pairs of texts that may be near-duplicates, by their bands: locality-sensitive hashing."""

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from datastork.media.text.near.fingerprint import BANDS, ROWS
from datastork.media.ties import distinct

if TYPE_CHECKING:
    import numpy as np

MANY = 16  # texts with one band in common: more are a crowd, in which not every two are compared
BESIDE = 4  # texts of a crowd that each is compared with, band by band, and the first of all
MISSED = 0.005  # of the pairs exactly at the threshold may be missed, where bands suffice
WAITING = 4_000_000  # pairs that are sorted at a time
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


def candidates(bands: "np.ndarray", threshold: float) -> list["np.ndarray"]:
    """Return codes (see `coded`) of the pairs with enough bands in common: of few texts all, of crowds some.

    First all pairs that share a band with at most `MANY` texts in all. Then, for each of `ROUNDS`, pairs within crowds:
    each text with the first of its crowd and with those beside it, which have the next band in common too where such
    there are. So a crowd stays tied together where its texts are alike, and the number of pairs is linear in theirs.
    """
    import numpy as np

    found = np.zeros(0, np.int64)
    waiting: list[np.ndarray] = []
    rounds: list[list[np.ndarray]] = [[found] for _ in ROUNDS]
    for number, numbers in enumerate(ROUNDS):
        for band in numbers:
            keys = np.sort(bands[:, band].astype(np.uint64) << np.uint64(32) | np.arange(len(bands), dtype=np.uint64))
            order = (keys & np.uint64(0xFFFFFFFF)).astype(np.int64)
            size, after = _runs(keys >> np.uint64(32))
            for step in range(1, MANY):
                at = np.flatnonzero((size <= MANY) & (after >= step))
                if not len(at):
                    break
                waiting.append(coded(order[at], order[at + step], len(bands)))
            rounds[number] += _crowded(bands, order[size > MANY], band)
        if sum(map(len, waiting)) > WAITING:
            found, waiting = distinct(np.concatenate([found, *waiting])), []
    few = distinct(np.concatenate([found, *waiting]))
    return [enough(few, bands, threshold)] + [
        enough(distinct(np.concatenate(codes)), bands, threshold) for codes in rounds
    ]


def _crowded(bands: "np.ndarray", texts: "np.ndarray", band: int) -> Iterator["np.ndarray"]:
    """Yield codes of pairs of texts, all of which are in some crowd of a band."""
    import numpy as np

    if not len(texts):
        return
    texts = texts[np.lexsort((bands[texts, (band + 1) % BANDS], bands[texts, band]))]
    size, after = _runs(bands[texts, band])
    for step in range(1, BESIDE + 1):
        at = np.flatnonzero(after >= step)
        yield coded(texts[at], texts[at + step], len(bands))
    first = np.arange(len(texts)) + after - size + 1
    at = np.flatnonzero(first < np.arange(len(texts)))
    yield coded(texts[first[at]], texts[at], len(bands))


def _runs(keys: "np.ndarray") -> tuple["np.ndarray", "np.ndarray"]:
    """Return for each of some sorted keys how many are equal to it, itself included, and how many of those follow."""
    import numpy as np

    ends = np.flatnonzero(keys[1:] != keys[:-1])
    ends = np.append(ends, len(keys) - 1) if len(keys) else ends
    sizes = np.diff(ends, prepend=-1)
    return np.repeat(sizes, sizes), np.repeat(ends, sizes) - np.arange(len(keys))


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
